"""Choose verbatims by rule: central, clear, distinct and diverse, never by hand."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from cxtext.engines.gather import SPANS, Collection
from cxtext.report.rules import HIDDEN_BELOW

PER_TOPIC = 3
WORDS = (4, 40)
# How many of the most central units diversity is looked for in.
_CANDIDATES = 50

# What makes a candidate clear, beside how central it is (a cosine, mostly between 0.2 and 0.8): that it says what and
# how, that the model is sure of it, and that the whole sentence points the same way.
_BOTH_STATED, _SURE, _IN_TUNE = 0.1, 0.3, 0.2

_WORD = re.compile(r"\w+")
_OFFSETS = [f"{s}_{e}" for s in SPANS for e in ("start", "end")]
COLUMNS = ["topic", "polarity", "document_id", "text", *_OFFSETS, "language", "created_at"]


def choose_quotes(
    collection: Collection, topics: "np.ndarray[Any, Any]", centrality: "np.ndarray[Any, Any]"
) -> pd.DataFrame:
    """Choose up to three verbatims for each topic and polarity.

    Candidates are the mentions' units of 4 to 40 words. The first is the most central and clear one; each further one
    is so too and shares few words with those chosen (maximal marginal relevance, Carbonell & Goldstein 1998, with equal
    weights). No two are of one document or one customer. A topic that fewer than five documents mention with that
    polarity is not quoted.

    Parameters
    ----------
    collection
        The tables.
    topics
        Int, shape (mentions,): each mention's topic, -1 for none.
    centrality
        Float, shape (mentions,): how near the mention's unit is to its topic, from 0 to 1.

    Returns
    -------
    DataFrame
        topic, polarity, document_id, text, offsets of aspect, opinion and cause, language, created_at; in the order of
        choice within each topic and polarity.
    """
    frame = collection.mentions.assign(topic=topics, centrality=centrality)
    frame["length"] = collection.units["words"].to_numpy(dtype=int)[frame["unit"].to_numpy(dtype=int)]
    rows: list[dict[str, Any]] = []
    for (topic, polarity), group in frame[frame["topic"] >= 0].groupby(["topic", "polarity"], sort=True):
        if group["document"].nunique() < HIDDEN_BELOW:
            continue
        fitting = group[group["length"].between(*WORDS)]
        for position in _diverse(fitting, collection):
            row = fitting.loc[position]
            document = collection.documents.iloc[int(row["document"])]
            rows.append(
                {
                    "topic": topic,
                    "polarity": str(polarity),
                    "document_id": document["id"],
                    "text": collection.units["text"].iloc[int(row["unit"])],
                    **{name: row[name] for name in _OFFSETS},
                    "language": document["language"],
                    "created_at": document["created_at"],
                }
            )
    return pd.DataFrame(rows, columns=COLUMNS)


def _diverse(candidates: pd.DataFrame, collection: Collection) -> Iterator[Any]:
    # Rounded, so that the last bits of a float, in which machines differ, do not choose. Ties fall to the lower row,
    # whose order depends on what the documents say.
    clear = (
        candidates["centrality"].to_numpy(dtype=float)
        + _BOTH_STATED * candidates["words"].notna().to_numpy()
        + _SURE * candidates["score"].to_numpy(dtype=float)
        + _IN_TUNE * candidates["mood"].to_numpy(dtype=float)
    ).round(4)
    order = np.argsort(-clear, kind="stable")[:_CANDIDATES]
    texts = collection.units["text"]
    pool = [(candidates.index[i], clear[i], _words(texts.iloc[int(candidates["unit"].iloc[i])])) for i in order]
    customers = collection.documents["customer"].to_numpy(dtype=object)
    documents = candidates["document"]
    chosen: list[frozenset[str]] = []
    taken: set[Any] = set()
    while pool and len(chosen) < PER_TOPIC:
        best = max(
            range(len(pool)),
            key=lambda i: (pool[i][1] - max((_overlap(pool[i][2], c) for c in chosen), default=0.0), -i),
        )
        position, _, words = pool.pop(best)
        document = int(documents.loc[position])
        author = ("customer", customers[document]) if pd.notna(customers[document]) else ("document", document)
        if author in taken or words in chosen:
            continue
        taken.add(author)
        chosen.append(words)
        yield position


def _words(text: str) -> frozenset[str]:
    return frozenset(w.casefold() for w in _WORD.findall(text))


def _overlap(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / max(1, len(a | b))
