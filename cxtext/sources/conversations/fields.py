"""Fields of nested JSON objects by paths (``results.channels.*.alternatives.0``), and times in seconds."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC
from typing import Any, Literal

from cxtext.sources.cells import as_time

# "period" is an ISO 8601 duration (PT1M2.5S), "moment" a point in time (2026-02-03T10:00:00Z); a tick is 100 ns.
Unit = Literal["s", "ms", "us", "ticks", "period", "moment"]

_SECONDS = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ticks": 1e-7}
_NUMBER = re.compile(r"\d{1,20}(?:\.\d{0,20})?(?:[eE][+-]?\d{1,2})?")
_PERIOD = re.compile(r"P(?:(\d{1,4})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?)?")
# No conversation lasts for three years: from here on, a number of seconds counts from 1970.
SINCE_1970 = 1e8
_LATEST = 1e10
# Elements of a list that are looked at to tell a format.
_SAMPLE = 20


def at(value: object, path: str) -> Any:  # noqa: ANN401 (JSON)
    """Follow a path; null if it leads nowhere.

    >>> at({"results": {"channels": [{"detected_language": "de"}]}}, "results.channels.0.detected_language")
    'de'
    >>> at({"comments": []}, "comments.0.body") is None
    True
    """
    for step in path.split("."):
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal():
            value = value[int(step)] if int(step) < len(value) else None
        else:
            return None
    return value


def first(value: object, paths: Iterable[str]) -> Any:  # noqa: ANN401 (JSON)
    """Follow the first path that leads to something."""
    return next((found for path in paths if (found := at(value, path)) is not None), None)


def rows(value: object, path: str) -> Iterator[object]:
    """Give what a path with ``*`` leads to, ``*`` being every element of a list.

    >>> list(rows({"transcripts": [{"phrases": [1, 2]}, {"phrases": [3]}]}, "transcripts.*.phrases.*"))
    [1, 2, 3]
    """
    before, star, after = path.partition("*")
    found = at(value, before.strip(".")) if before.strip(".") else value
    if not star:
        if found is not None:
            yield found
        return
    if isinstance(found, list):
        for element in found:
            if after:
                yield from rows(element, after.removeprefix("."))
            else:
                yield element


def has(value: object, path: str) -> bool:
    """Say whether an object has a key; ``|`` separates keys of which one is enough, ``*`` is any element of a list.

    >>> has({"reviews": [{"stars": None}]}, "reviews.*.stars"), has({"text": "Gut"}, "stars|rating")
    (True, False)
    """
    return any(_has(value, name.split(".")) for name in path.split("|"))


def _has(value: object, steps: list[str]) -> bool:
    for i, step in enumerate(steps):
        if step == "*":
            rest = steps[i + 1 :]
            return isinstance(value, list) and (not rest or any(_has(v, rest) for v in value[:_SAMPLE]))
        if not isinstance(value, Mapping) or step not in value:
            return False
        value = value[step]
    return True


def word(value: object, prefix: str = "") -> str | None:
    """Give a name or number as a label; null if it is neither.

    >>> word("SPEAKER_01", "speaker"), word(0, "speaker"), word(None), word(["A"])
    ('SPEAKER_01', 'speaker 0', None, None)
    """
    if isinstance(value, str):
        return " ".join(value.split()) or None
    if isinstance(value, int) and not isinstance(value, bool):
        number = str(value) if abs(value) < 10**20 else None
        return f"{prefix} {number}".strip() if number else None
    return None


def seconds(value: object, unit: Unit) -> float | None:
    """Read a time in seconds, rounded to milliseconds; null if there is none, NaN if it is none that can be.

    >>> seconds("12.5", "s"), seconds(700000.0, "ticks"), seconds("PT1M2.5S", "period"), seconds(None, "ms")
    (12.5, 0.07, 62.5, None)
    >>> seconds("soon", "ms"), seconds(-1, "s"), seconds(float("inf"), "s")
    (nan, nan, nan)
    """
    if value is None or value == "":
        return None
    if unit == "moment":
        moment = as_time(value, order="dmy", zone=UTC) if isinstance(value, str) else None
        result = moment.timestamp() if moment else math.nan
    elif unit == "period":
        result = _period(value)
    else:
        result = _number(value) * _SECONDS[unit]
    return round(result, 3) if 0 <= result <= _LATEST else math.nan


def are_sound(start: float | None, end: float | None) -> bool:
    """Say whether two times, as :func:`seconds` gives them, can be the beginning and end of something.

    >>> are_sound(1.0, 2.5), are_sound(1.0, None), are_sound(2.5, 1.0), are_sound(float("nan"), 1.0)
    (True, True, False, False)
    """
    if any(time is not None and math.isnan(time) for time in (start, end)):
        return False
    return start is None or end is None or start <= end


def _number(value: object) -> float:
    if isinstance(value, str):
        return float(value) if _NUMBER.fullmatch(value.strip()) else math.nan
    if isinstance(value, bool) or not isinstance(value, int | float):
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.nan


def _period(value: object) -> float:
    found = _PERIOD.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found or not any(found.groups()):
        return math.nan
    days, hours, minutes, rest = (float(part or 0) for part in found.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + rest
