"""The mood of turns: which count, and how their segments make it."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cxtext
from cxtext.documents import Document, Label, Probabilities, Segment, Sentiment
from cxtext.errors import InputTypeError, InputValueError
from cxtext.markers.turns import TurnMood, annotated_moods, is_small_talk, turn_moods


def mood(score: float) -> Sentiment:
    label: Label = "neutral" if abs(score) < 0.2 else "positive" if score > 0 else "negative"
    return Sentiment(label, score, Probabilities(0.0, 1.0, 0.0))


@pytest.mark.parametrize(
    ("passage", "expected", "why"),
    [
        ("ja", True, "the shortest"),
        ("Ja, genau. Mhm!", True, "several, with marks"),
        ("jaaa okaaay", True, "drawn out"),
        ("Ähm, ja … äh", True, "hesitation"),
        ("ach so", True, "two words that are one sound"),
        ("Alles klar, okay.", True, "a phrase and a word"),
        ("ich verstehe ja", True, "a phrase first"),
        ("uh-huh", True, "hyphens part words"),
        ("Mm-hmm. Right, right.", True, "English"),
        ("yeah I see", True, "English phrase behind a word"),
        ("That’s right.", True, "typographic apostrophe"),
        ("ja leider", False, "a word that judges"),
        ("so nicht", False, "the beginning of a phrase is none"),
        ("Nein.", True, "an answer that judges nothing"),
        ("No, no!", True, "an answer, twice"),
        ("Nein, so nicht.", False, "an answer and more"),
        ("Guten Tag!", True, "a greeting"),
        ("Ja okay, tschüss, schönen Tag noch", True, "a farewell"),
        ("Alright, bye. Have a nice day!", True, "an English farewell"),
        ("Have a nice delivery", False, "half a farewell"),
        ("okay, danke", False, "thanks"),
        ("right away", False, "a word in another use stands with others"),
        ("alles", False, "half a phrase"),
        ("4711", False, "a number says something"),
        ("", False, "no words at all"),
        ("😡", False, "an emoji is no backchannel"),
        ("?!", False, "nor are marks"),
    ],
)
def test_small_talk(passage: str, expected: bool, why: str) -> None:
    assert is_small_talk(passage) is expected, why


def moods_of(*turns: tuple[str, list[tuple[str, float | None, str]]]) -> list[TurnMood]:
    """Build a conversation of (role, [(segment, score, kind)])."""
    said = [{"role": role, "text": " ".join(words for words, _, _ in parts)} for role, parts in turns]
    talk = Document.from_turns(said)
    segments, sentiments, position = [], [], 0
    for _, parts in turns:
        for words, score, kind in parts:
            segments.append(Segment(position, position + len(words), kind=kind))  # type: ignore[arg-type]
            sentiments.append(None if score is None else mood(score))
            position += len(words) + 1
    return turn_moods(talk.text, talk.turns, segments, sentiments)


def test_a_long_sentence_weighs_more_than_a_short_one() -> None:
    [found] = moods_of(
        ("customer", [("Danke.", 0.9, "customer"), ("Das war die reine Zumutung heute.", -0.9, "customer")])
    )
    assert found.score == pytest.approx((6 * 0.9 - 33 * 0.9) / 39, abs=1e-6)


def test_how_finely_a_turn_is_cut_does_not_matter() -> None:
    [whole] = moods_of(("customer", [("aber das geht nicht", -0.5, "customer")]))
    [parts] = moods_of(("customer", [("aber das ", -0.5, "customer"), ("geht nicht", -0.5, "customer")]))
    assert whole.score == parts.score == -0.5


def test_backchannels_inside_a_turn_do_not_count() -> None:
    [found] = moods_of(("customer", [("Ja, genau.", 0.6, "customer"), ("Das ist ärgerlich.", -0.8, "customer")]))
    assert found.score == -0.8


@pytest.mark.parametrize(
    ("parts", "counted", "why"),
    [
        ([("Meine Nummer ist 12.", 0.02, "customer")], True, "neutral words count"),
        ([("mhm", -0.6, "customer")], False, "a backchannel, whatever was read into it"),
        ([("…", 0.0, "customer")], False, "neither words nor a mood"),
        ([("😡", -0.9, "customer")], True, "no words, but a mood"),
        ([("[NAME].", 0.6, "customer")], False, "words that were taken out"),
        ([("<unk> {{date}} XXXX ***", 0.6, "customer")], False, "words that were not understood"),
        ([("Yes, [NAME], hello", 0.6, "customer")], False, "small talk with a name that was taken out"),
        ([("[NAME] was rude.", -0.6, "customer")], True, "words beside a name"),
        ([("Guten Tag!", 0.5, "greeting")], False, "a greeting in a mail"),
        ([("Unser Fehler.", None, "agent")], False, "somebody else's words"),
        ([("Je ne sais pas.", None, "customer")], False, "words that were not read"),
    ],
)
def test_which_turns_count(parts: list[tuple[str, float | None, str]], counted: bool, why: str) -> None:
    assert bool(moods_of(("customer", parts))) is counted, why


def test_turns_keep_their_place() -> None:
    found = moods_of(
        ("agent", [("Hallo!", None, "agent")]),
        ("customer", [("Das ist gut.", 0.8, "customer")]),
        ("customer", [("ok", 0.1, "customer")]),
        ("customer", [("Das ist schlecht.", -0.8, "customer")]),
    )
    assert found == [TurnMood(1, 7, 19, 0.8), TurnMood(3, 23, 40, -0.8)]


@given(st.lists(st.tuples(st.integers(1, 40), st.floats(-1, 1).map(lambda v: round(v, 6))), min_size=1, max_size=8))
def test_a_turn_lies_between_its_segments(parts: list[tuple[int, float]]) -> None:
    [found] = moods_of(("customer", [("w" * length, score, "customer") for length, score in parts])) or [None]
    scores = [s for _, s in parts]
    assert found is not None
    assert min(scores) - 1e-6 <= found.score <= max(scores) + 1e-6


def test_an_annotation_without_its_document_says_what_to_do() -> None:
    talk = cxtext.annotate({"turns": [{"role": "customer", "text": "Das ist ärgerlich."}]})
    lost = cxtext.Annotation.from_dict(json.loads(json.dumps(talk.to_dict())))
    with pytest.raises(InputValueError, match="does not carry its document"):
        annotated_moods(lost)
    assert annotated_moods(replace(lost, document=talk.document)) == annotated_moods(talk)
    with pytest.raises(InputTypeError, match=r"an Annotation is needed.*got str"):
        annotated_moods("talk")  # type: ignore[arg-type]
