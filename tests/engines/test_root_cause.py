"""The tables of the root cause, from a collection with planted truth."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from cxtext.engines.customer_journeys import journey_tables
from cxtext.engines.root_cause import (
    change_table,
    gap_table,
    importance_table,
    segment_trend_table,
    shown_groups,
    standing_table,
    touchpoint_table,
    touchpoints_of,
    upward,
)
from cxtext.report.result import Analysis
from cxtext.report.tables import checked

TOPICS = pd.DataFrame({"id": [0, 1], "parent": [None, None], "label": ["Lieferung", "advice"], "size": [9, 9]})
MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


def mentions(rows):
    return pd.DataFrame(rows, columns=["document_id", "topic", "polarity"])


def said(topic, polarity, documents):
    return [(d, topic, polarity) for d in documents]


def accepted(**tables):
    """The report takes the tables as they are, and says them as plain values."""
    return Analysis(topics=TOPICS, drivers=checked("drivers", None), **tables).to_dict()


def documents(n, **columns):
    base = {"id": [f"f#{i}" for i in range(n)], "channel": None, "customer": None, "respondent": None, "sentiment": 0.0}
    base["created_at"] = [MONDAY + timedelta(days=i) for i in range(n)]
    return pd.DataFrame({**base, **columns}, dtype=object).astype({"sentiment": float})


def test_a_score_that_runs_down_is_turned():
    grades = pd.Series([1.0, 6.0])
    assert upward(grades, (6, 1)).tolist() == [6.0, 1.0]
    assert upward(grades, (1, 6)) is grades
    assert upward(None, (6, 1)) is None


@pytest.mark.parametrize(
    ("columns", "channels", "found", "why"),
    [
        ({"region": ["N", "S"], "Kanal": ["web", "fax"]}, ["call", "email"], "Kanal", "a column named like one"),
        ({"region": ["N", "S"], "Touchpoint": ["x", "x"]}, ["call", "email"], "channel", "one value tells nothing"),
        ({"region": ["N", "S"]}, ["survey", "survey"], "region", "no touchpoint, one channel"),
        ({"region": ["N", "N"]}, ["survey", "survey"], None, "nothing divides the documents"),
    ],
)
def test_touchpoints_come_from_the_column_that_is_most_like_one(columns, channels, found, why):
    groups = pd.DataFrame({name: values * 10 for name, values in columns.items()})
    got = touchpoints_of(documents(20, channel=channels * 10), groups)
    assert (got and got[0]) == found, why


def test_a_group_that_could_be_reckoned_is_hidden_with_the_small_one():
    groups = pd.DataFrame({"Kanal": ["web"] * 40 + ["Filiale"] * 9 + ["fax"] * 4, "ok": ["a"] * 30 + ["b"] * 23})
    shown = shown_groups(groups)
    assert set(shown["Kanal"].dropna()) == {"web"}
    assert shown["ok"].tolist() == groups["ok"].tolist()


def test_importance_is_set_against_performance():
    stars = pd.Series([1.0] * 50 + [5.0] * 50 + [3.0] * 100)
    rows = mentions(
        said(0, "negative", range(50)) + said(0, "positive", range(150, 175)) + said(1, "positive", range(50, 100))
    )
    drivers = rows.groupby(["topic", "polarity"]).size().rename("n").reset_index()
    table = importance_table(rows, stars, "mean", drivers)
    first = table.iloc[0]
    assert (first["topic"], first["polarity"], first["performance"]) == (0, "negative", pytest.approx(1 / 3, abs=1e-6))
    assert table["importance"].sum() == pytest.approx(1)
    assert accepted(importance=table)["importance"][0]["label"] == "Lieferung"
    assert importance_table(rows, None, "mean", drivers).empty


def test_small_cells_of_touchpoints_are_never_shown_and_cannot_be_reckoned():
    where = pd.Series(["web"] * 40 + ["call"] * 40 + ["shop"] * 40)
    rows = mentions(said(0, "negative", [*range(30), *range(40, 48), *range(80, 83)]))
    table = touchpoint_table(rows, where, pd.Series([-0.5] * 120))
    assert dict(zip(table["touchpoint"], table["n"].fillna(-1).astype(int), strict=True)) == {
        "web": 30, "call": -1, "shop": -1,
    }  # fmt: skip
    shown = accepted(touchpoints=table)["touchpoints"]
    assert [(r["touchpoint"], r["n"], r["share"]) for r in shown if r["n"] is None] == [
        ("call", None, None),
        ("shop", None, None),
    ]


def test_under_ten_a_cell_holds_the_count_alone():
    where = pd.Series(["web"] * 40 + ["call"] * 40)
    table = touchpoint_table(mentions(said(0, "negative", [*range(30), *range(40, 47)])), where, pd.Series([0.0] * 80))
    few = next(r for r in accepted(touchpoints=table)["touchpoints"] if r["touchpoint"] == "call")
    assert (few["n"], few["share"], few["sentiment"]) == (7, None, None)


def test_journeys_follow_customers_in_the_order_of_time():
    who = ["K1", "K1", "K2", "K2", "K3", "K3", "K4", "K4", "K5", "K5", "K6", None]
    mood = [-0.5, 0.5, 0.1, -0.9, 0, 0, 0, 0, 0, 0, 0, 0]
    when = [MONDAY + timedelta(days=d) for d in (9, 2, 1, 8, 1, 2, 1, 2, 1, 2, 1, 1)]
    table = documents(12, customer=who, sentiment=mood, created_at=when, channel=["call", "email"] * 6)
    rows = mentions(said(0, "negative", [2, 3]))
    touchpoints = pd.Series(["call", "email"] * 6)
    journeys, steps, told = journey_tables(table, rows, touchpoints)
    first, second = journeys.iloc[0], journeys.iloc[1]
    assert first["document_ids"] == ["f#1", "f#0"], "by time, not by row"
    assert (first["worst"], first["worst_step"], first["steps"]) == ("f#0", "call", ["email", "call"])
    assert (second["repeats"], second["worst"]) == (1, "f#3")
    assert told == {"customers": 6, "several": 5}
    assert set(steps["step"]) == {"call", "email"}
    report = accepted(journeys=journeys, steps=steps, meta={"journeys": told})["journeys"]
    assert report["worst"][0]["customer"] == "K2", "who came back for the same stands first"
    assert report["figures"]["repeats"] is None, "one customer is too few to count"


def test_answers_of_one_form_are_one_contact():
    who = [f"K{i // 4}" for i in range(20)]
    when = [MONDAY + timedelta(days=i // 2) for i in range(20)]
    forms = [f"f#{i // 2}" for i in range(20)]
    journeys, _, told = journey_tables(
        documents(20, customer=who, created_at=when, respondent=forms), mentions([]), None
    )
    assert journeys["contacts"].tolist() == [2] * 5
    assert told == {"customers": 5, "several": 5}


def test_a_respondent_who_is_no_known_customer_has_no_journey():
    forms = [f"f#{i // 2}" for i in range(20)]
    journeys, steps, told = journey_tables(documents(20, customer=forms, respondent=forms), mentions([]), None)
    assert (len(journeys), len(steps), told) == (0, 0, None)


def test_fewer_than_five_journeys_are_not_shown():
    journeys, _, told = journey_tables(
        documents(8, customer=["a", "a", "b", "b", "c", "c", "d", "d"]), mentions([]), None
    )
    assert journeys.empty
    assert told == {"customers": 4, "several": 4}


def planted_change(n=240):
    # Twice as many late deliveries in the last four weeks, each as bad as before.
    days = [MONDAY + timedelta(days=i % 28 + 28 * (i >= n // 2)) for i in range(n)]
    late = [*range(0, n // 2, 4), *range(n // 2, n, 2)]
    stars = pd.Series([1.0 if i in set(late) else 5.0 for i in range(n)])
    return mentions(said(0, "negative", late)), stars, pd.Series(days, dtype=object)


def test_a_planted_change_is_laid_to_its_topic_and_adds_up():
    rows, stars, days = planted_change()
    table, told = change_table(rows, stars, days, "mean")
    by = table.set_index("part")
    assert by.loc["topic", "often"] == pytest.approx(-1.0)
    assert by.loc["topic", "severe"] == pytest.approx(0.0, abs=1e-9)
    whole = by.loc["difference", "often"] + by.loc["difference", "severe"]
    assert whole == pytest.approx(told["after"]["value"] - told["before"]["value"], abs=1e-9)
    assert (told["days"], told["before"]["n"], told["after"]["start"]) == (28, 120, "2026-02-02")
    assert accepted(change=table, meta={"change": told})["change"][0]["label"] == "Lieferung"


@pytest.mark.parametrize(
    ("n", "step", "days", "why"),
    [
        (150, 1, None, "75 answers in four weeks, and no history for more"),
        (400, 7, 364, "one answer a week: not even a year has a hundred"),
    ],
)
def test_periods_grow_until_they_hold_enough_answers(n, step, days, why):
    rows, stars, _ = planted_change(n)
    times = pd.Series(
        [MONDAY + timedelta(days=i * step * 56 / n if step == 1 else i * step) for i in range(n)], dtype=object
    )
    table, told = change_table(rows, stars, times, "mean")
    assert table.empty, why
    assert told is None


def test_longer_periods_are_taken_where_short_ones_hold_too_few():
    rows, stars, _ = planted_change(400)
    times = pd.Series([MONDAY + timedelta(days=i) for i in range(400)], dtype=object)
    _, told = change_table(rows, stars, times, "mean")
    assert told["days"] == 182


def test_no_dates_or_no_score_make_no_change():
    rows, stars, days = planted_change()
    assert change_table(rows, None, days, "mean")[0].empty
    assert change_table(rows, stars, pd.Series([None] * 240, dtype=object), "mean")[0].empty


def test_a_gap_that_only_comes_of_what_is_mentioned_is_adjusted_away():
    stars = pd.Series([1.0] * 30 + [5.0] * 30 + [1.0] * 20 + [5.0] * 60)
    groups = pd.DataFrame({"Kanal": ["Telefon"] * 60 + ["Mail"] * 80, "id": [str(i) for i in range(140)]})
    table = gap_table(mentions(said(0, "negative", [*range(30), *range(60, 80)])), stars, groups, "mean")
    assert set(table["segment"]) == {"Kanal"}, "a column with a value for each document compares nothing"
    assert np.allclose(table["adjusted"], 0, atol=1e-9)
    assert len(accepted(gaps=table)["gaps"]) == 2


def test_the_course_within_groups_hides_small_cells():
    days = pd.Series([MONDAY + timedelta(days=7 * (i % 5)) for i in range(400)], dtype=object)
    groups = pd.DataFrame({"Kanal": ["web", "call"] * 200})
    # web: 20 a week; call: 20 in week 0 to 3 and 2 in the last.
    late = [i for i in range(400) if (i % 2 == 0 and i < 200) or (i % 2 and i < 200 and (i % 5 != 4 or i < 20))]
    table = segment_trend_table(mentions(said(0, "negative", late)), days, groups)
    assert {"web", "call"} == set(table["value"])
    last = table[table["period"] == table["period"].max()]
    assert last["n"].isna().all(), "the larger one would give the smaller one away"
    assert table["n"].dropna().min() >= 5
    assert accepted(segment_trends=table)["segment_trends"][0]["label"] == "Lieferung"


def test_standings_are_those_of_an_nps():
    answers = pd.Series([10.0] * 60 + [8.0] * 40 + [2.0] * 50)
    rows = mentions(said(0, "negative", [*range(3), *range(60, 70), *range(100, 140)]))
    table = standing_table(rows, answers)
    assert table[["n_promoter", "n_passive", "n_detractor"]].to_numpy().tolist() == [[3, 10, 40]]
    [shown] = accepted(standings=table)["standings"]
    assert [shown["n_promoter"], shown["n_passive"], shown["n_detractor"]] == [None, None, 40]
    assert standing_table(rows, None).empty


def test_tables_do_not_hang_on_the_order_of_mentions():
    rows, stars, days = planted_change()
    turned = rows.iloc[::-1].reset_index(drop=True)
    pd.testing.assert_frame_equal(
        change_table(rows, stars, days, "mean")[0], change_table(turned, stars, days, "mean")[0]
    )
