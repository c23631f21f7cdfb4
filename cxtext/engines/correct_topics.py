"""Carry out corrections of single mentions in a collection, and say what became of each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from cxtext.engines.assign import Assignment
from cxtext.engines.corrections import MentionCorrection, candidates
from cxtext.engines.gather import SPANS, Collection
from cxtext.report.tables import checked

_NO_TOPIC = "none"


def correct_topics(
    collection: Collection, found: Assignment, corrections: Sequence[MentionCorrection]
) -> tuple[Assignment, pd.DataFrame]:
    """Give named mentions their right topics, and say of each line what became of it.

    Parameters
    ----------
    collection
        The tables; polarities are right already.
    found
        Topics, and where they occur.
    corrections
        The lines.

    Returns
    -------
    tuple
        The assignment, and a table: document_id, start, end, polarity, topic, status ("applied", "unknown_document",
        "repeated_document" (it repeats another one, or has the same id), "unknown_span", "ambiguous_span",
        "unknown_topic").
    """
    if not corrections:
        return found, checked("corrections", None)
    mentions, topics = collection.mentions, found.mentions.copy()
    starts = collection.units["start"].to_numpy(dtype=int)[mentions["unit"].to_numpy(dtype=int)]
    rows_of: dict[int, list[int]] = {}
    for row, document in enumerate(mentions["document"].to_numpy(dtype=int)):
        rows_of.setdefault(int(document), []).append(row)
    edges = {n: mentions[[f"{n}_start", f"{n}_end"]].to_numpy(dtype=float) for n in SPANS}
    places: dict[str, list[int]] = {}
    for place, name in enumerate(collection.documents["id"]):
        places.setdefault(str(name), []).append(place)
    repeated = set(collection.duplicates["document_id"].astype("str"))
    known = _topic_names(found.topics)

    def spans(row: int) -> list[tuple[int, int] | None]:
        shift = int(starts[row])
        own = [edges[name][row] for name in SPANS]
        return [None if np.isnan(a) else (int(a) + shift, int(b) + shift) for a, b in own]

    def carried_out(line: MentionCorrection) -> str:
        here = places.get(line.document, [])
        if len(here) != 1:
            return "repeated_document" if here or line.document in repeated else "unknown_document"
        rows = rows_of.get(here[0], [])
        hits = candidates([spans(row) for row in rows], line.start, line.end)
        if len(hits) != 1:
            return "ambiguous_span" if hits else "unknown_span"
        if line.topic is not None:
            topic = known.get(line.topic.casefold())
            if topic is None:
                return "unknown_topic"
            topics[rows[hits[0]]] = topic
        return "applied"

    told = [
        {"document_id": c.document, "start": c.start, "end": c.end, "polarity": c.polarity, "topic": c.topic}
        | {"status": carried_out(c)}
        for c in corrections
    ]
    return replace(found, mentions=topics), checked("corrections", pd.DataFrame(told))


def _topic_names(topics: pd.DataFrame | None) -> dict[str, int]:
    """Give leaf topics by id, label and category; a name that two of them have is none."""
    names: dict[str, int] = {_NO_TOPIC: -1}
    if topics is None:
        return names
    leaves = topics[~topics["id"].isin(topics["parent"].dropna())]
    found: dict[str, set[int]] = {}
    for column in ("label", "label_de", "label_en", "category"):
        if column in leaves.columns:
            for topic, name in zip(leaves["id"], leaves[column], strict=True):
                if isinstance(name, str):
                    found.setdefault(name.casefold(), set()).add(int(topic))
    names |= {name: next(iter(ids)) for name, ids in found.items() if len(ids) == 1}
    return names | {str(topic): int(topic) for topic in leaves["id"]}


def notes_on(corrections: pd.DataFrame) -> list[str]:
    """Say how many corrections were carried out, and how many were not, and why."""
    counts = Counter(str(status) for status in corrections["status"])
    applied = counts.pop("applied", 0)
    notes = [f"corrections: {applied} carried out"] if applied else []
    failed = (f"corrections: {n} not carried out, {why.replace('_', ' ')}" for why, n in sorted(counts.items()))
    return [*notes, *failed]
