"""Names of persons: lists of names, and what words around a name must be like.

A name is told by its place (behind a title, a greeting or a role) or by a list. The lists hold no everyday word and no
town; a listed name that stands alone counts, unless it is a brand.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from cxtext.config import read_data

# How far in front of a find its context is looked for.
CONTEXT_WIDTH = 40

PARTICLES = frozenset(
    {
        *(
            "von",
            "van",
            "de",
            "der",
            "zu",
            "zur",
            "vom",
            "del",
            "da",
            "di",
            "den",
            "ten",
            "ter",
            "la",
            "el",
            "al",
            "du",
        ),
        *("dos", "Van", "De", "Den", "Di", "Da", "Du", "Del", "La", "Le", "El", "Al"),
    }
)
# Bounded, and without two ways to read one part: no text may keep an expression busy.
NAME = r"[A-ZÄÖÜÅØÉÁÍÓÚÞÈČŠŽŞÇŁ][^\W\d_]*(?:['’-][^\W\d_]+){0,8}(?:(?<=\b\w)\.)?"
_LEADING = r"(?:(?:von|van|de|del|da|di|zu|zur|vom)\s(?:der\s)?)?"
_PARTICLE = r"(?:(?:von|van|de|der|zu|zur|vom|del|da|di)\s){0,2}"
FULL_NAME = rf"{_LEADING}{NAME}(?:[ \t]{_PARTICLE}{NAME}){{0,3}}"

WORD = re.compile(r"[^\s]+")
_LANGUAGE_WIDTH = 60
_LONGEST_BRAND = 20
_LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


@dataclass(frozen=True, slots=True)
class Names:
    """The lists, and the expressions that tell a name beside them."""

    given: frozenset[str]
    surnames: frozenset[str]
    lower_surnames: frozenset[str]
    not_persons: re.Pattern[str]
    in_not_persons: frozenset[str]
    not_names: frozenset[str]
    not_surnames: frozenset[str]
    office_endings: tuple[str, ...]
    roles: frozenset[str]
    not_alone: frozenset[str]
    in_english: frozenset[str]
    everyday: frozenset[str]
    function: frozenset[str]
    english: frozenset[str]
    german: frozenset[str]
    common: frozenset[str]
    also_words: frozenset[str]
    places: frozenset[str]
    surname_behind: re.Pattern[str]
    surname_endings: re.Pattern[str]
    surname_tails: tuple[str, ...]
    english_tails: tuple[str, ...]
    exceptions: frozenset[str]
    before: re.Pattern[str]
    score: float

    def listed(self, word: str) -> bool:
        """Whether a word, or each part of one with hyphens, is a listed name."""
        if word in self.given or word in self.surnames:
            return True
        if "-" in word:
            return all(p in self.given or p in self.surnames for p in word.split("-"))
        if word[:2] == "Mc":
            return word[2:3].isupper() and word[3:].isalnum()
        # Few words end so; the expression is tried on these only.
        return word.endswith(self.surname_tails) and self.surname_endings.fullmatch(word) is not None

    def sure(self, word: str) -> bool:
        """Whether a word is a listed name and nothing else."""
        return not self.doubtful(word) and self.listed(word)

    def doubtful(self, word: str) -> bool:
        """Whether a word, or a part of one with hyphens, is also something else than a name."""
        return word in self.not_alone or ("-" in word and not self.not_alone.isdisjoint(word.split("-")))

    def word(self, word: str) -> bool:
        """Whether a word is also something else than a name in English."""
        return word not in self.in_english and self.doubtful(word)


@cache
def names() -> Names:
    """Read the lists."""
    folder = files("cxtext.data") / "pii"
    table: Mapping[str, Any] = read_data("pii/names.toml")
    languages = read_data("languages.toml")
    words, given = table["words"], table["given"]

    def listed(name: str) -> list[str]:
        lines = (folder / f"{name}.txt").read_text(encoding="utf-8").splitlines()
        return [line for line in lines if not line.startswith("#")]

    more, surnames = listed("given_names"), listed("surnames")

    persons = [name.strip() for name in words["not_persons"].split(",")]
    everyday = {w for kind in ("words", "everyday") for code in ("de", "en") for w in languages[kind][code].split()}
    function = {code: frozenset(languages["words"][code].split()) for code in ("de", "en")}
    given_names = frozenset(words["given"].split()) | {line.lstrip("~?") for line in more}
    also_words = frozenset(words["given_also_words"].split())
    not_alone = frozenset(words["not_alone"].split()) | (also_words - given_names)
    # What stands in front of a name says where it is doubtful.
    marked = {mark: {line[1:] for line in (*more, *surnames) if line[0] == mark} for mark in "~?"}
    return Names(
        given=given_names | also_words,
        surnames=frozenset(line.lstrip("~?") for line in surnames),
        lower_surnames=frozenset(words["surnames"].split()),
        not_persons=re.compile(rf"(?:{'|'.join(map(re.escape, persons))})(?![^\W_])", re.IGNORECASE),
        in_not_persons=frozenset(w.casefold() for name in persons for w in re.findall(r"[^\W_]+", name)),
        not_names=frozenset(words["not_names"].split()),
        office_endings=tuple(words["office_endings"].split()),
        not_surnames=frozenset((words["surname_like_words"] + words["not_names"]).split()),
        roles=frozenset(words["roles"].split()),
        not_alone=not_alone | marked["~"] | marked["?"],
        in_english=frozenset(marked["?"] - marked["~"] - not_alone),
        everyday=frozenset(everyday),
        function=function["de"] | function["en"],
        english=function["en"] - function["de"],
        german=function["de"] - function["en"],
        places=frozenset(words["places"].split()),
        common=frozenset(words["given"].split()),
        also_words=also_words,
        surname_behind=re.compile(given["surname"]),
        surname_endings=re.compile(rf"\w{{2,}}{table['surname_endings']['pattern']}"),
        surname_tails=tuple(table["surname_endings"]["tails"].split()),
        english_tails=tuple(table["surname_endings_in_english"]["tails"].split()),
        exceptions=frozenset(
            w for name in ("surname_endings_in_english", "letters_english") for w in table[name]["exceptions"].split()
        ),
        before=re.compile(given["before"]),
        score=float(given["score"]),
    )


def english(text: str, start: int, end: int) -> bool:
    """Whether the words around a place are English.

    >>> english("I asked Kleist about it", 8, 14), english("Ich habe Kleist gelesen", 9, 15)
    (True, False)
    """
    known = names()
    around = f"{text[max(0, start - _LANGUAGE_WIDTH) : start]} {text[end : end + _LANGUAGE_WIDTH]}".lower()
    words = frozenset(_LETTERS.findall(around))
    return len(known.english & words) > len(known.german & words)


def part_of_other(text: str, start: int, end: int) -> bool:
    """Whether a name is that of a brand, a work or a character, or a part of one.

    >>> part_of_other("I met Mr. Bean", 10, 14), part_of_other("Ein Film mit Harry Potter", 13, 18)
    (True, True)
    """
    known = names()
    # Few names hold one of these words; the expression is tried on these only.
    if known.in_not_persons.isdisjoint(re.findall(r"[^\W_]+", text[start:end].casefold())):
        return False
    found = known.not_persons.finditer(text, max(0, start - _LONGEST_BRAND), end + _LONGEST_BRAND)
    return any(m.start() < end and m.end() > start for m in found)


def telling(name: str) -> list[str]:
    """Give the words of a full name that are hardly anything else.

    >>> telling("Joakim von Westgård"), telling("Rose Bank")
    (['Joakim', 'Westgård'], [])
    """
    known = names()
    return [
        word
        for word in re.findall(NAME, name)
        if len(word) > 3
        and (word[1:].islower() or known.listed(word))
        and not known.doubtful(word)
        and word.lower() not in known.everyday
        and word not in known.not_surnames
        and word not in known.places
    ]


def initial(word: str) -> bool:
    """Whether a word is one letter: „J."."""
    return len(word.rstrip(".")) == 1
