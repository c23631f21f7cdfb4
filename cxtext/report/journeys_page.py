"""Customers who wrote more than once: how it went on, where it went worst, and who came back for the same."""

from collections.abc import Mapping
from typing import Any

from cxtext.analysis.segments import MIN_SHOWN
from cxtext.report.rules import UNRANKED_BELOW
from cxtext.report.view import Values, interval_mark
from cxtext.report.wording import MISSING, Wording

LONGEST_WAY = 8
"""Contacts of one journey that are listed; journeys.csv has all."""


def journeys(report: Mapping[str, Any], w: Wording) -> Values | None:
    """Give the page's values; null where no customers are known, and a sentence where too few wrote again."""
    figures = report["journeys"]["figures"]
    if figures is None:
        return None
    several = figures["several"]
    if figures["contacts"] is None:
        few = f"{several}" if several == 0 or several >= MIN_SHOWN else w("fewer_than", n=MIN_SHOWN)
        sentence = w("journeys_few", customers=figures["customers"], several=few, least=MIN_SHOWN)
        return {"sentence": sentence, "most": None, "facts": [], "steps": [], "worst": []}
    share = w.percent(several / figures["customers"], 0)
    facts = [
        {
            "name": w(f"journeys_{name}"),
            "n": w("fewer_than", n=MIN_SHOWN) if figures[name] is None else w.number(figures[name]),
            "share": "" if figures[name] is None else w.percent(figures[name] / several, 0),
        }
        for name in ("repeats", "better", "worse")
    ]
    # A step can be compared where customers took others, too.
    rows = [row for row in report["steps"] if row["below"] is not None]
    reach = max(
        (abs(row[k]) for row in rows for k in ("below", "below_low", "below_high") if row[k] is not None), default=0.0
    )
    return {
        "sentence": w("journeys_intro", several=several, customers=figures["customers"], share=share),
        "most": w("journeys_most", n=int(figures["contacts"])),
        "facts": facts,
        "steps": [_step(row, w, reach or 1.0) for row in rows],
        "touchpoint": report["meta"].get("touchpoint"),
        "worst": [_journey(row, w) for row in report["journeys"]["worst"]],
    }


def _step(row: Mapping[str, Any], w: Wording, reach: float) -> Values:
    interval = w.between(w.signed(row["below_low"], 2), w.signed(row["below_high"], 2))
    return {
        "step": str(row["step"]),
        "n": w.number(row["n"]),
        "customers": w.number(row["customers"]),
        "few": row["customers"] < UNRANKED_BELOW,
        "below": w.signed(row["below"], 2),
        "interval": interval,
        "worst_in": w.percent(row["worst_in"], 0) if row["worst_in"] is not None else MISSING,
        "worst_interval": w.percents(row["worst_low"], row["worst_high"], 0),
        "q": w.p_value(row["q_value"]),
        "mark": interval_mark(row["below"], row["below_low"], row["below_high"], (-reach, reach)),
    }


def _journey(row: Mapping[str, Any], w: Wording) -> Values:
    ids = row["document_ids"] if isinstance(row["document_ids"], list) else []
    steps = row["steps"] if isinstance(row.get("steps"), list) else [None] * len(ids)
    way = [
        {"id": str(name), "step": None if step is None else str(step), "worst": name == row["worst"]}
        for name, step in zip(ids, steps, strict=True)
    ]
    return {
        "contacts": w.number(row["contacts"]),
        "way": way[-LONGEST_WAY:],
        "left_out": max(len(way) - LONGEST_WAY, 0),
        "first": w.date(str(row["first"])),
        "last": w.date(str(row["last"])),
        "end": w.signed(row["end"], 2),
        "repeats": w.number(row["repeats"]),
    }
