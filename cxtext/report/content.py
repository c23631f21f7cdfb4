"""The report's content as plain values: schema ``cxtext.report/1``."""

import math
import re
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Literal, get_args

import pandas as pd

from cxtext.documents import digits
from cxtext.errors import InputValueError
from cxtext.report.conversation_rules import TABLES, conversations
from cxtext.report.rules import HIDDEN_BELOW, SMALL_BELOW, UNRANKED_BELOW, presentable, suppressed_groups
from cxtext.report.shown import cells, journey_figures, standings, steps, worst_journeys
from cxtext.report.tables import SPANS

if TYPE_CHECKING:
    from cxtext.report.result import Analysis

SCHEMA = "cxtext.report/1"
SURROGATE = re.compile("[\ud800-\udfff]")
MOST_PRESSING = 50
"""Rows of each list of the queue in the report; the whole of it is in queue.csv."""
_COUNTS = frozenset({"id", "parent", "topic", "n", "size", "documents"})

ReportLanguage = Literal["de", "en"]
Level = Literal["quotes", "aggregate"]


def content(analysis: "Analysis", *, language: ReportLanguage | None, level: Level) -> dict[str, Any]:
    """Give what a report of ``analysis`` holds, with the rules for small numbers applied.

    Parameters
    ----------
    analysis
        The tables.
    language
        ``"de"``, ``"en"`` or null for the language of most documents.
    level
        ``"quotes"`` or ``"aggregate"`` (no customers' words, no record ids).

    Returns
    -------
    dict
        schema, language, level, analysed, small, meta, quality, scores, topics, drivers {positive, negative}, segments,
        trends, alerts, importance, standings, touchpoints, journeys {figures, worst}, steps, change, gaps,
        segment_trends, queue {counts, urgent {list: n}, documents: the most pressing}, cases, trajectories, closings,
        effort, effort_topics, stories, causes, quotes [{topic, polarity, document_id,
        text, spans, language, created_at}], suppressed {table: rows left out, "below": the minimum}.
    """
    if language is not None and language not in get_args(ReportLanguage):
        raise InputValueError(f"a report's language is 'de' or 'en' (or null), got {_shown(language)}")
    if level not in get_args(Level):
        raise InputValueError(f"a report's level is 'quotes' or 'aggregate', got {_shown(level)}")
    analysed = _analysed(analysis)
    small = analysed is not None and analysed < SMALL_BELOW
    positive, few_positive = presentable(records(analysis.positive_drivers), small=small)
    negative, few_negative = presentable(records(analysis.negative_drivers), small=small)
    segments = _segments(records(analysis.segments))
    trends = [row for row in records(analysis.trends) if row["documents"] >= HIDDEN_BELOW]
    topics = [row for row in records(analysis.topics) if row["size"] is None or row["size"] >= HIDDEN_BELOW]
    open_level = level == "quotes"
    return {
        "schema": SCHEMA,
        "language": language or _main_language(analysis.meta),
        "level": level,
        "analysed": analysed,
        "small": small,
        "meta": plain(analysis.meta),
        "quality": plain(analysis.quality),
        "scores": _scores(records(analysis.scores)),
        "topics": topics,
        "drivers": {"positive": positive, "negative": negative},
        "segments": segments,
        "trends": trends,
        "alerts": records(analysis.alerts),
        "importance": [row for row in records(analysis.importance) if row["n"] >= HIDDEN_BELOW],
        "standings": standings(records(analysis.standings)),
        "touchpoints": cells(records(analysis.touchpoints)),
        "journeys": {
            "figures": journey_figures(analysis.journeys, analysis.meta.get("journeys")),
            "worst": records(worst_journeys(analysis.journeys)) if open_level else [],
        },
        "steps": steps(records(analysis.steps)),
        "change": records(analysis.change),
        "gaps": [row for row in records(analysis.gaps) if row["n"] >= UNRANKED_BELOW],
        "segment_trends": cells(records(analysis.segment_trends)),
        "queue": {
            "counts": _counts(analysis.queue),
            "urgent": _urgent(analysis.queue),
            "documents": _pressing(analysis.queue, few=analysed is not None and analysed < HIDDEN_BELOW)
            if open_level
            else [],
        },
        "cases": [row for row in records(analysis.cases) if row["n"] >= HIDDEN_BELOW],
        **conversations({name: records(getattr(analysis, name)) for name in TABLES}, open_level=open_level),
        "causes": _causes(records(analysis.causes), open_level=open_level),
        "quotes": [_quote(row) for row in records(analysis.quotes)] if open_level else [],
        "suppressed": {
            "below": HIDDEN_BELOW,
            "drivers": few_positive + few_negative,
            "topics": len(analysis.topics) - len(topics),
            "segments": len(analysis.segments) - len(segments),
            "trends": len(analysis.trends) - len(trends),
        },
    }


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Give a table as a list of plain dicts; counts, ids and offsets are whole numbers."""
    return [
        {str(name): _whole(str(name), plain(value)) for name, value in row.items()} for row in frame.to_dict("records")
    ]


def plain(value: Any) -> Any:  # noqa: ANN401
    r"""Turn a value of a table or mapping into what JSON knows.

    Floats are rounded, missing values are null, times are ISO 8601 and lone surrogates are U+FFFD (one character for
    one, so that offsets stay right).

    >>> plain({"a": float("nan"), "b": (1, 0.12345678), "c": "Grüße \ud83d"})
    {'a': None, 'b': [1, 0.123457], 'c': 'Grüße �'}
    """
    if isinstance(value, str):
        return SURROGATE.sub("\ufffd", value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Mapping):
        return {plain(str(k)): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, set | frozenset):
        return [plain(v) for v in sorted(value, key=str)]
    if hasattr(value, "tolist"):  # numpy scalars and arrays
        return plain(value.tolist())
    if pd.isna(value):
        return None
    if isinstance(value, float):
        return digits(value) if math.isfinite(value) else None
    if isinstance(value, datetime):
        # Midnight is how a day looks in a column of times.
        return value.date().isoformat() if value.time() == time(0) else value.isoformat()
    return value.isoformat() if isinstance(value, date) else plain(str(value))


def _whole(name: str, value: Any) -> Any:  # noqa: ANN401
    # A column of whole numbers with a gap is a column of floats in pandas.
    if isinstance(value, float) and (name in _COUNTS or name.endswith(("_start", "_end"))) and value.is_integer():
        return int(value)
    return value


def _analysed(analysis: "Analysis") -> int | None:
    if analysis.quality.get("analysed") is not None:
        return int(analysis.quality["analysed"])
    # Every share has the same denominator.
    for n, share in zip(analysis.drivers["n"], analysis.drivers["share"], strict=True):
        if n > 0 and share > 0:
            return round(float(n) / float(share))
    return None


def _main_language(meta: Mapping[str, Any]) -> ReportLanguage:
    counts = meta.get("languages") or {}
    return "de" if counts.get("de", 0) > counts.get("en", 0) else "en"


def _scores(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row if row["n"] >= HIDDEN_BELOW else {**row, "value": None, "low": None, "high": None} for row in rows]


def _segments(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    sizes: dict[str, dict[str, int]] = {}
    for row in rows:
        groups = sizes.setdefault(str(row["segment"]), {})
        name = str(row["value"])
        groups[name] = max(groups.get(name, 0), int(row["n"]))
    hidden = {segment: suppressed_groups(groups) for segment, groups in sizes.items()}
    return [row for row in rows if str(row["value"]) not in hidden[str(row["segment"])] and row["n"] >= HIDDEN_BELOW]


def _counts(queue: pd.DataFrame) -> dict[str, int]:
    counts = {plain(str(name)): int(n) for name, n in queue["queue"].value_counts().items()}
    return dict(sorted(counts.items()))


def _urgent(queue: pd.DataFrame) -> dict[str, int]:
    return _counts(queue[queue["urgency"].isin(("critical", "high"))]) if "urgency" in queue.columns else {}


def _pressing(queue: pd.DataFrame, *, few: bool) -> list[dict[str, Any]]:
    taken: Counter[str] = Counter()
    first = []
    for place, name in enumerate(queue["queue"]):
        taken[str(plain(name))] += 1
        if taken[str(plain(name))] <= MOST_PRESSING:
            first.append(place)
    shown = records(queue.iloc[first])
    # Of a handful of texts none is quoted: everybody would know who wrote it.
    return [{**row, "quote": None, "quote_spans": []} for row in shown] if few else shown


def _causes(rows: list[dict[str, Any]], *, open_level: bool) -> list[dict[str, Any]]:
    shown = [row for row in rows if row["n"] >= HIDDEN_BELOW]
    if open_level:
        return shown
    # A stated cause is somebody's sentence; a telling phrase is shared by many, as a topic's label is.
    hidden = dict.fromkeys(("document_id", "text", "cause_start", "cause_end", "language"))
    return [{**row, **hidden} for row in shown if row["source"] != "stated"]


def _quote(row: Mapping[str, Any]) -> dict[str, Any]:
    rest = {k: v for k, v in row.items() if not k.endswith(("_start", "_end"))}
    spans = [
        {"kind": kind, "start": row[f"{kind}_start"], "end": row[f"{kind}_end"]}
        for kind in SPANS
        if row[f"{kind}_start"] is not None
    ]
    return {**rest, "spans": spans}


def _shown(value: object) -> str:
    return repr(value[:20]) if isinstance(value, str) else type(value).__name__
