"""The pages after the first: details, method and limits, with every number already written."""

import json
from collections.abc import Mapping
from typing import Any

from cxtext.report.notes import in_language
from cxtext.report.rules import COUNT_ONLY_BELOW, HIDDEN_BELOW, NPS_BELOW, UNRANKED_BELOW
from cxtext.report.view import (
    POLARITIES,
    Labels,
    Values,
    driver,
    interval,
    interval_mark,
    outcome_name,
    outcome_scale,
    score_decimals,
    score_name,
    topic_size,
    values,
)
from cxtext.report.wording import MISSING, Wording

FIRST_ALERTS = 3
TREND_TOPICS = 3
"""Topics of each polarity whose course is drawn."""
LEAST_PERIODS = 3
"""Fewer points make no course."""
LEAST_POINTS = 3
"""Fewer topics need no map."""
MOST_SOURCES = 12
"""Files that are listed; manifest.json has all."""
_ALWAYS_TOLD = ("documents", "analysed", "rejected")


def topics(report: Mapping[str, Any], w: Wording) -> list[Values]:
    """Give all topics, children under their parents, with praise and criticism side by side."""
    rows = report["topics"]
    label = Labels(report)
    counts = {(row["topic"], row["polarity"]): row for p in POLARITIES for row in report["drivers"][p]}
    known = {row["id"] for row in rows}
    children: dict[Any, list[Mapping[str, Any]]] = {}
    for row in rows:
        parent = row["parent"] if row["parent"] in known and row["parent"] != row["id"] else None
        children.setdefault(parent, []).append(row)
    top = max((row["n"] for row in counts.values()), default=1)
    found: list[Values] = []
    placed: set[Any] = set()

    def walk(parent: Any, depth: int) -> None:  # noqa: ANN401
        for row in sorted(children.get(parent, []), key=lambda r: (-topic_size(r), str(r["label"]))):
            if row["id"] in placed:
                continue
            placed.add(row["id"])
            own = {
                "id": row["id"],
                "label": label({"topic": row["id"]}),
                "depth": min(depth, 3),
                "size": w.number(topic_size(row)),
            }
            own["keywords"] = _listed(row["keywords"])
            for polarity in POLARITIES:
                count = counts.get((row["id"], polarity))
                own[polarity] = {
                    "n": w.number(count["n"]) if count else MISSING,
                    "share": w.percent(count["share"]) if count and count["share"] is not None else "",
                    "bar": round(100 * count["n"] / top, 1) if count else 0,
                    "few": bool(count and count["n"] < UNRANKED_BELOW),
                }
            found.append(own)
            walk(row["id"], depth + 1)

    walk(None, 0)
    return found


def _listed(words: Any) -> str:  # noqa: ANN401
    return ", ".join(str(word) for word in words) if isinstance(words, list) else str(words or "")


def all_drivers(report: Mapping[str, Any], w: Wording) -> list[Values]:
    """Give every driver row, praise first, in reading order."""
    label = Labels(report)
    return [driver(report, w, row, label(row), (0.0, 1.0)) for p in POLARITIES for row in report["drivers"][p]]


def map_points(report: Mapping[str, Any], polarity: str) -> list[Values]:
    """Give what the map of one polarity shows: the topics with enough documents and an impact."""
    return [
        {name: row[name] for name in ("share", "impact", "impact_low", "impact_high", "rank")}
        | {"clear": row["evidence"] == "driver"}
        for row in report["drivers"][polarity]
        if row["impact"] is not None and row["share"] is not None and row["n"] >= UNRANKED_BELOW
    ]


def segments(report: Mapping[str, Any], w: Wording) -> list[Values]:
    """Give a table for each group column and figure (all topics together), largest groups first."""
    tables: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in report["segments"]:
        if row["topic"] is None and row["label"] is None and row["estimate"] is not None:
            tables.setdefault((str(row["segment"]), str(row["metric"])), []).append(row)
    found = []
    for (segment, metric), rows in tables.items():
        reach = values(rows, ("estimate", "low", "high"))
        # Sentiment has two sides, so zero stands in the middle; other figures begin at zero.
        far = max((abs(v) for v in reach), default=0.0) or 1.0
        axis = (-far, far) if metric == "sentiment" else (min(0.0, *reach), max(0.0, *reach) or 1.0)
        if metric == "mean" and (ends := outcome_scale(report)):
            axis = (min(ends), max(ends))
        found.append(
            {
                "caption": w("segment_caption", metric=_metric(metric, report, w), segment=segment),
                "rows": [
                    _group(row, w, axis, score_decimals(report))
                    for row in sorted(rows, key=lambda r: (-r["n"], str(r["value"])))
                ],
            }
        )
    return found


def _metric(metric: str, report: Mapping[str, Any], w: Wording) -> str:
    if metric == "mean" and (score := outcome_name(report)):
        ends = outcome_scale(report)
        told = w("metric_mean_of", score=score)
        return f"{told} ({w('score_range', worst=f'{ends[0]:g}', best=f'{ends[1]:g}')})" if ends else told
    return w(f"metric_{metric}") if f"metric_{metric}" in w.texts else score_name(metric)


def _group(row: Mapping[str, Any], w: Wording, axis: tuple[float, float], decimals: int) -> Values:
    def written(value: float | None) -> str:
        if row["metric"] in ("share", "csat"):
            return w.percent(value)
        if row["metric"] == "sentiment":
            return w.signed(value, 2)
        return w.number(value, decimals if row["metric"] == "mean" else 1)

    return {
        "value": str(row["value"]),
        "n": w.number(row["n"]),
        "estimate": written(row["estimate"]),
        "interval": interval(row, written, w),
        "mark": interval_mark(row["estimate"], row["low"], row["high"], axis),
        "few": row["n"] < (NPS_BELOW if row["metric"] == "nps" else UNRANKED_BELOW),
    }


def trends(report: Mapping[str, Any], w: Wording) -> list[Values]:
    """Give the course of the first topics of each polarity, praise and criticism apart."""
    label = Labels(report)
    series: dict[tuple[str, Any], list[Mapping[str, Any]]] = {}
    for row in report["trends"]:
        # Of so few responses only their number is told.
        if row["share"] is not None and row["documents"] >= COUNT_ONLY_BELOW:
            series.setdefault((row["polarity"], row["topic"]), []).append(row)
    found = []
    for polarity in POLARITIES:
        order = [row["topic"] for row in report["drivers"][polarity] if row["evidence"] != "few"]
        drawn = [t for t in order if len(series.get((polarity, t), [])) >= LEAST_PERIODS][:TREND_TOPICS]
        for topic in drawn:
            rows = sorted(series[polarity, topic], key=lambda r: str(r["period"]))
            name, direction = label(rows[0]), w(f"{polarity}_short")
            first, last = w.date(str(rows[0]["period"])), w.date(str(rows[-1]["period"]))
            found.append(
                {
                    "polarity": polarity,
                    "symbol": w(f"{polarity}_symbol"),
                    "label": name,
                    "direction": direction,
                    "alt": w("trend_alt", polarity=direction, label=name, first=first, last=last),
                    "points": [
                        {k: row[k] for k in ("period", "share", "share_low", "share_high", "documents")}
                        | {"period": str(row["period"])}
                        for row in rows
                    ],
                    "rows": [
                        {
                            "period": w.date(str(row["period"])),
                            "n": f"{w.number(row['n'])} / {w.number(row['documents'])}",
                            "share": w.percent(row["share"]),
                            "interval": w.percents(row["share_low"], row["share_high"]),
                        }
                        for row in rows
                    ],
                }
            )
    return found


def alerts(report: Mapping[str, Any], w: Wording) -> list[Values]:
    """Give the alerts in words, in the order of the table."""
    label = Labels(report)
    found = []
    for row in report["alerts"]:
        known = row["kind"] in ("rising", "falling", "vanished", "jump", "new", "score")
        polarity = w(f"{row['polarity']}_short") if row["polarity"] else MISSING
        text = w(
            f"alert_{row['kind'] if known else 'other'}",
            # An alert about no topic is about the score.
            label=label(row) or outcome_name(report) or MISSING,
            polarity=polarity,
            period=w.date(str(row["period"])),
        )
        n, expected = int(row["n"]), row["expected"]
        found.append(
            {
                "id": str(row["id"]),
                "text": text,
                "polarity": row["polarity"],
                "symbol": w(f"{row['polarity']}_symbol") if row["polarity"] else "",
                "count": w("alert_count", n=n)
                if expected is None
                else w("alert_expected", n=n, expected=w.number(expected, 1)),
                "false_alarms": None
                if row["false_alarms"] is None
                else w("false_alarms", rate=w.number(row["false_alarms"], 2)),
            }
        )
    return found


def quality(report: Mapping[str, Any], w: Wording) -> list[Values]:
    """Give the data-quality box: a row for each count that was recorded and is not zero."""
    found = []
    for key in (
        "documents", "analysed", "skipped", "placeholders", "wordless", "other_language", "duplicates", "rejected",
        "automatic", "set_aside", "short", "out_of_range", "untagged", "unassigned", "pii_masked",
    ):  # fmt: skip
        value = report["quality"].get(key)
        if value is None:
            continue
        detail = ""
        if isinstance(value, Mapping):
            # Names of scores are the caller's own words, all others are codes.
            names = {code: code if key == "out_of_range" else code_name(code, w) for code in value}
            detail = ", ".join(f"{names[code]}: {w.number(n)}" for code, n in sorted(value.items()) if n)
            value = sum(value.values())
        if not value and key not in _ALWAYS_TOLD:
            continue
        written = w.percent(value) if key in ("untagged", "unassigned") else w.number(value)
        found.append({"name": w(f"quality_{key}"), "value": written, "detail": detail})
    return found


def code_name(code: str, w: Wording) -> str:
    """Say in words why something was rejected, whose words a passage is, or which personal data were found.

    >>> from cxtext.report.wording import wording
    >>> code_name("birth_date", wording("de")), code_name("closing", wording("en")), code_name("odd", wording("de"))
    ('Geburtsdatum', 'closing', 'odd')
    """
    return w.texts.get(f"code_{code}") or code.replace("_", " ")


def method(report: Mapping[str, Any], w: Wording) -> list[str]:
    """Say what the numbers mean and what they do not, as the settings were."""
    meta, score = report["meta"], outcome_name(report)
    n = report["analysed"]
    texts = [w("method_share", n=n) if n is not None else w("method_share_unknown")]
    if score is None:
        texts.append(w("method_no_score"))
    elif report["small"]:
        texts.append(w("method_small"))
    else:
        texts += [w("method_impact", score=score), w("method_grade", alpha=w.number(meta.get("alpha") or 0.05, 2))]
        outcome = meta["outcome"]
        worst, best = outcome.get("worst"), outcome.get("best")
        if worst is not None and best is not None and worst > best:
            texts.append(w("method_reversed", score=score, worst=f"{worst:g}", best=f"{best:g}"))
    texts += [w("method_association"), w("method_rules", hidden=HIDDEN_BELOW)]
    left_out = [w(f"left_out_{k}", n=int(v)) for k, v in report["suppressed"].items() if k != "below" and v]
    if left_out:
        texts.append(w("method_suppressed", list=", ".join(left_out)))
    texts.append(w("method_sentiment"))
    if report["quotes"]:
        texts.append(w("method_quotes"))
    redaction = meta.get("redaction")
    if redaction in ("mask", "pseudonymise", "keep"):
        texts.append(w({"mask": "method_masked", "pseudonymise": "method_pseudonymised"}.get(redaction, "method_keep")))
    return texts


def manifest(report: Mapping[str, Any], w: Wording) -> Values:
    """Give what is needed to make the report again: sources and their hashes, versions, seed, configuration."""
    meta = report["meta"]
    sources = meta.get("sources") or []
    facts = [
        (w("model"), meta.get("model")),
        (w("seed"), meta.get("seed")),
        (w("versions"), ", ".join(f"{k} {v}" for k, v in sorted((meta.get("versions") or {}).items())) or None),
        (w("stages"), ", ".join(str(name) for name in meta.get("stages") or []) or None),
        (w("created"), meta.get("created_at")),
    ]
    return {
        "facts": [(name, str(value)) for name, value in facts if value is not None],
        "sources": [
            {
                "name": str(source.get("name")),
                "sha256": str(source.get("sha256") or MISSING),
                "documents": w.number(source.get("documents")),
            }
            for source in sources[:MOST_SOURCES]
        ],
        "more_sources": w("sources_more", n=len(sources) - MOST_SOURCES) if len(sources) > MOST_SOURCES else None,
        "notes": [in_language(str(note), w.language) for note in meta.get("notes") or []],
        "config": json.dumps(meta["config"], ensure_ascii=False, indent=1, sort_keys=True)
        if meta.get("config")
        else None,
    }
