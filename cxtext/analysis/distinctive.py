"""Phrases that set some mentions apart from all others: counted once for a whole collection, asked for each driver."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxtext.analysis.intervals import benjamini_hochberg
from cxtext.analysis.log_odds import log_odds
from cxtext.documents import LanguageCode, digits
from cxtext.text.words import fold, lemma, negators, stop_words, tokenize
from cxtext.topics.word_lists import word_lists

# Phrases of fewer documents are chance, and may point to single customers.
MIN_DOCUMENTS = 5
ALPHA = 0.05
HALF = 0.5
"""Share of a word's documents from which a pair of words that holds it stands for it."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of a group: its most frequent spelling, documents of the group, share of the others, z, an example.

    ``row`` is the text that the example stands in, ``start`` and ``end`` are its offsets there.
    """

    phrase: str
    n: int
    rest: float
    z: float
    row: int
    start: int
    end: int


@dataclass(frozen=True, eq=False)
class Distinctive:
    """What texts say: words and pairs of neighbouring words without stop words, in their base form.

    Attributes
    ----------
    documents
        Int (texts,): which document each text is of, counted from 0.
    holds
        Sparse 0/1 (texts, phrases).
    documents_hold
        Sparse 0/1 (documents, phrases).
    keys
        The phrases' words, folded.
    places
        For each text the offsets of each phrase in it, and its spelling.
    """

    documents: NDArray[np.intp]
    holds: Any
    documents_hold: Any
    keys: list[tuple[str, ...]]
    places: list[dict[int, tuple[int, int, str]]]

    @classmethod
    def count(
        cls, documents: Sequence[object], texts: Sequence[str], languages: Sequence[LanguageCode]
    ) -> "Distinctive":
        """Count texts, of which a document may have several."""
        from scipy import sparse

        numbers: dict[tuple[str, ...], int] = {}
        places = []
        read: dict[tuple[str, str], dict[int, tuple[int, int, str]]] = {}
        for text, code in zip(texts, languages, strict=True):
            if (text, code) not in read:
                read[text, code] = {numbers.setdefault(key, len(numbers)): place for key, place in _phrases(text, code)}
            places.append(read[text, code])
        known: dict[object, int] = {}
        of = np.array([known.setdefault(d, len(known)) for d in documents], dtype=np.intp)
        rows = np.repeat(np.arange(len(places)), [len(p) for p in places])
        columns = np.fromiter((c for p in places for c in p), dtype=np.intp, count=len(rows))
        holds = sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(places), len(numbers)))
        return cls(of, holds, _of_documents(of, holds, np.arange(len(places))), list(numbers), places)


def distinctive_phrases(
    counted: Distinctive, rows: NDArray[np.intp], *, without: Iterable[str] = (), top: int = 8
) -> list[Phrase]:
    """Find the phrases that a group of texts has more often than the texts of all other documents.

    Log-odds with an informative Dirichlet prior (:func:`cxtext.analysis.log_odds.log_odds`), over documents, not
    occurrences. Only phrases of at least five documents whose excess holds with all of them tested at once (Benjamini
    and Hochberg 1995, at 0.05); highest z first, and none that shares a word with one before it. Where a word is mostly
    said with another one, the pair is named: not "mental" but "mental health".

    Parameters
    ----------
    counted
        All texts.
    rows
        Which of them form the group.
    without
        What is no news about the group, such as its name.
    top
        At most this many.

    Examples
    --------
    >>> texts = ["Die App stürzt ständig ab"] * 20 + ["Die App ist gut"] * 60
    >>> counted = Distinctive.count(range(80), texts, ["de"] * 80)
    >>> [(p.phrase, p.n) for p in distinctive_phrases(counted, np.arange(20), without=["App"])]
    [('stürzt ständig', 20)]
    >>> texts = ["Nobody answers the phone"] * 10 + ["The phone is new"] * 40
    >>> counted = Distinctive.count(range(50), texts, ["en"] * 50)
    >>> [p.phrase for p in distinctive_phrases(counted, np.arange(10), top=1)]
    ['Nobody answers']
    """
    from scipy.stats import norm

    of, holds, keys = counted.documents, counted.holds, counted.keys
    inside = np.unique(of[rows])
    ours = np.asarray(_of_documents(of, holds, rows).sum(axis=0)).ravel()
    everywhere = np.asarray(counted.documents_hold.sum(axis=0)).ravel()
    others = everywhere - np.asarray(counted.documents_hold[inside].sum(axis=0)).ravel()
    total = float(counted.documents_hold.shape[0] - len(inside))
    known = {fold(lemma(t[a:b], code)) for t in without for code in ("de", "en") for a, b in tokenize(t)} | {
        fold(t[a:b]) for t in without for a, b in tokenize(t)
    }
    kept = [int(c) for c in np.flatnonzero(ours >= MIN_DOCUMENTS) if not known.issuperset(keys[c])]
    if not kept or not total:
        return []
    _, z = log_odds(ours[kept], len(inside), others[kept], total)
    clear = benjamini_hochberg(norm.sf(z)) <= ALPHA
    # Of equally clear ones the longer phrase, which says more.
    order = sorted(range(len(kept)), key=lambda i: (-round(float(z[i]), 6), -len(keys[kept[i]]), keys[kept[i]]))
    order = [i for i in order if clear[i]]
    chosen: list[Phrase] = []
    taken = set(known)
    for first in order:
        if len(chosen) == top:
            break
        if taken.intersection(keys[kept[first]]):
            continue
        i = next((j for j in order if _says_more(kept[j], kept[first], keys, ours, taken)), first)
        column = kept[i]
        taken.update(keys[column])
        here = [int(row) for row in rows if column in counted.places[row]]
        spellings = Counter(counted.places[row][column][2] for row in here)
        spelling = min(spellings, key=lambda s: (-spellings[s], s))
        row = next(row for row in here if counted.places[row][column][2] == spelling)
        start, end, _ = counted.places[row][column]
        share = digits(float(others[column]) / total)
        chosen.append(Phrase(spelling, int(ours[column]), share, digits(float(z[i])), row, start, end))
    return chosen


def _says_more(
    pair: int, word: int, keys: Sequence[tuple[str, ...]], ours: NDArray[np.float64], taken: set[str]
) -> bool:
    longer = len(keys[pair]) > len(keys[word]) and set(keys[word]) < set(keys[pair])
    return bool(longer and ours[pair] >= HALF * ours[word] and not taken.intersection(keys[pair]))


def _of_documents(of: NDArray[np.intp], holds: Any, rows: NDArray[np.intp]) -> Any:  # noqa: ANN401 (scipy has no types)
    from scipy import sparse

    count = int(of.max()) + 1 if len(of) else 0
    member = sparse.csr_array((np.ones(len(rows)), (of[rows], rows)), shape=(count, holds.shape[0]))
    summed = (member @ holds).tocsr()
    summed.data[:] = 1.0
    return summed


def _phrases(text: str, code: LanguageCode) -> list[tuple[tuple[str, ...], tuple[int, int, str]]]:
    stop, alone = stop_words(code), negators(code)
    lists = word_lists(code) if code != "other" else None
    found: dict[tuple[str, ...], tuple[int, int, str]] = {}
    before: tuple[int, int, str] | None = None
    for start, end in tokenize(text, code):
        word = text[start:end]
        if len(word) < 2 or word.lower() in stop or not any(c.isalpha() for c in word):
            before = None
            continue
        key = fold(lemma(word, code))
        # "nicht" or "gut" alone says nothing of why; "nicht erreichbar" does.
        if word.lower() not in alone and (lists is None or not {key, fold(word)} & lists.vague):
            found.setdefault((key,), (start, end, word))
        if before is not None and text[before[1] : start].isspace():
            found.setdefault((before[2], key), (before[0], end, text[before[0] : end]))
        before = (start, end, key)
    return list(found.items())
