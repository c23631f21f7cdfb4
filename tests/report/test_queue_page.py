"""The call-back list as a reader sees it."""

import pandas as pd
import pytest

from cxtext import Analysis
from cxtext.report.html import render
from cxtext.report.queue_page import SHOWN, SHOWN_OTHERS, queue, reason
from cxtext.report.wording import wording

DE, EN = wording("de"), wording("en")
ROW = {
    "document_id": "mail.csv#7",
    "queue": "recover",
    "priority": 0.97,
    "urgency": "critical",
    "reasons": ["urgency:safety", "blames:App", "blames:Preis", "complaint"],
    "quote": "Die App ist teuer, und es riecht nach Gas!",
    "quote_spans": [
        {"kind": "aspect", "start": 4, "end": 7},
        {"kind": "urgency:safety", "start": 26, "end": 41},
    ],
    "deadline": pd.Timestamp("2026-03-02T14:30:00+01:00"),
    "route_to": "Digital",
    "channel": "email",
    "suppress_marketing": True,
}


def report(*rows, analysed=200, cases=None, level="quotes"):
    frame = pd.DataFrame([{**ROW, **row} for row in rows])
    topics = pd.DataFrame({"id": [0], "parent": [None], "label": ["App"], "size": [40]})
    found = Analysis(topics=topics, drivers=None, queue=frame, cases=cases, quality={"analysed": analysed})
    return found.to_dict(language="de", level=level)


def test_a_case_says_why_by_when_and_whose_it_is():
    [group] = queue(report({}), DE)["groups"]
    [row] = group["rows"]
    assert (group["name"], group["n"]) == ("Zurückgewinnen", "1 Kunde")
    assert row["level_text"] == "sehr dringend"
    assert row["reasons"] == ["Gefahr oder Verletzung", "kritisiert App; Preis"]
    assert [(p.text, p.kinds) for p in row["pieces"] if p.kinds] == [
        ("App", ("aspect",)),
        ("riecht nach Gas", ("signal",)),
    ]
    assert row["due"] == "2. März 2026, 14:30 Uhr"
    assert (row["owner"], row["channel"]) == ("Digital", "E-Mail")


def test_many_reasons_are_cut_and_counted():
    codes = ["urgency:legal", "churn", "detractor", "negative_sentiment", "bad_goodbye", "effort:waiting", "request"]
    [group] = queue(report({"reasons": [*codes, "anger"]}), DE)["groups"]
    assert len(group["rows"][0]["reasons"]) == 6
    assert group["rows"][0]["further"] == "und 2 weitere Gründe"


@pytest.mark.parametrize(
    ("row", "due"),
    [
        ({"deadline": None, "deadline_hours": 24.0}, "innerhalb von 24 Stunden"),
        ({"deadline": None, "deadline_hours": 1.5}, "innerhalb von 1,5 Stunden"),
        ({"deadline": None, "deadline_hours": 72.0}, "innerhalb von 3 Tagen"),
        (
            {"deadline": pd.Timestamp("2026-03-02T04:00Z"), "created_at": pd.Timestamp("2026-03-02T00:00Z")},
            "2. März 2026",
        ),
        ({"created_at": pd.Timestamp("2026-03-02T10:30+01:00")}, "2. März 2026, 14:30 Uhr"),
        ({"deadline": None}, None),
        ({"deadline": None, "due": pd.Timestamp("2026-04-02")}, "2. April 2026"),
    ],
)
def test_without_a_moment_the_hours_are_told(row, due):
    [group] = queue(report(row), DE)["groups"]
    assert group["rows"][0]["due"] == due


def test_what_is_marked_in_a_quote_is_never_the_whole_of_it_nor_marked_twice():
    spans = [
        {"kind": "urgency:deadline", "start": 0, "end": 42},
        {"kind": "urgency:safety", "start": 26, "end": 41},
        {"kind": "opinion", "start": 30, "end": 41},
        {"kind": "aspect", "start": 4, "end": 7},
    ]
    [group] = queue(report({"quote_spans": spans}), DE)["groups"]
    assert [(p.text, p.kinds) for p in group["rows"][0]["pieces"] if p.kinds] == [
        ("App", ("aspect",)),
        ("riecht nach Gas", ("signal",)),
    ]


def test_the_first_page_says_how_many_cannot_wait():
    rows = [{"document_id": "1"}, {"document_id": "2", "urgency": "high"}, {"document_id": "3", "urgency": "none"}]
    assert queue(report(*rows), EN)["urgent"] == "2 of them urgent"
    assert queue(report(rows[2]), EN)["urgent"] is None


def test_each_list_shows_its_first_cases_and_says_how_many_more_there_are():
    rows = [{"document_id": str(i), "queue": q, "priority": 0.9} for q in ("recover", "advocate") for i in range(20)]
    groups = {g["list"]: g for g in queue(report(*rows), EN)["groups"]}
    assert list(groups) == ["recover", "advocate"]
    assert [len(g["rows"]) for g in groups.values()] == [SHOWN["recover"], SHOWN_OTHERS]
    assert groups["recover"]["more"].startswith("5 more")


def test_of_a_handful_of_texts_none_is_quoted():
    [group] = queue(report({}, analysed=4), DE)["groups"]
    assert group["rows"][0]["pieces"] == []


def test_an_aggregate_report_counts_and_names_nobody():
    listed = queue(report({}, level="aggregate"), DE)
    assert listed["any"]
    assert listed["groups"] == []


def test_open_and_closed_cases_stand_by_driver_from_five_on():
    cases = pd.DataFrame(
        [(0, "negative", 9, 5, 4), (0, "positive", 4, 2, 2)], columns=["topic", "polarity", "n", "open", "closed"]
    )
    page = report({}, cases=cases)
    [case] = queue(page, DE)["cases"]
    assert (case["label"], case["n"], case["open"], case["closed"]) == ("App", "9", "5", "4")
    assert "Offene und geschlossene Fälle" in render(page)


@pytest.mark.parametrize(
    ("code", "german", "english"),
    [
        ("urgency:unanswered", "wartet seit Langem auf Antwort", "has long waited for an answer"),
        ("urgency:brand_new", "dringend", "urgent"),
        ("effort:transferred", "wurde weitergereicht", "was passed around"),
        ("praises:a:b", "lobt a:b", "praises a:b"),
        ("my_own_marker", "my_own_marker", "my_own_marker"),
    ],
)
def test_codes_are_told_in_both_languages_and_unknown_ones_as_they_are(code, german, english):
    assert (reason(code, DE), reason(code, EN)) == (german, english)


def test_every_shipped_marker_of_customers_has_words():
    from cxtext.analysis.queue import ASKING, PRESSING, TOLD_AFTER_TOPICS, TOLD_BEFORE_TOPICS
    from cxtext.markers.kinds import KINDS

    types = {*PRESSING, *ASKING, *TOLD_BEFORE_TOPICS, *TOLD_AFTER_TOPICS}
    codes = [*types, *(f"{t}:{kind}" for t, kinds in KINDS.items() for kind in kinds)]
    for w in (DE, EN):
        assert not [code for code in codes if f"reason_{code.replace(':', '_')}" not in w.texts]
