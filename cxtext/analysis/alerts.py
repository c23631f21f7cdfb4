"""Alerts: what has risen or fallen, and what jumped just now, against its own past and the volume of all documents."""

import hashlib
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from cxtext.analysis.cusum import FALLEN, RATIO, cusum, false_alarm_rate, level_p_value
from cxtext.analysis.intervals import Floats, benjamini_hochberg, check_alpha, significant
from cxtext.errors import ColumnError, InputTypeError

# The level of the CUSUM that raises an alarm: as low as keeps false alarms rare.
THRESHOLDS = (5.0, 5.5, 6.0, 6.5, 7.0, 8.0, 9.0, 10.0, 12.0, 15.0, 20.0, 30.0)
# False alarms allowed per topic, polarity and year, for a rise and for a fall.
MOVED_PER_YEAR = 0.2
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

FALLS = ("falling", "vanished")
"""Kinds of alerts that say of something that there is less of it."""

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


def alerts(trends: pd.DataFrame, *, alpha: float = 0.05) -> pd.DataFrame:
    """Say what has risen or fallen and what jumped, as of the last period of the table.

    Parameters
    ----------
    trends
        What :func:`cxtext.analysis.trends.trends` returns.
    alpha
        Level of the false discovery rate over all topics and polarities as of the last period; half of it for
        ``"jump"`` and ``"new"``, a tenth for ``"falling"`` and ``"vanished"``.

    Returns
    -------
    DataFrame
        One row per alert: ``id`` (a hash of topic, polarity, kind and period: the same alert keeps it on later runs),
        ``kind``, ``topic``, ``polarity``, ``period`` (since when), ``latest`` (the last period of the table), ``n``,
        ``documents``, ``share`` (from ``period`` on), ``expected`` (mentions at the former rate), ``ratio``
        (n / expected), ``statistic`` (CUSUM), ``p_value``, ``q_value``, ``false_alarms`` (how many such alerts a
        steady topic and polarity gives in a year).

        ``"rising"``: the CUSUM against the baseline stands higher than chance lets it, and above the threshold (5 or
        more) at which a steady topic raises at most 0.2 false alarms a year. ``"falling"``: the same downwards, and at
        least 5 mentions were expected since then. ``"vanished"``: falling, and not mentioned since. ``"jump"``: the
        last period lies above what the 16 before let expect, and at most 0.03 times a year by chance. ``"new"``: the
        same, and it was never mentioned before. Counts are set against the documents of each period, so that more
        feedback alone raises nothing. No rise is told below 5 mentions, and nothing with fewer than 4 periods to
        compare with; of more than 68 periods the last ones count.

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
    # Jumps get half of the level and falls, which can wait, a tenth: all kinds together then keep it
    # (benchmarks/key_drivers.py, shuffled time).
    rows = _jumped(series, alpha / 2) + _moved(series, alpha, RATIO) + _moved(series, alpha / 10, FALLEN)
    result = pd.DataFrame(rows, columns=[*COLUMNS[:2], *where, *COLUMNS[2:]])
    result["topic"] = result["topic"].astype(trends["topic"].dtype)
    # The largest change first, up or down.
    change = result["ratio"].where(~result["kind"].isin(FALLS), -result["ratio"])
    order = result.assign(change=change).sort_values(["kind", "change", "id"], ascending=[True, False, True]).index
    result = result.loc[order].reset_index(drop=True)
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


def _moved(series: Series, alpha: float, ratio: float) -> list[tuple[Any, ...]]:
    watched = [found for key, part in series if (found := _watch(key, part, ratio)) is not None]
    q_values = benjamini_hochberg([w.p_value for w in watched])
    rows = []
    for w, q_value in zip(watched, q_values, strict=True):
        enough = w.n if ratio > 1 else w.expected
        if w.level <= THRESHOLDS[0] or q_value > alpha or enough < MIN_MENTIONS:
            continue
        false = _threshold_rate(w, ratio)
        if false is None:
            continue
        kind = "rising" if ratio > 1 else "falling" if w.n else "vanished"
        # A topic that is mentioned once more is falling still: the two are one alert, which keeps its id.
        alert = (_alert_id(w.key, "falling" if kind == "vanished" else kind, w.since), kind, *w.key, w.since, w.latest)
        evidence = (w.n / w.documents, w.expected, w.n / w.expected, w.level, w.p_value, q_value, false)
        rows.append((*alert, w.n, w.documents, *evidence))
    return rows


@dataclass(frozen=True)
class _Watched:
    """A series since its CUSUM last stood at 0, and what a steady one would do."""

    key: tuple[Any, ...]
    since: "pd.Timestamp"
    latest: "pd.Timestamp"
    n: int
    documents: int
    expected: float
    level: float
    p_value: float
    typical: float
    before: float
    per_year: float


def _watch(key: tuple[Any, ...], part: pd.DataFrame, ratio: float) -> _Watched | None:
    n, documents = _numbers(part)
    length = max(min(BASELINE, len(n) - WATCHED), 0)
    if int((documents[:length] > 0).sum()) < MIN_BASELINE or not documents[length:].any():
        return None
    before, exposure = float(n[:length].sum()), float(documents[:length].sum())
    rate = (before + 0.5) / exposure
    levels = cusum(n[length:], rate * documents[length:], ratio=ratio)
    zeros = np.flatnonzero(levels == 0)
    onset = length + (int(zeros[-1]) + 1 if zeros.size else 0)
    level = float(levels[-1])
    later = documents[length:]
    typical = round(rate * float(np.mean(later[later > 0])), 3)
    # Below the lowest threshold no alarm is raised, whatever the probability: 1 is on the safe side.
    p_value = 1.0
    if level > THRESHOLDS[0]:
        p_value = level_p_value(level, typical, round(before, 3), int((later > 0).sum()), ratio=ratio)
    return _Watched(
        key=key,
        since=part["period"].iloc[min(onset, len(part) - 1)],
        latest=part["period"].iloc[-1],
        n=int(n[onset:].sum()),
        documents=int(documents[onset:].sum()),
        expected=rate * float(documents[onset:].sum()),
        level=level,
        p_value=p_value,
        typical=typical,
        before=round(before, 3),
        per_year=_per_year(part),
    )


def _threshold_rate(w: _Watched, ratio: float) -> float | None:
    # False alarms a year at the lowest threshold that keeps them rare, or null where the level is not above it.
    for threshold in THRESHOLDS:
        if w.level <= threshold:
            return None
        false = w.per_year * false_alarm_rate(w.typical, w.before, threshold=threshold, ratio=ratio)
        if false <= MOVED_PER_YEAR:
            return false
    return None


def _alert_id(key: tuple[Any, ...], kind: str, since: "pd.Timestamp") -> str:
    whole = "\x1f".join([*(str(k) for k in key), kind, f"{since:%Y-%m-%d}"])
    return hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()[:16]
