"""Intervals and the correction for many tests, against published values."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control
from statsmodels.stats.proportion import proportion_confint

from cxtext.analysis.intervals import benjamini_hochberg, mean_interval, significant, wilson


@pytest.mark.parametrize(("count", "total", "low", "high"), [(7, 20, 0.1812, 0.5671), (0, 12, 0, 0.2425)])
def test_wilson_gives_the_published_limits(count, total, low, high):
    assert [float(v) for v in wilson(count, total)] == pytest.approx([low, high], abs=5e-5)


@settings(deadline=None)
@given(total=st.integers(1, 10_000), part=st.floats(0, 1))
def test_wilson_agrees_with_statsmodels_and_holds_the_share(total, part):
    count = round(part * total)
    low, high = (float(v) for v in wilson(count, total))
    assert (low, high) == pytest.approx(proportion_confint(count, total, method="wilson"), abs=1e-9)
    assert 0 <= low <= count / total <= high <= 1


def test_wilson_of_nothing_is_unknown():
    assert np.isnan(wilson(0, 0)[0])


def test_mean_interval_needs_two_values():
    assert np.isnan(mean_interval([])).all()
    mean, low, high = mean_interval([3.0])
    assert mean == 3.0
    assert np.isnan([low, high]).all()


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_benjamini_hochberg_is_scipys_and_skips_the_untested(p_values):
    q = benjamini_hochberg([*p_values, np.nan])
    assert np.isnan(q[-1])
    assert q[:-1] == pytest.approx(false_discovery_control(p_values))


def test_benjamini_hochberg_of_no_tests():
    assert benjamini_hochberg([]).shape == (0,)
    assert np.isnan(benjamini_hochberg([np.nan])).all()


def test_significant_keeps_small_numbers_and_oddities():
    assert significant([1e-30 / 3, -0.0, 123456.78901234567]).tolist() == [3.333333333e-31, 0.0, 123456.789]
    assert np.isnan(significant([np.nan]))[0]
    assert significant([-np.inf])[0] == -np.inf
