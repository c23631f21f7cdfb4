"""What goes with the outcome: importance against performance, and what promoters and detractors mention."""

from collections.abc import Mapping
from typing import Any

from cxtext.report.rules import UNRANKED_BELOW
from cxtext.report.shown import STANDINGS
from cxtext.report.view import POLARITIES, Labels, Values, outcome_name
from cxtext.report.wording import MISSING, Wording

FIRST_ROWS = 10
"""Rows of each polarity; importance.csv and standings.csv have all."""
_FIELDS = {
    "fix first": "field_fix",
    "keep": "field_keep",
    "low priority": "field_low",
    "possible overkill": "field_overkill",
}


def importance(report: Mapping[str, Any], w: Wording) -> Values | None:
    """Give importance and performance for each polarity, most important first; null without a score or enough data."""
    score = outcome_name(report)
    if score is None or report["small"] or not report["importance"]:
        return None
    label = Labels(report)
    sides = []
    for polarity in POLARITIES:
        rows = [row for row in report["importance"] if row["polarity"] == polarity][:FIRST_ROWS]
        if rows:
            sides.append(
                {
                    "polarity": polarity,
                    "symbol": w(f"{polarity}_symbol"),
                    "heading": w("praised" if polarity == "positive" else "criticised"),
                    # "Fix first" under what is praised would contradict the same topic's field under criticism.
                    "fields": polarity == "negative",
                    "rows": [_important(row, label(row), w) for row in rows],
                }
            )
    explained = sum(row["weight"] for row in report["importance"])
    method = str(report["importance"][0]["method"] or "")
    return {
        "sides": sides,
        "explained": w("importance_explained", share=w.percent(explained, 0), score=score),
        "method": w(f"importance_{method}") if method in ("lmg", "johnson") else "",
    }


def _important(row: Mapping[str, Any], label: str, w: Wording) -> Values:
    field = _FIELDS.get(str(row["field"]))
    return {
        "label": label,
        "n": w.number(row["n"]),
        "few": row["n"] < UNRANKED_BELOW,
        "importance": w.percent(row["importance"], 0),
        "performance": w.percent(row["performance"], 0),
        "interval": w.percents(row["performance_low"], row["performance_high"], 0),
        "field": w(field) if field else MISSING,
        "clear": bool(row["clear"]),
    }


def standings(report: Mapping[str, Any], w: Wording) -> Values | None:
    """Give what promoters, passives and detractors mention; those that set detractors apart first."""
    if not report["standings"] or report["small"]:
        return None
    label = Labels(report)
    sides = []
    for polarity in POLARITIES:
        rows = [row for row in report["standings"] if row["polarity"] == polarity]
        rows.sort(key=lambda r: (-abs(r.get("detractor_z") or 0.0), str(label(r))))
        if rows:
            sides.append(
                {
                    "polarity": polarity,
                    "symbol": w(f"{polarity}_symbol"),
                    "heading": w("praised" if polarity == "positive" else "criticised"),
                    "rows": [_standing(row, label(row), w) for row in rows[:FIRST_ROWS]],
                }
            )
    return {"sides": sides, "columns": [w(f"standing_{name}s") for name in STANDINGS]}


def _standing(row: Mapping[str, Any], label: str, w: Wording) -> Values:
    return {
        "label": label,
        "cells": [
            {
                "n": MISSING if row[f"n_{name}"] is None else w.number(row[f"n_{name}"]),
                "share": "" if row[f"share_{name}"] is None else w.percent(row[f"share_{name}"]),
            }
            for name in STANDINGS
        ],
        "q": w.p_value(row["detractor_q"]),
    }
