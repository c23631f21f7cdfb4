"""Which kind an object is told to be, and that what is none stays a record of a table."""

import json
from dataclasses import fields

import pytest

from cxtext.sources import Columns, Reject, preview, read
from cxtext.sources.conversations.kinds import KINDS
from cxtext.sources.conversations.reading import kind_of_value

WHISPER = {"segments": [{"start": 0.0, "end": 1.0, "text": "Hallo."}], "language": "de"}
TRUSTPILOT = {"id": "t", "stars": 2, "text": "Zu spät.", "consumer": {"id": "c"}}
DEEPGRAM = {"metadata": {}, "results": {"channels": [{"alternatives": [{"transcript": "Hallo?"}]}]}}


@pytest.mark.parametrize(
    ("value", "expected", "why"),
    [
        (WHISPER, "whisper", "segments with times"),
        (TRUSTPILOT, "trustpilot", "stars and a consumer"),
        ({"reviews": [TRUSTPILOT]}, "trustpilot", "a page of reviews"),
        ({"tickets": [{"id": 1, "comments": [{"author_id": 1, "body": "a"}]}]}, "zendesk", "a page of tickets"),
        ({"requester_id": 1, "description": "a"}, "zendesk", "a ticket without comments"),
        ({"requester_id": 1, "text": "Gut."}, None, "a record that names who asked"),
        ({"answers": [{"value": "a"}], "survey_id": 3}, "zendesk_survey", "a response to a survey"),
        ({"answers": [{"value": "a"}]}, None, "answers to something else"),
        (DEEPGRAM, "deepgram", "channels with alternatives"),
        ({"text": "Gut.", "nps": 9}, None, "a plain record"),
        ({"text": "Gut.", "language_code": "de", "words": 3}, None, "a record that counts its words"),
        ({"text": "Gut.", "rating": 4, "consumer": "K1"}, None, "a record that names its customer"),
        ({"source": "web", "conversation_parts": 3}, None, "a record that says where it comes from"),
        ({"text": "Gut.", "rating": 4, "id": 1}, None, "a rating alone makes no review of an app"),
        ({"comments": ["a", "b"]}, None, "comments without authors"),
        ({"comments": "gut", "segments": "Nord"}, None, "columns of a table"),
        ({"results": {"items": "none"}}, None, "results of something else"),
        ({"survey_type": "nps", "score": 9, "comment": "Gut."}, None, "a survey response"),
        ({}, None, "nothing"),
        ([WHISPER], None, "a list is looked at element by element"),
        ("text", None, "no object"),
    ],
)
def test_an_object_is_told_by_its_keys(value, expected, why):
    found = kind_of_value(value, tables=True)

    assert (found[0].name if found else None) == expected, why


def test_names_are_unique():
    names = [kind.name for kind in KINDS]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("name", "content", "expected", "why"),
    [
        ("a.json", json.dumps(WHISPER), "whisper", "one line"),
        ("a.json", json.dumps(WHISPER, indent=2), "whisper", "many lines"),
        ("a.json", json.dumps([WHISPER, WHISPER]), "whisper", "an array"),
        ("a.jsonl", f"{json.dumps(WHISPER)}\n{json.dumps(WHISPER)}\n", "whisper", "one conversation a line"),
        ("a.json", f"{json.dumps(WHISPER)}\n{json.dumps(WHISPER)}\n", "whisper", "lines under the wrong suffix"),
        ("a.txt", json.dumps(WHISPER), "whisper", "the suffix does not matter"),
        ("a", json.dumps(WHISPER), "whisper", "no suffix at all"),
        ("a.json", "\ufeff" + json.dumps(WHISPER), "whisper", "a byte order mark"),
        ("a.txt", "WEBVTT\n\n00:01.000 --> 00:02.000\nHallo.\n", "vtt", "WebVTT as a text"),
        ("a.srt", "WEBVTT\n\n00:01.000 --> 00:02.000\nHallo.\n", "vtt", "WebVTT called SRT"),
        ("a.vtt", "1\n00:00:01,000 --> 00:00:02,000\nHallo.\n", "srt", "SRT called WebVTT"),
        ("a.json", '[{"text": "Hallo."}]', "json", "plain records stay a table"),
        ("a.jsonl", '{"text": "Hallo."}', "jsonl", "plain records stay a table"),
        ("a.txt", "[Notiz] Hallo.", "txt", "a text that begins with a bracket"),
        ("a.txt", '{"text": "Hallo."}', "txt", "a text that is JSON of no kind"),
        ("a.csv", "stars;text;companyReply\n1;a;b\n", "trustpilot", "a table with the columns of a kind"),
        ("a.csv", "id;text\n1;a\n", "csv", "a table"),
    ],
)
def test_the_content_counts_and_not_the_name(tmp_path, name, content, expected, why):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")

    assert [f.format for f in preview(path).files] == [expected], why


def test_the_report_says_by_what_a_file_was_told(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps(WHISPER), encoding="utf-8")
    (tmp_path / "b.csv").write_text("id;text\n1;a\n", encoding="utf-8")
    (tmp_path / "c.txt").write_text("WEBVTT\n\n00:01.000 --> 00:02.000\nHallo.\n", encoding="utf-8")

    assert [f.why for f in preview(tmp_path).files] == [
        "keys segments.*.start, segments.*.text", "suffix .csv", "begins like vtt",
    ]  # fmt: skip


@pytest.mark.parametrize("columns", [Columns(text="text"), Columns(scores={"sterne": ("stars", 5, 1)})])
def test_reviews_are_a_table_where_columns_of_text_or_scores_are_named(tmp_path, columns):
    path = tmp_path / "a.json"
    path.write_text(json.dumps([TRUSTPILOT]), encoding="utf-8")

    (document,) = read(path, columns=columns)

    assert (document.text, document.channel) == ("Zu spät.", None)


def test_calls_are_calls_even_where_the_text_column_of_tables_beside_them_is_named(tmp_path):
    (tmp_path / "call.json").write_text(json.dumps(WHISPER), encoding="utf-8")
    (tmp_path / "survey.csv").write_text("id;was\n1;Gut.\n", encoding="utf-8")

    assert [d.text for d in read(tmp_path, columns=Columns(text="was"))] == ["Hallo.", "Gut."]


def test_scales_of_stars_are_known(tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps(TRUSTPILOT), encoding="utf-8")

    assert read(path).scales == {"stars": (1, 5)}


def test_an_object_of_no_kind_over_many_lines_is_no_table(tmp_path):
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"option": {"a": 1}}, indent=1), encoding="utf-8")

    reading = read(path)

    assert list(reading) == []
    assert [r.reason for r in reading.report.rejects] == ["unknown_format"]


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.name)
def test_rejects_never_repeat_what_a_file_says(tmp_path, kind):
    value: dict = {}
    for key in kind.keys:
        names = key.split("|")[0].split(".")
        holder: object = value
        for i, step in enumerate(names):
            following = names[i + 1] if i + 1 < len(names) else None
            inner: object = "GEHEIM" if following is None else [] if following == "*" else {}
            if step == "*":
                holder.append(inner) if not holder else None
                holder = holder[0]
            else:
                holder = holder.setdefault(step, inner)
    path = tmp_path / "a.jsonl"
    path.write_text(f'{json.dumps(value)}\n{json.dumps(value)[:-2]}\n["GEHEIM"]\n', encoding="utf-8")

    reading = read(path)
    list(reading)

    assert [f.format for f in reading.report.files] == [kind.name]
    assert len(reading.report.rejects) >= 2
    said = [str(getattr(r, f.name)) for r in reading.report.rejects for f in fields(Reject)] + reading.report.notes
    assert not any("GEHEIM" in part for part in said)
