"""Exports of survey tools: how they are recognised, and what is made of their columns."""

import csv
import io
import shutil
from pathlib import Path

import pandas as pd
import pytest

from cxtext.errors import ColumnError
from cxtext.sources import Columns, preview, read
from cxtext.sources.columns import plain_header
from cxtext.sources.survey_answers import open_answers
from cxtext.sources.survey_export import question_text, tools, unique
from cxtext.sources.survey_layouts import survey_of

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.mark.parametrize(
    ("name", "taken", "why"),
    [
        ("qualtrics.csv", "qualtrics csv", "ImportId"),
        ("qualtrics.tsv", "qualtrics csv", "ImportId"),
        ("qualtrics_2014.csv", "qualtrics csv", "ResponseSet"),
        ("surveymonkey.csv", "surveymonkey csv", "Open-Ended Response"),
        ("surveymonkey.xlsx", "surveymonkey xlsx", "Open-Ended Response"),
        ("limesurvey.csv", "limesurvey csv", "submitdate"),
        ("limesurvey_questions.csv", "limesurvey csv", "Datum Abgeschickt"),
        ("delighted.csv", "delighted csv", "Survey Type"),
        ("delighted.json", "delighted json", "survey_type"),
        ("google_forms.csv", "google forms csv", "Zeitstempel"),
        ("medallia.csv", "medallia agent connect csv", "star_rating"),
        ("survey.csv", "csv", "suffix .csv"),
    ],
)
def test_the_report_says_which_tool_wrote_a_file_and_by_what_it_was_told(tmp_path, name, taken, why):
    # The name of the file says nothing.
    path = shutil.copy(FIXTURES / name, tmp_path / f"export{Path(name).suffix}")

    (loaded,) = preview(path).files

    assert loaded.format == taken
    assert why in loaded.why


def test_previews_give_no_documents_and_are_counted():
    reading = read(FIXTURES / "qualtrics.csv")

    assert not [d for d in reading if "checking the form" in d.text]
    assert reading.report.previews == 1
    assert reading.report.rejects == []


def test_rows_that_break_off_are_read_and_counted():
    for name in ("qualtrics.csv", "limesurvey.csv"):
        reading = read(FIXTURES / name)
        cut = {d.attributes["respondent"] for d in reading if d.attributes.get("finished") is False}
        assert len(cut) == reading.report.unfinished == 1, name


def test_every_row_is_accounted_for():
    for path in FIXTURES.iterdir():
        if path.is_file() and not path.name.startswith("broken") and path.suffix in (".csv", ".tsv", ".xlsx"):
            reading = read(path)
            documents = list(reading)
            respondents = {d.attributes.get("respondent", d.id) for d in documents}
            rejected = {r.row for r in reading.report.rejects if r.row is not None}
            assert reading.report.rows == len(respondents) + len(rejected) + reading.report.previews, path.name


def test_several_answers_of_one_row_are_one_respondent_with_a_question_each():
    documents = [d for d in read(FIXTURES / "surveymonkey.csv") if d.attributes["respondent"] == "11870011"]

    assert len(documents) == len({d.id for d in documents}) == len({d.question for d in documents}) == 3
    assert {d.scores["nps"] for d in documents} == {10}


def test_times_have_the_zone_that_the_export_names_through_summer_and_winter():
    offsets = {
        d.created_at.month: d.created_at.utcoffset().total_seconds() / 3600 for d in read(FIXTURES / "qualtrics.csv")
    }

    assert offsets[2] == -7
    assert offsets[7] == -6


def test_questions_that_were_not_shown_are_no_answers():
    assert not [d for d in read(FIXTURES / "limesurvey.csv") if d.text in ("N/A", "-oth-")]


def test_a_row_without_any_answer_keeps_its_score():
    empty = [d for d in read(FIXTURES / "surveymonkey.csv") if not d.text]

    assert [(d.attributes["respondent"], d.scores["nps"]) for d in empty] == [("11870013", 7)]


def test_the_callers_columns_win_and_may_be_named_by_their_question():
    columns = Columns(text="What is the main reason for your score?", time="StartDate", channel="note")

    documents = list(read(FIXTURES / "qualtrics.csv", columns=columns))

    assert [d.id for d in documents] == ["R_1a", "R_2b", "R_4d", "R_5e"]
    assert {d.channel for d in documents} == {"note"}


def test_properties_of_a_delighted_person_can_be_segments():
    documents = read(FIXTURES / "delighted.json", columns=Columns(segments="Store"))

    assert {d.attributes["Store"] for d in documents} == {"Leeds", "Köln", None}


def test_scores_of_a_kind_that_is_not_known_are_noted(tmp_path):
    (tmp_path / "f.csv").write_text(
        "Survey Type,Score,Comment,Permalink\nnps,9,Good,x\npmf,2,Would miss it,y\n", encoding="utf-8"
    )

    reading = read(tmp_path / "f.csv")

    assert [dict(d.scores) for d in reading] == [{"nps": 9}, {}]
    assert [note for note in reading.report.notes if "'Survey Type' is none of nps" in note]


def test_a_header_of_a_hundred_thousand_letters_is_read_in_linear_time(tmp_path):
    export = (FIXTURES / "google_forms.csv").read_text(encoding="utf-8")
    (tmp_path / "f.csv").write_text(export.replace(",", ',"' + "a" * 100_000 + '",', 1), encoding="utf-8")

    assert read(tmp_path / "f.csv").report.files[0].why.startswith("its columns")


def test_a_qualtrics_export_that_pandas_has_read_is_recognised():
    frame = pd.read_csv(FIXTURES / "qualtrics.csv", dtype=str, keep_default_na=False)

    from_frame, from_file = read(frame), read(FIXTURES / "qualtrics.csv")

    assert [(d.id, d.text, d.created_at) for d in from_frame] == [(d.id, d.text, d.created_at) for d in from_file]


@pytest.mark.parametrize("header_rows", [1, 2, 3])
def test_qualtrics_with_header_rows_cut_off(tmp_path, header_rows):
    rows = list(csv.reader(io.StringIO((FIXTURES / "qualtrics.csv").read_text(encoding="utf-8-sig"))))
    out = io.StringIO()
    csv.writer(out).writerows(rows[:header_rows] + rows[3:])
    (tmp_path / "f.csv").write_text(out.getvalue(), encoding="utf-8")

    reading = read(tmp_path / "f.csv")
    documents = list(reading)

    assert next(d.id for d in documents) == "R_1a:Q2_TEXT"
    assert reading.report.previews == 1
    asked = {d.question for d in documents}
    assert ("What is the main reason for your score?" in asked) == (header_rows > 1)


def test_a_surveymonkey_export_whose_second_row_is_blank(tmp_path):
    (tmp_path / "f.csv").write_text(
        "Respondent ID,Collector ID,End Date,How satisfied are you?,Anything else?\n,,,,\n"
        "1,9,01/31/2026 02:00:00 PM,4,The lockers do not close\n2,9,01/31/2026 03:00:00 PM,3,\n",
        encoding="utf-8",
    )

    documents = list(read(tmp_path / "f.csv", columns=Columns(scores={"csat": "How satisfied are you?"})))

    assert [(d.text, d.question, d.scores["csat"]) for d in documents] == [
        ("The lockers do not close", "Anything else?", 4),
        ("", "Anything else?", 3),
    ]


@pytest.mark.parametrize(
    ("header", "why"),
    [
        (["Timestamp", "comment", "nps"], "a time in front makes no form"),
        (["id", "Zeitstempel", "Was war gut?"], "the time of a form stands first"),
        (["timestamp", "Was war gut?"], "a form writes it with a capital"),
        (["id", "score", "comment"], "too little for a tool"),
        (["Status", "Progress", "Kommentar"], "words that anybody uses"),
    ],
)
def test_other_tables_are_no_surveys(header, why):
    assert survey_of([header, ["2026/02/03 8:15:00", "Alles bestens, danke", "3"]]) is None, why


@pytest.mark.parametrize(
    ("cells", "expected", "why"),
    [
        (["Die Pausen sind zu kurz", "", "Mehr Beispiele bitte"], True, "own words"),
        (["Plakat, Freunde", "Freunde", "Plakat, Freunde"], False, "choices"),
        (["S1", "S2", "Bus"], False, "short"),
        (["1", "5", "3"], False, "numbers as text"),
        ([1, 5, 3], False, "numbers"),
        (["", None, "N/A"], False, "nothing"),
        (["Sehr zufrieden mit allem", "Sehr zufrieden mit allem", "Sehr zufrieden mit allem"], False, "the same again"),
    ],
)
def test_open_answers_are_told_from_choices(cells, expected, why):
    found = open_answers([[cell] for cell in cells], [0], not_shown=frozenset({"N/A"}))

    assert bool(found) == expected, why


def test_a_question_that_asks_for_a_comment_is_open_however_short_the_answers(tmp_path):
    (tmp_path / "f.csv").write_text(
        "Timestamp,Any comments?,How satisfied are you?\n2026/02/03 8:15:22 AM,ok,5\n2026/02/03 8:15:23 AM,ok,2\n",
        encoding="utf-8",
    )

    assert [(d.text, d.question) for d in read(tmp_path / "f.csv")] == [("ok", "Any comments?")] * 2


def test_addresses_do_not_become_customers(tmp_path):
    (tmp_path / "f.csv").write_text(
        "Survey Type,Score,Comment,Person Email\nnps,9,Good,kim@post.example\n", encoding="utf-8"
    )

    assert [dict(d.attributes) for d in read(tmp_path / "f.csv")] == [{}]


def test_a_form_without_open_answers_says_that_a_text_must_be_named(tmp_path):
    (tmp_path / "f.csv").write_text("Timestamp,How old are you?\n2026/02/03 8:15:00,17\n", encoding="utf-8")

    with pytest.raises(ColumnError, match="--text"):
        read(tmp_path / "f.csv")


def test_questions_lose_markup_and_line_breaks_and_names_are_kept_apart():
    assert question_text("<p>Was\nfehlt?&nbsp;</p>") == "Was fehlt?"
    assert unique(["a", "a", "a (2)", "", ""]) == ("a", "a (2)", "a (2) (2)", "", "")


def test_the_words_of_tools_are_in_the_plain_spelling():
    for name, tool in tools().items():
        if not isinstance(tool, dict) or name == "questions":
            continue
        for key in (
            "id",
            "time",
            "language",
            "customer",
            "text",
            "status",
            "finished",
            "other_columns",
            "open_answers",
        ):
            words = tool.get(key, [])
            assert words is True or all(word == plain_header(word) for word in words), (name, key)


def test_a_time_that_is_a_list_counts_as_unreadable(tmp_path):
    # Found by damaging files: what a time is compared with must be a text.
    row = (
        '{"id": "57", "person": "1001", "survey_type": "nps", "score": 9, "comment": "Lovely packaging", '
        '"permalink": "https://survey.example/r/57", "created_at": [1770106500], "updated_at": 1770106600, '
        '"person_properties": {}, "notes": [], "tags": [], "additional_answers": []}'
    )
    path = tmp_path / "responses.json"
    path.write_text(f"[{row}]", encoding="utf-8")
    reading = read(path)
    [document] = reading
    assert document.text == "Lovely packaging"
    assert document.created_at is None
    assert reading.report.unreadable_times == 1
