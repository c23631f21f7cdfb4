"""Conversations as a reader sees them."""

import pandas as pd
import pytest

from cxtext import Analysis
from cxtext.report.conversation_page import conversations
from cxtext.report.html import render
from cxtext.report.wording import wording

DE, EN = wording("de"), wording("en")
MEASURES = ("quarter_1", "quarter_2", "quarter_3", "quarter_4", "end", "recovery", "bad_goodbye")


def trajectories(**groups):
    rows = [
        {"group": name, "measure": m, "n": n, "estimate": 0.25, "low": 0.1, "high": 0.4, "small": n < 30}
        for name, n in groups.items()
        for m in MEASURES
    ]
    return pd.DataFrame(rows)


def closing(name, good, bad, kind="marker"):
    return {
        "kind": kind, "name": name, "good_n": good, "good_share": good / 40, "bad_n": bad, "bad_share": bad / 40,
        "difference": (good - bad) / 40, "q_value": 0.001, "small": False,
    }  # fmt: skip


def page(told=None, **tables):
    tables = {"trajectories": trajectories(good=40, bad=40), **tables}
    meta = {"conversations": {"n": 80, "by": "end", **(told or {})}}
    if told and told.get("by") == "score":
        meta["outcome"] = {"name": "nps", "metric": "nps"}
    return Analysis(topics=None, drivers=None, meta=meta, quality={"analysed": 90}, **tables).to_dict(language="de")


def test_groups_are_told_from_good_to_bad():
    found = conversations(page(trajectories=trajectories(bad=12, middle=31, good=40)), DE)
    assert [(g["name"], g["n"], g["few"]) for g in found["groups"]] == [
        ("gute", "40", False),
        ("dazwischen", "31", False),
        ("schlechte", "12", True),
    ]
    assert len(found["points"]) == 12


def test_without_a_group_of_five_there_is_no_page():
    assert conversations(page(trajectories=trajectories(good=4, bad=3)), DE) is None
    assert 'id="talks"' not in render(page(trajectories=trajectories(good=4)))
    assert 'id="talks"' not in render(Analysis(topics=None, drivers=None).to_dict())


def test_closings_stand_on_the_side_that_has_more_of_them_and_small_counts_are_hidden():
    rows = [closing("gratitude", 30, 3), closing("churn", 0, 20), closing("App", 12, 9, "praised")]
    good, bad = conversations(page(closings=pd.DataFrame(rows)), DE)["closings"]
    assert [(r["name"], r["sides"]) for r in good["rows"]] == [
        ("dankbar", ["75\u00a0%\u00a0(30)", "unter\u00a05"]),
        ("lobt App", ["30\u00a0%\u00a0(12)", "22\u00a0%\u00a0(9)"]),
    ]
    [row] = bad["rows"]
    assert (row["name"], row["sides"]) == ("will gehen", ["0\u00a0%\u00a0(0)", "50\u00a0%\u00a0(20)"])


@pytest.mark.parametrize(
    ("verdict", "supported", "says"),
    [
        ("one", ["end"], "geht das Ende am besten mit NPS zusammen"),
        ("several", ["peak_end", "end"], "Höhepunkt und Ende, das Ende"),
        ("no_difference", ["mean", "end"], "nicht belegt"),
        ("none_predicts", [], "weder Mittel noch Ende"),
        ("too_few", [], "zu wenige"),
    ],
)
def test_the_report_says_which_summary_this_data_supports(verdict, supported, says):
    told = {"by": "score", "summaries": {"metric": "r2", "n": 80, "verdict": verdict, "supported": supported}}
    assert says in conversations(page(told), DE)["summaries"]


def test_effort_is_told_with_the_end_of_the_others():
    figures = {"share": 0.4, "share_low": 0.3, "share_high": 0.5, "end": -0.3, "end_low": -0.5, "end_high": -0.1}
    figures |= {"rest": 0.2, "rest_low": 0.1, "rest_high": 0.3}
    effort = pd.DataFrame([{"name": "any", "n": 30, **figures}, {"name": "waiting", "n": 4, **figures}])
    [row] = conversations(page(effort=effort), EN)["effort"]
    assert (row["name"], row["end"], row["rest"]) == (
        "had a lot of trouble",
        "−0.30 (−0.50 to −0.10)",
        "+0.20 (+0.10 to +0.30)",
    )


def test_stories_are_quoted_with_what_was_marked():
    stories = pd.DataFrame(
        [("waiting", "c1", "Eine Stunde <b> gewartet.", 5, 11, "de")],
        columns=["kind", "document_id", "text", "start", "end", "language"],
    )
    told = page(stories=stories)
    [story] = conversations(told, DE)["stories"]
    assert story["heading"] == "Vom Warten"
    html = render(told)
    assert 'Eine <mark class="signal">Stunde</mark> &lt;b&gt; gewartet.' in html
    aggregate = Analysis(topics=None, drivers=None, stories=stories, trajectories=trajectories(good=40))
    assert "gewartet" not in render(aggregate.to_dict(level="aggregate"))
