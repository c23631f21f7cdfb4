import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cxtext.sources import Columns, preview, read
from cxtext.sources.table_files import ParquetTable

FIXTURES = Path(__file__).parent / "fixtures"


def write(tmp_path, content, name="f.jsonl"):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    return path


def test_a_workbook_is_read_from_its_first_sheet_with_rows():
    report = preview(FIXTURES / "survey.xlsx")

    assert report.files[0].sheet == "Antworten"


def test_parquet_reads_the_used_columns_only(tmp_path):
    path = tmp_path / "f.parquet"
    pq.write_table(pa.table({"text": ["a", "b"], "heavy": [b"x", b"y"], "nps": [1, 2]}), path)

    rows = list(ParquetTable(path, "f.parquet").rows([0, 2]))

    assert rows == [(1, ["a", None, 1]), (2, ["b", None, 2])]


def test_parquet_streams_over_row_groups(tmp_path):
    path = tmp_path / "f.parquet"
    texts = [f"Text {i}" for i in range(3000)]
    pq.write_table(pa.table({"text": pa.array(texts).dictionary_encode()}), path, row_group_size=700)

    documents = list(read(path))

    assert [d.text for d in documents] == texts
    assert documents[-1].id == "f.parquet#3000"


@pytest.mark.parametrize(("type_", "far"), [("timestamp[us]", 2**62), ("timestamp[s]", 10**12), ("date32", 10**8)])
def test_a_time_that_no_calendar_has_is_unreadable_and_costs_no_other_row(tmp_path, type_, far):
    path = tmp_path / "f.parquet"
    times = pa.array([0, far, None], pa.int32() if type_ == "date32" else pa.int64()).cast(type_)
    pq.write_table(pa.table({"text": ["a", "b", "c"], "created_at": times}), path)

    reading = read(path)
    documents = list(reading)

    assert [d.text for d in documents] == ["a", "b", "c"]
    assert [d.created_at is None for d in documents] == [False, True, True]
    assert reading.report.unreadable_times == 1
    assert not reading.report.rejects


def test_such_a_time_in_an_arrow_table_is_unreadable_too():
    times = pa.array([0, 2**62], pa.int64()).cast("timestamp[us]")

    reading = read(pa.table({"text": ["a", "b"], "created_at": times}))

    assert [d.created_at is None for d in reading] == [False, True]
    assert reading.report.unreadable_times == 1


def test_text_of_a_broken_encoding_in_an_arrow_table_is_told_as_such():
    broken = pa.Array.from_buffers(pa.string(), 1, [*pa.array(["ab"]).buffers()[:2], pa.py_buffer(b"\xff\xfe")])

    reading = read(pa.table({"text": broken}))

    assert list(reading) == []
    assert [r.reason for r in reading.report.rejects] == ["bad_encoding"]


def test_fields_that_come_later_in_json_lines_are_known(tmp_path):
    path = write(tmp_path, '{"text": "a"}\n{"text": "b", "nps": 3}\n')

    assert [dict(d.scores) for d in read(path)] == [{}, {"nps": 3.0}]


def test_json_lines_under_the_suffix_of_json_are_read(tmp_path):
    path = write(tmp_path, '{"text": "a"}\n{"text": "b"}\n', "f.json")

    assert [d.text for d in read(path)] == ["a", "b"]


def test_lone_surrogates_are_kept_for_later_stages_to_replace(tmp_path):
    path = write(tmp_path, '{"text": "\\ud83d ok"}\n')

    assert next(iter(read(path))).text == "\ud83d ok"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "empty_file"),
        ("[]", "empty_file"),
        ("3", "not_a_record"),
        ('{"text": ', "broken_json"),
        ("[" * 100_000, "broken_json"),
    ],
)
def test_json_that_is_no_table_is_rejected(tmp_path, content, reason):
    reading = read(write(tmp_path, content, "f.json"))

    assert list(reading) == []
    assert [r.reason for r in reading.report.rejects] == [reason]


def test_the_byte_of_a_reject_is_where_its_line_begins(tmp_path):
    path = write(tmp_path, '{"text": "größer"}\n\n{broken\n{"text": "b"}\n')
    reading = read(path)
    list(reading)

    (reject,) = reading.report.rejects

    assert path.read_bytes()[reject.byte :].startswith(b"{broken")
    assert reject.row == 2


def test_an_nhs_like_survey_is_read_with_a_reversed_scale(tmp_path):
    rows = [
        {"text": "Kind nurses.", "question": "Why?", "rating": "1", "date": "30/09/2021", "respondent": "A 1"},
        {
            "text": "Long wait.",
            "question": "What to improve?",
            "rating": "5",
            "date": "01/10/2021",
            "respondent": "A 1",
        },
        {"text": "Did not answer", "question": "Why?", "rating": "6", "date": None, "respondent": "B 2"},
    ]
    path = write(tmp_path, "".join(json.dumps(row) + "\n" for row in rows))

    reading = read(path, columns=Columns(scores={"rating": ("rating", 5, 1)}))
    documents = list(reading)

    assert [dict(d.scores) for d in documents] == [{"rating": 1.0}, {"rating": 5.0}, {}]
    assert [d.question for d in documents] == ["Why?", "What to improve?", "Why?"]
    assert documents[1].created_at.date().isoformat() == "2021-10-01"
    assert [d.attributes["customer"] for d in documents] == ["A 1", "A 1", "B 2"]
    assert reading.scales == {"rating": (5, 1)}
    assert reading.report.out_of_scale == {"rating": 1}
