"""How much of the outcome's variance goes with each topic, praised and blamed apart: relative importance."""

from math import comb
from typing import Any, Literal

import numpy as np
import pandas as pd

from cxtext.analysis.impact import MIN_MENTIONERS
from cxtext.analysis.intervals import Floats, significant
from cxtext.analysis.mentions import check_documents, read_mentions
from cxtext.analysis.outcome import Metric, check_metric, read_outcome
from cxtext.errors import InputTypeError, InputValueError

# All orders of this many predictors are taken at once, from 2^12 = 4,096 sub-models; beyond, Johnson's weights.
MAX_EXACT = 12
# Directions of the correlation matrix that carry less than this share of the largest one are rounding.
_NULL = 1e-10


def johnson_weights(correlations: Floats, with_outcome: Floats) -> Floats:
    """Give Johnson's relative weights, which add up to R squared.

    Predictors are replaced by the orthogonal variables nearest to them, whose shares of R squared are clear, and those
    shares are handed back by how much of each predictor every orthogonal variable holds.

    Parameters
    ----------
    correlations
        Among the predictors, shape (k, k).
    with_outcome
        Of each predictor with the outcome, shape (k,).

    Returns
    -------
    ndarray
        Shape (k,), each 0 or more. Weights have no sign.

    Notes
    -----
    With R = V diag(l) V', L = V diag(sqrt l) V' and b = L^-1 r: w_j = sum_m L_jm^2 b_m^2. Johnson (2000),
    https://doi.org/10.1207/S15327906MBR3501_1.

    Examples
    --------
    Uncorrelated predictors each keep their own squared correlation / Unkorrelierte Größen behalten ihren Anteil:

    >>> johnson_weights(np.eye(2), np.array([0.6, 0.2])).round(2).tolist()
    [0.36, 0.04]
    """
    values, vectors = np.linalg.eigh(correlations)
    kept = values > _NULL * values[-1]
    root = np.sqrt(np.where(kept, values, 0.0))
    nearest = (vectors * root) @ vectors.T
    inverse = (vectors * np.divide(1.0, root, out=np.zeros_like(root), where=kept)) @ vectors.T
    return np.asarray(nearest**2 @ (inverse @ with_outcome) ** 2, dtype=float)


def lmg(correlations: Floats, with_outcome: Floats) -> Floats:
    """Give the mean increase of R squared by each predictor over all orders in which predictors can enter.

    It is the Shapley value of R squared. The number of sub-models doubles with every predictor.

    Parameters
    ----------
    correlations
        Among the predictors, shape (k, k), k at most 12.
    with_outcome
        Of each predictor with the outcome, shape (k,).

    Returns
    -------
    ndarray
        Shape (k,), each 0 or more; they add up to R squared.

    Raises
    ------
    InputValueError
        If there are more than 12 predictors.

    Notes
    -----
    Lindeman, Merenda & Gold (1980); Groemping (2006), https://doi.org/10.18637/jss.v017.i01.

    Examples
    --------
    Of two predictors, one gets half of (its R squared alone + what it adds to the other one):

    >>> lmg(np.array([[1.0, 0.5], [0.5, 1.0]]), np.array([0.6, 0.3])).round(3).tolist()
    [0.315, 0.045]
    """
    k = with_outcome.size
    if k > MAX_EXACT:
        raise InputValueError(f"lmg takes at most {MAX_EXACT} predictors, got {k}; johnson_weights takes any number")
    explained = np.zeros(1 << k)
    for subset in range(1, 1 << k):
        inside = [j for j in range(k) if subset >> j & 1]
        r = with_outcome[inside]
        explained[subset] = r @ np.linalg.pinv(correlations[np.ix_(inside, inside)], rcond=_NULL, hermitian=True) @ r
    size = np.array([subset.bit_count() for subset in range(1 << k)])
    # Share of the orders in which exactly the members of a set of this size come before a predictor outside it.
    ways = np.array([1.0 / (k * comb(k - 1, s)) for s in range(k)])
    result = np.zeros(k)
    for j in range(k):
        before = np.flatnonzero(np.arange(1 << k) >> j & 1 == 0)
        result[j] = float((ways[size[before]] * (explained[before | 1 << j] - explained[before])).sum())
    return np.maximum(result, 0.0)


def relative_importance(mentions: pd.DataFrame, outcome: "pd.Series[Any]", *, metric: Metric = "mean") -> pd.DataFrame:
    """Share the explained variance of the outcome out among topics, praised and blamed apart.

    Parameters
    ----------
    mentions
        Columns ``document_id``, ``topic``, ``polarity``. Duplicates count once.
    outcome
        Numbers or truth values; its index lists all documents. Documents without a value are left out.
    metric
        As in :func:`cxtext.key_drivers`.

    Returns
    -------
    DataFrame
        One row per (topic, polarity) with at least 20 mentioners: ``topic``, ``polarity``, ``n``, ``weight`` (part of R
        squared), ``importance`` (part of all weights, adding up to 1), ``correlation`` with the outcome, whose sign the
        weight lacks, ``method``: ``"lmg"`` up to 12 pairs, ``"johnson"`` beyond. Largest weight first; empty where
        nothing varies.

    Raises
    ------
    InputTypeError, InputValueError, ColumnError
        As :func:`cxtext.key_drivers`.

    Examples
    --------
    >>> stars = pd.Series([1.0] * 20 + [5.0] * 20 + [3.0] * 60)
    >>> late = pd.DataFrame({"document_id": range(20), "topic": "Lieferung", "polarity": "negative"})
    >>> kind = pd.DataFrame({"document_id": range(20, 40), "topic": "staff", "polarity": "positive"})
    >>> relative_importance(pd.concat([late, kind]), stars)[["topic", "importance", "method"]]
           topic  importance method
    0  Lieferung         0.5    lmg
    1      staff         0.5    lmg
    """
    check_metric(metric)
    if not isinstance(outcome, pd.Series):
        raise InputTypeError(
            f"outcome must be a pandas Series whose index holds the document ids, got {type(outcome).__name__}"
        )
    index = check_documents(outcome.index, "outcome")
    table = read_mentions(mentions, index, known_as="the outcome's index")
    y = read_outcome(outcome, index, metric)
    scored = np.flatnonzero(~np.isnan(y))
    matrix, y = table.matrix[scored], y[scored]
    n = np.asarray(matrix.sum(axis=0), dtype=float).ravel()
    enough = np.flatnonzero(np.minimum(n, scored.size - n) >= MIN_MENTIONERS)
    result = table.pairs.iloc[enough].reset_index(drop=True)
    result["n"] = n[enough].astype(np.int64)
    varies = scored.size > 0 and float(y.max()) > float(y.min())
    if not enough.size or not varies:
        result = result.iloc[:0]
        correlations, with_outcome = np.zeros((0, 0)), np.zeros(0)
    else:
        correlations, with_outcome = _correlations(matrix[:, enough], n[enough], y)
    method: Literal["lmg", "johnson"] = "lmg" if with_outcome.size <= MAX_EXACT else "johnson"
    weight = np.zeros(0)
    if with_outcome.size:
        weight = (lmg if method == "lmg" else johnson_weights)(correlations, with_outcome)
    total = float(weight.sum())
    result["weight"] = significant(weight)
    result["importance"] = significant(weight / total if total > 0 else np.full(weight.shape, np.nan))
    result["correlation"] = significant(with_outcome)
    result["method"] = pd.Series(method, index=result.index, dtype="str")
    return result.sort_values("weight", ascending=False, kind="stable", ignore_index=True)


def _correlations(matrix: Any, n: Floats, y: Floats) -> tuple[Floats, Floats]:  # noqa: ANN401
    documents = y.size
    share = n / documents
    spread = np.sqrt(share * (1 - share))
    joint = (matrix.T @ matrix).toarray() / documents
    correlations = np.asarray((joint - np.outer(share, share)) / np.outer(spread, spread), dtype=float)
    with_outcome = np.asarray(matrix.T @ (y - y.mean()), dtype=float).ravel() / documents / spread / float(y.std())
    return correlations, with_outcome
