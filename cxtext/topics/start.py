"""The topics of a fit, with what is known of them from earlier: ids of a registry, and corrections by people."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cxtext.topics.clusters import Units, nearest
from cxtext.topics.corrections import Correction, Corrections, Merge, Pin, Rename, Split, check_id, merge, split
from cxtext.topics.drift import Move
from cxtext.topics.evolve import Window
from cxtext.topics.memory import learn
from cxtext.topics.places import Topics, ordered
from cxtext.topics.registry import Carried, Registry, carry
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
    if registry is None:
        count = len(centroids)
        ids = np.arange(count, dtype=np.int64)
        carried = Carried(ids, centroids, {}, tuple(Move(i, "new", (), (i,)) for i in range(count)), count)
        corrections = Corrections()
    else:
        carried, corrections = carry(registry, space, centroids), registry.corrections
    means = {} if registry is None else {row: registry.means[i] for row, i in carried.held.items()}

    def learnt(topics_ids: "np.ndarray[tuple[int], np.dtype[np.int64]]", places: Units, next_id: int) -> Topics:
        own, near = nearest(window.units, places)
        memory = learn(
            window.units,
            window.vectors,
            own,
            places,
            min_size=min_size,
            assigned=near >= min_similarity,
            means=means,
        )
        return Topics(topics_ids, places, memory, next_id)

    topics = learnt(carried.ids, carried.centroids, carried.next_id)
    moves = list(carried.moves)
    before = len(topics.centroids)
    topics, corrections = apply(topics, corrections, found)
    if len(topics.centroids) != before:
        # Parts have taken a topic's place, and some texts another topic. Nothing held is lost: means are of texts here.
        known = set(carried.ids.tolist())
        moves += [Move(int(i), "new", (), (int(i),)) for i in np.unique(topics.ids) if int(i) not in known]
        held = {row: topics.memory.means[row] for row in range(len(topics.ids))}
        means = held
        topics = learnt(topics.ids, topics.centroids, topics.next_id)
    kept = set(topics.ids.tolist())
    moves = [
        m if m.id in kept or m.state != "kept" else Move(m.id, "merged", (m.id,), (corrections.merged[m.id],))
        for m in moves
        if m.id in kept or m.state != "new"
    ]
    return Start(ordered(topics), tuple(moves), corrections)


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
