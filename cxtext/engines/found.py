"""What the model finds in a collection, and where it is kept, so that a second run over the same parts asks no model.

Two files lie beside the parts. ``_topics.npz`` says which topic each unit and each mention is about, and holds the
tables of topics, causes and corrections; ``_topics.json`` names what that depends on, and the SHA-256 of the first.
Readers of a folder of Parquet files pass over both. Where one is missing, damaged or of something else, the model is
asked again.
"""

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxtext.engines.assign import assign_topics
from cxtext.engines.by_taxonomy import assign_by_taxonomy, told
from cxtext.engines.causes import cause_table
from cxtext.engines.correct_topics import correct_topics
from cxtext.engines.durable import write_whole
from cxtext.engines.gather import Collection
from cxtext.engines.places import with_places
from cxtext.engines.question import Question
from cxtext.report.tables import checked
from cxtext.topics.taxonomy import Taxonomy

if TYPE_CHECKING:
    from cxtext.encoder import TextEncoder

SCHEMA = "cxtext.found/1"
DATA, JOURNAL = "_topics.npz", "_topics.json"
_TABLES = ("topics", "causes", "corrections")


@dataclass(frozen=True, eq=False)
class Found:
    """What the model finds.

    Attributes
    ----------
    topics
        The table of topics, with their places on the map.
    units, mentions
        Int: each unit's and each mention's topic, -1 for none; corrected.
    centrality
        Float: similarity of each mention's unit to the mention's topic.
    causes
        What is behind each driver.
    corrections
        What became of the corrections of mentions.
    registry
        What a later run needs to call the same topics the same; null where there are none, or with a taxonomy.
    taxonomy
        What a report says of the taxonomy; empty without one.
    """

    topics: pd.DataFrame
    units: NDArray[np.intp]
    mentions: NDArray[np.intp]
    centrality: NDArray[np.float64]
    causes: pd.DataFrame
    corrections: pd.DataFrame
    registry: Mapping[str, Any] | None
    taxonomy: Mapping[str, Any]


def find(collection: Collection, asked: Question, *, taxonomy: Taxonomy | None, encoder: "TextEncoder | None") -> Found:
    """Ask the model: topics, where they occur, where they lie on the map, and causes.

    Parameters
    ----------
    collection
        The tables.
    asked
        What to find out.
    taxonomy
        The taxonomy that annotations were tagged by; null where there is none.
    encoder
        What turns texts into vectors; null for the shipped encoder.
    """
    beside: Mapping[str, Any] = {}
    if taxonomy is None:
        assignment = assign_topics(
            collection,
            random_state=asked.random_state,
            encoder=encoder,
            registry=asked.registry,
            corrections=asked.corrections.topics,
        )
    else:
        by_taxonomy = assign_by_taxonomy(collection, taxonomy, random_state=asked.random_state, encoder=encoder)
        assignment, beside = by_taxonomy.assignment, told(taxonomy, by_taxonomy.coverage)
    assignment, corrections = correct_topics(collection, assignment, asked.corrections.mentions)
    topics = with_places(checked("topics", assignment.topics), collection, assignment.units, encoder=encoder)
    return Found(
        topics=topics,
        units=assignment.units,
        mentions=assignment.mentions,
        centrality=assignment.centrality,
        causes=cause_table(collection, assignment.mentions, topics, encoder=encoder),
        corrections=corrections,
        registry=assignment.registry if taxonomy is None else None,
        taxonomy=beside,
    )


@dataclass(frozen=True)
class Kept:
    """The two files in a folder.

    Parameters
    ----------
    folder
        Where the parts lie.
    key
        What was found depends on this, as hashes: what the parts depend on, the seed, registry and corrections.
    """

    folder: Path
    key: Mapping[str, str]

    def read(self, collection: Collection) -> Found | None:
        """Give what was found in this collection by an earlier run; null where that is not known."""
        try:
            journal = json.loads((self.folder / JOURNAL).read_text(encoding="utf-8"))
            data = (self.folder / DATA).read_bytes()
        except (OSError, ValueError):
            return None
        if journal != self._journal(data):
            return None
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            units, mentions, centrality = (arrays[name] for name in ("units", "mentions", "centrality"))
            rest = json.loads(arrays["rest"].tobytes())
        if (len(units), len(mentions)) != (len(collection.units), len(collection.mentions)):
            return None
        return Found(
            units=units.astype(np.intp),
            mentions=mentions.astype(np.intp),
            centrality=centrality,
            registry=rest["registry"],
            taxonomy=rest["taxonomy"],
            **{name: _frame(rest[name]) for name in _TABLES},
        )

    def write(self, found: Found) -> None:
        """Keep what was found.

        Raises
        ------
        OSError
            If a file cannot be written.
        """
        rest: dict[str, Any] = {"registry": found.registry, "taxonomy": found.taxonomy}
        rest |= {name: _columns(getattr(found, name)) for name in _TABLES}
        buffer = io.BytesIO()
        np.savez_compressed(
            buffer,
            allow_pickle=False,
            units=found.units.astype(np.int32),
            mentions=found.mentions.astype(np.int32),
            centrality=found.centrality,
            rest=np.frombuffer(json.dumps(rest, default=_plain).encode(), dtype=np.uint8),
        )
        data = buffer.getvalue()
        write_whole(self.folder / DATA, data)
        # Last: before it is there, the other file counts for nothing.
        write_whole(self.folder / JOURNAL, (json.dumps(self._journal(data)) + "\n").encode())

    def forget(self) -> None:
        """Remove the files."""
        for name in (JOURNAL, DATA):
            (self.folder / name).unlink(missing_ok=True)

    def _journal(self, data: bytes) -> dict[str, Any]:
        return {"schema": SCHEMA, "key": dict(self.key), "sha256": hashlib.sha256(data).hexdigest()}


def _columns(frame: pd.DataFrame) -> list[tuple[str, str, list[Any]]]:
    return [
        (str(name), str(column.dtype), [None if value is pd.NA else value for value in column.tolist()])
        for name, column in frame.items()
    ]


def _frame(columns: list[list[Any]]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(values, dtype=dtype) for name, dtype, values in columns})


def _plain(value: Any) -> Any:  # noqa: ANN401 (what json does not know)
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} cannot be kept as JSON")
