"""Delimited text (CSV, TSV): delimiter, quoted line breaks, and what to do with broken rows. Streams."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from cxtext.sources.encodings import SAMPLE, UNDECODED, encoding_of_file
from cxtext.sources.load_report import Reason, Reject, UnreadableError
from cxtext.sources.survey_layouts import survey_of
from cxtext.sources.title_rows import title_lines

DELIMITERS = (";", ",", "\t", "|")
# Stands for "one column, no delimiter": a character that no text file holds.
NO_DELIMITER = "\x1f"
# As many columns as a spreadsheet has at most (Excel, since 2007).
_COLUMNS = 16_384
# A line of more cells is not even split: each takes some 50 bytes.
_CELLS = 1_000_000
# Lines looked at to find the delimiter and what kind of table it is.
_SAMPLE = 200


@dataclass(frozen=True, slots=True)
class Broken:
    """A record that could not be parsed."""

    reason: Reason
    length: int


def records(lines: Iterable[str], delimiter: str) -> Iterator[list[str] | Broken]:
    """Parse CSV records as RFC 4180 has them; a broken one costs one line and not the rest of the file.

    A quotation mark that is opened and never closed would swallow the following rows. Where the strict parser fails in
    a record of several lines, its first line is given up and parsing goes on with the second. A stray mark within one
    line is read leniently, as spreadsheets do.
    """
    waiting: deque[str] = deque()
    source = iter(lines)
    taken: list[str] = []

    def feed() -> Iterator[str]:
        while True:
            line = waiting.popleft() if waiting else next(source, None)
            if line is None:
                return
            taken.append(line)
            if line.count(delimiter) > _CELLS:
                raise csv.Error
            yield line

    reader = csv.reader(feed(), delimiter=delimiter, strict=True)
    while True:
        taken.clear()
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            first, *rest = taken
            waiting.extendleft(reversed(rest))
            reader = csv.reader(feed(), delimiter=delimiter, strict=True)
            yield from _give_up(first, several=bool(rest), delimiter=delimiter)
            continue
        if row:
            yield row


def _give_up(line: str, *, several: bool, delimiter: str) -> Iterator[list[str] | Broken]:
    if several:
        yield Broken("unclosed_quote", len(line))
        return
    if line.count(delimiter) > _CELLS:
        yield Broken("too_many_fields", len(line))
        return
    try:
        yield from (row for row in csv.reader([line], delimiter=delimiter) if row)
    except csv.Error:
        yield Broken("field_too_long", len(line))


def delimiter_of(lines: Sequence[str]) -> str:
    r"""Find the delimiter: the one by which most rows of the sample fit the header, and the header has most fields.

    >>> delimiter_of(["id;Kommentar\n", "1;Gut, aber teuer\n"])
    ';'
    >>> delimiter_of(["comment\n", "good, fast, cheap\n"]) == NO_DELIMITER
    True
    """
    best = (0.0, 0, NO_DELIMITER)
    for delimiter in DELIMITERS:
        rows = [row for row in records(lines, delimiter) if not isinstance(row, Broken)]
        width = len(rows[0]) if rows else 0
        if width < 2:
            continue
        widths = [_filled(row) for row in rows[1:] if _filled(row)] or [width]
        consistent = sum(2 <= filled <= width for filled in widths) / len(widths)
        if consistent >= 0.5 and (consistent, width) > best[:2]:
            best = (consistent, width, delimiter)
    return best[2]


def _filled(row: Sequence[str]) -> int:
    """Count a row's cells up to the last one that is not empty."""
    return max((i for i, cell in enumerate(row, start=1) if cell.strip()), default=0)


class DelimitedTable:
    """A CSV or TSV file. The header is read at once, the rows when they are asked for.

    Parameters
    ----------
    path
        The file.
    name
        What to call it in rejects.
    """

    sheet: str | None = None

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self._name = name
        self.encoding: str | None = encoding_of_file(path, limit=SAMPLE)
        with path.open(encoding=self.encoding, errors="surrogateescape", newline="") as file:
            sample = list(islice(_lines(file), _SAMPLE))
        self._skip = 0
        declared = _declared_delimiter(sample)
        if declared:
            self._skip, sample = 1, sample[1:]
        self.above = title_lines(sample, [declared] if declared else DELIMITERS)
        self._skip, sample = self._skip + self.above, sample[self.above :]
        found = declared or delimiter_of(sample)
        self.delimiter: str | None = None if found == NO_DELIMITER else found
        first = next(records(sample, found), None)
        if first is None:
            raise UnreadableError("empty_file")
        if isinstance(first, Broken):
            raise UnreadableError(first.reason, length=first.length)
        if len(first) > _COLUMNS:
            raise UnreadableError("too_many_fields", length=len(sample[0]))
        rows = [row for row in records(sample, found) if not isinstance(row, Broken)]
        if len(sample) == _SAMPLE:
            rows = rows[:-1] or rows  # the last one may go on
        self.survey = survey_of(rows)
        self.head: Sequence[Sequence[object]] = rows[self.survey.header_rows if self.survey else 1 :]
        header = list(self.survey.header) if self.survey else first
        while len(header) > 1 and not header[-1].strip():
            header.pop()
        self.header: tuple[str, ...] = tuple(h.strip() for h in header)

    def rows(self, used: Sequence[int]) -> Iterator[tuple[int, Sequence[object]] | Reject]:
        """Give ``(row number, values)``, or what was wrong with the row. Values are in the order of the header."""
        # The sample may have been plain ASCII; the whole file decides.
        self.encoding = encoding_of_file(self._path)
        last_used = max(used, default=0)
        with self._path.open(encoding=self.encoding, errors="surrogateescape", newline="") as file:
            found = records(islice(_lines(file), self._skip, None), self.delimiter or NO_DELIMITER)
            for _ in range(self.survey.header_rows if self.survey else 1):
                next(found, None)
            for number, row in enumerate(found, start=1):
                # Spreadsheets write rows of empty cells below the table.
                if isinstance(row, Broken) or len(self.header) == 1 or any(value.strip() for value in row):
                    yield self._checked(number, row, last_used)

    def _checked(self, number: int, row: list[str] | Broken, last_used: int) -> tuple[int, Sequence[object]] | Reject:
        if isinstance(row, Broken):
            return Reject(self._name, row.reason, row=number, length=row.length)
        width = len(self.header)
        reason: Reason | None = None
        if any(UNDECODED.search(value) for value in row):
            reason = "bad_encoding"
        elif len(row) > width and any(value.strip() for value in row[width:]):
            reason = "too_many_fields"
        elif len(row) <= last_used or (len(row) == 1 < width):
            # Some programs leave out empty cells at the end of a row; a row that stops before a column that is needed
            # is mostly one half of a comment with an unquoted line break.
            reason = "too_few_fields"
        if reason:
            return Reject(self._name, reason, row=number, length=sum(map(len, row)) + len(row) - 1)
        return number, row + [""] * (width - len(row))


def _lines(file: Iterable[str]) -> Iterator[str]:
    """Give the file's lines without a byte order mark."""
    for i, line in enumerate(file):
        yield line.removeprefix("\ufeff") if i == 0 else line


def _declared_delimiter(sample: Sequence[str]) -> str | None:
    # Excel writes and reads a first line "sep=;".
    first = sample[0].strip("\r\n") if sample else ""
    return first[4] if len(first) == 5 and first.lower().startswith("sep=") else None
