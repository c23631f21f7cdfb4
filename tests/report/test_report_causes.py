"""Causes in the report: topic, sub-topic, cause; counted, quoted, and nothing said of the few."""

from cxtext.report.causes import causes
from cxtext.report.html import render
from cxtext.report.view import first_page
from cxtext.report.wording import wording


def test_causes_stand_under_their_driver_and_its_parent(rich):
    positive, negative = causes(rich.to_dict(language="en"), wording("en"))
    assert [d["label"] for d in negative["drivers"]] == ["Punctuality", "App crashes"]
    assert negative["drivers"][0]["above"] == "On the way"
    first = negative["drivers"][0]["causes"][0]
    assert (first["text"], first["n"], first["share"], first["stated"]) == (
        "ein Signal gestört war",
        "41",
        "13.1%",
        True,
    )
    assert first["forms"] == ["a signal failed", "Signalstörung"]
    assert [p.text for p in first["quote"]["pieces"] if p.kinds] == ["ein Signal gestört war"]
    assert [d["label"] for d in positive["drivers"]] == ["Friendly staff"]


def test_fewer_than_five_responses_are_not_shown(rich):
    assert "every form was sent back twice" not in str(rich.to_dict()["causes"])


def test_the_aggregate_level_has_telling_phrases_and_nobodys_sentence(rich):
    found = rich.to_dict(level="aggregate")["causes"]
    assert {row["source"] for row in found} == {"distinctive"}
    assert all(row["text"] is None and row["document_id"] is None for row in found)


def test_the_first_page_names_the_first_stated_reasons(rich):
    page = first_page(rich.to_dict(language="en"), wording("en"))
    drivers = {d["label"]: d for one in page["lists"] for d in one["drivers"]}
    assert drivers["Punctuality"]["reasons"].endswith("ein Signal gestört war (41); kein Lokführer da war (23)")
    assert drivers["Easy booking"]["reasons"] is None


def test_without_causes_there_is_no_section(without_outcome, rich):
    assert 'id="causes"' in render(rich.to_dict())
    assert 'id="causes"' not in render(without_outcome.to_dict())
