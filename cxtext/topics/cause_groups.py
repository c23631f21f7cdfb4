"""Which stated causes are the same: "weil ein Signal gestört war", "wegen einer Signalstörung", "a signal failed".

Average linkage (Sokal and Michener 1958) over cosine distances, in the space that topics are found in, where language
is taken out. Unlike topics, causes of one driver are few, short and unequal in number, so that a fixed distance says
better than a number of groups what belongs together; ``benchmarks/driver_topics.py`` measures it.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cxtext.topics.clusters import Units, similarities

FARTHEST = 0.7
"""Mean cosine distance up to which two groups of causes are one."""
_MOST = 2_000  # causes that are compared with each other; its square bounds memory (32 MB)


def group_causes(texts: Sequence[str], units: Units) -> NDArray[np.intp]:
    """Group causes that say the same.

    Parameters
    ----------
    texts
        Distinct causes of one driver.
    units
        Their places (n, d), as :meth:`cxtext.topics.space.Space.place` gives them.

    Returns
    -------
    Int (n,): the group of each, from 0 in the order of their first member in the alphabet, whatever the order of rows.

    Examples
    --------
    >>> places = np.array([[4000, 0], [0, 4000], [3990, 282]], dtype=np.float32)
    >>> group_causes(["der Zug ausfiel", "es laut war", "the train was cancelled"], places).tolist()
    [0, 1, 0]
    """
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    order = np.array(sorted(range(len(texts)), key=texts.__getitem__), dtype=np.intp)
    first, rest = order[:_MOST], order[_MOST:]
    labels = np.zeros(len(texts), dtype=np.intp)
    if len(first) > 1:
        distance = np.clip(1.0 - similarities(units[first], units[first]).astype(np.float64), 0.0, 2.0)
        np.fill_diagonal(distance, 0.0)
        links = linkage(squareform(distance, checks=False), method="average")
        labels[first] = fcluster(links, FARTHEST, criterion="distance")
    for begin in range(0, len(rest), _MOST):
        later = rest[begin : begin + _MOST]
        near = similarities(units[later], units[first])
        alone = labels.max() + 1 + np.arange(len(later))
        labels[later] = np.where(near.max(axis=1) >= 1.0 - FARTHEST, labels[first][near.argmax(axis=1)], alone)
    names: dict[int, int] = {}
    for row in order:
        names.setdefault(int(labels[row]), len(names))
    return np.array([names[int(label)] for label in labels], dtype=np.intp)


def most_central(units: Units, weights: Sequence[int]) -> int:
    """Give the member that stands for a group: nearest to all others, each weighing as often as it was said.

    Examples
    --------
    >>> most_central(np.array([[4000, 0], [2828, 2828], [0, 4000]], dtype=np.float32), [1, 1, 1])
    1
    """
    middle = (units.astype(np.float64) * np.asarray(weights, dtype=np.float64)[:, None]).sum(axis=0)
    # Whole numbers: exact, and the first of equals.
    return int(np.argmax(units.astype(np.float64) @ middle))
