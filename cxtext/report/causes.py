"""Why: the causes under each driver, as topic, sub-topic, cause."""

from collections.abc import Mapping
from typing import Any

from cxtext.report.quotes import pieces
from cxtext.report.view import POLARITIES, Labels, Values, foreign
from cxtext.report.wording import MISSING, Wording


def causes(report: Mapping[str, Any], w: Wording) -> list[Values]:
    """Give the drivers that have causes, in reading order, praise and blame apart.

    Returns
    -------
    For each polarity that has any: polarity, symbol, heading, drivers (label, above: the parent topic's label, n,
    causes (text, n, share, stated, forms, quote)).
    """
    label = Labels(report)
    above = _parents(report, label)
    rows: dict[tuple[str, Any], list[Mapping[str, Any]]] = {}
    for row in report["causes"]:
        rows.setdefault((row["polarity"], row["topic"]), []).append(row)
    found = []
    for polarity in POLARITIES:
        drivers = [
            {
                "label": label(driver),
                "above": above.get(driver["topic"]),
                "n": w("documents", n=int(driver["n"])),
                "causes": [_cause(row, w) for row in rows[polarity, driver["topic"]]],
            }
            for driver in report["drivers"][polarity]
            if (polarity, driver["topic"]) in rows
        ]
        if drivers:
            found.append(
                {
                    "polarity": polarity,
                    "symbol": w(f"{polarity}_symbol"),
                    "heading": w(polarity),
                    "drivers": drivers,
                }
            )
    return found


def _parents(report: Mapping[str, Any], label: Labels) -> dict[Any, str]:
    known = {row["id"] for row in report["topics"]}
    return {row["id"]: label({"topic": row["parent"]}) for row in report["topics"] if row["parent"] in known}


def _cause(row: Mapping[str, Any], w: Wording) -> Values:
    quote = None
    if row["text"] is not None and row["cause_start"] is not None:
        span = {"kind": "cause", "start": row["cause_start"], "end": row["cause_end"]}
        quote = {
            "pieces": pieces(row["text"], [span]),
            "language": row["language"] if row["language"] in ("de", "en") else None,
            "tag": foreign(row["language"], w),
            "id": None if row["document_id"] is None else str(row["document_id"]),
            "date": None,
        }
    return {
        "text": str(row["cause"]),
        "n": w.number(row["n"]),
        "share": w.percent(row["share"]) if row["share"] is not None else MISSING,
        "stated": row["source"] == "stated",
        "forms": [str(form) for form in row["forms"]] if isinstance(row["forms"], list) else [],
        "quote": quote,
    }
