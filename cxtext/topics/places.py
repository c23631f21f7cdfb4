"""Where topics are, and which is which: ids, places, and what is remembered of their texts."""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cxtext.topics.clusters import Units, nearest, similarities
from cxtext.topics.memory import Memory, middle


@dataclass(frozen=True, eq=False)
class Topics:
    """Where topics are. A topic that was merged has several places.

    Parameters
    ----------
    ids
        Topic (p,) of each place.
    centroids
        Places (p, d).
    memory
        What is remembered of their texts.
    next_id
        The id that the next new topic gets; none is ever given twice.
    """

    ids: NDArray[np.int64]
    centroids: Units
    memory: Memory
    next_id: int

    @property
    def leaves(self) -> list[int]:
        """Ids of the topics, in order."""
        return [int(i) for i in np.unique(self.ids)]

    def leaf_places(self) -> Units:
        """Places (k, d) of the topics in the order of their ids; one that was merged is between its own."""
        weights = self.memory.seen.astype(np.float64) + 1.0
        if len(self.leaves) == len(self.ids):
            return self.centroids
        return np.concatenate([middle(self.centroids[self.ids == i], weights[self.ids == i]) for i in self.leaves])

    def leaf_of(self, units: Units) -> NDArray[np.intp]:
        """Give the row of the nearest topic, in the order of ids, for each text."""
        return np.searchsorted(self.leaves, self.ids[nearest(units, self.centroids)[0]])

    def to_leaves(self, units: Units) -> NDArray[np.float32]:
        """Cosine similarity (n, k) of texts to topics, in the order of ids."""
        firsts = np.unique(self.ids, return_index=True)[1]
        joined: NDArray[np.float32] = np.maximum.reduceat(similarities(units, self.centroids), firsts, axis=1)
        return joined


def without(topics: Topics, gone: Collection[int]) -> Topics:
    """Take topics away."""
    kept = ~np.isin(topics.ids, list(gone))
    if kept.all():
        return topics
    memory, row = topics.memory, np.cumsum(kept) - 1
    own = kept[memory.owners]
    return Topics(
        topics.ids[kept],
        topics.centroids[kept],
        replace(
            memory,
            parts=memory.parts[own],
            owners=row[memory.owners[own]],
            part_means=memory.part_means[own],
            part_sizes=memory.part_sizes[own],
            seen=memory.seen[kept],
            since=memory.since[kept],
        ),
        topics.next_id,
    )


def ordered(topics: Topics) -> Topics:
    """Put places in the order of their ids, so that of two equally near topics the one with the lower id is taken."""
    order = np.argsort(topics.ids, kind="stable")
    memory, row = topics.memory, np.argsort(order, kind="stable")
    return Topics(
        topics.ids[order],
        topics.centroids[order],
        replace(memory, owners=row[memory.owners], seen=memory.seen[order], since=memory.since[order]),
        topics.next_id,
    )
