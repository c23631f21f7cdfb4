"""The file formats that can be read. A further format is one more entry in ``FORMATS``."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cxtext.errors import InputValueError
from cxtext.sources.delimited import DelimitedTable
from cxtext.sources.email import read_eml, read_mbox
from cxtext.sources.input import Reader
from cxtext.sources.plain import read_txt
from cxtext.sources.table_files import JsonLinesTable, ParquetTable, SheetTable, read_json
from cxtext.sources.tables import Table
from cxtext.sources.transcripts import read_srt, read_vtt

_HEAD = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A file format: how it is recognised, and what reads it.

    Parameters
    ----------
    name
        What to call it in the report.
    suffixes
        File name endings in lower case, with the dot.
    table
        Opens the file (path, name) as a table whose columns are then mapped; or
    documents
        reads it into documents directly. Exactly one of the two is given.
    sniff
        Tells from the first 4 kB whether a file without a known suffix has this format.

    Both readers raise :class:`cxtext.sources.load_report.UnreadableError` for a file that cannot be read as a whole.
    """

    name: str
    suffixes: tuple[str, ...]
    table: Callable[[Path, str], Table] | None = None
    documents: Reader | None = None
    sniff: Callable[[bytes], bool] | None = None

    def __post_init__(self) -> None:
        if (self.table is None) == (self.documents is None):
            raise InputValueError(f"format {self.name!r} needs either table or documents, and not both")


def _is_mail(head: bytes) -> bool:
    names = (b"from:", b"received:", b"return-path:", b"date:", b"message-id:", b"delivered-to:", b"mime-version:")
    lines = head.lower().replace(b"\r\n", b"\n").split(b"\n\n", 1)[0].split(b"\n")
    return sum(line.startswith(names) for line in lines) >= 2


FORMATS: tuple[Format, ...] = (
    Format(name="csv", suffixes=(".csv", ".tsv", ".tab"), table=DelimitedTable),
    Format(
        name="xlsx",
        suffixes=(".xlsx", ".xlsm"),
        table=SheetTable,
        sniff=lambda head: head.startswith(b"PK") and b"[Content_Types].xml" in head,
    ),
    Format(name="jsonl", suffixes=(".jsonl", ".ndjson"), table=JsonLinesTable),
    Format(name="json", suffixes=(".json",), table=read_json, sniff=lambda head: head.lstrip()[:1] in (b"{", b"[")),
    Format(
        name="parquet", suffixes=(".parquet", ".pq"), table=ParquetTable, sniff=lambda head: head.startswith(b"PAR1")
    ),
    Format(name="mbox", suffixes=(".mbox", ".mbx"), documents=read_mbox, sniff=lambda head: head.startswith(b"From ")),
    Format(name="eml", suffixes=(".eml",), documents=read_eml, sniff=_is_mail),
    Format(
        name="vtt",
        suffixes=(".vtt",),
        documents=read_vtt,
        sniff=lambda head: head.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT"),
    ),
    Format(name="srt", suffixes=(".srt",), documents=read_srt),
    Format(name="txt", suffixes=(".txt", ".text"), documents=read_txt),
)


def known_suffixes() -> tuple[str, ...]:
    """File name endings that are read, in the order of ``FORMATS``."""
    return tuple(suffix for known in FORMATS for suffix in known.suffixes)


def format_of(path: Path, *, sniff: bool) -> Format | None:
    """Find a file's format by its suffix, or with ``sniff`` else by its content; null if neither says it."""
    found = recognise(path, sniff=sniff)
    return found[0] if found else None


def recognise(path: Path, *, sniff: bool) -> tuple[Format, str] | None:
    """Find a file's format as :func:`format_of` does, and say by what it was told."""
    suffix = path.suffix.lower()
    for known in FORMATS:
        if suffix in known.suffixes:
            return known, f"suffix {suffix}"
    if not sniff:
        return None
    with path.open("rb") as file:
        head = file.read(_HEAD)
    found = next((known for known in FORMATS if known.sniff is not None and known.sniff(head)), None)
    return (found, f"begins like {found.name}") if found else None
