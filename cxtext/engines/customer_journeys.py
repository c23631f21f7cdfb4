"""Lay out the journeys of a collection: customers who wrote more than once, and where it goes worst."""

from datetime import UTC
from typing import Any

import numpy as np
import pandas as pd

from cxtext.analysis.journeys import journeys, worst_steps
from cxtext.analysis.segments import MIN_SHOWN
from cxtext.report.tables import checked

Told = dict[str, Any]


def journey_tables(
    documents: pd.DataFrame, mentions: pd.DataFrame, touchpoints: "pd.Series[Any] | None"
) -> tuple[pd.DataFrame, pd.DataFrame, Told | None]:
    """Follow customers who wrote more than once, and say at which step it goes worst.

    Parameters
    ----------
    documents
        With customer, respondent, created_at and sentiment. Documents of one customer at the same time are one contact,
        such as the answers of one form; a respondent who is no known customer has one form and no journey.
    mentions
        document_id, topic, polarity.
    touchpoints
        Text or null by document; null where there are none.

    Returns
    -------
    tuple
        Journeys, steps, and how many customers there are, or null where nobody is known.
    """
    nothing = checked("journeys", None), checked("steps", None)
    own = documents["respondent"].notna() & (documents["customer"] == documents["respondent"].astype("str"))
    known = documents[documents["customer"].notna() & documents["created_at"].notna() & ~own]
    if known.empty:
        return *nothing, None
    known = known.assign(time=_moments(known["created_at"]))
    known = known.assign(row=known.index)
    known = known.assign(first=known.groupby(["customer", "time"])["row"].transform("first"))
    moods = known.groupby("first")["sentiment"].mean()
    contacts = known[known.index == known["first"]].assign(sentiment=moods)
    several = contacts[contacts.groupby("customer")["time"].transform("size") > 1]
    told: Told = {"customers": int(contacts["customer"].nunique()), "several": int(several["customer"].nunique())}
    if told["several"] < MIN_SHOWN:
        return *nothing, told
    place = known["first"]
    said = mentions[mentions["document_id"].isin(known.index)]
    said = said.assign(document_id=place.loc[said["document_id"]].to_numpy())
    found = journeys(several["customer"], several["time"], several["sentiment"], mentions=said)
    ordered = several.assign(id=documents["id"]).sort_values(["customer", "time"], kind="stable")
    ids = ordered.groupby("customer")["id"].agg(list)
    found["document_ids"] = ids.loc[found["customer"]].to_numpy()
    worst = found["worst"].to_numpy()
    found["worst"] = [None if pd.isna(row) else documents.loc[row, "id"] for row in worst]
    found["first"], found["last"] = (found[c].dt.tz_localize("UTC").astype(object) for c in ("first", "last"))
    steps = checked("steps", None)
    if touchpoints is not None:
        named = touchpoints.loc[ordered.index].groupby(ordered["customer"]).agg(list)
        found["steps"] = named.loc[found["customer"]].to_numpy()
        found["worst_step"] = [None if pd.isna(row) else touchpoints.loc[row] for row in worst]
        steps = checked(
            "steps", worst_steps(several["customer"], several["time"], several["sentiment"], touchpoints[several.index])
        )
    return checked("journeys", found), steps, told


def _moments(times: "pd.Series[Any]") -> "pd.Series[Any]":
    moments = [np.datetime64(t.astimezone(UTC).replace(tzinfo=None), "us") for t in times]
    return pd.Series(moments, index=times.index, dtype="datetime64[us]")
