"""Lay out the queue of a collection: whom to answer first, in which words they say so, by when, and who it is for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from cxtext.analysis.case_status import is_closed
from cxtext.analysis.deadlines import Hours, deadline, due_hours
from cxtext.analysis.outcome import DETRACTOR_TO, PROMOTER_FROM
from cxtext.analysis.queue import PRECEDENCE, response_queue
from cxtext.engines.cases import Place
from cxtext.engines.gather import SPANS, Collection
from cxtext.engines.signals import Signal
from cxtext.report.tables import checked

_BLOCK = 4096
_SIDES: tuple[Literal["left"], Literal["right"]] = ("left", "right")


def queue_table(
    collection: Collection,
    mentions: pd.DataFrame,
    drivers: pd.DataFrame,
    topics: pd.DataFrame,
    answers: "pd.Series[Any] | None",
    *,
    rated: "pd.Series[Any] | None" = None,
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
    rated
        Any other rating by document, from 0 (worst of its scale) to 1 (best); or null.
    hours
        Own hours until an answer is due, by channel.
    """
    documents, cases = collection.documents, collection.cases
    if documents.empty:
        return checked("queue", None)
    names = dict(zip(topics["id"], topics["label"].astype("str"), strict=True))
    named = mentions.assign(topic=mentions["topic"].map(names).astype("str"))
    found = response_queue(
        _said(collection, answers, rated), named, drivers.assign(topic=drivers["topic"].map(names).astype("str"))
    )
    rows = found["document_id"].to_numpy(dtype=int)
    found["document_id"] = documents["id"].to_numpy(dtype=object)[rows]
    for column in ("channel", "language", "created_at"):
        found[column] = documents[column].to_numpy(dtype=object)[rows]
    for column in ("touchpoint", "case_status"):
        found[column] = cases[column].to_numpy(dtype=object)[rows]
    which = np.array([PRECEDENCE.index(queue) for queue in found["queue"]], dtype=np.intp)
    places = [None if segment < 0 else (segment, start) for segment, start in collection.passages[rows, which].tolist()]
    quotes = _Quotes(collection, rows, places)
    found["quote"] = quotes.texts()
    found["quote_start"] = pd.Series([None if at is None else at[1] for at in places], dtype="Int64")
    found["quote_spans"] = quotes.spans()
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


def _said(collection: Collection, answers: "pd.Series[Any] | None", rated: "pd.Series[Any] | None") -> pd.DataFrame:
    documents, cases = collection.documents, collection.cases
    said = pd.DataFrame(
        {
            "score": documents["sentiment"],
            "customer": documents["customer"],
            "urgency": cases["urgency"].astype(float),
            "level": cases["level"],
            "needs_response": cases["needs_response"],
            "markers": _codes(collection.signals),
            "bad_goodbye": [bool(talk and talk["bad_goodbye"]) for talk in cases["conversation"]],
            "closed": [is_closed(None if pd.isna(status) else status) for status in cases["case_status"]],
        },
        index=documents.index,
    )
    if rated is not None:
        said["rated"] = rated
    if answers is not None:
        kinds = [answers >= PROMOTER_FROM, answers <= DETRACTOR_TO, answers.notna()]
        said["standing"] = pd.Series(
            np.select([k.to_numpy() for k in kinds], ["promoter", "detractor", "passive"], default=""),
            index=documents.index,
            dtype=object,
        ).replace({"": None})
    return said


def _codes(signals: Iterable[tuple[Signal, ...]]) -> list[tuple[str, ...]]:
    known: dict[tuple[str, ...], tuple[str, ...]] = {}
    return [known.setdefault(codes, codes) for codes in (tuple(code for code, *_ in own) for own in signals)]


class _Quotes:
    """The passages that are quoted, one for each row, and what is marked in them.

    Parameters
    ----------
    collection
        The tables.
    rows
        Documents.
    places
        Of each document's passage: the segment, and its offset in the text; null where there is none.
    """

    def __init__(self, collection: Collection, rows: "np.ndarray[Any, Any]", places: Sequence[Place | None]) -> None:
        self.rows, self.places = rows, places
        self._units, self._mentions = collection.units, collection.mentions
        self._signals = collection.signals
        # Both tables are in the order of their documents, and the segments of one document in theirs.
        documents = self._units["document"].to_numpy()
        segments = self._units["segment"].to_numpy()
        begin, after = (np.searchsorted(documents, rows, side=side) for side in _SIDES)
        self._unit = np.array(
            [
                -1 if at is None else a + int(np.searchsorted(segments[a:b], at[0]))
                for a, b, at in zip(begin, after, places, strict=True)
            ],
            dtype=np.intp,
        )
        said_in = self._mentions["unit"].to_numpy()
        self._order = np.argsort(said_in, kind="stable")
        self._said_in = said_in[self._order]

    def texts(self) -> "pd.Series[Any]":
        texts = self._units["text"].iloc[np.maximum(self._unit, 0)].to_numpy(dtype=object, copy=True)
        texts[self._unit < 0] = None
        return pd.Series(texts, dtype=object)

    def spans(self) -> "pd.Series[Any]":
        """Give what is marked in each passage; block by block, since a mention as Python's objects takes a kilobyte.

        Marks of the same kind in the same place are one object: a long queue has few different ones.
        """
        known: dict[tuple[int, int, str], dict[str, Any]] = {}
        found = np.empty(len(self.rows), dtype=object)
        for start in range(0, len(self.rows), _BLOCK):
            block = slice(start, start + _BLOCK)
            for row, spans in enumerate(self._spans(block), start):
                found[row] = [known.setdefault((s["start"], s["end"], s["kind"]), s) for s in spans]
        return pd.Series(found, dtype=object)

    def _spans(self, block: slice) -> Iterator[list[dict[str, Any]]]:
        units = self._unit[block]
        begin, after = (np.searchsorted(self._said_in, units, side=side) for side in _SIDES)
        said = self._mentions.iloc[np.concatenate([self._order[a:b] for a, b in zip(begin, after, strict=True)])]
        drivers: dict[int, list[dict[str, Any]]] = {}
        for row in said.to_dict("records"):
            for kind in SPANS:
                if pd.notna(row[f"{kind}_start"]):
                    span = {"kind": kind, "start": int(row[f"{kind}_start"]), "end": int(row[f"{kind}_end"])}
                    drivers.setdefault(row["unit"], []).append(span)
        for row, at, unit in zip(self.rows[block], self.places[block], units, strict=True):
            if at is None:
                yield []
                continue
            marked = [
                {"kind": code, "start": start, "end": end}
                for code, segment, start, end in self._signals[int(row)]
                if segment == at[0]
            ]
            unique = {(s["start"], s["end"], s["kind"]): s for s in [*marked, *drivers.get(int(unit), [])]}
            yield [unique[key] for key in sorted(unique)]


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
