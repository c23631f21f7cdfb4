"""Where topics stand on a map: near where they are about like things, with room between them.

Classical scaling (Torgerson 1952): the two directions in which the topics' centres differ most. It has no randomness
and no parameters, unlike UMAP or t-SNE, so that the same topics always give the same map; for the few dozen points of a
map that is enough. Points that would cover each other are then pushed apart, which a map of places must not do, but a
map of likeness may: its axes have no meaning anyway.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

APART = 0.09
"""Least distance of two points, in widths of the map."""
_STEPS = 60


def lay_out(centres: "NDArray[np.floating[Any]]", sizes: "NDArray[np.floating[Any]]") -> NDArray[np.float64]:
    """Place topics on a map.

    Parameters
    ----------
    centres
        The topics' centres (k, d), one unit long.
    sizes
        How much each weighs in the choice of the two directions (k,).

    Returns
    -------
    Float (k, 2), from 0 to 1, rounded to three digits.

    Examples
    --------
    >>> lay_out(np.array([[1.0, 0, 0], [0.9, 0.1, 0], [0, 1.0, 0]]), np.ones(3)).round(1).tolist()
    [[0.0, 0.5], [0.1, 0.5], [1.0, 0.5]]
    >>> lay_out(np.zeros((1, 3)), np.ones(1)).tolist()
    [[0.5, 0.5]]
    """
    wide = np.asarray(centres, dtype=np.float64)
    weights = np.sqrt(np.maximum(np.asarray(sizes, dtype=np.float64), 1.0))
    wide = wide - (wide * weights[:, None]).sum(axis=0) / max(weights.sum(), 1.0)
    scaled = wide * np.sqrt(weights)[:, None]
    _, vectors = np.linalg.eigh(scaled @ scaled.T)
    places = np.zeros((len(wide), 2))
    for axis in range(min(2, len(wide))):
        # The direction in the space of texts. Its sign is free: the point farthest from the middle is right, or above.
        direction = scaled.T @ vectors[:, -1 - axis]
        length = np.sqrt((direction * direction).sum())
        if length > 1e-6:
            column = np.round(wide @ direction / length, 6)
            places[:, axis] = column * (np.sign(column[np.argmax(np.abs(column))]) or 1.0)
    return np.asarray(np.round(_push_apart(_to_unit(places)), 3), dtype=np.float64)


def _to_unit(places: NDArray[np.float64]) -> NDArray[np.float64]:
    low, high = places.min(axis=0), places.max(axis=0)
    reach = float((high - low).max())
    # One scale for both axes, or distances would lie.
    unit: NDArray[np.float64] = 0.5 + (places - (low + high) / 2) / (reach if reach > 1e-6 else 1.0)
    return unit


def _push_apart(places: NDArray[np.float64]) -> NDArray[np.float64]:
    count = len(places)
    # Many points get less room each.
    apart = min(APART, 0.7 / max(count, 1) ** 0.5)
    for _ in range(_STEPS):
        gap = places[:, None, :] - places[None, :, :]
        distance = np.sqrt((gap * gap).sum(axis=2))
        np.fill_diagonal(distance, np.inf)
        if distance.min(initial=np.inf) >= apart:
            break
        # Points in one place part in a direction that their numbers settle.
        turn = 2.4 * np.arange(count)
        away = np.where(
            distance[:, :, None] > 1e-9,
            gap / np.maximum(distance, 1e-9)[:, :, None],
            np.stack([np.cos(turn), np.sin(turn)], axis=1)[:, None, :],
        )
        short = np.where(distance < apart, (apart - distance) / 2, 0.0)
        places = places + (away * short[:, :, None]).sum(axis=1)
    return np.asarray(np.clip(places, 0.0, 1.0))
