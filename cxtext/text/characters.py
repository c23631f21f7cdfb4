"""Characters of many texts at once, as arrays: what is asked of every token is asked of all texts in one go."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

# The basic plane, in which nearly everything is written. What lies above it is looked at one by one.
_PLANE = 0x10000


@dataclass(frozen=True, slots=True)
class Characters:
    """Code points of texts that lie end to end, a line break behind each, and where each text starts."""

    codes: NDArray[np.uint32]
    starts: NDArray[np.int64]


def join(texts: Sequence[str]) -> Characters:
    """Lay texts end to end.

    Examples
    --------
    >>> joined = join(["Zug", "on time"])
    >>> joined.starts.tolist(), len(joined.codes)
    ([0, 4], 12)
    """
    lengths = np.fromiter((len(t) + 1 for t in texts), np.int64, len(texts))
    together = "\n".join([*texts, ""]).encode("utf-32-le", "surrogatepass")
    return Characters(np.frombuffer(together, np.dtype("<u4")), np.cumsum(lengths) - lengths)


def is_alphanumeric(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Tell for each code point what ``str.isalnum`` tells.

    Examples
    --------
    >>> is_alphanumeric(join(["Ä1, 𝒳👍"]).codes).tolist()
    [True, True, False, False, True, False, False]
    """
    return _has(codes, str.isalnum)


def next_filled(codes: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Give for each place the first one from there on that is no white space, or the number of places.

    Examples
    --------
    >>> next_filled(join([" zu spät"]).codes).tolist()
    [1, 1, 2, 4, 4, 5, 6, 7, 9]
    """
    places = np.where(_has(codes, str.isspace), len(codes), np.arange(len(codes)))
    return np.asarray(np.minimum.accumulate(places[::-1])[::-1])


def _has(codes: NDArray[np.uint32], test: Callable[[str], bool]) -> NDArray[np.bool_]:
    found = _table(test)[np.minimum(codes, _PLANE - 1)]
    for place in np.flatnonzero(codes >= _PLANE).tolist():
        found[place] = test(chr(codes[place]))
    return found


@cache
def _table(test: Callable[[str], bool]) -> NDArray[np.bool_]:
    return np.fromiter(map(test, map(chr, range(_PLANE))), np.bool_, _PLANE)
