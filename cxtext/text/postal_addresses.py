"""How far an address reaches, where words in front say that one comes.

Streets of the world have no common form. What follows „I live at" or „Lieferadresse:" is taken word by word while it
looks like part of an address: names, numbers, abbreviations, the small words between them.
"""

import re
from dataclasses import dataclass
from functools import cache

from cxtext.config import read_data

# No address has more.
_MOST_LINES = 5

_DATE = re.compile(r"\d{1,2}([./-])\d{1,2}\1\d{2,4}")
_PIECE = re.compile(r"[^\W_][\w'’./-]*|\n|\S")
# Behind an empty line: a country, or a town, and a postcode.
_LAST_LINE = re.compile(r"\n>?[ ]?[^\W\d_][^\n\d?!:@]{1,40}[ ]\d{4,6}[ ]*(?:\n|$)")
# A town, a part of a country, a country, each behind a comma.
_PLACES = re.compile(
    r"(?:[ ]?,[ ]?(?=[^\W\d_])[^\W\d_a-zß-öø-ÿ][^\W\d_]{1,30}"
    r"(?:[ .'’-]{1,2}(?:(?:de|da|do|di|del|la|le|am|an|der|im|of|upon|and|na|u)[ ])?"
    r"(?=[^\W\d_])[^\W\d_a-zß-öø-ÿ][^\W\d_]{1,30}){0,4}"
    r"(?:[ ]\([^\W\d_]{1,30}\))?(?:[ ]\d{4,6}(?!\d))?){1,3}"
)
_GOES_ON = re.compile(r"\n|[ ][a-z]")
_SMALL = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class AddressWords:
    """Words in and behind addresses."""

    between: frozenset[str]
    kinds: frozenset[str]
    first: frozenset[str]
    units: frozenset[str]
    inside: frozenset[str]
    behind: frozenset[str]


@cache
def _words() -> AddressWords:
    table = read_data("pii/addresses.toml")["words"]
    return AddressWords(**{name: frozenset(table[name].split()) for name in AddressWords.__slots__})


@dataclass(slots=True)
class _Reading:
    """What has been read of an address: where it ends, and what its last line and word are."""

    end: int
    line_end: int
    lines: int = 1
    numbers: int = 0
    names: int = 0
    after_kind: bool = False
    new_line: bool = False
    separated: bool = False


def extent(text: str, start: int, end: int) -> int:
    r"""Give where an address ends that begins at a place; that place, if what stands there is none.

    Parameters
    ----------
    text
        Any text.
    start
        Where the address begins.
    end
        Where it ends at the latest.

    Examples
    --------
    >>> text = "Ich wohne in der Lindenallee 5, 06108 Halle und warte."
    >>> text[17 : extent(text, 17, len(text))]
    'Lindenallee 5, 06108 Halle'
    >>> text = "We live at 6 ul. Jasna 5\n00-013 Warszawa\nPlease call me."
    >>> text[11 : extent(text, 11, len(text))]
    '6 ul. Jasna 5\n00-013 Warszawa'
    >>> text = "I live in London 5 years now."
    >>> extent(text, 10, len(text))
    10
    """
    words = _words()
    small = not any(c.isupper() for c in text[start:end])
    read = _Reading(end=start, line_end=start)
    complete = True
    for match in _PIECE.finditer(text, start, end):
        piece = match.group()
        if piece == "\n":
            if (read.new_line and not _LAST_LINE.match(text, match.start())) or read.lines == _MOST_LINES:
                break
            read.new_line, read.line_end = True, read.end
            read.lines += 1
            continue
        if piece in "(),#&>":
            read.separated = read.separated or piece == ","
            continue
        if not _belongs(piece, text, match.end(), read, words, small=small):
            complete = read.new_line or match.start() == start
            break
        read.new_line = read.separated = False
        if _ends_sentence(piece, text, match.end(), words):
            break
    # A line of which only the beginning looks like an address is the next sentence.
    if not complete and read.lines > 1 and not any(c.isdigit() for c in text[read.line_end : read.end]):
        read.end = read.line_end
    return read.end if read.numbers and read.names else start


def inside(word: str) -> bool:
    """Say whether a word is for a place inside a building, or for a thing with a number.

    >>> inside("Gleis"), inside("Platform"), inside("Wien")
    (True, True, False)
    """
    return word.lower() in _words().inside


def counted(word: str) -> bool:
    """Say whether a word is for a place inside a building, a thing with a number, or something that is counted.

    >>> counted("Gleis"), counted("March"), counted("Wien")
    (True, True, False)
    """
    return word.lower() in _words().inside or word.lower() in _words().units


def measured(word: str) -> bool:
    """Say whether a word is for something that is counted or measured, or for a day or a month.

    >>> measured("Stunden"), measured("hours"), measured("Gleis")
    (True, True, False)
    """
    return word.lower() in _words().units


def ends_address(word: str) -> bool:
    """Say whether a word in lower case begins what comes after an address.

    >>> ends_address("danke"), ends_address("regards"), ends_address("wien")
    (True, True, False)
    """
    return word in _words().behind


def with_places(text: str, end: int) -> int:
    """Give the end of a street with its town and country.

    >>> text = "at 12 Mill Lane, Little Moor, Wales, and then"
    >>> text[3 : with_places(text, 15)]
    '12 Mill Lane, Little Moor, Wales'
    """
    places = _PLACES.match(text, end)
    if places is None:
        return end
    firsts = [chunk.split()[0].lower() for chunk in places.group().split(",")[1:]]
    behind = next((i for i, word in enumerate(firsts) if word in _words().behind), len(firsts))
    chunks = list(re.finditer(r"[ ]?,[^,]+", places.group()))[:behind]
    return end + chunks[-1].end() if chunks else end


def _belongs(piece: str, text: str, end: int, read: _Reading, words: AddressWords, *, small: bool) -> bool:
    """Say whether a word may be part of an address, and note what it is."""
    bare = piece.rstrip(".'’/-")
    plain = bare.lower()
    named, read.after_kind = read.after_kind, plain in words.first
    if any(c.isdigit() for c in bare):
        following = re.match(r"\s?([^\W\d_]+)", text[end : end + 20])
        if following and following.group(1).lower() in words.units:
            return False
        if _DATE.fullmatch(bare):
            return False
        # „E41" and „SW1A" have no number of their own.
        read.numbers += bare[0].isdigit()
    elif not _SMALL.match(bare) or plain in words.units or (plain in words.inside and not read.names):
        return False
    elif plain in words.between:
        # Counts only if more follows.
        return True
    elif plain in words.kinds or (piece.endswith(".") and len(bare) <= 4):
        pass
    elif (bare[0].islower() and not small and not named) or (
        (read.separated or read.new_line or small) and plain in words.behind
    ):
        return False
    else:
        read.names += 1
    read.end = end - (len(piece) - len(bare))
    return True


def _ends_sentence(piece: str, text: str, end: int, words: AddressWords) -> bool:
    if not piece.endswith("."):
        return False
    bare = piece.rstrip(".").lower()
    if bare in words.kinds or (len(bare) <= 3 and bare.isalpha()):
        return False
    # Hungarians write a stop behind the number of a house.
    return not (bare.isdigit() and _GOES_ON.match(text, end))
