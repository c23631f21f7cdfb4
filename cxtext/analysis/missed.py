"""What effects would be if mentions were missed: a guard against topics that only ride on another one.

No reader of texts, human or model, sees every mention. Where a topic that matters is missed, one that is mentioned
along with it stands for it, and gets part of its effect although it has none: more data make that worse, not better.
"""

from typing import Any

import numpy as np

from cxtext.analysis.impact import Clusters
from cxtext.analysis.intervals import Floats

# Share of mentions taken to be missed. A good reader misses a quarter, many miss more. The effects of topics that are
# mentioned on their own hardly depend on it, those of topics that ride on another one do.
MISSED = 0.35
# The share is lowered where the topics hang together more than so many misses allow: then they are missed together.
_MARGIN = 0.8
# Rows at a time when leverages are computed: bounds memory, has no influence on results.
_CHUNK = 8_192


def effects_if_missed(
    design: Any,  # noqa: ANN401
    outcome: Floats,
    gram: Floats,
    inverse: Floats,
    first: int,
    clusters: Clusters | None,
) -> tuple[Floats, Floats]:
    """Give the coefficients of least squares corrected for mentions that were not seen, up to a common factor.

    If each mention is seen with probability 1 - m, whatever else is said, then two topics are *seen* together
    (1 - m)^2 times as often as they are mentioned together, and the equations of the true mentions are those of the
    seen ones with m times the number of mentioners taken off the diagonal.

    Parameters
    ----------
    design
        Sparse, shape (documents, columns); pairs from column ``first`` on.
    outcome
        Centred, shape (documents,).
    gram, inverse
        Of the design, shape (columns, columns).
    first
        Position of the first pair.
    clusters
        Groups of documents, or null.

    Returns
    -------
    tuple of ndarray
        Coefficients of the pairs and their robust covariance (sandwich of the corrected equations).

    Notes
    -----
    Correction of the moment matrix for errors in the predictors: Fuller (1987), https://doi.org/10.1002/9780470316665,
    here for binary ones, whose errors follow from the mentions themselves (Aigner 1973,
    https://doi.org/10.1016/0304-4076(73)90005-5).
    """
    mentions = design[:, first:]
    n = np.asarray(mentions.sum(axis=0), dtype=float).ravel()
    # Smallest eigenvalue of the pairs' own part (what controls leave of it), per mention.
    root = np.sqrt(n)
    own = float(np.linalg.eigvalsh(inverse[first:, first:] * np.outer(root, root))[-1])
    missed = min(MISSED, _MARGIN / own) if own > 0 else 0.0
    lifted = np.concatenate([np.zeros(first), missed * n])
    balanced = _balanced(gram - np.diag(lifted), gram)
    corrected = _balanced(np.asarray(np.linalg.pinv(balanced, rcond=1e-10, hermitian=True), dtype=float), gram)
    value = corrected @ np.asarray(design.T @ outcome).ravel()
    residual = outcome - np.asarray(design @ value).ravel()
    leverage = leverages(design, corrected)
    # As in HC3, but no document may count more than fivefold.
    weight = 1 / np.maximum(1 - leverage, 0.2) if clusters is None else np.ones(outcome.size)
    slope = np.concatenate([np.zeros(first), missed * value[first:]])
    # Cell by cell in the place of a copy: each product of whole matrices would be one more.
    scores = design.copy()
    row = np.repeat(np.arange(outcome.size, dtype=np.int32), np.diff(scores.indptr))
    scores.data *= weight[row] * (residual[row] + slope[scores.indices])
    del row
    factor = 1.0
    if clusters is not None:
        scores = clusters.sums(scores)
        factor = clusters.count / max(clusters.count - 1, 1)
    meat = np.asarray((scores.T @ scores).toarray(), dtype=float) * factor
    return value[first:], (corrected @ meat @ corrected)[first:, first:]


def leverages(design: Any, inverse: Floats) -> Floats:  # noqa: ANN401
    """Give x_i' A x_i for each document, A the inverse of the moment matrix."""
    pieces = []
    for start in range(0, design.shape[0], _CHUNK):
        part = design[start : start + _CHUNK]
        pieces.append(np.asarray(part.multiply(part @ inverse).sum(axis=1), dtype=float).ravel())
    return np.concatenate(pieces)


def _balanced(matrix: Floats, gram: Floats) -> Floats:
    diagonal = np.diag(gram)
    scale = np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    return np.asarray(matrix / np.outer(scale, scale), dtype=float)
