"""How often a pair is mentioned, and what the score would be without those who mention it.

Share and leave-topic-out impact, with intervals, from sums over documents (no resampling, any number of documents).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from cxtext.analysis.intervals import Floats, t_quantile, two_sided, wilson

# With fewer mentioners than this on either side, or fewer documents, the intervals do not hold what they promise
# (coverage falls below 93 % in simulation), so none is given and nothing is claimed. A group counts as one mentioner.
MIN_MENTIONERS = 20
MIN_DOCUMENTS = 100


@dataclass(frozen=True, eq=False)
class Clusters:
    """Which documents belong together, e.g. to one customer.

    Attributes
    ----------
    member
        Sparse 0/1, shape (groups, documents).
    """

    member: Any

    @property
    def count(self) -> int:
        """Number of groups."""
        return int(self.member.shape[0])

    def sums(self, values: Any) -> Any:  # noqa: ANN401 (dense or sparse)
        """Sum rows within groups."""
        return self.member @ values


def make_clusters(codes: "np.ndarray[Any, Any]") -> Clusters:
    """Build clusters from group codes, one per document; a negative code is a group of its own."""
    codes = np.asarray(codes, dtype=np.int64)
    alone = codes < 0
    codes = np.where(alone, codes.max(initial=-1) + 1 + np.cumsum(alone) - 1, codes)
    _, codes = np.unique(codes, return_inverse=True)
    n = codes.size
    member = sparse.csr_array((np.ones(n), (codes, np.arange(n))), shape=(int(codes.max(initial=-1)) + 1, n))
    return Clusters(member)


def share_interval(matrix: Any, clusters: Clusters | None) -> tuple[Floats, Floats, Floats, Floats]:  # noqa: ANN401
    """Count mentioners and give their share with a Wilson interval.

    Parameters
    ----------
    matrix
        Sparse 0/1, shape (documents, pairs).
    clusters
        Where given, the interval counts an effective number of documents: n divided by the design effect (at least 1).

    Returns
    -------
    tuple of ndarray
        n, share, low, high; each of shape (pairs,).
    """
    documents = matrix.shape[0]
    n = np.asarray(matrix.sum(axis=0), dtype=float).ravel()
    share = n / documents if documents else np.full(n.shape, np.nan)
    effective = np.full(n.shape, float(documents))
    if clusters is not None and clusters.count > 1:
        # Kish's design effect, from the variance between groups' sums of (mention - share).
        # Multiplied out, so that groups x pairs stay sparse.
        mentions = clusters.sums(matrix)
        size = np.asarray(clusters.member.sum(axis=1), dtype=float).ravel()
        squares = np.asarray(mentions.multiply(mentions).sum(axis=0), dtype=float).ravel()
        squares += share**2 * float((size**2).sum()) - 2 * share * np.asarray(mentions.T @ size, dtype=float).ravel()
        squares = np.maximum(squares, 0.0) * clusters.count / (clusters.count - 1)
        simple = documents * share * (1 - share)
        effect = np.divide(squares, simple, out=np.ones_like(squares), where=simple > 0)
        effective = documents / np.maximum(effect, 1.0)
    low, high = wilson(share * effective, effective)
    return n, share, low, high


@dataclass(frozen=True, eq=False)
class Impact:
    """Leave-topic-out impact of each pair, arrays of shape (pairs,); NaN where it cannot be said.

    ``p_value`` tests impact = 0 with the interval's own standard error: marginal evidence.
    """

    value: Floats
    low: Floats
    high: Floats
    p_value: Floats
    enough: "np.ndarray[Any, np.dtype[np.bool_]]"


def leave_out_impact(matrix: Any, outcome: Floats, clusters: Clusters | None) -> Impact:  # noqa: ANN401
    """Give mean(all) - mean(all without those who mention it), with a delta-method interval.

    Parameters
    ----------
    matrix
        Sparse 0/1, shape (documents with an outcome, pairs).
    outcome
        Shape (documents,), no NaN.
    clusters
        Groups of documents, or null.

    Notes
    -----
    Equal to n_k (mean_k - mean) / (n - n_k). The influence of document i is (y_i - mean) - (1 - x_i)(y_i - mean_out) /
    (1 - share); its variance (between groups, where given) gives the interval, with Student's t on one degree
    of freedom less than there are documents (or groups).
    """
    documents, pairs = matrix.shape
    n = np.asarray(matrix.sum(axis=0), dtype=float).ravel()
    nothing = np.full(pairs, np.nan)
    if documents == 0:
        return Impact(nothing, nothing, nothing, nothing, np.zeros(pairs, dtype=bool))
    out = documents - n
    mean = float(outcome.mean())
    centred = outcome - mean
    inside = np.asarray(matrix.T @ centred, dtype=float).ravel()
    possible = (n > 0) & (out > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(possible, inside / out, np.nan)
        mean_out = -inside / out
        weight = documents / out
    value = np.where(value == 0, 0.0, value)
    squares = np.asarray(matrix.T @ centred**2, dtype=float).ravel()
    mentioners = n
    if clusters is None:
        # Sums of influence squared, apart for mentioners (centred_i) and the others (centred_i (1-w) + w mean_out).
        rest = float((centred**2).sum()) - squares
        with np.errstate(invalid="ignore"):
            total = squares + rest * (1 - weight) ** 2 + 2 * (1 - weight) * weight * mean_out * -inside
            total = total + out * (weight * mean_out) ** 2
        units = documents
    else:
        total = np.full(pairs, np.nan)
        mentioners = np.asarray((clusters.sums(matrix) > 0).sum(axis=0), dtype=float).ravel()
        everyone = np.asarray(clusters.sums(centred), dtype=float)
        size = np.asarray(clusters.member.sum(axis=1), dtype=float).ravel()
        columns = matrix.tocsc()
        for k in np.flatnonzero(possible):
            column = columns[:, [k]]
            spoken = np.asarray(clusters.sums(column.multiply(centred.reshape(-1, 1))).toarray()).ravel()
            count = np.asarray(clusters.sums(column).toarray()).ravel()
            influence = everyone - weight[k] * ((everyone - spoken) - mean_out[k] * (size - count))
            total[k] = float((influence**2).sum())
        units = clusters.count
    enough = possible & (documents >= MIN_DOCUMENTS) & (np.minimum(mentioners, units - mentioners) >= MIN_MENTIONERS)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.sqrt(np.maximum(total, 0.0) * units / max(units - 1, 1)) / documents
        degrees = max(units - 1, 1)
        half = t_quantile(degrees) * error
        statistic = np.where(error > 0, value / error, np.where(value == 0, 0.0, np.inf))
    low, high = np.where(enough, value - half, np.nan), np.where(enough, value + half, np.nan)
    return Impact(value, low, high, np.where(enough, two_sided(statistic, degrees), np.nan), enough)
