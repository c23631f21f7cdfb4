"""Marker rules: read from TOML, checked, compiled, and found by the words that they need.

A file is one language's rules. Its layout is that of ``cxtext/data/markers_de.toml``; see ``docs/markers.md``.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from os import PathLike
from typing import Any, Self

from cxtext.config import read_data, read_toml
from cxtext.errors import ConfigError, nearest
from cxtext.markers.patterns import NEEDS, Anchor, Compiled, Language, compile_pattern
from cxtext.markers.view import Word, fold
from cxtext.text.words import negators, stop_words

SCHEMA = "cxtext.markers/1"
LANGUAGES = ("de", "en")
SPEAKERS = ("customer", "agent")
# Words that are remembered with the rules they lead to. Beyond, all are forgotten: results are the same.
REMEMBERED = 50_000

_TOP = ("schema", "language", "lists", "unless", "rules")
_KEYS = ("type", "kind", "speaker", "score", "negation", "patterns", "near", "unless", "examples", "counterexamples")


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to recognise a marker; ``own`` if it comes from a user's file.

    ``near``: one of these patterns, by their index, must stand in the sentence too; ``unless``: none of these may.
    """

    type: str
    kind: str | None
    speaker: str
    score: float
    near: tuple[int, ...]
    unless: tuple[int, ...]
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...]
    own: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """A pattern of a rule, given by its index; -1 if it only tells a context.

    ``negatable``: a negation in the clause voids it.
    """

    rule: int
    pattern: Compiled
    negatable: bool


@dataclass(frozen=True, slots=True)
class Clauses:
    """What clause boundaries and negations of a language are.

    A clause with one of ``dependent`` is ruled by the one before it. ``starts`` are pairs of words that only a clause
    of its own begins with; they stand for marks where there are none. A negation counts up to ``before`` and ``behind``
    words from what is marked; ``harmless`` pairs only look like one.
    """

    openers: frozenset[str]
    dependent: frozenset[str]
    starts: frozenset[tuple[str, str]]
    negators: frozenset[str]
    before: int
    behind: int
    harmless: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules of one language, ready to be run.

    ``patterns`` are in the order of the files, and bit i of an integer stands for pattern i. ``need_no_second`` and
    ``need_no_third`` are those with so few needs.
    """

    language: str
    rules: tuple[Rule, ...]
    patterns: tuple[Way, ...]
    left_out: frozenset[str]
    clauses: Clauses
    need_no_second: int
    need_no_third: int
    _index: "Index"
    _known: dict[str, Word] = field(default_factory=dict, compare=False, repr=False)

    def look_up(self, token: str) -> Word:
        """Give a token's folded word ("" if it is left out), and the patterns that it serves."""
        found = self._known.get(token)
        if found is None:
            word = fold(token)
            found = ("", 0, 0, 0) if word in self.left_out else (word, *self._index.patterns_of(word))
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[token] = found
        return found

    def candidates(self, words: Iterable[Word]) -> int:
        """Give the patterns of which all needs are met by some of these words."""
        first = second = third = 0
        for _, a, b, c in words:
            first |= a
            second |= b
            third |= c
        return first & (second | self.need_no_second) & (third | self.need_no_third)


Masks = Sequence[int]


@dataclass(frozen=True, slots=True)
class Index:
    """Which patterns a word serves at which place (0, 1, 2): by the word, its beginning, its end or a part of it."""

    exact: Mapping[str, Masks]
    beginnings: Mapping[int, Mapping[str, Masks]]
    parts: tuple[tuple[Anchor, Masks], ...]

    @classmethod
    def of(cls, ways: Sequence[Way]) -> Self:
        """Build the index of patterns."""
        exact: dict[str, list[int]] = defaultdict(_no_masks)
        beginnings: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(_no_masks))
        parts: dict[Anchor, list[int]] = defaultdict(_no_masks)
        for i, way in enumerate(ways):
            for place, anchors in enumerate(way.pattern.needs):
                for anchor in anchors:
                    if anchor.before:
                        masks = parts[anchor]
                    elif anchor.behind:
                        masks = beginnings[len(anchor.text)][anchor.text]
                    else:
                        masks = exact[anchor.text]
                    masks[place] |= 1 << i
        return cls(exact, beginnings, tuple(parts.items()))

    def patterns_of(self, word: str) -> tuple[int, int, int]:
        """Give the patterns that the word serves at each place."""
        found = [self.exact.get(word, ()), *(stems.get(word[:n], ()) for n, stems in self.beginnings.items())]
        found += [m for a, m in self.parts if (a.text in word if a.behind else word.endswith(a.text))]
        first = second = third = 0
        for masks in filter(None, found):
            first, second, third = first | masks[0], second | masks[1], third | masks[2]
        return first, second, third


def _no_masks() -> list[int]:
    return [0] * NEEDS


@cache
def shipped_rules(language: str) -> RuleSet:
    """Give the shipped rules of a language for customers' words, read once."""
    return load_rules(language)


def load_rules(
    language: str, *, path: str | PathLike[str] | None = None, off: Sequence[str] = (), speaker: str = "customer"
) -> RuleSet:
    """Load the shipped rules of a language, with those of a file of one's own behind them.

    Parameters
    ----------
    language
        ``"de"`` or ``"en"``.
    path
        A file of the same layout. Its rules are added if it is of this language; ``off`` is for leaving rules out.
    off
        Types, or ``type:kind``, that are left out.
    speaker
        Whose words the rules are for: ``"customer"`` or ``"agent"``.

    Raises
    ------
    ConfigError
        If the file cannot be read, or a rule in it is wrong; the message says which.

    Examples
    --------
    >>> {"churn", "urgency"} <= {rule.type for rule in load_rules("de").rules}
    True
    >>> {"churn", "urgency"} & {rule.type for rule in load_rules("en", off=["churn", "urgency"]).rules}
    set()
    """
    tables = [_shipped(language)]
    if path is not None:
        own = read_toml(path)
        check_layout(own, str(path))
        if own["language"] == language:
            tables.append(own)
    where = ["the shipped rules", str(path)]
    return build_rules(tables, where[: len(tables)], off=off, speaker=speaker)


@cache
def _shipped(language: str) -> Mapping[str, Any]:
    return read_data(f"markers_{language}.toml")


def check_layout(table: Mapping[str, Any], where: str) -> None:
    """Check the outer layout of a file of rules.

    Raises
    ------
    ConfigError
        If it is not one.
    """
    if table.get("schema") != SCHEMA:
        raise ConfigError(f"{where}: 'schema' must be {SCHEMA!r}, got {table.get('schema')!r}")
    if table.get("language") not in LANGUAGES:
        raise ConfigError(f"{where}: 'language' must be 'de' or 'en', got {table.get('language')!r}")
    for name in table:
        if name not in (*_TOP, "clauses"):
            raise ConfigError(f"{where} has an unknown key {name!r}; {nearest(name, _TOP)}")
    rules = table.get("rules")
    if not isinstance(rules, list) or not rules:
        raise ConfigError(f"{where} needs at least one [[rules]] table")


def build_rules(
    tables: Sequence[Mapping[str, Any]], where: Sequence[str], *, off: Sequence[str] = (), speaker: str = "customer"
) -> RuleSet:
    """Build rules from what files hold; the first must have the clauses of the language."""
    code = tables[0]["language"]
    lists: dict[str, list[str]] = {}
    unless: dict[str, list[str]] = {}
    for table in tables:
        # A list of the same name adds to the one before.
        for name, words in table.get("lists", {}).items():
            lists.setdefault(name, []).extend(words.split())
        for type_, voiding in table.get("unless", {}).items():
            unless.setdefault(type_, []).extend(voiding)
    language = Language(
        lists=lists, fillers=lists["fillers"], common={fold(w) for w in stop_words(code) | set(lists["fillers"])}
    )
    rules: list[Rule] = []
    patterns: list[Way] = []
    contexts: dict[str, int] = {}

    def context(pattern: str, here: str) -> int:
        # Contexts are shared by many rules, and looked for once.
        if pattern not in contexts:
            contexts[pattern] = len(patterns)
            patterns.append(Way(-1, compile_pattern(pattern, language, where=here), negatable=False))
        return contexts[pattern]

    no = frozenset(fold(w) for w in negators(code))
    for table, file in zip(tables, where, strict=True):
        for position, entry in enumerate(table["rules"]):
            here = f"{file}: rule {position}"
            _check_rule(entry, here)
            compiled = [compile_pattern(p, language, where=here) for p in entry["patterns"]]
            type_, kind = entry["type"], entry.get("kind")
            if entry.get("speaker", "customer") != speaker or type_ in off or f"{type_}:{kind}" in off:
                continue
            rule = Rule(
                type=type_,
                kind=kind,
                speaker=speaker,
                score=float(entry.get("score", 0.8)),
                near=tuple(context(p, here) for p in entry.get("near", ())),
                unless=tuple(context(p, here) for p in chain(unless.get(type_, ()), entry.get("unless", ()))),
                examples=tuple(entry.get("examples", ())),
                counterexamples=tuple(entry.get("counterexamples", ())),
                own=file != where[0],
            )
            # Who writes a negation into a pattern means it.
            negation = entry.get("negation", True)
            patterns.extend(Way(len(rules), c, negation and not c.words & no) for c in compiled)
            rules.append(rule)
    return RuleSet(
        language=code,
        rules=tuple(rules),
        patterns=tuple(patterns),
        left_out=frozenset({fold(w) for w in lists["left_out"]} | {""}),
        clauses=_clauses(tables[0]["clauses"], no),
        need_no_second=sum(1 << i for i, way in enumerate(patterns) if len(way.pattern.needs) < 2),
        need_no_third=sum(1 << i for i, way in enumerate(patterns) if len(way.pattern.needs) < 3),
        _index=Index.of(patterns),
    )


def _clauses(table: Mapping[str, Any], no: frozenset[str]) -> Clauses:
    harmless = frozenset((fold(a), fold(b)) for a, b in (pair.split() for pair in table["harmless"]))
    openers, dependent = (frozenset(fold(w) for w in table[name].split()) for name in ("openers", "dependent"))
    sides = [[[fold(w) for w in side.split("/")] for side in pair.split()] for pair in table["starts"]]
    starts = frozenset((a, b) for first, second in sides for a in first for b in second)
    return Clauses(openers, dependent, starts, no, table["before"], table["behind"], harmless)


def _check_rule(entry: Mapping[str, Any], where: str) -> None:
    for name in entry:
        if name not in _KEYS:
            raise ConfigError(f"{where} has an unknown key {name!r}; {nearest(name, _KEYS)}")
    for name in ("type", "patterns"):
        if not entry.get(name):
            raise ConfigError(f"{where} needs {name!r}")
    for name in ("patterns", "near", "unless", "examples", "counterexamples"):
        value = entry.get(name, [])
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise ConfigError(f"{where}: {name} must be a list of texts")
    score = entry.get("score", 0.8)
    if isinstance(score, bool) or not isinstance(score, int | float) or not 0 < score <= 1:
        raise ConfigError(f"{where}: score must be above 0 and at most 1, got {score!r}")
    speaker = entry.get("speaker", "customer")
    if speaker not in SPEAKERS:
        raise ConfigError(f"{where}: speaker must be 'customer' or 'agent', got {speaker!r}")
    if not isinstance(entry.get("negation", True), bool):
        raise ConfigError(f"{where}: negation must be true or false, got {entry['negation']!r}")
