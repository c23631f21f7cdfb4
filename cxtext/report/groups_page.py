"""Groups against each other: drivers by touchpoint, gaps that topics do not explain, and the course within groups."""

from collections.abc import Mapping
from typing import Any

from cxtext.report.rules import UNRANKED_BELOW
from cxtext.report.sections import LEAST_PERIODS
from cxtext.report.view import POLARITIES, Labels, Values, interval_mark, outcome_name, score_decimals, values
from cxtext.report.wording import MISSING, Wording

MOST_TOUCHPOINTS = 8
MOST_DRIVERS = 8
"""Columns and rows of each polarity in the heat map; touchpoints.csv has all."""
MOST_GROUPS = 3
MOST_COURSES = 4
MOSTLY_SHOWN = 0.75
SHADES = 4


def touchpoints(report: Mapping[str, Any], w: Wording) -> Values | None:
    """Give the heat map of drivers by touchpoint, praise and criticism apart; null where there are no two."""
    rows = report["touchpoints"]
    sizes = {str(row["touchpoint"]): int(row["documents"]) for row in rows}
    columns = sorted(sizes, key=lambda name: (-sizes[name], name))[:MOST_TOUCHPOINTS]
    if len(columns) < 2:
        return None
    cells = {(row["touchpoint"], row["topic"], row["polarity"]): row for row in rows}
    name = str(report["meta"].get("touchpoint") or "")
    label = Labels(report)
    alpha = report["meta"].get("alpha") or 0.05
    sides = []
    for polarity in POLARITIES:
        placed = {topic for _, topic, side in cells if side == polarity}
        drivers = [r for r in report["drivers"][polarity] if r["evidence"] != "few" and r["topic"] in placed]
        top = max(values(rows, ("share",)), default=0.0) or 1.0
        lines = [
            {
                "label": label(driver),
                "cells": [_cell(cells.get((c, driver["topic"], polarity)), w, top, alpha) for c in columns],
            }
            for driver in drivers[:MOST_DRIVERS]
        ]
        if lines:
            sides.append(
                {
                    "polarity": polarity,
                    "symbol": w(f"{polarity}_symbol"),
                    "heading": w("praised" if polarity == "positive" else "criticised"),
                    "rows": lines,
                }
            )
    if not sides:
        return None
    return {
        "name": w("channel") if name == "channel" else name,
        "columns": [
            {
                "name": _channel(c, w) if name == "channel" else c,
                "n": w.number(sizes[c]),
                "few": sizes[c] < UNRANKED_BELOW,
            }
            for c in columns
        ],
        "sides": sides,
        "more": max(len(sizes) - MOST_TOUCHPOINTS, 0),
    }


def _channel(value: str, w: Wording) -> str:
    return w(f"channel_{value}") if f"channel_{value}" in w.texts else value


def _cell(row: Mapping[str, Any] | None, w: Wording, top: float, alpha: float) -> Values:
    if row is None or row["n"] is None:
        return {"known": False, "share": MISSING, "about": "", "sign": "", "shade": 0, "few": False, "word": ""}
    share, clear = row["share"], row["q_value"] is not None and row["q_value"] <= alpha and row["rest"] is not None
    more = clear and share is not None and share > row["rest"]
    about = [w("documents", n=int(row["n"]))]
    if row["sentiment"] is not None:
        about.append(w("touchpoint_mood", mood=w.signed(row["sentiment"], 2)))
    return {
        "known": True,
        "share": MISSING if share is None else w.percent(share),
        "about": about,
        "sign": "" if not clear or share is None else "↑" if more else "↓",
        "word": "" if not clear or share is None else w("touchpoint_more" if more else "touchpoint_less"),
        "shade": 0 if share is None else min(int(SHADES * share / top) + (share > 0), SHADES),
        "few": share is None,
    }


def gaps(report: Mapping[str, Any], w: Wording) -> list[Values]:
    """Give a table for each column to compare by: the gap of each group, and what is left of it beside other topics."""
    decimals = score_decimals(report)
    score = outcome_name(report)
    if score is None or report["small"]:
        return []
    found = []
    for name in dict.fromkeys(str(row["segment"]) for row in report["gaps"]):
        rows = [row for row in report["gaps"] if str(row["segment"]) == name]
        reach = max((abs(v) for v in values(rows, ("adjusted", "adjusted_low", "adjusted_high"))), default=0.0) or 1.0
        found.append(
            {
                "caption": w("gaps_caption", score=score, segment=name),
                "rows": [
                    {
                        "value": str(row["value"]),
                        "n": w.number(row["n"]),
                        "gap": w.signed(row["gap"], decimals),
                        "mix": w.signed(row["mix"], decimals),
                        "adjusted": w.signed(row["adjusted"], decimals),
                        "interval": w.between(*(w.signed(row[f"adjusted_{end}"], decimals) for end in ("low", "high"))),
                        "q": w.p_value(row["q_value"]),
                        "mark": interval_mark(
                            row["adjusted"], row["adjusted_low"], row["adjusted_high"], (-reach, reach)
                        ),
                    }
                    for row in sorted(rows, key=lambda r: (r["adjusted"], str(r["value"])))
                    if row["adjusted"] is not None
                ],
            }
        )
    return [one for one in found if one["rows"]]


def courses(report: Mapping[str, Any], w: Wording) -> list[Values]:
    """Give the course of the first driver of each polarity within the largest groups of each column."""
    label = Labels(report)
    series: dict[tuple[str, Any, str], dict[str, list[Mapping[str, Any]]]] = {}
    for row in report["segment_trends"]:
        groups = series.setdefault((row["polarity"], row["topic"], str(row["segment"])), {})
        groups.setdefault(str(row["value"]), []).append(row)
    found: list[Values] = []
    names = list(dict.fromkeys(str(row["segment"]) for row in report["segment_trends"]))
    for polarity in POLARITIES:
        for segment in names[:MOST_COURSES]:
            for driver in report["drivers"][polarity]:
                groups = series.get((polarity, driver["topic"], segment), {})
                drawn = {v: rows for v, rows in groups.items() if _drawable(rows)}
                order = sorted(drawn, key=lambda v: (-sum(r["documents"] for r in drawn[v]), v))[:MOST_GROUPS]
                if len(order) >= 2:
                    found.append(
                        {
                            "polarity": polarity,
                            "symbol": w(f"{polarity}_symbol"),
                            "heading": w("courses_heading", label=label(driver), segment=segment),
                            "groups": [_course(v, drawn[v], w, polarity, label(driver)) for v in order],
                        }
                    )
                    break
    return found


def _drawable(rows: list[Mapping[str, Any]]) -> bool:
    # With many small counts hidden, those that are shown would look like the course.
    shown = sum(row["share"] is not None for row in rows)
    return shown >= max(LEAST_PERIODS, MOSTLY_SHOWN * len(rows))


def _course(value: str, rows: list[Mapping[str, Any]], w: Wording, polarity: str, name: str) -> Values:
    rows = sorted(rows, key=lambda r: str(r["period"]))
    first, last = w.date(str(rows[0]["period"])), w.date(str(rows[-1]["period"]))
    direction = w(f"{polarity}_short")
    return {
        "value": value,
        "alt": f"{value}: {w('trend_alt', polarity=direction, label=name, first=first, last=last)}",
        "points": [
            {k: row[k] for k in ("share", "share_low", "share_high")} | {"period": str(row["period"])} for row in rows
        ],
        "rows": [
            {
                "period": w.date(str(row["period"])),
                "n": w("not_shown") if row["n"] is None else f"{w.number(row['n'])} / {w.number(row['documents'])}",
                "share": w.percent(row["share"]),
            }
            for row in rows
        ],
    }
