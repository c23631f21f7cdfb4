"""Fingerprints of texts, by which near-duplicates are found without holding the texts.

MinHash over the character 5-grams of the folded text (Broder 1997, "On the resemblance and containment of documents"):
the share of equal places of two fingerprints estimates the share of 5-grams that the texts have in common. One place
comes from splitting the hashes into bins (Li, Owen and Zhang 2012, "One permutation hashing"), empty bins taking from
the next full one (Shrivastava and Li 2014), so that a text is hashed once.
"""

import zlib

import numpy as np
from numpy.typing import NDArray

from cxtext.text.words import fold, tokenize

BINS = 64
_GRAM = 5
# Odd constants of Knuth's multiplicative hashing; 32 bits of the product's upper half are well mixed.
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_POWERS = np.array([1_000_003**i % 2**61 for i in range(_GRAM)], dtype=np.uint64)


def plain(text: str) -> str:
    r"""Reduce a text to its folded words: case, punctuation, line breaks and spelled-out umlauts do not count.

    >>> plain("Die LIEFERUNG kam\n(wieder) zu spät!!")
    'die lieferung kam wieder zu spaet'
    >>> plain("Late   again, as always.")
    'late again as always'
    """
    return " ".join(fold(text[start:end]) for start, end in tokenize(text))


def fingerprint(words: str) -> NDArray[np.uint32]:
    """Give the fingerprint of a text.

    Parameters
    ----------
    words
        What :func:`plain` gives.

    Returns
    -------
    ``BINS`` numbers. Texts shorter than a 5-gram have only themselves in common.

    Examples
    --------
    >>> a = fingerprint(plain("Das Paket kam mit drei Tagen Verspätung und war beschädigt."))
    >>> b = fingerprint(plain("das Paket kam mit drei Tagen Verspaetung, und war beschädigt"))
    >>> similarity(a, b)
    1.0
    >>> similarity(a, fingerprint(plain("The parcel was three days late and damaged."))) < 0.2
    True
    """
    codes = np.frombuffer(words.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64)
    if len(codes) < _GRAM:
        seed = zlib.crc32(words.encode("utf-8", "surrogatepass"))
        return (np.arange(BINS, dtype=np.uint64) * _MULTIPLIER + np.uint64(seed)).astype(np.uint32)
    grams = np.lib.stride_tricks.sliding_window_view(codes, _GRAM) @ _POWERS
    mixed = grams * _MULTIPLIER
    mixed ^= mixed >> np.uint64(29)
    mixed *= _MULTIPLIER
    bins = (mixed >> np.uint64(58)).astype(np.intp)
    values = ((mixed >> np.uint64(20)) & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    smallest = np.full(BINS, 0xFFFFFFFF, dtype=np.uint32)
    np.minimum.at(smallest, bins, values)
    full = np.zeros(BINS, dtype=bool)
    full[bins] = True
    # Each empty bin borrows from the next full one, with the distance mixed in.
    places = np.flatnonzero(full)
    source = places[np.searchsorted(places, np.arange(BINS)) % len(places)]
    distance = ((source - np.arange(BINS)) % BINS).astype(np.uint32)
    return smallest[source] + distance * np.uint32(0x9E3779B1)


def similarity(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> float:
    """Estimate what share of their 5-grams two texts have in common."""
    return float(np.mean(one == other))
