"""What a topic model remembers of the texts it has seen, so that it can tell later what is new: places and counts.

No text and no vector of a single text is kept. Each topic has a few *parts* (Ward's tree over its texts, as the
micro-clusters of Aggarwal et al. 2003, "A Framework for Clustering Evolving Data Streams"); what lies farther from all
parts than most texts do is *far*. Far texts that belong together, by average linkage, but were too few or too common to
be a topic, are remembered as the *rest*: what was there before is not new, even if it was no topic.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxtext.topics.clusters import Labels, Units, centroids_of, cut, nearest, refine, similarities, tree
from cxtext.topics.space import GRID, UNIT, Floats, blocks, to_units

Counts = NDArray[np.int64]

_PARTS = 8  # of a topic, at most
_SEEDS = 500  # texts of a topic from which its parts are found
_FAR = 0.25  # share of texts, each judged without itself, that counts as far
_TIGHT = 0.75  # quantile of the parts' coherence that texts need to belong together
_LARGEST = 4_000  # far texts that are compared, which takes memory with their square
_GRAIN = 0.001  # of cosines: places are rounded
_LOOSE = 0.5  # coherence where no part has two texts to tell
ALIKE = 0.5  # cosine from which two places are about one subject


@dataclass(frozen=True, eq=False)
class Memory:
    """Places and counts.

    Parameters
    ----------
    parts
        Places of parts of topics (q, d).
    owners
        The centroid (q,) that each part belongs to.
    part_means
        Mean embedding (q, d) of each part's texts, whole numbers in steps of 1e-4, in no space of its own, so that a
        model with another space can place it.
    part_sizes
        Distinct texts (q,) of each part.
    reach
        A text whose cosine to every part is lower is far.
    coherence
        Mean cosine among texts that belong together.
    rest
        Places (r, d) of far texts that belong together and are no topic.
    rest_sizes
        Distinct texts (r,) of each.
    texts
        Distinct texts seen, window by window.
    seen
        Distinct texts (p,) of each centroid.
    since
        Distinct texts (p,) seen since the centroid is there.
    """

    parts: Units
    owners: Labels
    part_means: NDArray[np.float64]
    part_sizes: Counts
    reach: float
    coherence: float
    rest: Units
    rest_sizes: Counts
    texts: int
    seen: Counts
    since: Counts

    @property
    def means(self) -> NDArray[np.float64]:
        """Mean embedding (p, d) of each centroid's texts."""
        sums = np.zeros((len(self.seen), self.part_means.shape[1]))
        sizes = np.maximum(self.part_sizes, 1).astype(np.float64)
        np.add.at(sums, self.owners, self.part_means * sizes[:, None])
        totals = np.bincount(self.owners, weights=sizes, minlength=len(self.seen))
        means: NDArray[np.float64] = np.rint(sums / np.maximum(totals, 1.0)[:, None])
        return means


def learn(
    units: Units,
    vectors: Floats,
    labels: Labels,
    centroids: Units,
    *,
    min_size: int,
    assigned: NDArray[np.bool_],
    means: Mapping[int, NDArray[np.float64]] | None = None,
    fixed: Collection[int] = (),
) -> Memory:
    """Learn what to remember.

    Parameters
    ----------
    units, vectors, labels
        Distinct texts in canonical order: their places, their embeddings, and the nearest centroid of each.
    centroids
        Places of the topics (p, d).
    min_size
        Texts that a part, and a group of far texts, needs.
    assigned
        Which texts are near enough to count as the topic's.
    means
        Mean embedding of centroids that may have no texts here.
    fixed
        Those of them whose mean stays, whatever their texts.
    """
    parts, owners = find_parts(units, labels, len(centroids), min_size=min_size)
    moving = ~np.isin(owners, list(fixed))
    parts, owners = parts[moving], owners[moving]
    bare = [i for i in range(len(centroids)) if i not in set(owners.tolist())]
    parts, owners = np.concatenate([parts, centroids[bare]]), np.concatenate([owners, np.array(bare, dtype=np.intp)])
    own = nearest(units, parts)[0]
    sizes = np.bincount(own, minlength=len(parts)).astype(np.int64)
    reach, coherence = _judge(units, own, len(parts))
    part_means = mean_embeddings(vectors, own, len(parts))
    for i, mean in (means or {}).items():
        part_means[(owners == i) & ((sizes == 0) | (i in fixed))] = mean
    memory = Memory(
        parts=parts,
        owners=owners,
        part_means=part_means,
        part_sizes=sizes,
        reach=reach,
        coherence=coherence,
        rest=np.zeros((0, units.shape[1]), dtype=np.float32),
        rest_sizes=np.zeros(0, dtype=np.int64),
        texts=len(units),
        seen=np.bincount(labels[assigned], minlength=len(centroids)).astype(np.int64),
        since=np.full(len(centroids), len(units), dtype=np.int64),
    )
    rest, rest_sizes = groups_of_far(units, memory, min_size=min_size)
    return replace(memory, rest=rest, rest_sizes=rest_sizes)


def nothing(centroids: Units) -> Memory:
    """Give the memory of a model that remembers nothing but where its topics are."""
    count, width = centroids.shape
    zeros = np.zeros(count, dtype=np.int64)
    return Memory(
        parts=centroids,
        owners=np.arange(count),
        part_means=np.zeros((count, width)),
        part_sizes=zeros,
        reach=-1.0,
        coherence=_LOOSE,
        rest=centroids[:0],
        rest_sizes=zeros[:0],
        texts=0,
        seen=zeros,
        since=zeros,
    )


def find_parts(units: Units, labels: Labels, count: int, *, min_size: int) -> tuple[Units, Labels]:
    """Find the parts of each cluster, and which cluster each is a part of; clusters without rows have none."""
    parts: list[Units] = []
    owners: list[int] = []
    order = np.argsort(labels, kind="stable")
    borders = np.searchsorted(labels[order], np.arange(count + 1))
    for cluster in range(count):
        rows = units[order[borders[cluster] : borders[cluster + 1]]]
        if not len(rows):
            continue
        number = min(_PARTS, len(rows) // (2 * min_size))
        seeds, ones = rows[:_SEEDS], np.ones(len(rows))
        start = cut(tree(seeds), number) if number > 1 else np.zeros(len(seeds), dtype=np.intp)
        found = refine(rows, ones, centroids_of(seeds, ones[: len(seeds)], start), steps=2)
        parts.append(found)
        owners.extend([cluster] * len(found))
    if not parts:
        return np.zeros((0, units.shape[1]), dtype=np.float32), np.zeros(0, dtype=np.intp)
    return np.concatenate(parts), np.array(owners, dtype=np.intp)


def groups_of_far(units: Units, memory: Memory, *, min_size: int) -> tuple[Units, Counts]:
    """Group the far texts: average linkage, cut where a group would be less coherent than most parts of topics are.

    Returns
    -------
    Places (g, d) and sizes (g,) of groups of ``min_size`` texts or more, largest first.
    """
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    none = np.zeros((0, units.shape[1]), dtype=np.float32), np.zeros(0, dtype=np.int64)
    if not len(memory.parts):
        return none
    far = units[nearest(units, memory.parts)[1] < memory.reach - _GRAIN][:_LARGEST]
    far = far[far.any(axis=1)]
    if len(far) < max(2, min_size):
        return none
    distances = np.maximum(1.0 - similarities(far, far).astype(np.float64), 0.0)
    np.fill_diagonal(distances, 0.0)
    links = linkage(squareform(distances, checks=False), method="average")
    groups = fcluster(links, 1.0 - memory.coherence + _GRAIN, criterion="distance").astype(np.intp) - 1
    sizes = np.bincount(groups)
    kept = [g for g in np.argsort(-sizes, kind="stable") if sizes[g] >= min_size]
    if not kept:
        return none
    inside = np.isin(groups, kept)
    places = centroids_of(far[inside], np.ones(int(inside.sum())), groups[inside])
    order = np.argsort(-sizes[np.sort(kept)], kind="stable")
    return places[order], sizes[np.sort(kept)][order].astype(np.int64)


def mean_embeddings(vectors: Floats, labels: Labels, count: int) -> NDArray[np.float64]:
    """Mean embedding of each cluster (count, d), in whole steps of 1e-4; zero for a cluster without rows."""
    from scipy.sparse import csr_matrix

    indicator: Any = csr_matrix((np.ones(len(labels)), (labels, np.arange(len(labels)))), shape=(count, len(labels)))
    sums = np.zeros((count, vectors.shape[1]))
    for rows in blocks(len(labels)):
        sums += indicator[:, rows] @ np.rint(vectors[rows].astype(np.float64) * GRID)
    sizes = np.bincount(labels, minlength=count)[:, None]
    means: NDArray[np.float64] = np.rint(sums / np.maximum(sizes, 1))
    return means


def _judge(units: Units, own: Labels, count: int) -> tuple[float, float]:
    """Give how far texts lie from their part, each judged without itself, and how coherent parts are."""
    sums = np.zeros((count, units.shape[1]))
    wide = units.astype(np.float64)
    np.add.at(sums, own, wide)
    sizes = np.bincount(own, minlength=count)
    others = sums[own] - wide
    length = np.sqrt((others * others).sum(axis=1))
    judged = (sizes[own] > 1) & (length > 0)
    if not judged.any():
        return -1.0, _LOOSE
    near = (others[judged] * wide[judged]).sum(axis=1) / (length[judged] * UNIT)
    several = sizes > 1
    # Mean cosine of the pairs in a part, from the length of their sum.
    pairs = (sums * sums).sum(axis=1)[several] / (UNIT * UNIT) - sizes[several]
    coherence = np.quantile(pairs / (sizes[several] * (sizes[several] - 1)), _TIGHT, method="lower")
    return round(float(np.quantile(near, _FAR, method="lower")), 6), round(float(min(coherence, 1.0)), 6)


def middle(places: Units, weights: NDArray[np.float64]) -> Units:
    """Place (1, d) between places, by weight."""
    return to_units((places.astype(np.float64) * weights[:, None]).sum(axis=0, keepdims=True) / max(weights.sum(), 1.0))
