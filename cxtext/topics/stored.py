"""Embeddings that lie on disk, of which no more is in memory than is being looked at."""

import mmap
import tempfile
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray


class StoredEmbeddings:
    """A matrix of float32 in a temporary file without a name, which goes with the object, or with the process.

    It lies where Python puts temporary files (``TMPDIR``): 1.5 kB a text at 384 dimensions. Rows are read by slice or
    by an array of their numbers, as copies; the operating system may then take the memory back.

    Parameters
    ----------
    blocks
        Float32 (n, d) each: the rows, one block after the other; at least one row in all.
    rows
        Int (m,): which of the file's rows each row of the matrix is; null for the file's own.

    Examples
    --------
    >>> stored = StoredEmbeddings([np.eye(2, dtype=np.float32), np.ones((1, 2), dtype=np.float32)])
    >>> stored.shape, stored[1:].tolist()
    ((3, 2), [[0.0, 1.0], [1.0, 1.0]])
    >>> stored.at(np.array([2, 2, 0])).shape
    (3, 2)
    """

    dtype = np.dtype(np.float32)
    ndim = 2

    def __init__(self, blocks: Iterable[NDArray[np.float32]], *, rows: NDArray[np.intp] | None = None) -> None:
        length = width = 0
        with tempfile.TemporaryFile() as file:
            for block in blocks:
                file.write(np.ascontiguousarray(block, dtype=np.float32).data)
                length, width = length + block.shape[0], block.shape[1]
            file.flush()
            # The mapping keeps the file, which has no name any more.
            self._mapped = mmap.mmap(file.fileno(), length * width * 4, access=mmap.ACCESS_READ)
        self._all: NDArray[np.float32] = np.frombuffer(self._mapped, dtype=np.float32).reshape(length, width)
        self._rows = rows

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and dimensions."""
        return (len(self._all) if self._rows is None else len(self._rows)), self._all.shape[1]

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: Any) -> NDArray[np.float32]:  # noqa: ANN401 (what numpy takes)
        found = np.array(self._all[rows if self._rows is None else self._rows[rows]])
        # Pages that were read would count as this process's memory until another one needs it.
        if hasattr(mmap, "MADV_DONTNEED"):
            self._mapped.madvise(mmap.MADV_DONTNEED)
        return found

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:  # noqa: ANN401 (numpy's protocol)
        return self[:].astype(dtype or self.dtype, copy=False)

    def at(self, rows: NDArray[np.intp]) -> "StoredEmbeddings":
        """Give the same file with other rows, or the same in another order; nothing is copied."""
        other = object.__new__(StoredEmbeddings)
        other._mapped, other._all = self._mapped, self._all
        other._rows = rows if self._rows is None else self._rows[rows]
        return other
