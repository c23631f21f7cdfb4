"""Why the score of the last period differs from that of the one before, in words and figures."""

from collections.abc import Mapping
from typing import Any

from cxtext.report.view import Labels, Values, interval_mark, outcome_name, score_decimals, values
from cxtext.report.wording import MISSING, Wording

FIRST_PARTS = 10
"""Topics whose part in the change is listed; change.csv has all."""


def change(report: Mapping[str, Any], w: Wording) -> Values | None:
    """Give the page's values; null where a change was not looked for, and a sentence where there is too little data."""
    score = outcome_name(report)
    if "change" not in report["meta"] or score is None or report["small"]:
        return None
    periods, rows = report["meta"]["change"], report["change"]
    if periods is None or not rows:
        return {
            "sentence": w("change_few" if report["meta"].get("period") else "change_undated", score=score),
            "rows": [],
        }
    whole = {row["part"]: row for row in rows if row["part"] != "topic"}
    decimals = score_decimals(report)
    topics = sorted(
        (row for row in rows if row["part"] == "topic"),
        key=lambda row: (not _clear(row), -abs(row["total"]), str(row["label"]), str(row["polarity"])),
    )
    shown = topics[:FIRST_PARTS]
    reach = (
        max((abs(v) for v in values([*shown, whole["unexplained"]], ("total_low", "total_high"))), default=0.0) or 1.0
    )
    label = Labels(report)
    found = [_part(row, label(row), w, decimals, reach) for row in shown]
    rest = _part(whole["unexplained"], w("change_unexplained"), w, decimals, reach)
    difference = _part(whole["difference"], w("change_difference"), w, decimals, reach)
    before, after = (periods[name] for name in ("before", "after"))
    # The values are turned so that up is good; where the scale runs down, the difference alone says it plainly.
    outcome = report["meta"]["outcome"]
    turned = _ends(outcome) is not None and outcome["worst"] > outcome["best"]
    figures = {
        f"{name}_{k}": v
        for name, period in (("before", before), ("after", after))
        for k, v in {
            "value": w.number(_turned(period["value"], outcome) if turned else period["value"], decimals),
            "start": w.date(period["start"]),
            "end": w.date(period["end"]),
            "n": int(period["n"]),
        }.items()
    }
    direction = "change_up" if whole["difference"]["total"] > 0 else "change_down"
    return {
        "sentence": w(direction if _clear(whole["difference"]) else "change_level", score=score, **figures),
        "difference": w("change_by", difference=difference["total"], interval=difference["total_interval"]),
        "turned": w("method_reversed", score=score, worst=f"{outcome['worst']:g}", best=f"{outcome['best']:g}")
        if turned
        else None,
        "score": score,
        "rows": [*found, rest],
        "whole": difference,
        "more": max(len(topics) - FIRST_PARTS, 0),
        "none": None if any(r["clear"] for r in found) else w("change_no_part"),
    }


def _ends(outcome: Mapping[str, Any]) -> tuple[float, float] | None:
    worst, best = outcome.get("worst"), outcome.get("best")
    return None if worst is None or best is None else (worst, best)


def _turned(value: float, outcome: Mapping[str, Any]) -> float:
    return float(outcome["worst"] + outcome["best"] - value)


def _clear(row: Mapping[str, Any]) -> bool:
    low, high = row["total_low"], row["total_high"]
    return low is not None and high is not None and (low > 0 or high < 0)


def _part(row: Mapping[str, Any], label: str, w: Wording, decimals: int, reach: float) -> Values:
    polarity = row["polarity"]
    shares = (row["share_first"], row["share_second"])
    found: Values = {
        "label": label,
        "topic": row["part"] == "topic",
        "polarity": polarity,
        "symbol": w(f"{polarity}_symbol") if polarity else "",
        "direction": w(f"{polarity}_short") if polarity else "",
        "shares": MISSING
        if None in shares
        else w("change_shares", first=w.percent(shares[0]), second=w.percent(shares[1])),
        "clear": _clear(row),
        "mark": interval_mark(row["total"], row["total_low"], row["total_high"], (-reach, reach)),
    }
    for name in ("often", "severe", "total"):
        low, high = (w.signed(row[f"{name}_{end}"], decimals) for end in ("low", "high"))
        found[name] = w.signed(row[name], decimals)
        found[f"{name}_interval"] = w.between(low, high)
    return found
