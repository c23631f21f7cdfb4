"""Checks of addresses: how far one reaches, and what only looks like one.

A check gets the text, where an address may stand and how sure its form makes us. It gives back where the address
stands, and how sure it is; zero where there is none.
"""

import re

from cxtext.text.name_checks import Span, unlike_words
from cxtext.text.name_lists import CONTEXT_WIDTH, english, names
from cxtext.text.postal_addresses import counted, extent, with_places

_TOWN_BEFORE = re.compile(r"(?<![\w@#.&/-])(?:[^\W\d_a-z][^\W\d_A-Z]{2,25}[ ]){0,2}[^\W\d_a-z][^\W\d_A-Z]{2,25},?[ ]$")
_BELIEVED = 0.5
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def address(text: str, start: int, end: int, score: float) -> Span:
    """Take what is called an address as far as it reaches, without whose it is."""
    end = extent(text, start, end)
    # Whose address it is stands above it, or before the first comma.
    addressee = re.match(r"[^\d,\n]+[,\n]\s*", text[start:end])
    if addressee and any(map(names().listed, addressee.group().rstrip(", \n").split())):
        start += addressee.end()
    return start, end, score


def number_and_street(text: str, start: int, end: int, score: float) -> Span:
    """Believe a number and capitalised words if another number, a line or a comma follows."""
    end = extent(text, start, end)
    # „From 20 Countries": another number, a line or a comma belongs to an address.
    more = re.search(r"[\n,]|\s\d", text[start:end])
    _, _, believed = unlike_words(text, start, start + more.start() if more else end, score)
    return start, end, believed if more else 0.0


def street_and_number(text: str, start: int, end: int, score: float) -> Span:
    """Believe a street with a number if no word of it is for something else that has one: „Gate 22", „Flight 345"."""
    known = names()
    words = text[start:end].split()[:-1]
    other = any(counted(w) or known.doubtful(w) or w in known.not_surnames for w in words)
    behind = re.match(r"\s([^\W\d_]+)", text[end : end + 20])
    other = other or (behind is not None and counted(behind.group(1)))
    _, _, believed = unlike_words(text, start, end, score)
    return start, with_places(text, end), 0.0 if other else believed


def number_and_names(text: str, start: int, end: int, score: float) -> Span:
    """Believe a number and names, unless they are counted or no names: „21 Delta Flights"."""
    *_, last = text[start:end].split()
    plural = last.lower().endswith("s") and not names().listed(last)
    counts = counted(last) or plural
    if counts or not english(text, start, end):
        return start, end, 0.0
    _, _, believed = unlike_words(text, start, end, score)
    return start, with_places(text, end), believed


def street_in_english(text: str, start: int, end: int, score: float) -> Span:
    """Believe a street and a number near a word for where somebody lives, if the text is English."""
    # Without a word for it, nothing is looked at further.
    if score < _BELIEVED or not english(text, start, end):
        return start, end, 0.0
    words = [w for w in text[start:end].split() if w[0].isalpha()]
    known = names()
    if any(counted(w) or known.word(w) or w in known.places for w in words):
        return start, end, 0.0
    if _YEAR.search(text, start, end) or (
        (behind := re.match(r"\s([^\W\d_]+)", text[end : end + 20])) and (counted(behind.group(1)))
    ):
        return start, end, 0.0
    _, _, believed = unlike_words(text, start, end, score)
    return start, with_places(text, end), believed


def town_in_english(text: str, start: int, end: int, score: float) -> Span:
    """Believe a postcode and the town in front, unless the number is that of a thing: „Order 12345"."""
    if not english(text, start, end):
        return start, end, 0.0
    town = _TOWN_BEFORE.search(text, max(0, start - CONTEXT_WIDTH), start)
    if town is None or any(counted(w.rstrip(",")) for w in town.group().split()):
        return start, end, 0.0
    start = town.start()
    return unlike_words(text, start, end, score)
