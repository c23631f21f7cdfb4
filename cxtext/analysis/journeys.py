"""Journeys: what one customer said over time, where it went worst, and who had to come back."""

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from cxtext.analysis.intervals import benjamini_hochberg, mean_interval, significant, two_sided, wilson
from cxtext.analysis.mentions import align, canonical_order, check_documents, read_mentions
from cxtext.analysis.outcome import read_numbers
from cxtext.analysis.segments import MIN_COMPARED, MIN_SHOWN
from cxtext.errors import InputTypeError

# A customer who blames the same topic again within so many days came back for it.
REPEAT_DAYS = 30


def journeys(
    customers: "pd.Series[Any]",
    times: "pd.Series[Any]",
    mood: "pd.Series[Any]",
    *,
    mentions: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Put each customer's documents in the order of time.

    Parameters
    ----------
    customers
        Who wrote each document (or which journey it is part of); its index lists all documents. Documents without one
        are left out.
    times
        When each was written; documents without a time are left out.
    mood
        How it was: sentiment from -1 to 1, or any score where more is better; may be missing.
    mentions
        Columns ``document_id``, ``topic``, ``polarity``: who blames the same topic again within 30 days came back for
        it. Null: no repeats are counted.

    Returns
    -------
    DataFrame
        One row per customer: ``customer``, ``contacts`` (int64), ``first``, ``last`` (times), ``start``, ``end`` (mean
        mood of the first and last quarter of the contacts, at least one), ``trend`` ((end - start) / 2), ``mean``,
        ``worst`` (the document with the lowest mood, the earliest among equals), ``worst_mood``, ``repeats`` (int64:
        contacts that blame a topic blamed in the 30 days before).

    Raises
    ------
    InputTypeError, InputValueError, ColumnError
        If an argument has the wrong type, lacks documents, or a mention names an unknown document.

    Examples
    --------
    >>> who = pd.Series({"mail": "K1", "call": "K1", "Umfrage": "K1", "note": "K2"})
    >>> when = pd.Series(pd.to_datetime(["2026-03-01", "2026-03-04", "2026-03-20", "2026-03-02"]), index=who.index)
    >>> mood = pd.Series([-0.2, -0.8, 0.5, 0.1], index=who.index)
    >>> journeys(who, when, mood)[["customer", "contacts", "start", "end", "worst"]]
      customer  contacts  start  end worst
    0       K1         3   -0.2  0.5  call
    1       K2         1    0.1  0.1  note
    """
    table, names = _ordered(customers, times, mood)
    blamed = _repeats(table, mentions)
    rows = []
    codes = table["customer"].to_numpy()
    edges = np.flatnonzero(np.diff(codes, prepend=-1, append=-1))
    moods, whens, written = table["mood"].to_numpy(dtype=float), table["time"], table["document"].to_numpy(dtype=object)
    for begin, after in pairwise(edges):
        felt = moods[begin:after]
        known = felt[~np.isnan(felt)]
        quarter = max(-(-known.size // 4), 1)
        start, end = (known[:quarter].mean(), known[-quarter:].mean()) if known.size else (np.nan, np.nan)
        worst = int(np.nanargmin(felt)) if known.size else None
        rows.append(
            {
                "customer": names[codes[begin]],
                "contacts": len(felt),
                "first": whens.iloc[begin],
                "last": whens.iloc[after - 1],
                "start": start,
                "end": end,
                "trend": (end - start) / 2,
                "mean": known.mean() if known.size else np.nan,
                "worst": None if worst is None else written[begin + worst],
                "worst_mood": np.nan if worst is None else felt[worst],
                "repeats": int(blamed[begin:after].sum()),
            }
        )
    columns = [
        "customer", "contacts", "first", "last", "start", "end", "trend", "mean", "worst", "worst_mood", "repeats",
    ]  # fmt: skip
    result = pd.DataFrame(rows, columns=columns)
    for column in ("start", "end", "trend", "mean", "worst_mood"):
        result[column] = significant(result[column].to_numpy(dtype=float))
    return result.astype({"contacts": "int64", "repeats": "int64"})


def worst_steps(
    customers: "pd.Series[Any]", times: "pd.Series[Any]", mood: "pd.Series[Any]", steps: "pd.Series[Any]"
) -> pd.DataFrame:
    """Say at which step journeys go worst, each measured against its own customer's mean.

    Parameters
    ----------
    customers, times, mood
        As for :func:`journeys`.
    steps
        What step or touchpoint each document belongs to.

    Returns
    -------
    DataFrame
        One row per step, worst first: ``step``, ``n`` (documents), ``customers``, ``mean`` (mood), ``below`` (mean mood
        minus the same customer's mean at other steps, so that unhappy customers do not blacken the steps they take)
        with its t interval over customers ``below_low``, ``below_high``, ``p_value``, ``q_value`` (Benjamini-Hochberg
        over steps; null below 30 customers), ``worst_in`` (share of journeys over several steps that are at their worst
        here) with ``worst_low``, ``worst_high``. Steps with fewer than 5 customers are left out.

    Raises
    ------
    InputTypeError, InputValueError
        As :func:`journeys`.

    Examples
    --------
    >>> who = pd.Series(np.repeat(range(40), 3))
    >>> when = pd.Series(pd.date_range("2026-01-01", periods=120, freq="D"))
    >>> step = pd.Series(["Bestellung", "delivery", "Rechnung"] * 40)
    >>> mood = pd.Series([0.5, -0.5, 0.2] * 40)
    >>> worst_steps(who, when, mood, step)[["step", "n", "mean", "below", "worst_in"]]
             step   n  mean  below  worst_in
    0    delivery  40  -0.5  -0.85       1.0
    1    Rechnung  40   0.2   0.20       0.0
    2  Bestellung  40   0.5   0.65       0.0
    """
    table, _ = _ordered(customers, times, mood)
    given = align(steps, check_documents(customers.index, "customers"), "steps")
    table["step"] = given.loc[table["document"]].to_numpy(dtype=object)
    table = table[table["mood"].notna() & table["step"].notna()].copy()
    table["step"] = table["step"].astype("str")
    whole = table.groupby("customer")["mood"].agg(["sum", "count"])
    # Several contacts at one step of one journey are one observation of it.
    cells = table.groupby(["step", "customer"])["mood"].agg(["sum", "count", "min"]).reset_index()
    others = cells["customer"].map(whole["count"]) - cells["count"]
    rest = (cells["customer"].map(whole["sum"]) - cells["sum"]) / others.where(others > 0)
    cells["below"] = cells["sum"] / cells["count"] - rest
    cells["worst"] = cells["min"] <= cells["customer"].map(table.groupby("customer")["mood"].min())
    rows = []
    for step, part in cells.groupby("step", sort=True):
        if len(part) < MIN_SHOWN:
            continue
        below = np.sort(part["below"].dropna().to_numpy(dtype=float))
        mean, low, high = mean_interval(below)
        p_value = np.nan
        if below.size >= MIN_COMPARED:
            error = float(below.std(ddof=1)) / np.sqrt(below.size)
            statistic = mean / error if error > 0 else (0.0 if mean == 0 else np.inf)
            p_value = float(two_sided(statistic, below.size - 1))
        journeys_here = part[part["below"].notna()]
        worst = int(journeys_here["worst"].sum())
        worst_low, worst_high = wilson(worst, len(journeys_here))
        share = worst / len(journeys_here) if len(journeys_here) else np.nan
        n = int(part["count"].sum())
        rows.append((step, n, len(part), part["sum"].sum() / n, mean, low, high, p_value, share, worst_low, worst_high))
    columns = [
        "step", "n", "customers", "mean", "below", "below_low", "below_high", "p_value", "worst_in", "worst_low",
        "worst_high",
    ]  # fmt: skip
    result = pd.DataFrame(rows, columns=columns)
    result.insert(8, "q_value", benjamini_hochberg(result["p_value"].to_numpy(dtype=float)))
    for column in result.columns[3:]:
        result[column] = significant(result[column].to_numpy(dtype=float))
    result = result.astype({"step": "str", "n": "int64", "customers": "int64"})
    return result.sort_values("below", kind="stable", ignore_index=True)


def _ordered(customers: Any, times: Any, mood: Any) -> tuple[pd.DataFrame, list[Any]]:  # noqa: ANN401
    if not isinstance(customers, pd.Series):
        raise InputTypeError(
            f"customers must be a pandas Series whose index holds the document ids, got {type(customers).__name__}"
        )
    index = check_documents(customers.index, "customers")
    who, when = align(customers, index, "customers"), align(times, index, "times")
    if not pd.api.types.is_datetime64_any_dtype(when.dtype):
        raise InputTypeError(f"times must hold dates, got dtype {when.dtype}; pandas.to_datetime reads them")
    felt = read_numbers(align(mood, index, "mood"), "mood")
    codes, names = pd.factorize(who)
    order = canonical_order(names)
    rank = np.empty(len(names) + 1, dtype=np.int64)
    rank[order], rank[-1] = np.arange(len(names)), -1
    table = pd.DataFrame({"document": index, "customer": rank[codes], "time": when.to_numpy(), "mood": felt})
    table = table[(table["customer"] >= 0) & table["time"].notna()]
    # Documents are sorted already; a stable sort keeps that order within the same second.
    table = table.sort_values(["customer", "time"], kind="stable", ignore_index=True)
    return table, [names[i] for i in order]


def _repeats(table: pd.DataFrame, mentions: pd.DataFrame | None) -> "np.ndarray[Any, np.dtype[np.bool_]]":
    again = np.zeros(len(table), dtype=bool)
    if mentions is None:
        return again
    known = check_documents(table["document"], "customers")
    inside = mentions[mentions["document_id"].isin(known)] if isinstance(mentions, pd.DataFrame) else mentions
    found = read_mentions(inside, known, known_as="the index of customers")
    place = known.get_indexer(pd.Index(table["document"]))
    blamed = found.matrix[place][:, np.flatnonzero(found.signs < 0)].tocoo()
    cells = pd.DataFrame({"row": blamed.row, "topic": blamed.col}).sort_values(["topic", "row"], ignore_index=True)
    here = table.iloc[cells["row"]].reset_index(drop=True)
    same = (cells["topic"].diff() == 0) & (here["customer"].diff() == 0)
    again[cells["row"][same & (here["time"].diff() <= pd.Timedelta(days=REPEAT_DAYS))]] = True
    return again
