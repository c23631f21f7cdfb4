"""Pictures of topics: what they show, the rules for small numbers, and that they can be read without colour."""

import json

import altair as alt
import pandas as pd
import pytest

from cxtext import Analysis
from cxtext.report.charts import topics_on_a_map
from cxtext.report.html import _named
from cxtext.report.topic_charts import (
    HEIGHT,
    QUOTES,
    WIDTH,
    map_points,
    side,
    topic_map,
    topic_tone,
    topic_tree,
    topics_over_time,
)
from cxtext.report.view import size_label
from cxtext.report.wording import wording

CHARTS = [topic_map, topic_tone, topic_tree, topics_over_time]


def values(chart):
    """All rows of a chart's data."""
    return [row for rows in chart.to_dict()["datasets"].values() for row in rows]


@pytest.mark.parametrize("draw", CHARTS)
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_chart_is_valid_titled_described_and_the_same_again(rich, draw, language):
    chart = draw(rich, language=language)
    assert isinstance(chart, alt.TopLevelMixin)
    spec = chart.to_dict()
    assert spec["title"]
    assert spec["description"]
    assert json.dumps(spec, sort_keys=True) == json.dumps(draw(rich, language=language).to_dict(), sort_keys=True)


@pytest.mark.parametrize("draw", CHARTS)
def test_an_empty_analysis_has_empty_charts(empty, draw):
    assert values(draw(empty)) == []


@pytest.mark.parametrize("draw", CHARTS)
def test_vega_draws_every_chart_offline(rich, draw):
    import vl_convert

    svg = vl_convert.vegalite_to_svg(json.dumps(draw(rich).to_dict()), allowed_base_urls=[])
    assert svg.startswith("<svg")


def test_the_map_has_a_point_for_each_placed_topic_with_quotes_and_tone_in_words(rich):
    points = map_points(rich.to_dict(language="de"), wording("de"))
    assert [p["number"] for p in points] == list(range(1, 11))
    assert [p["topic"] for p in points][:2] == ["Pünktlichkeit", "Freundlichkeit des Personals"]
    assert points[1]["quotes"]
    assert all(len(p["quotes"]) <= QUOTES for p in points)
    assert {p["tone"] for p in points} == {wording("de")(f"tone_{s}") for s in ("positive", "negative", "both")}


def test_the_reports_map_is_as_large_as_the_page_thinks_so_that_names_stand_at_their_points(rich):
    w = wording("de")
    svg = topics_on_a_map(map_points(rich.to_dict(language="de"), w), w)
    assert f'viewBox="0 0 {WIDTH} {HEIGHT}"' in svg
    assert "überwiegend" not in svg, "the key stands beside it"


def test_names_that_would_cover_each_other_are_left_to_the_table(rich):
    points = map_points(rich.to_dict(language="de"), wording("de"))
    apart = [{**p, "x": 100 + 250 * (i % 3), "y": 60 + 90 * (i // 3)} for i, p in enumerate(points)]
    assert _named(apart) == {p["number"] for p in points}
    assert len(_named([{**p, "x": 300, "y": 100 + i} for i, p in enumerate(points)])) <= 1


def test_a_topics_size_is_the_responses_that_speak_of_it(rich):
    report = rich.to_dict(language="de")
    counted = {**report, "topics": [{**row, "documents": 7 + i} for i, row in enumerate(report["topics"])]}
    known = {row["id"]: row["documents"] for row in counted["topics"]}
    assert all(p["size"] == known[p["id"]] for p in map_points(counted, wording("de")))
    assert size_label(counted, wording("de")) == "Antworten"
    assert size_label(report, wording("de")) == "Textstellen"


def test_shape_says_the_tone_too(rich):
    marks = topic_map(rich).to_dict()["layer"][0]["encoding"]
    assert marks["shape"]["field"] == marks["color"]["field"]
    assert len(set(marks["shape"]["scale"]["range"])) == 3


def test_no_quotes_at_the_aggregate_level(rich):
    points = map_points(rich.to_dict(level="aggregate"), wording("en"))
    assert not any(p["quotes"] for p in points)


def test_topics_without_a_place_are_left_out():
    topics = pd.DataFrame(
        {"id": [0, 1], "parent": None, "label": ["a", "b"], "size": [9, 9], "x": [0.5, None], "y": 0.5}
    )
    report = Analysis(topics=topics, drivers=None).to_dict()
    assert [p["id"] for p in map_points(report, wording("en"))] == [0]
    bare = Analysis(topics=topics.drop(columns=["x", "y"]), drivers=None)
    assert map_points(bare.to_dict(), wording("en")) == []


def test_praise_and_criticism_go_opposite_ways_and_are_not_netted(rich):
    rows = {(r["topic"].strip(), r["n"]) for r in values(topic_tone(rich, language="en"))}
    assert {("Punctuality", 204), ("Punctuality", -312)} <= rows


def test_too_few_documents_are_not_drawn(rich):
    # Four responses praise the Wi-Fi: fewer than may be shown.
    assert not any(r["topic"].strip() == "Wi-Fi" and r["n"] > 0 for r in values(topic_tone(rich, language="en")))


def test_children_of_the_tree_fill_their_parents(rich):
    rows = {r["topic"]: r for r in values(topic_tree(rich, language="en"))}
    parent, children = rows["Service"], ["Friendly staff", "Hotline waiting time", "Refund goodwill"]
    assert parent["right"] == 1
    assert all(rows[c]["left"] == 1 and rows[c]["bottom"] <= parent["bottom"] + 1e-9 for c in children)
    assert min(rows[c]["top"] for c in children) == parent["top"]
    assert rows["Price"]["right"] == 2, "a topic without sub-topics takes the whole width"


def test_over_time_draws_the_topics_asked_for(rich):
    assert {r["topic"] for r in values(topics_over_time(rich, topics=[9], language="en"))} == {"App crashes"}


@pytest.mark.parametrize(
    ("positive", "negative", "expected"), [(20, 10, "positive"), (19, 10, "both"), (1, 2, "negative"), (0, 0, "both")]
)
def test_a_tone_is_one_sided_from_two_thirds(positive, negative, expected):
    assert side({(1, "positive"): positive, (1, "negative"): negative}, 1) == expected
