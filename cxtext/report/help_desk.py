"""The queue for other programs: one object per case, schema ``cxtext.queue/1``. Nothing here sends anything."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pandas as pd

from cxtext.report.content import plain

if TYPE_CHECKING:
    from cxtext.report.result import Analysis

SCHEMA = "cxtext.queue/1"

_BLOCK = 4096  # rows that are looked at together
_TEXTS = ("queue", "urgency", "channel", "touchpoint", "case_status", "language", "customer", "route_to")
_FLAGS = ("needs_response", "suppress_marketing")


def help_desk_export(analysis: "Analysis") -> dict[str, Any]:
    """Give the whole queue as plain values, most pressing first; ``cxtext/data/queue.schema.json`` describes them.

    Times are ISO 8601 with their offset, as help desks take them. Offsets of spans count the characters of the quote.

    Examples
    --------
    >>> import pandas as pd
    >>> from cxtext import Analysis
    >>> row = {"document_id": "mail.csv#7", "queue": "recover", "priority": 0.9, "reasons": ["churn"]}
    >>> [case] = help_desk_export(Analysis(topics=None, drivers=None, queue=pd.DataFrame([row])))["cases"]
    >>> case["id"], case["reasons"], case["deadline"]
    ('mail.csv#7', ['churn'], None)
    """
    return {"schema": SCHEMA, "cases": [_case(row) for row in analysis.queue.to_dict("records")]}


def help_desk_blocks(analysis: "Analysis") -> Iterator[str]:
    """Give the export of a queue with rows as JSON with an indent of 1, a case at a time."""
    before = f'{{\n "schema": {json.dumps(SCHEMA)},\n "cases": [\n'
    for start in range(0, len(analysis.queue), _BLOCK):
        for row in analysis.queue.iloc[start : start + _BLOCK].to_dict("records"):
            case = json.dumps(_case(row), ensure_ascii=False, indent=1, allow_nan=False)
            # Within texts line breaks are escaped.
            yield before + "  " + case.replace("\n", "\n  ")
            before = ",\n"
    yield "\n ]\n}\n"


def _case(row: Mapping[Any, Any]) -> dict[str, Any]:
    reasons = row["reasons"]
    return {
        "id": _text(row["document_id"]),
        "priority": plain(float(row["priority"])),
        **{name: _text(row[name]) for name in _TEXTS},
        **{name: None if _missing(row[name]) else bool(row[name]) for name in _FLAGS},
        "reasons": [plain(str(code)) for code in reasons] if isinstance(reasons, list | tuple) else [],
        "quote": _quote(row),
        "deadline": _time(row["deadline"]),
        "deadline_hours": None if _missing(row["deadline_hours"]) else plain(float(row["deadline_hours"])),
        "created_at": _time(row["created_at"]),
    }


def _quote(row: Mapping[Any, Any]) -> dict[str, Any] | None:
    text, spans = row["quote"], row["quote_spans"]
    if _missing(text):
        return None
    return {
        "text": plain(str(text)),
        "start": None if _missing(row["quote_start"]) else int(row["quote_start"]),
        "spans": [{k: plain(span[k]) for k in ("kind", "start", "end")} for span in spans]
        if isinstance(spans, list | tuple)
        else [],
    }


def _missing(value: Any) -> bool:  # noqa: ANN401 (a cell)
    return value is None or bool(pd.isna(value))


def _text(value: Any) -> str | None:  # noqa: ANN401
    return None if _missing(value) else str(plain(str(value)))


def _time(value: Any) -> str | None:  # noqa: ANN401
    return None if _missing(value) else str(value.isoformat() if hasattr(value, "isoformat") else value)


@cache
def queue_schema() -> dict[str, Any]:
    """Give the JSON schema of the export."""
    found: dict[str, Any] = json.loads((files("cxtext.data") / "queue.schema.json").read_text(encoding="utf-8"))
    return found
