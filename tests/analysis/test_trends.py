"""Trends: counts per week and month, against the volume of the period."""

import pandas as pd
import pytest

from cxtext.analysis.trends import segment_trends, trends
from cxtext.errors import InputTypeError, InputValueError

DAYS = pd.Series(
    pd.to_datetime(["2026-03-02", "2026-03-08 23:59", "2026-03-09", "2026-03-24", None], format="ISO8601"),
    index=list("abcde"),
)


def late(ids):
    return pd.DataFrame({"document_id": list(ids), "topic": "Verspätung", "polarity": "negative"})


def test_weeks_begin_on_monday_and_empty_ones_are_kept():
    table = trends(late("abbe"), DAYS)
    assert table["period"].dt.strftime("%m-%d").tolist() == ["03-02", "03-09", "03-16", "03-23"]
    assert table["n"].tolist() == [2, 0, 0, 0]
    assert table["documents"].tolist() == [2, 1, 0, 1]
    for column in ("share", "share_low", "share_high"):
        assert table[column].isna().tolist() == [False, False, True, False], column
    assert (table["share_low"] <= table["share"]).sum() == 3


def test_long_histories_are_read_by_month():
    days = pd.Series(pd.date_range("2025-01-15", periods=14, freq="MS"), index=range(14))
    table = trends(late(range(14)).assign(document_id=range(14)), days)
    assert len(table) == 14
    assert (table["period"].dt.day == 1).all()
    assert len(trends(late([0]), days, period="week")) > 50


@pytest.mark.parametrize(("days", "first"), [(270, "week"), (271, "month")])
def test_months_begin_beyond_270_days(days, first):
    times = pd.Series(pd.to_datetime(["2025-01-15", "2025-01-16"]).tolist() + [pd.Timestamp("2025-01-15")] * 38)
    times[1] = times[0] + pd.Timedelta(days=days)
    starts = {"week": "2025-01-13", "month": "2025-01-01"}[first]
    everywhere = pd.DataFrame({"all": ["x"] * 40})
    for table in (trends(late([0]), times), segment_trends(late([0]), times, everywhere)):
        assert table["period"].min() == pd.Timestamp(starts)


def test_segments_are_laid_over_the_same_kind_of_period_as_the_whole():
    # The whole lasts a year, each of the segments a day.
    times = pd.Series([pd.Timestamp("2025-01-15")] * 30 + [pd.Timestamp("2026-01-14")] * 30)
    channel = pd.DataFrame({"channel": ["Brief"] * 30 + ["phone"] * 30})
    table = segment_trends(late([0, 40]), times, channel)
    assert table["period"].tolist() == [pd.Timestamp("2025-01-01"), pd.Timestamp("2026-01-01")]
    assert table["value"].tolist() == ["Brief", "phone"]


def test_zones_are_read_in_utc():
    days = pd.Series(pd.to_datetime(["2026-03-09 00:30"]).tz_localize("Europe/Berlin"), index=["a"])
    assert trends(late("a"), days)["period"].dt.strftime("%m-%d").tolist() == ["03-02"]


def test_each_pair_has_every_period():
    two = pd.concat([late("a"), late("c").assign(polarity="positive")])
    table = trends(two, DAYS)
    assert table.groupby("polarity").size().to_dict() == {"negative": 4, "positive": 4}


def test_nothing_dated_gives_an_empty_table_of_the_same_types():
    full = trends(late("a"), DAYS)
    for empty in (trends(late(""), DAYS), trends(late("a"), DAYS.where(DAYS.isna()))):
        assert len(empty) == 0
        assert empty.dtypes.to_dict() == full.dtypes.to_dict()


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"times": ["2026-01-01"]}, InputTypeError, "Series"),
        ({"times": pd.Series(["2026-01-01"], index=["a"])}, InputTypeError, "to_datetime"),
        ({"period": "day"}, InputValueError, "'week'"),
        ({"mentions": late("z")}, InputValueError, "1 of 1 rows"),
        (
            {"times": pd.Series(pd.to_datetime(["1726-01-01", "2026-01-01"]), index=["a", "b"])},
            InputValueError,
            "wrong dates",
        ),
    ],
)
def test_bad_input_is_refused(arguments, error, says):
    with pytest.raises(error, match=says):
        trends(**{"mentions": late("a"), "times": DAYS, **arguments})


def test_segments_are_counted_against_their_own_documents():
    days = pd.Series(pd.date_range("2026-03-02", periods=80, freq="6h"))
    channel = pd.DataFrame({"channel": ["Telefon", "E-Mail"] * 39 + ["Fax"] * 2})
    table = segment_trends(late(range(0, 80, 4)), days, channel)
    assert set(table["value"]) == {"Telefon"}
    assert table["documents"].sum() == 39
    assert table["n"].sum() == 20
    both = segment_trends(late(range(0, 20)), days, channel)
    alone = trends(late(range(1, 20, 2)), days[1:78:2])
    mine = both[both["value"] == "E-Mail"].drop(columns=["segment", "value"]).reset_index(drop=True)
    pd.testing.assert_frame_equal(mine, alone)
    empty = segment_trends(late([]), days, channel)
    assert empty.dtypes.to_dict() == both.dtypes.to_dict()
    with pytest.raises(InputValueError, match="lacks 40 of 80"):
        segment_trends(late([1]), days[:40], channel)
