"""Poisson CUSUM: whether a count per period has moved from a baseline, and how often chance alone says so."""

import math
from functools import lru_cache

import numpy as np
from scipy import stats

from cxtext.analysis.intervals import Floats

# Tuned to a rate that is 1.6 times the baseline's; an alarm above 5. On weekly counts around 6 this finds a doubling in
# all simulated runs after 2 weeks in the median.
RATIO = 1.6
# Tuned to a rate that has fallen by the same factor. Where a topic is not mentioned, a period adds 0.375 of what was
# expected.
FALLEN = 1 / RATIO
THRESHOLD = 5.0
_STATES = 120


def cusum(counts: Floats, expected: Floats, *, ratio: float = RATIO) -> Floats:
    """Give the Poisson CUSUM S_t = max(0, S_(t-1) + x_t ln R - mu_t (R - 1)).

    Parameters
    ----------
    counts, expected
        Mentions per period and what the baseline rate expects for its documents, shape (periods,).
    ratio
        R, the rate it is tuned to, over the baseline's: 1.6 for a rise, 1 / 1.6 for a fall.

    Notes
    -----
    Lucas (1985), https://doi.org/10.1080/00401706.1985.10488030.

    Examples
    --------
    >>> cusum(np.array([5.0, 12.0, 12.0]), np.array([6.0, 6.0, 6.0])).round(3).tolist()
    [0.0, 2.04, 4.08]
    >>> cusum(np.array([5.0, 0.0, 0.0]), np.array([6.0, 6.0, 6.0]), ratio=FALLEN).round(3).tolist()
    [0.0, 2.25, 4.5]
    """
    level, levels = 0.0, []
    for x, mu in zip(counts.tolist(), expected.tolist(), strict=True):
        level = max(0.0, level + x * math.log(ratio) - mu * (ratio - 1))
        levels.append(level)
    return np.asarray(levels, dtype=float)


@lru_cache(maxsize=4096)
def false_alarm_rate(expected: float, before: float, *, threshold: float = THRESHOLD, ratio: float = RATIO) -> float:
    """Give the rate of false alarms per period on a steady topic.

    One over the average run length from a Markov chain over the levels of the CUSUM (Brook & Evans 1972,
    https://doi.org/10.1093/biomet/59.3.539), averaged over what the true rate may be given that the baseline was
    estimated from ``before`` mentions.

    Parameters
    ----------
    expected
        Mentions that the baseline rate expects per period.
    before
        Mentions in the baseline.
    threshold
        The level above which the alarm is raised.
    ratio
        As for :func:`cusum`.
    """
    rates = []
    factors = stats.gamma.ppf((np.arange(25) + 0.5) / 25, before + 0.5) / (before + 0.5)
    for moves in _chains(expected, factors, threshold / _STATES, ratio):
        length = np.linalg.solve(np.eye(_STATES + 1) - moves[:-1, :-1], np.ones(_STATES + 1))
        rates.append(1 / float(length[0]))
    return float(np.mean(rates))


def level_p_value(level: float, expected: float, before: float, periods: int, *, ratio: float = RATIO) -> float:
    """Give the probability that a steady topic's CUSUM stands at least at this level after so many periods.

    The same Markov chain, without stopping at the level, averaged over what the true rate may be.

    Parameters
    ----------
    level
        Of the CUSUM, above 0.
    expected, before
        As for :func:`false_alarm_rate`.
    periods
        Watched so far.
    ratio
        As for :func:`cusum`.

    Examples
    --------
    >>> round(level_p_value(5.0, 6.0, 96.0, 10), 3)
    0.011
    """
    # Far out in the tail it matters how far off the baseline may be, hence a grid to 3.5 deviations.
    grid = np.linspace(-3.5, 3.5, 29)
    factors = stats.gamma.ppf(stats.norm.cdf(grid), before + 0.5) / (before + 0.5)
    weights = stats.norm.pdf(grid) / stats.norm.pdf(grid).sum()
    # Levels up to twice the observed one; beyond, the chain stays at the border.
    half = _STATES // 2
    reached = []
    for moves in _chains(expected, factors, level / half, ratio):
        moves[-1] = moves[-2]
        state = np.zeros(_STATES + 2)
        state[0] = 1.0
        for _ in range(periods):
            state = state @ moves
        reached.append(float(state[half + 1 :].sum()))
    return float(min(weights @ np.asarray(reached), 1.0))


def _chains(expected: float, factors: Floats, width: float, ratio: float) -> list[Floats]:
    # States: level 0, levels in steps of width, and above all of them. One matrix for each factor on the true rate.
    levels = np.concatenate([[0.0], (np.arange(_STATES) + 0.5) * width])
    counts = np.arange(0, int(stats.poisson.isf(1e-9, expected * float(factors[-1]))) + 2)
    following = levels[:, None] + counts * math.log(ratio) - expected * (ratio - 1)
    target = np.where(following <= 0, 0, np.minimum(np.ceil(following / width), _STATES + 1)).astype(int)
    cells = (np.arange(_STATES + 1)[:, None] * (_STATES + 2) + target).ravel()
    chains: list[Floats] = []
    for factor in factors.tolist():
        chance: Floats = np.tile(stats.poisson.pmf(counts, expected * factor), _STATES + 1)
        moves = np.bincount(cells, weights=chance, minlength=(_STATES + 1) * (_STATES + 2)).astype(np.float64)
        above = np.zeros((1, _STATES + 2))
        chains.append(np.asarray(np.vstack([moves.reshape(_STATES + 1, _STATES + 2), above]), dtype=np.float64))
    return chains
