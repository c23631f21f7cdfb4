"""Alerts: what has risen, and what jumped just now, against its own past and the volume of all documents."""

import hashlib
import math
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from cxtext.analysis.intervals import Floats, benjamini_hochberg, check_alpha, significant
from cxtext.errors import ColumnError, InputTypeError

# CUSUM: tuned to a rate that is 1.6 times the baseline's; an alarm from 5 on, or as much higher as keeps false alarms
# rare. On weekly counts around 6 this finds a doubling in all simulated runs after 2 weeks in the median.
RATIO = 1.6
THRESHOLD = 5.0
THRESHOLDS = (5.0, 5.5, 6.0, 6.5, 7.0, 8.0, 9.0, 10.0, 12.0, 15.0, 20.0, 30.0)
# False alarms allowed per topic, polarity and year.
RISING_PER_YEAR = 0.17
JUMP_PER_YEAR = 0.03
# Of longer histories only so many periods count: what was normal years ago is not what is normal now.
LONGEST = 68
# The rate that counts as normal comes from the first 16 periods, or as many as leave the last 4 to be watched.
BASELINE = 16
WATCHED = 4
MIN_BASELINE = 4
# A jump is measured against at most 16 periods before; fewer mentioners than this are never shown.
HISTORY = 16
MIN_HISTORY = 4
MIN_MENTIONS = 5

COLUMNS = (
    "id", "kind", "topic", "polarity", "period", "latest", "n", "documents", "share", "expected", "ratio", "statistic",
    "p_value", "q_value", "false_alarms",
)  # fmt: skip


def jump_p_value(now: float, exposure: float, before: float, exposure_before: float) -> float:
    """Give the probability of at least ``now`` mentions in this period if the rate is what it was.

    The past rate is not known but estimated, so the count follows a negative binomial distribution
    NB(before + 1/2, exposure_before / (exposure_before + exposure)).

    Parameters
    ----------
    now, exposure
        Mentions and documents of this period.
    before, exposure_before
        Mentions and documents of the history.

    Examples
    --------
    48 complaints in 16 equal weeks, 9 in this one:

    >>> round(jump_p_value(9, 1, 48, 16), 4)
    0.0055
    """
    return float(stats.nbinom.sf(now - 1, before + 0.5, exposure_before / (exposure_before + exposure)))


def cusum(counts: Floats, expected: Floats) -> Floats:
    """Give the Poisson CUSUM S_t = max(0, S_(t-1) + x_t ln R - mu_t (R - 1)) with R = 1.6.

    Parameters
    ----------
    counts, expected
        Mentions per period and what the baseline rate expects for its documents, shape (periods,).

    Notes
    -----
    Lucas (1985), https://doi.org/10.1080/00401706.1985.10488030.

    Examples
    --------
    >>> cusum(np.array([5.0, 12.0, 12.0]), np.array([6.0, 6.0, 6.0])).round(3).tolist()
    [0.0, 2.04, 4.08]
    """
    level, levels = 0.0, []
    for x, mu in zip(counts.tolist(), expected.tolist(), strict=True):
        level = max(0.0, level + x * math.log(RATIO) - mu * (RATIO - 1))
        levels.append(level)
    return np.asarray(levels, dtype=float)


def alerts(trends: pd.DataFrame, *, alpha: float = 0.05) -> pd.DataFrame:
    """Say what has risen and what jumped, as of the last period of the table.

    Parameters
    ----------
    trends
        What :func:`cxtext.analysis.trends.trends` returns.
    alpha
        Level of the false discovery rate of ``"jump"``, over all topics and polarities.

    Returns
    -------
    DataFrame
        One row per alert: ``id`` (a hash of topic, polarity, kind and period: the same alert keeps it on later runs),
        ``kind``, ``topic``, ``polarity``, ``period`` (since when), ``latest`` (the last period of the table), ``n``,
        ``documents``, ``share`` (from ``period`` on), ``expected`` (mentions at the former rate), ``ratio``
        (n / expected), ``statistic`` (CUSUM), ``p_value``, ``q_value`` (jump), ``false_alarms`` (how many such alerts a
        steady topic and polarity gives in a year).

        ``"rising"``: the CUSUM against the baseline stands above 5, or above the threshold at which a steady topic
        raises 0.17 false alarms a year where that is higher. ``"jump"``: the last period lies above what the 16 before
        let expect, at ``q <= alpha`` over all topics and at most 0.03 times a year by chance in each. ``"new"``: the
        same, and it was never mentioned before. Counts are set against the documents of each period, so that more
        feedback alone raises nothing. No alert is given below 5 mentions or with fewer than 4 periods to compare with;
        of more than 68 periods the last ones count.

        Tables of :func:`cxtext.analysis.trends.segment_trends` give alerts per segment, with the columns ``segment``
        and ``value`` after ``kind``.

    Raises
    ------
    InputTypeError, ColumnError, InputValueError
        If the table or alpha is not what it should be.

    Examples
    --------
    >>> weeks = pd.date_range("2026-01-05", periods=17, freq="7D")
    >>> table = pd.DataFrame({"topic": "Hotline", "polarity": "negative", "period": weeks,
    ...                       "n": [3] * 16 + [19], "documents": 100})
    >>> alerts(table)[["kind", "topic", "n", "expected"]]
         kind    topic   n  expected
    0    jump  Hotline  19  3.031250
    1  rising  Hotline  19  3.038462
    """
    alpha = check_alpha(alpha)
    if not isinstance(trends, pd.DataFrame):
        raise InputTypeError(f"trends must be the DataFrame that trends() returns, got {type(trends).__name__}")
    for column in ("topic", "polarity", "period", "n", "documents"):
        if column not in trends.columns:
            raise ColumnError(f"trends has no column {column!r}; pass what trends() returns")
    where = [column for column in ("segment", "value") if column in trends.columns]
    series = [
        (key, part.sort_values("period").tail(LONGEST))
        for key, part in trends.groupby([*where, "topic", "polarity"], sort=True)
    ]
    rows = _jumped(series, alpha) + _rising(series)
    result = pd.DataFrame(rows, columns=[*COLUMNS[:2], *where, *COLUMNS[2:]])
    result["topic"] = result["topic"].astype(trends["topic"].dtype)
    result = result.sort_values(["kind", "ratio", "id"], ascending=[True, False, True], ignore_index=True)
    for column in ("period", "latest"):
        result[column] = result[column].astype("datetime64[s]")
    for column in COLUMNS[8:]:
        result[column] = significant(result[column].to_numpy(dtype=float))
    kinds = {"id": "str", "polarity": "str", "kind": "str", "n": "int64", "documents": "int64"}
    return result.astype(kinds | dict.fromkeys(where, "str"))


# Where (segment and value, if any), topic and polarity; and the periods.
Series = list[tuple[tuple[Any, ...], pd.DataFrame]]


def _numbers(part: pd.DataFrame) -> tuple[Floats, Floats]:
    return part["n"].to_numpy(dtype=np.float64), part["documents"].to_numpy(dtype=np.float64)


def _per_year(part: pd.DataFrame) -> float:
    # The table says nothing of its period but the distance between rows.
    days = float(part["period"].diff().dt.days.median())
    return 365.25 / days


def _jumped(series: Series, alpha: float) -> list[tuple[Any, ...]]:
    tested = []
    for key, part in series:
        n, documents = _numbers(part)
        history = slice(max(len(n) - 1 - HISTORY, 0), len(n) - 1)
        if documents[-1:].sum() > 0 and int((documents[history] > 0).sum()) >= MIN_HISTORY:
            before, exposure = float(n[history].sum()), float(documents[history].sum())
            p_value = jump_p_value(float(n[-1]), float(documents[-1]), before, exposure)
            expected = (before + 0.5) / exposure * float(documents[-1])
            tested.append((key, part, int(n[-1]), int(documents[-1]), before, expected, p_value))
    q_values = benjamini_hochberg([t[-1] for t in tested])
    rows = []
    for (key, part, n_now, documents_now, before, expected, p_value), q_value in zip(tested, q_values, strict=True):
        year = _per_year(part)
        if q_value <= alpha and p_value * year <= JUMP_PER_YEAR and n_now >= MIN_MENTIONS:
            last = part["period"].iloc[-1]
            # With no true jump, Benjamini-Hochberg lets anything pass in at most a share alpha of periods.
            false = min(alpha * year / len(tested), JUMP_PER_YEAR)
            kind = "jump" if before else "new"
            alert = (_alert_id(key, kind, last), kind, *key, last, last)
            share = n_now / documents_now
            evidence = (share, expected, n_now / expected, math.nan, p_value, q_value, false)
            rows.append((*alert, n_now, documents_now, *evidence))
    return rows


def _rising(series: Series) -> list[tuple[Any, ...]]:
    rows = []
    for key, part in series:
        n, documents = _numbers(part)
        length = max(min(BASELINE, len(n) - WATCHED), 0)
        if int((documents[:length] > 0).sum()) < MIN_BASELINE:
            continue
        before, exposure = float(n[:length].sum()), float(documents[:length].sum())
        rate = (before + 0.5) / exposure
        levels = cusum(n[length:], rate * documents[length:])
        if not levels.size or levels[-1] <= THRESHOLD:
            continue
        zeros = np.flatnonzero(levels == 0)
        onset = length + (int(zeros[-1]) + 1 if zeros.size else 0)
        count, volume = int(n[onset:].sum()), int(documents[onset:].sum())
        if count < MIN_MENTIONS:
            continue
        since, last = part["period"].iloc[onset], part["period"].iloc[-1]
        expected = rate * volume
        watched = documents[length:]
        typical = round(rate * float(np.mean(watched[watched > 0])), 3)
        for threshold in THRESHOLDS:
            false = _per_year(part) * false_alarm_rate(typical, round(before, 3), threshold=threshold)
            if false <= RISING_PER_YEAR or levels[-1] <= threshold:
                break
        if levels[-1] <= threshold or false > RISING_PER_YEAR:
            continue
        alert = (_alert_id(key, "rising", since), "rising", *key, since, last)
        evidence = (count / volume, expected, count / expected, float(levels[-1]), math.nan, math.nan, false)
        rows.append((*alert, count, volume, *evidence))
    return rows


@lru_cache(maxsize=1024)
def false_alarm_rate(expected: float, before: float, *, threshold: float = THRESHOLD, states: int = 120) -> float:
    """Give the rate of false CUSUM alarms per period on a steady topic.

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
    states
        Levels of the chain.
    """
    quantiles = (np.arange(25) + 0.5) / 25
    factors = stats.gamma.ppf(quantiles, before + 0.5) / (before + 0.5)
    width = threshold / states
    levels = np.concatenate([[0.0], (np.arange(states) + 0.5) * width])
    counts = np.arange(0, int(stats.poisson.isf(1e-9, expected * float(factors[-1]))) + 2)
    following = levels[:, None] + counts * math.log(RATIO) - expected * (RATIO - 1)
    target = np.where(following <= 0, 0, np.minimum(np.ceil(following / width), states + 1)).astype(int)
    rates = []
    for factor in factors:
        chance = stats.poisson.pmf(counts, expected * factor)
        moves = np.zeros((states + 1, states + 2))
        for row in range(states + 1):
            np.add.at(moves[row], target[row], chance)
        length = np.linalg.solve(np.eye(states + 1) - moves[:, : states + 1], np.ones(states + 1))
        rates.append(1 / float(length[0]))
    return float(np.mean(rates))


def _alert_id(key: tuple[Any, ...], kind: str, since: "pd.Timestamp") -> str:
    whole = "\x1f".join([*(str(k) for k in key), kind, f"{since:%Y-%m-%d}"])
    return hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()[:16]
