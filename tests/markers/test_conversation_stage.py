"""The stage conversation.v1 inside the default pipeline."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxtext
from cxtext.documents import Document
from cxtext.markers.trajectory import Trajectory

MENDED = [
    ("agent", "Guten Tag, was kann ich für Sie tun?"),
    ("customer", "Ich rufe jetzt zum dritten Mal an, das ist eine Frechheit!"),
    ("agent", "Das tut mir leid. Worum geht es?"),
    ("customer", "Mhm."),
    ("customer", "Die Rechnung ist wieder falsch und niemand hat sich gemeldet. Ich bin stinksauer."),
    ("agent", "Ich habe sie soeben korrigiert."),
    ("customer", "Und die Gutschrift fehlt auch noch, so ein schlechter Service!"),
    ("agent", "Die kommt morgen."),
    ("customer", "Oh, das ging ja schnell, vielen Dank!"),
    ("customer", "Sie haben mir wirklich toll geholfen. Alles bestens!"),
]
KEYS = [
    "turns", "start", "end", "mean", "trend", "end_weighted", "peak_positive", "peak_negative", "peak_end", "quarters",
    "recovery", "bad_goodbye",
]  # fmt: skip


def annotate(turns: list[tuple[str | None, str]], **fields: object) -> cxtext.Annotation:
    return cxtext.annotate({"turns": [{"role": role, "text": text} for role, text in turns], **fields})


def test_the_keys_are_a_contract() -> None:
    talk = annotate(MENDED).conversation
    assert talk is not None
    assert list(talk) == KEYS == list(Trajectory.keys())
    assert len(talk["quarters"]) == 4
    assert isinstance(talk["turns"], int)
    assert isinstance(talk["recovery"], bool)


def test_a_complaint_that_was_mended() -> None:
    talk = annotate(MENDED).conversation
    assert talk is not None
    assert talk["turns"] == 5, "'Mhm.' and the agent's turns are not counted"
    assert talk["start"] < -0.5 < 0.5 < talk["end"]
    assert (talk["recovery"], talk["bad_goodbye"]) == (True, False)


def test_a_talk_that_went_wrong() -> None:
    turns = [
        ("customer", "Hi, I love your shop, the last order was perfect."),
        ("agent", "Thank you! How can I help?"),
        ("customer", "The new one arrived broken and I want my money back."),
        ("agent", "That is not possible."),
        ("customer", "That is ridiculous. This is the worst service I have ever had."),
        ("customer", "Forget it, I am really angry now."),
    ]
    talk = annotate(turns).conversation
    assert talk is not None
    assert talk["start"] > 0 > talk["end"]
    assert talk["bad_goodbye"]
    assert talk["trend"] < 0


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({"text": "Alles gut. Alles schlecht. Alles egal."}, "no turns"),
        ({"turns": [{"role": "customer", "text": "Alles gut."}] * 2}, "two turns only"),
        ({"turns": [{"role": "agent", "text": "Alles gut?"}] * 5}, "the customer says nothing"),
        ({"turns": [{"role": "customer", "text": "Je suis très déçu, le colis est cassé."}] * 4}, "another language"),
        (
            {"turns": [{"role": "customer", "text": t} for t in ("Sehr gut.", "ja", "mhm", "okay", "Danke!")]},
            "listening",
        ),
        ({"turns": [{"role": "customer", "text": ""}] * 5}, "empty"),
    ],
)
def test_without_three_turns_that_say_something_there_is_none(document: dict[str, object], why: str) -> None:
    assert cxtext.annotate(document).conversation is None, why


def test_it_survives_json() -> None:
    talk = annotate(MENDED)
    assert cxtext.Annotation.from_dict(json.loads(json.dumps(talk.to_dict()))) == talk


def test_text_and_turns_with_offsets_say_the_same_as_turns_with_texts() -> None:
    talk = Document.from_turns([{"role": r, "text": t} for r, t in MENDED])
    spans = [{"start": t.start, "end": t.end, "role": t.role} for t in talk.turns]
    given_both = cxtext.annotate({"text": talk.text, "turns": spans})
    assert given_both == annotate(MENDED) == cxtext.annotate(talk)


others = st.lists(
    st.tuples(
        st.integers(0, len(MENDED)),
        st.sampled_from(["agent", "bot", "employee", "system"]),
        st.sampled_from(["Das ist ja schrecklich!", "Wonderful, thank you!", "", "Un moment s'il vous plaît", "?"]),
    ),
    max_size=4,
)


@settings(max_examples=20)
@given(others)
def test_nothing_that_others_say_moves_it(said: list[tuple[int, str, str]]) -> None:
    turns: list[tuple[str | None, str]] = list(MENDED)
    for place, role, text in said:
        turns.insert(place, (role, text))
    assert annotate(turns).conversation == annotate(MENDED).conversation
    without = [t for t in MENDED if t[0] == "customer"]
    assert annotate(without).conversation == annotate(MENDED).conversation


@settings(max_examples=10)
@given(st.lists(st.floats(0.01, 900), min_size=len(MENDED), max_size=len(MENDED)))
def test_however_long_turns_and_pauses_are_it_is_the_same(gaps: list[float]) -> None:
    clock, turns = 0.0, []
    for (role, text), gap in zip(MENDED, gaps, strict=True):
        turns.append({"role": role, "text": text, "start_time": clock, "end_time": clock + gap / 2})
        clock += gap
    assert cxtext.annotate({"turns": turns}).conversation == annotate(MENDED).conversation


def test_it_does_not_depend_on_the_conversations_beside_it() -> None:
    talks = [{"turns": [{"role": r, "text": t} for r, t in MENDED[k:]]} for k in range(5)]
    together = cxtext.annotate(talks)
    backwards = cxtext.annotate(talks[::-1])[::-1]
    assert together == backwards == [cxtext.annotate(t) for t in talks]
