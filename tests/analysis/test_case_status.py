"""Open and closed cases."""

import pandas as pd
import pytest

from cxtext.analysis.case_status import case_status, cases_by_driver, is_closed
from cxtext.errors import ColumnError, InputValueError


@pytest.mark.parametrize(
    ("status", "closed"),
    [
        ("geschlossen", True),
        ("Gelöst", True),
        ("ABGESCHLOSSEN", True),
        ("closed", True),
        ("offen", False),
        ("in progress", False),
        ("not solved", False),
        ("", False),
    ],
)
def test_only_known_words_close_a_case(status, closed):
    assert is_closed(status) is closed


@pytest.mark.parametrize(
    ("attributes", "found", "why"),
    [
        ({"Fallstatus": "warte auf Kunde"}, "warte auf Kunde", "an attribute that can be nothing else"),
        ({"status": "Offen"}, "Offen", "a status in the words of a help desk"),
        ({"status": "gold"}, None, "a customer's status"),
        ({"state": "open"}, None, "a state may be a country's"),
        ({"case_status": None, "status": "closed"}, "closed", "an empty cell says nothing"),
        ({"case-status": float("nan")}, None, "nor does a missing value"),
        ({}, None, "no case"),
    ],
)
def test_the_state_of_a_case_is_found_and_passed_on_as_it_is(attributes, found, why):
    assert case_status(attributes) == found, why


def test_cases_are_counted_by_driver_whatever_the_order():
    mentions = pd.DataFrame(
        [
            (0, "App", "negative"),
            (0, "App", "negative"),
            (1, "App", "negative"),
            (1, "App", "positive"),
            (2, "Preis", "negative"),
        ],
        columns=["document_id", "topic", "polarity"],
    )
    status = pd.Series(["open", "closed", None])
    table = cases_by_driver(mentions, status)
    assert table.to_dict("records") == [
        {"topic": "App", "polarity": "negative", "n": 2, "open": 1, "closed": 1},
        {"topic": "App", "polarity": "positive", "n": 1, "open": 0, "closed": 1},
    ]
    pd.testing.assert_frame_equal(table, cases_by_driver(mentions.iloc[::-1], status.iloc[::-1]))


def test_without_cases_the_table_is_empty():
    mentions = pd.DataFrame([(0, "App", "negative")], columns=["document_id", "topic", "polarity"])
    table = cases_by_driver(mentions, pd.Series([None], dtype=object))
    assert list(table.columns) == ["topic", "polarity", "n", "open", "closed"]
    assert table.empty


def test_bad_input_is_refused():
    with pytest.raises(ColumnError, match="'topic'"):
        cases_by_driver(pd.DataFrame({"document_id": [0]}), pd.Series(["open"]))
    with pytest.raises(InputValueError, match="1 of 1 rows"):
        cases_by_driver(
            pd.DataFrame([(9, "App", "negative")], columns=["document_id", "topic", "polarity"]), pd.Series(["open"])
        )
