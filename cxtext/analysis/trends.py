"""Topics over time: how many documents mention each pair per week or month."""

from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy import sparse

from cxtext.analysis.intervals import significant, wilson
from cxtext.analysis.mentions import align, check_documents, check_mentions, read_mentions
from cxtext.analysis.segments import MIN_COMPARED, check_segments, segment_columns
from cxtext.errors import InputTypeError, InputValueError, nearest

Period = Literal["auto", "week", "month"]

# A longer history is read by month; below, months would leave too few points.
MONTHS_FROM_DAYS = 270
# More periods than this are a wrong date rather than a long history.
MAX_PERIODS = 2000


def trends(mentions: pd.DataFrame, times: "pd.Series[Any]", *, period: Period = "auto") -> pd.DataFrame:
    """Count mentions per period, against all documents of that period.

    Parameters
    ----------
    mentions
        Columns ``document_id``, ``topic``, ``polarity``. Duplicates count once.
    times
        When each document was written; its index lists all documents. Documents without a time are left out. Times with
        a zone are read in UTC.
    period
        ``"week"`` (from Monday), ``"month"``, or ``"auto"``: weeks up to 270 days of history, months beyond.

    Returns
    -------
    DataFrame
        One row per topic, polarity and period, also where nobody mentions it: ``topic``, ``polarity``, ``period`` (its
        first day), ``n``, ``documents`` (all of that period), ``share`` with its Wilson interval ``share_low``,
        ``share_high``; NaN in periods without documents.

    Raises
    ------
    InputTypeError, InputValueError, ColumnError
        If an argument has the wrong type, columns are missing, or a mention names an unknown document.

    Examples
    --------
    >>> days = pd.Series(pd.to_datetime(["2026-03-02", "2026-03-03", "2026-03-09"]), index=["a", "b", "c"])
    >>> late = pd.DataFrame({"document_id": ["a", "c"], "topic": "Verspätung", "polarity": "negative"})
    >>> trends(late, days)[["topic", "period", "n", "documents", "share"]]
            topic     period  n  documents  share
    0  Verspätung 2026-03-02  1          2    0.5
    1  Verspätung 2026-03-09  1          1    1.0
    """
    if period not in ("auto", "week", "month"):
        shown = repr(period) if isinstance(period, str) and len(period) <= 40 else type(period).__name__
        raise InputValueError(f"period is {shown}; {nearest('', ('auto', 'week', 'month'))}")
    if not isinstance(times, pd.Series):
        raise InputTypeError(
            f"times must be a pandas Series whose index holds the document ids, got {type(times).__name__}"
        )
    index = check_documents(times.index, "times")
    check_mentions(mentions)
    table = read_mentions(mentions, index, known_as="the index of times")
    when = align(times, index, "times")
    if not pd.api.types.is_datetime64_any_dtype(when.dtype):
        raise InputTypeError(f"times must hold dates, got dtype {when.dtype}; pandas.to_datetime reads them")
    if when.dt.tz is not None:
        when = when.dt.tz_convert("UTC").dt.tz_localize(None)
    dated = np.flatnonzero(when.notna().to_numpy())
    starts, codes = _starts(when.iloc[dated], period)
    member = sparse.csr_array((np.ones(dated.size), (codes, np.arange(dated.size))), shape=(len(starts), dated.size))
    counts = np.asarray((member @ table.matrix[dated]).toarray(), dtype=float)
    documents = np.bincount(codes, minlength=len(starts)).astype(float)
    pairs = len(table.pairs)
    result = table.pairs.loc[np.repeat(np.arange(pairs), len(starts))].reset_index(drop=True)
    result["period"] = pd.DatetimeIndex(np.tile(starts.to_numpy(), pairs)).as_unit("s")
    n, exposure = counts.T.ravel(), np.tile(documents, pairs)
    low, high = wilson(n, exposure)
    result["n"], result["documents"] = n.astype(np.int64), exposure.astype(np.int64)
    share = np.divide(n, exposure, out=np.full(n.shape, np.nan), where=exposure > 0)
    empty = exposure == 0
    result["share"] = significant(share)
    result["share_low"] = significant(np.where(empty, np.nan, low))
    result["share_high"] = significant(np.where(empty, np.nan, high))
    return result


def segment_trends(
    mentions: pd.DataFrame, times: "pd.Series[Any]", segments: pd.DataFrame, *, period: Period = "auto"
) -> pd.DataFrame:
    """Count mentions per period within each segment, against the segment's own documents.

    Parameters
    ----------
    mentions, times, period
        As for :func:`trends`; ``"auto"`` is decided once, for the whole history.
    segments
        One column per way to divide the documents, e.g. channel; its index is that of ``times``.

    Returns
    -------
    DataFrame
        ``segment``, ``value``, and the columns of :func:`trends`. Values with fewer than 30 documents are left out.

    Raises
    ------
    InputTypeError, InputValueError, ColumnError
        As :func:`trends`, and if segments lists other documents than times.

    Examples
    --------
    >>> days = pd.Series(pd.date_range("2026-03-02", periods=60, freq="6h"))
    >>> channel = pd.DataFrame({"channel": ["Telefon", "e-mail"] * 30})
    >>> late = pd.DataFrame({"document_id": range(0, 60, 4), "topic": "Verspätung", "polarity": "negative"})
    >>> segment_trends(late, days, channel)[["value", "period", "n", "documents"]].head(3)
         value     period   n  documents
    0  Telefon 2026-03-02   7         14
    1  Telefon 2026-03-09   7         14
    2  Telefon 2026-03-16   1          2
    """
    index = check_segments(segments)
    if not isinstance(times, pd.Series):
        raise InputTypeError(
            f"times must be a pandas Series whose index holds the document ids, got {type(times).__name__}"
        )
    check_mentions(mentions)
    when = align(times, index, "times")
    read_mentions(mentions, index, known_as="the index of segments")
    if period == "auto" and pd.api.types.is_datetime64_any_dtype(when.dtype) and when.notna().any():
        period = "month" if (when.max() - when.min()).days > MONTHS_FROM_DAYS else "week"
    whole = trends(mentions, when, period=period).iloc[:0]
    parts = []
    for name, values, codes in segment_columns(segments, index):
        for code, value in enumerate(values):
            inside = index[codes == code]
            if len(inside) >= MIN_COMPARED:
                part = trends(mentions[mentions["document_id"].isin(inside)], when.loc[inside], period=period)
                parts.append(part.assign(segment=str(name), value=value))
    result = pd.concat(parts or [whole.assign(segment="", value="")], ignore_index=True)
    result = result.astype({"segment": "str", "value": "str", "topic": whole["topic"].dtype})
    return result[["segment", "value", *whole.columns]]


def _starts(when: "pd.Series[Any]", period: Period) -> tuple[pd.DatetimeIndex, "np.ndarray[Any, Any]"]:
    days = pd.DatetimeIndex(when).normalize()
    if not len(days):
        return pd.DatetimeIndex([]), np.zeros(0, dtype=np.int64)
    if period == "auto":
        period = "month" if (days.max() - days.min()).days > MONTHS_FROM_DAYS else "week"
    if period == "week":
        first = days - pd.to_timedelta(days.day_of_week, unit="D")
        starts = pd.date_range(first.min(), first.max(), freq="7D")
    else:
        first = days - pd.to_timedelta(days.day - 1, unit="D")
        starts = pd.date_range(first.min(), first.max(), freq="MS")
    if len(starts) > MAX_PERIODS:
        raise InputValueError(
            f"times spans {len(starts)} {period}s, from {starts[0]:%Y-%m-%d} to {starts[-1]:%Y-%m-%d}; at most "
            f"{MAX_PERIODS} are allowed: set wrong dates to missing"
        )
    return starts, starts.get_indexer(first)
