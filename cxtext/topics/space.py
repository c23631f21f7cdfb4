"""The space in which topics are found: centred, language taken out, on a grid of whole numbers.

Sentence encoders put all texts into a narrow cone and set the languages apart in it. Both hide the topics. So the
collection's mean is subtracted (Arora et al. 2017, "A Simple but Tough-to-Beat Baseline for Sentence Embeddings"; Mu
and Viswanath 2018, "All-but-the-Top"), and the direction that leads from its English texts to its German ones is
projected out (Yang et al. 2021, "A Simple and Effective Method To Eliminate the Self Language Bias in Multilingual
Representations").

Everything is whole numbers. Embeddings are first rounded to 1e-4, which absorbs the last bits in which two machines or
two batches may differ; unit vectors are rounded to 1/4000, so that every partial sum of a dot product stays below 2**24
and float32 arithmetic is exact. Sums then do not depend on their order, and with that not on batch size, number of
threads, row order or the linear algebra library.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxtext.errors import InputTypeError, InputValueError
from cxtext.topics.stored import StoredEmbeddings

Floats = NDArray[np.floating[Any]]

GRID = 10_000  # steps per unit of an embedding
UNIT = 4_000  # length of the vectors that place() returns; 4_000 ** 2 < 2 ** 24
_BLOCK = 4_096  # rows at a time: bounds memory, has no influence on results

# The mean of few texts is what they say, not where the encoder puts all texts: it counts n / (n + _SHRINK).
_SHRINK = 8
# So many texts of each language the direction between them needs.
_ENOUGH = 10


def as_embeddings(values: ArrayLike, *, rows: int) -> Floats:
    """Check that ``values`` are embeddings: one finite row of numbers for each text.

    Raises
    ------
    InputTypeError, InputValueError
        If they are no numbers, not two-dimensional, not finite, or of another number of rows.
    """
    # What lies on disk is read block by block, as all that follows does.
    array = cast(Floats, values) if isinstance(values, StoredEmbeddings) else np.asarray(values)
    if array.dtype.kind not in "fiu":
        raise InputTypeError(f"embeddings must be an array of numbers, got dtype {array.dtype}")
    if array.ndim != 2 or array.shape[0] != rows or array.shape[1] == 0:
        raise InputValueError(f"embeddings must be of shape ({rows}, dimensions), one row a text; got {array.shape}")
    if not all(np.isfinite(array[part]).all() for part in blocks(rows)):
        raise InputValueError("embeddings hold NaN or infinity; give finite numbers, and zero rows for empty texts")
    return array if array.dtype.kind == "f" else array.astype(np.float64)


@dataclass(frozen=True, eq=False)
class Space:
    """Where embeddings are placed before they are compared.

    Parameters
    ----------
    mean
        Float64 (d,), whole numbers in steps of 1e-4.
    axes
        Float64 (r, d), whole numbers, orthogonal: the directions that are taken out.
    """

    mean: NDArray[np.float64]
    axes: NDArray[np.float64]

    @classmethod
    def fit(cls, embeddings: Floats, weights: NDArray[np.float64], languages: Sequence[str | None]) -> "Space":
        """Learn the space from a collection.

        Parameters
        ----------
        embeddings
            Float (n, d).
        weights
            Whole numbers (n,).
        languages
            ``"de"``, ``"en"`` or null for each row. The direction between them is taken out if both have enough rows.
        """
        dimensions = embeddings.shape[1]
        codes = np.array([{"de": 0, "en": 1}.get(code or "", 2) for code in languages], dtype=np.intp)
        sums = np.zeros((3, dimensions))
        for rows in blocks(len(embeddings)):
            grid = _to_grid(embeddings[rows]) * weights[rows, None]
            for code in range(3):
                sums[code] += grid[codes[rows] == code].sum(axis=0)
        mean = np.rint(sums.sum(axis=0) / (weights.sum() + _SHRINK))
        axes = np.zeros((0, dimensions))
        counts = np.bincount(codes, minlength=3)
        if min(counts[0], counts[1]) >= _ENOUGH:
            totals = np.bincount(codes, weights=weights, minlength=3)
            difference = np.rint(sums[0] / totals[0] - sums[1] / totals[1])
            length = np.sqrt((difference * difference).sum())
            if length > 0:
                axes = np.rint(difference * (UNIT / length))[None, :]
        return cls(mean=mean, axes=axes)

    def place(self, embeddings: Floats) -> NDArray[np.float32]:
        """Place embeddings in the space.

        Returns
        -------
        Float32 (n, d), whole numbers, rows of length 4,000 within rounding; zero rows stay zero.

        Raises
        ------
        InputValueError
            If they have another number of dimensions than those that the space was learnt from.
        """
        if embeddings.shape[1] != len(self.mean):
            raise InputValueError(
                f"embeddings have {embeddings.shape[1]} dimensions, the model was fitted with {len(self.mean)}; use "
                "the same encoder, or fit again"
            )
        out = np.zeros(embeddings.shape, dtype=np.float32)
        for rows in blocks(len(embeddings)):
            grid = _to_grid(embeddings[rows])
            empty = ~grid.any(axis=1)
            grid -= self.mean
            steps = [(grid @ axis) / (axis @ axis) for axis in self.axes]
            for step, axis in zip(steps, self.axes, strict=True):
                grid -= step[:, None] * axis
            grid[empty] = 0.0
            out[rows] = to_units(grid)
        return out


def to_units(vectors: NDArray[np.float64]) -> NDArray[np.float32]:
    """Bring rows to length 4,000 and round them to whole numbers; zero rows stay zero."""
    grid = np.rint(vectors)
    length = np.sqrt((grid * grid).sum(axis=1, keepdims=True))
    units: NDArray[np.float32] = np.rint(grid * (UNIT / np.maximum(length, 1.0))).astype(np.float32)
    return units


def blocks(rows: int) -> Iterator[slice]:
    """Cut a number of rows into slices."""
    for start in range(0, rows, _BLOCK):
        yield slice(start, start + _BLOCK)


def _to_grid(embeddings: Floats) -> NDArray[np.float64]:
    grid: NDArray[np.float64] = np.rint(embeddings.astype(np.float64) * GRID)
    return grid
