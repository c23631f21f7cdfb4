"""Run rules over passages: which of them hold where, and which a negation voids."""

from collections.abc import Iterator
from dataclasses import dataclass

from cxtext.markers.rules import Clauses, Rule, RuleSet, Way
from cxtext.markers.view import View, tokens, view

_ENDS = frozenset(",.!?")


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a rule holds in a text."""

    rule: Rule
    start: int
    end: int


def find_hits(text: str, start: int, end: int, rules: RuleSet) -> list[Hit]:
    """Find what the rules mark in one passage, a sentence or a piece of a turn.

    Of hits of one type and kind that overlap, the longest stays.

    Examples
    --------
    >>> from cxtext.markers.rules import load_rules
    >>> text = "Wenn das so bleibt, kündige ich meinen Vertrag."
    >>> [text[h.start : h.end] for h in find_hits(text, 0, len(text), load_rules("de"))]
    ['kündige ich']
    >>> text = "I have no reason to cancel my contract."
    >>> find_hits(text, 0, len(text), load_rules("en"))
    []
    """
    words: list[str] = []
    triggered: set[int] = set()
    for token in tokens(text, start, end):
        word, patterns = rules.look_up(token)
        if word:
            words.append(word)
            if patterns:
                triggered.update(patterns)
    if not triggered:
        return []
    read = view(text, start, end, words, rules.left_out)
    found: list[Hit] = []
    held: dict[int, bool] = {}
    for i in sorted(triggered):
        way = rules.patterns[i]
        if way.pattern.regex.search(read.text) is None:
            continue
        rule = rules.rules[way.rule]
        if way.rule not in held:
            held[way.rule] = _in_context(read, rule)
        if held[way.rule]:
            found.extend(_hits(read, way, rule, rules.clauses))
    return _longest(found)


def _in_context(read: View, rule: Rule) -> bool:
    if rule.near and not any(c.regex.search(read.text) for c in rule.near):
        return False
    return not any(c.regex.search(read.text) for c in rule.unless)


def _hits(read: View, way: Way, rule: Rule, clauses: Clauses) -> Iterator[Hit]:
    spans: list[tuple[int, int]] | None = None
    for match in way.pattern.regex.finditer(read.text):
        first, last = read.place(match.start(), match.end())
        if way.negatable and negated(read.words, first, last, clauses):
            continue
        spans = read.spans() if spans is None else spans
        while last - first > 1 and read.words[last - 1] in _ENDS:
            last -= 1
        yield Hit(rule, spans[first][0], spans[last - 1][1])


def negated(words: list[str], first: int, last: int, clauses: Clauses) -> bool:
    """Whether a negation stands in the clause of ``words[first:last]``, or rules the clause that it depends on."""
    start = first
    while start > 0 and first - start < clauses.before:
        word = words[start - 1]
        if word in _ENDS:
            # "Ich habe nicht vor, ... zu kündigen": the clause depends on the one before it.
            if word != "," or clauses.dependent.isdisjoint(words[start:last]):
                break
        elif word in clauses.openers and word not in clauses.dependent:
            start -= 1
            break
        start -= 1
    end = last
    while end < len(words) and end - last < clauses.behind:
        if words[end] in _ENDS or words[end] in clauses.openers:
            break
        end += 1
    return any(
        words[i] in clauses.negators
        and (words[i], words[i + 1] if i + 1 < len(words) else "") not in clauses.harmless
        and (words[i - 1] if i else "", words[i]) not in clauses.harmless
        for i in range(start, end)
    )


def _longest(hits: list[Hit]) -> list[Hit]:
    """Of overlapping hits of one type and kind, keep the longest, then the surest, then the first."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (h.start - h.end, -h.rule.score, h.start)):
        same = (k for k in kept if (k.rule.type, k.rule.kind) == (hit.rule.type, hit.rule.kind))
        if all(hit.end <= k.start or hit.start >= k.end for k in same):
            kept.append(hit)
    return sorted(kept, key=lambda h: (h.start, h.end, h.rule.type, h.rule.kind or ""))
