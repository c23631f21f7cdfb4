"""The pages of the root cause: right figures, both languages, small numbers hidden, too little data said."""

import pandas as pd
import pytest

from cxtext import Analysis
from cxtext.report.change_page import change
from cxtext.report.groups_page import courses, gaps, touchpoints
from cxtext.report.html import render
from cxtext.report.journeys_page import journeys
from cxtext.report.markdown import render as markdown
from cxtext.report.markdown_text import escaped
from cxtext.report.markdown_why import why
from cxtext.report.outcome_page import importance, standings
from cxtext.report.shown import standings as hidden_standings
from cxtext.report.shown import steps as shown_steps
from cxtext.report.shown import worst_journeys
from cxtext.report.wording import wording

DE, EN = wording("de"), wording("en")
TOPICS = pd.DataFrame({"id": [0, 1], "parent": [None] * 2, "label": ["Lieferung", "Beratung"], "size": [400, 300]})
DRIVERS = pd.DataFrame(
    [(0, "negative", 300, 0.3, 0.27, 0.33, "A"), (1, "positive", 200, 0.2, 0.18, 0.23, "A")],
    columns=["topic", "polarity", "n", "share", "share_low", "share_high", "grade"],
)


def analysis(*, outcome=None, **tables):
    meta = {
        "outcome": outcome or {"name": "nps", "metric": "nps", "worst": 0, "best": 10},
        "period": {"start": "2026-01-01", "end": "2026-06-30"},
        **tables.pop("meta", {}),
    }
    return Analysis(topics=TOPICS, drivers=DRIVERS, quality={"analysed": 1000}, meta=meta, **tables)


def told(before=10.0, after=4.0):
    period = {"start": "2026-03-01", "end": "2026-03-28", "n": 500}
    return {"days": 28, "before": {**period, "value": before}, "after": {**period, "value": after}}


def change_rows(low=-9.0, high=-3.0):
    none = dict.fromkeys(("share_first", "share_second", "effect_first", "effect_second"))
    parts = [("topic", 0, "negative", -5.0, low, high), ("unexplained", None, None, -1.0, -4.0, 2.0)]
    rows = [
        {"part": p, "topic": t, "polarity": q, **none, "often": v, "severe": 0.0, "total": v}
        | {f"{n}_{e}": b for n in ("often", "severe", "total") for e, b in (("low", lo), ("high", hi))}
        for p, t, q, v, lo, hi in [*parts, ("difference", None, None, -6.0, low, high)]
    ]
    rows[0].update(share_first=0.1, share_second=0.2)
    return pd.DataFrame(rows).astype({"topic": "Int64"})


def test_a_change_is_told_with_periods_numbers_and_its_interval():
    page = change(analysis(change=change_rows(), meta={"change": told()}).to_dict(), EN)
    assert page["sentence"].startswith(
        "NPS moved for the worse from 10.0 (1 March 2026 to 28 March 2026, 500 responses)"
    )
    assert page["difference"] == "Difference: −6.0 (95% interval −9.0 to −3.0)."
    assert [r["label"] for r in page["rows"]] == ["Lieferung", "Not explained by topics"]
    assert (page["rows"][0]["clear"], page["rows"][1]["clear"]) == (True, False)
    assert page["rows"][0]["shares"] == "10.0% → 20.0%"


def test_a_change_within_chance_gets_no_direction():
    page = change(analysis(change=change_rows(-9.0, 3.0), meta={"change": told()}).to_dict(), DE)
    assert "nicht größer, als der Zufall erklärt" in page["sentence"]
    assert page["none"] == "Kein einzelnes Thema sticht heraus."


def test_where_a_scale_runs_down_values_are_those_that_were_given():
    grades = {"name": "note", "metric": "mean", "worst": 6, "best": 1}
    page = change(analysis(outcome=grades, change=change_rows(), meta={"change": told(5.0, 4.0)}).to_dict(), DE)
    assert "von 2,00" in page["sentence"]
    assert "auf 3,00" in page["sentence"]
    assert "verschlechtert" in page["sentence"]
    assert "note" in page["turned"]


@pytest.mark.parametrize(
    ("meta", "says", "why_"),
    [
        ({"change": None}, "two successive periods", "too few answers"),
        ({"change": None, "period": None}, "no dates", "no dates"),
        ({}, None, "an analysis that did not look for it says nothing"),
    ],
)
def test_too_little_data_for_a_change_is_said(meta, says, why_):
    page = change(analysis(meta=meta).to_dict(), EN)
    assert (page is None) if says is None else (says in page["sentence"]), why_


def test_a_small_collection_explains_no_change():
    report = analysis(change=change_rows(), meta={"change": told()}).to_dict()
    assert change({**report, "small": True}, EN) is None


def test_importance_says_field_and_method():
    rows = pd.DataFrame(
        {"topic": [0], "polarity": ["negative"], "n": [300], "weight": [0.2], "importance": [0.8], "method": ["lmg"]}
        | {"performance": [0.2], "performance_low": [0.1], "performance_high": [0.3], "field": ["fix first"]}
        | {"clear": [False]}
    )
    report = analysis(importance=rows).to_dict()
    [side] = importance(report, DE)["sides"]
    assert (side["rows"][0]["field"], side["rows"][0]["importance"]) == ("zuerst verbessern", "80\u00a0%")
    assert "20\u00a0%" in importance(report, DE)["explained"]
    assert "zuerst verbessern (nahe der Grenze)" in "\n".join(why(report, DE)).replace("\\", "")
    assert importance(analysis().to_dict(), DE) is None


def test_standings_hide_counts_under_five():
    rows = pd.DataFrame(
        {"topic": [0], "polarity": ["negative"], "n_promoter": [3], "n_passive": [12], "n_detractor": [90]}
        | {"share_promoter": [0.01], "share_passive": [0.05], "share_detractor": [0.4], "detractor_q": [0.0004]}
    )
    page = standings(analysis(standings=rows).to_dict(), EN)
    [row] = page["sides"][0]["rows"]
    assert [c["n"] for c in row["cells"]] == ["–", "–", "90"]
    assert row["q"] == "<\u00a00.001"


def cells(*counts):
    rows = [
        {"touchpoint": f"t{i}", "topic": 0, "polarity": "negative", "n": n, "documents": 100, "share": (n or 0) / 100}
        | {"rest": 0.1, "q_value": 0.01, "sentiment": -0.4}
        for i, n in enumerate(counts)
    ]
    return pd.DataFrame(rows)


def test_the_heat_map_shows_share_number_and_mood_and_says_more_and_less():
    page = touchpoints(analysis(touchpoints=cells(40, 7, None), meta={"touchpoint": "Kanal"}).to_dict(), DE)
    first, few, hidden = page["sides"][0]["rows"][0]["cells"]
    assert (first["share"], first["sign"], first["word"]) == ("40,0\u00a0%", "↑", "häufiger als anderswo")
    assert first["about"] == ["40 Antworten", "Stimmung −0,40"]
    assert (few["share"], few["about"]) == ("–", ["7 Antworten"])
    assert not hidden["known"]
    assert touchpoints(analysis(touchpoints=cells(40)).to_dict(), DE) is None


def test_gaps_stand_worst_first():
    rows = pd.DataFrame(
        {"segment": ["Kanal"] * 2, "value": ["web", "call"], "n": [200, 100], "gap": [5.0, -5.0], "mix": [1.0, -1.0]}
        | {"adjusted": [4.0, -4.0], "adjusted_low": [1.0, -7.0], "adjusted_high": [7.0, -1.0], "q_value": [0.01, 0.01]}
    )
    [page] = gaps(analysis(gaps=rows).to_dict(), EN)
    assert [r["value"] for r in page["rows"]] == ["call", "web"]
    assert page["rows"][0]["interval"] == "−7.0 to −1.0"


def test_a_course_keeps_a_gap_where_a_count_is_hidden():
    periods = [f"2026-0{m}-01" for m in range(1, 6)]
    rows = pd.DataFrame(
        [
            {"segment": "Kanal", "value": v, "period": p, "topic": 0, "polarity": "negative", "documents": 50}
            | ({"n": None} if (v, i) == ("web", 2) else {"n": 10, "share": 0.2, "share_low": 0.1, "share_high": 0.3})
            for v in ("web", "call")
            for i, p in enumerate(periods)
        ]
    )
    [page] = courses(analysis(segment_trends=rows).to_dict(), EN)
    web = next(g for g in page["groups"] if g["value"] == "web")
    assert [p["share"] for p in web["points"]] == [0.2, 0.2, None, 0.2, 0.2]
    assert web["rows"][2]["n"] == "not shown"


def ways(n):
    return pd.DataFrame(
        [
            {"customer": f"K{i}", "contacts": 2, "first": "2026-01-01", "last": "2026-02-01", "repeats": int(i == 3)}
            | {"document_ids": [f"a#{i}", f"b#{i}"], "start": 0.2, "end": -0.1 * i, "trend": -0.1, "worst": f"b#{i}"}
            for i in range(n)
        ]
    )


def test_journeys_name_records_in_order_and_hide_small_counts():
    report = analysis(journeys=ways(9), meta={"journeys": {"customers": 90, "several": 9}}).to_dict()
    page = journeys(report, EN)
    assert page["sentence"] == "9 of 90 known customers (10%) wrote more than once."
    assert [f["n"] for f in page["facts"]] == ["fewer than 5", "0", "9"]
    assert [s["id"] for s in page["worst"][0]["way"]] == ["a#3", "b#3"], "who came back for the same stands first"
    assert [s["worst"] for s in page["worst"][0]["way"]] == [False, True]
    assert worst_journeys(ways(9))["customer"].tolist()[:2] == ["K3", "K8"]


def test_only_journeys_that_went_wrong_are_looked_at():
    content = ways(9).assign(repeats=0, end=0.4)
    assert worst_journeys(content).empty
    better = ways(9).assign(repeats=0, end=-0.8, trend=0.1)
    assert worst_journeys(better).empty, "unhappy, but less so than before"
    assert worst_journeys(ways(9))["customer"].tolist() == ["K3", "K8", "K7", "K6", "K5", "K4"]


def test_a_report_without_quotes_names_no_record_of_a_journey(tmp_path):
    result = analysis(journeys=ways(9), meta={"journeys": {"customers": 90, "several": 9}})
    result.save(tmp_path, level="aggregate")
    assert not (tmp_path / "journeys.csv").exists()
    for path in tmp_path.iterdir():
        assert "b#3" not in path.read_text(encoding="utf-8")


def test_too_few_journeys_are_said():
    report = analysis(meta={"journeys": {"customers": 90, "several": 3}}).to_dict()
    assert "fewer than 5 wrote more than once" in journeys(report, EN)["sentence"]
    assert journeys(analysis().to_dict(), EN) is None


@pytest.mark.parametrize("language", ["de", "en"])
def test_names_of_groups_and_steps_stay_text(language):
    evil = '<script>alert("x")</script>'
    rows = cells(40, 30).replace({"t0": evil})
    result = analysis(touchpoints=rows, meta={"touchpoint": evil, "change": told()}, change=change_rows())
    html = render(result.to_dict(language=language))
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "<script" not in markdown(result.to_dict(language=language)).replace("\\<", "")
    assert escaped("<b>") == r"\<b\>"


def test_a_notebook_shows_which_tables_there_are_and_what_changed():
    shown = analysis(change=change_rows(), meta={"change": told()})._repr_html_()
    assert "<code>.change</code>&nbsp;3" in shown
    assert "NPS moved for the worse" in shown
    assert ".journeys" not in shown


def standing_rows(promoter=6, passive=12, detractor=90):
    counts = {"n_promoter": [promoter], "n_passive": [passive], "n_detractor": [detractor]}
    shares = {"share_promoter": [0.02], "share_passive": [0.05], "share_detractor": [0.4], "detractor_q": [0.0004]}
    return pd.DataFrame({"topic": [0], "polarity": ["negative"]} | counts | shares)


def step_rows(*customers):
    figures = {"mean": -0.2, "below": -0.3, "below_low": -0.5, "below_high": -0.1, "p_value": 0.01, "q_value": 0.02}
    share = {"worst_in": 0.4, "worst_low": 0.3, "worst_high": 0.5}
    return pd.DataFrame([{"step": f"Schritt {n}", "n": 2 * n, "customers": n, **figures, **share} for n in customers])


@pytest.mark.parametrize(
    ("counts", "shown", "why_"),
    [
        ((6, 12, 90), [(6, False), (12, True), (90, True)], "under 10 the count alone"),
        ((3, 12, 90), [(None, False), (None, False), (90, True)], "a second one hides what the sum would tell"),
        ((0, 12, 90), [(0, True), (12, True), (90, True)], "nobody is not somebody"),
        ((3, 4, 90), [(None, False), (None, False), (90, True)], "two hide each other"),
        ((10, 12, 90), [(10, True), (12, True), (90, True)], "ten are enough"),
    ],
)
def test_small_standings_are_hidden_before_a_report_is_written(counts, shown, why_):
    [row] = hidden_standings(standing_rows(*counts).to_dict("records"))
    found = [(row[f"n_{s}"], row[f"share_{s}"] is not None) for s in ("promoter", "passive", "detractor")]
    assert found == shown, why_


def test_a_topic_of_fewer_than_five_has_no_standing():
    assert hidden_standings(standing_rows(2, 1, 1).to_dict("records")) == []
    assert len(hidden_standings(standing_rows(2, 2, 1).to_dict("records"))) == 1


def test_steps_of_fewer_than_five_customers_are_hidden_and_under_ten_counts_stand_alone():
    few, enough = shown_steps(step_rows(4, 5, 10).to_dict("records"))
    assert {k: v for k, v in few.items() if v is not None} == {"step": "Schritt 5", "n": 10, "customers": 5}
    assert (enough["step"], enough["below"], enough["worst_in"]) == ("Schritt 10", -0.3, 0.4)


def test_markdown_tells_standings_change_and_journeys_as_the_page_does():
    result = analysis(
        standings=standing_rows(),
        change=change_rows(),
        journeys=ways(9),
        steps=step_rows(40),
        meta={"change": told(), "journeys": {"customers": 90, "several": 9}},
    )
    lines = "\n".join(why(result.to_dict(), EN)).replace("\\", "").replace("\u00a0", " ").splitlines()
    headings = [line for line in lines if line.startswith("## ")]
    assert headings == [
        "## Promoters, passives and detractors",
        "## Why the score changed",
        "## Customers who wrote again",
    ]
    for line in (
        "| Lieferung | 6 | 12 5.0% | 90 40.0% | < 0.001 |",
        "Difference: −6.0 (95% interval −9.0 to −3.0).",
        "| ▼ Lieferung | 10.0% → 20.0% | −5.0 | 0.0 | −5.0 (−9.0 to −3.0) |",
        "| Difference | – | −6.0 | 0.0 | −6.0 (−9.0 to −3.0) |",
        "| Criticised the same again within 30 days | fewer than 5 |  |",
        "| Unhappier at the end than at the beginning | 9 | 100% |",
        "| Schritt 40 | 80 | 40 | −0.30 | −0.50 to −0.10 | 40% |",
        "- 1 January 2026 – 1 February 2026: a#3 → b#3",
    ):
        assert line in lines
