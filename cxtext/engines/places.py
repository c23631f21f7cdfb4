"""Where each topic stands on the map of topics."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cxtext.engines.gather import Collection
from cxtext.topics.layout import lay_out
from cxtext.topics.space import Space

if TYPE_CHECKING:
    from cxtext.encoder import TextEncoder

_OF_EACH = 20  # units of a topic whose mean is its centre: enough for a map


def with_places(
    topics: pd.DataFrame, collection: Collection, units: "np.ndarray[Any, Any]", *, encoder: "TextEncoder | None" = None
) -> pd.DataFrame:
    """Give the table of topics with ``x`` and ``y``, from 0 to 1; null for parents, and topics without units.

    Parameters
    ----------
    topics
        The table of topics.
    collection
        The tables.
    units
        Int, shape (units,): each unit's topic, -1 for none.
    encoder
        What turns texts into vectors; null for the shipped encoder.
    """
    from cxtext.encoder import encode_subjects

    table = pd.DataFrame({"topic": units, "text": collection.units["text"], "document": collection.units["document"]})
    table = table[table["topic"] >= 0].drop_duplicates(["topic", "text"])
    table = table[table.groupby("topic").cumcount() < _OF_EACH]
    if table.empty:
        return topics.assign(x=np.nan, y=np.nan)
    vectors = np.asarray(encode_subjects(table["text"].tolist(), encoder=encoder))
    languages = collection.documents["language"].to_numpy(dtype=object)[table["document"].to_numpy(dtype=int)]
    placed = Space.fit(vectors, np.ones(len(vectors)), languages.tolist()).place(vectors).astype(np.float64)
    ids, of = np.unique(table["topic"].to_numpy(), return_inverse=True)
    centres = np.zeros((len(ids), placed.shape[1]))
    np.add.at(centres, of, placed)
    centres /= np.maximum(np.sqrt((centres * centres).sum(axis=1, keepdims=True)), 1.0)
    size = dict(zip(topics["id"], topics["size"], strict=True))
    places = lay_out(centres, np.array([float(size.get(i) or 1) for i in ids]))
    x, y = (dict(zip(ids.tolist(), column, strict=True)) for column in places.T.tolist())
    return topics.assign(x=topics["id"].map(x).astype(float), y=topics["id"].map(y).astype(float))
