"""Words of postal addresses of many countries: types of streets, parts of buildings, the small words between."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from cxtext.config import read_data


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
    units: frozenset[str]
    units_soft: frozenset[str]
    inside: frozenset[str]
    romance: frozenset[str]
    in_german_towns: frozenset[str]
    months: frozenset[str]
    regions: frozenset[str]
    context: frozenset[str]


@cache
def part_words() -> AddressPartWords:
    """Read the words."""
    table: dict[str, Any] = {
        name: tuple(value.split()) if "endings" in name else frozenset(value.split())
        for name, value in read_data("pii/address_words.toml")["words"].items()
    }
    return AddressPartWords(**table)


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
