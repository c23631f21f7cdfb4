"""Lay out the queue of a collection: whom to answer first, in which words they say so, by when, and who it is for."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from cxtext.analysis.case_status import is_closed
from cxtext.analysis.deadlines import Hours, deadline, due_hours
from cxtext.analysis.outcome import DETRACTOR_TO, PROMOTER_FROM
from cxtext.analysis.queue import PRECEDENCE, response_queue
from cxtext.engines.gather import SPANS, Collection
from cxtext.report.tables import checked


def queue_table(
    collection: Collection,
    mentions: pd.DataFrame,
    drivers: pd.DataFrame,
    topics: pd.DataFrame,
    answers: "pd.Series[Any] | None",
    *,
    hours: Hours | None = None,
) -> pd.DataFrame:
    """Say whom to answer first, with topics by their names.

    Parameters
    ----------
    collection
        The tables.
    mentions, drivers
        With topics by id; the index of ``mentions`` is that of the collection's.
    topics
        With ``label``, and ``owner`` where owners are known.
    answers
        NPS answers by document, which say who is promoter, passive or detractor; or null.
    hours
        Own hours until an answer is due, by channel.
    """
    documents, cases = collection.documents, collection.cases
    if documents.empty:
        return checked("queue", None)
    names = dict(zip(topics["id"], topics["label"].astype("str"), strict=True))
    named = mentions.assign(topic=mentions["topic"].map(names).astype("str"))
    found = response_queue(
        _said(documents, cases, answers), named, drivers.assign(topic=drivers["topic"].map(names).astype("str"))
    )
    rows = found["document_id"].to_numpy(dtype=int)
    found["document_id"] = documents["id"].to_numpy(dtype=object)[rows]
    for column in ("channel", "language", "created_at"):
        found[column] = documents[column].to_numpy(dtype=object)[rows]
    for column in ("touchpoint", "case_status"):
        found[column] = cases[column].to_numpy(dtype=object)[rows]
    places = [
        cases["passages"].iloc[row][PRECEDENCE.index(queue)] for row, queue in zip(rows, found["queue"], strict=True)
    ]
    quotes = _Quotes(collection, rows)
    found["quote"] = pd.Series([quotes.text(row, at) for row, at in zip(rows, places, strict=True)], dtype=object)
    found["quote_start"] = pd.Series([None if at is None else at[1] for at in places], dtype="Int64")
    found["quote_spans"] = pd.Series(
        [quotes.spans(row, at) for row, at in zip(rows, places, strict=True)], dtype=object
    )
    within = [
        due_hours(queue, level, channel, hours)
        for queue, level, channel in zip(found["queue"], found["urgency"], found["channel"], strict=True)
    ]
    due = [deadline(at, h) for at, h in zip(found["created_at"], within, strict=True)]
    found["deadline_hours"] = np.array(within, dtype=float)
    found["deadline"] = pd.Series(due, dtype=object)
    found["due"] = pd.Series([None if at is None else at.date() for at in due], dtype=object)
    if "owner" in topics.columns:
        owners = dict(zip(topics["label"].astype("str"), topics["owner"], strict=True))
        said = _topics_of_quotes(collection, named, rows, places)
        found["route_to"] = pd.Series(
            [_owner(here, reasons, owners) for here, reasons in zip(said, found["reasons"], strict=True)], dtype=object
        )
    return checked("queue", found)


def _said(documents: pd.DataFrame, cases: pd.DataFrame, answers: "pd.Series[Any] | None") -> pd.DataFrame:
    said = pd.DataFrame(
        {
            "score": documents["sentiment"],
            "customer": documents["customer"],
            "urgency": cases["urgency"].astype(float),
            "level": cases["level"],
            "needs_response": cases["needs_response"],
            "markers": [tuple(code for code, *_ in signals) for signals in cases["signals"]],
            "bad_goodbye": [bool(talk and talk["bad_goodbye"]) for talk in cases["conversation"]],
            "closed": [is_closed(None if pd.isna(status) else status) for status in cases["case_status"]],
        },
        index=documents.index,
    )
    if answers is not None:
        kinds = [answers >= PROMOTER_FROM, answers <= DETRACTOR_TO, answers.notna()]
        said["standing"] = pd.Series(
            np.select([k.to_numpy() for k in kinds], ["promoter", "detractor", "passive"], default=""),
            index=documents.index,
            dtype=object,
        ).replace({"": None})
    return said


class _Quotes:
    """The passages of some documents, and what is marked in them."""

    def __init__(self, collection: Collection, rows: "np.ndarray[Any, Any]") -> None:
        units = collection.units[collection.units["document"].isin(rows)]
        keys = list(zip(units["document"], units["segment"], strict=True))
        self._texts = dict(zip(keys, units["text"], strict=True))
        self._signals = collection.cases["signals"]
        self._drivers: dict[tuple[int, int], list[dict[str, Any]]] = {}
        said = collection.mentions[collection.mentions["unit"].isin(units.index)]
        segments = dict(zip(units.index, keys, strict=True))
        for row in said.to_dict("records"):
            for kind in SPANS:
                if pd.notna(row[f"{kind}_start"]):
                    span = {"kind": kind, "start": int(row[f"{kind}_start"]), "end": int(row[f"{kind}_end"])}
                    self._drivers.setdefault(segments[row["unit"]], []).append(span)

    def text(self, row: int, at: tuple[int, int] | None) -> str | None:
        return None if at is None else self._texts[int(row), at[0]]

    def spans(self, row: int, at: tuple[int, int] | None) -> list[dict[str, Any]]:
        if at is None:
            return []
        marked = [
            {"kind": code, "start": start, "end": end}
            for code, segment, start, end in self._signals.iloc[row]
            if segment == at[0]
        ]
        spans = [*marked, *self._drivers.get((int(row), at[0]), [])]
        unique = {(s["start"], s["end"], s["kind"]): s for s in spans}
        return [unique[key] for key in sorted(unique)]


def _topics_of_quotes(
    collection: Collection, named: pd.DataFrame, rows: "np.ndarray[Any, Any]", places: list[Any]
) -> list[list[str]]:
    units = collection.units
    here = named.assign(segment=units["segment"].to_numpy()[collection.mentions["unit"].loc[named.index].to_numpy()])
    here = here[here["document_id"].isin(rows)]
    found: dict[tuple[int, int], list[str]] = {}
    for document, segment, topic in zip(here["document_id"], here["segment"], here["topic"], strict=True):
        found.setdefault((int(document), int(segment)), []).append(topic)
    return [
        [] if at is None else sorted(set(found.get((int(row), at[0]), [])))
        for row, at in zip(rows, places, strict=True)
    ]


def _owner(here: list[str], reasons: list[str], owners: Mapping[str, str | None]) -> str | None:
    named = [reason.split(":", 1) for reason in reasons if reason.startswith(("blames:", "praises:"))]
    topics = [topic for _, topic in named]
    # What the quoted passage is about goes first: it is why the customer is on the list.
    ordered = [*(t for t in topics if t in here), *topics]
    return next((owner for topic in ordered if (owner := owners.get(topic))), None)
