"""Moving texts towards their neighbours."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxtext.topics.neighbours import smooth
from cxtext.topics.space import UNIT, to_units


def _units(seed, rows=60, dimensions=16):
    return to_units(np.random.default_rng(seed).normal(size=(rows, dimensions)) * 1e4)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_order_of_rows_does_not_change_where_they_go(seed):
    units = _units(seed)
    units[10:25] = units[10]  # equally near rows at the border
    order = np.random.default_rng(seed).permutation(len(units))
    np.testing.assert_array_equal(smooth(units, neighbours=5)[order], smooth(units[order], neighbours=5))


def test_results_do_not_depend_on_blocks(monkeypatch):
    units = _units(1)
    whole = smooth(units, neighbours=4)
    monkeypatch.setattr("cxtext.topics.neighbours._ROWS", 7)
    np.testing.assert_array_equal(smooth(units, neighbours=4), whole)


def test_wordings_of_one_subject_come_nearer_and_subjects_stay_apart():
    rng = np.random.default_rng(0)
    subjects = np.repeat(np.eye(3, 40), 20, axis=0)
    before = to_units((subjects + rng.normal(size=subjects.shape) * 0.12) * 1e4)
    after = smooth(before, neighbours=10)

    def within_and_across(units):
        cosine = units @ units.T / UNIT**2
        same = subjects @ subjects.T > 0
        return cosine[same].mean(), cosine[~same].mean()

    assert within_and_across(after)[0] > within_and_across(before)[0] + 0.2
    assert within_and_across(after)[1] < 0.2


@pytest.mark.parametrize("neighbours", [0, 1])
def test_without_neighbours_nothing_moves(neighbours):
    np.testing.assert_array_equal(smooth(_units(2), neighbours=neighbours), _units(2))


def test_a_zero_row_stays_zero():
    units = _units(3)
    units[5] = 0
    assert not smooth(units, neighbours=6)[5].any()
