"""Run rules over passages: which of them hold where, and which a negation voids."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from cxtext.markers.rules import Clauses, Rule, RuleSet, Way
from cxtext.markers.view import View

# Rules less sure are only a hint.
HINT = 0.5
_ENDS = frozenset(",.!?")


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a rule holds in a text."""

    rule: Rule
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Found:
    """What rules found in a passage: where they hold, and types whose words are there but denied or meant otherwise."""

    hits: tuple[Hit, ...] = ()
    denied: frozenset[str] = frozenset()


_NOTHING = Found()


def find_hits(text: str, start: int, end: int, rules: RuleSet) -> tuple[Hit, ...]:
    """Find what the rules mark in one passage, a sentence or a piece of a turn.

    Of hits of one type and kind that overlap, the longest stays.

    Examples
    --------
    >>> from cxtext.markers.rules import load_rules
    >>> text = "Ich will den Vertrag kündigen."
    >>> [text[h.start : h.end] for h in find_hits(text, 0, len(text), load_rules("de")) if h.rule.score > 0.8]
    ['Ich will den Vertrag kündigen']
    >>> text = "I have no reason to leave."
    >>> [h for h in find_hits(text, 0, len(text), load_rules("en")) if h.rule.score > 0.8]
    []
    """
    return read_passage(text, start, end, rules).hits


def read_passage(text: str, start: int, end: int, rules: RuleSet) -> Found:
    """Find what the rules mark in one passage, and what is denied there."""
    view, candidates = _read(text, start, end, rules)
    if not candidates:
        return _NOTHING
    found: list[Hit] = []
    denied: set[str] = set()
    held: dict[int, bool] = {}
    for i in _bits(candidates):
        way = rules.patterns[i]
        if way.rule < 0:
            continue
        matches = way.pattern.spans(view.text)
        if not matches:
            continue
        rule = rules.rules[way.rule]
        if way.rule not in held:
            held[way.rule] = _in_context(view, rule, rules, candidates)
        own = _hits(view, way, matches, rule, rules.clauses) if held[way.rule] else []
        found += own
        if not own and rule.score >= HINT:
            denied.add(rule.type)
    return Found(_longest(found), frozenset(denied))


def _read(text: str, start: int, end: int, rules: RuleSet) -> tuple[View, int]:
    """Read a passage, and find the patterns whose needs are met in it."""
    view = View(text, start, end, rules.look_up)
    return view, rules.candidates(view.entries)


def _bits(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def holds(text: str, rules: RuleSet, number: int) -> bool:
    """Say whether one rule, by its index, holds in a text, whatever others do."""
    view, candidates = _read(text, 0, len(text), rules)
    rule = rules.rules[number]
    ways = (rules.patterns[i] for i in _bits(candidates) if rules.patterns[i].rule == number)
    return _in_context(view, rule, rules, candidates) and any(
        _hits(view, way, way.pattern.spans(view.text), rule, rules.clauses) for way in ways
    )


def _in_context(view: View, rule: Rule, rules: RuleSet, candidates: int) -> bool:
    def stands(i: int) -> bool:
        return bool(candidates >> i & 1) and rules.patterns[i].pattern.regex.search(view.text) is not None

    return (not rule.near or any(map(stands, rule.near))) and not any(map(stands, rule.unless))


def _hits(view: View, way: Way, matches: list[tuple[int, int]], rule: Rule, clauses: Clauses) -> list[Hit]:
    found = []
    for match in matches:
        first, last = view.place(*match)
        if way.negatable and negated(view.words, first, last, clauses):
            continue
        while last - first > 1 and view.words[last - 1] in _ENDS:
            last -= 1
        found.append(Hit(rule, *view.span(first, last)))
    return found


def negated(words: list[str], first: int, last: int, clauses: Clauses) -> bool:
    """Whether a negation stands in the clause of ``words[first:last]``, or rules the clause that it depends on."""
    start = first
    while start > 0 and first - start < clauses.before and not _starts(words, start, clauses):
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
        if words[end] in _ENDS or words[end] in clauses.openers or _starts(words, end, clauses):
            break
        end += 1
    return any(
        words[i] in clauses.negators
        and (words[i], words[i + 1] if i + 1 < len(words) else "") not in clauses.harmless
        and (words[i - 1] if i else "", words[i]) not in clauses.harmless
        for i in range(start, end)
    )


def _starts(words: list[str], i: int, clauses: Clauses) -> bool:
    """Whether a clause begins at a word, no mark needed: "keiner kam | ich koche", "geht nicht | holen Sie ihn"."""
    return tuple(words[i : i + 2]) in clauses.starts and (i == 0 or words[i - 1] not in clauses.dependent)


def _longest(hits: list[Hit]) -> tuple[Hit, ...]:
    """Of overlapping hits of one type and kind, keep the longest, then the surest, then the first; hints come last."""
    kept: list[Hit] = []
    taken: dict[tuple[str, str | None], list[tuple[int, int]]] = {}
    for hit in sorted(hits, key=lambda h: (h.rule.score < HINT, h.start - h.end, -h.rule.score, h.start)):
        # What is kept does not overlap: only the neighbours can be in the way.
        others = taken.setdefault((hit.rule.type, hit.rule.kind), [])
        place = bisect_left(others, (hit.start, hit.end))
        if (place == 0 or others[place - 1][1] <= hit.start) and (place == len(others) or hit.end <= others[place][0]):
            others.insert(place, (hit.start, hit.end))
            kept.append(hit)
    return tuple(sorted(kept, key=lambda h: (h.start, h.end, h.rule.type, h.rule.kind or "")))
