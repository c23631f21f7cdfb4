"""Tables in Excel workbooks: which sheet, what is refused, and values instead of formulas."""

import lzma
import re
import zipfile
import zlib
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from cxtext.sources.columns import is_known_header
from cxtext.sources.load_report import Reject, UnreadableError
from cxtext.sources.survey_export import SurveyExport
from cxtext.sources.survey_layouts import survey_of
from cxtext.sources.tables import Row
from cxtext.sources.title_rows import title_rows

# A workbook is read as a whole, and its sheets are laid out from the first cell to the last.
_MOST_BYTES = 2**30
_MOST_TEXT = 2**29  # bytes in the cells of one sheet
_MOST_CELLS = 20_000_000
_CHUNK = 2**20
_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,3})([0-9]{1,7})["']""")
# A cell may name a text of the workbook by its number, and so may a million others.
_SHARED_TEXT_END = re.compile(rb"</(?:\w{1,20}:)?si\s{0,9}>")
_SHARED = re.compile(
    rb"""\st\s{0,9}=\s{0,9}["']s["']"""
    rb"""(?:[^<>]{0,99}>\s{0,9}<(?:\w{1,20}:)?v>\s{0,9}([0-9]{1,9})\s{0,9}<)?"""
)
# Longer than any cell's name and begin; what a chunk cuts in two is seen with the next one.
_OVERLAP = 256
_LONGEST_CELL_BEGIN = 192
_SAMPLE = 200


class SheetTable:
    """A sheet of a workbook: the first one whose header is known, else the first one that has rows.

    Cells with formulas have the value that was stored with them; cells of errors are empty.

    Parameters
    ----------
    path
        The file.
    name
        What to call it in rejects.
    """

    encoding: str | None = None
    delimiter: str | None = None

    def __init__(self, path: Path, name: str) -> None:
        if path.stat().st_size == 0:
            raise UnreadableError("empty_file", length=0)
        _check_size(path)
        title, cells, merged = _sheet(path)
        self.sheet: str | None = title
        self.above = title_rows(cells[:_SAMPLE])
        cells = cells[self.above :]
        self.survey: SurveyExport | None = survey_of(cells[: _SAMPLE + 3])
        if self.survey is None and any(first == self.above for first in merged):
            raise UnreadableError("merged_header")
        header_rows = self.survey.header_rows if self.survey else 1
        header = self.survey.header if self.survey else tuple(str(cell).strip() for cell in cells[0])
        self.header: tuple[str, ...] = header
        self._cells = cells[header_rows:]
        self.head: Sequence[Sequence[object]] = self._cells[:_SAMPLE]

    def rows(self, used: Sequence[int]) -> Iterator[Row | Reject]:
        """Give the rows, see :class:`cxtext.sources.tables.Table`."""
        width = len(self.header)
        for number, cells in enumerate(self._cells, start=1):
            if any(cell != "" for cell in cells):
                yield number, [*cells, *[""] * (width - len(cells))]


def _sheet(path: Path) -> tuple[str, list[list[Any]], list[int]]:
    """Choose a sheet: its name, its cells from the first filled one on, and the rows there that hold merged cells."""
    import python_calamine

    best: tuple[int, str, Any, list[list[Any]]] | None = None
    try:
        workbook = python_calamine.CalamineWorkbook.from_path(path)
        for title in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(title)
            head = sheet.to_python(skip_empty_area=True, nrows=4)
            known = max((sum(map(is_known_header, row)) for row in head[:3]), default=0)
            if head and (best is None or known > best[0]):
                best = (known, title, sheet, head)
        if best is None:
            raise UnreadableError("empty_file")
        _, title, sheet, _ = best
        top = (sheet.start or (0, 0))[0]
        merged = [first[0] - top for first, last in sheet.merged_cell_ranges or () if first != last]
        return title, sheet.to_python(skip_empty_area=True), merged
    except python_calamine.CalamineError:
        raise UnreadableError("broken_xlsx", length=path.stat().st_size) from None


def _check_size(path: Path) -> None:
    """Refuse a workbook that is far larger than its file: a zip bomb, or cells at the far end of an empty sheet.

    Sizes in the archive's directory may lie, so that what is unpacked is counted.
    """
    length = path.stat().st_size
    unpacked = 0
    texts = _SharedTexts()
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > _MOST_BYTES:
                raise UnreadableError("too_large", length=length)
            for part in archive.infolist():
                rows = columns = 0
                texts.begin(unpacked)
                with archive.open(part) as stream:
                    tail = b""
                    while chunk := stream.read(_CHUNK):
                        unpacked += len(chunk)
                        places = _PLACE.findall(tail + chunk)
                        rows = max([rows, *(int(number) for _, number in places)])
                        columns = max([columns, *(_column(letters) for letters in {letters for letters, _ in places})])
                        texts.see(tail + chunk, unpacked - len(tail) - len(chunk))
                        tail = (tail + chunk)[-_OVERLAP:]
                        if unpacked > _MOST_BYTES or rows * columns > _MOST_CELLS:
                            raise UnreadableError("too_large", length=length)
        if texts.largest() > _MOST_TEXT:
            raise UnreadableError("too_large", length=length)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, RuntimeError, EOFError, ValueError, OSError):
        # What is encrypted, packed in an unusual way or damaged.
        raise UnreadableError("broken_xlsx", length=length) from None


class _SharedTexts:
    """How much text the cells of a sheet hold that name texts of the workbook by number, each as often as it is named.

    Of every part both are noted, lengths of texts and numbers in cells, whatever the part calls itself.
    """

    def __init__(self) -> None:
        self._lengths: list[array[int]] = []
        self._named: list[array[int]] = []
        self._end = self._last = 0

    def begin(self, at: int) -> None:
        """Go on with another part, which begins at an offset."""
        self._lengths.append(array("q"))
        self._named.append(array("q"))
        self._end = self._last = at

    def see(self, data: bytes, at: int) -> None:
        """Note what stands in a piece of a part that begins at an offset; pieces overlap."""
        for match in _SHARED_TEXT_END.finditer(data, max(self._end - at, 0)):
            self._lengths[-1].append(at + match.end() - self._end)
            self._end = at + match.end()
        # What may go on in the next piece is left for it.
        for match in _SHARED.finditer(data, max(self._last - at, 0)):
            if match[1] is None and match.end() > len(data) - _LONGEST_CELL_BEGIN:
                break
            self._named[-1].append(-1 if match[1] is None else int(match[1]))
            self._last = at + match.end()

    def largest(self) -> int:
        """Give the bytes of the sheet with the most; a number that cannot be read counts as the longest text."""
        import numpy as np

        width = max(map(len, self._lengths), default=0)
        lengths = np.zeros(width + 1, np.int64)
        for part in self._lengths:
            lengths[: len(part)] = np.maximum(lengths[: len(part)], np.array(part, np.int64))
        lengths[width] = lengths.max()
        sums = [0]
        for named in self._named:
            places = np.array(named, np.int64)
            sums.append(int(lengths[np.where((places < 0) | (places > width), width, places)].sum()))
        return max(sums)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - 64
    return number
