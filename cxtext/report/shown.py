"""What may be shown of the tables that look for the root cause, under the rules for small numbers."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cxtext.analysis.queue import UNHAPPY
from cxtext.report.rules import COUNT_ONLY_BELOW, HIDDEN_BELOW

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, Any]

STANDINGS = ("promoter", "passive", "detractor")
WORST_JOURNEYS = 12
"""Journeys in the report; all of them are in journeys.csv."""
_OF_A_CELL = ("share", "share_low", "share_high", "rest", "q_value", "sentiment", "sentiment_low", "sentiment_high")


def cells(rows: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Give the cells of a cross table; under 5 documents they are empty, under 10 they hold the count alone.

    >>> cells([{"n": 3, "share": 0.1}, {"n": 7, "share": 0.2}, {"n": 40, "share": 0.4}, {"n": 0, "share": 0.0}])
    [{'n': None, 'share': None}, {'n': 7, 'share': None}, {'n': 40, 'share': 0.4}, {'n': 0, 'share': 0.0}]
    """
    found = []
    for row in rows:
        n, kept = row["n"], dict(row)
        if n is None or 0 < n < HIDDEN_BELOW:
            kept["n"] = n = None
        if n is None or 0 < n < COUNT_ONLY_BELOW:
            kept.update({name: None for name in _OF_A_CELL if name in kept})
        found.append(kept)
    return found


def standings(rows: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Give what promoters, passives and detractors mention, where at least 5 of them do.

    A count from one to four is empty, and with a single such count the next smallest: the total would give it away.

    >>> row = {"n_promoter": 2, "n_passive": 8, "n_detractor": 40, "share_promoter": 0.1, "share_passive": 0.2}
    >>> [shown] = standings([{**row, "share_detractor": 0.4}])
    >>> [shown[f"n_{name}"] for name in STANDINGS], shown["share_detractor"]
    ([None, None, 40], 0.4)
    """
    found = []
    for row in rows:
        counts = {name: row[f"n_{name}"] for name in STANDINGS}
        if sum(counts.values()) < HIDDEN_BELOW:
            continue
        hidden = [name for name, n in counts.items() if 0 < n < HIDDEN_BELOW]
        rest = sorted((n, name) for name, n in counts.items() if n >= HIDDEN_BELOW)
        if len(hidden) == 1 and rest:
            hidden.append(rest[0][1])
        kept = dict(row)
        for name, n in counts.items():
            if name in hidden:
                kept[f"n_{name}"] = None
            if name in hidden or 0 < n < COUNT_ONLY_BELOW:
                kept.update({k: None for k in kept if k.startswith(f"share_{name}")})
        found.append(kept)
    return found


def steps(rows: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Give the steps that at least 5 customers took; under 10, the counts alone."""
    found = []
    for row in rows:
        if row["customers"] < HIDDEN_BELOW:
            continue
        few = row["customers"] < COUNT_ONLY_BELOW
        found.append({k: None if few and k not in ("step", "n", "customers") else v for k, v in row.items()})
    return found


def journey_figures(journeys: "pd.DataFrame", told: Mapping[str, Any] | None) -> Row | None:
    """Sum journeys up: how many customers wrote more than once, came back for the same, ended better or worse.

    Returns
    -------
    dict or None
        customers, several, contacts (the most by one customer), repeats, better, worse (customers); null where no
        customer is known, and the last four where fewer than 5 customers wrote more than once.
    """
    if not told:
        return None
    figures: Row = {"customers": int(told["customers"]), "several": int(told["several"])}
    names = ("contacts", "repeats", "better", "worse")
    if len(journeys) < HIDDEN_BELOW:
        return {**figures, **dict.fromkeys(names)}
    trend = journeys["trend"].astype(float)
    counts = [int((journeys["repeats"] > 0).sum()), int((trend > 0).sum()), int((trend < 0).sum())]
    shown = [n if n == 0 or n >= HIDDEN_BELOW else None for n in counts]
    return {**figures, **dict(zip(names, (int(journeys["contacts"].max()), *shown), strict=True))}


def worst_journeys(journeys: "pd.DataFrame") -> "pd.DataFrame":
    """Give the journeys that need a look first: who came back most often for the same, then where it ended worst.

    A customer who is content at the end, or criticised nothing again and is no unhappier than before, needs none.
    """
    gone_wrong = (journeys["end"].astype(float) < UNHAPPY) & (journeys["trend"].astype(float) < 0)
    journeys = journeys[(journeys["repeats"].astype(int) > 0) | gone_wrong]
    table = journeys.assign(
        _mood=journeys["end"].astype(float).fillna(0.0), _back=-journeys["repeats"].astype(int)
    ).sort_values(["_back", "_mood", "customer"], kind="stable")
    return table.drop(columns=["_mood", "_back"]).head(WORST_JOURNEYS)
