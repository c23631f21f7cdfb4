"""The contract of an analysis: what its tables must hold."""

import pandas as pd
import pytest

from cxtext import Analysis
from cxtext.errors import ColumnError, CxtextError, InputTypeError, InputValueError
from cxtext.report.tables import COLUMNS, names

TOPICS = pd.DataFrame({"id": [0, 1], "parent": [None, 0], "label": ["Lieferung", "Paketbote"], "size": [40, 12]})
DRIVERS = pd.DataFrame(
    {"topic": [0], "polarity": ["negative"], "n": [40], "share": [0.4], "share_low": [0.3], "share_high": [0.5]}
)
QUOTE = {"topic": [0], "polarity": ["negative"], "document_id": ["a"], "text": ["Zu spät."]}


def test_missing_tables_are_empty_with_their_columns():
    result = Analysis(topics=TOPICS, drivers=DRIVERS)
    for table in ("segments", "trends", "alerts", "queue", "scores", "quotes"):
        assert list(getattr(result, table).columns) == names(table)
        assert getattr(result, table).empty


def test_null_is_an_empty_table():
    result = Analysis(topics=None, drivers=None, trends=None)
    assert [len(getattr(result, table)) for table in COLUMNS] == [0] * len(COLUMNS)


def test_optional_columns_are_filled_and_others_kept():
    result = Analysis(topics=TOPICS, drivers=DRIVERS.assign(owner=["Logistik"]))
    assert list(result.drivers.columns) == [*names("drivers"), "owner"]
    assert result.drivers["impact"].isna().all()
    assert result.drivers["label"].tolist() == ["Lieferung"]


def test_a_given_label_wins_over_the_topics():
    result = Analysis(topics=TOPICS, drivers=DRIVERS.assign(label=["Versand"]))
    assert result.drivers["label"].tolist() == ["Versand"]


def test_a_topic_that_is_not_listed_goes_by_its_own_name():
    result = Analysis(topics=TOPICS, drivers=DRIVERS.assign(topic=["delivery.time"]))
    assert result.drivers["label"].tolist() == ["delivery.time"]


def test_the_callers_frame_stays_as_it_was():
    drivers = DRIVERS.copy()
    Analysis(topics=TOPICS, drivers=drivers)
    pd.testing.assert_frame_equal(drivers, DRIVERS)


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"topics": [{"id": 1}]}, InputTypeError, "Analysis.topics must be a pandas DataFrame or null, got list"),
        ({"drivers": DRIVERS.drop(columns="share")}, ColumnError, "Analysis.drivers lacks the column 'share'"),
        ({"quality": 3}, InputTypeError, "Analysis.quality must be a mapping, got int"),
        ({"drivers": DRIVERS.assign(polarity="neutral")}, InputValueError, "Analysis.drivers: row 0 has a polarity"),
        ({"drivers": pd.concat([DRIVERS, DRIVERS])}, InputValueError, "row 1 repeats an earlier topic and polarity"),
        ({"topics": pd.concat([TOPICS, TOPICS])}, InputValueError, "row 2 repeats an earlier id"),
        (
            {"quotes": pd.DataFrame(QUOTE | {"aspect_start": [3], "aspect_end": [99]})},
            InputValueError,
            "Analysis.quotes: row 0 has aspect offsets outside its text",
        ),
        ({"quotes": pd.DataFrame(QUOTE | {"cause_start": [3]})}, InputValueError, "row 0 has cause offsets outside"),
    ],
)
def test_a_wrong_table_is_named_with_what_is_wrong(change, error, says):
    with pytest.raises(error, match=says) as caught:
        Analysis(**({"topics": TOPICS, "drivers": DRIVERS} | change))
    assert isinstance(caught.value, CxtextError)
    assert "Zu spät" not in str(caught.value)
