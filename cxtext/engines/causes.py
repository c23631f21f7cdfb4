"""Why: under each driver the causes that customers state, and the phrases that set the driver apart."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cxtext.analysis.distinctive import Distinctive, distinctive_phrases
from cxtext.engines.gather import Collection
from cxtext.report.tables import names
from cxtext.topics.cause_groups import group_causes, most_central
from cxtext.topics.clusters import Units
from cxtext.topics.space import Space

if TYPE_CHECKING:
    from cxtext.encoder import TextEncoder

# Whole texts beside the causes, so that where the encoder puts all texts is known with few causes, too.
_BACKGROUND = 500
PER_DRIVER = 8
"""Causes of one driver and source that are kept, most frequent or most distinctive first."""


def cause_table(
    collection: Collection,
    topics: "np.ndarray[Any, Any]",
    labels: pd.DataFrame,
    *,
    encoder: "TextEncoder | None" = None,
) -> pd.DataFrame:
    """Find what is said to be behind each driver.

    Parameters
    ----------
    collection
        The tables.
    topics
        Int, shape (mentions,): each mention's topic, -1 for none.
    labels
        The topics, whose labels are no news under their own drivers.
    encoder
        What turns texts into vectors; null for the shipped encoder.

    Returns
    -------
    DataFrame
        The table ``causes`` of :class:`cxtext.Analysis`: a row for each cause of a (topic, polarity). ``source`` is
        "stated" (after "weil", "because" and the like; the same cause said differently is one row, named by its most
        central form) or "distinctive" (:func:`cxtext.analysis.distinctive.distinctive_phrases`). ``n`` counts
        documents, ``share`` is of the driver's documents. Each has a quote with its offsets.
    """
    columns = ["document", "unit", "polarity", "cause_start", "cause_end"]
    frame = collection.mentions[columns].assign(topic=topics)
    frame = frame[frame["topic"] >= 0]
    frame["text"] = collection.units["text"].array.take(frame["unit"].to_numpy(dtype=int))
    frame["language"] = collection.documents["language"].to_numpy(dtype=object)[frame["document"].to_numpy(dtype=int)]
    rows: list[dict[str, Any]] = []
    if len(frame):
        sizes = frame.groupby(["topic", "polarity"])["document"].nunique()
        rows += _stated(frame, sizes, _background(collection), encoder)
        rows += _distinctive(frame, sizes, labels)
    ids = collection.documents["id"].to_numpy(dtype=object)
    for row in rows:
        row["document_id"] = ids[row.pop("document")]
    rows.sort(key=lambda r: (r["topic"], r["polarity"], r["source"] != "stated"))
    return pd.DataFrame(rows, columns=[name for name in names("causes") if name != "label"])


def _background(collection: Collection) -> list[tuple[str, str]]:
    languages = collection.documents["language"].to_numpy(dtype=object)
    units = collection.units.iloc[:_BACKGROUND]
    return [(t, languages[d]) for t, d in zip(units["text"], units["document"], strict=True)]


def _stated(
    frame: pd.DataFrame, sizes: "pd.Series[Any]", background: list[tuple[str, str]], encoder: "TextEncoder | None"
) -> Iterator[dict[str, Any]]:
    stated = frame[frame["cause_start"].notna()].copy()
    if stated.empty:
        return
    stated["cause"] = [
        text[int(start) : int(end)]
        for text, start, end in zip(stated["text"], stated["cause_start"], stated["cause_end"], strict=True)
    ]
    places = _places(dict(zip(stated["cause"], stated["language"], strict=True)), background, encoder)
    for (topic, polarity), group in stated.groupby(["topic", "polarity"], sort=True):
        texts = sorted(set(group["cause"]))
        units = np.stack([places[text] for text in texts])
        found = dict(zip(texts, group_causes(texts, units), strict=True))
        causes = []
        for _, same in group.groupby(group["cause"].map(found), sort=True):
            forms = same.groupby("cause")["document"].nunique()
            centre = str(forms.index[most_central(np.stack([places[t] for t in forms.index]), forms.tolist())])
            quote = same[same["cause"] == centre].iloc[0]
            causes.append(
                {
                    **_row(topic, polarity, "stated", centre, same["document"].nunique(), sizes, quote),
                    "forms": [t for t in sorted(forms.index, key=lambda t: (-forms[t], t)) if t != centre],
                    "cause_start": int(quote["cause_start"]),
                    "cause_end": int(quote["cause_end"]),
                }
            )
        yield from sorted(causes, key=lambda c: (-c["n"], c["cause"]))[:PER_DRIVER]


def _places(
    causes: dict[str, str], background: list[tuple[str, str]], encoder: "TextEncoder | None"
) -> dict[str, Units]:
    from cxtext.encoder import encode_subjects

    languages = dict(sorted(causes.items())) | dict(background)
    texts = list(languages)
    vectors = np.asarray(encode_subjects(texts, encoder=encoder))
    space = Space.fit(vectors, np.ones(len(texts)), list(languages.values()))
    return dict(zip(texts, space.place(vectors), strict=True))


def _distinctive(frame: pd.DataFrame, sizes: "pd.Series[Any]", labels: pd.DataFrame) -> Iterator[dict[str, Any]]:
    called = {
        row["id"]: [str(row[name]) for name in ("label", "label_de", "label_en") if isinstance(row.get(name), str)]
        for row in labels.to_dict("records")
    }
    distinctive = Distinctive.count(frame["document"].to_numpy(), frame["text"], frame["language"].to_numpy())
    for (topic, polarity), group in frame.reset_index(drop=True).groupby(["topic", "polarity"], sort=True):
        for phrase in distinctive_phrases(
            distinctive, group.index.to_numpy(), without=called.get(topic, ()), top=PER_DRIVER
        ):
            quote = group.iloc[int(np.flatnonzero(group.index == phrase.row)[0])]
            yield {
                **_row(topic, polarity, "distinctive", phrase.phrase, phrase.n, sizes, quote),
                "rest": phrase.rest,
                "z": phrase.z,
                "forms": [],
                "cause_start": phrase.start,
                "cause_end": phrase.end,
            }


def _row(
    topic: Any,  # noqa: ANN401 (an id, of whatever type)
    polarity: Any,  # noqa: ANN401 (a key of pandas)
    source: str,
    cause: str,
    n: int,
    sizes: "pd.Series[Any]",
    quote: "pd.Series[Any]",
) -> dict[str, Any]:
    return {
        "topic": topic,
        "polarity": str(polarity),
        "source": source,
        "cause": cause,
        "n": int(n),
        "share": round(n / int(sizes.loc[(topic, polarity)]), 6),
        "rest": None,
        "z": None,
        "document": int(quote["document"]),
        "text": quote["text"],
        "language": quote["language"],
    }
