from datetime import datetime, timedelta, timezone

import numpy as np
import pandas as pd
import pytest

from cxtext.engines.compare import on_scale, score_table, segment_table, trend_tables
from cxtext.report.result import Analysis
from cxtext.report.tables import checked

TOPICS = pd.DataFrame({"id": [0, 1], "parent": [None, None], "label": ["Lieferung", "advice"], "size": [9, 9]})


def mentions(rows):
    return pd.DataFrame(rows, columns=["document_id", "topic", "polarity"])


def accepted(**tables):
    """The report takes the tables as they are."""
    return Analysis(topics=TOPICS, drivers=checked("drivers", None), **tables)


@pytest.mark.parametrize(
    ("name", "values", "scales", "row"),
    [
        ("nps", [10, 9, 0, 8, np.nan], {}, ("nps", 25.0, 4, 0, 10)),
        ("csat", [5, 4, 1, np.nan], {}, ("csat", 2 / 3, 3, 1, 5)),
        ("ces", [7, 5], {}, ("ces", 6.0, 2, 1, 7)),
        ("stars", [1, 2], {}, ("mean", 1.5, 2, 1, 5)),
        ("csat", [1, 2], {"csat": (6, 1)}, ("mean", 1.5, 2, 6, 1)),
        ("grade", [1, 2], {"grade": (6, 1)}, ("mean", 1.5, 2, 6, 1)),
        ("revenue", [1, 2], {}, ("mean", 1.5, 2, None, None)),
    ],
)
def test_each_score_has_its_figure(name, values, scales, row):
    [got] = score_table(pd.DataFrame({name: values}), scales).to_dict("records")
    metric, value, n, worst, best = row
    assert (got["score"], got["metric"], got["n"]) == (name, metric, n)
    assert got["value"] == pytest.approx(value)
    assert got["low"] < got["value"] < got["high"]
    assert (got["worst"], got["best"]) == (worst, best) or (worst is None and pd.isna(got["worst"]))


@pytest.mark.parametrize(
    ("name", "values", "scales", "off"),
    [
        ("nps", [0, 10, 11, -1, 7.5], {}, 3),
        ("rating", [1, 5, 6, 0], {"rating": (5, 1)}, 2),
        ("rating", [1, 99], {}, 0),
        ("nps", [7.5, 12], {"nps": (0, 100)}, 0),
    ],
)
def test_values_off_the_scale_are_missing_and_counted(name, values, scales, off):
    got, counts = on_scale(pd.DataFrame({name: values}), scales)
    assert counts.get(name, 0) == off
    assert got[name].isna().sum() == off


def test_segments_give_sentiment_outcome_and_shares():
    groups = pd.DataFrame({"shop": ["Köln"] * 40 + ["Bern"] * 40})
    late = mentions([(i, 0, "negative") for i in range(30)])
    mood = pd.Series([-0.5] * 40 + [0.5] * 40)
    nps = pd.Series([3.0] * 40 + [10.0] * 40)
    table = segment_table(groups, late, mood, nps, "nps")
    figures = {(r["value"], r["metric"]): (r["n"], r["estimate"]) for r in table.to_dict("records")}
    assert figures == {
        ("Bern", "sentiment"): (40, 0.5),
        ("Köln", "sentiment"): (40, -0.5),
        ("Bern", "nps"): (40, 100.0),
        ("Köln", "nps"): (40, -100.0),
        ("Bern", "share"): (40, 0.0),
        ("Köln", "share"): (40, 0.75),
    }
    shares = table[table["metric"] == "share"]
    assert (shares["q_value"] < 0.001).all()
    assert list(accepted(segments=table).segments["label"].dropna().unique()) == ["Lieferung"]


def test_without_groups_there_are_no_segments():
    mood = pd.Series([0.1])
    assert segment_table(pd.DataFrame(index=[0]), mentions([]), mood, None, "mean").empty


def test_trends_count_by_the_documents_own_days():
    # Half past midnight in Zurich is still the day, and the month, before in UTC.
    zone = timezone(timedelta(hours=1))
    days = [datetime(2026, 3, 2, 0, 30, tzinfo=zone), datetime(2026, 3, 9, 0, 30, tzinfo=zone), None]
    trends, alerts = trend_tables(mentions([(0, 0, "negative")]), pd.Series(days, dtype=object), 0.05)
    assert [str(p.date()) for p in trends["period"]] == ["2026-03-02", "2026-03-09"]
    assert trends["n"].tolist() == [1, 0]
    assert trends["share_low"].notna().all()
    assert alerts.empty
    assert len(accepted(trends=trends, alerts=alerts).trends) == 2


def test_a_jump_gives_an_alert_in_the_reports_words():
    start = datetime(2026, 1, 5, 12, tzinfo=timezone.utc)  # noqa: UP017
    times, rows = [], []
    for week in range(17):
        for i in range(100):
            if i < (30 if week == 16 else 3):
                rows.append((len(times), 1, "negative"))
            times.append(start + timedelta(days=7 * week))
    _, alerts = trend_tables(mentions(rows), pd.Series(times, dtype=object), 0.05)
    assert set(alerts["kind"]) == {"jump", "rising"}
    assert alerts["false_alarms"].notna().all()
    assert set(accepted(alerts=alerts).alerts["label"]) == {"advice"}


def test_without_times_or_mentions_there_are_no_trends():
    nothing = pd.Series([None, None], dtype=object)
    some = pd.Series([datetime(2026, 3, 2, tzinfo=timezone.utc)], dtype=object)  # noqa: UP017
    for args in ((mentions([(0, 0, "negative")]), nothing), (mentions([]), some)):
        trends, alerts = trend_tables(*args, 0.05)
        assert trends.empty
        assert alerts.empty


def test_a_respondent_with_several_answers_counts_once_per_score():
    # One form with three text questions, one with two, and two records with a single text and the same score.
    documents = pd.DataFrame(
        {"respondent": ["a", "a", "a", "b", "b", None, None], "created_at": [None] * 7}, dtype=object
    )
    values = pd.DataFrame({"nps": [10.0, 10, 10, 0, 0, 10, 10], "csat": [5.0, None, None, 1, 1, None, None]})
    table = score_table(values, {}, documents=documents).set_index("score")
    assert table["n"].to_dict() == {"nps": 4, "csat": 2}
    assert table.loc["nps", "value"] == 50.0
    # The same person at another time has answered another form.
    later = documents.assign(created_at=[1, 1, 2, 1, 1, None, None])
    assert score_table(values, {}, documents=later).set_index("score")["n"].to_dict() == {"nps": 5, "csat": 2}


def test_long_histories_are_drawn_by_month_and_watched_by_week():
    from datetime import UTC, datetime, timedelta

    start = datetime(2025, 1, 6, 12, tzinfo=UTC)
    days = [start + timedelta(days=i // 10) for i in range(3650)]
    late = [i for i in range(3650) if i % 40 == 0 or (i >= 3440 and i % 4 == 0)]
    drawn, raised = trend_tables(mentions([(i, 0, "negative") for i in late]), pd.Series(days), 0.05)
    assert drawn["period"].dt.day.eq(1).all()
    rising = raised[raised["kind"] == "rising"].iloc[0]
    assert pd.Timestamp("2025-12-08") <= rising["period"] <= pd.Timestamp("2025-12-22")
