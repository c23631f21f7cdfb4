from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxtext.sources.cells import as_channel, as_language, as_number, as_text, as_time, date_order, is_missing


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("3", 3.0),
        (" 7,5 ", 7.5),
        ("7.5", 7.5),
        ("-1", -1.0),
        (4, 4.0),
        ("sehr gut", None),
        ("4/5", None),
        ("1.234,5", None),  # two separators: which is which is a guess
        ("", None),
        (None, None),
        (True, None),  # nobody's rating
        (float("nan"), None),
        ("inf", None),
        ([5], None),
    ],
)
def test_numbers(value, expected):
    assert as_number(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("24.12.2025", "2025-12-24T00:00:00+00:00"),
        ("1.2.26", "2026-02-01T00:00:00+00:00"),
        ("24.12.2025 18:30:05", "2025-12-24T18:30:05+00:00"),
        ("24.12.2025, 18.30 Uhr", "2025-12-24T18:30:00+00:00"),
        ("2025-12-24", "2025-12-24T00:00:00+00:00"),
        ("2025-12-24T18:30:00Z", "2025-12-24T18:30:00+00:00"),
        ("2025-12-24 18:30:00+01:00", "2025-12-24T18:30:00+01:00"),
        ("2025-12-24 18:30:00 UTC", "2025-12-24T18:30:00+00:00"),
        ("2025/12/24 6:30:00 PM", "2025-12-24T18:30:00+00:00"),
        ("2025/12/24 6:30:00 PM GMT+1", "2025-12-24T18:30:00+01:00"),
        ("2025/12/24 6:30:00 nachm. MEZ", "2025-12-24T18:30:00+01:00"),
        ("2025/12/24 12:30:00 vorm. MESZ", "2025-12-24T00:30:00+02:00"),
        ("2025/12/24 6:30:00 p.m. GMT-03:30", "2025-12-24T18:30:00-03:30"),
        ("24.12.2025 18:30 CET", "2025-12-24T18:30:00+01:00"),
        ("2025-12-24 18:30:00 GMT+99", None),
        ("24/12/2025", "2025-12-24T00:00:00+00:00"),
        ("1766601000", "2025-12-24T18:30:00+00:00"),
        (1766601000000, "2025-12-24T18:30:00+00:00"),
        ("46015,770833", "2025-12-24T18:30:00+00:00"),
        (date(2025, 12, 24), "2025-12-24T00:00:00+00:00"),
        (datetime(2025, 12, 24, 1, tzinfo=timezone(timedelta(hours=2))), "2025-12-24T01:00:00+02:00"),
        ("31.02.2026", None),
        ("12/24/2025", None),  # month first in a column that has the day first
        ("gestern", None),
        ("17", None),
        ("24.12.2025 abends", None),
        (1e30, None),
        (None, None),
    ],
)
def test_times(value, expected):
    found = as_time(value, order="dmy", zone=UTC)

    assert (found.isoformat() if found else None) == expected


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        (["03/04/2026", "25/04/2026"], "dmy"),
        (["03/04/2026", "04/25/2026"], "mdy"),
        (["03/04/2026"], None),
        (["25.04.2026", 3, None], None),
    ],
)
def test_the_order_of_day_and_month_is_told_from_the_column(sample, expected):
    assert date_order(sample) == expected


@settings(deadline=None)
@given(st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2068, 1, 1)))
def test_german_dates_round_trip(moment):
    moment = moment.replace(microsecond=0, tzinfo=UTC)

    assert as_time(moment.strftime("%d.%m.%Y %H:%M:%S"), order="dmy", zone=UTC) == moment
    assert as_time(moment.isoformat(), order="dmy", zone=UTC) == moment


@settings(deadline=None)
@given(st.one_of(st.text(), st.floats(), st.integers(), st.binary(), st.lists(st.text())))
def test_no_value_breaks_a_cell(value):
    as_time(value, order="mdy", zone=UTC)
    as_number(value)
    as_channel(value)
    as_language(value)
    is_missing(value)
    as_text(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("E-Mail", "email"), ("TELEFON", "call"), ("App-Bewertung", "review"), ("Live-Chat", "chat"), ("Filiale", None)],
)
def test_channels(value, expected):
    assert as_channel(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("de-CH", "de"), ("Englisch", "en"), ("DE", "de"), ("pl", "other"), ("Klingonisch", None), ("", None), (3, None)],
)
def test_languages(value, expected):
    assert as_language(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (" ok ", " ok "),
        (5.0, "5"),
        (2.5, "2.5"),
        (None, ""),
        (float("nan"), ""),
        (["a"], None),
        (True, None),
        (b"x", None),
    ],
)
def test_text_is_kept_as_it_is_and_other_things_are_no_text(value, expected):
    assert as_text(value) == expected
