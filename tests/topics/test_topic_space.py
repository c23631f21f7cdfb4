"""Places of texts: exact, whatever stands beside a row."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxtext.topics.space import UNIT, Space, to_units


def _embeddings(seed, rows=40, dimensions=24):
    values = np.random.default_rng(seed).normal(size=(rows, dimensions)) + 1.0
    return (values / np.linalg.norm(values, axis=1, keepdims=True)).astype(np.float32)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), start=st.integers(0, 39), length=st.integers(1, 40))
def test_a_row_does_not_depend_on_its_neighbours(seed, start, length):
    vectors = _embeddings(seed)
    space = Space.fit(vectors, np.ones(40), ["de"] * 20 + ["en"] * 20)
    np.testing.assert_array_equal(
        space.place(vectors)[start : start + length], space.place(vectors[start : start + length])
    )


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_order_of_rows_does_not_change_what_is_learnt(seed):
    vectors, languages = _embeddings(seed), np.array(["de"] * 20 + ["en"] * 20)
    order = np.random.default_rng(seed).permutation(40)
    one = Space.fit(vectors, np.ones(40), list(languages))
    other = Space.fit(vectors[order], np.ones(40), list(languages[order]))
    np.testing.assert_array_equal(one.mean, other.mean)
    np.testing.assert_array_equal(one.axes, other.axes)


def test_rows_have_unit_length_on_the_grid_and_zero_stays_zero():
    vectors = np.vstack([_embeddings(1), np.zeros((1, 24), dtype=np.float32)])
    units = Space.fit(vectors[:40], np.ones(40), [None] * 40).place(vectors)
    assert units.dtype == np.float32
    np.testing.assert_array_equal(units, np.rint(units))
    np.testing.assert_allclose(np.linalg.norm(units[:40], axis=1), UNIT, atol=3)
    assert not units[40].any()


def test_float32_products_are_exact():
    units = to_units(np.random.default_rng(0).normal(size=(64, 384)) * 1e4)
    exact = units.astype(np.int64) @ units.astype(np.int64).T
    np.testing.assert_array_equal((units @ units.T).astype(np.int64), exact)


def test_direction_between_languages_is_taken_out():
    rng = np.random.default_rng(3)
    content = np.repeat(np.eye(4, 24), 10, axis=0)
    noise = 0.02 * rng.normal(size=(40, 24))
    german, english = content + noise, content + noise + 2 * np.eye(24)[20]
    space = Space.fit(np.vstack([german, english]), np.ones(80), ["de"] * 40 + ["en"] * 40)
    one, other = space.place(german), space.place(english)
    assert np.einsum("nd,nd->n", one / UNIT, other / UNIT).min() > 0.99


@pytest.mark.parametrize(
    ("german", "axes"),
    [(40, 1), (9, 0), (0, 0)],
    ids=["enough of both", "too few German", "English only"],
)
def test_the_direction_needs_enough_texts_of_both_languages(german, axes):
    space = Space.fit(_embeddings(5, rows=80), np.ones(80), ["de"] * german + ["en"] * (80 - german))
    assert len(space.axes) == axes
