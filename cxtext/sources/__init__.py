"""Reads files and tables of every channel into documents."""

from cxtext.sources.columns import KNOWN_SCALES, Columns, ScoreScale, parse_score
from cxtext.sources.load_report import LoadedFile, LoadReport, MappedColumn, Reject
from cxtext.sources.reading import Reading, preview, read

__all__ = [
    "KNOWN_SCALES",
    "Columns",
    "LoadReport",
    "LoadedFile",
    "MappedColumn",
    "Reading",
    "Reject",
    "ScoreScale",
    "parse_score",
    "preview",
    "read",
]
