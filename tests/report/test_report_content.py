"""The report as plain values, and its files."""

import csv
import io
import json
import math
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxtext import Analysis
from cxtext.errors import InputValueError
from cxtext.report.content import plain
from cxtext.report.writing import to_csv

KEYS = [
    "schema", "language", "level", "analysed", "small", "meta", "quality", "scores", "topics", "drivers", "segments",
    "trends", "alerts", "importance", "standings", "touchpoints", "journeys", "steps", "change", "gaps",
    "segment_trends", "queue", "cases", "trajectories", "closings", "effort", "effort_topics", "stories", "causes",
    "quotes", "suppressed",
]  # fmt: skip


def test_the_report_is_plain_json(rich):
    report = rich.to_dict()
    assert list(report) == KEYS
    assert report["schema"] == "cxtext.report/1"
    assert json.loads(json.dumps(report, allow_nan=False)) == report


def test_ids_counts_and_offsets_are_whole_numbers(rich):
    report = rich.to_dict()
    assert [topic["parent"] for topic in report["topics"]][:2] == [None, 0]
    assert all(type(topic["parent"]) in (int, type(None)) for topic in report["topics"])
    assert all(type(row["n"]) is int for row in report["drivers"]["positive"])
    assert {type(v) for q in report["quotes"] for s in q["spans"] for v in (s["start"], s["end"])} == {int}


def test_quotes_keep_their_spans(rich):
    first = rich.to_dict()["quotes"][0]
    words = {s["kind"]: first["text"][s["start"] : s["end"]] for s in first["spans"]}
    assert words == {"aspect": "Verspätung", "opinion": "40 Minuten zu spät", "cause": "weil ein Signal gestört war"}


def test_the_aggregate_level_holds_no_words_and_no_record_ids(rich):
    report = rich.to_dict(level="aggregate")
    assert report["quotes"] == []
    assert report["queue"] == {"counts": {"engage": 6, "recover": 11}, "urgent": {}, "documents": []}
    text = json.dumps(report)
    assert "umfrage.csv#" not in text
    assert "Warteschleife, dann" not in text


def test_the_language_is_that_of_most_documents_unless_named(rich, without_outcome):
    assert rich.to_dict()["language"] == "de"
    assert without_outcome.to_dict()["language"] == "en"
    assert rich.to_dict(language="en")["language"] == "en"


@pytest.mark.parametrize(("option", "value"), [("language", "fr"), ("level", "all"), ("level", 3)])
def test_an_unknown_option_says_what_is_allowed(rich, option, value):
    with pytest.raises(InputValueError, match=f"a report's {option} is '"):
        rich.to_dict(**{option: value})


@pytest.mark.parametrize(
    ("value", "expected", "why"),
    [
        (float("nan"), None, "missing"),
        (pd.NaT, None, "missing"),
        (pd.NA, None, "missing"),
        (math.inf, None, "JSON has no infinity"),
        (np.float32(0.1), 0.1, "rounded to six digits"),
        (-1e-9, 0.0, "no negative zero"),
        (np.array([1, 2]), [1, 2], "arrays are lists"),
        (np.True_, True, "numpy truth"),
        ({"b", "a"}, ["a", "b"], "sets have an order"),
        (pd.Timestamp("2026-03-01"), "2026-03-01", "a day"),
        (datetime(2026, 3, 1, 9, 30, tzinfo=UTC), "2026-03-01T09:30:00+00:00", "a time"),
        ("a\ud83db", "a\ufffdb", "lone surrogate, one character for one"),
        ("\ud83d\ude00!", "\ufffd\ufffd!", "two lone surrogates stay two characters"),
        ({1: (None, True)}, {"1": [None, True]}, "keys are strings"),
    ],
)
def test_values_become_plain(value, expected, why):
    assert plain(value) == expected, why
    assert type(plain(value)) is type(expected), why


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_any_text_can_be_written_and_keeps_its_length(text):
    assert len(plain(text)) == len(text)
    plain(text).encode("utf-8")


def test_save_writes_every_table_that_has_rows(rich, tmp_path):
    rich.save(tmp_path / "new" / "out")
    assert sorted(p.name for p in (tmp_path / "new" / "out").iterdir()) == [
        "alerts.json",
        "causes.csv",
        "drivers.csv",
        "queue.csv",
        "queue.json",
        "report.html",
        "report.json",
        "report.md",
        "scores.csv",
        "segments.csv",
        "topics.json",
        "trends.csv",
    ]


def test_save_writes_only_what_there_is(empty, tmp_path):
    empty.save(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "drivers.csv",
        "report.html",
        "report.json",
        "report.md",
        "topics.json",
    ]


def test_the_same_analysis_gives_the_same_bytes(rich, tmp_path):
    for name in ("one", "two"):
        rich.save(tmp_path / name)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_saving_again_replaces_the_files_and_leaves_nothing_half_done(rich, tiny, tmp_path):
    rich.save(tmp_path)
    tiny.save(tmp_path)
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["analysed"] == 18
    assert not list(tmp_path.glob("*.part"))
    assert not list(tmp_path.glob(".*"))


def test_a_failed_write_keeps_the_old_file(tmp_path, monkeypatch):
    from cxtext.report import writing

    path = tmp_path / "report.html"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(UnicodeEncodeError):
        writing.write_text(path, "half \ud800")
    assert path.read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]


def test_the_csv_holds_the_whole_driver_table(rich, tmp_path):
    rich.save(tmp_path)
    with (tmp_path / "drivers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(rich.drivers)
    assert list(rows[0]) == list(rich.drivers.columns)
    assert (rows[0]["label"], rows[0]["polarity"], rows[0]["n"]) == ("Freundlichkeit des Personals", "positive", "341")


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+49", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_cannot_become_a_formula(text):
    (_, (cell,)) = csv.reader(io.StringIO(to_csv(pd.DataFrame({"label": [text]})), newline=""))
    assert cell == f"'{text}".replace("\r", "\n")


def test_a_negative_number_stays_a_number():
    assert to_csv(pd.DataFrame({"impact": [-1.5]})) == "impact\n-1.5\n"


def test_the_file_may_be_read_by_others_as_the_umask_says(tiny, tmp_path):
    reference = tmp_path / "reference"
    reference.write_text("", encoding="utf-8")
    tiny.to_html(tmp_path / "report.html")
    assert (tmp_path / "report.html").stat().st_mode == reference.stat().st_mode


def test_repr_counts_and_names_nothing(rich):
    assert repr(rich) == "Analysis(13 topics, 8 positive and 8 negative drivers)"


def test_meta_carries_no_clock(rich):
    assert "created_at" not in rich.to_dict()["meta"]
    dated = Analysis(topics=rich.topics, drivers=rich.drivers, meta={"created_at": "2026-04-01"})
    assert dated.to_dict()["meta"]["created_at"] == "2026-04-01"
