"""Conversations side by side, from annotations to the report's tables."""

import pandas as pd
import pytest

from cxtext import Analysis, annotate
from cxtext.documents import Document
from cxtext.engines.conversations import TABLES, conversation_tables
from cxtext.engines.gather import gather
from cxtext.report.tables import checked

GOOD = ["Ich habe eine Frage zur Rechnung.", "Die Zahlung ging zweimal ab.", "Wunderbar, vielen Dank, das ist super!"]
BAD = [
    "Ich warte seit drei Wochen auf die Lieferung.",
    "Ich hing vierzig Minuten in der Warteschleife, furchtbar.",
    "Das ist eine Frechheit, einfach unverschämt und furchtbar.",
]


def talk(said, id_, nps=None, customer=None):
    turns = [{"role": "customer", "text": text} for text in said]
    scores = {} if nps is None else {"nps": nps}
    return Document.from_turns(
        turns, id=id_, channel="call", scores=scores, attributes={} if customer is None else {"customer": customer}
    )


@pytest.fixture(scope="module")
def calls():
    documents = [talk(GOOD, f"g{i}", 10, f"k{i}") for i in range(7)]
    for i in range(7):
        said = [BAD[0], f"{30 + i} Minuten in der Warteschleife!", *BAD[1:]]
        documents.append(talk(said, f"b{i}", 0, f"m{i}"))
    # Calls of one wording are no duplicates: each has a customer of its own.
    return gather(annotate([*documents, Document(text="Die Lieferung war langsam.", id="mail")]), duplicates="all")


def tables(calls, outcome=None, scale=(0, 10), metric="nps"):
    topics = pd.DataFrame({"id": [0], "parent": [None], "label": ["Sache"], "size": [9]})
    rows = calls.mentions
    mentions = pd.DataFrame({"document_id": rows["document"], "topic": 0, "polarity": rows["polarity"]}, rows.index)
    return conversation_tables(calls, mentions, topics, outcome, scale=scale, metric=metric)


def test_good_and_bad_calls_are_those_of_promoters_and_detractors(calls):
    found, told = tables(calls, calls.scores["nps"])
    assert told["conversations"]["by"] == "score"
    assert told["conversations"]["n"] == 14
    assert found["conversations"].groupby("group").size().to_dict() == {"bad": 7, "good": 7}
    went = found["trajectories"].set_index(["group", "measure"])["estimate"]
    assert went["good", "quarter_4"] > 0 > went["bad", "quarter_4"]
    assert set(found["conversations"]["document_id"]) == {f"{x}{i}" for x in "gb" for i in range(7)}


def test_without_a_score_the_end_decides(calls):
    found, told = tables(calls, None)
    assert told["conversations"] == {"n": 14, "by": "end"}
    assert found["conversations"].groupby("group").size().to_dict() == {"bad": 7, "good": 7}


def test_closings_count_the_last_quarter_alone(calls):
    found, _ = tables(calls, calls.scores["nps"])
    names = set(found["closings"]["name"])
    assert "gratitude" in names
    assert not {name for name in names if name.startswith("effort")}, "the waiting was told before"


def test_effort_stands_beside_how_calls_ended(calls):
    found, _ = tables(calls, calls.scores["nps"])
    effort = found["effort"].set_index("name")
    assert effort.loc["waiting", "n"] == 7
    assert effort.loc["waiting", "share"] == 0.5
    assert effort.loc["waiting", "end"] < effort.loc["waiting", "rest"]


def test_stories_are_of_different_customers_and_their_marks_fit(calls):
    found, _ = tables(calls, calls.scores["nps"])
    stories = found["stories"]
    assert stories["kind"].tolist() == ["waiting"] * 3
    assert stories["document_id"].is_unique
    for row in stories.itertuples():
        assert "Minuten" in row.text[row.start : row.end] or "Wochen" in row.text[row.start : row.end]


def test_too_few_calls_tell_no_story_and_make_no_comparison():
    few = gather(annotate([talk(BAD, f"b{i}") for i in range(4)]), duplicates="all")
    found, told = tables(few)
    assert told["conversations"]["n"] == 4
    assert {name: len(found[name]) for name in TABLES if name != "conversations"} == dict.fromkeys(
        [name for name in TABLES if name != "conversations"], 0
    )


def test_without_conversations_all_tables_are_empty():
    found, told = tables(gather(annotate(["Die Lieferung war langsam."])))
    assert told == {}
    assert all(found[name].empty and list(found[name].columns) == list(checked(name, None).columns) for name in TABLES)


def test_the_tables_fit_the_analysis(calls):
    found, told = tables(calls, calls.scores["nps"])
    report = Analysis(topics=None, drivers=None, **found, meta=told).to_dict()
    assert [row["name"] for row in report["effort"]] == list(found["effort"]["name"])
