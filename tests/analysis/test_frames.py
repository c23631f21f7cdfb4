"""to_frame: the same columns and types for any annotations."""

import pandas as pd
import pytest

import cxtext
from cxtext.analysis.frames import COLUMNS, to_frame
from cxtext.documents import (
    Annotation,
    Document,
    Driver,
    Drivers,
    Language,
    Probabilities,
    Segment,
    Sentiment,
    Span,
)
from cxtext.errors import InputTypeError, InputValueError

TEXT = "Die App stürzt ab, seit dem Update. Nett."
MOOD = Sentiment("negative", -0.7, Probabilities(0.8, 0.1, 0.1), mixed=True)


def spoken(**changes):
    fields = {
        "id": "f#1",
        "status": "ok",
        "reason": None,
        "language": Language("de", 0.98),
        "sentiment": MOOD,
        "segments": (Segment(0, 35, sentiment=MOOD), Segment(36, 41, speaker="S1", role="agent", kind="agent")),
        "drivers": Drivers(
            positive=(Driver(None, Span(36, 40, "Nett"), None, None, 0.6, 1),),
            negative=(
                Driver(Span(4, 7, "App"), Span(8, 17, "stürzt ab"), Span(19, 34, "seit dem Update"), "app", 0.9, 0),
            ),
        ),
        "document": Document(text=TEXT, id="f#1"),
    }
    return Annotation(**{**fields, **changes})


EMPTY = Annotation(id=None, status="skipped", reason="empty text", language=Language("other", 0.0), sentiment=None)


def test_document_level():
    frame = to_frame([spoken(), EMPTY])
    assert frame.loc[0].to_dict() == {
        "id": "f#1", "position": 0, "status": "ok", "reason": None, "language": "de", "confidence": 0.98,
        "language_mixed": False, "label": "negative", "score": -0.7, "negative": 0.8, "neutral": 0.1, "positive": 0.1,
        "mixed": True, "n_segments": 2, "n_positive_drivers": 1, "n_negative_drivers": 1,
    } | {"reason": frame.loc[0, "reason"]}  # fmt: skip
    assert pd.isna(frame.loc[0, "reason"])
    assert frame.loc[1, ["id", "label", "score", "mixed"]].isna().all()


def test_segment_level_gives_the_words_where_they_are_known():
    frame = to_frame(spoken(), level="segment")
    assert frame["text"].tolist() == ["Die App stürzt ab, seit dem Update.", "Nett."]
    assert frame["kind"].tolist() == ["customer", "agent"]
    assert frame["score"].isna().tolist() == [False, True]
    without = to_frame(Annotation.from_dict(spoken().to_dict()), level="segment")
    assert without["text"].isna().all()
    assert without["start"].tolist() == [0, 36]


def test_driver_level_keeps_offsets_whole():
    frame = to_frame(spoken(), level="driver")
    assert frame["polarity"].tolist() == ["positive", "negative"]
    assert frame.loc[1, ["aspect", "opinion", "cause", "category"]].tolist() == [
        "App",
        "stürzt ab",
        "seit dem Update",
        "app",
    ]
    assert pd.isna(frame.loc[0, "aspect_start"])
    for row in frame.dropna(subset=["cause"]).itertuples():
        assert TEXT[row.cause_start : row.cause_end] == row.cause


@pytest.mark.parametrize("level", ["document", "segment", "driver"])
@pytest.mark.parametrize(
    "items", [[], [EMPTY], [spoken()], [EMPTY, spoken(), EMPTY]], ids=["none", "empty", "one", "some"]
)
def test_columns_and_dtypes_are_always_the_same(level, items):
    frame = to_frame(items, level=level)
    assert {c: str(t) for c, t in frame.dtypes.items()} == dict(COLUMNS[level])
    assert frame.index.equals(pd.RangeIndex(len(frame)))


def test_any_iterable_is_read_and_positions_follow_it():
    assert to_frame(a for a in (EMPTY, spoken()))["position"].tolist() == [0, 1]
    assert to_frame(pd.Series([EMPTY, spoken()]), level="segment")["position"].tolist() == [1, 1]
    assert cxtext.to_frame is to_frame


def test_lone_surrogates_become_replacement_characters_of_the_same_length():
    broken = spoken(id="\udce4", document=Document(text="\ud800" + TEXT[1:], id="x"))
    assert to_frame(broken)["id"].tolist() == ["\ufffd"]
    assert to_frame(broken, level="segment")["text"].tolist()[0] == "\ufffd" + TEXT[1:35]


@pytest.mark.parametrize(
    ("items", "says"),
    [
        ([EMPTY, None], "item 1 .* NoneType"),
        ([{"id": 1}], "item 0 .* dict"),
        ("Text", "str"),
        (spoken().to_dict(), "dict"),
        (5, "int"),
    ],
)
def test_what_is_no_annotation_is_named_by_position_and_type(items, says):
    with pytest.raises(InputTypeError, match=says):
        to_frame(items)


@pytest.mark.parametrize("level", ["sentence", None, 3])
def test_levels_are_named(level):
    with pytest.raises(InputValueError, match="'document', 'segment', 'driver'"):
        to_frame([], level=level)
