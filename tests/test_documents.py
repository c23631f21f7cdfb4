"""Documents in, annotations out: immutable, checked when built, and the same after a trip through JSON."""

import copy
import json
import math
import pickle
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, fields
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtext.documents import (
    LABELS,
    SCHEMA,
    Annotation,
    Document,
    Driver,
    Drivers,
    Language,
    Marker,
    Pii,
    Probabilities,
    Segment,
    Sentiment,
    Span,
    TopicMention,
    Turn,
    WeightedSpan,
    digits,
)
from cxtext.errors import InputTypeError, InputValueError

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TEXT = "Der Zug war pünktlich, aber die App stürzt ständig ab."


def full_document(**changes: Any) -> Document:
    values: dict[str, Any] = {
        "text": TEXT,
        "id": "survey.csv#3",
        "channel": "survey",
        "author_role": "customer",
        "created_at": NOON,
        "language": "de",
        "question": "Was können wir besser machen?",
        "scores": {"nps": 4},
        "attributes": {"Region": "Süd", "Filiale": 12},
    }
    return Document(**{**values, **changes})


def full_annotation() -> Annotation:
    mood = Sentiment(
        label="negative",
        score=-0.5,
        probabilities=Probabilities(negative=0.6, neutral=0.3, positive=0.1),
        mixed=True,
        why=(WeightedSpan(start=12, end=21, text="pünktlich", weight=0.4),),
    )
    return Annotation(
        id="survey.csv#3",
        status="ok",
        reason=None,
        language=Language(code="de", confidence=0.99),
        sentiment=mood,
        segments=(
            Segment(start=0, end=21, sentiment=mood),
            Segment(start=23, end=54, speaker="Kunde", role="customer", kind="customer", sentiment=None),
        ),
        drivers=Drivers(
            positive=(
                Driver(
                    aspect=Span(4, 7, "Zug"),
                    opinion=Span(12, 21, "pünktlich"),
                    cause=None,
                    category="punctuality",
                    score=0.9,
                    segment=0,
                ),
            ),
            negative=(
                Driver(
                    aspect=Span(32, 35, "App"),
                    opinion=Span(36, 53, "stürzt ständig ab"),
                    cause=None,
                    category=None,
                    score=0.8,
                    segment=1,
                ),
            ),
        ),
        topics=(TopicMention(id=3, label="App stürzt ab", score=0.7, segment=1),),
        conversation={"turns": 2, "trend": None},
        markers=(Marker(type="complaint", start=36, end=53, text="stürzt ständig ab", score=1.0),),
        pii=(Pii(type="email", start=0, end=3),),
        document=full_document(),
    )


# --- Document: what is allowed -------------------------------------------------------------------------------------


def test_a_document_needs_only_its_text() -> None:
    document = Document(text="Top!")
    assert (document.text, document.id, document.turns, document.channel) == ("Top!", None, (), None)
    assert (document.author_role, document.language, document.question) == ("customer", None, None)
    assert (dict(document.scores), dict(document.attributes)) == ({}, {})


@pytest.mark.parametrize(
    "text", ["", " \n", "👍🏽", "\x00", "\ud800", "a" * 100_000, "e\u0301", "\u202eabc", "Grüezi, ds isch super!"]
)
def test_any_string_is_a_text_and_stays_as_it_is(text: str) -> None:
    assert Document(text=text).text == text


BAD_FIELDS = [
    ({"text": None}, InputTypeError, "text must be a str, got NoneType"),
    ({"text": b"gut"}, InputTypeError, "text must be a str, got bytes"),
    ({"text": 5}, InputTypeError, "got int"),
    ({"text": math.nan}, InputTypeError, "got float"),
    ({"id": 7}, InputTypeError, "id must be a str, got int"),
    ({"question": 7}, InputTypeError, "question must be a str"),
    ({"channel": "fax"}, InputValueError, "channel is 'fax'; allowed: survey, email, call"),
    ({"channel": 3}, InputValueError, "channel is of type int"),
    ({"channel": []}, InputValueError, "channel is of type list"),
    ({"language": "deu"}, InputValueError, "language is 'deu'; allowed: de, en, other or null"),
    ({"author_role": "boss"}, InputValueError, "author_role is 'boss'; allowed: customer, agent"),
    ({"author_role": None}, InputValueError, "author_role must not be null"),
    ({"created_at": "2026-03-01"}, InputTypeError, "created_at must be a datetime, got str"),
    ({"created_at": datetime(2026, 3, 1)}, InputValueError, "no time zone"),
    ({"scores": [("nps", 9)]}, InputTypeError, "scores must be a mapping, got list"),
    ({"scores": {"nps": "9"}}, InputTypeError, r"scores\['nps'\] must be a number, got str"),
    ({"scores": {"nps": True}}, InputTypeError, "must be a number, got bool"),
    ({"scores": {"nps": None}}, InputTypeError, "must be a number, got NoneType"),
    ({"attributes": "Süd"}, InputTypeError, "attributes must be a mapping, got str"),
    ({"turns": ["Hallo"]}, InputTypeError, "turn 0 must be a Turn or a mapping, got str"),
    ({"turns": [{"start": 0}]}, InputValueError, "turn 0 lacks 'end'; Document.from_turns"),
    ({"turns": [{"start": 0, "end": 1, "rolle": "agent"}]}, InputValueError, "no field 'rolle'; did you mean 'role'"),
    ({"turns": [Turn(0, 1), Turn(2, 99)]}, InputValueError, r"turns\[1\] spans 2..99; .* 54 characters"),
    ({"turns": [Turn(3, 9), Turn(5, 12)]}, InputValueError, r"turns\[1\] spans 5..12; turns must be in order"),
    ({"turns": [Turn(9, 3)]}, InputValueError, "spans 9..3"),
    ({"turns": [Turn(-1, 3)]}, InputValueError, "spans -1..3"),
    ({"turns": [Turn(0, 3, role="chef")]}, InputValueError, r"turns\[0\].role is 'chef'"),  # type: ignore[arg-type]
    ({"turns": [Turn("0", 3)]}, InputTypeError, "turn 0"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("fields", "kind", "message"), BAD_FIELDS)
def test_a_field_with_a_wrong_type_or_value_is_named(fields: dict[str, Any], kind: type, message: str) -> None:
    with pytest.raises(kind, match=message):
        full_document(**fields)


def test_scores_accept_numpy_scalars_and_become_floats() -> None:
    scores = Document(text="x", scores={"nps": np.int64(9), "stars": np.float32(4.5), "ces": 3}).scores
    assert dict(scores) == {"nps": 9.0, "stars": 4.5, "ces": 3.0}
    assert {type(v) for v in scores.values()} == {float}


def test_documents_cannot_be_changed() -> None:
    source = {"Region": "Süd"}
    document = full_document(attributes=source)
    for f in fields(Document):
        with pytest.raises(FrozenInstanceError):
            setattr(document, f.name, None)
    with pytest.raises(TypeError):
        document.scores["nps"] = 10.0  # type: ignore[index]
    source["Region"] = "Nord"
    assert document.attributes["Region"] == "Süd"


def test_documents_compare_hash_and_pickle_by_content() -> None:
    one, two = full_document(), full_document()
    assert one == two
    assert hash(one) == hash(two)
    assert one != full_document(text=TEXT + " ")
    for again in (pickle.loads(pickle.dumps(one)), copy.copy(one), copy.deepcopy(one)):
        assert again == one
        assert isinstance(again.scores, MappingProxyType)


def test_a_conversation_pickles_with_its_turns() -> None:
    document = Document.from_turns([{"text": "Hallo", "role": "agent", "start_time": 0.5}])
    assert pickle.loads(pickle.dumps(document)) == document


def test_times_of_any_zone_are_kept() -> None:
    berlin = timezone(timedelta(hours=1))
    assert full_document(created_at=datetime(2026, 3, 1, 12, tzinfo=berlin)).created_at.tzinfo is berlin


# --- Document: other ways to build one -----------------------------------------------------------------------------


def test_from_turns_counts_offsets() -> None:
    turns = [
        {"role": "agent", "speaker": "Agent", "text": "Guten Tag, was kann ich für Sie tun?"},
        {"role": "customer", "speaker": "Kundin", "text": "Die Rechnung\nist falsch 😡."},
        {"text": ""},
        {"text": "Ende"},
    ]
    document = Document.from_turns(turns, channel="call", id="c1")
    assert [document.text[t.start : t.end] for t in document.turns] == [t["text"] for t in turns]
    assert document.text == "\n".join(t["text"] for t in turns)
    assert [t.role for t in document.turns] == ["agent", "customer", None, None]
    assert (document.channel, document.id) == ("call", "c1")


def test_from_turns_without_turns_is_an_empty_document() -> None:
    assert Document.from_turns([]).text == ""


@pytest.mark.parametrize("turn", [{}, {"text": None}, {"text": 3}])
def test_from_turns_names_the_turn_without_text(turn: dict[str, Any]) -> None:
    with pytest.raises(InputTypeError, match="turn 1 needs a 'text' of type str"):
        Document.from_turns([{"text": "a"}, turn])


@given(st.lists(st.text(), max_size=6))
def test_from_turns_keeps_every_turn_verbatim(texts: list[str]) -> None:
    document = Document.from_turns([{"text": t} for t in texts])
    assert [document.text[t.start : t.end] for t in document.turns] == texts


def test_from_mapping_takes_field_names_and_leaves_nulls_out() -> None:
    values = {"text": "Top", "id": None, "scores": None, "channel": "chat", "author_role": None}
    assert Document.from_mapping(values) == Document(text="Top", channel="chat")


def test_from_mapping_builds_a_conversation_from_turns_with_text() -> None:
    document = Document.from_mapping({"turns": [{"text": "a"}, {"text": "b"}], "channel": "chat"})
    assert (document.text, len(document.turns)) == ("a\nb", 2)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"text": "a", "kanal": "chat"}, "no field 'kanal'; did you mean 'channel'"),
        ({"text": "a", "txt": "b"}, "no field 'txt'; did you mean 'text'"),
        ({"text": "a", "x" * 50: 1}, "no field of type str; allowed: 'text', 'id'"),
        ({"text": "a", 3: 1}, "no field of type int"),
        ({}, r"needs 'text'; got the fields \[\]"),
        ({"id": "7"}, r"needs 'text'; got the fields \['id'\]"),
    ],
)
def test_from_mapping_refuses_what_is_not_a_document(values: dict[Any, Any], message: str) -> None:
    with pytest.raises(InputValueError, match=message):
        Document.from_mapping(values)


def test_from_mapping_refuses_null_text() -> None:
    with pytest.raises(InputTypeError, match="text must be a str, got NoneType"):
        Document.from_mapping({"text": None})


texts = st.text(st.characters(exclude_categories=[]), max_size=40)
names = st.text(min_size=1, max_size=8)
documents = st.builds(
    Document,
    text=texts,
    id=st.none() | texts,
    channel=st.sampled_from([None, "survey", "email", "call", "chat", "social", "review", "note", "sms"]),
    author_role=st.sampled_from(["customer", "agent", "employee", "bot", "system"]),
    created_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    language=st.sampled_from([None, "de", "en", "other"]),
    question=st.none() | texts,
    scores=st.dictionaries(names, st.floats(allow_nan=False, allow_infinity=False), max_size=3),
    attributes=st.dictionaries(names, st.none() | st.integers() | texts, max_size=3),
)


@given(documents)
def test_to_dict_and_from_mapping_are_inverse(document: Document) -> None:
    assert Document.from_mapping(document.to_dict()) == document
    assert pickle.loads(pickle.dumps(document)) == document


# --- Annotation ----------------------------------------------------------------------------------------------------


def test_records_read_like_mappings_and_like_objects() -> None:
    annotation = full_annotation()
    assert annotation["sentiment"]["label"] == annotation.sentiment.label == "negative"
    assert annotation.drivers["negative"][0]["aspect"]["text"] == "App"
    with pytest.raises(KeyError, match="to_dict"):
        annotation["to_dict"]


def test_annotations_have_the_keys_of_the_schema_in_its_order() -> None:
    expected = [
        "schema",
        "id",
        "status",
        "reason",
        "truncated",
        "language",
        "sentiment",
        "segments",
        "drivers",
        "topics",
        "conversation",
        "markers",
        "pii",
    ]
    assert list(full_annotation().to_dict()) == expected
    assert full_annotation().schema == SCHEMA == "cxtext.annotation/1"


def test_to_dict_is_plain_and_survives_json() -> None:
    annotation = full_annotation()
    data = annotation.to_dict()
    assert_plain(data)
    again = Annotation.from_dict(json.loads(json.dumps(data)))
    assert again == annotation
    assert again.to_dict() == data
    assert again.document is None


def assert_plain(value: object) -> None:
    assert isinstance(value, dict | list | str | int | float | bool | None), type(value)
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        assert_plain(part)


spans = st.builds(Span, st.integers(0, 9), st.integers(0, 9), texts)
unit = st.floats(0, 1).map(digits)
sentiments = st.builds(
    Sentiment,
    label=st.sampled_from(LABELS),
    score=st.floats(-1, 1).map(digits),
    probabilities=st.builds(Probabilities, unit, unit, unit),
    mixed=st.booleans(),
    why=st.lists(st.builds(WeightedSpan, st.integers(0, 9), st.integers(0, 9), texts, unit), max_size=2).map(tuple),
)
drivers = st.lists(
    st.builds(
        Driver,
        aspect=st.none() | spans,
        opinion=st.none() | spans,
        cause=st.none() | spans,
        category=st.none() | names,
        score=unit,
        segment=st.integers(0, 3),
    ),
    max_size=2,
).map(tuple)
annotations = st.builds(
    Annotation,
    id=st.none() | texts,
    status=st.sampled_from(["ok", "skipped"]),
    reason=st.none() | names,
    language=st.builds(Language, code=st.sampled_from(["de", "en", "other"]), confidence=unit, mixed=st.booleans()),
    sentiment=st.none() | sentiments,
    segments=st.lists(
        st.builds(
            Segment,
            start=st.integers(0, 9),
            end=st.integers(0, 9),
            speaker=st.none() | names,
            role=st.sampled_from([None, "customer", "agent"]),
            kind=st.sampled_from(["customer", "agent", "quoted_reply", "signature"]),
            sentiment=st.none() | sentiments,
        ),
        max_size=3,
    ).map(tuple),
    drivers=st.builds(Drivers, positive=drivers, negative=drivers),
    topics=st.lists(st.builds(TopicMention, st.integers(-1, 9), names, unit, st.integers(0, 3)), max_size=2).map(tuple),
    conversation=st.none() | st.dictionaries(names, st.none() | unit, max_size=2),
    markers=st.lists(st.builds(Marker, names, st.integers(0, 9), st.integers(0, 9), texts, unit), max_size=2).map(
        tuple
    ),
    pii=st.lists(st.builds(Pii, names, st.integers(0, 9), st.integers(0, 9)), max_size=2).map(tuple),
)


@given(annotations)
def test_from_dict_undoes_to_dict(annotation: Annotation) -> None:
    data = annotation.to_dict()
    assert_plain(data)
    assert Annotation.from_dict(json.loads(json.dumps(data))) == annotation


def broken(change: Any) -> dict[str, Any]:
    data = full_annotation().to_dict()
    change(data)
    return data


@pytest.mark.parametrize(
    ("data", "kind", "message"),
    [
        (None, InputTypeError, "needs a mapping, got NoneType"),
        ([], InputTypeError, "needs a mapping, got list"),
        ({}, InputValueError, "not of schema 'cxtext.annotation/1'"),
        ({"schema": "cxtext.annotation/9"}, InputValueError, "its 'schema' is 'cxtext.annotation/9'"),
        (broken(lambda d: d.update(sentimnt=1)), InputValueError, "no key 'sentimnt'; did you mean 'sentiment'"),
        (broken(lambda d: d.pop("language")), InputValueError, "lacks 'language'"),
        (broken(lambda d: d.pop("drivers")), InputValueError, "lacks 'drivers'"),
        (broken(lambda d: d["language"].pop("code")), InputValueError, "Language lacks 'code'"),
        (broken(lambda d: d["language"].update(kode=1)), InputValueError, "Language has no key 'kode'"),
        (broken(lambda d: d["segments"][0].pop("start")), InputValueError, "Segment lacks 'start'"),
        (broken(lambda d: d["drivers"].pop("negative")), InputValueError, "must have the two lists"),
        (broken(lambda d: d["sentiment"].pop("probabilities")), InputValueError, "lacks 'probabilities'"),
        (broken(lambda d: d["sentiment"].pop("score")), InputValueError, "Sentiment lacks 'score'"),
    ],
)
def test_from_dict_refuses_other_data(data: Any, kind: type, message: str) -> None:
    with pytest.raises(kind, match=message):
        Annotation.from_dict(data)


def test_annotations_cannot_be_changed_and_equality_ignores_the_document() -> None:
    annotation = full_annotation()
    with pytest.raises(FrozenInstanceError):
        annotation.status = "skipped"  # type: ignore[misc]
    assert Annotation.from_dict(annotation.to_dict()) == annotation
    assert pickle.loads(pickle.dumps(annotation)) == annotation
    assert "document" not in repr(annotation)


def test_example_spans_hold_in_the_example_text() -> None:
    annotation = full_annotation()
    for driver in (*annotation.drivers.positive, *annotation.drivers.negative):
        for span in (driver.aspect, driver.opinion):
            assert TEXT[span.start : span.end] == span.text


@pytest.mark.parametrize(
    ("value", "expected", "why"),
    [
        (0.1234567, 0.123457, "six digits"),
        (-1e-9, 0.0, "no negative zero"),
        (np.float32(0.5), 0.5, "a plain float from numpy"),
        (1, 1.0, "integers become floats"),
    ],
)
def test_digits(value: float, expected: float, why: str) -> None:
    found = digits(value)
    assert found == expected, why
    assert type(found) is float
    assert math.copysign(1, found) == math.copysign(1, expected)


def test_mapping_fields_accept_any_mapping() -> None:
    class Row(dict[str, Any]):
        pass

    document = Document(text="x", attributes=Row(Region="Süd"))
    assert isinstance(document.attributes, Mapping)
    assert document.attributes["Region"] == "Süd"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2026-03-01T09:30:00+01:00", "2026-03-01T08:30:00+00:00"), ("2026-03-01T09:30:00Z", "2026-03-01T09:30:00+00:00")],
)
def test_a_mapping_may_give_the_time_as_json_does(text, expected):
    document = Document.from_mapping({"text": "Gut.", "created_at": text})
    assert document.created_at.astimezone(UTC).isoformat() == expected


@pytest.mark.parametrize(("text", "why"), [("gestern", "no time"), ("2026-03-01T09:30:00", "no zone"), ("", "empty")])
def test_a_time_that_is_none_is_refused_without_its_words(text, why):
    with pytest.raises(InputValueError, match="created_at") as caught:
        Document.from_mapping({"text": "Gut.", "created_at": text})
    assert "gestern" not in str(caught.value), why
