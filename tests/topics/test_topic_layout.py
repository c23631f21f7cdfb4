"""The map of topics: likeness is nearness, always the same, nothing on top of each other."""

import numpy as np
import pytest

from cxtext.topics.layout import APART, lay_out


def centres(count, seed=0):
    rows = np.random.default_rng(seed).normal(size=(count, 32))
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_like_topics_stand_nearer_than_unlike_ones():
    rng = np.random.default_rng(1)
    groups = np.repeat(centres(3), 4, axis=0) + 0.05 * rng.normal(size=(12, 32))
    places = lay_out(groups, np.ones(12))
    distance = np.linalg.norm(places[:, None] - places[None], axis=2)
    same = np.repeat(np.arange(3), 4)
    alike = same[:, None] == same[None]
    assert distance[alike & ~np.eye(12, dtype=bool)].max() < distance[~alike].min()


@pytest.mark.parametrize("count", [1, 2, 3, 12, 60, 150])
def test_places_lie_on_the_map_and_are_the_same_again(count):
    places = lay_out(centres(count), np.arange(1, count + 1))
    assert places.shape == (count, 2)
    assert ((places >= 0) & (places <= 1)).all()
    assert places.tobytes() == lay_out(centres(count), np.arange(1, count + 1)).tobytes()


def test_turning_the_space_does_not_change_the_map():
    turn, _ = np.linalg.qr(np.random.default_rng(2).normal(size=(32, 32)))
    np.testing.assert_allclose(lay_out(centres(20) @ turn, np.ones(20)), lay_out(centres(20), np.ones(20)), atol=0.002)


def test_topics_in_one_place_are_pushed_apart():
    places = lay_out(np.repeat(centres(2), 4, axis=0), np.ones(8))
    distance = np.linalg.norm(places[:, None] - places[None], axis=2) + np.eye(8)
    assert distance.min() > APART / 2
