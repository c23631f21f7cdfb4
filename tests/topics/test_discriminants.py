import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from cxtext.topics.discriminants import discriminants
from cxtext.topics.space import UNIT, to_units


def rows(seed, *, n=400, d=24, k=4, spread=0.5):
    """Placed rows around k centres; the first axes, along which all clusters differ alike, are spread the most."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % k
    centres = rng.standard_normal((k, d)) / np.sqrt(d)
    noise = rng.standard_normal((n, d)) * spread / np.sqrt(d) * np.where(np.arange(d) < 3, 6.0, 1.0)
    return to_units(centres[labels] + noise), labels


def test_directions_are_those_of_linear_discriminant_analysis_with_the_same_shrinkage():
    units, labels = rows(0)
    found = discriminants(units, np.ones(len(units)), labels).astype(float)
    wide = units.astype(float)
    means = np.array([wide[labels == k].mean(axis=0) for k in range(4)])
    away = wide - means[labels]
    within = away.T @ away
    wanted = np.linalg.solve(within + 6.0 * np.trace(within) / len(within) * np.eye(len(within)), means.T).T
    cosines = (found * wanted).sum(1) / np.linalg.norm(found, axis=1) / np.linalg.norm(wanted, axis=1)
    assert cosines.min() > 0.9999


def test_texts_that_differ_along_a_loud_direction_are_told_apart_better_than_by_means():
    units, labels = rows(1, n=2000, spread=1.0)
    learnt, held = np.arange(len(units)) < 1000, np.arange(len(units)) >= 1000
    means = to_units(np.array([units[learnt & (labels == k)].mean(axis=0) for k in range(4)]))
    own = discriminants(units[learnt], np.ones(1000), labels[learnt])
    right = {
        name: float(((units[held].astype(float) @ places.astype(float).T).argmax(1) == labels[held]).mean())
        for name, places in (("means", means), ("discriminants", own))
    }
    assert right["discriminants"] > right["means"] + 0.02
    assert LinearDiscriminantAnalysis().fit(units[learnt], labels[learnt]).score(units[held], labels[held]) > 0.5


@given(st.integers(0, 10_000), st.integers(1, 5))
def test_repeating_every_row_or_changing_their_order_changes_nothing(seed, times):
    units, labels = rows(seed, n=60)
    once = discriminants(units, np.ones(60), labels)
    assert np.array_equal(once, discriminants(units, np.full(60, float(times)), labels))
    order = np.random.default_rng(seed).permutation(60)
    assert np.array_equal(once, discriminants(units[order], np.ones(60), labels[order]))


def test_clusters_without_members_are_left_out():
    units, labels = rows(2)
    assert len(discriminants(units, np.ones(len(units)), labels * 3)) == 4


@pytest.mark.parametrize("n", [1, 3])
def test_clusters_of_like_rows_have_their_place_as_direction(n):
    places = to_units(np.eye(3, 24))
    units = np.repeat(places, n, axis=0)
    found = discriminants(units, np.ones(3 * n), np.repeat(np.arange(3), n))
    assert np.abs(found - places).max() <= UNIT * 1e-3
