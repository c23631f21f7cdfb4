from types import SimpleNamespace

import datasets
import pandas as pd
import pyarrow as pa
import pytest

from cxtext.sources import Columns, read

ROWS = {"nr": [7, 8, 9], "comment": ["gut", None, "too slow"], "nps": [9, 4, 99], "region": ["Nord", "Süd", None]}
COLUMNS = Columns(text="comment", id="nr", segments=("region",))


def tables():
    frame = pd.DataFrame(ROWS)
    table = pa.table(ROWS)
    records = [dict(zip(ROWS, cells, strict=True)) for cells in zip(*ROWS.values(), strict=True)]
    return {
        "pandas": frame,
        "pandas of mixed types": frame.astype(object),
        "pandas nullable": frame.convert_dtypes(),
        "arrow table": table,
        "arrow batch": table.to_batches()[0],
        "arrow stream": SimpleNamespace(__arrow_c_stream__=table.__arrow_c_stream__, columns=list(ROWS)),
        "dataset": datasets.Dataset.from_dict(ROWS),
        "streamed dataset": datasets.Dataset.from_dict(ROWS).to_iterable_dataset(),
        "list of rows": records,
        "iterator of rows": iter(records),
    }


@pytest.mark.parametrize("kind", list(tables()))
def test_every_table_in_memory_gives_the_same_documents(kind):
    reading = read(tables()[kind], columns=COLUMNS)

    found = [(d.id, d.text, dict(d.scores), dict(d.attributes)) for d in reading]

    assert found == [
        ("7", "gut", {"nps": 9.0}, {"region": "Nord"}),
        ("8", "", {"nps": 4.0}, {"region": "Süd"}),
        ("9", "too slow", {}, {"region": None}),
    ]
    assert reading.report.out_of_scale == {"nps": 1}
    assert (reading.report.rows, reading.report.documents, reading.report.empty_texts) == (3, 3, 1)


@pytest.mark.parametrize("kind", [k for k in tables() if "iterator" not in k and "stream" not in k])
def test_tables_in_memory_can_be_read_twice(kind):
    reading = read(tables()[kind], columns=COLUMNS)

    assert list(reading) == list(reading) != []


def test_a_filtered_dataset_gives_its_rows_only():
    dataset = datasets.Dataset.from_dict(ROWS).select([2, 0])

    assert [d.text for d in read(dataset, columns=COLUMNS)] == ["too slow", "gut"]
