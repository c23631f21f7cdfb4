"""Names of persons: lists of names, and what words around a name must be like.

A name is told by its place (behind a title, a greeting or a role) or by a list. The lists hold no everyday word and no
town; a listed name that stands alone counts, unless it is a brand.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from cxtext.config import read_data

# How far in front of a find its context is looked for.
CONTEXT_WIDTH = 40

PARTICLES = frozenset(
    {"von", "van", "de", "der", "zu", "zur", "vom", "del", "da", "di", "den", "ten", "la", "el", "al"}
)
# Bounded, and without two ways to read one part: no text may keep an expression busy.
NAME = r"[A-ZÄÖÜÅØÉÁÍÓÚÞÈČŠŽŞÇŁ][^\W\d_]*(?:['’-][^\W\d_]+){0,8}(?:(?<=\b\w)\.)?"
_LEADING = r"(?:(?:von|van|de|del|da|di|zu|zur|vom)\s(?:der\s)?)?"
_PARTICLE = r"(?:(?:von|van|de|der|zu|zur|vom|del|da|di)\s){0,2}"
FULL_NAME = rf"{_LEADING}{NAME}(?:[ \t]{_PARTICLE}{NAME}){{0,3}}"

_CAPITALISED = re.compile(r"(?<![\w@#./&-])[A-ZÀ-ÖØ-ÞĀ-Ž][^\W\d_]+(?:[-'’][^\W\d_]+)*")
_AND_BEFORE = re.compile(r"([^\W\d_]+)\s(?:and|und)\s$")
_AND_BEHIND = re.compile(r"\s(?:and|und)\s([^\W\d_]+)")
_LOWER_WORD = re.compile(r"(?<![\w@#./-])[^\W\d_]{3,}(?:[-'’][^\W\d_]+)*|(?<=\s)[^\W\d_]\.?(?=\s)")
_LOWER_TITLE = re.compile(
    r"\b(?:herrn?|frau|mister|mrs|mr|ms|miss|dr)\.?\s(?:dr\.?\s)?([^\W\d_]{3,20}(?:\s[^\W\d_]{3,20})?)\b"
)
_LOWER_INTRODUCED = re.compile(
    r"(?:my name is|mein name ist|ich heiße|ich heisse|(?:calls?|called) me|last name\?|your name\?|"
    r"name is|name:|user:)\s{1,6}"
    r"([^\W\d_]{3,20}(?:\s[^\W\d_]\.?(?=\s))?(?:\s[^\W\d_]{3,20})?)"
)
_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-Þ]")
WORD = re.compile(r"[^\s]+")
_WORD_BEHIND = re.compile(r"[^\s]{1,40}")  # no word of the lists is longer


@dataclass(frozen=True, slots=True)
class Names:
    """The lists, and the expressions that tell a name beside them."""

    given: frozenset[str]
    surnames: frozenset[str]
    lower_surnames: frozenset[str]
    not_names: frozenset[str]
    not_surnames: frozenset[str]
    roles: frozenset[str]
    not_alone: frozenset[str]
    everyday: frozenset[str]
    function: frozenset[str]
    common: frozenset[str]
    places: frozenset[str]
    surname_behind: re.Pattern[str]
    surname_endings: re.Pattern[str]
    surname_tails: tuple[str, ...]
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

    everyday = {w for kind in ("words", "everyday") for code in ("de", "en") for w in languages[kind][code].split()}
    ambiguous = {line[1:] for line in (*more, *surnames) if line.startswith("~")}
    return Names(
        given=frozenset(words["given"].split()) | {line.removeprefix("~") for line in more},
        surnames=frozenset(line.removeprefix("~") for line in surnames),
        lower_surnames=frozenset(words["surnames"].split()),
        not_names=frozenset(words["not_names"].split()),
        not_surnames=frozenset((words["surname_like_words"] + words["not_names"]).split()),
        roles=frozenset(words["roles"].split()),
        not_alone=frozenset(words["not_alone"].split()) | ambiguous,
        everyday=frozenset(everyday),
        function=frozenset(w for code in ("de", "en") for w in languages["words"][code].split()),
        places=frozenset(words["places"].split()),
        common=frozenset(words["given"].split()),
        surname_behind=re.compile(given["surname"]),
        surname_endings=re.compile(rf"\w{{2,}}{table['surname_endings']['pattern']}"),
        surname_tails=tuple(table["surname_endings"]["tails"].split()),
        before=re.compile(given["before"]),
        score=float(given["score"]),
    )


def find_listed(text: str) -> Iterator[tuple[int, int, float, str]]:
    """Find names of the lists: start, end, score and which rule says so.

    Examples
    --------
    >>> text = "Danke, Sarah! Auch Katarzyna Wieczorek half."
    >>> [text[a:b] for a, b, _, _ in find_listed(text)]
    ['Sarah', 'Katarzyna Wieczorek']
    >>> text = "I spoke to Piotr at Burger King."
    >>> [text[a:b] for a, b, _, _ in find_listed(text)]
    ['Piotr']
    """
    known = names()
    if _CAPITAL.search(text) is None:
        yield from _lower(text, known)
        return
    after = 0
    for match in _CAPITALISED.finditer(text):
        start, end = match.span()
        word = match.group()
        plain = word[:-2] if word[-2:] in ("'s", "’s") else word
        if start < after or plain.isupper() or not known.listed(plain) or plain in known.not_names:
            continue
        end -= len(word) - len(plain)
        surname = plain not in known.given
        whole = _whole(text, start, end, known) if word == plain else end
        if surname:
            start = _given_before(text, start, known)
        if _place_behind(text, whole, known) and (surname or whole > match.end()):
            after = whole
        elif whole > match.end() or start < match.start():
            after = max(whole, end)
            yield start, after, known.score, "given_and_surname"
        elif not known.doubtful(plain) or _told_by_context(text, start, end, known):
            after = end
            yield start, end, known.score, "surname" if surname else "given"
    yield from _lower_titles(text, known)


def _place_behind(text: str, end: int, known: Names) -> bool:
    """Whether a place is named after somebody: „McClelland Park", „Harold Washington Center"."""
    behind = _WORD_BEHIND.match(text, end + 1) if text[end : end + 1] in " -" else None
    return behind is not None and behind.group().rstrip(".,;:!?") in known.places


def _told_by_context(text: str, start: int, end: int, known: Names) -> bool:
    """Whether words in front say that a name comes, or another name stands beside this one: „Usamov and Bowers"."""
    before = text[max(0, start - CONTEXT_WIDTH) : start]
    if known.before.search(before):
        return True
    beside = [_AND_BEFORE.search(before), _AND_BEHIND.match(text, end)]
    return any(found is not None and known.sure(found.group(1)) for found in beside)


def _whole(text: str, start: int, end: int, known: Names) -> int:
    """Give the end of a name with the surnames behind it."""
    behind = known.surname_behind.match(text, end)
    first = text[start:end]
    last, doubtful = end, first in known.not_alone or first not in known.given
    for word in WORD.finditer(behind.group()) if behind else ():
        shown = word.group().rstrip(".")
        # „Rose Garden" is none: a name that is also a word needs another name behind it.
        if doubtful and last == end and shown not in PARTICLES and not initial(shown) and not known.sure(shown):
            break
        if shown in known.not_surnames or (
            shown.lower() in known.function and shown not in PARTICLES and not initial(word.group())
        ):
            break
        if shown not in PARTICLES and (len(shown) > 1 or word.group().endswith(".")):
            last = end + word.end()
    return last


def _given_before(text: str, start: int, known: Names) -> int:
    """Give the start of a name with an unlisted given name in front: „Bonifacy Kaczmarek"."""
    before = re.search(rf"(?<![\w@#./-])({NAME})(?:\s[A-Z]\.?)?\s$", text[max(0, start - CONTEXT_WIDTH) : start])
    if before is None or len(before.group(1)) < 3:
        return start
    word = before.group(1)
    if word in known.not_surnames or word.lower() in known.everyday or word in known.not_alone:
        return start
    if (
        text[start : start + CONTEXT_WIDTH].partition(" ")[0].rstrip(".,;:!?") in known.not_alone
        and word not in known.given
    ):
        return start
    return max(0, start - CONTEXT_WIDTH) + before.start()


def _lower(text: str, known: Names) -> Iterator[tuple[int, int, float, str]]:
    """Names in texts without capitals, as speech recognition writes them: two names, or one that is introduced."""
    yield from _lower_titles(text, known)
    for match in _LOWER_INTRODUCED.finditer(text):
        start, end = match.span(1)
        found = list(WORD.finditer(text[start:end]))
        kept = start
        for word in found:
            if word.group() in known.everyday:
                break
            kept = start + word.end()
        if kept > start:
            yield start, kept, 0.8, "lower_introduced"
    words = list(_LOWER_WORD.finditer(text))
    for i, word in enumerate(words):
        first = word.group().title()
        if first in known.common and known.sure(first) and word.group() not in known.everyday:
            yield word.start(), word.end(), known.score, "lower_given"
        if i + 1 == len(words):
            break
        if first not in known.given or word.group() in known.everyday:
            continue
        rest = words[i + 1 : i + 3]
        last = rest[1] if len(rest[0].group().rstrip(".")) == 1 and len(rest) > 1 else rest[0]
        between = text[word.end() : last.start()]
        shown = last.group().title()
        apart = len(between) > 4 or between[:1] != " " or last.group() in known.everyday
        # „Chance alone": two words that are also names are mostly words, where no capitals tell.
        doubtful = known.doubtful(first) and known.doubtful(shown)
        if not apart and not doubtful and (known.listed(shown) or last.group() in known.lower_surnames):
            yield word.start(), last.end(), 0.7, "lower_given_and_surname"


def _lower_titles(text: str, known: Names) -> Iterator[tuple[int, int, float, str]]:
    for match in _LOWER_TITLE.finditer(text):
        start = kept = match.start(1)
        for word in WORD.finditer(match.group(1)):
            shown = word.group()
            if shown not in known.lower_surnames and not known.listed(shown.title()):
                break
            kept = start + word.end()
        if kept > start:
            yield start, kept, 0.8, "lower_surname"


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
