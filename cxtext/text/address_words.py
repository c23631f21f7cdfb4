"""Words of postal addresses of many countries: types of streets, parts of buildings, the small words between."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from cxtext.config import read_data
from cxtext.text.street_words import street_words

_LETTERS = re.compile(r"[^\W\d_]{2,}")
# „R. de Rodrigues, 18": one letter for a type of street. Words with a number behind them.
_LED = ("R. d", "C. d")
_NUMBERED = re.compile(r"([^\W\d_]{1,40})\.?,?\s\d")


@dataclass(frozen=True, slots=True)
class AddressPartWords:
    """Words of the parts of an address, in lower case; the data file says of each list what it holds."""

    behind: frozenset[str]
    behind_abroad: frozenset[str]
    behind_small: frozenset[str]
    behind_soft: frozenset[str]
    endings: tuple[str, ...]
    endings_soft: tuple[str, ...]
    german_endings: tuple[str, ...]
    front: frozenset[str]
    front_soft: frozenset[str]
    front_small: frozenset[str]
    front_numbered: frozenset[str]
    units: frozenset[str]
    units_soft: frozenset[str]
    inside: frozenset[str]
    romance: frozenset[str]
    slavic: frozenset[str]
    in_german_towns: frozenset[str]
    in_which: frozenset[str]
    before_towns: frozenset[str]
    months: frozenset[str]
    regions: frozenset[str]
    regions_front: frozenset[str]
    context: frozenset[str]


@cache
def part_words() -> AddressPartWords:
    """Read the words."""
    table: dict[str, Any] = {
        name: tuple(value.split()) if "endings" in name else frozenset(value.split())
        for name, value in read_data("pii/address_words.toml")["words"].items()
    }
    return AddressPartWords(**table)


@cache
def _telling() -> tuple[frozenset[str], frozenset[str]]:
    """Give words that are evidence of an address however they are written, and those that are with a capital."""
    w = part_words()
    countries = frozenset(name.rpartition("-")[2] for name in street_words().countries)
    anyhow = frozenset(word for word in w.behind_abroad | w.front | w.units if len(word) > 1) | countries
    return anyhow, w.behind | w.behind_soft | {word for word in w.slavic if len(word) > 1}


def any_telling(text: str, start: int, end: int, *, capitals: bool) -> bool:
    """Say whether a place holds a word of addresses; with capitals, types that are words of every day need one.

    >>> any_telling("5 on the way", 0, 12, capitals=True), any_telling("5 Mill Way", 0, 10, capitals=True)
    (False, True)
    """
    anyhow, capital = _telling()
    w = part_words()
    found = _LETTERS.findall(text, start, end)
    lows = [word.lower() for word in found]
    if not anyhow.isdisjoint(lows) or any(low.endswith(w.endings) for low in lows):
        return True
    if not capital.isdisjoint(word.lower() for word in found if not capitals or word[0].isupper()):
        return True
    if any(text.find(led, start, end) >= 0 for led in _LED):
        return True
    numbered = map(str.lower, _NUMBERED.findall(text, start, end))
    return any(low in w.behind_small or low.endswith(w.endings_soft) for low in numbered)


def is_unit(low: str) -> bool:
    """Say whether a word in lower case stands in front of the number of a flat, a floor or a house.

    >>> is_unit("suite"), is_unit("wohnung"), is_unit("gleis")
    (True, True, False)
    """
    return low in part_words().units or low in part_words().units_soft


def is_part(low: str) -> bool:
    """Say whether a word in lower case is a type of street or a part of a building.

    >>> is_part("utca"), is_part("straße"), is_part("gleis")
    (True, True, False)
    """
    w = part_words()
    types = (w.behind, w.behind_soft, w.behind_small, w.behind_abroad, w.front)
    return is_unit(low) or any(low in listed for listed in types)
