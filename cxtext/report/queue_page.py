"""The call-back list in the report: who, why, in which words, by when, and whose it is."""

from collections.abc import Mapping
from typing import Any

from cxtext.report.quotes import pieces
from cxtext.report.rules import HIDDEN_BELOW
from cxtext.report.view import Labels, Values
from cxtext.report.wording import Wording

FIRST_QUEUE = "recover"
"""The list that cannot wait: its length stands on the first page, and most of it is shown."""
LISTS = ("recover", "engage", "advocate")
SHOWN = {FIRST_QUEUE: 15}
SHOWN_OTHERS = 6
"""Cases of each list in the report; the whole list is in queue.csv and queue.json."""
MOST_REASONS = 6
"""Reasons of a case in the report, the most pressing; all of them are in those files."""

MOSTLY_MARKED = 0.6
"""Share of a quote beyond which a mark says nothing."""
_IN_DAYS = 48
_DAY = len("2026-03-01")

# What a driver's topic already says.
_SAID_BY_TOPICS = {"complaint": "blames:", "praise": "praises:"}
_DRIVER_SPANS = ("aspect", "opinion", "cause")


def queue(report: Mapping[str, Any], w: Wording) -> Values:
    """Give the lists: how many customers each holds, and its most pressing ones."""
    counts, rows = report["queue"]["counts"], report["queue"]["documents"]
    n = counts.get(FIRST_QUEUE, 0)
    names = [*(name for name in LISTS if name in counts), *(name for name in counts if name not in LISTS)]
    return {
        "n": w.number(n),
        "any": n > 0,
        "text": w("queue_n" if n else "queue_none", n=n),
        "urgent": w("queue_urgent", n=urgent)
        if (urgent := report["queue"].get("urgent", {}).get(FIRST_QUEUE, 0))
        else None,
        "lists": [{"name": _name(k, w), "n": w.number(counts[k])} for k in names if k != FIRST_QUEUE],
        "groups": [_group(name, counts[name], [r for r in rows if r["queue"] == name], w) for name in names]
        if rows
        else [],
        "cases": _cases(report, w),
    }


def _group(name: str, n: int, rows: list[Mapping[str, Any]], w: Wording) -> Values:
    shown = rows[: SHOWN.get(name, SHOWN_OTHERS)]
    return {
        "list": name if name in LISTS else "other",
        "name": _name(name, w),
        "n": w("queue_customers", n=n),
        "about": w(f"queue_about_{name}") if name in LISTS else None,
        "rows": [_row(row, w) for row in shown],
        "more": w("queue_more", n=n - len(shown)) if n > len(shown) else None,
    }


def _row(row: Mapping[str, Any], w: Wording) -> Values:
    level = row["urgency"] if row["urgency"] in ("critical", "high") else None
    text = row["quote"]
    # The badge says "urgent" already.
    reasons = [told for told in _reasons(row["reasons"], w) if not (level and told == w("reason_urgency"))]
    spans = row["quote_spans"] if isinstance(row["quote_spans"], list) else []
    spans = [] if text is None else _telling(spans, len(str(text)))
    return {
        "id": str(row["document_id"]),
        "priority": w.number(row["priority"], 2),
        "level": level,
        "level_text": w(f"urgency_{level}") if level else None,
        "reasons": reasons[:MOST_REASONS],
        "further": w("queue_further", n=len(reasons) - MOST_REASONS) if len(reasons) > MOST_REASONS else None,
        "pieces": [] if text is None else pieces(str(text), [_span(span) for span in spans]),
        "language": row["language"] if row["language"] in ("de", "en") else None,
        "due": _due(row, w),
        "owner": None if row["route_to"] is None else str(row["route_to"]),
        "channel": _channel(row, w),
        "quiet": bool(row["suppress_marketing"]) and row["queue"] != FIRST_QUEUE,
    }


def _telling(spans: list[Mapping[str, Any]], length: int) -> list[Mapping[str, Any]]:
    """Leave out marks that mark nothing: of nearly the whole quote, or of what another mark shows already."""
    short = [s for s in spans if s["end"] - s["start"] <= MOSTLY_MARKED * length]
    signals = [s for s in short if s["kind"] not in _DRIVER_SPANS]
    free = [
        s
        for s in short
        if s["kind"] in _DRIVER_SPANS and all(s["end"] <= o["start"] or o["end"] <= s["start"] for o in signals)
    ]
    return [*signals, *free]


def _span(span: Mapping[str, Any]) -> Values:
    # Codes of reasons may hold anything; what becomes a class does not.
    return {**span, "kind": span["kind"] if span["kind"] in _DRIVER_SPANS else "signal"}


def _due(row: Mapping[str, Any], w: Wording) -> str | None:
    at = row["deadline"] or row["due"]
    if at is not None:
        text = str(at)
        # Of a text that tells its day alone, the hour is not known.
        known = row["created_at"] is None or len(str(row["created_at"])) > _DAY
        clock = text[11:16] if known and len(text) > 15 and text[13] == ":" else ""
        return w("queue_due_at", day=w.date(text), clock=clock) if clock else w("queue_due", day=w.date(text))
    if row["deadline_hours"] is None:
        return None
    hours = float(row["deadline_hours"])
    if hours >= _IN_DAYS and hours % 24 == 0:
        return w("queue_within_days", days=int(hours // 24))
    return w("queue_within", hours=w.number(hours, 0 if hours.is_integer() else 1))


def _channel(row: Mapping[str, Any], w: Wording) -> str | None:
    channel = row["channel"]
    named = w(f"channel_{channel}") if f"channel_{channel}" in w.texts else channel
    parts = [str(part) for part in (named, row["touchpoint"]) if part is not None]
    return ", ".join(parts) or None


def _name(name: str, w: Wording) -> str:
    return w(f"queue_{name}") if name in LISTS else str(name)


def _reasons(codes: Any, w: Wording) -> list[str]:  # noqa: ANN401
    if not isinstance(codes, list):
        return [str(codes)] if codes else []
    told = [str(code) for code in codes]
    left_out = {word for word, topic in _SAID_BY_TOPICS.items() if any(code.startswith(topic) for code in told)}
    whole: dict[str, str] = {}
    for code in told:
        name, _, rest = code.partition(":")
        # "criticises App; Price" rather than the same verb twice.
        if f"{name}:" in _SAID_BY_TOPICS.values():
            whole[name] = f"{whole[name]}; {rest}" if name in whole else code
        elif code not in left_out:
            whole[code] = code
    return list(dict.fromkeys(reason(code, w) for code in whole.values()))


def reason(code: str, w: Wording) -> str:
    """Say a reason's code in words.

    Examples
    --------
    >>> from cxtext.report.wording import wording
    >>> reason("urgency:legal", wording("de")), reason("blames:app", wording("en")), reason("brandneu", wording("de"))
    ('droht mit rechtlichen Schritten', 'criticises app', 'brandneu')
    """
    name, _, rest = code.partition(":")
    for key in (f"reason_{name}_{rest}", f"reason_{name}"):
        if key in w.texts:
            return w(key, topic=rest)
    return code


def _cases(report: Mapping[str, Any], w: Wording) -> list[Values]:
    """Give open and closed cases by driver."""
    label = Labels(report)
    return [
        {
            "label": label(row),
            "symbol": w(f"{row['polarity']}_symbol"),
            "direction": w(f"{row['polarity']}_short"),
            "polarity": row["polarity"],
            **{name: w.number(row[name]) for name in ("n", "open", "closed")},
        }
        for row in report.get("cases", [])
        if row["n"] >= HIDDEN_BELOW
    ][:12]
