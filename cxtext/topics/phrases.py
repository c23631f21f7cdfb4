"""Phrases that may become a label: noun phrases of one to four words, and how often each occurs.

Words are compared by lemma and without umlauts, so that "Zug", "Züge" and "Zuege" are one. A phrase is a noun, with
adjectives or nouns before it or a preposition and a noun behind it ("lange Wartezeit", "quality of care"), or with "no"
before it. A word of another class is a candidate on its own, for topics that have nothing else; where it has a usual
noun ("pünktlich", "cancel"), that noun is counted, too.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cxtext.text.words import fold, lemma
from cxtext.topics.inflection import english_phrase, gender_of, german_noun, german_phrase
from cxtext.topics.tokens import Word, addressed_in, words_of
from cxtext.topics.word_classes import WordClass, WordClasses
from cxtext.topics.word_lists import Code, word_lists

_LONGEST = 4  # words
# Each word as a letter: N noun, A adjective, P inner word, K "no"; a name stands where a noun does.
_SHAPES: dict[Code, re.Pattern[str]] = {
    "de": re.compile(r"K?A?N|NN|NP{1,2}N"),
    "en": re.compile(r"K?A{0,2}N|A?N{2,3}|NPP?N"),
}
_LETTERS: dict[WordClass, str] = {"noun": "N", "name": "N", "adjective": "A", "verb": "V", "adverb": "R", "none": "-"}
_NO = {"de": re.compile(r"kein(?:e|en|em|er|es)?"), "en": re.compile(r"no")}
# What a phrase is worth by its shape. Longer phrases are in fewer texts but say more.
_LENGTH = (0.0, 1.0, 1.5, 1.6, 1.6)
NAME_WORTH = 0.15
_WORTH: dict[WordClass, float] = {
    "noun": 1.0, "name": NAME_WORTH, "adjective": 0.04, "verb": 0.02, "adverb": 0.01, "none": 0.01
}  # fmt: skip
_DERIVED = 0.6  # of a noun that the text does not say
_WHOLE = 0.2  # of one that says no more than that something is judged
_POOR = 0.06  # worth from which on a noun says something alone
_VAGUE_ALONE, _VAGUE_HEAD, _VAGUE_MODIFIER = 0.03, 0.15, 0.8


@dataclass
class Phrase:
    """What is counted of one phrase.

    ``worth`` is the mean worth of its occurrences.
    """

    number: int
    key: tuple[str, ...]
    seen: int = 0
    worths: float = 0.0
    named: int = 0
    shapes: Counter[str] = field(default_factory=Counter)
    surfaces: Counter[tuple[str, ...]] = field(default_factory=Counter)

    @property
    def worth(self) -> float:
        """Worth of a phrase, by what it looks like."""
        return self.worths / self.seen

    def is_noun(self) -> bool:
        """Say whether it mostly stands as a noun phrase that says something alone."""
        return 2 * sum(n for shape, n in self.shapes.items() if "N" in shape) > self.seen and self.worth >= _POOR

    def is_placed(self) -> bool:
        """Say whether a preposition is in it ("Schalter in Bergheim")."""
        return 2 * sum(n for shape, n in self.shapes.items() if "P" in shape) > self.seen

    def is_adjective(self) -> bool:
        """Say whether it mostly stands as an adjective."""
        return 2 * self.shapes["A"] > self.seen

    def is_name(self) -> bool:
        """Say whether it is a name, or has one in it."""
        return 2 * self.named > self.seen


@dataclass(frozen=True, eq=False)
class Found:
    """The phrases of a collection: which text (row) holds which phrase (column), and what the words are."""

    phrases: list[Phrase]
    rows: list[int]
    columns: list[int]
    classes: WordClasses

    def show(self, phrase: Phrase) -> str:
        """Give the form to show."""
        if self.classes.code == "en":
            acronyms = [base for base in phrase.key if self.classes.is_shouted(base)]
            joined: Counter[str] = Counter()
            for surface, count in phrase.surfaces.items():
                joined[" ".join(surface)] += count
            return english_phrase(joined, acronyms=acronyms, names=[b for b in phrase.key if self.classes.is_name(b)])
        return self._german(phrase)

    def _german(self, phrase: Phrase) -> str:
        shape = min(phrase.shapes, key=lambda s: (-phrase.shapes[s], s))
        parts = [Counter[str]() for _ in phrase.key]
        for surface, count in phrase.surfaces.items():
            for part, word in zip(parts, surface, strict=True):
                part[word] += count
        if shape in ("V", "R", "-", "A"):
            best = min(parts[0], key=lambda form: (-parts[0][form], form))
            return best if best.isupper() else best.lower()
        if shape in ("N", "NN"):
            nouns = [german_noun(part)[0] for part in parts]
            # In "Kunden Service" only the last word is inflected.
            return " ".join([*(_frequent(part) for part in parts[:-1]), nouns[-1]])
        if shape.startswith("NP"):
            rest = min(phrase.surfaces, key=lambda s: (-phrase.surfaces[s], s))[1:]
            return " ".join([german_noun(parts[0])[0], *rest[:-1], rest[-1][:1].upper() + rest[-1][1:]])
        noun, plural = german_noun(parts[-1])
        gender = gender_of(noun) or self.classes.gender(phrase.key[-1])
        shown = noun
        for part in reversed(parts[:-1]):
            shown = german_phrase(part, shown, gender, plural=plural)
        return shown


def find_phrases(texts: Sequence[str], code: Code) -> Found:
    """Find the phrases of a collection in one language."""
    listed = [words_of(text, code) for text in texts]
    classes = WordClasses(listed, code, addressed=addressed_in(texts))
    phrases: dict[tuple[str, ...], Phrase] = {}
    rows: list[int] = []
    columns: list[int] = []
    for row, words in enumerate(listed):
        here: set[int] = set()
        for key, surface, shape, worth, named in _candidates(words, classes):
            phrase = phrases.get(key)
            if phrase is None:
                phrase = phrases[key] = Phrase(number=len(phrases), key=key)
            phrase.seen += 1
            phrase.worths += worth
            phrase.named += named
            phrase.shapes[shape] += 1
            phrase.surfaces[surface] += 1
            here.add(phrase.number)
        rows.extend([row] * len(here))
        columns.extend(sorted(here))
    return Found(list(phrases.values()), rows, columns, classes)


Candidate = tuple[tuple[str, ...], tuple[str, ...], str, float, bool]


def _candidates(words: Sequence[Word], classes: WordClasses) -> Iterator[Candidate]:
    """Give key, surface, shape and worth of each phrase in a text, and whether a name is in it."""
    code = classes.code
    lists, shapes, no = word_lists(code), _SHAPES[code], _NO[code]
    kinds = [classes.of(words, i) for i in range(len(words))]
    letters = [
        "P" if word.small in lists.inner else "K" if no.fullmatch(word.small) else _LETTERS[kind]
        for word, kind in zip(words, kinds, strict=True)
    ]
    for i, word in enumerate(words):
        if letters[i] not in "NAVRK" and not word.content:
            continue
        if word.content:
            worth = _WORTH[kinds[i]] * (_VAGUE_ALONE if word.base in lists.vague else 1.0)
            yield (classes.key(word),), (word.surface,), letters[i], worth, kinds[i] == "name"
            modifies = i + 1 < len(words) and letters[i + 1] == "N" and words[i + 1].joined
            if kinds[i] != "noun" and not modifies:
                yield from _derived(word.base, code)
        shape = letters[i]
        for end in range(i + 1, min(i + _LONGEST, len(words))):
            if not words[end].joined:
                break
            shape += letters[end]
            if shapes.fullmatch(shape):
                run = words[i : end + 1]
                key = tuple(classes.key(w) or w.small for w in run)
                if shape.startswith("K"):
                    key = ("no", *key[1:])
                yield key, tuple(w.surface for w in run), shape, *_worth_of(run, kinds[i : end + 1], shape, code)


def _derived(base: str, code: Code) -> Iterator[Candidate]:
    """Give the noun that goes with a word of another class."""
    lists = word_lists(code)
    noun, worth = lists.nouns.get(base), _DERIVED
    if noun is None and base in lists.impression:
        noun, worth = lists.whole, _WHOLE
    if noun is not None:
        surface = tuple(noun.split())
        yield tuple(fold(lemma(part, code)) for part in surface), surface, "N" * len(surface), worth, False


def _worth_of(run: Sequence[Word], kinds: Sequence[WordClass], shape: str, code: Code) -> tuple[float, bool]:
    vague = word_lists(code).vague
    worth, named = _LENGTH[len(run)], "name" in kinds
    if named:
        worth *= NAME_WORTH
    if shape.startswith("NP"):
        # "Schalter in Bergheim", "Fall der Fälle": both ends must say something.
        return worth * (_VAGUE_ALONE if run[0].base in vague or run[-1].base in vague else 1.0), named
    if run[-1].base in vague:
        worth *= _VAGUE_HEAD
    elif run[0].base in vague and shape[0] == "A":
        worth *= _VAGUE_MODIFIER
    elif run[0].base in vague:
        worth *= _VAGUE_HEAD
    return worth, named


def _frequent(forms: Counter[str]) -> str:
    best = min(forms, key=lambda form: (-forms[form], form))
    return best if best[:1].isupper() else best[:1].upper() + best[1:]
