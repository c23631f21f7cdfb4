"""Checks of addresses of English-speaking countries, and of foreign ones in English sentences.

A check gets the text, where an address may stand and how sure its form makes us. It gives back where the address
stands, and how sure it is; zero where there is none.
"""

import re

from cxtext.text.name_checks import Span
from cxtext.text.name_lists import CONTEXT_WIDTH, english, names, part_of_other
from cxtext.text.postal_addresses import counted, measured, with_places
from cxtext.text.street_words import WORDS, plain, street_words

_DIGIT = re.compile(r"\d")
_MONTH_BEFORE = re.compile(
    r"(?i:(?<!\w)(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec|january|february|march|april|june|july|august"
    r"|september|october|november|december)\.?[ ])$"
)
_NUMBER_BEFORE_COMMA = re.compile(r"\d{1,6}[a-zA-Z]?,")
_CAPITALISED_BEFORE = re.compile(r"(?<!\w)[A-Z][\w'’.-]{0,30} $")
_NEXT_WORD = re.compile(r"\s([^\W\d_]+)")
_YEAR = re.compile(r"(?:19|20)\d\d")
# A town of up to three words in front of a postcode.
_TOWN_BEFORE = re.compile(
    r"(?<![\w@#.&/-])(?:(?:[^\W\d_a-z][\w'’.-]{0,25}(?:[ ](?:on|upon|of|the|le|in|under|by|de|la))?[ ]){0,2}"
    r"[^\W\d_a-z][\w'’.-]{1,25},?(?:[ ]|[ ]?-[ ]|\n))$"
)
_IN_PLACE_BEFORE = re.compile(r"(?<!\w)(?:in|from|near|to|at)[ ]$|,[ ]$")
_WIDTH = 70
_SMALL_TOWN = re.compile(
    r"(?:,?[ ](?:[a-z][a-z.'’-]{1,20}|\d{1,2}(?=[ ,]))){0,3}?(?:,?[ ](?:(?:alabama|alaska|arizona|arkansas|california"
    r"|colorado|connecticut|delaware|florida|georgia|hawaii|idaho|illinois|indiana|iowa|kansas|kentucky|louisiana|maine"
    r"|maryland|massachusetts|michigan|minnesota|mississippi|missouri|montana|nebraska|nevada"
    r"|(?:new|north|south|west)[ ](?:hampshire|jersey|mexico|york|carolina|dakota|virginia)|ohio|oklahoma|oregon"
    r"|pennsylvania|rhode[ ]island|tennessee|texas|utah|vermont|virginia|washington|wisconsin|wyoming|nyc|london|uk|usa"
    r"|ontario|quebec|alberta|ireland|scotland|wales|australia)(?:[ ]\d{4,5}(?:-\d{4})?)?"
    r"|(?:a[lkzr]|c[aot]|d[ec]|fl|ga|hi|i[dlna]|k[sy]|la|m[edainsot]|n[evhjmycd]|o[hkr]|pa|ri|s[cd]|t[nx]|ut|v[ta]"
    r"|w[aviy]|nsw|vic|qld|tas|act|on|qc|bc|ab|mb|sk|ns)"
    r"(?:[ ](?:\d{4,5}(?:-\d{4})?|[a-z]\d[a-z][ ]?\d[a-z]\d)|(?=[ ]?(?:[.,!?\n]|$)))"
    r"|[a-z]{1,2}\d[a-z\d]?[ ]?\d[a-z]{2}|[a-z]{1,2}\d{1,2}(?=[ ]?(?:[.,!?\n]|$))|\d{4,5})(?!\w))"
)
_SMALL_UNIT = re.compile(r",?[ ](?:apt|apartment|suite|ste|unit|flat|#)[ ]?\w{1,5}")
_SMALL_PLACES = re.compile(r"(?:,[ ][a-z][a-z'’-]{2,20}(?:[ ][a-z][a-z'’-]{2,20}){0,2}){1,2}(?=[ ]?(?:[.!?\n]|$))")


def english_street(text: str, start: int, end: int, score: float) -> Span:
    """Believe a number and a type of street, unless the number is that of something counted: „5 Star Drive".

    >>> english_street("12 March Street", 0, 15, 0.6), english_street("A 5 Star Drive", 2, 14, 0.6)
    ((0, 15, 0.6), (2, 14, 0.0))
    """
    # „Post 80, Main St.": the number belongs to what stands in front.
    named = _CAPITALISED_BEFORE.search(text, max(0, start - CONTEXT_WIDTH), start) is not None
    dated = _MONTH_BEFORE.search(text, max(0, start - CONTEXT_WIDTH), start) is not None
    other = _NUMBER_BEFORE_COMMA.match(text, start) if named else None
    if dated or (other is not None and not text[other.end() :].lstrip()[:1].isdigit()):
        return start, end, 0.0
    if other is not None:
        # „Building 12, 400 Technology Drive"
        start = other.end() + 1
    words = [w.lower() for w in WORDS.findall(text, start, end)]
    streets = street_words()
    # „24 Hour Drive Through", „3 Party Way": types that are words of every day need a name that is none.
    soft = next((i for i, w in enumerate(words) if w in streets.soft), None)
    if soft is not None and any(counted(w) or w in names().function for w in words[:soft]):
        return start, end, 0.0
    if words and measured(words[0]) and not _is_calendar(words[0]):
        return start, end, 0.0
    return start, with_places(text, end), score


def _is_calendar(word: str) -> bool:
    return word.endswith("day") or _MONTH_BEFORE.match(f"{word} ") is not None


def number_and_place(text: str, start: int, end: int, score: float) -> Span:
    """Believe a number and a name of a place, unless a word of it is of every day or counted.

    >>> number_and_place("We live at 7 Heron View.", 11, 23, 0.6), number_and_place("It is 6 Ocean Rooms.", 6, 19, 0.6)
    ((11, 23, 0.6), (6, 19, 0.0))
    """
    shown = text[start:end]
    behind = _NEXT_WORD.match(text, end)
    if behind is not None and counted(behind.group(1)):
        return start, end, 0.0
    *_, last = shown.split()
    plural = last.lower().endswith("s") and last.lower() not in street_words().in_streets
    if plural or not plain(shown) or _YEAR.match(shown) or part_of_other(text, start, end):
        return start, end, 0.0
    if _MONTH_BEFORE.search(text, max(0, start - CONTEXT_WIDTH), start) or _german(text, start, end):
        return start, end, 0.0
    return start, with_places(text, end), score


def _german(text: str, start: int, end: int) -> bool:
    """Say whether words around a place are German and not English; a block of an address has neither."""
    around = f"{text[max(0, start - _WIDTH) : start]} {text[end : end + _WIDTH]}".lower()
    return not names().german.isdisjoint(WORDS.findall(around)) and not english(text, start, end)


def street_small(text: str, start: int, end: int, score: float) -> Span:
    """Believe a street in small letters if its words are none of every day, and take its town and postcode.

    >>> text = "i am at 27 w fern ave apt 2 denver colorado and wait"
    >>> a, b, _ = street_small(text, 8, 25, 0.6)
    >>> text[a:b]
    '27 w fern ave apt 2 denver colorado'
    """
    if not plain(text[start:end]):
        return start, end, 0.0
    unit = _SMALL_UNIT.match(text, end)
    end = unit.end() if unit else end
    behind = _SMALL_TOWN.match(text, end) or _SMALL_PLACES.match(text, end)
    return start, behind.end() if behind else end, score


def flat(text: str, start: int, end: int, score: float) -> Span:
    """Take an address with the number of a flat, without the words of a sentence in front of it.

    >>> text = "Please collect from Mill House Apt 14"
    >>> a, b, _ = flat(text, 0, 37, 0.6)
    >>> text[a:b]
    'Mill House Apt 14'
    """
    if text[start].isdigit():
        return start, end, score
    number = _DIGIT.search(text, start, end)
    for match in WORDS.finditer(text, start, end if number is None else number.start()):
        if match.group().lower() in names().english:
            start = match.end() + 1
    return start, end, score


def named_place(text: str, start: int, end: int, score: float) -> Span:
    """Believe a street or a house by its name if no word is one of every day."""
    if not plain(text[start:end]) or part_of_other(text, start, end):
        return start, end, 0.0
    return start, with_places(text, end), score


def _town_start(text: str, start: int) -> int | None:
    """Give where the town in front of a postcode begins; nothing if what stands there has a number of its own."""
    town = _TOWN_BEFORE.search(text, max(0, start - _WIDTH), start)
    if town is None:
        return start
    begin = start
    for match in reversed(list(re.finditer(r"[\w'’.-]+", text[town.start() : start]))):
        word = match.group().lower().rstrip(".")
        if begin == start and counted(word):
            return None
        small = match.group()[0].islower() or word in street_words().in_streets
        if (word in names().function and not small) or word in street_words().not_streets or counted(word):
            break
        if not match.group()[0].islower():
            begin = town.start() + match.start()
    return begin


def town_before(text: str, start: int, end: int, score: float) -> Span:
    """Take the town in front of a postcode, too.

    >>> text = "She lives in Leeds LS1 4AP now"
    >>> a, b, _ = town_before(text, 19, 26, 0.6)
    >>> text[a:b]
    'Leeds LS1 4AP'
    """
    begin = _town_start(text, start)
    return (start, end, 0.0) if begin is None else (begin, end, score)


def behind_town(text: str, start: int, end: int, score: float) -> Span:
    """Believe a state and a short postcode only behind a town."""
    begin = _town_start(text, start)
    return (start, end, 0.0) if begin is None or begin == start else (begin, end, score)


def town_with_district(text: str, start: int, end: int, score: float) -> Span:
    """Believe half a postcode behind a town, in English, if the town is no word of every day: „in Row EX2" is none."""
    begin, end, score = behind_town(text, start, end, score)
    if not score or not plain(text[begin:start]) or not english(text, begin, end):
        return start, end, 0.0
    return begin, end, score


def postcode_where(text: str, start: int, end: int, score: float) -> Span:
    """Believe a postcode where an English text has a place, if no word around is German."""
    return start, end, 0.0 if _german(text, start, end) else score


def town_in_sentence(text: str, start: int, end: int, score: float) -> Span:
    """Believe a town and a short postcode in English, also in capitals, unless its words have numbers of their own."""
    words = WORDS.findall(text, start, end)
    known = names()
    other = any(counted(w) or w in known.not_surnames or known.word(w.capitalize()) for w in words)
    if other or not plain(text[start:end]) or part_of_other(text, start, end) or not english(text, start, end):
        return start, end, 0.0
    return start, end, score


def town_line(text: str, start: int, end: int, score: float) -> Span:
    """Believe a town and a postcode where nothing else is, if no word is one of every day or counted: „5000 Fragen" is.

    >>> town_line("84056 Campoli", 0, 13, 0.6), town_line("5000 Fragen", 0, 11, 0.6)
    ((0, 13, 0.6), (0, 11, 0.0))
    """
    words = WORDS.findall(text, start, end)
    known = names()
    other = any(
        counted(w) or w in known.not_surnames or w in known.places or w.lower() in known.everyday for w in words
    )
    if other or not plain(text[start:end]) or part_of_other(text, start, end):
        return start, end, 0.0
    return start, end, score


def town_small(text: str, start: int, end: int, score: float) -> Span:
    """Believe a town and a short postcode in a text without capitals, if no word is one of every day or counted."""
    words = WORDS.findall(text, start, end)
    if any(map(str.isupper, text)) or any(counted(w) or names().word(w.capitalize()) for w in words):
        return start, end, 0.0
    return start, end, score if plain(text[start:end]) and english(text, start, end) else 0.0


def indian(text: str, start: int, end: int, score: float) -> Span:
    """Believe six digits as a postcode behind a town which itself stands behind a word for a place or a comma."""
    begin, end, score = behind_town(text, start, end, score)
    placed = _IN_PLACE_BEFORE.search(text, max(0, begin - CONTEXT_WIDTH), begin) is not None
    if not score or not placed or text[start:end].endswith("000") or not plain(text[begin:start]):
        return start, end, 0.0
    return begin, end, score if english(text, begin, end) else 0.0


def street_unlisted(text: str, start: int, end: int, score: float) -> Span:
    """Believe capitalised words and a number in English, if no word is known as anything else: „Nokia 3310" is."""
    known = names()
    words = WORDS.findall(text[start:end].rpartition(" ")[0])
    if not plain(text[start:end]) or any(w in known.not_surnames or w in known.places for w in words):
        return start, end, 0.0
    behind = _NEXT_WORD.match(text, end)
    if any(counted(w) or known.doubtful(w) for w in words) or (behind is not None and counted(behind.group(1))):
        return start, end, 0.0
    if part_of_other(text, start, end) or not english(text, start, end):
        return start, end, 0.0
    return start, with_places(text, end), score
