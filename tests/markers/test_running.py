"""A conversation fed turn by turn: the same in the end as at once, and no turn is encoded twice."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxtext
from cxtext.encoder.runtime import Runtime
from cxtext.errors import InputTypeError, InputValueError
from cxtext.markers.running import RunningConversation
from cxtext.pipeline import Pipeline

SAID = [
    "Die Lieferung ist wieder nicht gekommen, das ist eine Zumutung!",
    "mhm",
    "The driver was friendly, but the app keeps crashing.",
    "Danke, das hilft mir sehr. Jetzt bin ich zufrieden.",
    "",
    " \n ",
    "Je ne comprends pas, le colis est perdu depuis longtemps.",
    "Guten Tag,\n\nmeine Rechnung ist falsch.\n\nViele Grüße\nA. Beispiel\n\nAm 01.03.2026 schrieb Service:\n> Hallo",
    "😡",
    "Anna Müller, anna.mueller@example.org, ich kündige.",
    "Die App \ud83d ist schlecht",
]
roles = st.sampled_from(["customer", "customer", "agent", "bot", None])
talks = st.lists(
    st.fixed_dictionaries({"role": roles, "text": st.sampled_from(SAID)}, optional={"speaker": st.just("S")}),
    max_size=7,
)


@pytest.fixture(scope="module")
def default() -> Pipeline:
    return Pipeline.default()


def feed_all(turns: list[dict[str, Any]], **options: Any) -> tuple[RunningConversation, list[Any]]:
    talk = RunningConversation(**options)
    return talk, [talk.feed(turn) for turn in turns]


@settings(max_examples=40)
@given(talks, st.sampled_from([None, "call", "email"]), st.sampled_from([None, "de", "en", "other"]))
def test_in_the_end_it_is_what_annotate_says(
    default: Pipeline, turns: list[dict[str, Any]], channel: str | None, language: str | None
) -> None:
    fields = {"id": "c", "channel": channel, "language": language, "question": "Was ist los?"}
    talk, states = feed_all(turns, pipeline=default, **fields)
    whole = cxtext.annotate({**fields, "turns": turns} if turns else {**fields, "text": ""})
    assert talk.annotation() == whole
    if turns:
        assert states[-1].conversation == whole.conversation
        if whole.status == "ok":
            assert states[-1].language == whole.language


def test_after_every_turn_it_is_what_annotate_says_of_the_turns_so_far(default: Pipeline) -> None:
    turns = [{"role": "agent" if i % 3 == 1 else "customer", "text": SAID[i % 4]} for i in range(12)]
    talk = RunningConversation(pipeline=default)
    for i, turn in enumerate(turns):
        state = talk.feed(turn)
        whole = cxtext.annotate({"turns": turns[: i + 1]})
        assert state.turn == i
        assert state.conversation == whole.conversation
        assert talk.annotation() == whole


def test_a_state_has_what_the_turn_says(default: Pipeline) -> None:
    talk = RunningConversation(pipeline=default)
    silent = talk.feed({"role": "agent", "text": "Das tut mir leid."})
    assert (silent.mood, silent.said.drivers.negative, silent.conversation) == (None, (), None)
    loud = talk.feed({"role": "customer", "text": "Der Kundendienst ist eine Katastrophe!"})
    assert loud.mood is not None
    assert loud.mood < -0.5
    [driver] = loud.said.drivers.negative
    assert driver.aspect is not None
    assert "Der Kundendienst ist eine Katastrophe!"[driver.aspect.start : driver.aspect.end] == "Kundendienst"
    assert talk.feed({"role": "customer", "text": "mhm"}).mood is None


def test_a_role_that_turns_up_late_takes_nameless_turns_back(default: Pipeline) -> None:
    talk, states = feed_all([{"text": "Das ist schlecht!"}] * 3, pipeline=default)
    assert states[-1].conversation is not None
    assert talk.feed({"role": "customer", "text": "Furchtbar."}).conversation is None
    assert talk.annotation().conversation is None


def test_each_turn_goes_through_the_network_once(default: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    rows: list[int] = []
    run = Runtime.run

    def count(self: Runtime, given: Any, **options: Any) -> Any:
        rows.append(len(given))
        return run(self, given, **options)

    monkeypatch.setattr(Runtime, "run", count)
    talk = RunningConversation(pipeline=default)
    for i, text in enumerate(SAID[:4]):
        rows.clear()
        talk.feed({"role": "customer", "text": f"{text} {i}"})
        assert sum(rows) == 1
    rows.clear()
    talk.feed({"role": "agent", "text": SAID[0]})
    talk.annotation()
    assert sum(rows) == 0


def test_masked_names_are_masked_in_the_end_as_annotate_masks_them() -> None:
    turns = [
        {"role": "customer", "text": SAID[9]},
        {"role": "customer", "text": "Anna Müller nochmal, das ist schlecht."},
    ]
    talk, states = feed_all(turns, pipeline=Pipeline.default(redact="mask"))
    assert talk.annotation() == cxtext.annotate({"turns": turns}, redact="mask")
    assert states[0].said.document is not None
    assert "anna" not in states[0].said.document.text.lower()


@pytest.mark.parametrize(
    ("turn", "error", "message"),
    [
        ("Hallo", InputTypeError, "a turn must be a mapping with 'text' and 'role', got str"),
        ({"role": "customer"}, InputTypeError, "turn 0 needs a 'text' of type str, got NoneType"),
        ({"text": "x", "rolle": "agent"}, InputValueError, "turn 0 has no field 'rolle'"),
        ({"text": "x", "role": "boss"}, InputValueError, "allowed: customer, agent"),
    ],
)
def test_a_wrong_turn_is_refused_and_changes_nothing(
    default: Pipeline, turn: Any, error: type[Exception], message: str
) -> None:
    talk = RunningConversation(pipeline=default)
    talk.feed({"role": "customer", "text": "Das ist gut."})
    before = talk.annotation()
    with pytest.raises(error, match=message):
        talk.feed(turn)
    assert talk.annotation() == before


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"channel": "fax"}, InputValueError, "Document.channel is 'fax'"),
        ({"chanel": "call"}, InputValueError, "a document has no field 'chanel'; did you mean 'channel'"),
        ({"text": "x"}, InputValueError, r"'text' comes in by feed\(\)"),
        ({"turns": []}, InputValueError, r"'turns' comes in by feed\(\)"),
        ({"pipeline": "p.toml"}, InputTypeError, "pipeline must be a cxtext.Pipeline or null, got str"),
    ],
)
def test_wrong_options_are_refused(options: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        RunningConversation(**options)
