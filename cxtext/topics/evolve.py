"""What changes in a model's topics when a new window of texts comes.

Known topics stay where they are: a text that nothing new is about has the topic it would have had before. A change
needs evidence:

- **New**: far texts (:mod:`cxtext.topics.memory`) that belong together, at least ``min_size`` different ones, more than
  the texts seen before would make likely. What was seen is ``a`` of ``b`` texts, what comes is ``n`` of ``m``; with
  Jeffreys' prior ``n`` is negative binomial with ``a + 1/2`` and ``b / (b + m)``. Candidates nearer to each other than
  most known topics are to their nearest are one; all of a window are judged at a false discovery rate of 1 % (Benjamini
  and Hochberg 1995), which holds for counts, not for how the candidates were chosen. So what is left must hold once
  more, at a far stricter level, for all texts that are nearest to it, against those that were remembered and would have
  been nearest to it: what draws much of what was known is not new. ``benchmarks/topics_over_time.py`` measures what
  both come to.
- **Merged**: two topics whose texts in the window are hardly to be told apart: the cosine of their means is 0.8 or
  more, and their distance less than half of that between the two nearest topics of the model. The larger one keeps its
  id.
- **Split**: new topics took a quarter or more of the texts that a topic would have had. It stays, with the rest.
- **Retired**: no text, where by the same negative binomial that had a probability of at most 1 %, shared out among all
  topics.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from cxtext.topics.clusters import Units, centroids_of, nearest, similarities
from cxtext.topics.discriminants import discriminants
from cxtext.topics.drift import Move, State
from cxtext.topics.memory import ALIKE, Counts, Memory, find_parts, groups_of_far, mean_embeddings, middle
from cxtext.topics.places import Topics, ordered, without
from cxtext.topics.space import Floats

_FALSE = 0.01  # share of new topics that may be none
_DRAWN = 1e-5  # probability of as many texts as a new topic draws, had its share been as before
_GONE = 0.01  # probability that a topic without texts would have had none, over all topics
_TAKEN = 0.25  # share of a topic's texts that new ones must take for it to be split
_SAME = 0.8  # cosine of the means of two topics that may be one


@dataclass(frozen=True, eq=False)
class Window:
    """Distinct texts in canonical order: their places (n, d) and embeddings (n, d)."""

    units: Units
    vectors: Floats


@dataclass(frozen=True, eq=False)
class Change:
    """What a window changes.

    Parameters
    ----------
    ids, centroids
        Topic (p,) of each place, and the places (p, d): those known, and then new ones.
    gone
        Topics that retire.
    moves
        What became of each topic.
    """

    ids: NDArray[np.int64]
    centroids: Units
    gone: frozenset[int]
    moves: tuple[Move, ...]


def evolve(
    topics: Topics, window: Window, *, min_size: int, min_similarity: float, held: Collection[int]
) -> tuple[Topics, tuple[Move, ...]]:
    """Find out what a window changes.

    Parameters
    ----------
    topics
        What is known.
    window
        What comes.
    min_size
        Distinct texts that a new topic needs, and each of two that merge.
    min_similarity
        Cosine below which a text is unassigned.
    held
        Topics that neither merge, split nor retire.

    Returns
    -------
    The topics afterwards, and what became of each.
    """
    fresh = _find_new(window.units, topics, min_size=min_size)
    change = judge(topics, window.units, fresh, min_size=min_size, min_similarity=min_similarity, held=held)
    memory = _remember(topics.memory, window, change, len(topics.ids), min_size, min_similarity)
    grown = Topics(change.ids, change.centroids, memory, topics.next_id + len(fresh))
    return without(ordered(grown), change.gone), change.moves


def judge(
    topics: Topics, units: Units, fresh: Units, *, min_size: int, min_similarity: float, held: Collection[int]
) -> Change:
    """Judge what new topics and the texts of a window mean for the topics that are known.

    Parameters
    ----------
    topics
        What is known.
    units
        Places (n, d) of the window's distinct texts.
    fresh
        Places (f, d) of new topics.
    min_size, min_similarity, held
        As for :func:`evolve`.
    """
    before = _ids_of(units, topics.ids, topics.centroids, min_similarity)
    new_ids = topics.next_id + np.arange(len(fresh), dtype=np.int64)
    ids = np.concatenate([topics.ids, new_ids])
    centroids = np.concatenate([topics.centroids, fresh])
    after = _ids_of(units, ids, centroids, min_similarity)
    into = _merges(units, after, topics, held, min_size=min_size)
    gone = _retired(after, topics, len(units), held)
    if len(gone) == len(np.unique(topics.ids)) and not len(fresh):
        gone = set()  # a window about nothing known tells nothing of it
    moves = _moves(units, before, after, topics, new_ids, fresh, into, gone, held)
    ids = np.array([into.get(int(i), int(i)) for i in ids], dtype=np.int64)
    return Change(ids, centroids, frozenset(gone), tuple(moves))


def settle_new(units: Units, known: Units, places: Units, *, min_size: int) -> Units:
    """Move new places to the texts that are nearest to them, and drop those that are left with few.

    They become discriminants, as those known are: beside these, a mean would draw texts from all sides.
    """
    for _ in range(2):
        if not len(places):
            break
        own = nearest(units, np.concatenate([known, places]))[0]
        counts = np.bincount(own, minlength=len(known) + len(places))[len(known) :]
        large = np.flatnonzero(counts >= min_size)
        if not len(large):
            return places[:0]
        inside = (own < len(known)) | np.isin(own - len(known), large)
        found = discriminants(units[inside], np.ones(int(inside.sum())), own[inside])
        places = found[len(found) - len(large) :][np.argsort(-counts[large], kind="stable")]
    return places


def to_nearest(centroids: Units) -> NDArray[np.float32]:
    """Cosine (p,) of each place to the nearest other one; -1 if there is none."""
    if len(centroids) < 2:
        return np.full(len(centroids), -1.0, dtype=np.float32)
    between = similarities(centroids, centroids)
    np.fill_diagonal(between, -1.0)
    found: NDArray[np.float32] = between.max(axis=1)
    return found


def one_subject(centroids: Units) -> float:
    """Cosine from which two places are about one subject: nearer than most topics are to their nearest other."""
    return max(ALIKE, float(np.median(to_nearest(centroids))))


def excess(seen: Counts, texts: int, found: Counts, window: int) -> NDArray[np.float64]:
    """Probability of as many texts as were found or more, if nothing had changed.

    Parameters
    ----------
    seen
        Texts of each kind (g,) among all seen.
    texts
        Texts seen.
    found
        Texts of each kind (g,) in the window.
    window
        Texts in the window.

    Examples
    --------
    >>> [round(float(p), 4) for p in excess(np.array([0, 9]), 1_000, np.array([9, 9]), 1_000)]
    [0.0005, 0.5473]
    """
    from scipy.stats import nbinom

    values: NDArray[np.float64] = nbinom.sf(found - 1, seen + 0.5, texts / (texts + window))
    return values


def _ids_of(units: Units, ids: NDArray[np.int64], centroids: Units, min_similarity: float) -> NDArray[np.int64]:
    own, near = nearest(units, centroids)
    return np.where(near >= min_similarity, ids[own], -1)


def _find_new(units: Units, topics: Topics, *, min_size: int) -> Units:
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform
    from scipy.stats import false_discovery_control

    places, sizes = groups_of_far(units, topics.memory, min_size=min_size)
    if len(places) > 1:
        between = np.maximum(1.0 - similarities(places, places).astype(np.float64), 0.0)
        np.fill_diagonal(between, 0.0)
        limit = 1.0 - one_subject(topics.centroids)
        groups = fcluster(linkage(squareform(between, checks=False), method="average"), limit, criterion="distance")
        each = [groups == g for g in np.unique(groups)]
        places = np.concatenate([middle(places[own], sizes[own].astype(np.float64)) for own in each])
        sizes = np.array([sizes[own].sum() for own in each])
    if not len(places):
        return places
    p_values = excess(_seen_before(places, topics.memory), topics.memory.texts, sizes, len(units))
    places = places[false_discovery_control(p_values) <= _FALSE]
    # Near texts, too, may be about it.
    places = settle_new(units, topics.centroids, places, min_size=min_size)
    return _not_there_before(units, topics, places) if len(places) else places


def _not_there_before(units: Units, topics: Topics, places: Units) -> Units:
    """Drop places that draw no more texts than they would have drawn of those remembered."""
    known, memory = len(topics.centroids), topics.memory
    together = np.concatenate([topics.centroids, places])
    drawn = np.bincount(nearest(units, together)[0], minlength=len(together))[known:]
    parts = nearest(memory.parts, together)[0]
    seen = np.zeros(len(together), dtype=np.int64)
    np.add.at(seen, parts, memory.part_sizes)
    seen_before = seen[known:] + _seen_before(places, memory)
    return places[excess(seen_before, memory.texts, drawn, len(units)) <= _DRAWN]


def _seen_before(places: Units, memory: Memory) -> Counts:
    """Count the texts seen before, of the rest, that each place is about."""
    seen = np.zeros(len(places), dtype=np.int64)
    if len(memory.rest):
        own, near = nearest(memory.rest, places)
        alike = near >= ALIKE
        np.add.at(seen, own[alike], memory.rest_sizes[alike])
    return seen


def _merges(
    units: Units, after: NDArray[np.int64], topics: Topics, held: Collection[int], *, min_size: int
) -> dict[int, int]:
    """Say which topics become part of which; each takes part in one merger at most."""
    counts = {int(i): int(np.sum(after == i)) for i in np.unique(topics.ids)}
    able = [i for i, n in counts.items() if n >= min_size and i not in held]
    if len(able) < 2:
        return {}
    inside = np.isin(after, able)
    rows = np.searchsorted(able, after[inside])
    means = centroids_of(units[inside], np.ones(len(rows)), rows)
    between = similarities(means, means)
    limit = max(_SAME, (1.0 + float(to_nearest(topics.centroids).max())) / 2.0)
    pairs = [(-float(between[i, j]), i, j) for i, j in combinations(range(len(able)), 2) if between[i, j] >= limit]
    seen = {i: int(topics.memory.seen[topics.ids == i].sum()) for i in able}
    into: dict[int, int] = {}
    used: set[int] = set()
    for _, i, j in sorted(pairs):
        if used & {i, j}:
            continue
        used |= {i, j}
        first, second = sorted((able[i], able[j]), key=lambda k: (-seen[k], k))
        into[second] = first
    return into


def _retired(after: NDArray[np.int64], topics: Topics, window: int, held: Collection[int]) -> set[int]:
    known = np.unique(topics.ids)
    gone = set()
    for topic in known:
        own = topics.ids == topic
        if int(topic) in held or (after == topic).any():
            continue
        seen, texts = int(topics.memory.seen[own].sum()), int(topics.memory.since[own].max())
        chance = (texts / (texts + window)) ** (seen + 0.5) if texts else 1.0
        if chance <= _GONE / len(known):
            gone.add(int(topic))
    return gone


def _moves(
    units: Units,
    before: NDArray[np.int64],
    after: NDArray[np.int64],
    topics: Topics,
    new_ids: NDArray[np.int64],
    fresh: Units,
    into: dict[int, int],
    gone: set[int],
    held: Collection[int],
) -> list[Move]:
    sources: dict[int, list[int]] = {int(n): [] for n in new_ids}
    moves: list[Move] = []
    for topic in np.unique(topics.ids):
        i = int(topic)
        had = before == i
        took = [int(n) for n in new_ids if had.any() and np.sum(after[had] == n) > 0]
        lost = float(np.isin(after[had], new_ids).mean()) if had.any() else 0.0
        state: State = "kept"
        from_ids: tuple[int, ...] = (i, *sorted(k for k, v in into.items() if v == i))
        to_ids: tuple[int, ...] = (i,)
        now = units[after == i]
        place = _center(topics, i)
        near = round(float(similarities(_mean(now), place)[0, 0]), 6) if len(now) else None
        if i in into:
            state, from_ids, to_ids = "merged", (i,), (into[i],)
            near = round(float(similarities(place, _center(topics, into[i]))[0, 0]), 6)
        elif i in gone:
            state, to_ids = "retired", ()
        if lost >= _TAKEN and took:
            shares = {n: float(np.mean(after[had] == n)) for n in took}
            parts = tuple(n for n in took if shares[n] >= _TAKEN / 2)
            for n in parts:
                sources[n].append(i)
            if state == "kept" and i not in held:
                state, to_ids = "split", (i, *parts)
            elif state == "retired":
                to_ids = parts
        moves.append(Move(i, state, from_ids, to_ids, near))
    for n, place in zip(new_ids, fresh, strict=True):
        near = round(float(similarities(place[None], topics.centroids).max()), 6)
        moves.append(Move(int(n), "new", tuple(sources[int(n)]), (int(n),), near))
    return moves


def _center(topics: Topics, topic: int) -> Units:
    own = topics.ids == topic
    return middle(topics.centroids[own], topics.memory.seen[own].astype(np.float64) + 1.0)


def _mean(units: Units) -> Units:
    return centroids_of(units, np.ones(len(units)), np.zeros(len(units), dtype=np.intp))


def _remember(
    memory: Memory, window: Window, change: Change, known: int, min_size: int, min_similarity: float
) -> Memory:
    """Add a window to what is remembered: new topics with their parts, counts, and what is left over."""
    units, ids = window.units, change.ids
    own, near = nearest(units, change.centroids)
    added = own >= known
    parts, owners = find_parts(units[added], own[added] - known, len(ids) - known, min_size=min_size)
    fresh, placed = len(ids) - known, np.zeros(0, dtype=np.intp)
    if len(parts):
        placed = nearest(units[added], parts)[0]
    total = len(units)
    counts = np.bincount(own[near >= min_similarity], minlength=len(ids)).astype(np.int64)
    grown = replace(
        memory,
        parts=np.concatenate([memory.parts, parts]),
        owners=np.concatenate([memory.owners, owners + known]),
        part_means=np.concatenate([memory.part_means, mean_embeddings(window.vectors[added], placed, len(parts))]),
        part_sizes=np.concatenate([memory.part_sizes, np.bincount(placed, minlength=len(parts)).astype(np.int64)]),
        seen=np.concatenate([memory.seen, np.zeros(fresh, dtype=np.int64)]) + counts,
        since=np.concatenate([memory.since, np.zeros(fresh, dtype=np.int64)]) + total,
        texts=memory.texts + total,
    )
    places, sizes = groups_of_far(units, grown, min_size=min_size)
    rest, rest_sizes = memory.rest, memory.rest_sizes.copy()
    if len(places) and len(rest):
        which, alike = nearest(places, rest)
        same = alike >= ALIKE
        np.add.at(rest_sizes, which[same], sizes[same])
        places, sizes = places[~same], sizes[~same]
    return replace(grown, rest=np.concatenate([rest, places]), rest_sizes=np.concatenate([rest_sizes, sizes]))
