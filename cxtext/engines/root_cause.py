"""Lay out why scores are as they are: importance, touchpoints, journeys, change, gaps and the course of groups."""

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from cxtext.analysis.change import NOT_TOPICS, explain_difference, segment_gaps
from cxtext.analysis.impact import MIN_DOCUMENTS
from cxtext.analysis.importance import relative_importance
from cxtext.analysis.maps import hidden_cells, importance_performance, touchpoint_drivers
from cxtext.analysis.outcome import Metric, nps_points
from cxtext.analysis.segments import MIN_COMPARED, MIN_SHOWN
from cxtext.analysis.standing import promoter_table
from cxtext.analysis.trends import segment_trends
from cxtext.config import read_data
from cxtext.engines.customer_journeys import journey_tables
from cxtext.engines.gather import Collection
from cxtext.engines.question import Scale
from cxtext.errors import InputValueError
from cxtext.report.rules import suppressed_groups
from cxtext.report.tables import checked
from cxtext.sources.columns import plain_header

MAX_VALUES = 20
"""A column with more values divides documents too finely to be read as touchpoints, or tested value by value."""
WINDOWS = (28, 91, 182, 364)
"""Days of the periods that are compared: whole weeks, so that both have the same weekdays."""

Told = dict[str, Any]


def upward(outcome: "pd.Series[Any] | None", scale: Scale | None) -> "pd.Series[Any] | None":
    """Turn an outcome so that up is good, or a complaint would seem to raise the score. The unit stays.

    >>> upward(pd.Series([1.0, 5.0]), (6, 1)).tolist()  # Schulnoten
    [6.0, 2.0]
    """
    if outcome is None or scale is None or scale[0] < scale[1]:
        return outcome
    return scale[0] + scale[1] - outcome


def shown_groups(groups: pd.DataFrame) -> pd.DataFrame:
    """Take out values that too few documents have to be shown, and the one that would give a single such value away.

    >>> groups = pd.DataFrame({"Kanal": ["web"] * 9 + ["Filiale"] * 6 + ["fax"] * 2})
    >>> shown_groups(groups)["Kanal"].value_counts().to_dict()
    {'web': 9}
    """
    result = groups.copy()
    for place in range(len(groups.columns)):
        column = groups.iloc[:, place]
        sizes = {str(value): int(n) for value, n in column.value_counts().items()}
        hidden = column.astype("str").isin(suppressed_groups(sizes)) & column.notna()
        result.isetitem(place, column.astype(object).mask(hidden, None).to_numpy())
    return result


def touchpoints_of(documents: pd.DataFrame, groups: pd.DataFrame) -> "tuple[str, pd.Series[Any]] | None":
    """Say at which touchpoint each document arose, and by which column.

    It is the column to compare by that is named as touchpoints are (``data/touchpoints.toml``), else the channel where
    there is more than one, else the first such column; each with 2 to 20 values.

    Returns
    -------
    tuple or None
        Name, and text or null by document.
    """
    names = read_data("touchpoints.toml")["names"]
    columns = [(str(name), groups.iloc[:, place]) for place, name in enumerate(groups.columns)]
    known = [c for name in names for c in columns if plain_header(c[0]) == plain_header(name)]
    for name, values in (*known, ("channel", documents["channel"]), *columns):
        if 2 <= values.nunique() <= MAX_VALUES:
            return name, shown_groups(values.to_frame(name))[name]
    return None


def importance_table(
    mentions: pd.DataFrame, outcome: "pd.Series[Any] | None", metric: Metric, drivers: pd.DataFrame
) -> pd.DataFrame:
    """Share the outcome's variance out among topics, and set it against how well each is done.

    Parameters
    ----------
    mentions
        document_id, topic, polarity.
    outcome
        By document, up is good; null for no table.
    metric
        Of the outcome.
    drivers
        What :func:`cxtext.key_drivers` gives.
    """
    if outcome is None or mentions.empty:
        return checked("importance", None)
    found = relative_importance(mentions, outcome, metric=metric)
    rows = drivers[["topic", "polarity", "n"]].merge(
        found[["topic", "polarity", "importance"]], on=["topic", "polarity"], how="left"
    )
    maps = [importance_performance(rows, side=side, by="importance").assign(polarity=side) for side in _SIDES]
    beside = pd.concat(maps, ignore_index=True).drop(columns=["n", "importance"])
    return checked("importance", found.merge(beside, on=["topic", "polarity"], how="left"))


_SIDES: tuple[Any, ...] = ("negative", "positive")


def touchpoint_table(
    mentions: pd.DataFrame, touchpoints: "pd.Series[Any] | None", sentiment: "pd.Series[Any]"
) -> pd.DataFrame:
    """Lay drivers out by touchpoint, with the sentiment of the documents that mention them there."""
    if touchpoints is None or mentions.empty:
        return checked("touchpoints", None)
    found = touchpoint_drivers(mentions, touchpoints, sentiment)
    found.columns = pd.Index([str(name).replace("mean", "sentiment") for name in found.columns])
    return checked("touchpoints", found)


def change_table(
    mentions: pd.DataFrame,
    outcome: "pd.Series[Any] | None",
    times: "pd.Series[Any]",
    metric: Metric,
    *,
    customers: "pd.Series[Any] | None" = None,
    random_state: int = 0,
) -> tuple[pd.DataFrame, Told | None]:
    """Say why the score of the last period differs from that of the one before.

    The periods are the shortest of 4, 13, 26 and 52 weeks of which the last two each have 100 answers.

    Parameters
    ----------
    mentions
        document_id, topic, polarity.
    outcome
        By document, up is good; null for no table.
    times
        Aware datetimes or null by document. Days are those of the document's own clock.
    metric
        Of the outcome.
    customers
        What documents belong together.
    random_state
        Seed of the resampling.

    Returns
    -------
    tuple
        The table, and the periods (days, first, second with start, end and n), null where there are no two.
    """
    if outcome is None or mentions.empty:
        return checked("change", None), None
    days = days_of(times)
    answered = outcome.notna() & days.notna()
    if not answered.any():
        return checked("change", None), None
    begin, end = days[answered].min(), days[answered].max()
    for length in WINDOWS:
        starts = [end - timedelta(days=length * k - 1) for k in (2, 1)]
        if starts[0] < begin:
            return checked("change", None), None
        after = answered & (days >= starts[1])
        before = answered & (days >= starts[0]) & ~after
        if min(int(after.sum()), int(before.sum())) >= MIN_DOCUMENTS:
            break
    else:
        return checked("change", None), None
    inside = (before | after).to_numpy()
    groups = None if customers is None else customers.where(customers.notna(), pd.Series(times.index, times.index))
    found = explain_difference(
        mentions[mentions["document_id"].isin(times.index[inside])],
        outcome[inside],
        after[inside],
        metric=metric,
        groups=None if groups is None else groups[inside].astype("str"),
        random_state=random_state,
    )
    topics = {str(topic): topic for topic in mentions["topic"].unique()}
    whole = found["topic"] == NOT_TOPICS
    found["part"] = found["polarity"].where(whole, "topic")
    found["polarity"] = found["polarity"].astype(object).mask(whole, None)
    found["topic"] = pd.Series([topics.get(t) for t in found["topic"]], dtype="Int64")
    last = {"before": (starts[0], starts[1] - timedelta(days=1), before), "after": (starts[1], end, after)}
    told = {
        name: {"start": f"{a:%Y-%m-%d}", "end": f"{b:%Y-%m-%d}", "n": int(chosen.sum())}
        | {"value": float((nps_points(outcome[chosen]) if metric == "nps" else outcome[chosen]).mean())}
        for name, (a, b, chosen) in last.items()
    }
    return checked("change", found), {"days": length, **told}


def gap_table(
    mentions: pd.DataFrame, outcome: "pd.Series[Any] | None", groups: pd.DataFrame, metric: Metric
) -> pd.DataFrame:
    """Compare each group's score with the rest, adjusted for what is mentioned how often."""
    groups = _coarse(groups)
    if outcome is None or mentions.empty or not len(groups.columns):
        return checked("gaps", None)
    return checked("gaps", segment_gaps(mentions, outcome, groups, metric=metric))


def segment_trend_table(mentions: pd.DataFrame, times: "pd.Series[Any]", groups: pd.DataFrame) -> pd.DataFrame:
    """Count mentions per period within each group, where at least 30 documents of it mention the topic.

    Cells of fewer than five are null, and so is the smallest other one of that period and topic where a single one
    would be hidden: the whole would give it away.
    """
    groups, days = _coarse(groups), days_of(times)
    if mentions.empty or not len(groups.columns) or days.isna().all():
        return checked("segment_trends", None)
    found = segment_trends(mentions, days, groups)
    keys = ["segment", "value", "topic", "polarity"]
    found = found[(found.groupby(keys)["n"].transform("sum") >= MIN_COMPARED) & (found["documents"] >= MIN_SHOWN)]
    found = found.reset_index(drop=True)
    hidden = hidden_cells(found, ["segment", "period", "topic", "polarity"])
    found["n"] = found["n"].astype("Int64").mask(hidden)
    for column in ("share", "share_low", "share_high"):
        found[column] = found[column].mask(hidden)
    return checked("segment_trends", found)


def standing_table(mentions: pd.DataFrame, answers: "pd.Series[Any] | None") -> pd.DataFrame:
    """Compare what promoters, passives and detractors mention; null where the outcome is no NPS."""
    if answers is None or mentions.empty:
        return checked("standings", None)
    return checked("standings", promoter_table(mentions, answers))


def days_of(times: "pd.Series[Any]") -> "pd.Series[Any]":
    """Give the day of each time by its own clock; null stays null."""
    days = pd.Series([None if t is None else np.datetime64(t.date(), "s") for t in times], index=times.index)
    return days.astype("datetime64[s]")


def _coarse(groups: pd.DataFrame) -> pd.DataFrame:
    counts = groups.nunique()
    kept: pd.DataFrame = groups.loc[:, [bool(1 < counts[name] <= MAX_VALUES) for name in groups.columns]]
    return kept


def root_causes(
    collection: Collection,
    mentions: pd.DataFrame,
    drivers: pd.DataFrame,
    outcome: "pd.Series[Any] | None",
    metric: Metric,
    *,
    random_state: int = 0,
) -> tuple[dict[str, pd.DataFrame], Told]:
    """Give all of these tables, by their names in :class:`cxtext.Analysis`, and what its ``meta`` says of them.

    Parameters
    ----------
    collection
        The tables.
    mentions
        document_id, topic, polarity.
    drivers
        What :func:`cxtext.key_drivers` gives.
    outcome
        By document, up is good; or null.
    metric
        Of the outcome.
    random_state
        Seed of the resampling.
    """
    documents = collection.documents
    if documents.empty:
        return {}, {"change": None, "journeys": None, "touchpoint": None}
    groups = shown_groups(collection.groups)
    place = touchpoints_of(documents, groups)
    touchpoints = None if place is None else place[1]
    journeys, steps, customers = journey_tables(documents, mentions, touchpoints)
    change, periods = change_table(
        mentions,
        outcome,
        documents["created_at"],
        metric,
        customers=documents["customer"] if documents["customer"].dropna().duplicated().any() else None,
        random_state=random_state,
    )
    try:
        courses = segment_trend_table(mentions, documents["created_at"], groups)
    except InputValueError:
        # A wrong date, of which the trends of the whole give note.
        courses = checked("segment_trends", None)
    tables = {
        "importance": importance_table(mentions, outcome, metric, drivers),
        "standings": standing_table(mentions, outcome if metric == "nps" else None),
        "touchpoints": touchpoint_table(mentions, touchpoints, documents["sentiment"]),
        "journeys": journeys,
        "steps": steps,
        "change": change,
        "gaps": gap_table(mentions, outcome, groups, metric),
        "segment_trends": courses,
    }
    told = {"change": periods, "journeys": customers, "touchpoint": None if place is None else place[0]}
    return tables, told
