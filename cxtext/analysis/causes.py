"""Words that set a group of texts apart: what customers who blame a topic say that others do not."""

import re
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cxtext.analysis.intervals import Floats, significant
from cxtext.analysis.mentions import align, check_documents
from cxtext.errors import InputTypeError, InputValueError

# Weight of the background, in documents: a word must outweigh what a hundred ordinary documents would say.
PRIOR = 100.0
# Words of fewer documents are chance, and may point to single customers.
MIN_DOCUMENTS = 5

_WORD = re.compile(r"[^\W\d_]{3,}(?:-[^\W\d_]+)*")


def words(text: str) -> list[str]:
    """Give the words of a text in lower case: letters only, three or more, hyphenated compounds whole.

    Examples
    --------
    >>> words("Die Kunden-Hotline war 3x besetzt.")
    ['die', 'kunden-hotline', 'war', 'besetzt']
    >>> words("The app keeps crashing")
    ['the', 'app', 'keeps', 'crashing']
    """
    return _WORD.findall(text.lower())


def log_odds(
    first: ArrayLike,
    first_total: float,
    second: ArrayLike,
    second_total: float,
    *,
    prior: float = PRIOR,
    background: ArrayLike | None = None,
) -> tuple[Floats, Floats]:
    """Give the log-odds ratio of words between two groups, with an informative Dirichlet prior, and its z value.

    Parameters
    ----------
    first, second
        Count of each word in the two groups.
    first_total, second_total
        What the counts are out of.
    prior
        Weight of the background (alpha_0).
    background
        Share of each word in the background; null takes both groups together.

    Returns
    -------
    tuple of ndarray
        Log-odds ratio (above 0: more in the first) and z.

    Notes
    -----
    Monroe, Colaresi & Quinn (2008), https://doi.org/10.1093/pan/mpn018.

    Examples
    --------
    30 of 1,000 against 10 of 1,500:

    >>> delta, z = log_odds(30, 1000, 10, 1500)
    >>> round(float(delta), 4), round(float(z), 3)
    (1.3987, 4.074)
    """
    y1, y2 = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    total = first_total + second_total
    share = (y1 + y2) / total if background is None else np.asarray(background, dtype=float)
    # No word is in all documents or in none for certain; half a document is left for the next one.
    a = prior * np.clip(share, 0.5 / total, 1 - 0.5 / total)
    delta = np.log((y1 + a) / (first_total + prior - y1 - a)) - np.log((y2 + a) / (second_total + prior - y2 - a))
    return delta, delta / np.sqrt(1 / (y1 + a) + 1 / (y2 + a))


def distinctive_words(
    texts: "pd.Series[Any]",
    chosen: "pd.Series[Any]",
    *,
    tokenize: Callable[[str], Iterable[str]] = words,
    top: int = 20,
) -> pd.DataFrame:
    """Find the words that chosen documents use more than the others.

    Parameters
    ----------
    texts
        What each document says, indexed by document: the whole text, or only the segments or causes that belong to a
        driver.
    chosen
        Which documents form the group, truth values indexed by document.
    tokenize
        Makes words of a text. A word counts once per document, so that one long complaint does not rule the list.
    top
        At most this many words.

    Returns
    -------
    DataFrame
        ``word``, ``n`` (documents of the group that use it, at least 5), ``documents`` (of the group), ``share``,
        ``rest`` (share elsewhere), ``log_odds``, ``z``, highest z first; only words with z > 1.96.

    Raises
    ------
    InputTypeError, InputValueError
        If an argument has the wrong type, or chosen lacks a document.

    Examples
    --------
    >>> said = pd.Series(["Die App stürzt ab"] * 8 + ["Die Beratung war gut"] * 30 + ["the staff are kind"] * 30)
    >>> distinctive_words(said, pd.Series(range(68)) < 8)["word"].tolist()
    ['app', 'stürzt']
    """
    if not isinstance(texts, pd.Series):
        raise InputTypeError(
            f"texts must be a pandas Series whose index holds the document ids, got {type(texts).__name__}"
        )
    if isinstance(top, bool) or not isinstance(top, int) or top < 1:
        raise InputValueError(f"top must be a whole number from 1 on, got {top!r:.20}")
    index = check_documents(texts.index, "texts")
    said = align(texts, index, "texts")
    flags = align(chosen, index, "chosen")
    if not pd.api.types.is_bool_dtype(flags.dtype):
        raise InputTypeError(f"chosen must hold truth values, got dtype {flags.dtype}")
    inside = flags.to_numpy(dtype=bool, na_value=False)
    counts: dict[str, list[int]] = {}
    for position, (text, ours) in enumerate(zip(said, inside, strict=True)):
        if not isinstance(text, str):
            raise InputTypeError(f"texts must hold str; position {position} in sorted order is {type(text).__name__}")
        for word in set(tokenize(text)):
            counts.setdefault(word, [0, 0])[0 if ours else 1] += 1
    names = sorted(w for w, (ours, _) in counts.items() if ours >= MIN_DOCUMENTS)
    first = np.asarray([counts[w][0] for w in names], dtype=float)
    second = np.asarray([counts[w][1] for w in names], dtype=float)
    n, rest = float(inside.sum()), float((~inside).sum())
    if names and rest:
        delta, z = log_odds(first, n, second, rest)
    else:
        delta, z = np.zeros(len(names)), np.zeros(len(names))
    kept = [i for i in sorted(range(len(names)), key=lambda i: (-z[i], names[i])) if z[i] > 1.96][:top]
    return pd.DataFrame(
        {
            "word": pd.Series([names[i] for i in kept], dtype="str"),
            "n": first[kept].astype(np.int64),
            "documents": np.full(len(kept), int(n), dtype=np.int64),
            "share": significant(first[kept] / max(n, 1)),
            "rest": significant(second[kept] / max(rest, 1)),
            "log_odds": significant(delta[kept]),
            "z": significant(z[kept]),
        }
    )
