"""Find the topics of a collection, and say which topic each driver mention is about."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxtext.engines.gather import Collection
from cxtext.errors import InputValueError
from cxtext.topics.model import TopicModel

if TYPE_CHECKING:
    from cxtext.encoder import TextEncoder


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
    """

    topics: pd.DataFrame | None
    units: NDArray[np.intp]
    mentions: NDArray[np.intp]
    centrality: NDArray[np.float64]


def assign_topics(collection: Collection, *, random_state: int, encoder: "TextEncoder | None" = None) -> Assignment:
    """Fit topics on the units of a collection and assign units and mentions to them.

    A mention that states both what and how is placed by its own words, so that the two halves of "The train was on
    time, but the app crashes" are about two topics. Any other mention is about what its unit is about.

    Parameters
    ----------
    collection
        The tables.
    random_state
        Seed of the topic model.
    encoder
        What turns texts into vectors; null for the shipped encoder.
    """
    from cxtext.encoder import encode_subjects

    texts = collection.units["text"].tolist()
    at = collection.mentions["unit"].to_numpy(dtype=np.intp)
    distinct = list(dict.fromkeys(texts))
    if len(distinct) < 2:
        return Assignment(None, np.full(len(texts), -1), np.full(len(at), -1), np.zeros(len(at)))
    # Encoded once, for fitting and for the similarities below.
    place = {text: i for i, text in enumerate(distinct)}
    row = np.array([place[text] for text in texts], dtype=np.intp)
    embeddings = np.asarray(encode_subjects(distinct, encoder=encoder))
    model = TopicModel(random_state=random_state)
    try:
        model.fit(texts, embeddings=embeddings[row])
    except InputValueError:
        # Different texts without different meaning, such as emoji alone.
        return Assignment(None, np.full(len(texts), -1), np.full(len(at), -1), np.zeros(len(at)))
    units = np.asarray(model.labels_, dtype=np.intp)
    mentions = _of_mentions(model, collection.mentions["words"], units[at], encoder)
    similarity = model.transform(distinct, embeddings=embeddings)
    near = np.where(mentions >= 0, similarity[row[at], np.maximum(mentions, 0)], 0.0)
    return Assignment(model.topics_, units, mentions, near.astype(np.float64))


def _of_mentions(
    model: TopicModel, words: "pd.Series[Any]", of_unit: NDArray[np.intp], encoder: "TextEncoder | None"
) -> NDArray[np.intp]:
    from cxtext.encoder import encode_subjects

    topics = of_unit.copy()
    own = words.notna().to_numpy()
    distinct = list(dict.fromkeys(words[own]))
    if distinct:
        embeddings = np.asarray(encode_subjects(distinct, encoder=encoder))
        found = np.asarray(model.predict(distinct, embeddings=embeddings), dtype=np.intp)
        topic = dict(zip(distinct, found, strict=True))
        topics[own] = [topic[text] for text in words[own]]
    return topics
