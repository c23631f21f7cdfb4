"""Words that set a group of texts apart: what customers who blame a topic say that others do not."""

from collections import Counter
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cxtext.analysis.intervals import Floats, Z, significant
from cxtext.analysis.mentions import align, check_documents
from cxtext.documents import LanguageCode
from cxtext.errors import InputTypeError, InputValueError, nearest
from cxtext.text.words import fold, lemma, stop_words, tokenize

# Weight of the background, in documents: a word must outweigh what a hundred ordinary documents would say.
PRIOR = 100.0
# Words of fewer documents are chance, and may point to single customers.
MIN_DOCUMENTS = 5
LANGUAGES = ("de", "en", "other")


def content_words(text: str, language: LanguageCode = "de") -> list[str]:
    """Give the words of a text that say something, in their base form: no stop words, no numbers, no single letters.

    Examples
    --------
    >>> content_words("Die Kunden-Hotline war 3 Mal nicht erreichbar.", "de")
    ['Kunden-Hotline', 'nicht', 'erreichbar']
    >>> content_words("The app keeps crashing", "en")
    ['app', 'keep', 'crash']
    """
    stop = stop_words(language)
    found = (text[start:end] for start, end in tokenize(text, language))
    return [
        lemma(word, language)
        for word in found
        if len(word) > 1 and word.lower() not in stop and any(c.isalpha() for c in word)
    ]


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
    language: "LanguageCode | pd.Series[Any]" = "de",
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
    language
        ``"de"``, ``"en"`` or ``"other"``: one for all, or a Series indexed by document.
    top
        At most this many words.

    Returns
    -------
    DataFrame
        ``word`` (base form, in its most frequent spelling), ``n`` (documents of the group that use it, at least 5),
        ``documents`` (of the group), ``share``, ``rest`` (share elsewhere), ``log_odds``, ``z``, highest z first; only
        words with z > 1.96. A word counts once per document, so that one long complaint does not rule the list.

    Raises
    ------
    InputTypeError, InputValueError
        If an argument has the wrong type or value, or chosen or language lacks a document.

    Examples
    --------
    >>> said = pd.Series(["Die App stürzt ab"] * 20 + ["Die Beratung war gut"] * 60)
    >>> sorted(distinctive_words(said, pd.Series(range(80)) < 20)["word"])
    ['App', 'stürzen']
    >>> said = pd.Series(["They lost my parcel"] * 20 + ["The staff are kind"] * 60)
    >>> "parcel" in set(distinctive_words(said, pd.Series(range(80)) < 20, language="en")["word"])
    True
    """
    if not isinstance(texts, pd.Series):
        raise InputTypeError(
            f"texts must be a pandas Series whose index holds the document ids, got {type(texts).__name__}"
        )
    if isinstance(top, bool) or not isinstance(top, int) or top < 1:
        raise InputValueError(f"top must be a whole number from 1 on, got {top!r:.20}")
    index = check_documents(texts.index, "texts")
    flags = align(chosen, index, "chosen")
    if not pd.api.types.is_bool_dtype(flags.dtype):
        raise InputTypeError(f"chosen must hold truth values, got dtype {flags.dtype}")
    inside = flags.to_numpy(dtype=bool, na_value=False)
    counts, names = _count(align(texts, index, "texts"), inside, _languages(language, index))
    keys = sorted(key for key, (ours, _) in counts.items() if ours >= MIN_DOCUMENTS)
    first = np.asarray([counts[key][0] for key in keys], dtype=float)
    second = np.asarray([counts[key][1] for key in keys], dtype=float)
    n, rest = float(inside.sum()), float((~inside).sum())
    delta = z = np.zeros(len(keys))
    if keys and rest:
        delta, z = log_odds(first, n, second, rest)
    kept = [i for i in sorted(range(len(keys)), key=lambda i: (-z[i], keys[i])) if z[i] > Z][:top]
    spellings = [min(names[keys[i]].items(), key=lambda item: (-item[1], item[0]))[0] for i in kept]
    return pd.DataFrame(
        {
            "word": pd.Series(spellings, dtype="str"),
            "n": first[kept].astype(np.int64),
            "documents": np.full(len(kept), int(n), dtype=np.int64),
            "share": significant(first[kept] / max(n, 1)),
            "rest": significant(second[kept] / max(rest, 1)),
            "log_odds": significant(delta[kept]),
            "z": significant(z[kept]),
        }
    )


def _languages(language: Any, index: "pd.Index[Any]") -> list[LanguageCode]:  # noqa: ANN401
    codes = align(language, index, "language").tolist() if isinstance(language, pd.Series) else [language] * len(index)
    wrong = sum(code not in LANGUAGES for code in codes)
    if wrong:
        raise InputValueError(f"language: {wrong} of {len(codes)} are not allowed; {nearest('', LANGUAGES)}")
    return cast(list[LanguageCode], codes)


def _count(
    texts: "pd.Series[Any]", inside: "np.ndarray[Any, Any]", languages: list[LanguageCode]
) -> tuple[dict[str, list[int]], dict[str, Counter[str]]]:
    # Documents per word, in the group and elsewhere; words count as one if they fold to the same.
    counts: dict[str, list[int]] = {}
    names: dict[str, Counter[str]] = {}
    for text, ours, code in zip(texts, inside, languages, strict=True):
        if not isinstance(text, str):
            raise InputTypeError(f"texts must hold str, got {type(text).__name__}; leave out documents without text")
        found = {fold(word): word for word in content_words(text, code)}
        for key, word in found.items():
            counts.setdefault(key, [0, 0])[0 if ours else 1] += 1
            names.setdefault(key, Counter())[word] += 1
    return counts, names
