"""What became of topics from one window of time to the next, and which topics of two models are the same.

The states are the transitions of clusters of Spiliopoulou et al. 2006, "MONIC": a topic survives, is absorbed, splits,
disappears or is new. Topics of two models are matched one to one so that their cosines are largest in sum (Kuhn 1955,
the Hungarian method), and a pair counts from a cosine of 0.5. Between models of two halves of one collection, matched
topics had .6 to .8, and the next best topic .4 to .5.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from cxtext.topics.clusters import Units, similarities
from cxtext.topics.memory import ALIKE
from cxtext.topics.table import Topic

if TYPE_CHECKING:
    from pandas import DataFrame

State = Literal["kept", "new", "merged", "split", "retired"]


@dataclass(frozen=True, slots=True)
class Move:
    """What became of one topic.

    Parameters
    ----------
    id
        The topic.
    state
        ``"kept"``, ``"new"``, ``"merged"`` (into another), ``"split"`` (others took a part of it) or ``"retired"``.
    from_ids
        The topics that its texts would have had before, as far as that is known; its own id if it was there.
    to_ids
        The topics that its texts have now; none if it retired.
    similarity
        Cosine between where it was and where its texts are now; of a new topic to the nearest there was; of a merged
        one to the one that took it. Null where there is nothing to compare.
    """

    id: int
    state: State
    from_ids: tuple[int, ...] = ()
    to_ids: tuple[int, ...] = ()
    similarity: float | None = None


def match(old: Units, new: Units, *, least: float = ALIKE) -> dict[int, int]:
    """Match places one to one.

    Parameters
    ----------
    old, new
        Places (p, d) and (k, d) in one space.
    least
        Cosine that a pair needs.

    Returns
    -------
    Row of ``old`` -> row of ``new``.

    Examples
    --------
    >>> old = np.array([[4000, 0], [0, 4000]], dtype=np.float32)
    >>> match(old, old[::-1])
    {0: 1, 1: 0}
    >>> match(old, -old)
    {}
    """
    from scipy.optimize import linear_sum_assignment

    if not len(old) or not len(new):
        return {}
    near = similarities(old, new).astype(np.float64)
    rows, columns = linear_sum_assignment(-near)
    return {int(i): int(j) for i, j in zip(rows, columns, strict=True) if near[i, j] >= least}


def to_frame(
    moves: Sequence[Move], topics: Sequence[Topic], before: Sequence[Topic], sizes: Mapping[int, int]
) -> "DataFrame":
    """Give moves as a table.

    Parameters
    ----------
    moves
        One a topic.
    topics, before
        The tables of topics now and before.
    sizes
        Texts of each leaf topic now.

    Returns
    -------
    A row a leaf topic, in the order of ids: id, label, state, from_ids, to_ids, size_before, size_after, similarity.
    """
    import pandas as pd

    labels = {t.id: t.label for t in [*before, *topics]}
    had = {t.id: t.size for t in before}
    rows = [
        {
            "id": move.id,
            "label": labels[move.id],
            "state": move.state,
            "similarity": None if move.similarity is None else round(min(max(move.similarity, -1.0), 1.0), 6),
            "from_ids": list(move.from_ids),
            "to_ids": list(move.to_ids),
            "size_before": had.get(move.id, 0),
            "size_after": sizes.get(move.id, 0),
        }
        for move in sorted(moves, key=lambda m: m.id)
    ]
    columns = ["id", "label", "state", "from_ids", "to_ids", "size_before", "size_after", "similarity"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype({"id": "int64", "size_before": "int64", "size_after": "int64", "similarity": "float64"})
