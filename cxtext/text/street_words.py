"""Words of and around streets of English-speaking countries."""

import re
from dataclasses import dataclass
from functools import cache

from cxtext.config import read_data
from cxtext.text.name_lists import names
from cxtext.text.postal_addresses import measured

WORDS = re.compile(r"[^\W\d_][^\W_]*(?:['’-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class StreetWords:
    """Words of and around streets, in lower case."""

    soft: frozenset[str]
    in_streets: frozenset[str]
    not_streets: frozenset[str]
    foreign: frozenset[str]
    countries: frozenset[str]


@cache
def street_words() -> StreetWords:
    """Read the words."""
    table = read_data("pii/addresses_english.toml")["words"]
    return StreetWords(**{name: frozenset(table[name].split()) for name in StreetWords.__slots__})


def plain(shown: str) -> bool:
    """Say whether no word is one of every day that no street is called by, and none is counted.

    >>> plain("7 Old Mill Lane"), plain("3 Nice People"), plain("Lindenweg 5"), plain("wir warten 5 Tage")
    (True, False, True, False)
    """
    known, streets = names(), street_words()
    for word in map(str.lower, WORDS.findall(shown)):
        if word in streets.in_streets:
            continue
        if word in known.everyday or word in known.function or word in streets.not_streets or measured(word):
            return False
    return True
