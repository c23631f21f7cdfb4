"""Tables of texts with the labels that people gave them.

Labels are shown in tables and messages; texts never are. So a label column that looks as if it held texts is refused
without naming what is in it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from os import PathLike
from pathlib import Path
from typing import Any, Literal

from cxtext.config import read_data
from cxtext.documents import Document, LanguageCode
from cxtext.errors import ColumnError, InputTypeError, InputValueError, SourceError, nearest
from cxtext.sources.cells import as_language, as_text
from cxtext.sources.columns import Columns, plain_header
from cxtext.sources.formats import format_of
from cxtext.sources.frames import table_in_memory
from cxtext.sources.load_report import Reject, UnreadableError
from cxtext.sources.mapping import resolve
from cxtext.sources.paths import find_files
from cxtext.sources.table_files import RecordTable
from cxtext.sources.tables import Table

Task = Literal["sentiment", "categories"]
LONGEST_LABEL = 60


class NothingUsableError(InputValueError):
    """There is not one labelled text in the input."""


@dataclass(frozen=True, slots=True)
class LabelledText:
    """One row: its position (data rows are counted from 1), the text, and its label with white space tidied."""

    row: int
    text: str
    label: str
    question: str | None = None
    language: LanguageCode | None = None


@dataclass(frozen=True, slots=True)
class LabelledTable:
    """The usable rows of a table, and how many were not.

    ``rejected`` counts rows that could not be read, by reason.
    """

    name: str
    text_column: str
    label_column: str
    texts: tuple[LabelledText, ...]
    rows: int
    without_text: int
    without_label: int
    rejected: Mapping[str, int]

    def notes(self) -> list[str]:
        """Say which rows are not used, and why."""
        lacking = (("text", self.without_text), ("label", self.without_label))
        notes = [f"{n:,} rows without {what} are left out" for what, n in lacking if n]
        return [*notes, *(f"{n:,} rows are rejected: {reason}" for reason, n in self.rejected.items())]


@cache
def label_words() -> Mapping[str, Any]:
    """Headers of label columns and names of sentiment classes, from ``data/labels.toml``."""
    return read_data("labels.toml")


def read_labelled(
    source: Any,  # noqa: ANN401 (a path, a table of several libraries, or records)
    *,
    task: Task,
    text: str | None = None,
    label: str | None = None,
) -> LabelledTable:
    """Read a labelled table: CSV, XLSX, JSONL, JSON, Parquet, a table in memory, or mappings.

    Parameters
    ----------
    source
        One file, or a DataFrame, an Arrow table, a ``datasets.Dataset`` or an iterable of mappings.
    task
        What the labels are; says which headers a label column may have.
    text, label
        The columns; found by their headers if not named.

    Raises
    ------
    SourceNotFoundError, SourceError
        If the file does not exist, cannot be read, or is no table.
    ColumnError
        If a column is not there or cannot be told.
    InputTypeError, InputValueError
        If the source is no table, or the label column does not hold labels.

    Examples
    --------
    >>> rows = [{"Kommentar": "Viel zu teuer.", "Kategorie": "Preis"}, {"Kommentar": "Bus late.", "Kategorie": "Time"}]
    >>> table = read_labelled(rows, task="categories")
    >>> [(t.row, t.label) for t in table.texts], table.label_column
    ([(1, 'Preis'), (2, 'Time')], 'Kategorie')
    """
    table, name = _open(source)
    label_at = _label_column(table.header, label, task, name)
    # The label's own column must not be taken for the text.
    others = [i for i in range(len(table.header)) if i != label_at]
    columns = Columns(text=() if text is None else (text,))
    mapping = resolve([table.header[i] for i in others], columns, where=name)
    if len(mapping.text) != 1:
        raise ColumnError(f"{name}: name one text column, got {len(mapping.text)}")
    places = {role: others[i] for role, i in mapping.single.items() if role in ("question", "language")}
    places |= {"text": others[mapping.text[0]], "label": label_at}
    found, rows, empty, unlabelled, rejected = _rows(table, places, name)
    _check_labels(found, table.header[label_at])
    return LabelledTable(
        name=name,
        text_column=table.header[places["text"]],
        label_column=table.header[label_at],
        texts=tuple(found),
        rows=rows,
        without_text=empty,
        without_label=unlabelled,
        rejected=dict(sorted(rejected.items())),
    )


def _open(source: Any) -> tuple[Table, str]:  # noqa: ANN401
    if isinstance(source, str | PathLike):
        return _open_file(Path(source))
    if (table := table_in_memory(source)) is not None:
        return table, "table"
    if isinstance(source, Iterable) and not isinstance(source, Mapping | bytes | Document):
        records = RecordTable(source, "item")
        if records.header:
            return records, "item"
    raise InputTypeError(
        "labelled texts come as the path of a table, a table in memory, or an iterable of mappings; "
        f"got {type(source).__name__}"
    )


def _open_file(path: Path) -> tuple[Table, str]:
    if path.is_dir():
        raise SourceError(f"{path} is a folder; labelled texts come as one table, e.g. labels.csv")
    [file] = find_files([path])
    try:
        known = format_of(file.path, sniff=True)
        if known is None or known.table is None:
            raise SourceError(
                f"{file.name} is no table that can be read; allowed: CSV, TSV, XLSX, JSONL, JSON, Parquet"
            )
        return known.table(file.path, file.name), file.name
    except UnreadableError as error:
        raise SourceError(f"{file.name} cannot be read: {error.reason}") from None
    except UnicodeDecodeError:
        raise SourceError(f"{file.name} cannot be read: bad_encoding") from None
    except OSError as error:
        raise SourceError(f"{file.name} cannot be read: {error.strerror}") from None


def _label_column(header: Sequence[str], name: str | None, task: Task, where: str) -> int:
    plain = [plain_header(h) for h in header]
    if name is not None:
        matches = [i for i, h in enumerate(header) if h == name]
        matches = matches or [i for i, h in enumerate(plain) if h == plain_header(name)]
        if len(matches) == 1:
            return matches[0]
        if matches:
            raise ColumnError(f"{where}: label names {name!r}, which fits {len(matches)} columns; rename one")
        raise ColumnError(f"{where} has no column {name!r} (named for label); {nearest(name, header)}")
    for word in label_words()["headers"][task]:
        if plain.count(word) == 1:
            return plain.index(word)
    raise ColumnError(
        f"{where} has no column whose header says that it holds the label. Name it: label=... or --label ...; "
        f"{nearest('', header)}"
    )


def _rows(table: Table, places: Mapping[str, int], name: str) -> tuple[list[LabelledText], int, int, int, Counter[str]]:
    found: list[LabelledText] = []
    rejected: Counter[str] = Counter()
    rows = empty = unlabelled = 0
    for row in _streamed(table, sorted(set(places.values())), name):
        rows += 1
        if isinstance(row, Reject):
            rejected[row.reason] += 1
            continue
        number, values = row
        cells = {role: values[i] for role, i in places.items()}
        text, label = as_text(cells["text"]), as_text(cells["label"])
        if text is None or label is None:
            rejected["not_text"] += 1
        elif not text.strip():
            empty += 1
        elif not label.strip():
            unlabelled += 1
        else:
            found.append(
                LabelledText(
                    row=number,
                    text=text,
                    label=" ".join("".join(c if c.isprintable() else " " for c in label).split()),
                    question=as_text(cells.get("question")) or None,
                    language=as_language(cells.get("language")),
                )
            )
    return found, rows, empty, unlabelled, rejected


def _streamed(table: Table, used: Sequence[int], name: str) -> Iterator[Any]:
    try:
        yield from table.rows(used)
    except UnreadableError as error:
        raise SourceError(f"{name} cannot be read to its end: {error.reason}") from None
    except UnicodeDecodeError:
        raise SourceError(f"{name} cannot be read to its end: bad_encoding") from None


def _check_labels(found: Sequence[LabelledText], column: str) -> None:
    for item in found:
        if len(item.label) > LONGEST_LABEL or not item.label:
            raise InputValueError(
                f"column {column!r} does not hold labels: row {item.row} has {len(item.label)} characters, a label has "
                f"1 to {LONGEST_LABEL}. Name the right column: label=... or --label ..."
            )
    # Names of sentiment, of which a small table may hold every spelling, are labels for sure.
    known = {word for words in label_words()["sentiment"].values() for word in words}
    different = len({item.label for item in found if plain_header(item.label) not in known})
    if different > 3 and 2 * different > len(found):
        raise InputValueError(
            f"column {column!r} does not hold labels: {different} different values in {len(found)} rows. "
            "Name the right column: label=... or --label ..."
        )
