import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from datasets import DatasetDict
from hypothesis import given, settings
from hypothesis import strategies as st

from cxtext.documents import Document
from cxtext.errors import ColumnError, InputTypeError, InputValueError
from cxtext.sources import Columns, preview, read
from cxtext.sources import reading as reading_module

EXAMPLES = Path(__file__).parents[2] / "examples" / "feedback"


def test_items_may_be_texts_mappings_and_documents():
    items = [
        "Zug zu spät",
        {"text": "Nice", "id": "m", "scores": {"nps": 9}},
        Document(text="ok", id="d", language="en"),
    ]

    documents = list(read(items, language="de"))

    assert [(d.id, d.text, d.language) for d in documents] == [
        ("item#1", "Zug zu spät", "de"),
        ("m", "Nice", "de"),
        ("d", "ok", "en"),
    ]


@pytest.mark.parametrize(
    "source", [pd.Series(["a", "b"]), pa.array(["a", "b"]), (t for t in "ab"), pa.chunked_array([["a", "b"]])]
)
def test_columns_and_generators_of_texts_are_read(source):
    assert [d.text for d in read(source)] == ["a", "b"]


def test_a_bad_item_names_its_position_and_type_and_not_its_content():
    with pytest.raises(InputTypeError, match=r"item 1 .* got int") as error:
        list(read(["a", 4711]))
    assert "4711" not in str(error.value)


@pytest.mark.parametrize("source", [42, None, b"bytes", {"text": "a"}, Document(text="a"), DatasetDict()])
def test_what_is_no_source_is_refused(source):
    with pytest.raises(InputTypeError):
        read(source)


@pytest.mark.parametrize(
    "options",
    [{"time_zone": "Mars/Olympus"}, {"language": "german"}, {"roles": {"A": "boss"}}, {"time_zone": "../etc"}],
)
def test_wrong_options_are_refused(options):
    with pytest.raises(InputValueError):
        read(["a"], **options)


def test_a_list_of_texts_is_not_taken_for_paths():
    assert [d.text for d in read(["Die Datei .csv fehlt!", "ok"])] == ["Die Datei .csv fehlt!", "ok"]


def test_a_wrong_column_is_an_error_before_anything_is_read(tmp_path):
    (tmp_path / "f.csv").write_text("id;Kommentar\n1;a\n", encoding="utf-8")

    with pytest.raises(ColumnError, match="Kommentar"):
        read(tmp_path, columns=Columns(text="Komentar"))


def test_preview_tells_the_mapping_without_reading():
    def rows():
        yield from ({"Kommentar": "a", "NPS": 1} for _ in range(100))
        raise AssertionError("read too far")

    report = preview(rows(), columns=Columns(text="Kommentar"))

    assert [(m.role, m.column, m.how) for m in report.files[0].columns] == [
        ("text", "Kommentar", "named"),
        ("score nps", "NPS", "synonym"),
    ]
    assert report.documents == 0


def test_reading_is_lazy():
    def texts():
        yield "a"
        raise AssertionError("read too far")

    assert next(iter(read(texts()))).text == "a"


def test_the_examples_hold_what_their_readme_says():
    documents = list(read(EXAMPLES))
    survey = [d for d in documents if not d.id.startswith(("mails/", "calls/"))]

    assert len(survey) == 240
    assert len({d.id for d in documents}) == len(documents)
    assert {d.channel for d in documents} == {"survey", "review", "sms", "note", "email", "call"}
    assert sum(bool(d.turns) for d in documents) == 5
    assert all(0 <= d.scores.get("nps", 0) <= 10 for d in survey)
    assert all({t.role for t in d.turns} >= {"agent", "customer"} for d in documents if d.turns)
    texts = [d.text for d in survey if d.text.strip()]
    assert len(set(texts)) == len(texts)


def test_a_file_that_vanishes_is_rejected_and_the_rest_is_read(tmp_path):
    for name in ("a.eml", "b.txt"):
        (tmp_path / name).write_text("From: x@post.example\nSubject: s\n\nHallo\n", encoding="utf-8")
    reading = read(tmp_path)
    (tmp_path / "a.eml").unlink()

    assert [d.id for d in reading] == ["b.txt#1"]
    assert [(r.file, r.reason) for r in reading.report.rejects] == [("a.eml", "unreadable_file")]


def test_a_file_of_which_nothing_can_be_read_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(reading_module, "MOST_REJECTS", 3)
    (tmp_path / "a.jsonl").write_text('{"text": "Gut."}\n' + "nix\n" * 1000, encoding="utf-8")
    (tmp_path / "b.jsonl").write_text('{"text": "Auch gut."}\nnix\n', encoding="utf-8")

    reading = read(tmp_path)

    assert [d.text for d in reading] == ["Gut.", "Auch gut."]
    assert [r.reason for r in reading.report.rejects] == [*["broken_json"] * 3, "too_many_rejects", "broken_json"]


@settings(deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from([".csv", ".jsonl", ".json", ".eml", ".mbox", ".txt", ".vtt", ".srt", ".xlsx", ".parquet"]),
)
def test_no_bytes_break_the_reading(tmp_path_factory, data, suffix):
    path = tmp_path_factory.mktemp("any") / f"f{suffix}"
    path.write_bytes(data)

    try:
        reading = read(path)
    except ColumnError:
        return  # a table by chance, without a column that is known
    for document in reading:
        assert isinstance(document.text, str)


def test_reading_texts_loads_no_heavy_library():
    code = (
        "import sys; from cxtext.sources import read; assert [d.text for d in read(['a'])] == ['a'];"
        "heavy = {'pandas', 'pyarrow', 'datasets', 'sklearn', 'spacy', 'torch'} & set(sys.modules);"
        "assert not heavy, heavy"
    )

    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_question_and_a_channel_for_all_reach_texts_and_documents():
    columns = Columns(question="Was fehlt?", channel="survey")

    documents = list(read(["Sitze", Document(text="WLAN", question="Und?", channel="chat")], columns=columns))

    assert [(d.question, d.channel) for d in documents] == [("Was fehlt?", "survey"), ("Und?", "chat")]


def test_columns_named_for_texts_are_noted_and_a_wrong_channel_is_refused():
    assert any("has none" in note for note in preview(["Sitze"], columns=Columns(text="Kommentar")).notes)
    with pytest.raises(InputValueError, match="Kanal"):
        read(["Sitze"], columns=Columns(channel="Kanal"))


def test_a_named_channel_is_that_of_files_without_columns_too(tmp_path):
    (tmp_path / "a.txt").write_text("Die Lieferung kam viel zu spät, schade.", encoding="utf-8")
    (tmp_path / "b.csv").write_text("Kommentar,Weg\nGut,review\n", encoding="utf-8")
    assert [d.channel for d in read(tmp_path / "a.txt")] == [None]
    assert [d.channel for d in read(tmp_path / "a.txt", columns=Columns(channel="review"))] == ["review"]
    found = read(tmp_path, columns=Columns(text=("Kommentar",), channel="Weg"))
    assert [d.channel for d in found] == [None, "review"], "a column of one file is no channel of another"
