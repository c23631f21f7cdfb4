"""Phrases that may become a label: runs of one to three words, and how often each occurs.

Words are compared by lemma and without umlauts, so that "Zug", "Züge" and "Zuege" are one. A phrase has no stop word at
its edges and no number, link or @user in it, and is not the name after a title.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Literal

from cxtext.text.words import fold, lemma, negators, stop_words, tokenize

Code = Literal["de", "en"]
CODES: tuple[Code, Code] = ("de", "en")

_LONGEST = 3  # words
# Longer phrases are in fewer texts but say more.
_LENGTH = {1: 1.0, 2: 1.6, 3: 1.7}
_WORD = re.compile(r"[^\W\d_]{2,}(?:['’-][^\W\d_]+)*")
# Links, addresses, @users and #tags are no words.
_NOISE = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|[@#]\w+")
_SENTENCE_END = re.compile(r"(?:^|[.!?:;…\n\"„“”(\[•*-])\s*$")


@dataclass(frozen=True, slots=True)
class _Lists:
    inner: frozenset[str]
    determiners: frozenset[str]
    vague: frozenset[str]
    titles: frozenset[str]


@cache
def _lists() -> Mapping[Code, _Lists]:
    table = tomllib.loads((files("cxtext.data") / "topic_words.toml").read_text(encoding="utf-8"))
    titles = frozenset(table["titles"].split())
    return {
        code: _Lists(
            inner=frozenset(table["inner"][code].split()),
            determiners=frozenset(table["determiners"][code].split()),
            vague=frozenset(table["vague"][code].split()),
            titles=titles,
        )
        for code in CODES
    }


@dataclass(frozen=True, slots=True)
class Word:
    """A word in its text, and what part of a phrase it may be."""

    start: int
    end: int
    surface: str
    key: str  # lemma, folded; empty where it is no word
    good: bool  # may stand at the edge of a phrase
    inner: bool  # may stand inside
    joined: bool  # only a blank before it
    begins: bool  # first word of a sentence


@dataclass
class Phrase:
    """What is counted of one phrase."""

    number: int
    words: int
    vague: bool
    surfaces: Counter[str] = field(default_factory=Counter)  # how it is written inside sentences
    first: Counter[str] = field(default_factory=Counter)  # and at their beginning
    seen: int = 0
    nominal: int = 0  # occurrences that look like a noun phrase
    inside: int = 0  # occurrences not at the beginning of a sentence
    capitals: int = 0  # those of them that begin with a capital

    def add(self, run: Sequence[Word], words: Sequence[Word], first: int, code: Code, text: str) -> None:
        """Count an occurrence, ``run``, which begins at ``words[first]``."""
        after = first + len(run)
        # "a good job": "job" is the noun, "good" is not.
        closed = after == len(words) or not (words[after].good and words[after].joined)
        determined = first > 0 and words[first - 1].surface.lower() in _lists()[code].determiners
        capital = code == "de" and run[-1].surface[:1].isupper() and not run[-1].begins
        surface = text[run[0].start : run[-1].end]
        self.seen += 1
        self.nominal += capital or (determined and closed)
        if run[0].begins:
            self.first[surface] += 1
        else:
            self.inside += 1
            self.capitals += any(w.surface[:1].isupper() and not w.surface[1:2].isupper() for w in run)
            self.surfaces[surface] += 1

    def is_name(self, code: Code) -> bool:
        """Say whether an English phrase is mostly written with capitals, as names are."""
        return code == "en" and self.inside > 0 and 2 * self.capitals > self.inside

    def surface(self, code: Code) -> str:
        """Give the form to show: the lemma if it is not rare, else the most frequent."""
        # A capital at the beginning of a sentence says nothing about the word; so it counts only if there is no other.
        counts = self.surfaces or Counter({_uncapitalised(s, code): n for s, n in self.first.items()})
        # Of equally frequent forms not "gut Lage", which lacks its ending, but "gute Lage", which sorts before "guten".
        best = min(counts, key=lambda s: (-counts[s], self.words > 1 and s.split()[0] == lemma(s.split()[0], code), s))
        if self.words == 1:
            base = lemma(best, code)
            if 5 * counts.get(base, 0) >= counts[best]:
                return base
        return best

    def weight(self) -> float:
        """Give the weight of what the phrase looks like."""
        if self.vague:
            return 0.03
        return _LENGTH[self.words] * (0.1 + self.nominal / self.seen)


def _uncapitalised(surface: str, code: Code) -> str:
    return surface if code == "de" or surface[1:2].isupper() else surface[:1].lower() + surface[1:]


def count_phrases(texts: Sequence[str], code: Code) -> tuple[dict[tuple[str, ...], Phrase], list[int], list[int]]:
    """Count phrases: what each looks like, and which text (row) holds which (column)."""
    vague = _lists()[code].vague
    phrases: dict[tuple[str, ...], Phrase] = {}
    rows: list[int] = []
    columns: list[int] = []
    for row, text in enumerate(texts):
        words = _words_of(text, code)
        here: set[int] = set()
        for first in range(len(words)):
            for run in _runs_from(words, first):
                name = tuple(word.key for word in run)
                phrase = phrases.get(name)
                if phrase is None:
                    phrase = phrases[name] = Phrase(
                        number=len(phrases), words=len(run), vague=len(run) == 1 and name[0] in vague
                    )
                phrase.add(run, words, first, code, text)
                here.add(phrase.number)
        rows.extend([row] * len(here))
        columns.extend(sorted(here))
    return phrases, rows, columns


def _words_of(text: str, code: Code) -> list[Word]:
    lists, never = _lists()[code], stop_words(code) | negators(code)
    noise = [match.span() for match in _NOISE.finditer(text)]
    words: list[Word] = []
    for start, end in tokenize(text, code):
        surface = text[start:end]
        small = surface.lower()
        begins = _SENTENCE_END.search(text[max(0, start - 3) : start]) is not None
        masked = text[start - 1 : start] in ("[", "<") and surface.isupper()
        masked = masked or any(first <= start < last for first, last in noise)
        key = "" if masked or not _WORD.fullmatch(surface) else _key(surface, code, begins=begins)
        named = bool(words) and words[-1].surface.lower() in lists.titles
        good = bool(key) and small not in never and key not in never and small not in lists.titles and not named
        words.append(
            Word(
                start=start,
                end=end,
                surface=surface,
                key=key,
                good=good,
                inner=good or small in lists.inner,
                joined=bool(words) and text[words[-1].end : start] == " ",
                begins=begins,
            )
        )
    return words


def _key(surface: str, code: Code, *, begins: bool) -> str:
    """Give what is compared: the lemma, folded. Where a sentence begins, a capital may be no noun's ("Tolle App")."""
    if begins and surface[:1].isupper() and not surface[1:2].isupper():
        small = surface.lower()
        if lemma(small, code) != small:
            return fold(lemma(small, code))
    return fold(lemma(surface, code))


def _runs_from(words: Sequence[Word], first: int) -> Iterator[Sequence[Word]]:
    """Give the candidates that begin at a word: only prepositions and articles of the stop words, and only inside."""
    if not words[first].good:
        return
    for last in range(first, min(first + _LONGEST, len(words))):
        if last > first and not words[last].joined:
            return
        if not words[last].inner:
            return
        if words[last].good:
            yield words[first : last + 1]
