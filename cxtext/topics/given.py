"""The texts that a topic model is given: as a list, each different one once, and in an order that is theirs alone."""

import hashlib
from array import array
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from cxtext.encoder.inputs import as_texts
from cxtext.errors import InputTypeError, InputValueError
from cxtext.text.language import weigh

if TYPE_CHECKING:
    import pandas as pd


def canonical(distinct: Sequence[str], *, seed: int) -> NDArray[np.intp]:
    """Order that depends on the texts alone, and, being one of hashes, gives a fair sample from its beginning."""
    salt = str(seed).encode()
    keys = bytearray()  # joined at once, millions of hashes would all be objects first
    for text in distinct:
        keys += hashlib.blake2b(_utf8(text), key=salt[:64], digest_size=16).digest()
    first, second = np.frombuffer(keys, dtype=">u8").reshape(-1, 2).T
    return np.lexsort((second, first))


def as_list(texts: Iterable[str]) -> list[str]:
    """Give texts as a list; one str, which would be a list of letters, is refused."""
    if isinstance(texts, str):
        raise InputTypeError("texts must be a list (or other iterable) of str, got one str; write [text]")
    return as_texts(texts)


def each_once(texts: "Sequence[str] | pd.Series[Any]") -> tuple[NDArray[np.intp], Any]:
    """Give which of the different texts each text is, and these, in order, as an array.

    A series of type str keeps its texts in Arrow's memory, where they take half of what Python takes.

    >>> row, different = each_once(["App", "Zug", "App"])
    >>> row.tolist(), different.tolist()
    ([0, 1, 0], ['App', 'Zug'])
    """
    import pandas as pd

    if isinstance(texts, pd.Series) and texts.dtype != object:
        codes, different = pd.factorize(texts.array)
        return codes.astype(np.intp, copy=False), different
    # What holds lone surrogates is no Arrow column, and pandas compares objects as texts of C, which end at a null.
    place: dict[str, int] = {}
    row = np.fromiter((place.setdefault(text, len(place)) for text in texts), dtype=np.intp, count=len(texts))
    return row, np.array([*place, None], dtype=object)[:-1]


def distinct_texts(texts: Sequence[str]) -> tuple[list[str], NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Give the distinct texts that are not empty, where each stands first, its number for each text, and its count."""
    numbers: dict[str, int] = {}
    first = array("q")
    inverse = np.full(len(texts), -1, dtype=np.intp)
    for i, text in enumerate(texts):
        if not text.strip():
            continue
        number = numbers.setdefault(text, len(numbers))
        if number == len(first):
            first.append(i)
        inverse[i] = number
    counts = np.bincount(inverse[inverse >= 0], minlength=len(numbers)).astype(np.intp)
    return list(numbers), np.array(first, dtype=np.intp), inverse, counts


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def language_of(text: str) -> str | None:
    """Tell German from English by words that only one of them has, which is quick; null where they do not say."""
    evidence, _ = weigh(text)
    if evidence.only_german == evidence.only_english:
        return None
    return "de" if evidence.only_german > evidence.only_english else "en"


def main_language(languages: Sequence[str | None], weights: NDArray[np.float64]) -> Literal["de", "en"]:
    """Give the language of more texts, by their weights; German where they are as many.

    >>> main_language(["de", "en", None], np.array([1.0, 2.0, 9.0]))
    'en'
    """
    german, english = (sum(w for w, c in zip(weights, languages, strict=True) if c == code) for code in ("de", "en"))
    return "de" if german >= english else "en"


def check_parameters(
    distinct: int,
    n_topics: object,
    *,
    min_topics: object,
    min_similarity: float,
    min_size: object,
    language: object,
) -> None:
    """Refuse parameters of a topic model that are not allowed, and fewer than two distinct texts.

    Raises
    ------
    InputValueError
        Names the parameter, and what is allowed.
    """
    if distinct < 2:
        raise InputValueError(f"topics need at least two different texts that are not empty, got {distinct}")
    if n_topics is not None and not _whole(n_topics, at_least=2):
        raise InputValueError(f"n_topics must be a whole number from 2, or None, got {n_topics!r}")
    if isinstance(n_topics, int | np.integer) and n_topics > distinct:
        raise InputValueError(f"n_topics is {n_topics}, but there are only {distinct} different texts")
    if not _whole(min_topics, at_least=2):
        raise InputValueError(f"min_topics must be a whole number from 2, got {min_topics!r}")
    if language not in (None, "de", "en"):
        raise InputValueError(f"language must be 'de', 'en' or None, got {language!r}")
    if not _whole(min_size, at_least=1):
        raise InputValueError(f"min_size must be a whole number from 1, got {min_size!r}")
    if not -1 <= min_similarity <= 1:
        raise InputValueError(f"min_similarity must lie between -1 and 1, got {min_similarity!r}")


def _whole(value: object, *, at_least: int) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool) and int(value) >= at_least
