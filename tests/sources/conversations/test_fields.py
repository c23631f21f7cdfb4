import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtext.sources.conversations.fields import at, has, rows, seconds, word

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "0"]), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("value", "unit", "expected", "why"),
    [
        ("12.345", "s", 12.345, "Amazon Transcribe writes seconds as text"),
        (3.04, "s", 3.04, "Deepgram, Whisper"),
        (170, "ms", 0.17, "AssemblyAI, Contact Lens"),
        ("1675813229000000", "us", 1675813229.0, "Google: microseconds since 1970, as text in JSON of 64-bit numbers"),
        (41200000, "ticks", 4.12, "Azure: 100 ns"),
        (700000.0, "ticks", 0.07, "Azure writes them as floats too"),
        ("PT4.12S", "period", 4.12, "Azure"),
        ("PT1H2M3S", "period", 3723.0, "an hour is no minute"),
        ("2026-02-03T10:00:00Z", "moment", datetime(2026, 2, 3, 10, tzinfo=UTC).timestamp(), "Contact Lens chat"),
        (None, "s", None, "no time"),
        ("", "s", None, "an empty time is none"),
        ("soon", "s", math.nan, "text"),
        ("12:30", "s", math.nan, "a clock where a number should be"),
        ("1_000", "s", math.nan, "Python's own way to write numbers"),
        ("P", "period", math.nan, "a duration of nothing"),
        ("yesterday", "moment", math.nan, "no date"),
        (5, "moment", math.nan, "a number is no date here"),
        (True, "s", math.nan, "Python takes it for 1"),
        (-1, "ms", math.nan, "below zero"),
        (math.inf, "s", math.nan, "not finite"),
        (10**400, "s", math.nan, "beyond floats"),
        (1e15, "s", math.nan, "milliseconds or more where seconds should be"),
        ([1], "s", math.nan, "a list"),
    ],
)
def test_times_are_seconds_or_nan(value, unit, expected, why):
    found = seconds(value, unit)

    assert found == expected or (expected is not None and math.isnan(expected) and math.isnan(found)), why


@pytest.mark.parametrize(
    ("value", "path", "expected", "why"),
    [
        ({"a": {"b": 1}}, "a.b", 1, "objects"),
        ({"a": [{"b": 1}]}, "a.0.b", 1, "lists"),
        ({"a": []}, "a.0", None, "beyond the list"),
        ({"a": "text"}, "a.0", None, "a text is no list"),
        ([], "a", None, "a list has no names"),
    ],
)
def test_paths(value, path, expected, why):
    assert at(value, path) == expected, why


@pytest.mark.parametrize(
    ("value", "path", "expected", "why"),
    [
        ({"a": None}, "a", True, "null is there"),
        ({"a": 1}, "b|a", True, "one of two"),
        ({"a": [1, {"b": 2}]}, "a.*.b", True, "one of the elements"),
        ({"a": []}, "a.*", True, "an empty list is a list"),
        ({"a": "b"}, "a.*", False, "a text is no list"),
        ({"a": []}, "a.*.b", False, "no element has it"),
    ],
)
def test_keys(value, path, expected, why):
    assert has(value, path) is expected, why


@given(JSON, st.sampled_from(["a", "a.b", "a.0.b", "a.*", "a.*.b", "*.a", "a.*.b.*"]))
def test_no_value_breaks_a_path(value, path):
    if "*" not in path:
        at(value, path)
    has(value, path)
    list(rows(value, path))


@given(JSON, st.sampled_from(["s", "ms", "us", "ticks", "period", "moment"]))
def test_any_value_is_a_time_none_or_nan(value, unit):
    found = seconds(value, unit)

    assert found is None or math.isnan(found) or 0 <= found <= 1e10


@given(JSON)
def test_any_value_is_a_label_or_none(value):
    assert word(value, "speaker") is None or word(value, "speaker").strip()
