"""What people remember of a conversation: which summary of its moods predicts the score that was given afterwards.

The peak-end rule is a tendency, not a law (Alaybek et al. 2022, https://doi.org/10.1016/j.obhdp.2022.104149, find it in
a meta-analysis and find mean and end to predict nearly as well), so it is measured on the data at hand.
"""

from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from cxtext.analysis.conversations import check_table
from cxtext.analysis.intervals import Floats, Z, check_alpha, significant, t_quantile, two_sided
from cxtext.analysis.mentions import align
from cxtext.analysis.outcome import read_numbers
from cxtext.analysis.segments import MIN_COMPARED

SUMMARIES = ("mean", "end", "peak_end", "end_weighted")
FOLDS = 5
REPEATS = 20
# Of each class of an outcome of two values.
MIN_CLASS = 10

Verdict = Literal["too_few", "none_predicts", "no_difference", "several", "one"]


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Which summary of a conversation predicts an outcome.

    Parameters
    ----------
    metric
        ``"r2"``, or ``"auc"`` for an outcome of two values.
    n
        Conversations with a trajectory and an outcome.
    table
        One row per summary, the best first: ``summary``, ``score`` (out of fold), ``low``, ``high`` (95 %),
        ``supported`` (the best, or not significantly worse than it).
    differences
        One row per pair, the better one first: ``first``, ``second``, ``difference`` of their scores, ``low``,
        ``high`` (95 %), ``p_value``, ``p_adjusted`` (Holm over the pairs).
    verdict
        ``"too_few"`` conversations; ``"none_predicts"`` better than chance; ``"no_difference"`` that is significant;
        ``"several"`` are supported, others are not; or ``"one"`` is.
    """

    metric: Literal["r2", "auc"]
    n: int
    table: pd.DataFrame
    differences: pd.DataFrame
    verdict: Verdict

    @property
    def supported(self) -> tuple[str, ...]:
        """Summaries that this data supports, the best first; none where there is too little, or none predicts."""
        return tuple(self.table.loc[self.table["supported"], "summary"])


def compare_summaries(
    conversations: pd.DataFrame, outcome: "pd.Series[Any]", *, alpha: float = 0.05, random_state: int = 0
) -> Comparison:
    """Compare mean, end, peak-end and end-weighted mean of conversations as predictors of an outcome.

    Parameters
    ----------
    conversations
        What :func:`cxtext.analysis.conversations.conversation_table` returns.
    outcome
        A score or truth value for each conversation, indexed by document id; may be missing. Where it has two
        different values, summaries are compared by the area under the ROC curve, else by R².
    alpha
        Level of the tests.
    random_state
        Seed of the folds.

    Returns
    -------
    Comparison
        Scores are out of fold: 5 folds, repeated 20 times. Below 30 conversations, or 10 of one class, they are NaN.

    Raises
    ------
    InputTypeError, InputValueError, ColumnError
        If an argument has the wrong type, a column is missing, or a conversation has no entry in ``outcome``.

    Notes
    -----
    R² is 1 minus the squared error of a line over that of the mean, both fitted on the other folds; intervals and tests
    come from the conversations' own errors (the influence function of the ratio). Areas under the curve, and their
    differences, have the covariance of DeLong et al. (1988), https://doi.org/10.2307/2531595; the folds decide whether
    a better mood speaks for the higher value of the outcome or against it. How often a difference is claimed where
    there is none is measured by ``benchmarks/conversations.py``.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> went = pd.DataFrame(rng.uniform(-1, 1, (200, 4)), columns=SUMMARIES).assign(document_id=range(200))
    >>> zufriedenheit = went["end"] + rng.normal(0, 0.5, 200)
    >>> found = compare_summaries(went, zufriedenheit)
    >>> found.metric, found.verdict, found.supported
    ('r2', 'one', ('end',))
    >>> solved = rng.random(200) > 0.5  # has nothing to do with it
    >>> compare_summaries(went, pd.Series(solved)).verdict
    'none_predicts'
    """
    alpha = check_alpha(alpha)
    table = check_table(conversations, SUMMARIES)
    y = read_numbers(align(outcome, pd.Index(table["document_id"]), "outcome"), "outcome")
    x = np.column_stack([read_numbers(table[name], name) for name in SUMMARIES])
    known = ~np.isnan(y) & ~np.isnan(x).any(axis=1)
    x, y = x[known], y[known]
    values, sizes = np.unique(y, return_counts=True)
    metric: Literal["r2", "auc"] = "auc" if values.size == 2 else "r2"
    enough = y.size >= MIN_COMPARED and values.size > 1 and (metric == "r2" or sizes.min() >= MIN_CLASS)
    if not enough:
        return _comparison(metric, y.size, np.full(4, np.nan), np.full((4, 4), np.nan), alpha)
    rng = np.random.default_rng(random_state)
    if metric == "auc":
        scores, covariance = _areas(x, y == values[1], rng)
    else:
        scores, covariance = _explained(x, y, rng)
    return _comparison(metric, y.size, scores, covariance, alpha)


def _folds(groups: NDArray[Any], rng: np.random.Generator) -> NDArray[np.intp]:
    """Put each conversation into a fold, those of each group evenly."""
    order = np.lexsort((rng.random(groups.size), groups))
    folds = np.empty(groups.size, np.intp)
    folds[order] = np.arange(groups.size) % FOLDS
    return folds


def _slopes(x: Floats, y: Floats) -> tuple[Floats, Floats, float]:
    centre, level = x.mean(axis=0), float(y.mean())
    spread = ((x - centre) ** 2).sum(axis=0)
    together = ((x - centre) * (y - level)[:, None]).sum(axis=0)
    return np.divide(together, spread, out=np.zeros_like(spread), where=spread > 0), centre, level


def _explained(x: Floats, y: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """R² of each summary out of fold (k,), and the covariance of these (k, k)."""
    n = y.size
    errors, nothing = np.zeros(x.shape), np.zeros(n)
    for _ in range(REPEATS):
        folds = _folds(np.zeros(n), rng)
        for fold in range(FOLDS):
            rest, own = folds != fold, folds == fold
            slope, centre, level = _slopes(x[rest], y[rest])
            errors[own] += (y[own, None] - level - slope * (x[own] - centre)) ** 2
            nothing[own] += (y[own] - level) ** 2
    scores = 1 - errors.sum(axis=0) / nothing.sum()
    influence = -(errors - (1 - scores) * nothing[:, None]) / nothing.mean()
    return scores, influence.T @ influence / (n * (n - 1))


def _areas(x: Floats, positive: NDArray[np.bool_], rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Area under the ROC curve of each summary (k,), and the covariance of these (k, k)."""
    y = positive.astype(float)
    # One direction for all: each is the better, the higher it is, and an outcome is either good or bad.
    x = x - x.mean(axis=0)
    together = np.divide(x, x.std(axis=0), out=np.zeros_like(x), where=x.std(axis=0) > 0).sum(axis=1, keepdims=True)
    directed = np.zeros(x.shape)
    for _ in range(REPEATS):
        folds = _folds(y, rng)
        for fold in range(FOLDS):
            own = folds == fold
            slope, _, _ = _slopes(together[~own], y[~own])
            directed[own] += np.sign(slope) * x[own]
    ones, zeros = directed[positive], directed[~positive]
    m, n = len(ones), len(zeros)
    above = np.empty((m, x.shape[1]))
    below = np.empty((n, x.shape[1]))
    for k in range(x.shape[1]):
        ranks = stats.rankdata(directed[:, k])
        above[:, k] = (ranks[positive] - stats.rankdata(ones[:, k])) / n
        below[:, k] = 1 - (ranks[~positive] - stats.rankdata(zeros[:, k])) / m
    return above.mean(axis=0), np.cov(above.T) / m + np.cov(below.T) / n


def _comparison(metric: Literal["r2", "auc"], n: int, scores: Floats, covariance: Floats, alpha: float) -> Comparison:
    order = sorted(range(len(SUMMARIES)), key=lambda k: (-scores[k], k))
    known = not np.isnan(scores[0])
    degrees = max(n - 1, 1)
    width = float(t_quantile(degrees)) if metric == "r2" else Z
    rows = []
    for i, j in combinations(order, 2):
        difference = scores[i] - scores[j]
        error = np.sqrt(max(covariance[i, i] + covariance[j, j] - 2 * covariance[i, j], 0.0))
        statistic = difference / error if error > 0 else 0.0
        p_value = two_sided(statistic, degrees) if metric == "r2" else 2 * stats.norm.sf(abs(statistic))
        low, high = difference - width * error, difference + width * error
        rows.append((SUMMARIES[i], SUMMARIES[j], difference, low, high, float(p_value) if known else np.nan))
    differences = pd.DataFrame(rows, columns=["first", "second", "difference", "low", "high", "p_value"])
    differences["p_adjusted"] = _holm(differences["p_value"].to_numpy(dtype=float))
    best = SUMMARIES[order[0]]
    beaten = differences.loc[(differences["first"] == best) & (differences["p_adjusted"] <= alpha), "second"]
    errors = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    ceiling, chance = 1.0, 0.0 if metric == "r2" else 0.5
    lows, highs = scores - width * errors, np.minimum(scores + width * errors, ceiling)
    predicts = _beats(scores[order[0]] - chance, errors[order[0]], degrees, alpha)
    table = pd.DataFrame(
        {
            "summary": [SUMMARIES[k] for k in order],
            "score": scores[order],
            "low": lows[order],
            "high": highs[order],
            "supported": [predicts and SUMMARIES[k] not in set(beaten) for k in order],
        }
    )
    for part, columns in ((table, ("score", "low", "high")), (differences, differences.columns[2:])):
        for column in columns:
            part[column] = significant(part[column].to_numpy(dtype=float))
    verdict: Verdict = "too_few"
    if known:
        verdict = "several"
        if not predicts:
            verdict = "none_predicts"
        elif len(beaten) == len(SUMMARIES) - 1:
            verdict = "one"
        elif not len(beaten):
            verdict = "no_difference"
    return Comparison(metric, n, table, differences, verdict)


def _beats(gain: float, error: float, degrees: int, alpha: float) -> bool:
    """Say whether the best of the summaries is better than chance; that it was chosen as the best is accounted for."""
    p_value = float(two_sided(gain / error, degrees)) if error > 0 else float(gain == 0)
    return bool(gain > 0 and p_value * len(SUMMARIES) <= alpha)


def _holm(p_values: Floats) -> Floats:
    """Adjust p-values so that the chance of any false claim stays below the level (Holm 1979)."""
    order = np.argsort(p_values, kind="stable")
    steps = np.maximum.accumulate(p_values[order] * np.arange(p_values.size, 0, -1))
    adjusted = np.empty_like(p_values)
    adjusted[order] = np.minimum(steps, 1.0)
    return adjusted
