"""Find the topics of a collection, and say which topic each driver mention is about."""

from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxtext.engines.gather import Collection
from cxtext.errors import InputValueError
from cxtext.topics.given import each_once
from cxtext.topics.model import TopicModel
from cxtext.topics.space import Floats, blocks
from cxtext.topics.stored import StoredEmbeddings

if TYPE_CHECKING:
    from cxtext.encoder import TextEncoder

Vectors = Floats | StoredEmbeddings
# Different texts, which of them each row is, and their vectors.
Units = tuple[list[str], NDArray[np.intp], Vectors]

IN_MEMORY = 50_000
"""Different texts whose vectors are kept in memory, and encoded together; those of more lie on disk."""

TEXTS_A_TOPIC, MOST_SOUGHT = 100, 80
"""There is at least one topic for so many different texts, up to this many topics: of a large collection, coarse topics
hide what is blamed behind what is talked about (``benchmarks/complaint_reasons.py``)."""

UNITS_SAY = 0.5
"""Weight of a mention's unit beside its own words."""


@dataclass(frozen=True, eq=False)
class Assignment:
    """What topics there are, and where they occur.

    Attributes
    ----------
    topics
        The model's table; null where there were too few texts to find any.
    units
        Int, shape (units,): each unit's topic, -1 for none.
    mentions
        Int, shape (mentions,): each mention's topic, -1 for none.
    centrality
        Float, shape (mentions,): similarity of the mention's unit to the mention's topic.
    registry
        What a later run needs to call the same topics the same, with what became of them; null where there are none.
    """

    topics: pd.DataFrame | None
    units: NDArray[np.intp]
    mentions: NDArray[np.intp]
    centrality: NDArray[np.float64]
    registry: Mapping[str, Any] | None = None


def assign_topics(
    collection: Collection,
    *,
    random_state: int,
    encoder: "TextEncoder | None" = None,
    registry: str | PathLike[str] | None = None,
    corrections: str | PathLike[str] | None = None,
) -> Assignment:
    """Fit topics on the units of a collection and assign units and mentions to them.

    A mention that states both what and how is placed by its own words, so that the two halves of "The train was on
    time, but the app crashes" are about two topics; its unit has half a say, since few words often leave open what they
    are about (``benchmarks/driver_topics.py``). Any other mention is about what its unit is about.

    Parameters
    ----------
    collection
        The tables.
    random_state
        Seed of the topic model.
    encoder
        What turns texts into vectors; null for the shipped encoder.
    registry, corrections
        Files from which topics have ids and names, see :class:`cxtext.TopicModel`.
    """
    row, distinct = _different(collection.units["text"])
    at = collection.mentions["unit"].to_numpy(dtype=np.intp)
    if len(distinct) < 2:
        return Assignment(None, np.full(len(row), -1), np.full(len(at), -1), np.zeros(len(at)))
    # Encoded once, for fitting and for the similarities below.
    embeddings = _encoded(distinct, encoder)
    least = max(2, min(len(distinct) // TEXTS_A_TOPIC, MOST_SOUGHT))
    model = TopicModel(random_state=random_state, min_topics=least, registry=registry, corrections=corrections)
    try:
        model.fit([distinct[i] for i in row], embeddings=_rows(embeddings, row))
    except InputValueError:
        if (registry or corrections) and sum(int(embeddings[part].any(axis=1).sum()) for part in blocks(len(row))) > 1:
            raise
        # Different texts without different meaning, such as emoji alone.
        return Assignment(None, np.full(len(row), -1), np.full(len(at), -1), np.zeros(len(at)))
    units = np.asarray(model.labels_, dtype=np.intp)
    mentions = _of_mentions(model, collection.mentions["words"], units[at], (distinct, row[at], embeddings), encoder)
    near = _centrality(model, mentions, (distinct, row[at], embeddings))
    told = {**model.to_registry().to_dict(), "drift": model.drift_.astype(object).where(model.drift_.notna(), None)}
    told["drift"] = told["drift"].to_dict("records")
    return Assignment(model.topics_, units, mentions, near, told)


def mention_vectors(words: "NDArray[np.floating[Any]]", units: "NDArray[np.floating[Any]]") -> NDArray[np.float32]:
    """Give the vectors by which mentions are placed: of their own words, and half as much of their units.

    Parameters
    ----------
    words, units
        Vectors of length 1 (mentions, d): of the words from aspect to opinion, and of the units that they stand in.

    Returns
    -------
    Float32 (mentions, d), rows of length 1.
    """
    both = words.astype(np.float64) + UNITS_SAY * units.astype(np.float64)
    lengths = np.sqrt((both * both).sum(axis=1, keepdims=True))
    return np.asarray(both / np.where(lengths == 0, 1.0, lengths), dtype=np.float32)


def _different(texts: "pd.Series[Any]") -> tuple[NDArray[np.intp], list[str]]:
    row, different = each_once(texts)
    return row, different.tolist()


def _encoded(texts: list[str], encoder: "TextEncoder | None") -> Vectors:
    from cxtext.encoder import encode_subjects

    if len(texts) <= IN_MEMORY:
        return np.asarray(encode_subjects(texts, encoder=encoder))
    parts = (texts[i : i + IN_MEMORY] for i in range(0, len(texts), IN_MEMORY))
    return StoredEmbeddings(np.asarray(encode_subjects(part, encoder=encoder), dtype=np.float32) for part in parts)


def _rows(vectors: Vectors, rows: NDArray[np.intp]) -> Vectors:
    return vectors.at(rows) if isinstance(vectors, StoredEmbeddings) else vectors[rows]


def _centrality(model: TopicModel, mentions: NDArray[np.intp], units: Units) -> NDArray[np.float64]:
    texts, row, embeddings = units
    near = np.zeros(len(mentions))
    for part in blocks(len(mentions)):
        rows, topics = row[part], mentions[part]
        similarity = model.transform([texts[i] for i in rows], embeddings=embeddings[rows])
        ids = model.topics_["id"].to_numpy()[: similarity.shape[1]]
        columns = np.minimum(np.searchsorted(ids, np.maximum(topics, 0)), len(ids) - 1)
        near[part] = np.where(topics >= 0, similarity[np.arange(len(rows)), columns], 0.0)
    return near


def _of_mentions(
    model: TopicModel,
    words: "pd.Series[Any]",
    of_unit: NDArray[np.intp],
    units: Units,
    encoder: "TextEncoder | None",
) -> NDArray[np.intp]:
    texts, row, embeddings = units
    topics = of_unit.copy()
    own = np.flatnonzero(words.notna().to_numpy())
    said, distinct = _different(words.iloc[own])
    if not distinct:
        return topics
    spoken = _encoded(distinct, encoder)
    for part in blocks(len(own)):
        rows = row[own[part]]
        vectors = mention_vectors(spoken[said[part]], embeddings[rows])
        # The model takes equal texts for one; here the words and where they stand make a text.
        named = [f"{distinct[i]}\n{texts[j]}" for i, j in zip(said[part], rows, strict=True)]
        topics[own[part]] = model.predict(named, embeddings=vectors)
    return topics
