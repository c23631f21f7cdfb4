"""Conversations in the report: how they went, what they closed on, and what made them hard."""

from collections.abc import Mapping
from typing import Any

from cxtext.report.queue_page import reason
from cxtext.report.quotes import pieces
from cxtext.report.rules import HIDDEN_BELOW
from cxtext.report.view import Values, interval_mark, outcome_name
from cxtext.report.wording import MISSING, Wording

GROUPS = ("good", "middle", "bad")
FIRST_CLOSINGS = 6
"""Rows of each side of the closings, and topics beside effort."""

_QUARTERS = ("quarter_1", "quarter_2", "quarter_3", "quarter_4")
_SYMBOLS = {"good": "●", "middle": "■", "bad": "◆"}
_TONES = {"good": "positive", "middle": "plain", "bad": "negative"}
_WHOLE = (-1.0, 1.0)


def conversations(report: Mapping[str, Any], w: Wording) -> Values | None:
    """Give the page's values; null where no group of conversations is large enough to be shown."""
    measures = {(row["group"], row["measure"]): row for row in report["trajectories"]}
    groups = [name for name in GROUPS if (name, "end") in measures]
    if not groups:
        return None
    told = report["meta"].get("conversations") or {}
    score = outcome_name(report)
    by_score = told.get("by") == "score" and score is not None
    return {
        "intro": w("talks_intro", n=int(told["n"])) if told.get("n") else None,
        "by": w("talks_by_score", score=score) if by_score else w("talks_by_end"),
        "points": [
            {"group": name, "quarter": i + 1, **{k: measures[name, q][k] for k in ("estimate", "low", "high")}}
            for name in groups
            for i, q in enumerate(_QUARTERS)
            if (name, q) in measures and measures[name, q]["estimate"] is not None
        ],
        "groups": [_group(name, measures, w) for name in groups],
        "summaries": _summaries(told.get("summaries"), score, w),
        "closings": _closings(report["closings"], w),
        "effort": [_effort(row, w) for row in report["effort"]],
        "effort_topics": [
            _compared(row, ("effort", "rest"), w("reason_blames", topic=row["name"]), w)
            for row in report["effort_topics"]
            if row["larger"] == "effort"
        ][:FIRST_CLOSINGS],
        "stories": _stories(report["stories"], w),
    }


def _group(name: str, measures: Mapping[tuple[str, str], Mapping[str, Any]], w: Wording) -> Values:
    end = measures[name, "end"]

    def figure(measure: str) -> Mapping[str, Any]:
        return measures.get((name, measure)) or {"estimate": None, "low": None, "high": None}

    return {
        "name": w(f"talks_{name}"),
        "symbol": _SYMBOLS[name],
        "tone": _TONES[name],
        "n": w.number(end["n"]),
        "few": bool(end["small"]),
        "quarters": [w.signed(figure(q)["estimate"], 2) for q in _QUARTERS],
        "end": w.between(w.signed(end["low"], 2), w.signed(end["high"], 2)) if end["low"] is not None else MISSING,
        "recovery": w.percent(figure("recovery")["estimate"]),
        "bad_goodbye": w.percent(figure("bad_goodbye")["estimate"]),
    }


def _summaries(told: Mapping[str, Any] | None, score: str | None, w: Wording) -> str | None:
    """Say which summary of a conversation goes best with the score in this data."""
    if not told or score is None:
        return None
    names = [w(f"summary_{name}") for name in told["supported"]]
    verdict = told["verdict"]
    if verdict == "one":
        return w("summaries_one", n=int(told["n"]), score=score, name=names[0])
    if verdict == "several":
        return w("summaries_several", n=int(told["n"]), score=score, names=", ".join(names))
    return w(f"summaries_{verdict}", n=int(told["n"]), score=score)


def _closings(rows: list[Mapping[str, Any]], w: Wording) -> list[Values]:
    found = []
    for side in ("good", "bad"):
        own = [row for row in rows if row["larger"] == side][:FIRST_CLOSINGS]
        if own:
            found.append(
                {
                    "heading": w(f"closings_{side}"),
                    "tone": _TONES[side],
                    "rows": [_compared(row, ("good", "bad"), _closing(row, w), w) for row in own],
                }
            )
    return found


def _closing(row: Mapping[str, Any], w: Wording) -> str:
    if row["kind"] == "marker":
        return reason(str(row["name"]), w)
    return w("reason_praises" if row["kind"] == "praised" else "reason_blames", topic=row["name"])


def _compared(row: Mapping[str, Any], sides: tuple[str, str], name: str, w: Wording) -> Values:
    return {
        "name": name,
        "sides": [
            w("talks_hidden", below=HIDDEN_BELOW)
            if row[f"{side}_n"] is None
            else f"{w.percent(row[f'{side}_share'], 0)}\u00a0({w.number(row[f'{side}_n'])})"
            for side in sides
        ],
        "q": MISSING if row["small"] else w.p_value(row["q_value"]),
        "few": bool(row["small"]),
    }


def _effort(row: Mapping[str, Any], w: Wording) -> Values:
    def mood(name: str) -> str:
        if row[name] is None:
            return MISSING
        bounds = row[f"{name}_low"], row[f"{name}_high"]
        within = "" if bounds[0] is None else f" ({w.between(w.signed(bounds[0], 2), w.signed(bounds[1], 2))})"
        return f"{w.signed(row[name], 2)}{within}"

    name = str(row["name"])
    return {
        "name": w("reason_effort") if name == "any" else reason(f"effort:{name}", w),
        "whole": name == "any",
        "n": w.number(row["n"]),
        "share": w.percent(row["share"]),
        "interval": w.percents(row["share_low"], row["share_high"]),
        "end": mood("end"),
        "rest": mood("rest"),
        "mark": None if row["end"] is None else interval_mark(row["end"], row["end_low"], row["end_high"], _WHOLE),
    }


def _stories(rows: list[Mapping[str, Any]], w: Wording) -> list[Values]:
    found = []
    for kind in dict.fromkeys(row["kind"] for row in rows):
        quotes = [
            {
                "pieces": pieces(
                    str(row["text"]),
                    []
                    if row["start"] is None
                    else [{"kind": "signal", "start": int(row["start"]), "end": int(row["end"])}],
                ),
                "language": row["language"] if row["language"] in ("de", "en") else None,
                "tag": (row["language"] or "").upper(),
                "id": None if row["document_id"] is None else str(row["document_id"]),
                "date": w.date(row["created_at"]) if row["created_at"] else None,
            }
            for row in rows
            if row["kind"] == kind
        ]
        found.append({"heading": w(f"stories_{kind}") if f"stories_{kind}" in w.texts else str(kind), "quotes": quotes})
    return found
