"""The topics of a fit, with what is known of them from earlier: ids of a registry, and corrections by people."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cxtext.topics.clusters import Units, nearest
from cxtext.topics.corrections import Correction, Corrections, Merge, Pin, Rename, Split, check_id, merge, split
from cxtext.topics.drift import Move
from cxtext.topics.evolve import Window, judge, settle_new
from cxtext.topics.memory import learn
from cxtext.topics.places import Topics, ordered
from cxtext.topics.registry import Registry, known_places, new_places
from cxtext.topics.space import Space


@dataclass(frozen=True, eq=False)
class Start:
    """Topics, what became of those there were, and what has been corrected."""

    topics: Topics
    moves: tuple[Move, ...]
    corrections: Corrections


def start(
    space: Space,
    centroids: Units,
    window: Window,
    *,
    registry: Registry | None,
    found: Sequence[Correction],
    min_size: int,
    min_similarity: float,
) -> Start:
    """Give the topics of a fit their ids, and carry out corrections.

    Parameters
    ----------
    space, centroids
        What was fitted.
    window
        The texts that it was fitted on.
    registry
        What is known from earlier, or null.
    found
        Corrections from a file.
    min_size, min_similarity
        As the model has them.
    """
    units, corrections = window.units, Corrections() if registry is None else registry.corrections
    means: dict[int, NDArray[np.float64]] = {}
    fixed: set[int] = set()
    if registry is None:
        ids = np.arange(len(centroids), dtype=np.int64)
        moves = tuple(Move(int(i), "new", (), (int(i),)) for i in ids)
        next_id = len(ids)
    else:
        known = known_places(registry, space)
        fresh = settle_new(units, known.centroids, new_places(known.centroids, centroids), min_size=min_size)
        change = judge(known, units, fresh, min_size=min_size, min_similarity=min_similarity, held=corrections.held)
        kept = ~np.isin(change.ids, list(change.gone))
        ids, centroids, moves = change.ids[kept], change.centroids[kept], change.moves
        next_id = known.next_id + len(fresh)
        rows = np.flatnonzero(kept[: len(known.ids)])
        means = {row: registry.means[i] for row, i in enumerate(rows)}
        fixed = {row for row, i in enumerate(rows) if int(known.ids[i]) in corrections.pinned}
    topics = _learnt(ids, centroids, window, next_id, min_size, min_similarity, means, fixed)
    if registry is not None:
        # What was known before counts on, so that a quiet window does not make a topic forgotten.
        seen, since = topics.memory.seen.copy(), topics.memory.since.copy()
        seen[: len(rows)] += registry.seen[rows]
        since[: len(rows)] += registry.since[rows]
        topics = replace(topics, memory=replace(topics.memory, seen=seen, since=since))
    before = set(topics.ids.tolist())
    topics, corrections = apply(topics, corrections, found)
    after = set(topics.ids.tolist())
    moves += tuple(Move(i, "new", (), (i,)) for i in sorted(after - before))
    lost = before - after
    moves = tuple(
        Move(m.id, "merged", (m.id,), (corrections.merged[m.id],)) if m.id in lost and m.state != "new" else m
        for m in moves
        if m.id not in lost or m.state != "new"
    )
    return Start(ordered(topics), moves, corrections)


def _learnt(
    ids: NDArray[np.int64],
    centroids: Units,
    window: Window,
    next_id: int,
    min_size: int,
    min_similarity: float,
    means: Mapping[int, NDArray[np.float64]],
    fixed: Collection[int],
) -> Topics:
    own, near = nearest(window.units, centroids)
    memory = learn(
        window.units,
        window.vectors,
        own,
        centroids,
        min_size=min_size,
        assigned=near >= min_similarity,
        means=means,
        fixed=fixed,
    )
    return Topics(ids, centroids, memory, next_id)


def apply(topics: Topics, corrections: Corrections, found: Sequence[Correction]) -> tuple[Topics, Corrections]:
    """Carry out corrections; those that have been carried out already are passed over.

    Names are kept for any id: whether there is such a topic, or parent, is known later.

    Raises
    ------
    InputTypeError, InputValueError
        If there is no such topic, or it cannot be split.
    """
    for correction in found:
        known = np.unique(topics.ids).tolist()
        if isinstance(correction, Merge):
            ids = list(dict.fromkeys(_now(i, known, corrections) for i in correction.ids))
            if len(ids) > 1:
                topics, corrections = merge(topics, ids), corrections.with_merge(ids)
        elif isinstance(correction, Split):
            topic = _now(correction.id, known, corrections)
            if len(corrections.split.get(topic, ())) < correction.parts:
                topics, ids = split(topics, topic, correction.parts)
                corrections = corrections.with_split(topic, ids)
        elif isinstance(correction, Pin):
            corrections = corrections.with_pin(_now(correction.id, known, corrections))
        elif isinstance(correction, Rename):
            corrections = corrections.renamed(correction.id, correction.label_de, correction.label_en)
    return topics, corrections


def _now(topic: int, known: Sequence[int], corrections: Corrections) -> int:
    return check_id(corrections.merged.get(topic, topic) if topic not in known else topic, known, corrections.merged)
