"""Scores of customer experience, each with n and a 95 % interval."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cxtext.analysis.intervals import Floats, Z, mean_interval, significant, wilson
from cxtext.analysis.outcome import DETRACTOR_TO, PROMOTER_FROM, nps_points, read_numbers
from cxtext.documents import Record
from cxtext.errors import InputTypeError, InputValueError


@dataclass(frozen=True, slots=True)
class Score(Record):
    """A score over ``n`` answers; NaN where there are too few (none for the value, one for the limits)."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class NetPromoter(Record):
    """The Net Promoter Score from -100 to 100, its interval, and who stands behind it.

    The interval is centred on the adjusted score (see :func:`nps`), which lies a little nearer to 0 than ``value``.
    """

    value: float
    low: float
    high: float
    n: int
    promoters: int
    passives: int
    detractors: int


def nps(answers: Any) -> NetPromoter:  # noqa: ANN401 (any column of numbers)
    """Give the Net Promoter Score of answers from 0 to 10.

    Parameters
    ----------
    answers
        Whole numbers from 0 to 10; NaN is left out.

    Raises
    ------
    InputTypeError, InputValueError
        If they are not numbers, or not whole ones from 0 to 10.

    Notes
    -----
    Adjusted Wald interval: three answers are added, three quarters of one to each end (Rocks 2016,
    https://doi.org/10.1080/00031305.2016.1138873). It keeps its 95 % from ten answers on.

    Examples
    --------
    >>> score = nps([10] * 15 + [8] * 9 + [3] * 6)  # 50 % promoters, 20 % detractors / 50 % Fans, 20 % Kritiker
    >>> score.value, score.promoters, score.passives, score.detractors
    (30.0, 15, 9, 6)
    """
    given = _answers(answers, "answers")
    points = nps_points(given, "answers")
    promoters, detractors = int((given >= PROMOTER_FROM).sum()), int((given <= DETRACTOR_TO).sum())
    n = given.size
    if n == 0:
        return NetPromoter(math.nan, math.nan, math.nan, 0, 0, 0, 0)
    low, high = net_promoter_interval(promoters, detractors, n)
    value, low, high = significant([points.mean(), low, high]).tolist()
    return NetPromoter(value, low, high, n, promoters, n - promoters - detractors, detractors)


def net_promoter_interval(promoters: float, detractors: float, n: float) -> tuple[float, float]:
    """Give the adjusted Wald interval of a Net Promoter Score, cut to -100..100.

    Examples
    --------
    >>> [round(v, 1) for v in net_promoter_interval(50, 20, 100)]
    [14.1, 44.2]
    """
    more = n + 3
    p, d = (promoters + 0.75) / more, (detractors + 0.75) / more
    half = Z * math.sqrt(max(p + d - (p - d) ** 2, 0.0) / more)
    return max(100 * (p - d - half), -100.0), min(100 * (p - d + half), 100.0)


def csat(answers: Any, *, top: float = 4, best: float = 5) -> Score:  # noqa: ANN401
    """Give the share of satisfied answers in percent: those from ``top`` to ``best``, the two top boxes of five.

    Parameters
    ----------
    answers
        Numbers up to ``best``; NaN is left out.
    top
        The lowest answer that counts as satisfied.
    best
        The highest answer there is.

    Raises
    ------
    InputTypeError, InputValueError
        If they are not numbers, or above ``best``.

    Examples
    --------
    >>> csat([5, 4, 4, 2, 1]).value
    60.0
    >>> csat([7, 6, 3], top=6, best=7).n  # Siebenerskala
    3
    """
    given = _answers(answers, "answers")
    if top > best:
        raise InputValueError(f"top is {top}, above best, {best}; it is the lowest answer that counts as satisfied")
    above = int((given > best).sum())
    if above:
        raise InputValueError(f"answers: {above} of {given.size} are above {best}; give the scale's end as best=")
    n = given.size
    if n == 0:
        return Score(math.nan, math.nan, math.nan, 0)
    satisfied = int((given >= top).sum())
    limits = wilson(satisfied, n)
    value, low, high = significant([100 * satisfied / n, 100 * float(limits[0]), 100 * float(limits[1])]).tolist()
    return Score(value, low, high, n)


def ces(answers: Any, *, worst: float, best: float) -> Score:  # noqa: ANN401
    """Give the mean Customer Effort Score on its own scale, after checking that answers lie on it.

    Scales run both ways ("how much effort" and "they made it easy"), so both ends must be said.

    Examples
    --------
    >>> ces([6, 7, 5], worst=1, best=7).value  # "made it easy"
    6.0
    >>> ces([2, 1, 3], worst=5, best=1).value  # „Wie viel Aufwand?“
    2.0
    """
    return mean_score(answers, worst=worst, best=best)


def mean_score(answers: Any, *, worst: float | None = None, best: float | None = None) -> Score:  # noqa: ANN401
    """Give the mean of stars or any other numbers with a t interval.

    Parameters
    ----------
    answers
        Numbers; NaN is left out.
    worst, best
        Ends of the scale, in either order; values beyond them are an error. Null: no scale.

    Raises
    ------
    InputTypeError, InputValueError
        If they are not numbers, or not on the scale.

    Examples
    --------
    >>> mean_score([1, 2, 3, 4, 5], worst=1, best=5).value
    3.0
    """
    given = _answers(answers, "answers")
    for name, end in (("worst", worst), ("best", best)):
        if end is not None and (isinstance(end, bool) or not isinstance(end, int | float)):
            raise InputTypeError(f"{name} must be a number, got {type(end).__name__}")
    if worst is not None and best is not None:
        off = int(((given < min(worst, best)) | (given > max(worst, best))).sum())
        if off:
            raise InputValueError(
                f"answers: {off} of {given.size} do not lie between {worst} and {best}; set them to NaN if they mean "
                '"don\'t know"'
            )
    mean, low, high = (float(v) for v in significant(mean_interval(np.sort(given))))
    return Score(mean, low, high, given.size)


def _answers(answers: Any, name: str) -> Floats:  # noqa: ANN401
    if isinstance(answers, str | bytes):
        raise InputTypeError(f"{name} must be a column of numbers, got {type(answers).__name__}")
    try:
        series = answers if isinstance(answers, pd.Series) else pd.Series(answers, dtype=None)
    except (TypeError, ValueError):
        raise InputTypeError(f"{name} must be a column of numbers, got {type(answers).__name__}") from None
    if series.empty:
        return np.zeros(0)
    numbers = read_numbers(series, name)
    return numbers[~np.isnan(numbers)]
