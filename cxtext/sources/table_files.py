"""Tables in files other than delimited text and workbooks: JSON lines, JSON arrays, Parquet."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

from cxtext.sources.delighted import flat, is_delighted, survey_of_responses
from cxtext.sources.json_values import json_values
from cxtext.sources.load_report import Reject, UnreadableError
from cxtext.sources.survey_export import SurveyExport
from cxtext.sources.tables import Row, spread, values_of

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
    above: int = 0

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


class JsonTable:
    """A file of JSON objects: one on each line, or the elements of an array. Streams."""

    encoding: str | None = "utf-8"
    delimiter: str | None = None
    sheet: str | None = None
    above: int = 0

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self._name = name
        sample = list(islice(self._records(), _SAMPLE))
        objects = [record for _, record in sample if not isinstance(record, Reject)]
        if not objects:
            first = sample[0][1] if sample else None
            if isinstance(first, Reject):
                raise UnreadableError(first.reason, length=first.length, byte=first.byte)
            raise UnreadableError("empty_file", length=path.stat().st_size)
        self.header, self.head, self.survey = _opened(objects)

    def rows(self, used: Sequence[int]) -> Iterator[Row | Reject]:
        """Give the rows, see :class:`cxtext.sources.tables.Table`."""
        for number, record in self._records():
            yield record if isinstance(record, Reject) else (number, _row(record, self.header, self.survey))

    def _records(self) -> Iterator[tuple[int, Mapping[str, object] | Reject]]:
        for number, item in enumerate(json_values(self._path, self._name), start=1):
            if isinstance(item, Reject):
                yield number, item
            elif isinstance(item.value, dict):
                yield number, item.value
            else:
                yield number, Reject(self._name, "not_a_record", row=number, byte=item.byte, length=item.length)


class ParquetTable:
    """A Parquet file, streamed by record batch; only the columns that are used are read."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    above: int = 0
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
                    columns = [values_of(batch.column(name)) for name in names]
                    yield from spread(used, len(self.header), columns, number)
                    number += batch.num_rows
        except (pa.ArrowException, OSError):
            yield Reject(self._name, "broken_parquet", row=number)
