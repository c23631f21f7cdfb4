"""What is marked in each document of a collection, kept as numbers."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

Signal = tuple[str, int, int, int]
"""Code, segment, start and end in the segment's text."""


@dataclass(frozen=True, eq=False)
class Signals(Sequence[tuple[Signal, ...]]):
    """What is marked in each document: ``signals[i]`` are those of the i-th. Kept as numbers, a tenth of the tuples.

    Attributes
    ----------
    names
        The codes.
    begin
        Shape (documents + 1,): where each document's signals begin.
    cells
        Shape (signals, 4): position of the code, segment, start, end.
    """

    names: tuple[str, ...] = ()
    begin: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, np.int64))
    cells: NDArray[np.int32] = field(default_factory=lambda: np.zeros((0, 4), np.int32))

    def __len__(self) -> int:
        return len(self.begin) - 1

    @overload
    def __getitem__(self, document: int) -> tuple[Signal, ...]: ...
    @overload
    def __getitem__(self, document: slice) -> Sequence[tuple[Signal, ...]]: ...
    def __getitem__(self, document: int | slice) -> Any:
        if isinstance(document, slice):
            return [self[i] for i in range(*document.indices(len(self)))]
        cells = self.cells[self.begin[document] : self.begin[document + 1]].tolist()
        return tuple((self.names[code], segment, start, end) for code, segment, start, end in cells)


class SignalsToCome:
    """Signals of documents that come one after another."""

    def __init__(self) -> None:
        self._names: dict[str, int] = {}
        self._counts, self._cells = array("i"), array("i")

    def add(self, signals: Sequence[Signal]) -> None:
        """Take up a document's."""
        self._counts.append(len(signals))
        for code, *place in signals:
            self._cells.append(self._names.setdefault(code, len(self._names)))
            self._cells.extend(place)

    def finished(self, order: NDArray[np.intp]) -> Signals:
        """Give them by document, in the named order."""
        counts = np.array(self._counts, dtype=np.int64)
        ended = np.cumsum(counts)
        begin = np.concatenate([[0], np.cumsum(counts[order])])
        rows = np.arange(begin[-1]) + np.repeat((ended - counts)[order] - begin[:-1], counts[order])
        return Signals(tuple(self._names), begin, np.array(self._cells, np.int32).reshape(-1, 4)[rows])
