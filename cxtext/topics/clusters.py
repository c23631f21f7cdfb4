"""Finding clusters: Ward's tree over a sample, cut where the silhouette is best, refined by spherical k-means.

Texts are first moved towards their neighbours (:mod:`cxtext.topics.neighbours`). Ward's method (Ward 1963) gives better
starting clusters than k-means does and, being a tree, all numbers of clusters at once. It is applied to halves of the
texts and then to the clusters of all halves (bagged clustering, Leisch 1999), so that they depend less on single texts.
Refinement is spherical k-means (Dhillon and Modha 2001). Texts to be assigned stand where they are, not where they were
moved to: the final directions are discriminants of the texts where they were (:mod:`cxtext.topics.discriminants`).

The number is chosen by the mean silhouette (Rousseeuw 1987) of held-out texts under cosine distance. With unit vectors
the mean distance of a text to a cluster is one minus its dot product with the cluster's mean, so that the silhouette is
exact and costs n * k, not n * n. Alone it asks for two clusters wherever texts run into each other, as comments do, and
for hundreds where a collection has many near-duplicates. A report needs neither, and with few clusters on comments two
samples agree less. So there is at least one cluster for each hundred distinct texts, up to twenty, and at least a
quarter of and at most 2.25 times the square root of their number.

``docs/topics.md`` compares this with k-means, bisecting k-means, Ward over micro-clusters, HDBSCAN, graph communities
and BERTopic.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxtext.topics.discriminants import discriminants
from cxtext.topics.neighbours import smooth
from cxtext.topics.space import UNIT, blocks, to_units

Units = NDArray[np.float32]
Labels = NDArray[np.intp]

_SEEDS = 4_000  # texts in the tree; its memory grows with their square (64 MB here)
_MOVED = 10_000  # texts among which neighbours are sought, which takes time with their square
_NEIGHBOURS = 20
_NEIGHBOURS_JUDGED = 15  # where numbers of clusters are judged: wider neighbourhoods hide small clusters
_STEPS = 5  # of k-means; it starts near its end
_COUNTS = 12  # numbers of clusters tried
_LOW, _HIGH = 20, 2.25  # clusters that are tried at least, where texts are enough; at most, in roots of the texts
_HELD_OUT = 1_000  # rows of all parts that are held out, at least
_STANDS_OUT = 0.05  # share by which the best number is ahead of where all numbers lead to
_HALVINGS = 4  # of the rows, from whose halves clusters are put together
_HALVED, _FEW = 1_000, 20  # rows, and rows a cluster, below which a half is too little to find clusters in


def similarities(units: Units, centroids: Units) -> NDArray[np.float32]:
    """Cosine similarities, exact and independent of what stands beside a row.

    Parameters
    ----------
    units, centroids
        As :meth:`cxtext.topics.space.Space.place` gives them, (n, d) and (k, d).

    Returns
    -------
    Float32 (n, k).
    """
    out = np.empty((len(units), len(centroids)), dtype=np.float32)
    for rows in blocks(len(units)):
        out[rows] = units[rows] @ centroids.T
    out /= np.float32(UNIT * UNIT)
    return out


def nearest(units: Units, centroids: Units) -> tuple[Labels, NDArray[np.float32]]:
    """Index of the nearest centroid of each row (of equally near ones the first), and the similarity to it."""
    labels = np.empty(len(units), dtype=np.intp)
    best = np.empty(len(units), dtype=np.float32)
    for rows in blocks(len(units)):
        values = similarities(units[rows], centroids)
        labels[rows] = values.argmax(axis=1)
        best[rows] = values.max(axis=1)
    return labels, best


def centroids_of(units: Units, weights: NDArray[np.float64], labels: Labels) -> Units:
    """Give the direction of each cluster's weighted sum; clusters without members are left out."""
    return to_units(_sums(units, weights, np.unique(labels, return_inverse=True)[1]))


def silhouette(units: Units, weights: NDArray[np.float64], labels: Labels) -> float:
    """Mean silhouette under cosine distance, exact over all rows.

    Returns
    -------
    From -1 to 1; 0 for a single cluster. A row alone in its cluster counts as 0.

    Examples
    --------
    >>> rows = np.array([[4000, 0], [4000, 0], [0, 4000], [0, 4000]], dtype=np.float32)
    >>> silhouette(rows, np.ones(4), np.array([0, 0, 1, 1]))
    1.0
    """
    labels = np.unique(labels, return_inverse=True)[1]
    sizes = np.bincount(labels, weights=weights)
    if len(sizes) < 2:
        return 0.0
    sums = _sums(units, weights, labels)
    total = 0.0
    for rows in blocks(len(units)):
        own, weight = labels[rows], weights[rows]
        index = np.arange(len(own))
        # The sums are whole numbers, so that this product is exact.
        distance = 1.0 - (units[rows].astype(np.float64) @ sums.T) / (UNIT * UNIT) / sizes
        rest = sizes[own] - weight
        # The row itself is no neighbour of its own; its distance to itself is 0.
        inner = distance[index, own] * sizes[own] / np.maximum(rest, 1.0)
        distance[index, own] = np.inf
        outer = distance.min(axis=1)
        value = np.where(rest > 0, (outer - inner) / np.maximum(np.maximum(inner, outer), 1e-9), 0.0)
        total += float((value * weight).sum())
    return total / float(weights.sum())


def tree(units: Units) -> NDArray[np.float64]:
    """Ward's tree over rows, as :func:`scipy.cluster.hierarchy.linkage` gives it."""
    from scipy.cluster.hierarchy import linkage

    links: NDArray[np.float64] = linkage(units.astype(np.float64) / UNIT, method="ward")
    return links


def cut(links: NDArray[np.float64], count: int) -> Labels:
    """Cut a tree into at most ``count`` clusters."""
    from scipy.cluster.hierarchy import fcluster

    labels: Labels = fcluster(links, count, criterion="maxclust").astype(np.intp) - 1
    return labels


def refine(units: Units, weights: NDArray[np.float64], centroids: Units, *, steps: int = _STEPS) -> Units:
    """Move centroids by spherical k-means; clusters that lose all members vanish."""
    for _ in range(steps):
        moved = centroids_of(units, weights, nearest(units, centroids)[0])
        if moved.shape == centroids.shape and np.array_equal(moved, centroids):
            break
        centroids = moved
    return centroids


def counts_to_try(rows: int, *, least: int = 2) -> list[int]:
    """Give the numbers of clusters that are tried for so many distinct texts, from ``least`` on if they are enough.

    Examples
    --------
    >>> counts_to_try(2), counts_to_try(100)
    ([2], [2, 3, 4, 5, 6, 7, 9, 11, 14, 18, 22])
    >>> counts_to_try(100, least=20)
    [20, 21, 22]
    """
    root = rows**0.5
    low = max(2, round(max(root / 4, min(rows / 100, _LOW))), min(least, rows // 2))
    high = max(low, min(round(_HIGH * root), rows // 2))
    return sorted({round(v) for v in np.geomspace(low, high, _COUNTS)})


def choose_count(units: Units, weights: NDArray[np.float64], *, least: int = 2) -> int:
    """Choose the number of clusters by the silhouette of texts that had no part in finding them.

    Each part of the rows is held out once. Clusters are found without it, and its rows are judged by their mean
    distance to the clusters' members. So a number that only fits the texts at hand does not win.

    On comments the curve of that silhouette over the numbers is flat around its best, which chance then moves far. So
    not its highest point is taken but that of a parabola through all points, over the logarithm of the numbers. The
    parabola does not count where a number stands out: that number is taken, and of numbers that are not clearly worse
    than the best, by one standard error of the paired differences, the smallest (the rule of Breiman et al. 1984). By
    the same rule the smallest number that is tried needs no parabola.

    Parameters
    ----------
    units, weights
        Placed embeddings (n, d) of distinct texts in canonical order, and whole numbers (n,).
    least
        The smallest number that is tried, if there are enough texts.
    """
    options = counts_to_try(len(units), least=least)
    if len(options) == 1:
        return options[0]
    units, weights = units[:_MOVED], weights[:_MOVED]
    density = min(_NEIGHBOURS_JUDGED, len(units) // 50) / len(units)
    units, weights = units[:_SEEDS], weights[:_SEEDS]
    # Small collections lose too much with a half; larger ones are halved several times.
    parts = _held_in(len(units))
    # A neighbourhood is to be as wide as among all texts, and so holds fewer of a part.
    moved = [smooth(units[kept], neighbours=round(density * kept.sum())) for kept in parts]
    trees = [tree(near) for near in moved]

    def judge(count: int) -> NDArray[np.float64]:
        values, times = np.zeros(len(units)), np.zeros(len(units))
        for kept, near, links in zip(parts, moved, trees, strict=True):
            start = centroids_of(near, weights[kept], cut(links, count))
            found = nearest(near, refine(near, weights[kept], start))[0]
            labels = nearest(units[kept], centroids_of(units[kept], weights[kept], found))[0]
            values[~kept] += _silhouettes_of_others(units[kept], weights[kept], labels, units[~kept])
            times[~kept] += 1
        values *= weights / weights.mean() / times
        return values

    judged = {count: judge(count) for count in options}
    best = max(judged, key=lambda count: judged[count].mean())
    if options[0] in _not_worse(judged):
        return options[0]
    likely, height = _top_of_parabola(options, [float(judged[count].mean()) for count in options])
    near_by = min(options, key=lambda count: abs(np.log(count / likely)))
    if judged[best].mean() <= (1.0 + _STANDS_OUT) * min(height, float(judged[near_by].mean())):
        return likely
    # The steps of the coarse search may jump over the number: look between the best one's neighbours.
    place = options.index(best)
    between = range(options[max(place - 1, 0)], options[min(place + 1, len(options) - 1)] + 1)
    step = -(-len(between) // _COUNTS)
    judged |= {count: judge(count) for count in between[::step] if count not in judged}
    return min(_not_worse(judged))


def _held_in(rows: int) -> list[NDArray[np.bool_]]:
    """Give the rows that clusters are found in, for each part that is held out."""
    folds = min(10, _HELD_OUT // rows, rows)  # of few rows each must not take many
    if folds > 2:
        return [np.arange(rows) % folds != fold for fold in range(folds)]
    halvings = max(2, min(_HALVINGS, 2 * _SEEDS // rows))
    sides = [(np.arange(rows) >> halving) & 1 == 1 for halving in range(halvings)]  # canonical order is random
    return [side for half in sides for side in (half, ~half)]


def _not_worse(judged: Mapping[int, NDArray[np.float64]]) -> list[int]:
    """Give the numbers that are behind the best by no more than one standard error."""
    best = judged[max(judged, key=lambda count: judged[count].mean())]
    behind = {count: best - values for count, values in judged.items()}
    return [c for c, gap in behind.items() if gap.mean() <= gap.std() / len(best) ** 0.5]


def _top_of_parabola(counts: Sequence[int], values: Sequence[float]) -> tuple[int, float]:
    """Give the number, between the first and the last, where a parabola through all points is highest, and how high.

    Examples
    --------
    >>> _top_of_parabola([2, 4, 8, 16, 32], [0.1, 0.3, 0.35, 0.3, 0.1])
    (8, 0.358571)
    >>> _top_of_parabola([2, 4, 8, 16, 32], [0.1, 0.2, 0.3, 0.4, 0.5])
    (32, 0.5)
    """
    logs = np.log(np.array(counts, dtype=np.float64))
    middle = logs.mean()
    curve = np.round(np.polyfit(logs - middle, values, 2), 9)
    square, slope, _ = curve.tolist()
    end = counts[-1] if slope > 0 else counts[0]
    top = float(np.exp(middle - slope / (2 * square))) if square < 0 else end
    count = round(min(max(top, counts[0]), counts[-1]))
    return count, round(float(np.polyval(curve, np.log(count) - middle)), 6)


def find(units: Units, weights: NDArray[np.float64], *, count: int | None, min_size: int, least: int = 2) -> Units:
    """Find clusters.

    Parameters
    ----------
    units
        Placed embeddings (n, d) of distinct texts in canonical order, n at least 2.
    weights
        Whole numbers (n,).
    count
        Number of clusters, or null to find it.
    min_size
        Clusters with fewer rows are dissolved; ignored where ``count`` is given.
    least
        The smallest number that is tried where ``count`` is null.

    Returns
    -------
    The centroids (k, d), largest cluster first.
    """
    number = count or choose_count(units, weights, least=least)
    units, weights = units[: max(_MOVED, number)], weights[: max(_MOVED, number)]
    near = smooth(units, neighbours=_neighbours(len(units), number))
    found = refine(near, weights, _first(near, weights, number))
    centroids = discriminants(units, weights, nearest(near, found)[0])
    if count is None:
        centroids = dissolve(units, centroids, min_size=min_size)
    labels = nearest(units, centroids)[0]
    sizes = np.bincount(labels, weights=weights, minlength=len(centroids))
    kept = [int(i) for i in np.argsort(-sizes, kind="stable") if sizes[i] > 0]
    return centroids[kept]


def _first(near: Units, weights: NDArray[np.float64], number: int) -> Units:
    """Give starting clusters: those of several halves of the rows, put together by Ward's method."""
    if len(near) < max(_HALVED, _FEW * number):
        return _by_tree(near[: max(_SEEDS, number)], weights[: max(_SEEDS, number)], number)
    most = max(_SEEDS // 4, min(_FEW * number // 2, _SEEDS))
    places: list[Units] = []
    sizes: list[NDArray[np.float64]] = []
    for halving in range(_HALVINGS):
        side = (np.arange(len(near)) >> halving) & 1  # canonical order is random
        for half in (np.flatnonzero(side == 0)[:most], np.flatnonzero(side == 1)[:most]):
            found = _by_tree(near[half], weights[half], number)
            counts = np.bincount(nearest(near, found)[0], weights=weights, minlength=len(found))
            sizes.append(counts.astype(np.float64))
            places.append(found)
    together, counted = np.concatenate(places), np.concatenate(sizes)
    together, counted = together[counted > 0], counted[counted > 0]
    return centroids_of(together, counted, cut(tree(together), number))


def _by_tree(units: Units, weights: NDArray[np.float64], number: int) -> Units:
    return refine(units, weights, centroids_of(units, weights, cut(tree(units), number)))


def dissolve(units: Units, centroids: Units, *, min_size: int) -> Units:
    """Take away clusters with fewer than ``min_size`` rows, smallest first; their rows go to the nearest other.

    Two are always left: around a mean that was subtracted, a single one has no direction.
    """
    while len(centroids) > 2:
        sizes = np.bincount(nearest(units, centroids)[0], minlength=len(centroids))
        small = np.flatnonzero(sizes < min_size)
        if len(small) == 0:
            break
        # Half of them at a time: neighbours of a dissolved cluster may grow beyond the limit.
        order = small[np.argsort(sizes[small], kind="stable")]
        gone = order[: min(max(1, len(order) // 2), len(centroids) - 2)]
        centroids = np.delete(centroids, gone, axis=0)
    return centroids


def group(units: Units, weights: NDArray[np.float64], centroids: Units) -> list[int | None]:
    """Group clusters under parents: Ward's tree over their centroids, cut where the silhouette of the texts is best.

    Returns
    -------
    The parent's index of each cluster; null for a cluster that stands alone, and for all if there are fewer than six.
    """
    count = len(centroids)
    if count < 6:
        return [None] * count
    links = tree(centroids)
    leaves = nearest(units, centroids)[0]
    options = range(max(2, round(0.7 * count**0.5)), round(1.5 * count**0.5) + 1)
    cuts = [cut(links, number) for number in options]
    values = [silhouette(units, weights, labels[leaves]) for labels in cuts]
    labels = cuts[int(np.argmax(values))]
    members = np.bincount(labels)
    order: dict[int, int] = {}
    for label in labels:  # parents in the order of their largest child
        if members[label] > 1:
            order.setdefault(int(label), len(order))
    return [order.get(int(label)) for label in labels]


def _neighbours(rows: int, clusters: int) -> int:
    """Fewer where texts are few or clusters many: neighbours are to be of the same cluster."""
    return min(_NEIGHBOURS, int(rows) // max(50, 2 * clusters))


def _silhouettes_of_others(
    units: Units, weights: NDArray[np.float64], labels: Labels, others: Units
) -> NDArray[np.float64]:
    """Silhouettes of rows that are not members of the clusters."""
    labels = np.unique(labels, return_inverse=True)[1]
    sums = _sums(units, weights, labels)
    if len(sums) < 2:
        return np.zeros(len(others))
    sizes = np.bincount(labels, weights=weights)
    own = nearest(others, to_units(sums))[0]
    # Products of whole numbers first, which are exact, then the division by the size.
    distance = 1.0 - (others.astype(np.float64) @ sums.T) / (UNIT * UNIT) / sizes
    index = np.arange(len(own))
    inner = distance[index, own]
    distance[index, own] = np.inf
    outer = distance.min(axis=1)
    values: NDArray[np.float64] = (outer - inner) / np.maximum(np.maximum(inner, outer), 1e-9)
    return values


def _sums(units: Units, weights: NDArray[np.float64], labels: Labels) -> NDArray[np.float64]:
    from scipy.sparse import csr_matrix

    rows = np.arange(len(labels))
    indicator: Any = csr_matrix((weights, (labels, rows)), shape=(int(labels.max()) + 1, len(labels)))
    sums = np.zeros((indicator.shape[0], units.shape[1]))
    for block in blocks(len(units)):
        sums += indicator[:, block] @ units[block].astype(np.float64)
    return sums
