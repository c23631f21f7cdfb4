"""4-bit blocks: 32 weights share one scale."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.recipe.blocks import BLOCK, pack, read_blocks, unpack


def random_values(seed, rows=6, columns=96):
    return np.random.default_rng(seed).normal(size=(rows, columns)).astype(np.float32)


@given(st.integers(0, 50), st.sampled_from([1e-3, 1.0, 300.0]))
def test_a_packed_weight_is_off_by_at_most_one_step(seed, size):
    values = random_values(seed) * size
    nibbles, scales = pack(values)
    assert (nibbles.dtype, nibbles.shape) == (np.uint8, (6, 48))
    assert (scales.dtype, scales.shape) == (np.float16, (6, 3))
    steps = np.abs(scales.astype(np.float32)).repeat(BLOCK, axis=1)
    assert (np.abs(unpack(nibbles, scales) - values) <= steps * 1.01).all()


@given(st.integers(0, 50))
def test_packing_what_was_unpacked_changes_nothing(seed):
    once = unpack(*pack(random_values(seed)))
    assert unpack(*pack(once)).tobytes() == once.tobytes()


def test_zeros_stay_zeros():
    assert not unpack(*pack(np.zeros((2, 64), np.float32))).any()


def test_weights_lie_in_the_order_of_the_format():
    # Byte j holds weight j in its low nibble and weight j + 16 in its high one; value = (nibble - 8) * scale.
    raw = np.float16(0.5).tobytes() + bytes((j % 16) | ((15 - j % 16) << 4) for j in range(16))
    nibbles, scales = read_blocks(np.frombuffer(raw, np.uint8), 1, 32)
    expected = [(j - 8) * 0.5 for j in range(16)] + [(15 - j - 8) * 0.5 for j in range(16)]
    assert unpack(nibbles, scales)[0].tolist() == pytest.approx(expected)
