"""Trajectories: golden values, and what they do and do not depend on."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtext.errors import InputTypeError, InputValueError
from cxtext.markers.trajectory import Trajectory, quarter_slices, trajectory

MENDED = (0.2, -0.6, -0.8, 0.1, 0.5, 0.7)

moods = st.floats(-1, 1, allow_nan=False).map(lambda v: round(v, 4))
talks = st.lists(moods, min_size=3, max_size=30)


def go(scores: list[float] | tuple[float, ...]) -> Trajectory:
    found = trajectory(scores)
    assert found is not None
    return found


def test_the_golden_conversation() -> None:
    found = go(MENDED)
    assert found.turns == 6
    assert found.mean == pytest.approx(0.1 / 6)
    assert found.end_weighted == pytest.approx((0.2 - 1.2 - 2.4 + 0.4 + 2.5 + 4.2) / 21)
    assert (round(found.mean, 4), round(found.end_weighted, 4)) == (0.0167, 0.1762)
    assert (found.start, found.end, found.trend) == pytest.approx((-0.2, 0.6, 0.4))
    assert found.peak_negative == pytest.approx(-1.3 / 3), "turns 2 to 4"
    assert found.peak_positive == pytest.approx(1.3 / 3), "turns 4 to 6"
    assert found.peak_end == pytest.approx((-1.3 / 3 + 0.6) / 2), "of two peaks equally far, the negative one"
    assert found.quarters == pytest.approx((-0.2, -0.7, 0.3, 0.6))
    assert (found.recovery, found.bad_goodbye) == (False, False), "the lowest three turns are above -0.5"


@pytest.mark.parametrize(
    ("scores", "expected", "why"),
    [
        ((-0.9, -0.8, -0.7, 0.3, 0.9, 0.8), {"recovery": True, "bad_goodbye": False}, "very bad, then good"),
        ((-0.9, -0.8, -0.7, 0.3, 0.2, 0.2), {"recovery": False}, "0.2 in the end is not above 0.2"),
        ((-0.5, -0.5, -0.5, 0.9, 0.9, 0.9), {"recovery": False}, "-0.5 is not below -0.5"),
        ((0.9, -0.9, 0.9, 0.9, 0.9), {"recovery": False}, "one odd turn is no peak"),
        ((0.8, 0.9, 0.7, -0.4), {"bad_goodbye": True, "recovery": False}, "good, and then the end"),
        ((0.0, 0.0, 0.0, -0.3), {"bad_goodbye": False}, "-0.3 is not below -0.3"),
        ((0.9, 0.9, 0.9, 0.0), {"peak_end": 0.45}, "the positive peak is the farther one"),
        ((-0.9, -0.9, -0.9, 0.0), {"peak_end": -0.45}, "the negative peak is the farther one"),
        ((0.0, 0.0, 0.0), {"mean": 0.0, "peak_end": 0.0, "trend": 0.0}, "nothing happened"),
        ((-1.0, 0.0, 1.0), {"start": -1.0, "end": 1.0, "trend": 1.0, "peak_positive": 0.0}, "the shortest there is"),
    ],
)
def test_what_a_trajectory_says(scores: tuple[float, ...], expected: dict[str, float], why: str) -> None:
    found = go(scores)
    assert {k: found[k] for k in expected} == pytest.approx(expected), why


@pytest.mark.parametrize("scores", [(), (0.5,), (0.5, -0.5)])
def test_below_three_turns_there_is_none(scores: tuple[float, ...]) -> None:
    assert trajectory(scores) is None


def test_conversations_of_the_same_mean_are_ordered_by_their_end() -> None:
    rising, level, falling = go((-0.6, -0.3, 0.3, 0.6)), go((0.0, 0.0, 0.0, 0.0)), go((0.6, 0.3, -0.3, -0.6))
    assert rising.mean == level.mean == falling.mean
    for name in ("end", "trend", "end_weighted", "peak_end"):
        assert rising[name] > level[name] > falling[name]


@pytest.mark.parametrize(
    ("scores", "error", "message"),
    [
        ([0.1, None, 0.2], InputTypeError, "the score of turn 1 must be a number, got NoneType"),
        ([0.1, "0.5", 0.2], InputTypeError, "the score of turn 1 must be a number, got str"),
        ([math.nan], InputTypeError, "the score of turn 0 must be a number"),
        ([0.1, 0.1, 4], InputValueError, "the score of turn 2 is 4.0; allowed: -1 to 1"),
        ([-math.inf], InputValueError, "the score of turn 0 is -inf; allowed: -1 to 1"),
    ],
)
def test_what_is_no_mood_is_refused(scores: list[float], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        trajectory(scores)


# --- invariants ----------------------------------------------------------------------------------------------------


@given(talks)
def test_everything_stays_between_the_lowest_and_the_highest_turn(scores: list[float]) -> None:
    found = go(scores)
    low, high = min(scores) - 1e-12, max(scores) + 1e-12
    for name in ("start", "end", "mean", "end_weighted", "peak_positive", "peak_negative", "peak_end"):
        assert low <= found[name] <= high, name
    assert found.peak_negative <= found.peak_positive
    assert all(low <= q <= high for q in found.quarters)
    assert (found.quarters[0], found.quarters[3]) == (found.start, found.end)
    assert found.trend == (found.end - found.start) / 2


@given(talks, st.randoms(use_true_random=False))
def test_the_mean_does_not_depend_on_the_order_of_the_turns(scores: list[float], chance: object) -> None:
    shuffled = list(scores)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert go(shuffled).mean == go(scores).mean, "to the last bit"


@given(talks, st.randoms(use_true_random=False))
def test_start_and_end_do_not_depend_on_the_order_inside_their_quarters(scores: list[float], chance: object) -> None:
    quarter = -(-len(scores) // 4)
    first, middle, last = scores[:quarter], scores[quarter:-quarter], scores[-quarter:]
    for part in (first, middle, last):
        chance.shuffle(part)  # type: ignore[attr-defined]
    one, two = go(scores), go([*first, *middle, *last])
    for name in ("start", "end", "trend", "mean", "bad_goodbye"):
        assert one[name] == two[name], name


@given(talks)
def test_backwards_it_starts_where_it_ended(scores: list[float]) -> None:
    there, back = go(scores), go(scores[::-1])
    assert (back.start, back.end, back.trend) == (there.end, there.start, -there.trend)
    assert back.quarters == there.quarters[::-1]
    assert (back.peak_positive, back.peak_negative, back.mean) == (there.peak_positive, there.peak_negative, there.mean)


@given(talks)
def test_the_opposite_mood_has_the_opposite_trajectory(scores: list[float]) -> None:
    there, other = go(scores), go([-s for s in scores])
    for name in ("start", "end", "mean", "trend", "end_weighted"):
        assert other[name] == -there[name], name
    assert (other.peak_positive, other.peak_negative) == (-there.peak_negative, -there.peak_positive)


@given(st.lists(moods, min_size=1, max_size=12), st.integers(1, 4))
def test_stretched_time_leaves_mean_quarters_start_end_and_trend(scores: list[float], factor: int) -> None:
    # Each turn as often as makes whole quarters; how long each mood lasts relative to the others is the same.
    stretched = [s for s in scores for _ in range(4 * factor)]
    base = go([s for s in scores for _ in range(4)])
    found = go(stretched)
    for name in ("mean", "start", "end", "trend"):
        assert math.isclose(found[name], base[name], abs_tol=1e-12), name
    assert found.quarters == pytest.approx(base.quarters)
    highest_and_lowest = pytest.approx((max(scores), min(scores)))
    assert (found.peak_positive, found.peak_negative) == highest_and_lowest, "every mood lasts three turns"


@given(moods, st.integers(3, 40))
def test_an_even_mood_is_the_same_everywhere(score: float, turns: int) -> None:
    even = go([score] * turns)
    for name in ("start", "end", "mean", "end_weighted", "peak_positive", "peak_negative", "peak_end"):
        assert even[name] == pytest.approx(score), name
    assert even.trend == 0
    assert even.quarters == pytest.approx((score,) * 4)


@given(st.integers(1, 200))
def test_quarters_cover_all_turns_and_are_of_one_size_at_both_ends(turns: int) -> None:
    parts = [range(turns)[s] for s in quarter_slices(turns)]
    assert sorted({i for part in parts for i in part}) == list(range(turns))
    assert len(parts[0]) == len(parts[3]) == math.ceil(turns / 4)
    assert all(parts)
