"""The joint model: what each pair adds to the outcome when all others are held fixed."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from cxtext.analysis.impact import Clusters
from cxtext.analysis.intervals import Floats, two_sided
from cxtext.analysis.missed import effects_if_missed, leverages

# With fewer documents per coefficient least squares spends its data on noise; a ridge penalty takes over.
WIDE = 5
PENALTIES = tuple(float(v) for v in 10.0 ** np.arange(-3, 5.5, 0.5))


@dataclass(frozen=True, eq=False)
class Effects:
    """Coefficients of the pairs in the joint model.

    Attributes
    ----------
    columns
        Positions of the pairs that are in the model and can be told apart from the others.
    value
        Coefficients, shape (columns,), in the outcome's units.
    covariance
        Their robust covariance.
    p_value
        Two-sided, for coefficient = 0.
    degrees
        Degrees of freedom of the t tests.
    penalty
        The ridge penalty; 0 is least squares.
    if_missed, if_missed_covariance
        The coefficients, up to a common factor, if a share of mentions was missed; see :mod:`cxtext.analysis.missed`.
        With a ridge penalty they are those of the ridge.
    """

    columns: "np.ndarray[Any, np.dtype[np.intp]]"
    value: Floats
    covariance: Floats
    p_value: Floats
    degrees: float
    penalty: float
    if_missed: Floats
    if_missed_covariance: Floats

    @property
    def error(self) -> Floats:
        """Robust standard errors."""
        return np.sqrt(np.maximum(np.diag(self.covariance), 0.0))


def joint_effects(
    matrix: Any,  # noqa: ANN401
    outcome: Floats,
    controls: Floats,
    clusters: Clusters | None,
    enough: "np.ndarray[Any, np.dtype[np.bool_]]",
) -> Effects | None:
    """Fit the outcome on all pairs at once, plus controls.

    Least squares with HC3 errors, or cluster-robust ones (CR1) where groups are given. For a binary outcome this is the
    linear probability model: effects are differences in probability, the outcome's own units, which logit coefficients
    are not. With fewer than five documents per coefficient: ridge, its penalty by leave-one-out error, tested with the
    variance of the ridge estimator.

    Parameters
    ----------
    matrix
        Sparse 0/1, shape (documents, pairs).
    outcome
        Shape (documents,), no NaN.
    controls
        Shape (documents, columns), centred.
    clusters
        Groups of documents, or null.
    enough
        Which pairs have enough mentions to be in the model.

    Returns
    -------
    Effects or None
        Null where no pair can be in the model, the outcome is constant or no degree of freedom is left.

    Notes
    -----
    HC3: MacKinnon & White (1985), https://doi.org/10.1016/0304-4076(85)90158-7. Ridge tests: Cule, Vineis & De Iorio
    (2011), https://doi.org/10.1186/1471-2105-12-372.
    """
    columns = np.flatnonzero(enough)
    documents = outcome.size
    if columns.size == 0 or documents == 0 or float(outcome.max()) == float(outcome.min()):
        return None
    mentioned = matrix[:, columns]
    design = sparse.csr_array(sparse.hstack([np.ones((documents, 1)), controls, mentioned]))
    first = 1 + controls.shape[1]
    shift = float(outcome.mean())
    y = outcome - shift
    gram = (design.T @ design).toarray()
    if not _separable(gram)[0]:
        # Every document mentions something, e.g. exactly one reason each: there is no neutral document to compare with.
        # Without the intercept the effects are differences from the overall mean.
        design, first = design[:, 1:], first - 1
        gram = gram[1:, 1:]
    width = design.shape[1]
    penalty = 0.0
    told_apart = _separable(gram)
    ridge = np.zeros(width)
    if documents < WIDE * width:
        penalty, ridge = _best_penalty(design.toarray(), y, intercept=first == 1 + controls.shape[1])
        told_apart = np.ones(width, dtype=bool)
    inverse = _inverse(gram + np.diag(ridge))
    coefficients = inverse @ np.asarray(design.T @ y).ravel()
    residual = y - np.asarray(design @ coefficients).ravel()
    spread = float(y.std())
    if float(np.abs(residual).max()) < 1e-9 * spread:
        # A perfect fit: what is left is rounding, which must not pass for evidence.
        residual, coefficients = np.zeros_like(residual), np.round(coefficients / spread, 11) * spread
    leverage = leverages(design, inverse)
    degrees = documents - float(leverage.sum())
    if clusters is not None:
        degrees = float(clusters.count - 1)
    if degrees < 1:
        return None
    meat = _meat(design, residual, leverage, clusters)
    covariance = inverse @ meat @ inverse
    keep = told_apart[first:]
    if not keep.any():
        return None
    chosen = first + np.flatnonzero(keep)
    value = coefficients[chosen]
    covariance = covariance[np.ix_(chosen, chosen)]
    if_missed, if_missed_covariance = value, covariance
    if penalty == 0 and np.any(residual):
        own, spread_of_own = effects_if_missed(design, y, gram, inverse, first, clusters)
        if_missed, if_missed_covariance = own[keep], spread_of_own[np.ix_(keep, keep)]
    error = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    # A perfect fit has no error; its effects are certain, and a zero effect is no evidence.
    statistic = np.divide(value, error, out=np.where(value == 0, 0.0, np.inf), where=error > 0)
    p_value = two_sided(statistic, degrees)
    return Effects(columns[keep], value, covariance, p_value, degrees, penalty, if_missed, if_missed_covariance)


def _meat(design: Any, residual: Floats, leverage: Floats, clusters: Clusters | None) -> Floats:  # noqa: ANN401
    if clusters is None:
        free = 1 - leverage
        # A document that alone decides a coefficient has residual 0 and says nothing of the error.
        scaled = np.divide(residual, free, out=np.zeros_like(residual), where=free > 1e-9)
        weighted = sparse.diags_array(scaled) @ design
        return np.asarray((weighted.T @ weighted).toarray(), dtype=float)
    documents, width = design.shape
    sums = clusters.sums(design.multiply(residual.reshape(-1, 1)).tocsr())
    groups = clusters.count
    correction = groups / (groups - 1) * (documents - 1) / max(documents - width, 1)
    return np.asarray((sums.T @ sums).toarray() * correction, dtype=float)


def _scale(gram: Floats) -> Floats:
    diagonal = np.diag(gram)
    return np.sqrt(np.where(diagonal > 0, diagonal, 1.0))


def _separable(gram: Floats) -> "np.ndarray[Any, np.dtype[np.bool_]]":
    # Columns without a part in the null space are estimable even when others are not.
    scale = _scale(gram)
    values, vectors = np.linalg.eigh(gram / np.outer(scale, scale))
    null = vectors[:, values < 1e-9 * max(float(values[-1]), 1.0)]
    return np.asarray((null**2).sum(axis=1) < 1e-6, dtype=bool)


def _inverse(gram: Floats) -> Floats:
    scale = _scale(gram)
    inverse = np.linalg.pinv(gram / np.outer(scale, scale), rcond=1e-10, hermitian=True)
    return np.asarray(inverse / np.outer(scale, scale), dtype=np.float64)


def _best_penalty(design: Floats, y: Floats, *, intercept: bool) -> tuple[float, Floats]:
    # Leave-one-out error of every penalty from one decomposition of the standardised columns.
    start = 1 if intercept else 0
    rest = design[:, start:]
    spread = rest.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    left, values, _ = np.linalg.svd((rest - rest.mean(axis=0)) / spread, full_matrices=False)
    projected = left.T @ y
    losses = []
    for penalty in PENALTIES:
        factor = values**2 / (values**2 + penalty)
        free = 1 - (left**2 @ factor) - 1 / y.size
        left_out = (y - left @ (factor * projected)) / np.maximum(free, 1e-9)
        losses.append(float((left_out**2).mean()))
    best = PENALTIES[int(np.argmin(losses))]
    return best, np.concatenate([np.zeros(start), best * spread**2])
