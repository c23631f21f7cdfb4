"""Rows that come one after another, kept as columns: a tenth of what tuples of Python objects take."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

# Rows that are held as they are before they are made columns.
_CHUNK = 8192
# Different words, channels, kinds of markers and the like, each of which is kept once.
_SHARED = 65_536


class Rows:
    """A table in the making.

    Numbers and texts are kept as Arrow columns, all else as the objects that they are. The finished table has the
    types that :class:`pandas.DataFrame` would find by itself.

    Parameters
    ----------
    columns
        Names of the columns.
    objects
        Whether every value stays the object that it is, also numbers and texts.

    Examples
    --------
    >>> rows = Rows(("text", "start"))
    >>> rows.add(("Der Zug", 3))
    >>> rows.add(("the train", None))
    >>> rows.frame(np.array([1, 0]))
            text  start
    0  the train    NaN
    1    Der Zug    3.0
    """

    def __init__(self, columns: Sequence[str], *, objects: bool = False) -> None:
        self.columns = tuple(columns)
        self._objects = objects
        self._open: list[list[Any]] = [[] for _ in self.columns]
        self._chunks: list[list[Any]] = [[] for _ in self.columns]
        self._shared: list[dict[Any, Any]] = [{} for _ in self.columns]
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def add(self, row: Sequence[Any]) -> None:
        """Take up a row."""
        for values, value, known in zip(self._open, row, self._shared, strict=True):
            values.append(_share(value, known) if self._objects else value)
        self._length += 1
        if not self._objects and self._length % _CHUNK == 0:
            self._close()

    def values(self, name: str) -> list[Any]:
        """Give a column of objects, in the order in which rows came."""
        return self._open[self.columns.index(name)]

    def whole_numbers(self, name: str) -> NDArray[np.intp]:
        """Give a column of whole numbers, in the order in which rows came."""
        import pyarrow as pa

        self._close()
        chunks = [chunk for _, chunk in self._chunks[self.columns.index(name)]]
        return np.asarray(pa.chunked_array(chunks, pa.int64()).to_numpy(), dtype=np.intp)

    def frame(self, order: NDArray[np.intp]) -> pd.DataFrame:
        """Give the rows in the named order, and forget them.

        Parameters
        ----------
        order
            Numbers of rows, counted from 0 as they came; those that are not named are left out.
        """
        if not self._objects:
            self._close()
        # One column after the other, so that nothing is there twice for longer than it takes to put it in order.
        made = [self._column(i, order) for i in range(len(self.columns))]
        kind = object if self._objects else None
        frame = pd.DataFrame(dict(enumerate(made)), index=range(len(order)), dtype=kind, copy=False)
        frame.columns = pd.Index(self.columns, dtype=object if not self.columns else None)
        return frame

    def _column(self, place: int, order: NDArray[np.intp]) -> Any:  # noqa: ANN401 (an array of any kind)
        if self._objects:
            values, self._open[place] = self._open[place], []
            made = np.empty(len(order), dtype=object)
            made[:] = [values[i] for i in order]
            return made
        chunks, self._chunks[place] = self._chunks[place], []
        kinds = {kind for kind, _ in chunks} - {"empty"}
        if not kinds <= {"number"} and not kinds <= {"text"}:
            values = [value for _, chunk in chunks for value in _listed(chunk)]
            column = pd.Series([values[i] for i in order], dtype=object)
            # Of an array pandas would make a column of texts, and fail at those that Arrow cannot hold.
            return column.to_numpy() if _fits_arrow(column.tolist()) else column
        return _typed(chunks, kinds, order)

    def _close(self) -> None:
        for i, values in enumerate(self._open):
            if values:
                self._chunks[i].append(_compact(values))
                self._open[i] = []


def _share(value: Any, known: dict[Any, Any]) -> Any:  # noqa: ANN401
    if not _is_same_where_equal(value) or (len(known) >= _SHARED and value not in known):
        return value
    return known.setdefault(value, value)


def _is_same_where_equal(value: Any) -> bool:  # noqa: ANN401
    # 1, 1.0 and True are equal, and not the same.
    kind = type(value)
    return kind in (str, int, type(None)) or (kind is tuple and all(map(_is_same_where_equal, value)))


def _compact(values: list[Any]) -> tuple[str, Any]:
    import pyarrow as pa

    types = {type(value) for value in values} - {type(None)}
    if not types:
        return "empty", pa.nulls(len(values))
    if types == {str}:
        try:
            return "text", pa.array(values, pa.large_string())
        except UnicodeEncodeError:
            return "object", values  # lone surrogates, which Arrow cannot hold
    if types <= {int, float}:
        return "number", pa.array(values, pa.int64() if types == {int} else pa.float64())
    return "object", values


def _typed(chunks: list[tuple[str, Any]], kinds: set[str], order: NDArray[np.intp]) -> Any:  # noqa: ANN401
    import pyarrow as pa

    if not kinds:
        made = np.empty(len(order), dtype=object)
        made[:] = None
        return made
    if kinds == {"text"}:
        column = pa.chunked_array([c.cast(pa.large_string()) for _, c in chunks], pa.large_string())
        return pd.array(column.take(pa.array(order)).combine_chunks(), dtype="str")
    whole = all(pa.types.is_int64(c.type) and not c.null_count for _, c in chunks)
    kind = pa.int64() if whole else pa.float64()
    column = pa.chunked_array([c.cast(kind) for _, c in chunks], kind)
    return column.to_numpy()[order]


def _fits_arrow(values: list[Any]) -> bool:
    import pyarrow as pa

    try:
        pa.array([value for value in values if isinstance(value, str)], pa.large_string())
    except UnicodeEncodeError:
        return False
    return True


def _listed(chunk: Any) -> list[Any]:  # noqa: ANN401
    return chunk if isinstance(chunk, list) else chunk.to_pylist()
