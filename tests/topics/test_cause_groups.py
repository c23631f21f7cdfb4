"""Groups of causes: what is near is one, whatever the order of rows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtext.topics import cause_groups
from cxtext.topics.cause_groups import group_causes, most_central
from cxtext.topics.space import UNIT, to_units

TEXTS = ["Signalstörung", "a signal failed", "ein Signal defekt war", "es geschneit hat", "of the snow"]
PLACES = to_units(np.array([[1, 0.1, 0], [1, 0, 0.1], [0.9, 0.1, 0.1], [0, 1, 0], [0.1, 1, 0.1]]) * UNIT)


def test_near_causes_are_one_and_far_ones_are_not():
    assert group_causes(TEXTS, PLACES).tolist() == [0, 0, 0, 1, 1]


@given(st.permutations(range(5)))
def test_the_order_of_rows_has_no_influence(order):
    found = group_causes([TEXTS[i] for i in order], PLACES[list(order)])
    assert found.tolist() == group_causes(TEXTS, PLACES)[list(order)].tolist()


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_need_no_comparison(count):
    assert group_causes(TEXTS[:count], PLACES[:count]).tolist() == [0] * count


def test_causes_beyond_the_limit_join_the_nearest_group_or_stand_alone(monkeypatch):
    monkeypatch.setattr(cause_groups, "_MOST", 2)
    assert group_causes(["a", "b", "c", "d"], PLACES[[0, 3, 1, 4]]).tolist() == [0, 1, 0, 1]
    alone = np.vstack([PLACES[[0, 1]], to_units(np.array([[0, 0, UNIT]]))])
    assert group_causes(["a", "b", "c"], alone).tolist() == [0, 0, 1]


def test_the_central_form_is_weighed_by_how_often_it_was_said():
    assert most_central(PLACES[:3], [1, 1, 1]) == 2
    assert most_central(PLACES[[0, 3]], [1, 5]) == 1
