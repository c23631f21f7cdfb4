"""Moving texts to the mean of their nearest neighbours, before clusters are sought.

A short text's embedding says what it is about and how it happens to be worded. Its nearest neighbours are worded
otherwise: their mean keeps the subject. It is the mean shift of Fukunaga and Hostetler (1975) over a fixed number of
neighbours, three steps of it. On the development sets it makes the clusters of two samples agree much better, and agree
better with known classes (``docs/topics.md``).
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from cxtext.topics.space import to_units

_STEPS = 3
_ROWS = 1_000  # at a time: bounds memory, has no influence on results


def smooth(units: NDArray[np.float32], *, neighbours: int) -> NDArray[np.float32]:
    """Move each row three times to the mean of its nearest rows, weighted by similarity.

    Parameters
    ----------
    units
        Placed embeddings (n, d), as :meth:`cxtext.topics.space.Space.place` gives them.
    neighbours
        How many rows are taken, the row itself being one; with 1 or fewer nothing is moved. Of rows equally near at the
        border all are taken, so that their order says nothing.

    Returns
    -------
    Float32 (n, d), whole numbers, rows of length 4,000 within rounding.

    Examples
    --------
    >>> rows = np.array([[4000, 0], [3919, 800], [0, 4000], [800, 3919]], dtype=np.float32)
    >>> smooth(rows, neighbours=2).astype(int).tolist()
    [[3980, 402], [3980, 402], [402, 3980], [402, 3980]]
    """
    count = min(neighbours, len(units))
    if count <= 1:
        return units
    for _ in range(_STEPS):
        units = _step(units, count)
    return units


def _step(units: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    out = np.empty_like(units)
    exact = units.astype(np.float64)
    for start in range(0, len(units), _ROWS):
        rows = slice(start, start + _ROWS)
        near = units[rows] @ units.T
        least = np.partition(near, len(units) - count, axis=1)[:, len(units) - count]
        # Who is not on the same side of the mean is no neighbour.
        near[near < np.maximum(least, 1.0)[:, None]] = 0.0
        weights = csr_matrix(near, dtype=np.float64)
        total = np.asarray(weights.sum(axis=1))
        # Sums of products of whole numbers are exact; rows without neighbours, which are zero, stay.
        out[rows] = to_units((weights @ exact) / np.maximum(total, 1.0))
    return out
