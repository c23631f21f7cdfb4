"""Two maps for managers, as tables: drivers by touchpoint, and importance against performance."""

from collections.abc import Sequence
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from cxtext.analysis.intervals import Floats, significant, t_quantile, wilson
from cxtext.analysis.mentions import POLARITIES, align
from cxtext.analysis.outcome import Metric, check_metric, read_outcome
from cxtext.analysis.segments import MIN_SHOWN, check_segments, segment_drivers
from cxtext.errors import ColumnError, InputTypeError, InputValueError, nearest

Side = Literal["negative", "positive"]
# (important, performs well) -> field of the map, Martilla & James (1977).
FIELDS = {
    (True, False): "fix first",
    (True, True): "keep",
    (False, False): "low priority",
    (False, True): "possible overkill",
}


def touchpoint_drivers(
    mentions: pd.DataFrame,
    touchpoints: "pd.Series[Any]",
    outcome: "pd.Series[Any] | None" = None,
    *,
    metric: Metric = "mean",
) -> pd.DataFrame:
    """Lay drivers out by touchpoint: how often each is mentioned there, and how satisfied those are who do.

    Parameters
    ----------
    mentions
        Columns ``document_id``, ``topic``, ``polarity``. Duplicates count once.
    touchpoints
        Where each document comes from; its index lists all documents. Documents without one are left out.
    outcome
        Numbers, indexed by document; null for shares alone.
    metric
        As in :func:`cxtext.key_drivers`.

    Returns
    -------
    DataFrame
        One row per touchpoint, topic and polarity: ``touchpoint``, ``topic``, ``polarity``, ``n``, ``documents``,
        ``share``, ``share_low``, ``share_high``, ``rest``, ``q_value`` (against the other touchpoints), ``small``, and
        ``mean`` with ``mean_low``, ``mean_high`` of those who mention it. Where fewer than 5 mention it, ``n`` and what
        follows from it are null, and so is the smallest other cell of that driver if a single one would be hidden: the
        total would give it away.

    Raises
    ------
    InputTypeError, InputValueError, ColumnError
        As :func:`cxtext.analysis.segments.segment_drivers`, and if the outcome lacks documents.

    Examples
    --------
    >>> where = pd.Series(["Hotline"] * 40 + ["shop"] * 40)
    >>> late = pd.DataFrame({"document_id": [*range(20), *range(40, 50)], "topic": "queue", "polarity": "negative"})
    >>> touchpoint_drivers(late, where, pd.Series([2.0] * 40 + [4.0] * 40))[["touchpoint", "n", "share", "mean"]]
      touchpoint   n  share  mean
    0    Hotline  20   0.50   2.0
    1       shop  10   0.25   4.0
    """
    check_metric(metric)
    if not isinstance(touchpoints, pd.Series):
        raise InputTypeError(
            f"touchpoints must be a pandas Series whose index holds the document ids, got {type(touchpoints).__name__}"
        )
    table = segment_drivers(mentions, pd.DataFrame({"touchpoint": touchpoints}))
    index = check_segments(pd.DataFrame({"touchpoint": touchpoints}))
    mean = np.full((3, len(table)), np.nan)
    if outcome is not None and len(table):
        y = read_outcome(outcome, index, metric)
        known = mentions[["document_id", "topic", "polarity"]].drop_duplicates()
        known = known.assign(
            value=align(touchpoints, index, "touchpoints").loc[known["document_id"]].to_numpy(dtype=object),
            y=y[index.get_indexer(pd.Index(known["document_id"]))],
        ).dropna(subset=["value", "y"])
        known["value"] = known["value"].astype("str")
        keys = ["value", "topic", "polarity"]
        figures = known.sort_values("y").groupby(keys)["y"].agg(["mean", "std", "count"])
        figures = figures.reindex(pd.MultiIndex.from_frame(table[keys]))
        n, middle = figures["count"].to_numpy(dtype=float), figures["mean"].to_numpy(dtype=float)
        half = t_quantile(np.maximum(n - 1, 1)) * figures["std"].to_numpy(dtype=float) / np.sqrt(n)
        mean = np.where(n >= MIN_SHOWN, np.vstack([middle, middle - half, middle + half]), np.nan)
    result = table.rename(
        columns={"value": "touchpoint", "estimate": "share", "low": "share_low", "high": "share_high"}
    ).drop(columns=["segment", "metric", "difference", "difference_low", "difference_high", "p_value"])
    result["mean"], result["mean_low"], result["mean_high"] = (significant(m) for m in mean)
    hidden = hidden_cells(table, ["topic", "polarity"])
    result["n"] = result["n"].astype("Int64").mask(hidden)
    for column in ("share", "share_low", "share_high", "rest", "q_value", "mean", "mean_low", "mean_high"):
        result[column] = result[column].mask(hidden)
    columns = ["touchpoint", "topic", "polarity", "n", "documents", "share", "share_low", "share_high", "rest"]
    return result[[*columns, "q_value", "small", "mean", "mean_low", "mean_high"]]


def hidden_cells(table: pd.DataFrame, whole: Sequence[str]) -> "np.ndarray[Any, np.dtype[np.bool_]]":
    """Say which counts of a table must not be shown.

    A count from one to four is hidden. Where that is a single one of those that make a whole, the next smallest is
    hidden with it, which the whole would give away otherwise (complementary suppression).

    Parameters
    ----------
    table
        With ``n``.
    whole
        The columns in which cells agree that add up to a known number.

    Returns
    -------
    ndarray
        Shape (rows,), true where hidden.

    Examples
    --------
    >>> cells = pd.DataFrame({"topic": [1, 1, 1, 2, 2], "Kanal": list("abcab"), "n": [40, 9, 3, 7, 0]})
    >>> hidden_cells(cells, ["topic"]).tolist()
    [False, True, True, False, False]
    """
    n = table["n"].to_numpy()
    hidden = np.asarray((n > 0) & (n < MIN_SHOWN), dtype=bool)
    for rows in table.groupby(list(whole), sort=False).indices.values():
        if hidden[rows].sum() == 1:
            others = [row for row in rows if not hidden[row] and n[row] > 0]
            if others:
                hidden[min(others, key=lambda row: n[row])] = True
    return hidden


def importance_performance(drivers: pd.DataFrame, *, side: Side, by: str = "impact") -> pd.DataFrame:
    """Set what matters against how well it is done, apart for what annoys and what delights.

    Parameters
    ----------
    drivers
        What :func:`cxtext.key_drivers` gives.
    side
        ``"negative"``: importance is that of blame. ``"positive"``: that of praise. There is no map of both.
    by
        The column that says how important a row is; its size counts and not its sign.

    Returns
    -------
    DataFrame
        One row per topic that has a row on this side with an importance: ``topic``, ``n`` (mentions of either
        polarity), ``performance`` (share of praise among them, with its Wilson interval ``performance_low``,
        ``performance_high``), ``importance``, ``field`` ("fix first", "keep", "low priority", "possible overkill": cut
        at the medians) and ``clear`` (false where the interval of performance crosses the cut: to be drawn hollow).

    Raises
    ------
    InputTypeError, ColumnError, InputValueError
        If drivers is no such table, or side is neither "negative" nor "positive".

    Notes
    -----
    Martilla & James (1977), https://doi.org/10.1177/002224297704100112.

    Examples
    --------
    >>> rows = [("App", "negative", 80, -2.0), ("App", "positive", 20, 0.1), ("Preis", "negative", 10, -0.1),
    ...         ("Preis", "positive", 90, 0.5), ("staff", "negative", 50, -0.5), ("staff", "positive", 50, 0.4)]
    >>> table = pd.DataFrame(rows, columns=["topic", "polarity", "n", "impact"])
    >>> importance_performance(table, side="negative")[["topic", "performance", "importance", "field"]]
       topic  performance  importance         field
    0    App          0.2         2.0     fix first
    1  staff          0.5         0.5          keep
    2  Preis          0.9         0.1  possible overkill
    """
    if side not in get_args(Side):
        shown = repr(side) if isinstance(side, str) and len(side) <= 40 else type(side).__name__
        raise InputValueError(f"side is {shown}; {nearest('', get_args(Side))}")
    if not isinstance(drivers, pd.DataFrame):
        raise InputTypeError(f"drivers must be the DataFrame that key_drivers() returns, got {type(drivers).__name__}")
    for column in ("topic", "polarity", "n", by):
        if column not in drivers.columns:
            raise ColumnError(f"drivers has no column {column!r}; pass what key_drivers() returns")
    counts = {p: drivers[drivers["polarity"] == p].set_index("topic")["n"] for p in POLARITIES}
    rows = drivers[(drivers["polarity"] == side) & drivers[by].notna()]
    topics = rows["topic"].to_numpy()
    praise, blame = (counts[p].reindex(topics).fillna(0).to_numpy(dtype=float) for p in ("positive", "negative"))
    n, importance = praise + blame, np.abs(rows[by].to_numpy(dtype=float))
    low, high = wilson(praise, n)
    share = praise / n
    middle, cut = _median(share), _median(importance)
    result = pd.DataFrame({"topic": rows["topic"].to_numpy(), "n": n.astype(np.int64)})
    result["topic"] = result["topic"].astype(drivers["topic"].dtype)
    result["performance"], result["performance_low"] = significant(share), significant(low)
    result["performance_high"], result["importance"] = significant(high), significant(importance)
    fields = [FIELDS[bool(i >= cut), bool(s >= middle)] for i, s in zip(importance, share, strict=True)]
    result["field"] = pd.Series(fields, index=result.index, dtype="str")
    result["clear"] = ~((low < middle) & (middle < high))
    return result.sort_values("importance", ascending=False, kind="stable", ignore_index=True)


def _median(values: Floats) -> float:
    return float(np.median(values)) if values.size else 0.0
