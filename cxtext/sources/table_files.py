"""Tables in files other than delimited text and workbooks: JSON lines, JSON arrays, Parquet."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

from cxtext.sources.delighted import flat, is_delighted, survey_of_responses
from cxtext.sources.load_report import Reject, UnreadableError
from cxtext.sources.survey_export import SurveyExport
from cxtext.sources.tables import Row, spread

# Records looked at to learn the field names of JSON lines.
_SAMPLE = 100


class RecordTable:
    """Records (mappings) in memory, as a table: its columns are the keys of the first records, in order of appearance.

    Parameters
    ----------
    records
        The records; what is none is rejected.
    name
        What to call the table in rejects.
    """

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None

    def __init__(self, records: Iterable[object], name: str) -> None:
        stream = iter(records)
        head = list(islice(stream, _SAMPLE))
        # A list can be read again; an iterator cannot.
        self._records = chain(head, stream) if isinstance(records, Iterator) else records
        self._name = name
        self.header, self.head, self.survey = _opened([r for r in head if isinstance(r, Mapping)])

    def rows(self, used: Sequence[int]) -> Iterator[Row | Reject]:
        """Give the rows, see :class:`cxtext.sources.tables.Table`."""
        for number, record in enumerate(self._records, start=1):
            if isinstance(record, Mapping):
                yield number, _row(record, self.header, self.survey)
            else:
                yield Reject(self._name, "not_a_record", row=number)


def _opened(
    records: Sequence[Mapping[Any, Any]],
) -> tuple[tuple[str, ...], Sequence[Sequence[object]], SurveyExport | None]:
    """Tell header, first rows and what tool wrote them from a sample of records."""
    is_survey = bool(records) and is_delighted(records[0])
    header = _header(flat(record) if is_survey else record for record in records)
    survey = survey_of_responses(header, records) if is_survey else None
    return header, [_row(record, header, survey) for record in records], survey


def _row(record: Mapping[Any, Any], header: Sequence[str], survey: SurveyExport | None) -> list[object]:
    values = record if survey is None else flat(record)
    return [values.get(name) for name in header]


def _header(records: Iterable[Mapping[Any, Any]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for record in records for key in record if isinstance(key, str)))


class JsonLinesTable:
    """A file with one JSON object per line. Streams."""

    encoding: str | None = "utf-8"
    delimiter: str | None = None
    sheet: str | None = None

    def __init__(self, path: Path, name: str) -> None:
        if path.stat().st_size == 0:
            raise UnreadableError("empty_file", length=0)
        self._path = path
        self._name = name
        sample = list(islice(self._records(), _SAMPLE))
        objects = [r for _, r in sample if not isinstance(r, Reject)]
        if not objects:
            first = sample[0][1] if sample else None
            raise UnreadableError(first.reason if isinstance(first, Reject) else "empty_file")
        self.header, self.head, self.survey = _opened(objects)

    def rows(self, used: Sequence[int]) -> Iterator[Row | Reject]:
        """Give the rows, see :class:`cxtext.sources.tables.Table`."""
        for number, record in self._records():
            yield record if isinstance(record, Reject) else (number, _row(record, self.header, self.survey))

    def _records(self) -> Iterator[tuple[int, Mapping[str, object] | Reject]]:
        position = number = 0
        with self._path.open("rb") as file:
            for line in file:
                start, position = position, position + len(line)
                data = line.removeprefix(b"\xef\xbb\xbf").strip() if start == 0 else line.strip()
                if data:
                    number += 1
                    yield number, self._record(data, number, start)

    def _record(self, data: bytes, number: int, start: int) -> Mapping[str, object] | Reject:
        try:
            record = json.loads(data.decode("utf-8"))
        except UnicodeDecodeError:
            return Reject(self._name, "bad_encoding", row=number, byte=start, length=len(data))
        except (ValueError, RecursionError):
            return Reject(self._name, "broken_json", row=number, byte=start, length=len(data))
        if isinstance(record, dict):
            return record
        return Reject(self._name, "not_a_record", row=number, byte=start, length=len(data))


def read_json(path: Path, name: str) -> RecordTable | JsonLinesTable:
    """Open a ``.json`` file: an array of objects, or JSON lines under the wrong suffix.

    Raises
    ------
    UnreadableError
        If it is neither.
    """
    with path.open("rb") as file:
        head = file.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"{"):
        return JsonLinesTable(path, name)
    data = path.read_bytes()
    if not data:
        raise UnreadableError("empty_file", length=0)
    try:
        records = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UnreadableError("bad_encoding", length=len(data), byte=error.start) from None
    except (ValueError, RecursionError):
        raise UnreadableError("broken_json", length=len(data)) from None
    if not isinstance(records, list):
        raise UnreadableError("not_a_record", length=len(data))
    if not records:
        raise UnreadableError("empty_file", length=len(data))
    table = RecordTable(records, name)
    table.encoding = "utf-8"
    return table


class ParquetTable:
    """A Parquet file, streamed by record batch; only the columns that are used are read."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    head: Sequence[Sequence[object]] = ()
    survey: SurveyExport | None = None

    def __init__(self, path: Path, name: str) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        if path.stat().st_size == 0:
            raise UnreadableError("empty_file", length=0)
        self._path = path
        self._name = name
        try:
            with pq.ParquetFile(path) as file:
                self.header: tuple[str, ...] = tuple(file.schema_arrow.names)
        except (pa.ArrowException, OSError):
            raise UnreadableError("broken_parquet", length=path.stat().st_size) from None

    def rows(self, used: Sequence[int]) -> Iterator[Row | Reject]:
        """Give the rows, see :class:`cxtext.sources.tables.Table`."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        number = 1
        names = [self.header[i] for i in used]
        try:
            with pq.ParquetFile(self._path) as file:
                for batch in file.iter_batches(batch_size=1024, columns=names):
                    columns = [batch.column(name).to_pylist() for name in names]
                    yield from spread(used, len(self.header), columns, number)
                    number += batch.num_rows
        except (pa.ArrowException, OSError):
            yield Reject(self._name, "broken_parquet", row=number)
