"""Stretches of a text whose words may all be parts of one postal address."""

import re
from collections.abc import Iterator, Sequence

from cxtext.text.address_stretch_words import word_belongs
from cxtext.text.address_tokens import POSTCODE, Case, Token, is_code, tokens
from cxtext.text.address_words import any_telling, is_part, is_unit, part_words
from cxtext.text.postal_addresses import inside, measured

# How much in front of a number and behind it is looked at; each further number of an address reaches as far.
_LEFT, _RIGHT = 80, 120
_MOST_TOKENS = 60
_MOST_LINES = 6
_MOST_DIGITS = 8

# A number, and the word behind it.
_SOME_NUMBER = re.compile(
    r"(?<![\w.,:€$£+])\d{1,8}(?![%€$£\d]|[.,:]\d|[ ]?(?:Uhr|[%€$£]))[\w/-]{0,9}(?:[ ]([^\W\d_]{1,20}))?"
)
# What postcodes have, and letters of other languages.
_CODE_LIKE = re.compile(
    r"(?<!\d)(?!(?:19|20)\d\d(?!\d))\d{4}|\d{3}[ ]\d\d(?!\d)|\d-\d{3}"
    r"|(?<![\w/])(?:[A-Za-z]{1,2}\d[A-Za-z\d]?[ ]?\d[A-Za-z]{2}|[A-Za-z]\d[A-Za-z\d][ -]?\w{2,4})(?!\w)"
    r"|(?![ÄÖÜäöüß×÷])[À-ɏͰ-ӿ]"
)
_DATE = re.compile(r"\d{1,2}([/-])\d{1,2}\1\d{2,4}|(?:19|20)\d\d([/-])\d\d\2\d\d")
_TELEPHONE = re.compile(r"\d(?:[ ()/.-]{0,2}\d){8,20}|0\d(?:[ ()/.-]{0,2}\d){6,20}")
# „65472 53210 Elm Park": a building and a house; „Apt. 123 4411 29 Elm Park": a flat, too.
_TWO_NUMBERS = re.compile(r"\d{1,5} \d{1,5}[a-z]?,? [^\W\d_a-z]")
_THREE_NUMBERS = re.compile(r"\d{1,5}(?: \d{1,5}){2}[a-z]?,? [^\W\d_]")
_BRACKETS = re.compile(r"\([^\W\d_]{1,20}(?: [^\W\d_]{1,20})?\)")
_MARKS_BEFORE = "€$£#+@"
_NUMBERED = ("nummer", "number", "code")


def runs(text: str, case: Case) -> Iterator[list[Token]]:
    """Give stretches with a number, in which each word may be a part of an address.

    >>> [[t.low for t in run] for run in runs("Deliver it to 5 Elm Road, Leeds, please.", "both")]
    [['5', 'elm', 'road', ',', 'leeds', ',']]
    """
    for start, end in _windows(text):
        coded = _CODE_LIKE.search(text, start, end) is not None
        if coded or any_telling(text, start, end, capitals=case == "both"):
            yield from _runs(text, list(tokens(text, start, end, case)), case)


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """Give what stands around numbers that are none of something counted: most numbers are, and are spared the rest."""
    begin = stop = -1
    for number in _SOME_NUMBER.finditer(text):
        if measured((number.group(1) or "").lower()) and number.group(1).lower() not in part_words().months:
            continue
        start, end = max(0, number.start() - _LEFT), min(len(text), number.end() + _RIGHT)
        if start <= stop:
            stop = end
            continue
        if stop > 0:
            yield begin, stop
        begin, stop = start, end
    if stop > 0:
        yield begin, stop


def _runs(text: str, around: Sequence[Token], case: Case) -> Iterator[list[Token]]:
    run: list[Token] = []
    lines = 0
    for i, token in enumerate(around):
        before = around[i - 1] if i else None
        following = around[i + 1] if i + 1 < len(around) else None
        fits = _belongs(token, before, following, run, text, case)
        lines += token.kind == "line"
        full = len(run) == _MOST_TOKENS or lines > _MOST_LINES
        if not fits or full:
            if _numbered(run):
                yield run
            # What is no part of the stretch before may begin one.
            fits = bool(run) and _belongs(token, before, following, (), text, case)
            run, lines = [], 0
        if fits:
            run.append(token)
    if _numbered(run):
        yield run


def _numbered(run: Sequence[Token]) -> bool:
    return any(t.kind in ("number", "code") for t in run)


def _belongs(
    token: Token, before: Token | None, following: Token | None, run: Sequence[Token], text: str, case: Case
) -> bool:
    last = run[-1] if run else None
    if token.kind == "line":
        # An empty line ends an address.
        return last is not None and last.kind != "line"
    if token.kind == "code":
        return text[token.start - 1 : token.start] not in tuple(_MARKS_BEFORE)
    if token.kind == "number":
        rest = last is None and before is not None and before.kind == "number"
        return not rest and _number_belongs(token, before, following, text)
    if token.kind == "word":
        return word_belongs(token, run, following, text, case)
    return last is not None and _mark_belongs(token, last, following, run, text, case)


def _mark_belongs(
    token: Token, last: Token, following: Token | None, run: Sequence[Token], text: str, case: Case
) -> bool:
    if token.low == ")":
        return any(t.low == "(" for t in run[-4:])
    if token.low == "(":
        # „(VE)", „(Upper Austria)"
        return last.kind != "line" and _BRACKETS.match(text, token.start) is not None
    if following is None:
        return False
    if token.low == ",":
        return last.kind != "other" or last.low in (")", ".")
    if token.low in "'’" and token.start == last.end and following.low == "(":
        # „SCORZE' (VE)"
        return True
    if token.low == ".":
        if last.kind == "word":
            return len(last.low) <= 4 or is_part(last.low) or last.low.endswith("str")
        # Hungarians write a stop behind the number of a house.
        goes_on = following.kind in ("line", "code", "number") or following.low == "," or is_unit(following.low)
        goes_on = goes_on or (len(run) > 1 and run[-2].low in part_words().behind_abroad and following.capital)
        return last.kind == "number" and goes_on
    if token.low == ":":
        # „No:123"
        return last.kind == "word" and is_unit(last.low) and following.kind == "number" and following.start == token.end
    if token.low in "-/&'’":
        loose = token.start > last.end and following.start > token.end
        # „Câmara / AP", „São Paulo - SP"
        state = token.low in "-/" and len(following.low) == 2 and (following.capital or case != "both")
        # „931 00 Cabaj - Čápor"
        town = token.low == "-" and following.capital and any(is_code(t) for t in run[-4:])
        near = token.low == "&" or not loose or state or town
        return near and last.kind in ("word", "number") and following.kind in ("word", "number", "code")
    return False


def _number_belongs(token: Token, before: Token | None, following: Token | None, text: str) -> bool:
    front = text[max(0, token.start - 2) : token.start]
    # „€ 5", „3.5", but „Durgapur-675081"
    if front and (front[-1] in _MARKS_BEFORE or (front[-1] in ".,/-" and not front[0].isalpha())):
        return False
    if _DATE.fullmatch(token.low) or sum(map(str.isdigit, token.low)) > _MOST_DIGITS:
        return False
    if following is not None and following.kind != "code" and _telephone(token, before, following, text):
        return False
    # „20 minutes", „20 May", but „0991 Jan Bridge"
    if following is not None and measured(following.low) and not _goes_on(token, following):
        return False
    if before is None or before.kind != "word" or is_unit(before.low):
        return True
    # „30m", but „4M" and „7b".
    if text[token.end - 1].islower() and measured(token.low.lstrip("0123456789")):
        return False
    # „Gate 22", „Kundennummer 4711", „May 12"
    dated = measured(before.low) and not POSTCODE.fullmatch(token.low)
    return not (dated or before.low.endswith(_NUMBERED) or (inside(before.low) and not is_part(before.low)))


def _goes_on(token: Token, following: Token) -> bool:
    """Say whether what could be counted is a part of the address: „0991 Jan Bridge", „24/26 m. 3"."""
    street = following.low in part_words().months and following.capital and len(token.low) > 2
    return street or (is_unit(following.low) and not token.low.isdecimal())


def _telephone(token: Token, before: Token | None, following: Token, text: str) -> bool:
    if _TELEPHONE.match(text, token.start) is None or _TWO_NUMBERS.match(text, token.start) is not None:
        return False
    if before is not None and (before.low == "." or is_unit(before.low)) and _THREE_NUMBERS.match(text, token.start):
        return False
    # „04822751 Novaes" in Brazil.
    return not (POSTCODE.fullmatch(token.low) and following.kind == "word" and following.capital)
