"""Confidence intervals and the correction for many tests.

All intervals are at 95 %, the level that customer experience reports print; ``alpha`` elsewhere steers claims, not
intervals.
"""

import math
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from cxtext.errors import InputValueError

Floats = NDArray[np.float64]

CONFIDENCE = 0.95
Z = float(stats.norm.ppf(0.5 + CONFIDENCE / 2))

# Results are computed in a canonical order, so rounding only has to absorb the last bits in which machines differ.
SIGNIFICANT_DIGITS = 10


def wilson(count: ArrayLike, total: ArrayLike) -> tuple[Floats, Floats]:
    """Give the Wilson score interval of a share at 95 %.

    Parameters
    ----------
    count
        Successes; may be fractional (an effective count).
    total
        Trials, above 0. Where it is 0 the interval is NaN.

    Returns
    -------
    tuple of ndarray
        Lower and upper limits, between 0 and 1.

    Notes
    -----
    Wilson (1927), https://doi.org/10.1080/01621459.1927.10502953.

    Examples
    --------
    >>> low, high = wilson(7, 20)  # 7 of 20 customers complain / 7 von 20 Kundinnen klagen
    >>> round(float(low), 4), round(float(high), 4)
    (0.1812, 0.5671)
    """
    k = np.asarray(count, dtype=float)
    n = np.asarray(total, dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        p = k / n
        centre = p + Z**2 / (2 * n)
        half = Z * np.sqrt(p * (1 - p) / n + Z**2 / (4 * n**2))
        low, high = (centre - half) / (1 + Z**2 / n), (centre + half) / (1 + Z**2 / n)
    # At 0 and n the limits are exact; floating point leaves 1e-17.
    low, high = np.where(k == 0, 0.0, np.clip(low, 0, 1)), np.where(k == n, 1.0, np.clip(high, 0, 1))
    return np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan)


def mean_interval(values: ArrayLike) -> tuple[float, float, float]:
    """Give mean and t interval at 95 % of a sample; the interval is NaN below two values.

    Examples
    --------
    >>> [round(v, 3) for v in mean_interval([1, 2, 3, 4, 5])]
    [3.0, 1.037, 4.963]
    """
    x = np.asarray(values, dtype=float)
    n = x.size
    if n == 0:
        return math.nan, math.nan, math.nan
    mean = float(x.mean())
    if n == 1:
        return mean, math.nan, math.nan
    half = float(stats.t.ppf(0.5 + CONFIDENCE / 2, n - 1)) * float(x.std(ddof=1)) / math.sqrt(n)
    return mean, mean - half, mean + half


def benjamini_hochberg(p_values: ArrayLike) -> Floats:
    """Adjust p-values so that, called at ``q <= alpha``, the false discovery rate is at most alpha.

    NaN stays NaN and is not counted as a test.

    Notes
    -----
    Benjamini & Hochberg (1995), https://doi.org/10.1111/j.2517-6161.1995.tb02031.x.

    Examples
    --------
    >>> [round(float(q), 6) for q in benjamini_hochberg([0.01, float("nan"), 0.04, 0.03])]
    [0.03, nan, 0.04, 0.04]
    """
    p = np.asarray(p_values, dtype=float)
    adjusted = np.full(p.shape, np.nan)
    tested = ~np.isnan(p)
    if tested.any():
        adjusted[tested] = stats.false_discovery_control(p[tested], method="bh")
    return adjusted


def significant(values: ArrayLike, digits: int = SIGNIFICANT_DIGITS) -> Floats:
    """Round to significant digits, element by element; no negative zero.

    Decimal places would turn a p-value of 3e-9 into 0; significant digits keep it.

    Examples
    --------
    >>> [float(v) for v in significant([1 / 3, 2e-12 / 3, -0.0])]
    [0.3333333333, 6.666666667e-13, 0.0]
    """
    x = np.asarray(values, dtype=float)
    flat = [float(f"{v:.{digits - 1}e}") + 0.0 if math.isfinite(v) else v for v in x.ravel().tolist()]
    return np.asarray(flat, dtype=float).reshape(x.shape)


def t_quantile(degrees: ArrayLike) -> Floats:
    """Give the two-sided 95 % quantile of Student's t."""
    return cast(Floats, np.asarray(stats.t.ppf(0.5 + CONFIDENCE / 2, degrees), dtype=float))


def two_sided(statistic: ArrayLike, degrees: ArrayLike) -> Floats:
    """Give the two-sided p-value of a t statistic."""
    return cast(Floats, np.asarray(2 * stats.t.sf(np.abs(np.asarray(statistic, dtype=float)), degrees), dtype=float))


def check_alpha(alpha: Any) -> float:  # noqa: ANN401 (any input is checked)
    """Check a significance level.

    Raises
    ------
    InputValueError
        If it is not a number above 0 and below 1.
    """
    if isinstance(alpha, bool) or not isinstance(alpha, int | float) or not 0 < alpha < 1:
        raise InputValueError(f"alpha must be a number above 0 and below 1, e.g. 0.05; got {alpha!r:.40}")
    return float(alpha)
