"""Tables in memory: pandas, anything with the Arrow interface (polars, pyarrow, DuckDB), and datasets."""

from collections.abc import Iterator, Sequence
from typing import Any

from cxtext.sources.load_report import Reject
from cxtext.sources.survey_export import SurveyExport
from cxtext.sources.survey_layouts import survey_of
from cxtext.sources.table_files import RecordTable
from cxtext.sources.tables import Row, Table, spread, values_of

_CHUNK = 1024
_SAMPLE = 200


class _MemoryTable:
    head: Sequence[Sequence[object]] = ()
    survey: SurveyExport | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    above: int = 0


class PandasTable(_MemoryTable):
    """A pandas DataFrame; read by column and not through Arrow, which has no columns of mixed types."""

    def __init__(self, frame: Any) -> None:  # noqa: ANN401 (pandas stays unimported)
        names = tuple(str(name) for name in frame.columns)
        head = frame.iloc[:_SAMPLE]
        rows = list(zip(*(head.iloc[:, i].tolist() for i in range(len(names))), strict=True))
        self.survey = survey_of([names, *rows])
        above = self.survey.header_rows - 1 if self.survey else 0
        self._frame = frame.iloc[above:] if above else frame
        self.head = rows[above:]
        self.header = self.survey.header if self.survey else names

    def rows(self, used: Sequence[int]) -> Iterator[Row | Reject]:
        """Give the rows, see :class:`cxtext.sources.tables.Table`."""
        for start in range(0, len(self._frame), _CHUNK):
            part = self._frame.iloc[start : start + _CHUNK]
            yield from spread(used, len(self.header), [part.iloc[:, i].tolist() for i in used], start + 1)


class ArrowTable(_MemoryTable):
    """Anything that exports an Arrow stream of record batches."""

    def __init__(self, table: Any) -> None:  # noqa: ANN401
        import pyarrow as pa

        self._table = table
        self._reader = pa.RecordBatchReader.from_stream(table)
        self.header = tuple(self._reader.schema.names)

    def rows(self, used: Sequence[int]) -> Iterator[Row | Reject]:
        """Give the rows, see :class:`cxtext.sources.tables.Table`."""
        import pyarrow as pa

        # A reader is used up by one pass; a table exports a new stream for the next.
        reader, self._reader = self._reader, None
        if reader is None:
            reader = pa.RecordBatchReader.from_stream(self._table)
        number = 1
        for batch in reader:
            yield from spread(used, len(self.header), [values_of(batch.column(i)) for i in used], number)
            number += batch.num_rows


class DatasetTable(_MemoryTable):
    """A ``datasets.Dataset``, read by Arrow batches from disk or memory."""

    def __init__(self, dataset: Any) -> None:  # noqa: ANN401
        self._dataset = dataset
        self.header = tuple(dataset.column_names)

    def rows(self, used: Sequence[int]) -> Iterator[Row | Reject]:
        """Give the rows, see :class:`cxtext.sources.tables.Table`."""
        number = 1
        names = [self.header[i] for i in used]
        batches = self._dataset.select_columns(names).with_format("arrow")
        for batch in batches.iter(batch_size=_CHUNK):
            yield from spread(used, len(self.header), [values_of(batch.column(name)) for name in names], number)
            number += batch.num_rows


def table_in_memory(source: object) -> Table | None:
    """Wrap a table in memory; null if ``source`` is none.

    Types are told by what they offer, so that no library is imported for the sake of a check.
    """
    module = type(source).__module__.partition(".")[0]
    if module == "pandas" and hasattr(source, "columns"):
        return PandasTable(source)
    if module == "datasets" and hasattr(source, "column_names") and hasattr(source, "select_columns"):
        return DatasetTable(source) if hasattr(source, "num_rows") else RecordTable(source, "table")  # type: ignore[arg-type]
    exports = hasattr(source, "__arrow_c_stream__") or hasattr(source, "__arrow_c_array__")
    if exports and (hasattr(source, "columns") or hasattr(source, "schema")):
        return ArrowTable(source)
    return None
