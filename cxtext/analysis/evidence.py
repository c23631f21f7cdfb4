"""From estimates to claims: which pairs are drivers, how sure that is, and what kind of factor a topic is.

Resamples are draws of all coefficients together from the normal distribution with the estimated robust covariance. That
is exactly the one-step bootstrap with Gaussian multipliers, at a cost that does not grow with the documents.
"""

import math
from typing import Any

import numpy as np
from scipy import stats

from cxtext.analysis.effects import Effects
from cxtext.analysis.intervals import Floats, benjamini_hochberg, two_sided

RESAMPLES = 1000
# Share of resamples that must repeat the claim.
KEPT_A = 0.90
# Where some of the others are drivers, their median lies to the drivers' side, and the excess over it is tested too
# strictly: at twice the level, errors stay below the level itself (benchmarks/key_drivers.py).
EXCESS_LEVEL = 2.0
# Not where a polarity has fewer pairs than this: little data, and a median that is anywhere.
MANY = 12

# Kind: one side counts alone when it weighs at least three times the other, |r - p| / (r + p) >= 0.5. It lies between
# the published bands of hybrids (0.2) and of pure dissatisfiers and delighters (0.7), Mikulic & Prebezac (2008).
ASYMMETRY = 0.5
# Below a "small" effect (Cohen 1988: 0.2 standard deviations of the outcome) for both sides together: indifferent.
INDIFFERENT = 0.2
SUPPORT = 0.80
KINDS = ("basic", "performance", "excitement", "indifferent")


def draw(effects: Effects, random_state: int) -> Floats:
    """Draw resampled coefficients, shape (1000, columns)."""
    values, vectors = np.linalg.eigh(effects.covariance)
    # The symmetric root is unique, so the draws do not depend on how eigenvectors are signed.
    root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    noise = np.random.default_rng(random_state).standard_normal((RESAMPLES, effects.value.size))
    return np.asarray(effects.value + noise @ root, dtype=float)


def excess_over_median(values: Floats, signs: Floats) -> Floats:
    """Subtract from each effect the median effect of the *other* pairs of its polarity.

    A general mood lifts all praised topics and lowers all blamed ones; what is left is the topic's own. The topic
    itself is left out of the median, so that it does not guard itself where topics are few.

    Parameters
    ----------
    values
        Shape (resamples, columns).
    signs
        +1 or -1 per column.

    Returns
    -------
    ndarray
        Same shape; NaN where a polarity has only one pair, for then there is nothing to compare with.
    """
    excess = np.full(values.shape, np.nan)
    for sign in (-1.0, 1.0):
        columns = np.flatnonzero(signs == sign)
        if columns.size >= 2:
            part = values[:, columns]
            excess[:, columns] = part - _median_of_others(part)
    return excess


def _median_of_others(values: Floats) -> Floats:
    ordered = np.sort(values, axis=1)
    rank = np.argsort(np.argsort(values, axis=1, kind="stable"), axis=1, kind="stable")
    others = values.shape[1] - 1

    def pick(position: int) -> Floats:
        # The value at `position` of the sorted row once the column's own value is taken out.
        return np.where(position < rank, ordered[:, [position]], ordered[:, [position + 1]])

    if others % 2:
        return pick(others // 2)
    return (pick(others // 2 - 1) + pick(others // 2)) / 2


def _q_values(p_values: Floats) -> Floats:
    # Benjamini-Hochberg along the last axis for many tables at once; columns of NaN are no tests.
    tested = ~np.isnan(p_values[0])
    p = p_values[:, tested]
    q = np.full(p_values.shape, np.nan)
    if p.shape[1]:
        order = np.argsort(p, axis=1, kind="stable")
        count = p.shape[1]
        stepped = np.take_along_axis(p, order, axis=1) * count / np.arange(1, count + 1)
        stepped = np.minimum(np.minimum.accumulate(stepped[:, ::-1], axis=1)[:, ::-1], 1.0)
        adjusted = np.empty_like(p)
        np.put_along_axis(adjusted, order, stepped, axis=1)
        q[:, tested] = adjusted
    return q


def _statistics(values: Floats, error: Floats) -> Floats:
    # No error means certainty, but not for a zero.
    certain = np.where(values == 0, 0.0, np.copysign(np.inf, values))
    statistic = np.divide(values, error, out=certain, where=np.broadcast_to(error > 0, values.shape))
    return np.where(np.isnan(values), np.nan, statistic)


def grade(
    effects: Effects | None, draws: Floats | None, signs: Floats, marginal: Floats, impact: Floats, alpha: float
) -> list[str]:
    """Grade each pair.

    Parameters
    ----------
    effects, draws
        The joint model and its resamples; null where there is none.
    signs
        Expected sign of each pair, shape (pairs,).
    marginal
        p-values of the impact, NaN where untested.
    impact
        Leave-topic-out impact.
    alpha
        Level of the false discovery rate.

    Returns
    -------
    list of str
        ``"A"`` and ``"B"`` are drivers. Three things are asked of them, each in the direction that their polarity says:

        - the joint effect is found at ``q <= alpha`` (Benjamini-Hochberg over all pairs);
        - so is its excess over the median effect of the other pairs of its polarity, one-sided, at ``q <= 2 alpha``
          (``q <= alpha`` where its polarity has fewer than 12 pairs);
        - so is that excess if a share of all mentions was missed (:mod:`cxtext.analysis.missed`), two-sided at
          ``p <= alpha``.

        ``"A"``: the first two are found again in at least 90 % of resamples. ``"C"``: the impact alone is found, which
        other topics or a general mood may explain. ``""``: none of these.
    """
    with np.errstate(invalid="ignore"):
        weak = (benjamini_hochberg(marginal) <= alpha) & (impact * signs > 0)
    grades = np.where(weak, "C", "").astype(object)
    if effects is not None and draws is not None:
        own = signs[effects.columns]
        all_values = np.vstack([effects.value, draws])
        all_excess = excess_over_median(all_values, own)
        error = all_excess[1:].std(axis=0, ddof=1)
        joint = _q_values(two_sided(_statistics(all_values, effects.error), effects.degrees))
        # The excess is tested in the direction that its polarity says: only that one can become a claim.
        excess = _q_values(_one_sided(all_excess, error, own, effects.degrees))
        with np.errstate(invalid="ignore"):
            found = (joint <= alpha) & (excess <= _excess_level(own) * alpha)
            found &= (all_values * own > 0) & (all_excess * own > 0)
            held = _excess_if_missed(effects, own) <= alpha / 2
        kept = found[1:].mean(axis=0)
        for position, column in enumerate(effects.columns):
            if found[0, position] and held[position]:
                grades[column] = "A" if kept[position] >= KEPT_A else "B"
    return [str(g) for g in grades]


def _excess_level(signs: Floats) -> Floats:
    count = np.where(signs > 0, (signs > 0).sum(), (signs < 0).sum())
    return np.where(count >= MANY, EXCESS_LEVEL, 1.0)


def _one_sided(excess: Floats, error: Floats, signs: Floats, degrees: float) -> Floats:
    return np.asarray(stats.t.sf(_statistics(excess, error) * signs, degrees), dtype=float)


def _excess_if_missed(effects: Effects, signs: Floats) -> Floats:
    excess = excess_over_median(effects.if_missed.reshape(1, -1), signs)
    # The error of the difference to the mean of the others, weighted by their precision; it is that of the median
    # to a first approximation, and needs no resamples of its own.
    error = np.full(signs.size, np.nan)
    variance = np.diag(effects.if_missed_covariance)
    precision = np.divide(1.0, variance, out=np.zeros_like(variance), where=variance > 0)
    for position, sign in enumerate(signs):
        others = np.where(signs == sign, precision, 0.0)
        others[position] = 0.0
        contrast = -others / others.sum() if others.sum() > 0 else np.zeros(signs.size)
        contrast[position] = 1.0
        error[position] = math.sqrt(max(float(contrast @ effects.if_missed_covariance @ contrast), 0.0))
    return np.asarray(_one_sided(excess, error, signs, effects.degrees)[0], dtype=float)


def kinds(effects: Effects | None, draws: Floats | None, pairs: Any, signs: Floats, spread: float) -> list[str]:  # noqa: ANN401
    """Say for each pair what kind of factor its topic is, by penalty-reward contrast.

    Penalty is how far the excess effect of its negative mentions lies below 0, reward how far that of its positive ones
    lies above. ``"basic"``: the penalty weighs at least three times the reward. ``"excitement"``: the other way round.
    ``"performance"``: both count. ``"indifferent"``: together under 0.2 standard deviations of the outcome.
    ``"undecided"``: the class is held by less than 80 % of resamples, or one side has too few mentions to be measured.

    Parameters
    ----------
    effects, draws
        The joint model and its resamples; null where there is none.
    pairs
        DataFrame with the column ``topic``, one row per pair.
    signs
        +1 or -1 per pair.
    spread
        Standard deviation of the outcome.

    Notes
    -----
    Brandt (1987); impact-asymmetry: Mikulic & Prebezac (2008), https://doi.org/10.1108/09604520810920068. Not mentioned
    is not the same as average, hence the support that is asked for.
    """
    result = ["undecided"] * len(pairs)
    if effects is None or draws is None:
        return result
    values = np.vstack([effects.value, draws])
    excess = excess_over_median(values, signs[effects.columns])
    excess = np.where(np.isnan(excess), values, excess)
    sides: dict[Any, dict[float, int]] = {}
    for position, column in enumerate(effects.columns):
        sides.setdefault(pairs["topic"].iloc[column], {})[float(signs[column])] = position
    for row, topic in enumerate(pairs["topic"]):
        both = sides.get(topic, {})
        if len(both) == 2:
            result[row] = _kind(np.maximum(excess[:, both[1.0]], 0.0), np.maximum(-excess[:, both[-1.0]], 0.0), spread)
    return result


def _kind(reward: Floats, penalty: Floats, spread: float) -> str:
    total = reward + penalty
    asymmetry = np.divide(reward - penalty, total, out=np.zeros_like(total), where=total > 0)
    code = np.where(asymmetry <= -ASYMMETRY, 0, np.where(asymmetry >= ASYMMETRY, 2, 1))
    code = np.where(total < INDIFFERENT * spread, 3, code)
    support = float((code[1:] == code[0]).mean())
    return KINDS[int(code[0])] if support >= SUPPORT else "undecided"
