"""Segments: exact comparisons, small cells, and silence where there is no difference."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from cxtext.analysis.segments import fisher_exact, segment_drivers, segment_scores
from cxtext.errors import InputTypeError, InputValueError
from cxtext.testing.synth import tags


def queueing(ids):
    return pd.DataFrame({"document_id": list(ids), "topic": "Wartezeit", "polarity": "negative"})


CHANNEL = pd.DataFrame({"channel": ["Telefon"] * 40 + ["E-Mail"] * 60 + ["Brief"] * 6 + ["Fax"] * 4 + [None] * 10})


def test_shares_differences_and_tests_are_those_of_the_two_by_two_table():
    table = segment_drivers(queueing([*range(20), *range(40, 46), 115]), CHANNEL).set_index("value")
    phone = table.loc["Telefon"]
    # Documents without a channel are not part of the rest.
    assert (phone["n"], phone["documents"], phone["estimate"], phone["rest"]) == (20, 40, 0.5, pytest.approx(6 / 70))
    assert phone["difference"] == pytest.approx(0.5 - 6 / 70)
    assert phone["difference_low"] < phone["difference"] < phone["difference_high"]
    assert phone["p_value"] == pytest.approx(stats.fisher_exact([[20, 20], [6, 64]])[1])


@settings(deadline=None)
@given(a=st.integers(0, 60), b=st.integers(0, 60), c=st.integers(0, 60), d=st.integers(0, 60))
def test_fishers_test_agrees_with_scipy(a, b, c, d):
    assert fisher_exact(a, a + b, c, c + d) == pytest.approx(stats.fisher_exact([[a, b], [c, d]])[1], rel=1e-6)


def test_newcombe_interval_is_the_published_one():
    # Newcombe (1998), method 10: 56/70 against 48/80 gives 0.0524 to 0.3339.
    side = pd.DataFrame({"side": ["a"] * 70 + ["b"] * 80})
    table = segment_drivers(queueing([*range(56), *range(70, 118)]), side).set_index("value")
    assert table.loc["a", ["difference_low", "difference_high"]].tolist() == pytest.approx([0.0524, 0.3339], abs=1e-4)


def test_small_values_are_flagged_and_tiny_ones_left_out():
    table = segment_drivers(queueing(range(20)), CHANNEL).set_index("value")
    assert set(table.index) == {"Telefon", "E-Mail", "Brief"}
    assert table["small"].to_dict() == {"Telefon": False, "E-Mail": False, "Brief": True}
    assert np.isnan(table.loc["Brief", "p_value"])


def test_a_column_of_one_value_has_no_rest_to_differ_from():
    table = segment_drivers(queueing(range(20)), pd.DataFrame({"all": ["x"] * 60}))
    row = table.iloc[0]
    assert (row["n"], row["documents"], row["small"]) == (20, 60, True)
    assert row[["rest", "difference", "difference_low", "difference_high", "p_value", "q_value"]].isna().all()
    assert row[["estimate", "low", "high"]].notna().all()


def test_shuffled_segments_show_no_difference():
    drawn = tags(2000, seed=0, halo=0.5)
    rng = np.random.default_rng(0)
    found = 0
    for _ in range(8):
        region = pd.DataFrame({"region": rng.choice(["Nord", "Süd", "West"], 2000)}, index=drawn.outcome.index)
        found += (segment_drivers(drawn.mentions, region)["q_value"] <= 0.05).any()
    assert found <= 2


def test_row_order_has_no_influence():
    drawn = tags(300, seed=1)
    numbers = np.arange(300)
    region = pd.DataFrame(
        {"region": np.where(numbers % 3, "Nord", "Süd"), "wave": numbers % 2}, index=drawn.outcome.index
    )
    one = segment_drivers(drawn.mentions, region)
    two = segment_drivers(drawn.mentions.iloc[::-1], region.sample(frac=1, random_state=0))
    pd.testing.assert_frame_equal(one, two, check_exact=True)


def test_no_mentions_and_no_columns_give_an_empty_table_of_the_same_types():
    full = segment_drivers(queueing(range(20)), CHANNEL)
    for empty in (segment_drivers(queueing([]), CHANNEL), segment_drivers(queueing([]), CHANNEL[[]])):
        assert len(empty) == 0
        assert empty.dtypes.to_dict() == full.dtypes.to_dict()


def test_segments_are_scored_with_n_and_interval():
    nps = segment_scores(pd.Series([10.0] * 50 + [8] * 30 + [2] * 20), pd.DataFrame({"all": ["x"] * 100}), metric="nps")
    row = nps.iloc[0]
    assert (row["metric"], row["n"], row["estimate"], row["small"]) == ("nps", 100, 30.0, False)
    assert [row["low"], row["high"]] == pytest.approx([14.1, 44.2], abs=0.05)
    stars = segment_scores(pd.Series([5.0, 4, 5, 4, None] * 4), pd.DataFrame({"all": ["x"] * 20}))
    assert stars.loc[0, ["n", "estimate", "small"]].tolist() == [16, 4.5, True]


def test_bad_input_is_refused():
    with pytest.raises(InputTypeError, match="DataFrame"):
        segment_drivers(queueing([1]), CHANNEL["channel"])
    with pytest.raises(InputValueError, match="1 of 1 rows"):
        segment_drivers(queueing([999]), CHANNEL)
    with pytest.raises(InputValueError, match="1 of 2"):
        segment_scores(pd.Series([1.0, 2.0], index=[0, 999]), CHANNEL)
