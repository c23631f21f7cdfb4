"""The queue for help desks: its schema, and that no customer's words become a formula."""

import csv
import io
import json
from datetime import UTC, datetime

import jsonschema
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtext import Analysis
from cxtext.report import writing
from cxtext.report.help_desk import help_desk_blocks, help_desk_export, queue_schema
from cxtext.report.writing import to_csv, to_json

CASE = {
    "document_id": "mail.csv#7",
    "customer": "K-81",
    "queue": "recover",
    "priority": 0.9574321,
    "urgency": "critical",
    "needs_response": True,
    "reasons": ["urgency:legal", "blames:Lieferung"],
    "quote": "Ich gehe zum Anwalt!",
    "quote_start": 12,
    "quote_spans": [{"kind": "urgency:legal", "start": 4, "end": 19}],
    "deadline": datetime(2026, 3, 2, tzinfo=UTC),
    "deadline_hours": 2.0,
    "suppress_marketing": True,
    "route_to": "Logistik",
    "channel": "email",
    "touchpoint": None,
    "case_status": "offen",
    "language": "de",
    "created_at": datetime(2026, 3, 1, 22, tzinfo=UTC),
}


def exported(*rows):
    found = help_desk_export(Analysis(topics=None, drivers=None, queue=pd.DataFrame(list(rows)) if rows else None))
    jsonschema.validate(found, queue_schema(), format_checker=jsonschema.FormatChecker())
    return found


def test_a_case_has_everything_a_help_desk_needs():
    [case] = exported(CASE)["cases"]
    assert case == {
        "id": "mail.csv#7",
        "customer": "K-81",
        "queue": "recover",
        "priority": 0.957432,
        "urgency": "critical",
        "needs_response": True,
        "suppress_marketing": True,
        "reasons": ["urgency:legal", "blames:Lieferung"],
        "quote": {
            "text": "Ich gehe zum Anwalt!",
            "start": 12,
            "spans": [{"kind": "urgency:legal", "start": 4, "end": 19}],
        },
        # Midnight is a moment here, not a day.
        "deadline": "2026-03-02T00:00:00+00:00",
        "deadline_hours": 2.0,
        "route_to": "Logistik",
        "channel": "email",
        "touchpoint": None,
        "case_status": "offen",
        "language": "de",
        "created_at": "2026-03-01T22:00:00+00:00",
    }


def test_a_queue_of_the_least_columns_is_valid_too():
    [case] = exported({"document_id": 7, "queue": "engage", "priority": 0.1})["cases"]
    assert (case["id"], case["quote"], case["reasons"], case["deadline"]) == ("7", None, [], None)
    assert exported()["cases"] == []


def test_the_schema_refuses_what_is_not_promised():
    found = exported(CASE)
    found["cases"][0]["queue"] = "ignore"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(found, queue_schema())


def test_json_and_csv_say_the_same_and_an_aggregate_has_no_words(tmp_path):
    analysis = Analysis(topics=None, drivers=None, queue=pd.DataFrame([CASE]))
    analysis.save(tmp_path / "quotes")
    analysis.save(tmp_path / "aggregate", level="aggregate")
    [case] = json.loads((tmp_path / "quotes" / "queue.json").read_text(encoding="utf-8"))["cases"]
    with (tmp_path / "quotes" / "queue.csv").open(encoding="utf-8", newline="") as file:
        [row] = csv.DictReader(file)
    assert row["quote"] == case["quote"]["text"]
    assert json.loads(row["quote_spans"]) == case["quote"]["spans"]
    assert row["reasons"] == "; ".join(case["reasons"])
    assert not (tmp_path / "aggregate" / "queue.json").exists()
    assert "Anwalt" not in "".join(p.read_text(encoding="utf-8") for p in (tmp_path / "aggregate").iterdir())


@given(st.text(), st.sampled_from("=+-@\t\r\n＝＋－＠"))
def test_no_cell_of_any_table_is_a_formula(rest, sign):
    words = sign + rest
    frame = pd.DataFrame({"quote": [words], "reasons": [[words, "churn"]], "spans": [[{"kind": words}]]})
    [_, cells] = csv.reader(io.StringIO(to_csv(frame), newline=""))
    assert not any(cell.startswith(tuple("=+-@\t\r\n＝＋－＠")) for cell in cells)


def test_numbers_stay_numbers():
    assert to_csv(pd.DataFrame({"impact": [-4.5, 3.0]})).splitlines() == ["impact", "-4.5", "3.0"]


@pytest.mark.parametrize("cases", [1, 3])
def test_written_case_by_case_the_file_is_that_of_the_whole_export(cases):
    rows = [{**CASE, "document_id": f"{i}\n\u2028", "quote": "Ich\ngehe!"} for i in range(cases)]
    analysis = Analysis(topics=None, drivers=None, queue=pd.DataFrame(rows))
    assert "".join(help_desk_blocks(analysis)) == to_json(help_desk_export(analysis))


def test_a_table_written_in_blocks_has_one_header_and_every_row(monkeypatch):
    table = pd.DataFrame(
        {"n": [1, 2, 3, 4, 5], "share": [0.5, None, 0.25, 1.0, None], "words": ["a", None, "=b", "c", "d\re"]}
    )
    whole = to_csv(table)
    monkeypatch.setattr(writing, "_BLOCK", 2)
    assert to_csv(table) == whole
    assert to_csv(table[:0]) == "n,share,words\n"
