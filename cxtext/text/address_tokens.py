"""The words, numbers, postcodes, line breaks and marks of a text, as addresses have them."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from cxtext.text.name_lists import names

Kind = Literal["line", "code", "number", "word", "other"]
Case = Literal["both", "capitals", "small"]

# Postcodes whose form tells their country: Britain, Canada, Ireland, the Netherlands, what is written with the letters
# of its country, Portugal, Brazil and the United States, Poland, Sweden and its like.
_CODE = (
    r"[A-Z]{1,2}\d[A-Z\d]?[ ]?\d[ABD-HJLNP-UW-Z]{2}|[A-Z]\d[A-Z][ -]?\d[A-Z]\d"
    r"|[AC-FHKNPRTV-Y]\d[\dW][ ]?(?=[A-Z\d]{0,3}\d)(?=\d{0,3}[A-Z])[\dAC-FHKNPRTV-Y]{4}"
    r"|(?!(?:19|20)\d\d[ ])\d{4}[ ]?[A-Z]{2}"
    r"|(?:A|AT|B|BE|BG|CH|CZ|D|DE|DK|EE|F|FI|FR|GR|H|HR|HU|I|IT|LT|LV|MD|N|NL|NO|PL|PT|RO|S|SE|SI|SK)-\d{4,5}"
    r"|\d{4}-\d{3}|\d{5}-\d{3,4}|\d{2}-\d{3}|\d{3}[ ]\d{2}(?=[ ][^\W\d_]|[ ]?\n|[ ]?\.?$)"
)
_NUMBER = (
    r"(?:[#№]\s?|N[°º]\s?)?\d{1,8}(?:[A-Z](?![^\W_]))?(?:\s?[/–-]\s?\d{1,5}[A-Z]?(?![^\W\d_])){0,3}[½¼¾]?"
    r"(?![\w%€$£]|[.,:]\d)"
    # „Rua Vieira, S/N", a house without a number
    r"|(?<=,[ ])S/N(?=,|[ ]\d{4}-\d{3}|[ ]?\n|$)"
)
_WORD = r"(?:['’]s-|-sur-)?[^\W\d_](?:[^\W\d_]|['’.-](?=[^\W\d_])){0,39}(?![^\W_])|\d{1,3}(?:st|nd|rd|th|ª|º)(?!\w)"
_TOKEN = re.compile(
    rf"(?P<line>[^\S\n]{{0,9}}\n(?:[^\S\n]|>){{0,9}})|(?<!\w)(?P<code>(?:{_CODE})(?![\w-]))"
    rf"|(?<!\w)(?P<number>{_NUMBER})|(?<!\w)(?P<word>{_WORD})|(?P<other>\S)",
    re.IGNORECASE,
)
POSTCODE = re.compile(r"\d{4,8}")
YEAR = re.compile(r"19\d\d|20[0-3]\d")
ABROAD = re.compile(r"[^\W\d_a-zäöüß]")


class Token(NamedTuple):
    """A word, a number, a postcode, a line break or a mark; ``low`` is its text in lower case."""

    kind: Kind
    start: int
    end: int
    low: str
    capital: bool


def case_of(text: str) -> Case:
    """Say whether a text is written in capitals only, without any, or in both.

    >>> case_of("Elm Road 5"), case_of("AM RING 5"), case_of("am ring 5")
    ('both', 'capitals', 'small')
    """
    if text.islower():
        return "small"
    return "capitals" if text.isupper() else "both"


def tokens(text: str, start: int, end: int, case: Case) -> Iterator[Token]:
    """Give the tokens of a place in a text.

    >>> [(t.kind, t.low) for t in tokens("Elm Road 5, LS1 4AP", 0, 19, "both")]
    [('word', 'elm'), ('word', 'road'), ('number', '5'), ('other', ','), ('code', 'ls1 4ap')]
    """
    for match in _TOKEN.finditer(text, start, end):
        kind, shown = match.lastgroup, match.group()
        if kind == "code" and not _written_as_code(shown, case, last=text[match.end() : match.end() + 1] in ",\n"):
            yield from _apart(shown, match.start())
        else:
            yield Token(kind, *match.span(), shown.lower(), capital=not shown[0].islower())  # type: ignore[arg-type]


def _written_as_code(shown: str, case: Case, *, last: bool) -> bool:
    """Say whether the letters of a postcode are capitals: „1500 am" is none; small ones may end a part: „5158 be,"."""
    letters = shown.strip("0123456789- ")
    if not letters or case == "both":
        return not letters or letters.isupper()
    return last or letters.lower() not in names().function


def _apart(shown: str, start: int) -> Iterator[Token]:
    number = re.match(r"\d{4}", shown)
    if number is None:
        yield Token("other", start, start + len(shown), shown.lower(), capital=False)
        return
    word = shown[number.end() :].strip()
    yield Token("number", start, start + number.end(), number.group(), capital=False)
    yield Token("word", start + len(shown) - len(word), start + len(shown), word.lower(), capital=word[0].isupper())


def is_code(token: Token) -> bool:
    """Say whether a token may be a postcode."""
    return token.kind == "code" or POSTCODE.fullmatch(token.low) is not None
