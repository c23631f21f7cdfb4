"""Order of drivers and the rules for small numbers."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxtext import Analysis
from cxtext.report.rules import HIDDEN_BELOW, suppressed_groups

TOPICS = pd.DataFrame({"id": range(9), "parent": None, "label": [f"T{i}" for i in range(9)], "size": 50})


def analysis(rows, *, analysed=1000, **more):
    """Build an analysis from (topic, polarity, n, impact, grade)."""
    drivers = pd.DataFrame(rows, columns=["topic", "polarity", "n", "impact", "grade"])
    drivers = drivers.assign(share=drivers["n"] / analysed, share_low=0.0, share_high=1.0, kind="basic", q_value=0.01)
    drivers = drivers.assign(impact_low=drivers["impact"] - 1, impact_high=drivers["impact"] + 1)
    return Analysis(topics=TOPICS, drivers=drivers, quality={"analysed": analysed}, **more)


@pytest.mark.parametrize("polarity", ["positive", "negative"])
def test_evidence_comes_before_frequency_and_few_documents_come_last(polarity):
    sign = 1 if polarity == "positive" else -1
    rows = [
        (0, polarity, 500, sign * 9.0, ""),  # mentioned most, no evidence
        (1, polarity, 29, sign * 8.0, "A"),  # too few documents to be ranked
        (2, polarity, 60, sign * 2.0, "B"),
        (3, polarity, 40, sign * 5.0, "A"),
        (4, polarity, 90, sign * -4.0, "B"),  # evidence, but against its direction
        (5, polarity, 700, sign * 0.1, "C"),
    ]
    result = analysis(rows)
    ranked = result.positive_drivers if polarity == "positive" else result.negative_drivers
    assert ranked["topic"].tolist() == [3, 2, 4, 5, 0, 1]
    assert result.to_dict()["drivers"][polarity][-1]["rank"] is None


@settings(deadline=None)
@given(st.permutations(range(6)))
def test_the_order_does_not_hang_on_the_order_of_the_rows(order):
    rows = [(i, "negative", 40 + 10 * (i % 2), -1.0, "A" if i < 3 else "") for i in range(6)]
    expected = analysis(rows).negative_drivers
    pd.testing.assert_frame_equal(analysis([rows[i] for i in order]).negative_drivers, expected)


def test_a_topic_in_both_lists_is_not_netted():
    result = analysis([(0, "positive", 50, 1.0, "A"), (0, "negative", 50, -1.0, "A")])
    assert result.positive_drivers["n"].tolist() == [50]
    assert result.negative_drivers["n"].tolist() == [50]


def test_under_five_documents_nothing_is_shown_and_under_ten_only_the_count():
    result = analysis([(0, "negative", 4, -9.0, "A"), (1, "negative", 9, -9.0, "A"), (2, "negative", 10, -9.0, "A")])
    report = result.to_dict()
    shown = {row["topic"]: row for row in report["drivers"]["negative"]}
    assert set(shown) == {1, 2}
    derived = ("share", "share_low", "impact", "impact_low", "q_value", "kind")
    assert [shown[1][name] for name in derived] == [None] * len(derived)
    assert (shown[1]["n"], shown[1]["grade"]) == (9, "")
    assert (shown[2]["impact"], shown[2]["grade"]) == (-9.0, "A")
    assert report["suppressed"]["drivers"] == 1
    assert len(result.drivers) == 3, "the table itself stays whole"


def test_under_a_hundred_texts_no_driver_is_estimated():
    report = analysis([(0, "negative", 60, -9.0, "A")], analysed=99).to_dict()
    (row,) = report["drivers"]["negative"]
    assert report["small"] is True
    assert (row["impact"], row["grade"], row["kind"], row["rank"]) == (None, "", None, None)
    assert row["share"] == pytest.approx(60 / 99, abs=1e-6)
    assert analysis([(0, "negative", 60, -9.0, "A")], analysed=100).to_dict()["small"] is False


def test_the_number_of_texts_follows_from_a_share_where_it_is_not_given():
    result = analysis([(0, "negative", 60, -9.0, "A")], analysed=99)
    assert Analysis(topics=result.topics, drivers=result.drivers).to_dict()["analysed"] == 99


@settings(deadline=None)
@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(1, 30), min_size=1, max_size=8))
def test_no_hidden_group_can_be_had_by_subtraction(sizes):
    hidden = suppressed_groups(sizes)
    small = {name for name, n in sizes.items() if n < HIDDEN_BELOW}
    assert small <= hidden
    assert len(hidden) != 1 or len(sizes) == 1


def test_small_groups_are_hidden_with_the_next_smallest():
    segments = pd.DataFrame(
        {
            "segment": "Kanal",
            "value": ["Web", "Telefon", "Fax"],
            "metric": "sentiment",
            "n": [800, 82, 3],
            "estimate": 0.1,
        }
    )
    report = analysis([(0, "negative", 40, -1.0, "A")], segments=segments).to_dict()
    assert [row["value"] for row in report["segments"]] == ["Web"]
    assert report["suppressed"]["segments"] == 2


def test_a_score_of_under_five_answers_is_not_shown():
    scores = pd.DataFrame(
        {"score": ["nps"], "metric": ["nps"], "value": [50.0], "low": [1.0], "high": [99.0], "n": [4]}
    )
    (row,) = analysis([], scores=scores).to_dict()["scores"]
    assert (row["value"], row["low"], row["high"], row["n"]) == (None, None, None, 4)
