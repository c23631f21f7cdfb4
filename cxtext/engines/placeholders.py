"""Texts that stand where nobody wrote one: "keine Angabe", "Did not answer".

They are no feedback: counted as criticism, they would head every list, and whoever left a field empty would be called
back for it.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Literal

from cxtext.config import read_data
from cxtext.text.fingerprints import plain

Placeholder = Literal["sure", "doubtful"]

REPEATED, REPEATED_SHARE = 5, 0.01
"""How often a doubtful one must stand in a collection, and in which share of its texts, to be what a form fills in."""


def placeholder(words: str) -> Placeholder | None:
    """Say whether a text is a placeholder.

    Parameters
    ----------
    words
        The customer's own words, as :func:`cxtext.text.fingerprints.plain` gives them.

    Examples
    --------
    >>> placeholder(plain("Keine Angabe.")), placeholder(plain("Did not answer")), placeholder(plain("No comment!"))
    ('sure', 'doubtful', 'sure')
    >>> placeholder(plain("Keine Antwort auf drei Mails")), placeholder(plain("Nothing"))
    (None, None)
    """
    return _known().get(words)


def filled_in(places: Mapping[str, Sequence[int]], texts: int) -> set[int]:
    """Give the places of doubtful placeholders that come too often to be anybody's own words.

    Parameters
    ----------
    places
        Where each of them stands, by its words.
    texts
        How many texts there are.

    Examples
    --------
    >>> sorted(filled_in({"keine antwort": [1, 2, 3, 4, 5], "no answer": [6]}, 200))
    [1, 2, 3, 4, 5]
    >>> filled_in({"no answer": [1, 2, 3, 4, 5]}, 10_000)
    set()
    """
    least = max(REPEATED, REPEATED_SHARE * texts)
    return {place for found in places.values() if len(found) >= least for place in found}


@cache
def _known() -> dict[str, Placeholder]:
    table = read_data("placeholders.toml")
    kinds: tuple[Placeholder, ...] = ("doubtful", "sure")
    return {plain(phrase): kind for kind in kinds for phrase in table[kind]}
