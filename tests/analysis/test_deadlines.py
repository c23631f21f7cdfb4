"""By when an answer is due."""

from datetime import UTC, datetime

import pytest

from cxtext.analysis.deadlines import deadline, due_hours, read_hours, shipped_hours
from cxtext.errors import InputTypeError, InputValueError
from cxtext.sources.columns import CHANNELS


def test_the_shipped_hours_name_known_channels_and_grow_with_patience():
    shipped = shipped_hours()
    assert set(shipped) <= {*CHANNELS, "default"}
    for channel in (*CHANNELS, None):
        steps = [due_hours("recover", "critical", channel), due_hours("recover", "high", channel)]
        steps += [due_hours(queue, "none", channel) for queue in ("recover", "engage", "advocate")]
        assert steps == sorted(steps)


@pytest.mark.parametrize(
    ("queue", "level", "channel", "own", "hours", "why"),
    [
        ("engage", "critical", "call", {}, 1, "urgent is urgent on any list"),
        ("engage", "low", "call", {}, 72, "what is not urgent goes by its list"),
        ("recover", "none", "email", {"email": {"recover": 6}}, 6, "an own figure for the channel"),
        (
            "recover",
            "high",
            "email",
            {"default": {"high": 3}, "call": {"high": 1}},
            3,
            "an own figure for all channels",
        ),
        ("recover", "high", None, {"email": {"high": 3}}, 8, "no channel, no own figure"),
        ("advocate", None, "call", None, 168, "no level"),
    ],
)
def test_own_hours_go_before_shipped_ones(queue, level, channel, own, hours, why):
    assert due_hours(queue, level, channel, read_hours(own or {})) == hours, why


@pytest.mark.parametrize(
    ("given", "error", "names"),
    [
        ([], InputTypeError, "channels"),
        ({"email": 4}, InputTypeError, "tables"),
        ({"email": {"hi": 4}}, InputValueError, "'high'"),
        ({"email": {"high": 0}}, InputValueError, "above 0"),
        ({"email": {"high": True}}, InputValueError, "bool"),
        ({"email": {"high": float("inf")}}, InputValueError, "at most"),
    ],
)
def test_bad_hours_are_refused_by_name(given, error, names):
    with pytest.raises(error, match=names):
        read_hours(given)


def test_a_date_at_the_end_of_time_has_no_deadline():
    assert deadline(datetime.max.replace(tzinfo=UTC), 24) is None
