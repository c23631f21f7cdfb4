"""Topics of a taxonomy for a collection, and what is found beside them in what the taxonomy leaves open."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxtext.engines.assign import Assignment, assign_topics
from cxtext.engines.gather import Collection
from cxtext.errors import InputTypeError, InputValueError
from cxtext.pipeline import Pipeline, make_stage
from cxtext.topics.coverage import Coverage, coverage
from cxtext.topics.taxonomy import Taxonomy

if TYPE_CHECKING:
    from cxtext.encoder import TextEncoder

_STAGE = "categories.v1"
_KEYWORDS = 8  # shown of each topic


@dataclass(frozen=True, eq=False)
class TaxonomyAssignment:
    """Taxonomy and discovered topics together, and how much the taxonomy covers."""

    assignment: Assignment
    coverage: Coverage


def with_taxonomy(pipeline: Pipeline, taxonomy: str | PathLike[str] | None) -> Pipeline:
    """Add the stage that gives topics of a taxonomy.

    Parameters
    ----------
    pipeline
        Any pipeline that gives drivers.
    taxonomy
        Path of a TOML file, ``"cx"``, or null, which leaves the pipeline as it is.

    Raises
    ------
    InputTypeError, InputValueError, ConfigError
        If it is none of these, cannot be read, or the pipeline gives categories already.
    """
    if taxonomy is None:
        return pipeline
    if not isinstance(taxonomy, str | PathLike):
        raise InputTypeError(
            f"taxonomy must be the path of a TOML file, 'cx' (the shipped one) or null, got {type(taxonomy).__name__}"
        )
    if any(stage.name == _STAGE for stage in pipeline.stages):
        raise InputValueError(
            f"the pipeline gives categories already (stage {_STAGE!r}); leave out taxonomy, or that stage"
        )
    return Pipeline([*pipeline.stages, make_stage(_STAGE, taxonomy=fspath(taxonomy))])


def refuse_both(taxonomy: object, *files: object) -> None:
    """Refuse a registry or corrections, which are for topics found in texts, beside a taxonomy.

    Raises
    ------
    InputValueError
        If there is a taxonomy and any of the files.
    """
    if taxonomy is not None and any(file is not None for file in files):
        raise InputValueError(
            "registry and corrections are for topics that are found in the texts; a taxonomy has ids and names of its "
            "own: leave out one or the other"
        )


def taxonomy_of(pipeline: Pipeline) -> Taxonomy | None:
    """Give the taxonomy that a pipeline tags by; null where it has none."""
    for stage in pipeline.stages:
        found = getattr(stage, "taxonomy", None)
        if stage.name == _STAGE and isinstance(found, Taxonomy):
            return found
    return None


def assign_by_taxonomy(
    collection: Collection, taxonomy: Taxonomy, *, random_state: int, encoder: "TextEncoder | None" = None
) -> TaxonomyAssignment:
    """Take the topics that annotations have from a taxonomy, and find topics in what it leaves open.

    A unit counts for every topic that it has, and for the topics above them. What is left open are units without a
    topic, and mentions without a category. Discovered topics get ids after those of the taxonomy.

    Parameters
    ----------
    collection
        The tables, of annotations by a pipeline with the taxonomy.
    taxonomy
        The taxonomy.
    random_state, encoder
        As for :func:`cxtext.engines.assign.assign_topics`.
    """
    tagged: list[tuple[tuple[int, float], ...]] = collection.units["topics"].tolist()
    at = collection.mentions["unit"].to_numpy(dtype=np.intp)
    place = {topic.id: i for i, topic in enumerate(taxonomy.topics)}
    given = np.array([place.get(c, -1) for c in collection.mentions["category"]], dtype=np.intp).reshape(-1)
    near = np.array([dict(tagged[u]).get(c, 0.0) for u, c in zip(at, given, strict=True)], dtype=np.float64)
    untagged = np.array([not topics for topics in tagged], dtype=bool).reshape(-1)
    # A mention that is open is discovered by its own words, or its unit's; so its unit is looked at too.
    looked_at = untagged.copy()
    looked_at[at[given < 0]] = True
    rows, open_mentions = np.flatnonzero(looked_at), np.flatnonzero(given < 0)
    found = assign_topics(_part(collection, rows, open_mentions), random_state=random_state, encoder=encoder)
    units = np.array([topics[0][0] if topics else -1 for topics in tagged], dtype=np.intp).reshape(-1)
    shift = len(taxonomy.topics)
    discovered = np.full(len(units), -1, dtype=np.intp)
    discovered[rows] = np.where(found.units >= 0, found.units + shift, -1)
    mentions, centrality = given.copy(), near
    mentions[open_mentions] = np.where(found.mentions >= 0, found.mentions + shift, -1)
    centrality[open_mentions] = found.centrality
    table = _table(taxonomy, _sizes(taxonomy, tagged), found.topics, _main(collection.languages))
    return TaxonomyAssignment(
        assignment=replace(
            found, topics=table, units=np.where(units >= 0, units, discovered), mentions=mentions, centrality=centrality
        ),
        coverage=coverage([{topic for topic, _ in topics} for topics in tagged]),
    )


def told(taxonomy: Taxonomy, found: Coverage) -> dict[str, Any]:
    """Give what a report says of a taxonomy: its name and hash, how much it leaves open, and topics given together."""
    return {
        "name": taxonomy.name,
        "sha256": taxonomy.sha256,
        "topics": len(taxonomy.topics),
        "units": found.texts,
        "untagged": found.untagged_share,
        "overlaps": [
            {"topics": [pair.first, pair.second], "n": pair.n, "share": pair.share} for pair in found.overlaps
        ],
    }


def _part(collection: Collection, units: NDArray[np.intp], mentions: NDArray[np.intp]) -> Collection:
    """Give some units and mentions as a collection of its own."""
    number = np.full(len(collection.units), -1, dtype=np.intp)
    number[units] = np.arange(len(units))
    kept = collection.mentions.iloc[mentions].reset_index(drop=True)
    kept = kept.assign(unit=number[kept["unit"].to_numpy(dtype=np.intp)])
    return replace(collection, units=collection.units.iloc[units].reset_index(drop=True), mentions=kept)


def _sizes(taxonomy: Taxonomy, tagged: list[tuple[tuple[int, float], ...]]) -> list[int]:
    sizes = [0] * len(taxonomy.topics)
    for topics in tagged:
        for place in {above for topic, _ in topics for above in (topic, *taxonomy.above(topic))}:
            sizes[place] += 1
    return sizes


def _table(taxonomy: Taxonomy, sizes: list[int], discovered: pd.DataFrame | None, main: str) -> pd.DataFrame:
    rows: list[dict[str, Any]] = [
        {
            "id": i,
            "parent": taxonomy.parents[i],
            "label": topic.label_de if main == "de" else topic.label_en,
            "label_de": topic.label_de,
            "label_en": topic.label_en,
            "keywords": [k.text for k in topic.keywords if k.language in (None, main)][:_KEYWORDS],
            "size": sizes[i],
            "category": topic.id,
        }
        for i, topic in enumerate(taxonomy.topics)
    ]
    if discovered is not None:
        rows += _shifted(discovered.to_dict("records"), rows, main)
    frame = pd.DataFrame(rows)
    frame["parent"] = pd.array([row["parent"] for row in rows], dtype="Int64")
    return frame.astype({"id": "int64", "size": "int64"})


def _shifted(discovered: list[dict[Any, Any]], known: list[dict[str, Any]], main: str) -> list[dict[str, Any]]:
    """Give discovered topics ids after the taxonomy's, and labels that none of its topics has."""
    shift = len(known)
    taken = {name: {str(row[name]).casefold() for row in known} for name in ("label", "label_de", "label_en")}
    rows = []
    for row in discovered:
        labels: Mapping[str, str] = {name: _free(str(row[name]), own) for name, own in taken.items()}
        parent = None if pd.isna(row["parent"]) else int(row["parent"]) + shift
        rows.append({**row, **labels, "id": int(row["id"]) + shift, "parent": parent, "category": None})
    return rows


def _free(label: str, taken: set[str]) -> str:
    found, number = label, 2
    while found.casefold() in taken:
        found, number = f"{label} ({number})", number + 1
    taken.add(found.casefold())
    return found


def _main(languages: Mapping[str, int]) -> str:
    return "de" if languages.get("de", 0) >= languages.get("en", 0) else "en"
