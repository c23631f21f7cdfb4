"""By when an answer is due: hours by channel and urgency, from a file that anyone may change."""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any

from cxtext.config import read_data
from cxtext.errors import InputTypeError, InputValueError, nearest

Hours = Mapping[str, Mapping[str, float]]

# Levels of urgency that have hours of their own, and the lists for all else.
STEPS = ("critical", "high", "recover", "engage", "advocate")
DEFAULT = "default"
# Longer than that nobody plans, and dates run out.
MOST = 24 * 366


def read_hours(given: Any) -> dict[str, dict[str, float]]:  # noqa: ANN401 (a table of a TOML file)
    """Check hours by channel.

    Parameters
    ----------
    given
        Channel (or ``"default"``) -> step -> hours; steps are ``"critical"`` and ``"high"`` (levels of urgency) and
        ``"recover"``, ``"engage"`` and ``"advocate"`` (lists).

    Raises
    ------
    InputTypeError, InputValueError
        If it is anything else.

    Examples
    --------
    >>> read_hours({"email": {"high": 6}})
    {'email': {'high': 6.0}}
    """
    if not isinstance(given, Mapping) or not all(isinstance(v, Mapping) for v in given.values()):
        raise InputTypeError("deadlines must map channels to tables of hours, e.g. [deadlines.email] with high = 4")
    for channel, table in given.items():
        for step, hours in table.items():
            if step not in STEPS:
                raise InputValueError(f"deadlines.{channel} has no step {step!r}; {nearest(str(step), STEPS)}")
            number = isinstance(hours, int | float) and not isinstance(hours, bool) and math.isfinite(hours)
            if not number or not 0 < hours <= MOST:
                raise InputValueError(
                    f"deadlines.{channel}.{step} must be a number of hours above 0 and at most {MOST}, "
                    f"got {type(hours).__name__}"
                )
    return {str(channel): {step: float(hours) for step, hours in table.items()} for channel, table in given.items()}


def due_hours(queue: str, level: str | None, channel: str | None, hours: Hours | None = None) -> float:
    """Say within how many hours an answer is due.

    Parameters
    ----------
    queue
        ``"recover"``, ``"engage"`` or ``"advocate"``.
    level
        Level of urgency; only ``"critical"`` and ``"high"`` matter here.
    channel
        Where the text comes from, or null.
    hours
        Own hours, see :func:`read_hours`; what they do not name is as shipped.

    Examples
    --------
    >>> due_hours("recover", "high", "email"), due_hours("engage", "low", None)
    (4.0, 72.0)
    >>> due_hours("recover", "high", "email", {"default": {"high": 12}}), due_hours("recover", "none", "fax")
    (12.0, 24.0)
    """
    step = level if level in ("critical", "high") else queue
    # What a user says of all channels goes before what is shipped for one of them.
    for table in (hours or {}, shipped_hours()):
        for name in (channel, DEFAULT):
            found = table.get(name or DEFAULT, {}).get(step)
            if found is not None:
                return float(found)
    raise InputValueError(f"queue must be one of {', '.join(STEPS[2:])}, got {queue!r:.20}")


def deadline(written: datetime | None, hours: float) -> datetime | None:
    """Give the moment at which an answer is due, by the document's own clock; null where it carries no time.

    Examples
    --------
    >>> from datetime import UTC
    >>> deadline(datetime(2026, 3, 2, 22, tzinfo=UTC), 4).isoformat(), deadline(None, 4)
    ('2026-03-03T02:00:00+00:00', None)
    """
    if written is None:
        return None
    try:
        return written + timedelta(hours=hours)
    except OverflowError:
        return None  # the year 9999 is a mistake or a placeholder


@cache
def shipped_hours() -> Hours:
    """Give the hours that come with cxtext."""
    return MappingProxyType(read_hours(read_data("queue.toml")["hours"]))
