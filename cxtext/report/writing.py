"""The report's files."""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from cxtext.report.content import Level, ReportLanguage, records
from cxtext.report.help_desk import help_desk_blocks
from cxtext.topics.registry import to_json as registry_json

if TYPE_CHECKING:
    from cxtext.report.result import Analysis

# A spreadsheet takes a cell that begins with one of these for a formula, and customers' words may begin with any.
# Full-width signs are taken for the plain ones in some languages.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# Tables that are written as they are, where they have rows.
_PLAIN = (
    "scores", "importance", "standings", "segments", "touchpoints", "steps", "change", "gaps", "trends",
    "segment_trends", "cases", "trajectories", "closings", "effort", "effort_topics", "causes", "duplicates",
    "corrections",
)  # fmt: skip
# Those that name records, or hold their words.
_PERSONAL = ("journeys", "conversations", "stories")
# Rows that are written at once.
_BLOCK = 4096
# Columns of the queue with customers' words.
_QUOTED = ["quote", "quote_start", "quote_spans"]


def save(analysis: "Analysis", directory: Path, *, language: ReportLanguage | None, level: Level) -> None:
    """Write the report's files into ``directory``; see :meth:`cxtext.Analysis.save`."""
    from cxtext.report.html import render
    from cxtext.report.markdown import render as render_markdown

    report = analysis.to_dict(language=language, level=level)
    files = {
        "report.json": to_json(report),
        "report.html": render(report),
        "report.md": render_markdown(report),
        "topics.json": to_json(records(analysis.topics)),
        "drivers.csv": to_csv(
            pd.concat([analysis.positive_drivers, analysis.negative_drivers], ignore_index=True)
            if len(analysis.drivers)
            else analysis.drivers
        ),
    }
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        write_text(directory / name, text)
    del report, files
    # Tables that grow with the collection: one after the other, block by block.
    for name in (*_PLAIN, *(_PERSONAL if level == "quotes" else ())):
        if len(table := getattr(analysis, name)):
            write_text(directory / f"{name}.csv", csv_blocks(table))
    if analysis.topic_registry:
        write_text(directory / "topic_registry.json", registry_json(analysis.topic_registry))
    if len(analysis.alerts):
        write_text(directory / "alerts.json", to_json(records(analysis.alerts)))
    if len(analysis.queue):
        shown = analysis.queue if level == "quotes" else analysis.queue.drop(columns=_QUOTED)
        write_text(directory / "queue.csv", csv_blocks(shown))
        if level == "quotes":
            write_text(directory / "queue.json", help_desk_blocks(analysis))


def to_json(value: Any) -> str:  # noqa: ANN401
    """Give JSON that people can read: indented, in UTF-8, with a line break at the end."""
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def to_csv(frame: pd.DataFrame) -> str:
    """Give a table as CSV: commas, points, UTF-8, missing values empty.

    A text that a spreadsheet would run as a formula gets an apostrophe in front.

    >>> to_csv(pd.DataFrame({"label": ["=1+1", "Lieferung"], "share": [0.5, None]})).splitlines()
    ['label,share', "'=1+1,0.5", 'Lieferung,']
    """
    return "".join(csv_blocks(frame))


def csv_blocks(frame: pd.DataFrame) -> Iterator[str]:
    """Give the text of :func:`to_csv` piece by piece: as Python's objects, a row takes kilobytes."""
    for start in range(0, max(len(frame), 1), _BLOCK):
        rows = [
            {name: _cell(value) for name, value in row.items()} for row in records(frame.iloc[start : start + _BLOCK])
        ]
        block = pd.DataFrame(rows, columns=list(frame.columns), dtype=object)
        yield block.to_csv(index=False, header=start == 0, lineterminator="\n")


def _cell(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, list) and any(isinstance(v, dict) for v in value):
        value = json.dumps(value, ensure_ascii=False)
    elif isinstance(value, list):
        value = "; ".join(str(v) for v in value)
    elif isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, str):
        return value
    guarded = f"'{value}" if value.startswith(_FORMULA) else value
    # A lone carriage return would end the row for some readers; inside a cell every line break is "\n".
    return guarded.replace("\r\n", "\n").replace("\r", "\n")


def write_text(path: Path, text: str | Iterable[str]) -> None:
    """Write a file as a whole: under another name first, then renamed, so that nobody reads half of it."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines((text,) if isinstance(text, str) else text)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
