"""Phrases that set some mentions apart from all others: counted once for a whole collection, asked for each driver."""

import re
from array import array
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from sys import intern
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cxtext.analysis.intervals import benjamini_hochberg
from cxtext.analysis.log_odds import log_odds
from cxtext.documents import LanguageCode, digits
from cxtext.text.words import fold, lemma, negators, stop_words, tokenize
from cxtext.topics.given import each_once
from cxtext.topics.word_lists import word_lists

if TYPE_CHECKING:
    import pandas as pd

# Links, handles and entities of HTML are no words that anybody says.
_NO_WORDS = re.compile(r"https?://\S{1,2000}|www\.\S{1,2000}|@\w{1,100}|&(?:#\d{1,8}|\w{1,12});")
# Phrases of fewer documents are chance, and may point to single customers.
MIN_DOCUMENTS = 5
ALPHA = 0.05
LONG = 240
"""Characters from which a text is a poor example."""
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
        Int (rows,): which document each text is of, counted from 0.
    text_of
        Int (rows,): which of the different texts each text is.
    texts
        The different texts.
    holds
        Sparse 0/1 (different texts, phrases).
    starts, ends
        Offsets of each phrase in each text that holds it, in the order of ``holds``.
    documents_hold
        Sparse 0/1 (documents, phrases).
    keys
        The phrases' words, folded.
    """

    documents: NDArray[np.intp]
    text_of: NDArray[np.intp]
    texts: Any
    holds: Any
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    documents_hold: Any
    keys: list[tuple[str, ...]]

    @classmethod
    def count(
        cls,
        documents: Sequence[object] | NDArray[Any],
        texts: "Sequence[str] | pd.Series[Any]",
        languages: Sequence[LanguageCode] | NDArray[Any],
    ) -> "Distinctive":
        """Count texts, of which a document may have several."""
        import pandas as pd
        from scipy import sparse

        row, different = each_once(texts)
        tongue, codes = pd.factorize(np.asarray(languages, dtype=object))
        pairs, text_of = np.unique(row * max(len(codes), 1) + tongue, return_inverse=True)
        different = different.take(pairs // max(len(codes), 1))
        numbers: dict[tuple[str, ...], int] = {}
        columns, starts, ends, edges = array("i"), array("i"), array("i"), array("q", [0])
        for text, code in zip(different, codes[pairs % max(len(codes), 1)], strict=True):
            for key, start, end in _phrases(text, code):
                columns.append(numbers.setdefault(key, len(numbers)))
                starts.append(start)
                ends.append(end)
            edges.append(len(columns))
        given = documents if isinstance(documents, np.ndarray) else np.asarray(documents, dtype=object)
        of = np.asarray(pd.factorize(given)[0], dtype=np.intp)
        holds = sparse.csr_array(
            (np.ones(len(columns), dtype=np.int8), np.array(columns, dtype=np.int32), np.array(edges)),
            shape=(len(different), len(numbers)),
        )
        return cls(
            of,
            text_of,
            different,
            holds,
            np.array(starts, dtype=np.int32),
            np.array(ends, dtype=np.int32),
            _of_documents(of, text_of, holds),
            list(numbers),
        )


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

    of, text_of, keys = counted.documents, counted.text_of, counted.keys
    inside = np.unique(of[rows])
    ours = _sums(_of_documents(of[rows], text_of[rows], counted.holds))
    others = _sums(counted.documents_hold) - _sums(counted.documents_hold[inside])
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
    shown: set[int] = set()
    places = _Places(counted, rows)
    for first in order:
        if len(chosen) == top:
            break
        if taken.intersection(keys[kept[first]]):
            continue
        i = next((j for j in order if _says_more(kept[j], kept[first], keys, ours, taken)), first)
        column = kept[i]
        taken.update(keys[column])
        said = places.of(column)
        here = [int(row) for row in rows if text_of[row] in said]
        spelling = _spelling([said[text_of[row]] for row in here])
        spelt = [row for row in here if said[text_of[row]][2] == spelling]
        # A text that is an example already, or long, only where there is no other; then the first.
        row = min(spelt, key=lambda r: (text_of[r] in shown, len(counted.texts[text_of[r]]) > LONG))
        shown.add(text_of[row])
        start, end, _ = said[text_of[row]]
        share = digits(float(others[column]) / total)
        chosen.append(Phrase(spelling, int(ours[column]), share, digits(float(z[i])), row, start, end))
    return chosen


def _spelling(places: Sequence[tuple[int, int, str]]) -> str:
    """Choose the most frequent spelling; at the beginning of a text every word is spelt with a capital."""
    spellings = Counter(spelling for _, _, spelling in places)
    inside = Counter(spelling for start, _, spelling in places if start)
    return min(spellings, key=lambda s: (-inside[s], -spellings[s], s))


def _says_more(
    pair: int, word: int, keys: Sequence[tuple[str, ...]], ours: NDArray[np.float64], taken: set[str]
) -> bool:
    longer = len(keys[pair]) > len(keys[word]) and set(keys[word]) < set(keys[pair])
    return bool(longer and ours[pair] >= HALF * ours[word] and not taken.intersection(keys[pair]))


class _Places:
    """Where the texts of a group hold which phrase."""

    def __init__(self, counted: Distinctive, rows: NDArray[np.intp]) -> None:
        self._counted = counted
        texts = np.unique(counted.text_of[rows])
        begin, after = counted.holds.indptr[texts], counted.holds.indptr[texts + 1]
        lengths = after - begin
        shift = np.repeat(begin - (np.cumsum(lengths) - lengths), lengths)
        self._entries = shift + np.arange(len(shift))
        self._texts = np.repeat(texts, lengths)
        self._columns = counted.holds.indices[self._entries]

    def of(self, column: int) -> dict[int, tuple[int, int, str]]:
        """Give the offsets of a phrase, and its spelling, for each text that holds it."""
        found = np.flatnonzero(self._columns == column)
        places = {}
        for text, entry in zip(self._texts[found].tolist(), self._entries[found], strict=True):
            start, end = int(self._counted.starts[entry]), int(self._counted.ends[entry])
            places[text] = (start, end, self._counted.texts[text][start:end])
        return places


def _of_documents(of: NDArray[np.intp], text_of: NDArray[np.intp], holds: Any) -> Any:  # noqa: ANN401 (no types)
    from scipy import sparse

    count = int(of.max()) + 1 if len(of) else 0
    member = sparse.csr_array((np.ones(len(of), dtype=np.int32), (of, text_of)), shape=(count, holds.shape[0]))
    summed = (member @ holds).tocsr()
    summed.data = np.ones(len(summed.data), dtype=np.int8)
    return summed


def _sums(matrix: Any) -> NDArray[np.float64]:  # noqa: ANN401 (scipy has no types)
    return np.asarray(matrix.sum(axis=0), dtype=np.float64).ravel()


def _phrases(text: str, code: LanguageCode) -> list[tuple[tuple[str, ...], int, int]]:
    stop, alone = stop_words(code), negators(code)
    lists = word_lists(code) if code != "other" else None
    found: dict[tuple[str, ...], tuple[int, int]] = {}
    marked = deque(m.span() for m in _NO_WORDS.finditer(text))
    before: tuple[int, int, str] | None = None
    for start, end in tokenize(text, code):
        word = text[start:end]
        while marked and marked[0][1] <= start:
            marked.popleft()
        if (
            (marked and marked[0][0] <= start)
            or len(word) < 2
            or word.lower() in stop
            or not any(c.isalpha() for c in word)
        ):
            before = None
            continue
        key = intern(fold(lemma(word, code)))
        # "nicht" or "gut" alone says nothing of why; "nicht erreichbar" does.
        if word.lower() not in alone and (lists is None or not {key, fold(word)} & lists.vague):
            found.setdefault((key,), (start, end))
        if before is not None and text[before[1] : start].isspace():
            found.setdefault((before[2], key), (before[0], end))
        before = (start, end, key)
    return [(key, start, end) for key, (start, end) in found.items()]
