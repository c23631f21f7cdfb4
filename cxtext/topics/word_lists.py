"""The word lists of ``data/topic_words.toml``."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from cxtext.config import read_data
from cxtext.text.words import fold

Code = Literal["de", "en"]
CODES: tuple[Code, Code] = ("de", "en")
Gender = Literal["m", "f", "n"]


@dataclass(frozen=True, slots=True)
class WordLists:
    """The lists of one language, as ``data/topic_words.toml`` describes them.

    Words of content are folded, without umlauts; function words (``inner`` to ``titles``) stand as they are written.
    """

    vague: frozenset[str]
    pointing: frozenset[str]
    verbs: frozenset[str]
    adjectives: frozenset[str]
    adverbs: frozenset[str]
    gerunds: frozenset[str]
    places: frozenset[str]
    inner: frozenset[str]
    determiners: frozenset[str]
    pronouns: frozenset[str]
    copulas: frozenset[str]
    titles: frozenset[str]
    nouns: Mapping[str, str]  # what is judged or done -> its noun
    impression: frozenset[str]  # judgements of the whole
    judging: frozenset[str]  # further words that judge
    whole: str  # the noun for judgements of the whole
    rest: str  # what stands before a word that is no noun
    compounds: Mapping[tuple[str, str], str]  # a verb and its particle -> the noun
    nothing: frozenset[str]


@cache
def word_lists(code: Code) -> WordLists:
    """Read the lists of a language."""
    table = _table()

    def of(name: str) -> frozenset[str]:
        return frozenset(table.get(name, {}).get(code, "").split())

    def folded(name: str) -> frozenset[str]:
        return frozenset(map(fold, of(name)))

    pairs = (line.split(maxsplit=1) for line in table["nouns"][code].splitlines() if line.strip())
    lines = (line.split(",") for line in table["compounds"].get(code, "").split(";") if line.strip())
    compounds = ((verb.split(), noun.strip()) for verb, noun in lines)
    return WordLists(
        vague=folded("vague"),
        pointing=folded("pointing"),
        verbs=folded("verbs"),
        adjectives=folded("adjectives"),
        adverbs=folded("adverbs"),
        gerunds=folded("gerunds"),
        places=frozenset(map(fold, table["places"].split())),
        inner=of("inner"),
        determiners=of("determiners"),
        pronouns=of("pronouns"),
        copulas=of("copulas"),
        titles=frozenset(table["titles"].split()),
        nouns={fold(word): noun for word, noun in pairs},
        impression=folded("impression"),
        judging=folded("judging"),
        whole=table["whole"][code],
        rest=table["rest"][code],
        compounds={(a, b): noun for (a, b), noun in compounds},
        nothing=folded("nothing"),
    )


@cache
def gender_endings() -> Mapping[str, Gender]:
    """Give the endings of German nouns that tell the gender, folded."""
    genders: tuple[Gender, ...] = ("m", "f", "n")
    return {fold(ending): gender for gender in genders for ending in _table()["endings"][gender].split()}


@cache
def _table() -> dict[str, Any]:
    return read_data("topic_words.toml")
