"""Which documents of a collection repeat another one.

The same mail in a mailbox and in a ticket export, a survey filled in twice, a flood from a bot: counted once. Short
answers of different people („Alles gut", "Nothing") are no duplicates, however alike, so that

- a text of three words and more repeats another one if their words are equal and so are author and day, or the second
  in which they were written;
- a text of :data:`LONG` words and more repeats another one, whoever wrote it, if they are equal or nearly so; with
  :data:`MEDIUM` words and more it does on the same day;
- a mail repeats the mail with the same message id.

Texts that carry different ratings of one score were written by different people, and repeat nothing.

The memory does not grow with the length of texts: about 150 bytes for each long text. What is found does not depend on
the order of the documents.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxtext.text.fingerprints import BINS, fingerprint

SHORT_BELOW = 3
# People who do not know of each other hardly ever write this many equal words.
LONG, MEDIUM = 20, 12
# How much of two fingerprints must be equal. A word of thirty that differs leaves about 0.9; people who say the same of
# the same things in the same set phrases come near 0.8.
NEARLY = 0.85
# Fingerprints are compared where one of these bands is equal: a chance of more than 0.9999 from there on.
_BANDS, _ROWS = 16, 4


@dataclass(slots=True)
class Fingerprints:
    """What is kept of documents to compare them by; a place per document, in the order in which they were added."""

    marks: list[tuple[bytes, ...]] = field(default_factory=list)
    days: list[str | None] = field(default_factory=list)
    scores: list[tuple[tuple[str, float], ...]] = field(default_factory=list)
    long: "array[int]" = field(default_factory=lambda: array("q"))
    _bands: bytearray = field(default_factory=bytearray)
    _rest: bytearray = field(default_factory=bytearray)
    _known: dict[tuple[tuple[str, float], ...], tuple[tuple[str, float], ...]] = field(default_factory=dict)

    def add(
        self,
        words: str,
        *,
        marks: tuple[bytes, ...] = (),
        day: str | None = None,
        scores: tuple[tuple[str, float], ...] = (),
    ) -> None:
        """Take up a document.

        Parameters
        ----------
        words
            The customer's own words, as :func:`cxtext.text.fingerprints.plain` gives them.
        marks
            Hashes, each of which no two documents have that are not the same: of words, author and day, of a message
            id, and so on.
        day
            When it was written, or null.
        scores
            The ratings given beside the text, in order.
        """
        place = len(self.marks)
        self.marks.append(marks)
        # There are few different ones, unless a score is measured and not asked for.
        if scores in self._known or len(self._known) < _SHARED:
            scores = self._known.setdefault(scores, scores)
        self.scores.append(scores)
        count = words.count(" ") + 1
        self.days.append(day if count < LONG else _ANY_DAY)
        if count < MEDIUM or (count < LONG and day is None):
            return
        print_ = fingerprint(words)
        self.long.append(place)
        bands = (print_.reshape(_BANDS, _ROWS) * _MIXERS).sum(axis=1, dtype=np.uint32)
        self._bands += bands.tobytes()
        # 8 bits of a place differ by chance in one of 256 cases only (Li and König 2010, "b-bit minwise hashing").
        self._rest += (print_ >> np.uint32(7)).astype(np.uint8).tobytes()

    def bands(self) -> NDArray[np.uint32]:
        """Give the bands of the long texts; a row each."""
        return np.frombuffer(self._bands, dtype=np.uint32).reshape(-1, _BANDS)

    def rest(self) -> NDArray[np.uint8]:
        """Give 8 bits of each place of the long texts' fingerprints."""
        return np.frombuffer(self._rest, dtype=np.uint8).reshape(-1, BINS)

    def may_be_one(self, one: int, other: int) -> bool:
        """Whether nothing speaks against two alike documents being one: other ratings, or other days of short ones."""
        given = dict(self.scores[other])
        if not all(given.get(name, value) == value for name, value in self.scores[one]):
            return False
        days = {self.days[one], self.days[other]} - {_ANY_DAY}
        return len(days) <= 1


_ANY_DAY = "any"
_SHARED = 65_536
_MIXERS = np.array([0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F], dtype=np.uint32)


def find_duplicates(prints: Fingerprints, order: Sequence[int]) -> dict[int, tuple[int, str]]:
    """Find which documents repeat another.

    Parameters
    ----------
    prints
        Of all documents.
    order
        The documents' places, earliest first; the earliest of those that repeat each other is the first occurrence.
        It must depend on what documents say and not on where they stood.

    Returns
    -------
    For each document that repeats another: the first occurrence, and ``"exact"`` or ``"near"``.
    """
    found: dict[int, tuple[int, str]] = {}
    first: dict[bytes, list[int]] = {}
    for place in order:
        for mark in prints.marks[place]:
            earlier = first.setdefault(mark, [])
            same = next((e for e in earlier if prints.may_be_one(e, place)), None)
            if same is None:
                earlier.append(place)
            elif place not in found:
                found[place] = (same, "exact")
    _near(prints, order, found)
    # A first occurrence may itself repeat another text: name the first of all. It comes earlier, so that this ends.
    for place in order:
        if place in found:
            head, kind = found[place]
            while head in found:
                head = found[head][0]
            found[place] = (head, kind)
    return found


def _near(prints: Fingerprints, order: Sequence[int], found: dict[int, tuple[int, str]]) -> None:
    if len(prints.long) < 2:
        return
    bands, rest = prints.bands(), prints.rest()
    rank = np.empty(len(order), dtype=np.int64)
    rank[np.asarray(order)] = np.arange(len(order))
    ranks = rank[prints.long]
    for band in range(_BANDS):
        values = bands[:, band]
        together = np.lexsort((ranks, values))
        starts = np.flatnonzero(np.r_[True, values[together][1:] != values[together][:-1]])
        for group in np.split(together, starts[1:]):
            if len(group) > 1:
                _within(group, prints, rest, found)


def _within(
    group: NDArray[np.intp], prints: Fingerprints, rest: NDArray[np.uint8], found: dict[int, tuple[int, str]]
) -> None:
    """Compare texts that share a band with the earliest of them, then what is left with the earliest of that."""
    left = np.array([i for i in group if prints.long[i] not in found], dtype=np.intp)
    while len(left) > 1:
        head = prints.long[left[0]]
        alike = (rest[left[1:]] == rest[left[0]]).mean(axis=1)
        same = np.array(
            [a >= NEARLY and prints.may_be_one(head, prints.long[i])
             for i, a in zip(left[1:], alike, strict=True)], dtype=bool,
        )  # fmt: skip
        for i, a in zip(left[1:][same], alike[same], strict=True):
            found[prints.long[i]] = (head, "exact" if a == 1.0 else "near")
        left = left[1:][~same]


def score_marks(scores: Any) -> tuple[tuple[str, float], ...]:  # noqa: ANN401 (a document's scores)
    """Give a document's ratings as they are compared; missing ones are left out.

    >>> score_marks({"nps": 9.0, "csat": float("nan")})
    (('nps', 9.0),)
    """
    return tuple((name, value) for name, value in sorted(scores.items()) if value == value)
