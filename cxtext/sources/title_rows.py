"""Rows above the header of a spreadsheet's export: a title, a date, an empty row."""

import csv
from collections.abc import Sequence

from cxtext.sources.columns import is_known_header

# Reports have a title, who made it, a date, and an empty row.
_MOST = 6
# A longer line is not split: each of its cells would take some 50 bytes.
_LONGEST_LINE = 100_000


def title_rows(rows: Sequence[Sequence[object]]) -> int:
    """Count the rows above the header; none unless an empty row or empty cells tell them from a table.

    Parameters
    ----------
    rows
        The first rows of a table, with those that are empty.

    Examples
    --------
    >>> title_rows([["Umfrage Mai"], [], ["id", "Kommentar"], ["1", "gut"]])
    2
    >>> title_rows([["comment"], [], ["good, fast"], ["slow"]])
    0
    """
    for above, row in enumerate(rows[: _MOST + 1]):
        if any(map(is_known_header, row)):
            filled = [str(cell).strip() for cell in row if str(cell).strip()]
            whole = len(filled) > 1 and len(set(filled)) == len(filled)
            behind = any(len(_filled(other)) > 1 for other in rows[above + 1 : above + 3])
            return above if whole and behind and _are_titles(rows[:above]) else 0
    return 0


def _are_titles(rows: Sequence[Sequence[object]]) -> bool:
    if not rows:
        return False
    alone = all(len(_filled(row)) <= 1 for row in rows)
    return not _filled(rows[-1]) or (alone and all(len(row) != 1 for row in rows))


def _filled(row: Sequence[object]) -> list[object]:
    return [cell for cell in row if str(cell).strip()]


def title_lines(lines: Sequence[str], delimiters: Sequence[str]) -> int:
    r"""Count the lines above the header of delimited text.

    >>> title_lines(["Survey, May\n", "\n", "id;comment\n", "1;good\n"], (";", ","))
    2
    """
    first = [line.rstrip("\r\n") for line in lines[: _MOST + 4]]
    if any(len(line) > _LONGEST_LINE for line in first):
        return 0
    for delimiter in delimiters:
        try:
            rows = list(csv.reader(first, delimiter=delimiter))
        except csv.Error:
            continue
        # A quotation mark that opens a field of several lines would make fewer rows than lines.
        if len(rows) == len(first) and (above := title_rows(rows)):
            return above
    return 0
