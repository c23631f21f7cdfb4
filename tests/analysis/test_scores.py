"""Scores: golden values, what is refused, and that intervals cover."""

import math

import numpy as np
import pandas as pd
import pytest

from cxtext.analysis.scores import ces, csat, mean_score, net_promoter_interval, nps
from cxtext.errors import InputTypeError, InputValueError


def test_nps_counts_and_interval_are_the_published_ones():
    score = nps([10] * 25 + [9] * 25 + [8] * 15 + [7] * 15 + [6] * 10 + [0] * 10)
    assert (score.value, score.n, score.promoters, score.passives, score.detractors) == (30.0, 100, 50, 30, 20)
    assert (score.low, score.high) == pytest.approx((14.1, 44.2), abs=0.05)


@pytest.mark.parametrize("answer", [0, 6, 7, 8, 9, 10])
def test_nps_bands(answer):
    band = nps([answer])
    expected = (1, 0, 0) if answer >= 9 else (0, 0, 1) if answer <= 6 else (0, 1, 0)
    assert (band.promoters, band.passives, band.detractors) == expected


def test_nps_interval_stays_on_the_scale():
    assert net_promoter_interval(5, 0, 5)[1] <= 100
    assert net_promoter_interval(0, 5, 5)[0] >= -100


@pytest.mark.parametrize("n", [10, 30, 100, 1000])
def test_nps_interval_covers_as_often_as_it_says(n):
    rng = np.random.default_rng(n)
    drawn = rng.multinomial(n, [0.5, 0.3, 0.2], size=4000)
    inside = [low <= 30 <= high for low, high in (net_promoter_interval(p, d, n) for p, _, d in drawn.tolist())]
    assert 0.935 <= np.mean(inside) <= 0.97


def test_csat_is_the_share_of_the_two_top_boxes():
    score = csat([5] * 4 + [4] * 3 + [3] * 13)
    assert score.value == 35.0
    assert (score.low, score.high) == pytest.approx((18.12, 56.71), abs=0.005)
    assert csat([7, 6, 5, 1], top=6, best=7).value == 50.0


def test_means_have_t_intervals():
    score = mean_score([1, 2, 3, 4, 5], worst=5, best=1)
    assert (score.value, score.n) == (3.0, 5)
    assert (score.low, score.high) == pytest.approx((1.0368, 4.9632), abs=1e-4)
    assert ces([7, 7, 7], worst=1, best=7).value == 7.0


def test_missing_answers_are_left_out_and_order_does_not_matter():
    answers = pd.Series([9, None, 3, 10], dtype="Int64")
    assert nps(answers) == nps(answers.iloc[::-1])
    assert nps(answers).n == 3


@pytest.mark.parametrize("answers", [[], pd.Series([], dtype=float), pd.Series([None, None], dtype=float)])
def test_no_answers_give_no_score(answers):
    for score in (nps(answers), csat(answers), mean_score(answers)):
        assert score.n == 0
        assert all(math.isnan(v) for v in (score.value, score.low, score.high))


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: nps([11]), InputValueError, "from 0 to 10"),
        (lambda: nps([7.5]), InputValueError, "whole"),
        (lambda: nps("9"), InputTypeError, "str"),
        (lambda: nps(["9"]), InputTypeError, "numbers"),
        (lambda: csat([6]), InputValueError, "above 5"),
        (lambda: csat([4], top=6), InputValueError, "top"),
        (lambda: mean_score([6], worst=1, best=5), InputValueError, "between"),
        (lambda: mean_score([6], worst="1", best=5), InputTypeError, "worst"),
    ],
)
def test_what_is_not_on_the_scale_is_refused(call, error, says):
    with pytest.raises(error, match=says):
        call()
