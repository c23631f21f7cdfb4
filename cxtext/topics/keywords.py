"""Find a taxonomy's keywords in texts, in every form that a word takes.

Words are compared by base form and folded, so that "Verspaetungen" is "Verspätung". A German noun is also found as a
part of compounds: as their last part ("Lieferverzögerung") and as their first ("Preisanstieg"), where what is left of
the word is one itself. A separable verb is found in its two parts ("stürzt ständig ab"), an adjective after "un".
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from cxtext.config import read_data
from cxtext.text.words import LONGEST_WORD, fold, is_known, lemma, stop_words, tokenize
from cxtext.topics.taxonomy import CODES, Code, Keyword

# A part of a compound has so many letters; shorter ones are found everywhere ("App" in "Appetit").
_PART = 4
# What is left of it has so many.
_REST = 3
# Sounds between the parts of German compounds, and endings that a verb or noun loses there ("Liefer-", "Sprach-").
_LINKS = ("", "s", "es", "n", "en", "er", "e")
_LOST = ("", "n", "en", "e")
# A verb and its particle stand in one clause, with at most so many words between them.
_REACH = 8
_CLAUSE_END = re.compile(r"\s*(?:[.,;:!?…)\n]|und\b(?!\s+(?:zu|an)\b)|(?:oder|aber|sondern|weil)\b|$)")
_WITHIN_CLAUSE = re.compile(r"[^.;:!?…()\n]*")
_NO_KEYS: frozenset[str] = frozenset()
_HYPHEN = re.compile("[-\u2010\u2011]")


@dataclass(frozen=True, slots=True)
class Match:
    """Where a keyword was found: ``owner`` is the topic's place, the offsets count characters of the text."""

    owner: int
    keyword: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Entry:
    owner: int
    keyword: str
    words: tuple[frozenset[str], ...]  # for each word of the keyword all keys that it may have


@dataclass(frozen=True, slots=True)
class _Lists:
    """The keywords of one language: whole ones by a key of their first word, nouns and verbs by what is looked for."""

    whole: dict[str, list[_Entry]]
    parts: dict[str, list[_Entry]]
    verbs: dict[str, list[tuple[str, _Entry]]]


class KeywordIndex:
    """Keywords, ready to be looked for.

    Parameters
    ----------
    keywords
        For each topic its keywords.

    Examples
    --------
    >>> index = KeywordIndex([[Keyword("Verzögerung", "de"), Keyword("abstürzen", "de")], [Keyword("price", "en")]])
    >>> text = "Die App stürzt ab, und dann noch Lieferverzögerungen."
    >>> [(m.owner, m.keyword, text[m.start : m.end]) for m in index.find(text, "de")]
    [(0, 'abstürzen', 'stürzt ab'), (0, 'Verzögerung', 'Lieferverzögerungen')]
    >>> [m.keyword for m in index.find("Prices went up.", "en")]
    ['price']
    """

    def __init__(self, keywords: Sequence[Iterable[Keyword]]) -> None:
        self._lists = {code: _index(keywords, code) for code in CODES}

    def find(self, text: str, language: Code | None = None) -> list[Match]:
        """Find the keywords in a text, in the order in which they stand.

        Parameters
        ----------
        text
            Any text.
        language
            Its language: only keywords of it are looked for. Null looks for all.
        """
        spans = tokenize(text)
        found = {m for code in ((language,) if language else CODES) for m in self._find(text, spans, code)}
        return sorted(found, key=lambda m: (m.start, -m.end, m.owner, m.keyword))

    def _find(self, text: str, spans: Sequence[tuple[int, int]], code: Code) -> Iterator[Match]:
        lists = self._lists[code]
        if not lists.whole:
            return
        keys = [_keys(text[a:b], code) if b - a <= LONGEST_WORD else _NO_KEYS for a, b in spans]
        for place, (start, end) in enumerate(spans):
            whole = list(_whole(lists, spans, keys, place))
            yield from whole
            yield from _verbs(lists, text, spans, keys[place], place)
            # "Personalmangel" is no "Mangel" where it is a keyword itself.
            if lists.parts and keys[place] and not any(match.end == end for match in whole):
                for part in _parts(text[start:end]):
                    for entry in lists.parts.get(part, ()):
                        yield Match(entry.owner, entry.keyword, start, end)


def _whole(
    lists: _Lists, spans: Sequence[tuple[int, int]], keys: Sequence[frozenset[str]], place: int
) -> Iterator[Match]:
    """Find the keywords that begin at a word: as many words as they have, one after the other."""
    for key in sorted(keys[place]):
        for entry in lists.whole.get(key, ()):
            here = keys[place : place + len(entry.words)]
            if len(here) == len(entry.words) and all(map(frozenset.intersection, here, entry.words)):
                yield Match(entry.owner, entry.keyword, spans[place][0], spans[place + len(here) - 1][1])


def _verbs(
    lists: _Lists, text: str, spans: Sequence[tuple[int, int]], keys: frozenset[str], place: int
) -> Iterator[Match]:
    """Find the separable verbs whose first part stands at a word."""
    for key in sorted(keys):
        for particle, entry in lists.verbs.get(key, ()):
            reach = _particle(text, spans, place, particle)
            if reach is not None:
                yield Match(entry.owner, entry.keyword, spans[place][0], reach)


def _index(keywords: Sequence[Iterable[Keyword]], code: Code) -> _Lists:
    lists = _Lists({}, {}, {})
    for owner, own in enumerate(keywords):
        for keyword in own:
            words = [keyword.text[a:b] for a, b in tokenize(keyword.text)]
            if not words or keyword.language not in (None, code):
                continue
            entry = _Entry(owner, keyword.text, tuple(_wanted(word, code) for word in words))
            for key in sorted(entry.words[0]):
                lists.whole.setdefault(key, []).append(entry)
            if len(words) > 1 or code == "en":
                continue
            if words[0][:1].isupper() and len(words[0]) >= _PART:
                for key in sorted(entry.words[0]):
                    lists.parts.setdefault(key, []).append(entry)
            elif words[0][:1].islower():
                lists.parts.setdefault(f"un{fold(words[0])}", []).append(entry)
                for particle, verb in _separable(words[0]):
                    lists.verbs.setdefault(verb, []).append((particle, entry))
    return lists


def _wanted(word: str, code: Code) -> frozenset[str]:
    """Give the keys that a keyword's word is found by. An English "packaged" stands for itself, not for "package"."""
    if code == "en" and word.endswith(("ed", "ing")):
        return frozenset({fold(word)})
    return frozenset({fold(word), fold(lemma(word, code))})


@lru_cache(maxsize=65536)
def _keys(word: str, code: Code) -> frozenset[str]:
    """Give all that a word may be found by: as it stands, its base form, and the parts between its hyphens."""
    forms = {word, lemma(word, code)}
    if code == "de" and word.islower() and lemma(word, code) == word:
        forms.add(lemma(word.capitalize(), code))  # nouns in lower case
    elif word[:1].isupper() and not word.isupper():
        forms.add(lemma(word.lower(), code))  # the first word of a sentence
    elif word.isupper():
        forms |= {lemma(word.lower(), code), lemma(word.capitalize(), code)}
    keys = {fold(form) for form in forms}
    pieces = _HYPHEN.split(word)
    if len(pieces) > 1:
        keys |= {key for piece in pieces if len(piece) > 1 for key in _keys(piece, code)}
        keys.add(fold("".join(pieces)))
    return frozenset(keys)


@lru_cache(maxsize=65536)
def _parts(word: str) -> tuple[str, ...]:
    """Give the parts of a German compound that may be keywords: those beside which another word stands."""
    parts: dict[str, None] = {}
    for piece in _HYPHEN.split(word):
        # The base form, since "Adressen" ends like "Essen" by chance. With its umlauts: no border parts an "ü".
        base = lemma(piece, "de")
        forms = (base,) if is_known(piece, "de") else (piece, base)
        for form in dict.fromkeys(unicodedata.normalize("NFC", w).casefold() for w in forms):
            if form.startswith("un"):
                parts[fold(form)] = None
            for cut in range(_REST, len(form) - _REST + 1):
                first, last = form[:cut], form[cut:]
                if len(last) >= _PART and _stands_before(first):
                    parts[fold(last)] = None
                    parts[fold(lemma(last.capitalize(), "de"))] = None
                if len(first) >= _PART and _stands_after(last):
                    stems = (first.removesuffix(link) for link in _LINKS if first.endswith(link))
                    parts.update(dict.fromkeys(map(fold, stems)))
    return tuple(parts)


@lru_cache(maxsize=65536)
def _stands_before(first: str) -> bool:
    """Whether a first part is a word: a noun with or without link, or the stem of a verb; no prefix."""
    stems = {first.removesuffix(link) for link in _LINKS if first.endswith(link)}
    stems = {s for s in stems if len(s) >= _REST and fold(s) not in _particles() and s not in stop_words("de")}
    words = {stem + end for stem in stems for end in _LOST} - stop_words("de")
    return fold(first) not in _particles() and any(is_known(word, "de") for word in words)


@lru_cache(maxsize=65536)
def _stands_after(last: str) -> bool:
    return len(last) >= _PART and is_known(last, "de") and last not in stop_words("de")


@cache
def _particles() -> frozenset[str]:
    return frozenset(fold(particle) for particle in read_data("verb_particles.toml")["particles"])


def _separable(verb: str) -> Iterator[tuple[str, str]]:
    """Give the ways to part a verb into particle and key of the rest."""
    base = lemma(verb, "de")
    folded = fold(base)
    for particle in sorted(_particles()):
        rest = folded.removeprefix(particle)
        if rest != folded and folded.endswith("n") and len(rest) >= _PART and is_known(rest, "de"):
            yield particle, rest


def _particle(text: str, spans: Sequence[tuple[int, int]], place: int, particle: str) -> int | None:
    """Find the particle at the end of the clause that a verb stands in."""
    behind = spans[place + 1 : place + 2 + _REACH]
    if not behind:
        return None
    clause = _WITHIN_CLAUSE.match(text, spans[place][1], behind[-1][1])
    border = clause.end() if clause else len(text)
    for start, end in behind:
        if start >= border:
            return None
        if fold(text[start:end]) == particle and _CLAUSE_END.match(text, end):
            return end
    return None
