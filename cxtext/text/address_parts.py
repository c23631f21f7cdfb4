"""The parts of one address: what stands in front of a street, between its parts and behind it."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from cxtext.text.name_lists import names
from cxtext.text.street_words import plain, street_words

_WIDTH = 70
# A flat, a floor or a house by its name, in front of a number and a street.
_UNIT_BEFORE = re.compile(
    r"(?<![\w-])(?:(?i:flat|apartment|apt|unit|suite|ste|room|rm|building|bldg|block|blk|space|lot|plot|shop|level|floor"
    r"|penthouse|tower|h\. ?no|no)(?i:[ ]no)?[.:]?[ ]?"
    r"(?:(?=[\w/-]{0,5}\d)[A-Za-z]{0,2}\d{1,5}[A-Za-z]?(?:[/-]\w{1,4})?|[A-Z](?!\w))"
    r"|(?i:(?:lower |upper )?(?:ground|top|\d{1,2}(?:st|nd|rd|th)|first|second|third) floor|basement)"
    r"|c/o [A-Z][\w'’-]+)"
    r"(?:[ ][A-Z][a-z][\w'’-]{0,25}){0,3},?[ \n]$"
)
# „Blk 221 Bishan Street": the number belongs to both.
_WORD_BEFORE = re.compile(r"(?<![\w-])(?i:blk|block|plot|no|h\.? ?no|lot|unit|flat|shop|door)\.?[ ]$")
_HOUSE_BEFORE = re.compile(
    r"(?:(?:(?<!\w)(?:at|to|from|in|for|is|of|outside|with)[ ]|[:(][ ]?|\n|\A)|(?<=, ))"
    r"((?:[Tt]he[ ])?(?:[A-Z][a-z'’-]{1,20}[ ]){0,3}[A-Z][a-z'’-]{2,20},[ ])$"
)
# „at Cinzia and Hammarvägen 15": a corner.
_CORNER_BEFORE = re.compile(
    r"(?:(?<!\w)[a-z]{2,12}[ ]|[:\n,][ ]?|\A)"
    r"((?:[A-ZÀ-ÖØ-ÞĀ-ŽΆ-ΩЀ-Я][^\W\d_]{1,20}(?:-[^\W\d_]{1,20})?[ ]){1,2}and[ ])$"
)
# What may stand between two parts of one address: names, short numbers, the small words inside names.
_BETWEEN = re.compile(
    r"(?:[ ]?[,;(])?(?:\.(?=[ ]))?[ ]?\n?[ ]{0,2}"
    r"(?:(?:[^\W\d_a-zß-öø-ÿ][\w'’-]{0,25}|[A-Z][a-z]{0,3}\.|\d{1,2}|[Cc]o\.?|of|the|upon|on|near|off"
    r"|(?:rear|side|front|back) (?:entrance|door))"
    r"(?:,?[ ]{1,2}|,?[ ]?\n[ ]{0,2})){0,8}"
)
_LONGEST_BETWEEN = 70
# A number of a building in front of a street that has its own, but no year: „819 Lindengasse 34".
_NUMBER_BEFORE = re.compile(r"(?<![\w.,/€$£#:-])(?<!\d[ ])(?!(?:19|20)\d\d[ ])\d{3,6},?[ ]$")
_UNITS_BEHIND = re.compile(
    r"(?:(?:[ ]?,)?[ ]?\n?>?[ ]{0,2}"
    r"(?i:apt|apartment|suite|ste|unit|flat|room|floor|piano|appartamento|piso|puerta)"
    r"\.?[ ]?#?(?:\d{1,5}[A-Za-z]?|[A-Z])(?!\w)){1,2}"
)
_NEW_LINE = r"[ ]?\n>?[ ]{0,2}"
_CODE = r"\d{4,6}(?:-\d{3,4})?(?![\w-]|[.,]\d)"
_REST = r"(?:[ ][^\W\d_][\w'’.()/-]{0,30})"
_SMALL_WORD = re.compile(r"[ ]?,?[ ]([^\W\d_]{2,20})(?!\w)")
_MOST_SMALL_WORDS = 7


@cache
def _tails(*, small: bool) -> tuple[re.Pattern[str], ...]:
    """Give what may stand behind a street: towns, states, postcodes and countries, with commas or in lines."""
    known = "|".join(sorted(map(re.escape, street_words().countries), reverse=True)).replace(r"\-", "[ ]")
    country = rf"(?i:{known})(?:[ ]\([^\W\d_]{{2,20}}\))?(?:[ ]{_CODE})?(?!\w)"
    first = r"[^\W\d_]" if small else r"[^\W\d_a-zß-öø-ÿ]"
    capitals = "[a-z]" if small else "[A-Z]"
    name = rf"{first}[^\W\d_]{{2,25}}"
    town = rf"{first}[\w'’.()/-]{{0,30}}{_REST}{{0,5}}?"
    words = r"[^\W\d_]{2,20}(?:[ ][^\W\d_]{2,20}){0,2}"
    state = rf"(?:{capitals}{{1,3}}|nan)(?!\w)(?:{_NEW_LINE}|[ ])(?:{words}[ ])?{_CODE}"
    edge, line = rf"\.?(?:[ ]?,[ ]?|{_NEW_LINE})", rf"\.?{_NEW_LINE}"
    forms = (
        rf"(?:{edge}|[ ]){town}(?:{_NEW_LINE}|,?[ ])(?:,[ ]?)?{state}",
        rf"{edge}(?:{town}(?:[ ]?,[ ]?|{_NEW_LINE}))?{country}",
        rf"{line}{town}{_NEW_LINE}{words}[ ]{_CODE}",
        # The same, where the beginning of the town has been read.
        rf"(?:{_NEW_LINE}|[ ])?,[ ]?{state}",
        rf"{_REST}{{1,3}},[ ]{country}",
        # Half a British postcode behind its towns, an Irish one in front of its town.
        rf"(?:,?[ ]{name}){{1,3}}[ ]{capitals}{{1,2}}\d{{1,2}}{capitals}?(?![\w-])",
        rf"(?:{edge}|[ ])[AC-FHKNPRTV-Yac-fhknprtv-y]\d[\dWw][ ]?[\da-zA-Z]{{4}}(?!\w)(?:,?[ ]{name}){{0,2}}",
    )
    return tuple(map(re.compile, forms))


def _begin(text: str, start: int) -> int:
    """Give where an address begins with the flat, the house or the crossing street in front of it."""
    lowest = max(0, start - _WIDTH)
    number = _NUMBER_BEFORE.search(text, lowest, start)
    start = start if number is None else number.start()
    if text[start].isdigit():
        for _ in range(2):
            unit = _UNIT_BEFORE.search(text, lowest, start)
            if unit is None:
                break
            start = unit.start()
        word = _WORD_BEFORE.search(text, lowest, start)
        start = start if word is None else word.start()
        house = _HOUSE_BEFORE.search(text, lowest, start)
        if house is not None and plain(house.group(1)) and not all(map(names().listed, house.group(1)[:-2].split())):
            return house.start(1)
    corner = _CORNER_BEFORE.search(text, lowest, start)
    return corner.start(1) if corner is not None and plain(corner.group(1)[:-4]) else start


def _end(text: str, start: int, end: int) -> int:
    """Give where an address ends with the flat, the town, the postcode and the country behind it."""
    units = _UNITS_BEHIND.match(text, end)
    end = end if units is None else units.end()
    small = not any(map(str.isupper, text[start:end]))
    for tail in _tails(small=small):
        found = tail.match(text, end)
        if found is not None:
            return found.end()
    return _small_end(text, end) if small else end


def _small_end(text: str, end: int) -> int:
    """Give where an address in small letters ends with its country: „rúa olmos 44, belfast, south africa"."""
    position = end
    for _ in range(_MOST_SMALL_WORDS):
        word = _SMALL_WORD.match(text, position)
        if word is None:
            break
        position = word.end()
        two = "-".join(text[end:position].split()[-2:])
        if word.group(1) in street_words().countries or two in street_words().countries:
            return position
        if word.group(1) in names().function:
            break
    return end


def widened(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Give addresses with what stands in front of them, and as one where only names stand between two parts.

    Parameters
    ----------
    text
        Any text.
    spans
        Where parts of addresses stand, in order and without overlap.

    Examples
    --------
    >>> text = "Flat 9B, 3 Moat Lane, Southgate, London SE16 3QN is mine"
    >>> [text[a:b] for a, b in widened(text, [(9, 20), (33, 48)])]
    ['Flat 9B, 3 Moat Lane, Southgate, London SE16 3QN']
    """
    begin: int | None = None
    stop = 0
    for start, last in spans:
        end = _end(text, start, last)
        near = begin is not None and start - stop <= _LONGEST_BETWEEN
        if near and (start <= stop or _BETWEEN.fullmatch(text, stop, start)):
            stop = max(stop, end)
            continue
        if begin is not None:
            yield begin, stop
        first = _begin(text, start)
        begin, stop = first if first >= stop else start, end
    if begin is not None:
        yield begin, stop
