"""Directions that tell clusters apart: regularised linear discriminants instead of means.

The mean of a cluster also holds what its texts share with those of others: a manner of speaking, the most frequent
words, the tone. A text near a border is then assigned by how it is worded. Fisher's discriminant weighs directions by
how little texts of one cluster differ along them. The covariance within clusters is shrunk far towards a multiple of
the identity (Friedman 1989, "Regularized Discriminant Analysis"), since there are few texts for its dimensions, so that
the directions stay near the means.

The linear system is solved by steps on whole numbers (Richardson's iteration), whose sums are exact: the result does
not depend on the linear algebra library or its threads.
"""

import numpy as np
from numpy.typing import NDArray

from cxtext.topics.space import blocks, to_units

_SHRINKAGE = 6.0  # mean variances that are added to each direction's own
_STEPS = 100  # what is left after them is below the grid that directions lie on
# Steps per unit: matrix times solution stays below 2**53, where whole numbers are exact.
_MATRIX, _SOLUTION = 2.0**24, 2.0**8


def discriminants(
    units: NDArray[np.float32], weights: NDArray[np.float64], labels: NDArray[np.intp]
) -> NDArray[np.float32]:
    """Give the direction of each cluster, to which its texts are nearest; clusters without members are left out.

    Parameters
    ----------
    units, weights
        Placed embeddings (n, d), and whole numbers (n,).
    labels
        Cluster of each row.

    Returns
    -------
    Float32 (k, d), as :meth:`cxtext.topics.space.Space.place` gives rows.

    Examples
    --------
    Texts of one cluster differ along the first axis; what tells the clusters apart is the second:

    >>> rows = np.array([[3900, 800], [2500, 800], [3900, -800], [2500, -800]], dtype=np.float32)
    >>> rows[:2].mean(axis=0).tolist()
    [3200.0, 800.0]
    >>> discriminants(rows, np.ones(4), np.array([0, 0, 1, 1])).tolist()
    [[3795.0, 1265.0], [3795.0, -1265.0]]
    """
    labels = np.unique(labels, return_inverse=True)[1]
    means = np.zeros((int(labels.max()) + 1, units.shape[1]))
    sizes = np.bincount(labels, weights=weights)
    for rows in blocks(len(units)):
        np.add.at(means, labels[rows], units[rows] * weights[rows, None])
    means = np.rint(means / sizes[:, None])
    within = np.zeros((units.shape[1], units.shape[1]))
    for rows in blocks(len(units)):
        away = units[rows] - means[labels[rows]]
        within += (away * weights[rows, None]).T @ away
    mean_variance = float(np.trace(within)) / len(within)
    if mean_variance == 0.0:
        return to_units(means)
    within[np.diag_indices(len(within))] += _SHRINKAGE * mean_variance
    # No eigenvalue is larger than the largest sum of a row, none smaller than what was added.
    largest = float(np.abs(within).sum(axis=1).max())
    matrix = np.rint(within * (_MATRIX / largest))
    step = 2.0 / (1.0 + _SHRINKAGE * mean_variance / largest)
    wanted = means * _SOLUTION
    found = np.zeros_like(wanted)
    for _ in range(_STEPS):
        found += np.rint(step * (wanted - found @ matrix / _MATRIX))
    return to_units(found / _SOLUTION)
