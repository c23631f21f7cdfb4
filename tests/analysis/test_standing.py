"""Promoters, passives and detractors; and composite scores that can be worked out by hand."""

import math

import numpy as np
import pandas as pd
import pytest

from cxtext.analysis.log_odds import log_odds
from cxtext.analysis.scores import nps
from cxtext.analysis.standing import composite_score, promoter_table
from cxtext.errors import ColumnError, InputTypeError, InputValueError

ANSWERS = pd.Series([10.0] * 100 + [8] * 60 + [2] * 40 + [None] * 5)


def mention(ids, topic="App", polarity="negative"):
    return pd.DataFrame({"document_id": list(ids), "topic": topic, "polarity": polarity})


def test_the_three_way_table_counts_each_standing_against_its_own_documents():
    row = promoter_table(mention([*range(5), *range(100, 130), *range(160, 180), 203]), ANSWERS).iloc[0]
    assert [row[f"n_{s}"] for s in ("promoter", "passive", "detractor")] == [5, 30, 20]
    assert [row[f"share_{s}"] for s in ("promoter", "passive", "detractor")] == [0.05, 0.5, 0.5]
    delta, z = log_odds(20, 40, 5, 100, background=55 / 200)
    assert (row["detractor_log_odds"], row["detractor_z"]) == pytest.approx((float(delta), float(z)))
    assert row["passive_z"] > 3
    assert row["passive_q"] < 0.01


def test_what_would_make_passives_promoters_stands_out():
    rng = np.random.default_rng(0)
    answers = pd.Series(rng.choice([10.0, 8.0, 3.0], 3000, p=[0.5, 0.3, 0.2]))
    passive, detractor = answers == 8, answers == 3
    only_passive = rng.random(3000) < np.where(passive, 0.25, 0.05)
    only_detractor = rng.random(3000) < np.where(detractor, 0.25, 0.05)
    nobody = rng.random(3000) < 0.1
    parts = {"Preis": only_passive, "Hotline": only_detractor, "Wetter": nobody}
    table = promoter_table(pd.concat([mention(np.flatnonzero(v), k) for k, v in parts.items()]), answers)
    found = table.set_index("topic")
    assert (found["passive_q"] <= 0.05).to_dict() == {"Hotline": False, "Preis": True, "Wetter": False}
    assert (found["detractor_q"] <= 0.05).to_dict() == {"Hotline": True, "Preis": False, "Wetter": False}


def test_a_standing_that_nobody_has_is_null():
    table = promoter_table(mention([1, 2]), pd.Series([10.0] * 30))
    assert table[["share_passive", "detractor_z", "passive_q"]].isna().all(axis=None)
    assert table["n_promoter"].iloc[0] == 2


def test_bad_answers_are_refused():
    with pytest.raises(InputValueError, match="0 to 10"):
        promoter_table(mention([1]), pd.Series([11.0] * 5))
    with pytest.raises(InputTypeError, match="Series"):
        promoter_table(mention([1]), [1])
    with pytest.raises(InputValueError, match="1 of 1 rows"):
        promoter_table(mention([99]), pd.Series([9.0] * 5))


@pytest.mark.parametrize(("n", "points"), [(30, 26), (50, 21), (100, 15), (400, 7.6)])
def test_half_widths_of_the_net_promoter_score_are_the_published_ones(n, points):
    score = nps([10] * (n // 2) + [7] * round(n * 0.3) + [0] * (n // 5))
    assert (score.high - score.low) / 2 == pytest.approx(points, abs=0.6)


def test_a_composite_is_the_weighted_mean_of_what_was_answered_in_full():
    given = pd.DataFrame({"csat": [5.0, 3, 1, 4], "ces": [1.0, 4, 7, None], "done": [True, True, False, True]})
    score = composite_score(given, {"csat": 2, "ces": 1, "done": 1}, {"csat": (1, 5), "ces": (7, 1), "done": (0, 1)})
    # (2*100 + 100 + 100)/4, (2*50 + 50 + 100)/4, 0
    assert score.value == pytest.approx((100 + 62.5 + 0) / 3)
    assert score.n == 3
    assert score.low < score.value < score.high
    assert math.isnan(composite_score(given.iloc[3:], {"ces": 1}, {"ces": (1, 7)}).value)


@pytest.mark.parametrize(
    ("weights", "scales", "error", "says"),
    [
        ({}, {}, InputValueError, "empty"),
        ({"csat": 0}, {"csat": (1, 5)}, InputValueError, "above 0"),
        ({"cast": 1}, {"cast": (1, 5)}, ColumnError, "csat"),
        ({"csat": 1}, {}, InputValueError, "lacks 'csat'"),
        ({"csat": 1}, {"csat": (1, 4)}, InputValueError, "1 values"),
    ],
)
def test_composites_that_make_no_sense_are_refused(weights, scales, error, says):
    with pytest.raises(error, match=says):
        composite_score(pd.DataFrame({"csat": [5.0, 3.0]}), weights, scales)
