"""Single values of a table: text, numbers, times, channels and languages as they are written in exports."""

import math
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import cache
from typing import Any, Literal, cast

from cxtext.documents import Channel, LanguageCode
from cxtext.sources.columns import plain_header, synonyms

DateOrder = Literal["dmy", "mdy"]
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d+)?|[.,]\d+)")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})(.*)", re.DOTALL)
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2})(.*)", re.DOTALL)
_YEAR_FIRST = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})(.*)", re.DOTALL)
_CLOCK = re.compile(
    r"[,\sT]*(?:um\s)?(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:[.,]\d+)?\s*(Uhr|[ap]\.?m|vorm|nachm)?\.?", re.IGNORECASE
)
_OFFSET = re.compile(r"(?:UTC|GMT)?\s?([+-])(\d{1,2})(?::?(\d{2}))?")
# Day 0 of spreadsheet dates. Day numbers of 1954 to 2119; as seconds since 1970 they would all lie in its first day.
_SPREADSHEET_EPOCH = datetime(1899, 12, 30)
_SPREADSHEET_DAYS = (20_000, 80_000)


def is_missing(value: object) -> bool:
    """Say whether a cell is empty: null, NaN, NaT, or only white space."""
    if value is None:
        return True
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, list | tuple | dict | bytes):
        return False
    try:
        return bool(value != value)  # NaN and NaT differ from themselves
    except (TypeError, ValueError):  # pandas.NA has no truth value
        return True


def as_text(value: object) -> str | None:
    """Give a cell of a text column as text, unchanged if it is one; null if it is something else than text.

    Spreadsheets turn "5" and "3.12." into numbers and dates; these are text again here.
    """
    if isinstance(value, str):
        return value
    if is_missing(value):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return None


def as_number(value: object) -> float | None:
    """Read a number with decimal point or comma; null if it is none.

    >>> as_number("7,5"), as_number(" 9 "), as_number("sehr gut")
    (7.5, 9.0, None)
    """
    if isinstance(value, str):
        text = value.strip()
        return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = float(cast(Any, value))
    except (TypeError, ValueError, OverflowError):  # numbers of hundreds of digits
        return None
    return number if math.isfinite(number) else None


def date_order(values: Iterable[object]) -> DateOrder | None:
    """Tell from a sample whether dates with slashes put the day or the month first; null if all fit both."""
    day_first, month_first = _orders(values)
    if not day_first and not month_first:
        return None
    return "dmy" if day_first >= month_first else "mdy"


def mixes_orders(values: Iterable[object]) -> bool:
    """Say whether some dates with slashes can only put the day first, and others only the month.

    >>> mixes_orders(["24/12/2025", "12/24/2025"]), mixes_orders(["24/12/2025", "01/02/2026"])
    (True, False)
    """
    return all(_orders(values))


def _orders(values: Iterable[object]) -> tuple[int, int]:
    """Count dates with slashes that can only put the day first, and those that can only put the month first."""
    found = [m for v in values if isinstance(v, str) and (m := _SLASHED.fullmatch(v.strip()))]
    return sum(int(m[1]) > 12 for m in found), sum(int(m[2]) > 12 for m in found)


def has_slashes(values: Iterable[object]) -> bool:
    """Say whether a sample has dates whose order is open (``03/04/2026``)."""
    return any(isinstance(v, str) and _SLASHED.fullmatch(v.strip()) for v in values)


def as_time(value: object, *, order: DateOrder, zone: tzinfo) -> datetime | None:
    """Read a time; null if it is none. Times that name no zone get ``zone``.

    Reads ISO 8601, ``dd.mm.yyyy``, dates with slashes in the given order, ``yyyy/mm/dd``, seconds and milliseconds
    since 1970, and day numbers of spreadsheets.

    >>> as_time("24.12.2025 18:30", order="dmy", zone=UTC).isoformat()
    '2025-12-24T18:30:00+00:00'
    >>> as_time("12/24/2025", order="mdy", zone=UTC).isoformat()
    '2025-12-24T00:00:00+00:00'
    >>> as_time(1766601000, order="dmy", zone=UTC).isoformat()
    '2025-12-24T18:30:00+00:00'
    >>> as_time("2025/12/24 6:30:00 nachm. MEZ", order="dmy", zone=UTC).isoformat()
    '2025-12-24T18:30:00+01:00'
    """
    try:
        found = _time(value, order)
    except (ValueError, OverflowError):
        return None
    if found is None:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=zone)


def names_zone(value: object, order: DateOrder) -> bool:
    """Say whether a time names its zone; numbers since 1970 do, since they count from a moment in UTC."""
    try:
        found = _time(value, order)
    except (ValueError, OverflowError):
        return True
    return found is None or found.tzinfo is not None


def _time(value: object, order: DateOrder) -> datetime | None:
    if isinstance(value, datetime):
        moment: Any = value
        # pandas' Timestamp is a datetime too; documents hold the plain one.
        return cast(datetime, moment.to_pydatetime(warn=False)) if hasattr(moment, "to_pydatetime") else value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    number = as_number(value)
    if number is not None:
        return _from_number(number)
    if not isinstance(value, str):
        return None
    text, zone = _zone(value.strip())
    written = _written(text, order)
    return written.replace(tzinfo=zone) if written is not None and written.tzinfo is None else written


def _zone(text: str) -> tuple[str, tzinfo | None]:
    """Split "MEZ", "UTC" or "GMT+1" off the end of a time."""
    rest, _, name = text.rpartition(" ")
    hours = _zones().get(name.upper())
    if hours is not None:
        return rest, UTC if hours == 0 else timezone(timedelta(hours=hours))
    if name.upper().startswith(("UTC", "GMT")) and (found := _OFFSET.fullmatch(name.upper())):
        offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        return rest, timezone(offset if found[1] == "+" else -offset)
    return text, None


@cache
def _zones() -> dict[str, float]:
    return {name.upper(): hours for name, hours in synonyms()["time_zones"].items()}


def _written(text: str, order: DateOrder) -> datetime | None:
    if found := _DOTTED.fullmatch(text):
        return _from_parts(found[3], found[2], found[1], found[4])
    if found := _SLASHED.fullmatch(text):
        day, month = (found[1], found[2]) if order == "dmy" else (found[2], found[1])
        return _from_parts(found[3], month, day, found[4])
    if found := _YEAR_FIRST.fullmatch(text):
        return _from_parts(found[1], found[2], found[3], found[4])
    return datetime.fromisoformat(text)


def _from_number(number: float) -> datetime | None:
    low, high = _SPREADSHEET_DAYS
    if low <= number < high:
        # Day fractions are not exact; a second is as fine as any survey tool writes.
        return _SPREADSHEET_EPOCH + timedelta(seconds=round(number * 86_400))
    if 1e8 <= number < 1e11:
        return datetime.fromtimestamp(number, UTC)
    if 1e11 <= number < 1e14:
        return datetime.fromtimestamp(number / 1000, UTC)
    return None


def _from_parts(year: str, month: str, day: str, rest: str) -> datetime | None:
    full_year = int(year) + (0 if len(year) == 4 else 2000 if int(year) < 70 else 1900)
    if not rest.strip():
        return datetime(full_year, int(month), int(day))
    clock = _CLOCK.fullmatch(rest.rstrip())
    if not clock:
        return None
    hour = int(clock[1])
    half = (clock[4] or "uhr")[0].lower()
    if half != "u":
        hour = hour % 12 + (12 if half in "pn" else 0)
    return datetime(full_year, int(month), int(day), hour, int(clock[2]), int(clock[3] or 0))


@cache
def _vocabulary(kind: str) -> dict[str, str]:
    return {word: name for name, words in synonyms()[kind].items() for word in words}


def as_channel(value: object) -> Channel | None:
    """Read a channel in German or English; null if it is none that is known.

    >>> as_channel("E-Mail"), as_channel("Umfrage"), as_channel("Brieftaube")
    ('email', 'survey', None)
    """
    return cast(Channel | None, _vocabulary("channels").get(plain_header(value))) if isinstance(value, str) else None


def as_language(value: object) -> LanguageCode | None:
    """Read a language name or code; every other two-letter code is ``"other"``, anything else null.

    >>> as_language("Deutsch"), as_language("en_GB"), as_language("fr"), as_language("?")
    ('de', 'en', 'other', None)
    """
    if not isinstance(value, str) or not (words := plain_header(value).split()):
        return None
    found = _vocabulary("languages").get(words[0])
    if found is not None:
        return cast(LanguageCode, found)
    return "other" if len(words[0]) == 2 and words[0].isalpha() else None
