"""Finding clusters and their number."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score, silhouette_score

from cxtext.topics.clusters import (
    centroids_of,
    counts_to_try,
    dissolve,
    find,
    group,
    nearest,
    silhouette,
    similarities,
)
from cxtext.topics.space import UNIT, to_units


def _planted(clusters, each, *, spread=0.4, seed=0, dimensions=32):
    rng = np.random.default_rng(seed)
    centres = np.linalg.qr(rng.normal(size=(dimensions, dimensions)))[0][:clusters]
    truth = rng.permutation(np.arange(clusters * each) % clusters)
    rows = centres[truth] + spread * rng.normal(size=(len(truth), dimensions)) / dimensions**0.5
    return to_units(rows * 1e4), truth


@pytest.mark.parametrize(("clusters", "each"), [(2, 5), (3, 10), (5, 40), (13, 25), (28, 20)])
def test_planted_clusters_and_their_number_are_found(clusters, each):
    units, truth = _planted(clusters, each)
    centroids = find(units, np.ones(len(units)), count=None, min_size=2)
    assert len(centroids) == clusters
    assert adjusted_rand_score(truth, nearest(units, centroids)[0]) == 1.0


def test_silhouette_is_that_of_scikit_learn():
    units, truth = _planted(4, 15, spread=1.5)
    expected = silhouette_score(units / np.linalg.norm(units, axis=1, keepdims=True), truth, metric="cosine")
    assert silhouette(units, np.ones(len(units)), truth) == pytest.approx(expected, abs=2e-3)


def test_weights_count_like_repeated_rows():
    units, truth = _planted(3, 8, spread=1.0)
    weights = np.where(truth == 0, 3.0, 1.0)
    repeated = np.repeat(np.arange(24), weights.astype(int))
    np.testing.assert_array_equal(
        centroids_of(units, weights, truth), centroids_of(units[repeated], np.ones(len(repeated)), truth[repeated])
    )


def test_equally_near_clusters_give_the_first():
    centroids = np.array([[UNIT, 0], [0, UNIT], [UNIT, 0]], dtype=np.float32)
    assert list(nearest(np.array([[UNIT, 0], [0, 0]], dtype=np.float32), centroids)[0]) == [0, 0]


def test_similarities_do_not_depend_on_blocks(monkeypatch):
    units, _ = _planted(5, 30)
    whole = similarities(units, units[:7])
    monkeypatch.setattr("cxtext.topics.space._BLOCK", 11)
    np.testing.assert_array_equal(similarities(units, units[:7]), whole)


@pytest.mark.parametrize("rows", [2, 3, 5, 17, 100, 5_000, 20_000])
def test_numbers_tried_are_possible(rows):
    tried = counts_to_try(rows)
    assert tried == sorted(set(tried))
    assert tried[0] >= 2
    assert tried[-1] <= max(2, rows // 2)


def test_small_clusters_are_dissolved_but_two_are_left():
    units, truth = _planted(4, 10)
    weights = np.ones(40)
    kept = np.sort(np.r_[np.flatnonzero(truth < 3), np.flatnonzero(truth == 3)[:2]])
    centroids = find(units[kept], weights[kept], count=4, min_size=1)
    assert len(dissolve(units[kept], centroids, min_size=5)) == 3
    assert len(dissolve(units[kept], centroids, min_size=1_000)) == 2


def test_few_clusters_stay_without_parents():
    units, _ = _planted(5, 10)
    centroids = find(units, np.ones(50), count=5, min_size=1)
    assert group(units, np.ones(50), centroids) == [None] * 5
