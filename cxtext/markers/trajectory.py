"""How a conversation went: from one score a turn to start, end, peaks and what they say.

Only the customer's turns count. People remember an episode by its peak and its end rather than by its average
(Fredrickson & Kahneman 1993, https://doi.org/10.1037/0022-3514.65.1.45); whether that holds for a collection is
measured by :func:`cxtext.analysis.peak_end.compare_summaries`.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from cxtext.documents import Record, digits
from cxtext.errors import InputTypeError, InputValueError

# With fewer turns, start, end and peak would be the same one or two turns.
MIN_TURNS = 3
# Turns in the moving mean that peaks are taken from: one odd turn is no peak.
WINDOW = 3
# "Bad, then mended": worse than the first at the lowest, better than the second in the end.
RECOVERY_FROM = -0.5
RECOVERY_TO = 0.2
BAD_GOODBYE = -0.3


@dataclass(frozen=True, slots=True)
class Trajectory(Record):
    """How the customer's mood went from the first to the last turn; every mood is from -1 to 1.

    Parameters
    ----------
    turns
        Customer turns counted, T.
    start, end
        Mean of the first and of the last quarter of the turns, ⌈T/4⌉ each.
    mean
        Mean of all turns.
    trend
        ``(end - start) / 2``.
    end_weighted
        Mean with weights that rise from 1/T at the first to 1 at the last turn.
    peak_positive, peak_negative
        Highest and lowest mean of three turns in a row.
    peak_end
        Mean of ``end`` and the peak that is farther from 0. Of two peaks equally far the negative one, for bad is
        stronger than good (Baumeister et al. 2001, https://doi.org/10.1037/1089-2680.5.4.323).
    quarters
        Mean of the turns that touch each quarter of the conversation; the first is ``start``, the last is ``end``.
        Turns on a border count in both quarters.
    recovery
        Bad, then mended: ``peak_negative`` below -0.5 and ``end`` above 0.2.
    bad_goodbye
        ``end`` below -0.3.
    """

    turns: int
    start: float
    end: float
    mean: float
    trend: float
    end_weighted: float
    peak_positive: float
    peak_negative: float
    peak_end: float
    quarters: tuple[float, float, float, float]
    recovery: bool
    bad_goodbye: bool


def trajectory(scores: Iterable[float]) -> Trajectory | None:
    """Sum up a conversation.

    Parameters
    ----------
    scores
        Mood of each of the customer's turns, in order, from -1 to 1. Turns that say nothing ("mhm") are not among them.

    Returns
    -------
    Trajectory or None
        Null below three turns.

    Raises
    ------
    InputTypeError, InputValueError
        If a score is no number from -1 to 1; the message names its position.

    Notes
    -----
    Quarters are those of Amazon Contact Lens, counted in turns rather than seconds, so that a long explanation weighs
    no more than a short one; the trend is that of Genesys Cloud.

    Examples
    --------
    >>> klage = trajectory([0.2, -0.6, -0.8, 0.1, 0.5, 0.7])  # a complaint that ends well
    >>> round(klage.mean, 4), round(klage.end_weighted, 4), round(klage.start, 4), round(klage.end, 4)
    (0.0167, 0.1762, -0.2, 0.6)
    >>> round(klage.trend, 4), klage.recovery
    (0.4, False)
    >>> trajectory([0.2, -0.6]) is None
    True
    """
    values = _checked(scores)
    n = len(values)
    if n < MIN_TURNS:
        return None
    quarters = tuple(mean(values[part]) for part in quarter_slices(n))
    moving = [mean(values[i : i + WINDOW]) for i in range(n - WINDOW + 1)]
    positive, negative = max(moving), min(moving)
    start, end = quarters[0], quarters[3]
    # Compared as they are shown: the last bit of a sum must decide nothing.
    lowest, last = digits(negative), digits(end)
    peak = positive if digits(positive) > -lowest else negative
    return Trajectory(
        turns=n,
        start=start,
        end=end,
        mean=mean(values),
        trend=(end - start) / 2,
        end_weighted=math.fsum((t + 1) * v for t, v in enumerate(values)) / (n * (n + 1) / 2),
        peak_positive=positive,
        peak_negative=negative,
        peak_end=(peak + end) / 2,
        quarters=(quarters[0], quarters[1], quarters[2], quarters[3]),
        recovery=lowest < RECOVERY_FROM and last > RECOVERY_TO,
        bad_goodbye=last < BAD_GOODBYE,
    )


def quarter_slices(turns: int) -> tuple[slice, slice, slice, slice]:
    """Say which of so many turns touch each quarter of a conversation.

    Examples
    --------
    >>> [(s.start, s.stop) for s in quarter_slices(8)]
    [(0, 2), (2, 4), (4, 6), (6, 8)]
    >>> [(s.start, s.stop) for s in quarter_slices(6)]  # ⌈6/4⌉ = 2 at both ends
    [(0, 2), (1, 3), (3, 5), (4, 6)]
    """
    first, second, third, fourth = (slice(q * turns // 4, -(-(q + 1) * turns // 4)) for q in range(4))
    return first, second, third, fourth


def mean(values: Sequence[float]) -> float:
    """Mean of numbers, the same to the last bit in whatever order they stand."""
    return math.fsum(values) / len(values)


def _checked(scores: Iterable[Any]) -> list[float]:
    values = []
    for position, score in enumerate(scores):
        try:
            value = math.nan if isinstance(score, str) else float(score)
        except (TypeError, ValueError):
            value = math.nan
        if math.isnan(value):
            raise InputTypeError(
                f"the score of turn {position} must be a number, got {type(score).__name__} that is none; "
                "leave out turns without a score"
            )
        if not -1 <= value <= 1:
            raise InputValueError(f"the score of turn {position} is {value}; allowed: -1 to 1")
        values.append(value)
    return values
