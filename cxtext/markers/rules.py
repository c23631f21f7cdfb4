"""Marker rules: read from TOML, checked, compiled, and found by the words that they need.

A file is one language's rules. Its layout is that of ``cxtext/data/markers_de.toml``; see ``docs/markers.md``.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from os import PathLike
from typing import Any, Self

from cxtext.config import read_data, read_toml
from cxtext.errors import ConfigError, nearest
from cxtext.markers.patterns import Anchor, Compiled, Language, compile_pattern
from cxtext.markers.view import fold
from cxtext.text.words import negators, stop_words

SCHEMA = "cxtext.markers/1"
LANGUAGES = ("de", "en")
SPEAKERS = ("customer", "agent")
# Words that are remembered with the rules they lead to. Beyond, all are forgotten: results are the same.
REMEMBERED = 50_000

Word = tuple[str, tuple[int, ...], tuple[int, ...]]

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

    A clause with one of ``dependent`` is ruled by the one before it. A negation counts up to ``before`` and ``behind``
    words from what is marked; ``harmless`` pairs only look like one.
    """

    openers: frozenset[str]
    dependent: frozenset[str]
    negators: frozenset[str]
    before: int
    behind: int
    harmless: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules of one language, ready to be run.

    ``patterns`` are in the order of the files; ``alone`` are those that need but one word.
    """

    language: str
    rules: tuple[Rule, ...]
    patterns: tuple[Way, ...]
    left_out: frozenset[str]
    clauses: Clauses
    alone: frozenset[int]
    _index: "Index"
    _known: dict[str, Word] = field(default_factory=dict, compare=False, repr=False)

    def look_up(self, token: str) -> Word:
        """Give a token's folded word ("" if it is left out), and the patterns that need it first or second."""
        found = self._known.get(token)
        if found is None:
            word = fold(token)
            found = ("", (), ()) if word in self.left_out else (word, *self._index.patterns_of(word))
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[token] = found
        return found


@dataclass(frozen=True, slots=True)
class Index:
    """Which patterns need a word first (0) or second (1): by the word, its beginning, its end or a part of it."""

    exact: Mapping[str, tuple[tuple[int, int], ...]]
    beginnings: Mapping[int, Mapping[str, tuple[tuple[int, int], ...]]]
    parts: tuple[tuple[Anchor, tuple[tuple[int, int], ...]], ...]

    @classmethod
    def of(cls, ways: Sequence[Way]) -> Self:
        """Build the index of patterns."""
        exact: dict[str, list[tuple[int, int]]] = defaultdict(list)
        beginnings: dict[int, dict[str, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
        parts: dict[Anchor, list[tuple[int, int]]] = defaultdict(list)
        for i, way in enumerate(ways):
            for place, anchors in enumerate(way.pattern.needs):
                for anchor in anchors:
                    if anchor.before:
                        parts[anchor].append((place, i))
                    elif anchor.behind:
                        beginnings[len(anchor.text)][anchor.text].append((place, i))
                    else:
                        exact[anchor.text].append((place, i))
        return cls(
            {word: tuple(found) for word, found in exact.items()},
            {n: {word: tuple(found) for word, found in stems.items()} for n, stems in beginnings.items()},
            tuple((anchor, tuple(parts[anchor])) for anchor in sorted(parts, key=lambda a: a.text)),
        )

    def patterns_of(self, word: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Give the patterns that need the word first, and those that need it second."""
        found = list(self.exact.get(word, ()))
        for length, stems in self.beginnings.items():
            found += stems.get(word[:length], ())
        for anchor, patterns in self.parts:
            if anchor.text in word if anchor.behind else word.endswith(anchor.text):
                found += patterns
        first, second = (tuple(sorted({i for place, i in found if place == p})) for p in (0, 1))
        return first, second


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
        alone=frozenset(i for i, way in enumerate(patterns) if len(way.pattern.needs) == 1),
        _index=Index.of(patterns),
    )


def _clauses(table: Mapping[str, Any], no: frozenset[str]) -> Clauses:
    harmless = frozenset((fold(a), fold(b)) for a, b in (pair.split() for pair in table["harmless"]))
    openers, dependent = (frozenset(fold(w) for w in table[name].split()) for name in ("openers", "dependent"))
    return Clauses(openers, dependent, no, table["before"], table["behind"], harmless)


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
