"""Lay out how conversations went: by outcome, what they closed on, and what made them hard."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from cxtext.analysis.conversations import closings, lay_out, trajectories_by
from cxtext.analysis.intervals import mean_interval, significant, wilson
from cxtext.analysis.outcome import DETRACTOR_TO, PROMOTER_FROM, Metric
from cxtext.analysis.peak_end import compare_summaries
from cxtext.engines.gather import Collection
from cxtext.engines.question import Scale
from cxtext.markers.trajectory import BAD_GOODBYE, RECOVERY_TO
from cxtext.report.rules import HIDDEN_BELOW
from cxtext.report.tables import checked

TABLES = ("conversations", "trajectories", "closings", "effort", "effort_topics", "stories")
STORIES = ("waiting", "transferred")
"""Kinds of effort whose worst passages are told."""
STORIES_OF_A_KIND = 3
# Where a score has no thresholds of its own, the upper and the lower third of its scale are good and bad.
THIRD = 1 / 3

Tables = dict[str, pd.DataFrame]


def conversation_tables(
    collection: Collection,
    mentions: pd.DataFrame,
    topics: pd.DataFrame,
    outcome: "pd.Series[Any] | None",
    *,
    scale: Scale | None,
    metric: Metric,
    random_state: int = 0,
) -> tuple[Tables, dict[str, Any]]:
    """Compare conversations that went well with those that did not.

    Parameters
    ----------
    collection
        The tables.
    mentions
        document_id, topic (id), polarity; its index is that of the collection's mentions.
    topics
        id, label.
    outcome
        By document, up is good; or null. Good and bad are promoters and detractors of an NPS, the outer thirds of
        another scale. Where fewer than five conversations are on one side, or there is no score, those that ended above
        0.2 are good and those that ended below -0.3 are bad.
    scale, metric
        Of the outcome.
    random_state
        Seed of the comparison of summaries.

    Returns
    -------
    tuple
        The tables :data:`TABLES` of :class:`cxtext.Analysis`, and what ``meta`` tells of them; both empty without
        conversations of at least three customer turns.
    """
    went = lay_out(collection.cases["conversation"].items()).astype({"document_id": "int64"})
    if went.empty:
        return {name: checked(name, None) for name in TABLES}, {}
    sides, by = _sides(went, outcome, scale, metric)
    groups = sides.map({True: "good", False: "bad"}).fillna("middle")
    names = dict(zip(topics["id"], topics["label"].astype("str"), strict=True))
    said = _said(collection, mentions, names, went["document_id"])
    closing = said[said["closing"]]
    tables = {
        "trajectories": trajectories_by(went, groups),
        "closings": closings(closing[["document_id", "kind", "name"]], sides),
        "effort": _effort(went, said),
        "effort_topics": _effort_topics(went, said),
        "stories": _stories(collection, went),
    }
    told: dict[str, Any] = {"n": len(went), "by": by}
    if outcome is not None:
        told["summaries"] = _summaries(went, outcome, random_state)
    ids = collection.documents["id"].to_numpy(dtype=object)
    rows = went["document_id"].to_numpy(dtype=int)
    tables["conversations"] = went.assign(document_id=ids[rows], group=groups.loc[rows].to_numpy(dtype=object))
    return {name: checked(name, tables[name]) for name in TABLES}, {"conversations": told}


def _sides(
    went: pd.DataFrame, outcome: "pd.Series[Any] | None", scale: Scale | None, metric: Metric
) -> "tuple[pd.Series[Any], str]":
    if outcome is not None and (metric == "nps" or scale is not None):
        value = outcome.loc[went["document_id"]].astype(float)
        if metric == "nps":
            good, bad = value >= PROMOTER_FROM, value <= DETRACTOR_TO
        else:
            low, high = min(scale or (0, 0)), max(scale or (0, 0))
            good, bad = value >= high - (high - low) * THIRD, value <= low + (high - low) * THIRD
        if min(int(good.sum()), int(bad.sum())) >= HIDDEN_BELOW:
            return _truth(went, good.to_numpy(), bad.to_numpy()), "score"
    end = went["end"].to_numpy(dtype=float)
    return _truth(went, end > RECOVERY_TO, end < BAD_GOODBYE), "end"


def _truth(went: pd.DataFrame, good: "np.ndarray[Any, Any]", bad: "np.ndarray[Any, Any]") -> "pd.Series[Any]":
    values = np.full(len(went), None, dtype=object)
    values[good], values[bad] = True, False
    return pd.Series(values, index=went["document_id"].to_numpy(), dtype=object)


def _said(
    collection: Collection, mentions: pd.DataFrame, names: Mapping[Any, str], documents: "pd.Series[Any]"
) -> pd.DataFrame:
    """List what is praised, blamed and marked in each conversation, and whether in its closing."""
    closing = collection.cases["closing"]
    inside = mentions[mentions["document_id"].isin(documents)]
    units = collection.mentions["unit"].loc[inside.index].to_numpy(dtype=int)
    segments = collection.units["segment"].to_numpy(dtype=int)[units]
    rows = [
        (document, "praised" if polarity == "positive" else "blamed", names[topic], segment >= closing[document])
        for document, topic, polarity, segment in zip(
            inside["document_id"], inside["topic"], inside["polarity"], segments, strict=True
        )
    ]
    for document in documents:
        rows.extend(
            (document, "marker", code, segment >= closing[document])
            for code, segment, *_ in collection.signals[document]
        )
    table = pd.DataFrame(rows, columns=["document_id", "kind", "name", "closing"])
    return table.astype({"document_id": "int64", "kind": "str", "name": "str", "closing": "bool"})


def _effort(went: pd.DataFrame, said: pd.DataFrame) -> pd.DataFrame:
    """Say how many conversations tell of each kind of effort, and how they ended beside the others."""
    marked = said[(said["kind"] == "marker") & said["name"].str.startswith("effort")]
    rows = []
    kinds = marked[marked["name"].str.contains(":", regex=False)]
    for name, part in [("effort", marked), *kinds.groupby("name", sort=True)]:
        has = went["document_id"].isin(part["document_id"]).to_numpy(dtype=bool)
        n = int(has.sum())
        if n < HIDDEN_BELOW:
            continue
        low, high = (float(v) for v in wilson(n, len(went)))
        ends = [mean_interval(went.loc[where, "end"].to_numpy(dtype=float)) for where in (has, ~has)]
        if len(went) - n < HIDDEN_BELOW:
            ends[1] = (np.nan, np.nan, np.nan)
        rows.append((name.partition(":")[2] or "any", n, n / len(went), low, high, *ends[0], *ends[1]))
    figures = ["share", "share_low", "share_high", "end", "end_low", "end_high", "rest", "rest_low", "rest_high"]
    table = pd.DataFrame(rows, columns=["name", "n", *figures])
    for column in figures:
        table[column] = significant(table[column].to_numpy(dtype=float))
    return table.sort_values(["n", "name"], ascending=[False, True], ignore_index=True)


def _effort_topics(went: pd.DataFrame, said: pd.DataFrame) -> pd.DataFrame:
    """Compare what is blamed where effort is told with what is blamed where none is."""
    hard = said.loc[(said["kind"] == "marker") & said["name"].str.startswith("effort"), "document_id"]
    easy = pd.Series(~went["document_id"].isin(hard).to_numpy(dtype=bool), index=went["document_id"], dtype=object)
    blamed = said.loc[said["kind"] == "blamed", ["document_id", "kind", "name"]]
    found = closings(blamed, easy).drop(columns="kind")
    found.columns = pd.Index([c.replace("good_", "rest_").replace("bad_", "effort_") for c in found.columns])
    # Positive: blamed more often where there was effort.
    for column in ("difference", "difference_low", "difference_high"):
        found[column] = -found[column]
    return found.rename(columns={"difference_low": "difference_high", "difference_high": "difference_low"})


def _stories(collection: Collection, went: pd.DataFrame) -> pd.DataFrame:
    """Choose the passages on waiting and on being passed around from the conversations that sank lowest."""
    depth = dict(zip(went["document_id"], went["peak_negative"], strict=True))
    units = collection.units[collection.units["document"].isin(went["document_id"])]
    texts = {(d, s): text for d, s, text in zip(units["document"], units["segment"], units["text"], strict=True)}
    rows: list[dict[str, Any]] = []
    for kind in STORIES:
        told = [
            (depth[document], document, segment, start, end)
            for document in went["document_id"]
            for code, segment, start, end in collection.signals[document]
            if code == f"effort:{kind}"
        ]
        if len({document for _, document, *_ in told}) < HIDDEN_BELOW:
            continue
        taken: set[Any] = set()
        heard: set[str] = set()
        for _, document, segment, start, end in sorted(told):
            row = collection.documents.iloc[document]
            customer = document if pd.isna(row["customer"]) else str(row["customer"])
            text = texts[document, segment]
            if customer in taken or text.casefold() in heard or len(taken) == STORIES_OF_A_KIND:
                continue
            taken.add(customer)
            heard.add(text.casefold())
            place = {"text": text, "start": start, "end": end}
            about = {"language": row["language"], "created_at": row["created_at"]}
            rows.append({"kind": kind, "document_id": row["id"], **place, **about})
    return pd.DataFrame(rows, columns=["kind", "document_id", "text", "start", "end", "language", "created_at"])


def _summaries(went: pd.DataFrame, outcome: "pd.Series[Any]", random_state: int) -> dict[str, Any]:
    scored = outcome.loc[went["document_id"]].astype(float)
    found = compare_summaries(went, scored, random_state=random_state)
    rows = found.table[["summary", "score", "low", "high"]].to_dict("records")
    return {
        "metric": found.metric,
        "n": found.n,
        "verdict": found.verdict,
        "supported": list(found.supported),
        "table": [{str(k): v for k, v in row.items()} for row in rows],
    }
