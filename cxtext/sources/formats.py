"""The file formats that can be read. A further format is one more entry in ``FORMATS``."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from cxtext.documents import Document
from cxtext.errors import InputValueError
from cxtext.sources.captions import begins_as_srt, read_srt, read_vtt
from cxtext.sources.conversations.kinds import KINDS, Kind
from cxtext.sources.conversations.reading import kind_of_json, kind_of_table, read_json_kind, read_table_kind
from cxtext.sources.delimited import DelimitedTable
from cxtext.sources.email import read_eml, read_mbox
from cxtext.sources.input import Reader
from cxtext.sources.load_report import Reject, UnreadableError
from cxtext.sources.outlook import read_msg
from cxtext.sources.plain import read_txt
from cxtext.sources.table_files import JsonTable, ParquetTable
from cxtext.sources.tables import Table
from cxtext.sources.workbooks import SheetTable

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
    look
        Looks into a file of this format (path, whether kinds that are also tables count) for a more special one, which
        is read into documents, and says by what it was told.
    scales
        Worst and best values of scores that documents of this format may have.

    Both readers raise :class:`cxtext.sources.load_report.UnreadableError` for a file that cannot be read as a whole.
    """

    name: str
    suffixes: tuple[str, ...]
    table: Callable[[Path, str], Table] | None = None
    documents: Reader | None = None
    sniff: Callable[[bytes], bool] | None = None
    look: "Callable[[Path, bool], tuple[Format, str] | None] | None" = None
    scales: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if (self.table is None) == (self.documents is None):
            raise InputValueError(f"format {self.name!r} needs either table or documents, and not both")


def _is_mail(head: bytes) -> bool:
    names = (b"from:", b"received:", b"return-path:", b"date:", b"message-id:", b"delivered-to:", b"mime-version:")
    lines = head.lower().replace(b"\r\n", b"\n").split(b"\n\n", 1)[0].split(b"\n")
    return sum(line.startswith(names) for line in lines) >= 2


def _is_vtt(head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT")


def _is_srt(head: bytes) -> bool:
    return begins_as_srt(head.removeprefix(b"\xef\xbb\xbf").decode("latin-1"))


def _is_json(head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")


def _json_format(path: Path, tables: bool) -> tuple[Format, str] | None:
    found = kind_of_json(path, tables=tables)
    return (_format_of_kind(found[0], read_json_kind), found[1]) if found else None


def _table_format(path: Path, tables: bool) -> tuple[Format, str] | None:
    found = kind_of_table(path) if tables else None
    return (_format_of_kind(found[0], read_table_kind), found[1]) if found else None


def _text_format(path: Path, tables: bool) -> tuple[Format, str] | None:
    """Tell what a text file holds if it is something else than its suffix says."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if _is_vtt(head):
        return Format(name="vtt", suffixes=(), documents=read_vtt), "begins like vtt"
    if _is_srt(head):
        return Format(name="srt", suffixes=(), documents=read_srt), "begins like srt"
    if _is_json(head):
        # Who writes a text may begin it with a bracket.
        with suppress(UnreadableError, UnicodeDecodeError):
            return _json_format(path, tables)
    return None


def _format_of_kind(kind: Kind, read: Callable[..., Iterator[Document | Reject]]) -> "Format":
    return Format(name=kind.name, suffixes=(), documents=partial(read, kind=kind), scales=kind.scales)


FORMATS: tuple[Format, ...] = (
    Format(name="csv", suffixes=(".csv", ".tsv", ".tab"), table=DelimitedTable, look=_table_format),
    Format(
        name="xlsx",
        suffixes=(".xlsx", ".xlsm"),
        table=SheetTable,
        sniff=lambda head: head.startswith(b"PK") and b"[Content_Types].xml" in head,
    ),
    Format(name="jsonl", suffixes=(".jsonl", ".ndjson"), table=JsonTable, look=_json_format),
    Format(name="json", suffixes=(".json",), table=JsonTable, sniff=_is_json, look=_json_format),
    Format(
        name="parquet", suffixes=(".parquet", ".pq"), table=ParquetTable, sniff=lambda head: head.startswith(b"PAR1")
    ),
    Format(name="mbox", suffixes=(".mbox", ".mbx"), documents=read_mbox, sniff=lambda head: head.startswith(b"From ")),
    Format(name="eml", suffixes=(".eml",), documents=read_eml, sniff=_is_mail),
    Format(name="msg", suffixes=(".msg",), documents=read_msg),
    Format(name="vtt", suffixes=(".vtt",), documents=read_vtt, sniff=_is_vtt, look=_text_format),
    Format(name="srt", suffixes=(".srt",), documents=read_srt, sniff=_is_srt, look=_text_format),
    Format(name="txt", suffixes=(".txt", ".text"), documents=read_txt, look=_text_format),
    # Told by their keys: the kinds of conversations and reviews in JSON.
    *(_format_of_kind(kind, read_json_kind) for kind in KINDS),
)


def known_suffixes() -> tuple[str, ...]:
    """File name endings that are read, in the order of ``FORMATS``."""
    return tuple(suffix for known in FORMATS for suffix in known.suffixes)


def format_of(path: Path, *, sniff: bool) -> Format | None:
    """Find a file's format by its suffix, or with ``sniff`` else by how it begins; null if neither says it."""
    found = _by_suffix(path) or (_by_head(path) if sniff else None)
    return found[0] if found else None


def recognise(path: Path, *, sniff: bool, tables: bool = True) -> tuple[Format, str] | None:
    """Find a file's format, and say by what it was told: what is in the file counts before its suffix.

    Parameters
    ----------
    path
        The file.
    sniff
        Whether a file without a known suffix is looked into.
    tables
        Whether reviews, which are also tables, are read as reviews; otherwise only conversations are looked for.

    Raises
    ------
    UnreadableError
        If the file is empty or broken.
    """
    found = _by_suffix(path) or (_by_head(path) if sniff else None)
    if found is None or found[0].look is None:
        return found
    special = found[0].look(path, tables)
    return found if special is None or special[0].name == found[0].name else special


def _by_suffix(path: Path) -> tuple[Format, str] | None:
    suffix = path.suffix.lower()
    return next(((known, f"suffix {suffix}") for known in FORMATS if suffix in known.suffixes), None)


def _by_head(path: Path) -> tuple[Format, str] | None:
    with path.open("rb") as file:
        head = file.read(_HEAD)
    found = next((known for known in FORMATS if known.sniff is not None and known.sniff(head)), None)
    return (found, f"begins like {found.name}") if found else None
