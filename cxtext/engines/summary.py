"""From annotations to an :class:`Analysis`. What annotates them, and where they are kept, does not matter here."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from cxtext.analysis.case_status import cases_by_driver
from cxtext.analysis.key_drivers import key_drivers
from cxtext.analysis.outcome import Metric
from cxtext.documents import Annotation
from cxtext.encoder import Encoder
from cxtext.engines.by_taxonomy import refuse_both, taxonomy_of
from cxtext.engines.compare import (
    is_nps,
    on_scale,
    scale_of,
    score_table,
    segment_table,
    trend_tables,
)
from cxtext.engines.conversations import conversation_tables
from cxtext.engines.correct_topics import notes_on
from cxtext.engines.found import Found, Kept, find
from cxtext.engines.gather import Collection, gather
from cxtext.engines.question import Question
from cxtext.engines.queue import queue_table
from cxtext.engines.quotes import choose_quotes
from cxtext.engines.root_cause import root_causes, shown_groups, upward
from cxtext.errors import ColumnError, InputValueError, nearest
from cxtext.pipeline import Pipeline
from cxtext.report.result import Analysis
from cxtext.report.tables import checked
from cxtext.sources import LoadReport

ALPHA = 0.05
# A segment column with more values than this is not held fixed in the joint model: it would take the data's place.
MAX_CONTROL_VALUES = 20


def summarise(
    annotations: Iterable[Annotation],
    asked: Question,
    *,
    load: LoadReport,
    pipeline: Pipeline,
    meta: Mapping[str, Any] | None = None,
    kept: Kept | None = None,
) -> Analysis:
    """Analyse annotations.

    Parameters
    ----------
    annotations
        With their documents; read once.
    asked
        What to find out.
    load
        What happened while the documents were read.
    pipeline
        What annotated them.
    meta
        Further entries for ``Analysis.meta``.
    kept
        Where it is kept what the model finds; null for nowhere.
    """
    collection = gather(annotations, groups=asked.segments, duplicates=asked.duplicates)
    documents = collection.documents
    values, out_of_range = on_scale(collection.scores, asked.scales)
    if asked.outcome is not None and len(documents) and asked.outcome not in values:
        raise ColumnError(
            f"outcome {asked.outcome!r}: no document has such a score; "
            f"{nearest(asked.outcome, values.columns) if len(values.columns) else 'they have no scores'}"
        )
    scale = scale_of(asked.outcome, asked.scales)
    metric: Metric = "nps" if is_nps(asked.outcome or "", scale) else "mean"
    outcome = None if asked.outcome is None else values.get(asked.outcome)
    taxonomy = taxonomy_of(pipeline)
    refuse_both(taxonomy, asked.registry, asked.corrections.topics)
    found = None if kept is None else kept.read(collection)
    if found is None:
        found = find(collection, asked, taxonomy=taxonomy, encoder=_encoder(pipeline))
        if kept is not None:
            kept.write(found)
    mentions, beside = _mentions(collection, found), found.taxonomy
    topics = with_owners(_with_documents(found, collection), asked.owners.names)
    up = upward(outcome, scale)
    drivers = _drivers(collection, mentions, up, metric, asked)
    if asked.owners.names:
        drivers["owner"] = drivers["topic"].map(dict(zip(topics["id"], topics["owner"], strict=True)))
    notes = [*load.notes, *notes_on(found.corrections)]
    try:
        trends, alerts = trend_tables(mentions, documents["created_at"], ALPHA)
    except InputValueError as error:
        # One wrong date, say in the year 1, must not cost the whole report.
        trends, alerts = checked("trends", None), checked("alerts", None)
        notes.append(f"no trends: {error}")
    why, told_why = root_causes(collection, mentions, drivers, up, metric, random_state=asked.random_state)
    talks, told_talks = conversation_tables(
        collection, mentions, topics, up, scale=scale, metric=metric, random_state=asked.random_state
    )
    return Analysis(
        **why,
        **talks,
        cases=cases_by_driver(mentions, collection.cases["case_status"]),
        topics=topics,
        drivers=drivers,
        segments=segment_table(shown_groups(collection.groups), mentions, documents["sentiment"], outcome, metric),
        trends=trends,
        alerts=alerts,
        queue=queue_table(
            collection,
            mentions,
            drivers,
            topics,
            outcome if metric == "nps" else None,
            rated=None if metric == "nps" else _rated(outcome, scale),
            hours=asked.owners.deadlines,
        ),
        scores=score_table(values, asked.scales, documents=documents, weights=asked.weights),
        quotes=choose_quotes(collection, found.mentions, found.centrality),
        causes=found.causes,
        duplicates=collection.duplicates,
        corrections=found.corrections,
        quality={
            **_quality(collection, found, load, out_of_range, asked.redact),
            **({"untagged": beside["untagged"]} if beside else {}),
        },
        meta={
            "period": _period(collection),
            "seed": asked.random_state,
            "outcome": None
            if outcome is None
            else {"name": asked.outcome, "metric": metric, **dict(zip(("worst", "best"), scale or (), strict=False))},
            "languages": collection.languages,
            "redaction": asked.redact,
            "alpha": ALPHA,
            "stages": [stage.name for stage in pipeline.stages],
            "notes": notes,
            **told_why,
            **told_talks,
            **({"taxonomy": beside} if beside else {}),
            **(meta or {}),
            "sources": _sources(collection, load, (meta or {}).get("sources", ())),
        },
        topic_registry=found.registry or {},
    )


def _encoder(pipeline: Pipeline) -> Encoder | None:
    # Topics are found with the encoder, and the threads, of the pipeline.
    for stage in pipeline.stages:
        if stage.name == "encode.v1":
            return Encoder(folder=stage.config.folder, threads=stage.config.threads)
    return None


def _mentions(collection: Collection, found: Found) -> pd.DataFrame:
    mentions = pd.DataFrame(
        {
            "document_id": collection.mentions["document"].to_numpy(dtype=int),
            "topic": found.mentions,
            "polarity": collection.mentions["polarity"].to_numpy(dtype=object),
        }
    )
    return mentions[mentions["topic"] >= 0]


def _drivers(
    collection: Collection,
    mentions: pd.DataFrame,
    outcome: "pd.Series[Any] | None",
    metric: Metric,
    asked: Question,
) -> pd.DataFrame:
    documents = collection.documents
    if documents.empty:
        return checked("drivers", None)
    customers = documents["customer"]
    counts = collection.groups.nunique(dropna=False)
    controls = collection.groups[[c for c in counts.index if 1 < counts[c] <= MAX_CONTROL_VALUES]]
    return key_drivers(
        mentions,
        outcome,
        documents=documents.index,
        controls=controls if len(controls.columns) and outcome is not None else None,
        groups=customers if customers.dropna().duplicated().any() else None,
        metric=metric,
        alpha=ALPHA,
        random_state=asked.random_state,
    )


def _rated(outcome: "pd.Series[Any] | None", scale: tuple[float, float] | None) -> "pd.Series[Any] | None":
    if outcome is None or scale is None:
        return None
    worst, best = scale
    return ((outcome.astype(float) - worst) / (best - worst)).clip(0.0, 1.0)


def _with_documents(found: Found, collection: Collection) -> pd.DataFrame:
    """Count the documents that speak of each topic, in a unit or with a mention; of a parent, in any of its children.

    A mention is placed by its own words, and may be about another topic than its unit. Were units alone counted, more
    documents could praise a topic than it has.
    """
    topics = found.topics
    where = pd.DataFrame(
        {
            "topic": np.concatenate([found.units, found.mentions]),
            "document": np.concatenate([collection.units["document"], collection.mentions["document"]]),
        }
    )
    parents = {row["id"]: row["parent"] for row in topics.to_dict("records") if pd.notna(row["parent"])}
    levels = [where]
    while len(levels[-1]) and len(levels) <= len(topics):
        above = levels[-1].assign(topic=levels[-1]["topic"].map(parents)).dropna()
        levels.append(above)
    counts = pd.concat(levels).drop_duplicates().groupby("topic")["document"].size()
    return topics.assign(documents=topics["id"].map(counts).fillna(0).astype("int64"))


def with_owners(topics: pd.DataFrame, owners: Mapping[str, str]) -> pd.DataFrame:
    """Say who looks after each topic: the owner of the first word that is its label, keyword or taxonomy id.

    A topic of which nobody is named belongs to whoever looks after the one above it.
    """
    if not owners:
        return topics
    rank = {word.casefold(): i for i, word in reversed(list(enumerate(owners)))}
    names = list(owners.values())
    rows = topics.to_dict("records")
    parents = {row["id"]: row["parent"] for row in rows if not pd.isna(row["parent"])}
    owned: dict[Any, str] = {}
    for row in rows:
        words = [row["label"], row["label_de"], row["label_en"], row.get("category")]
        words.extend(row["keywords"] if isinstance(row["keywords"], list | tuple) else ())
        places = [rank[w.casefold()] for w in words if isinstance(w, str) and w.casefold() in rank]
        if places:
            owned[row["id"]] = names[min(places)]
    found: list[str | None] = []
    for row in rows:
        place = row["id"]
        while place not in owned and place in parents:
            place = parents[place]
        found.append(owned.get(place))
    return topics.assign(owner=pd.Series(found, index=topics.index, dtype=object))


def _quality(
    collection: Collection, found: Found, load: LoadReport, out_of_range: Mapping[str, int], redact: str
) -> dict[str, Any]:
    off = {name: n + load.out_of_scale.get(name, 0) for name, n in out_of_range.items()}
    return {
        "documents": collection.read,
        "analysed": len(collection.documents),
        "rejected": load.reject_counts(),
        "skipped": collection.skipped,
        "other_language": collection.languages.get("other", 0),
        "duplicates": len(collection.duplicates),
        "placeholders": collection.placeholders,
        "wordless": collection.wordless,
        "automatic": load.automatic_mails,
        "pii_masked": {} if redact == "keep" else collection.pii,
        "short": collection.short,
        "set_aside": collection.files.set_aside,
        "out_of_range": dict(sorted({**load.out_of_scale, **off}.items())),
        "unassigned": float(np.mean(found.units < 0)) if len(found.units) else None,
    }


def _sources(collection: Collection, load: LoadReport, known: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Say of each file what came out of it, and what else is known of it."""
    told = {file["name"]: file for file in known}
    files = collection.files.per_file(load) or [{"name": f.name, "documents": f.documents} for f in load.files]
    return [{**told.get(file["name"], {}), **file} for file in files]


def _period(collection: Collection) -> dict[str, str] | None:
    days = sorted(t.date().isoformat() for t in collection.documents["created_at"] if t is not None)
    return {"start": days[0], "end": days[-1]} if days else None
