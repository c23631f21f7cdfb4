"""The small language of marker rules, and what becomes of it: a regular expression that cannot run away.

A pattern is a row of words, as they would be said::

    ich ...3 (kündige/kündigen | steige aus)

=============  ====================================================================================================
``word``       this word, in any spelling of capitals and umlauts
``stem*``      a word that begins so; ``*stem`` ends so, ``*stem*`` holds it
``a/b/c*``     one of these words
``(a b | c)``  one of these rows of words
``x?``         x or nothing; x is a word or a group
``...``        up to three words; ``...5`` up to five; never over the end of a sentence
``_``          any one word
``#``          a number, in digits or words
``<list>``     a word of a list of the file
``? ! . ,``    this mark; ``^`` the beginning of the sentence, ``$`` its end
=============  ====================================================================================================

Words that say nothing ("halt", "you know") and commas may always stand between two words. All repetitions are bounded,
and what may be any word does not give back what it took, so that the time is linear in the length of a text.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from cxtext.errors import ConfigError
from cxtext.markers.view import fold

GAP = 3
LONGEST_GAP = 12
# Of how many parts of a pattern one word each must stand in a passage before the pattern is run.
NEEDS = 3
_PART = re.compile(r"\s*(\(|\)\??|\||[^\s()|]+)")
_NUMBER = r"\d[^ ]*+"
_INNER = r"[^ .?!]++ "
_SIGNS = {"_": _INNER, "^": r"(?:(?<=^ )|(?<=[.?!,] ))", "$": r"(?:(?=[.?!,] )|$)"}
_MARKS = frozenset("?!.,")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A word that must be there for a pattern to match: as it is, or its beginning, its end or a part of it."""

    text: str
    before: bool = False
    behind: bool = False


@dataclass(frozen=True)
class Compiled:
    """A pattern as a regular expression over a view's text.

    ``needs``: up to three sets of words, of each of which one must be there for the pattern to match, the rarest first.
    ``words``: all its words.
    """

    source: str
    needs: tuple[frozenset[Anchor], ...]
    words: frozenset[str]

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The regular expression, from the blank before the first word; compiled when first needed; most never are."""
        return re.compile(self.source)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where the pattern matches in a view's text, from the first word on; no two matches overlap."""
        found = []
        # The blank behind one match may be the one before the next.
        match = self.regex.search(text)
        while match is not None:
            start, end = match.span()
            found.append((start + 1, end))
            match = self.regex.search(text, end - 1)
        return found


@dataclass(frozen=True, slots=True)
class _Item:
    source: str
    kind: str  # "word" or "gap"
    anchors: frozenset[Anchor] | None
    words: frozenset[str]
    optional: bool = False


@dataclass(frozen=True)
class Language:
    """What patterns of a language share: lists of words, words that say nothing, words too common to look for."""

    lists: Mapping[str, Collection[str]]
    fillers: Collection[str]
    common: Collection[str]
    # Words and lists recur in many patterns, and are compiled once.
    _items: dict[str, _Item] = field(default_factory=dict, compare=False, repr=False)

    def word(self, part: str, where: str, pattern: str) -> _Item:
        """Compile one word of a pattern, or find it where it was compiled before."""
        item = self._items.get(part)
        if item is None:
            item = self._items[part] = _word(part, self, where, pattern)
        return item

    @cached_property
    def between(self) -> str:
        """What may stand between two words, as a regular expression."""
        return rf"(?:(?:{'|'.join([*(re.escape(fold(f)) for f in sorted(self.fillers)), ','])}) ){{0,2}}"


def compile_pattern(pattern: str, language: Language, *, where: str) -> Compiled:
    """Compile a pattern.

    Raises
    ------
    ConfigError
        If it is not well formed, or holds no word by which to find it.

    Examples
    --------
    >>> language = Language(lists={}, fillers=["halt"], common=["ich"])
    >>> compiled = compile_pattern("ich ... kündig*", language, where="here")
    >>> text = " dann werde ich das halt alles kuendigen "
    >>> [text[start:end] for start, end in compiled.spans(text)]
    ['ich das halt alles kuendigen ']
    >>> [sorted(anchor.text for anchor in anchors) for anchors in compiled.needs]
    [['kuendig'], ['ich']]
    """
    parts = _PART.findall(pattern)
    items, rest = _row(parts, 0, language, where, pattern)
    if rest != len(parts):
        raise ConfigError(f"{where}: {pattern!r} has a ')' or '|' without its '('")
    ranked = _ranked(items, language)
    if not ranked:
        raise ConfigError(f"{where}: {pattern!r} holds no word that must be there; add one")
    return Compiled(f" {_join(items, language)}", tuple(ranked[:NEEDS]), frozenset().union(*(i.words for i in items)))


def _row(parts: Sequence[str], at: int, language: Language, where: str, pattern: str) -> tuple[list[_Item], int]:
    items: list[_Item] = []
    while at < len(parts) and parts[at] not in {")", ")?", "|"}:
        if parts[at] == "(":
            item, at = _group(parts, at + 1, language, where, pattern)
        else:
            item, at = language.word(parts[at], where, pattern), at + 1
        items.append(item)
    if not items:
        raise ConfigError(f"{where}: {pattern!r} has an empty part")
    return items, at


def _group(parts: Sequence[str], at: int, language: Language, where: str, pattern: str) -> tuple[_Item, int]:
    rows = []
    while True:
        row, at = _row(parts, at, language, where, pattern)
        rows.append(row)
        if at == len(parts):
            raise ConfigError(f"{where}: {pattern!r} has a '(' without its ')'")
        if parts[at] != "|":
            break
        at += 1
    optional = parts[at] == ")?"
    source = f"(?:{'|'.join(_join(row, language) for row in rows)})"
    found = [_ranked(row, language) for row in rows]
    anchors = frozenset().union(*(ranked[0] for ranked in found)) if all(found) else None
    words = frozenset().union(*(i.words for row in rows for i in row))
    return _Item(f"{source}?" if optional else source, "word", anchors, words, optional), at + 1


def _word(part: str, language: Language, where: str, pattern: str) -> _Item:
    nothing: frozenset[str] = frozenset()
    if part.startswith("..."):
        return _Item(_gap(part, where, pattern), "gap", None, nothing)
    if part in _SIGNS:
        return _Item(_SIGNS[part], "word", None, nothing)
    if part in _MARKS:
        return _Item(f"{re.escape(part)} ", "word", frozenset({Anchor(part)}), nothing)
    optional = part.endswith("?")
    anchors: set[Anchor] = set()
    words: set[str] = set()
    sources: list[str] = []
    for one in part.removesuffix("?").split("/"):
        if one == "#":
            sources += [_NUMBER, *(re.escape(fold(n)) for n in sorted(language.lists.get("numbers", ())))]
        elif one.startswith("<") and one.endswith(">"):
            if one[1:-1] not in language.lists:
                raise ConfigError(f"{where}: {pattern!r} names the list {one!r}, which is not in [lists]")
            for entry in sorted(language.lists[one[1:-1]]):
                _add(entry, sources, anchors, words, where, pattern)
        else:
            _add(one, sources, anchors, words, where, pattern)
    source = f"(?:{'|'.join(sources)}) "
    found = frozenset(anchors) if len(anchors) == len(set(sources)) else None
    return _Item(f"(?:{source})?" if optional else source, "word", found, frozenset(words), optional)


def _gap(part: str, where: str, pattern: str) -> str:
    most = int(part[3:]) if part[3:].isdecimal() else GAP if part == "..." else 0
    if not 1 <= most <= LONGEST_GAP:
        raise ConfigError(f"{where}: {pattern!r} has the gap {part!r}; allowed: '...' and '...1' to '...12'")
    return f"(?:{_INNER}){{0,{most}}}?"


def _add(word: str, sources: list[str], anchors: set[Anchor], words: set[str], where: str, pattern: str) -> None:
    before, behind = word.startswith("*"), word.endswith("*")
    core = fold(word.strip("*")) if word.strip("*") else ""
    if not core or " " in core or "*" in core:
        raise ConfigError(f"{where}: {pattern!r} has the word {word!r}; a word is letters, with '*' at its ends")
    escaped = re.escape(core)
    if before:
        # Not given back once found: a word of any length is passed over once.
        sources.append(f"(?>[^ ]*?{escaped})[^ ]*+" if behind else f"(?>[^ ]*?{escaped}(?= ))")
    else:
        sources.append(f"{escaped}[^ ]*+" if behind else escaped)
    anchors.add(Anchor(core, before, behind))
    words.add(core)


def _join(items: Sequence[_Item], language: Language) -> str:
    """Join the parts of a row; between two words may stand what says nothing."""
    source = ""
    for i, item in enumerate(items):
        if i and item.kind == "word" and items[i - 1].kind == "word":
            source += language.between
        source += item.source
    return source


def _ranked(items: Sequence[_Item], language: Language) -> list[frozenset[Anchor]]:
    """Give the words of each part that must be there, of the least common part first."""
    needed = [i.anchors for i in items if not i.optional and i.anchors]
    return sorted(needed, key=lambda anchors: -_rarity(anchors, language))


def _rarity(anchors: frozenset[Anchor], language: Language) -> float:
    """How rare the most common of these words is, by its length; marks and common words are not rare."""
    return min(
        0.5 if len(a.text) == 1 else 0 if a.text in language.common and not (a.before or a.behind) else len(a.text)
        for a in anchors
    )
