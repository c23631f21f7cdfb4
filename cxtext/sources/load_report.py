"""What happened while a source was read: counts, the columns that were taken, and what could not be read."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any, Literal

# Stable codes; a code names what is wrong and never holds content.
Reason = Literal[
    "bad_encoding",  # bytes that the file's encoding does not have
    "bad_time",  # a time that is no number, not finite, below zero, or ends before it begins; the words are kept
    "broken_cue",  # a cue of a WebVTT or SRT file without a time that can be read
    "broken_header",  # the rows above the data of a survey's export break off
    "broken_json",
    "broken_mail",
    "broken_parquet",
    "broken_srt",
    "broken_vtt",
    "broken_xlsx",
    "empty_file",
    "field_too_long",  # beyond csv.field_size_limit(): mostly a quotation mark that is never closed
    "hidden_file",
    "merged_header",  # cells of a sheet's first row are merged, so that names and columns cannot be told
    "missing_field",  # a field that this format always has
    "no_plain_text",  # an Outlook mail whose words are in rich text only
    "not_a_record",  # JSON, but not an object
    "not_text",  # a binary file, or a value in the text column that is not text
    "too_few_fields",
    "too_large",  # a value of JSON, a transcript, or a workbook as it unpacks, beyond what is read at once
    "too_many_fields",
    "too_many_rejects",  # the rest of a file of which hardly anything can be read
    "unclosed_quote",
    "unknown_format",
    "unreadable_file",  # the operating system refuses
]


@dataclass(frozen=True, slots=True)
class Reject:
    """Something that could not be read: where it stands and why, never what it is.

    Parameters
    ----------
    file
        Name of the file, as in document ids.
    reason
        A stable code, see :data:`Reason`.
    row
        Data row, counted from 1; null for a whole file.
    byte
        Where it begins in the file, counted from 0, where that is known.
    column
        The column at fault, if it is one.
    length
        How long the rejected piece is: bytes of a file, characters of a row or value.
    """

    file: str
    reason: Reason
    row: int | None = None
    byte: int | None = None
    column: str | None = None
    length: int | None = None


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """Which column plays a role, and how it was found.

    ``how`` is ``"named"`` (the caller named it), ``"export"`` (the survey tool that wrote the table means it so),
    ``"synonym"`` (its header is a known word for the role),
    ``"only column"`` or ``"constant"`` (no column: ``column`` is the value for all rows).
    """

    role: str
    column: str
    how: Literal["named", "export", "synonym", "only column", "constant"]


@dataclass(slots=True)
class LoadedFile:
    """What was taken for one file or table, why it was, and how much came out of it.

    ``why`` says by what the format was told: ``"suffix .csv"``, or ``"keys results.items, results.transcripts"``.
    """

    name: str
    format: str
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    columns: tuple[MappedColumn, ...] = ()
    rows: int = 0
    documents: int = 0
    why: str = ""


@dataclass(slots=True)
class LoadReport:
    """What happened while a source was read.

    Attributes
    ----------
    files
        One entry per file or table that is read, with encoding, delimiter and the mapping of its columns.
    empty_texts
        Documents without text.
    rejects
        What could not be read.
    previews
        Rows of a survey that nobody answered in earnest; they give no documents.
    unfinished
        Rows of a survey that break off before its end; they give documents like all others.
    unanswered
        Open questions without an answer, in rows with an answer to another; they give no documents.
    automatic_kinds
        Mails that nobody wrote to the company, per kind: ``"reply"`` (automatic replies), ``"bounce"``,
        ``"newsletter"``. They are among the documents, as ``author_role`` system.
    roles
        Turns of conversations per role; ``"unknown"`` where the source does not say who speaks.
    out_of_scale, not_numbers
        Score values that count as missing, per score: outside the scale, or neither a number nor an answer that is
        known for a scale of so many points.
    unreadable_times, unknown_channels, unknown_languages
        Filled cells that were not understood and count as missing.
    notes
        Decisions that the reader should know, e.g. the time zone of times that name none.
    """

    files: list[LoadedFile] = field(default_factory=list)
    empty_texts: int = 0
    rejects: list[Reject] = field(default_factory=list)
    previews: int = 0
    unfinished: int = 0
    unanswered: int = 0
    automatic_kinds: Counter[str] = field(default_factory=Counter)
    roles: Counter[str] = field(default_factory=Counter)
    out_of_scale: Counter[str] = field(default_factory=Counter)
    not_numbers: Counter[str] = field(default_factory=Counter)
    unreadable_times: int = 0
    unknown_channels: int = 0
    unknown_languages: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Rows or messages seen, rejected ones included."""
        return sum(file.rows for file in self.files)

    @property
    def documents(self) -> int:
        """Documents given."""
        return sum(file.documents for file in self.files)

    @property
    def automatic_mails(self) -> int:
        """Automatic replies, bounces and newsletters together."""
        return self.automatic_kinds.total()

    def note(self, text: str) -> None:
        """Add a note, once."""
        if text not in self.notes:
            self.notes.append(text)

    def reject_counts(self) -> dict[str, int]:
        """Count the rejects by reason, in the order of their codes."""
        return dict(sorted(Counter(r.reason for r in self.rejects).items()))

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain values for JSON; rejects as counts by reason."""
        values = {"rows": self.rows, "documents": self.documents, **asdict(self)}
        values["rejects"] = self.reject_counts()
        values["automatic_kinds"] = dict(sorted(self.automatic_kinds.items()))
        values["roles"] = dict(sorted(self.roles.items()))
        values["out_of_scale"] = dict(sorted(self.out_of_scale.items()))
        values["not_numbers"] = dict(sorted(self.not_numbers.items()))
        for file in values["files"]:
            file["columns"] = list(file["columns"])
        return values

    def write_rejects(self, path: str | PathLike[str]) -> None:
        """Write the rejects as JSON lines: file, row, byte, column, reason, length; never content."""
        order = ("file", "row", "byte", "column", "reason", "length")
        # Column names of JSON may hold lone surrogates, which UTF-8 does not have.
        with Path(path).open("w", encoding="utf-8", errors="replace", newline="\n") as out:
            for reject in self.rejects:
                values: Mapping[str, Any] = asdict(reject)
                out.write(json.dumps({name: values[name] for name in order}, ensure_ascii=False) + "\n")


class UnreadableError(Exception):
    """A whole file cannot be read; caught inside this package and turned into a :class:`Reject`."""

    def __init__(self, reason: Reason, *, length: int | None = None, byte: int | None = None) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
        self.length = length
        self.byte = byte
