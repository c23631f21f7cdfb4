"""The stage ``markers.v1``: cxtext.markers.stage, cxtext.markers.kinds and cxtext.markers.urgency."""

import pytest

import cxtext
from cxtext.documents import Document
from cxtext.markers.kinds import kind_of
from cxtext.markers.urgency import assess
from cxtext.pipeline import Pipeline, make_stage

CHAIN = ("language.v1", "segment.v1", "encode.v1", "sentiment.v1", "drivers.v1")


def found(text: str) -> set[str]:
    return {f"{m.type}:{k}" if (k := kind_of(m)) else m.type for m in cxtext.annotate(text).markers}


@pytest.mark.parametrize(
    ("text", "expected", "why"),
    [
        ("Ich kündige hiermit meinen Vertrag.", "churn", "a verb in its place"),
        ("also ich äh kündige jetzt halt meinen vertrag", "churn", "spoken: no marks, fillers"),
        ("ICH KUENDIGE MEINEN VERTRAG!!!", "churn", "capitals, umlaut spelled out"),
        ("I'm taking my business elsewhere.", "churn", "an idiom"),
        ("um i want to like cancel my subscription", "churn", "spoken"),
        ("Im Flur riecht es nach Gas.", "urgency:safety", "danger"),
        ("My solicitor will be in touch.", "urgency:legal", "law"),
        ("Seit vier Wochen keine Antwort!", "urgency:unanswered", "silence"),
        ("I was transferred four times.", "effort:transferred", "passed on"),
        ("Ich rufe schon zum dritten Mal an.", "effort:repeat_contact", "again and again"),
        ("Ich möchte mich beschweren.", "complaint", "named, in a friendly tone"),
        ("I want to make a complaint.", "complaint", "named, as if it were a request"),
        ("von acht bis vier kam keiner ich koche vor wut", "anger", "no mark between denied and felt"),
        ("der alarm geht nicht los rufen sie die feuerwehr", "request", "no mark before a command"),
    ],
)
def test_what_is_said_is_marked(text: str, expected: str, why: str) -> None:
    assert expected in found(text), why


@pytest.mark.parametrize(
    ("text", "unexpected", "why"),
    [
        ("Ich kündige nicht.", "churn", "denied behind the verb"),
        ("Ich habe gesagt, dass ich nicht kündigen will.", "churn", "denied in a clause whose verb is last"),
        ("Ich habe nicht vor, den Vertrag zu kündigen.", "churn", "denied in the clause above"),
        ("I don't think that I will cancel my contract.", "churn", "denied in the clause above"),
        ("Mein Nachbar hat bei euch gekündigt.", "churn", "somebody else"),
        ("Ich arbeite als Anwalt.", "urgency:legal", "a profession"),
        ("Thanks in advance.", "gratitude", "a formula"),
        ("Ich möchte mich beschweren.", "request", "no act but a complaint"),
        ("Ich möchte mich beschweren.", "anger", "no feeling in words"),
        ("I want to make a complaint.", "request", "no act but a complaint"),
        ("I don't want to complain.", "complaint", "denied"),
        ("Ich kann mich nicht beschweren.", "complaint", "denied"),
    ],
)
def test_what_is_denied_or_meant_otherwise_is_not(text: str, unexpected: str, why: str) -> None:
    assert unexpected not in found(text), why


def test_only_the_customers_words_are_read() -> None:
    call = Document.from_turns(
        [
            {"role": "agent", "speaker": "A", "text": "Wollen Sie den Vertrag kündigen?"},
            {"role": "customer", "speaker": "B", "text": "Ich rufe schon zum dritten Mal an."},
        ]
    )
    [annotation] = Pipeline([*CHAIN, "markers.v1"]).run([call])
    assert annotation.markers
    assert all(m.start >= call.turns[1].start for m in annotation.markers)


def test_agents_are_read_where_asked_for_and_only_for_what_agents_do() -> None:
    call = Document.from_turns(
        [
            {"role": "customer", "speaker": "B", "text": "Das tut mir leid, ich verstehe."},
            {"role": "agent", "speaker": "A", "text": "Das tut mir sehr leid. Da kann ich leider nichts machen."},
        ]
    )
    [silent] = Pipeline([*CHAIN, "markers.v1"]).run([call])
    [asked] = Pipeline([*CHAIN, make_stage("markers.v1", agent=True)]).run([call])
    own = [m for m in asked.markers if m not in silent.markers]
    assert {m.type for m in own} == {"apologise", "policy_wall"}
    assert all(m.start >= call.turns[1].start for m in own)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Im Keller riecht es nach Gas!", "critical"),
        ("I will take you to court.", "critical"),
        ("Seit Wochen keine Antwort.", "high"),
        ("Ich kündige.", "high"),
        ("Could you resend the invoice?", "low"),
        ("Die Beratung war freundlich.", "none"),
    ],
)
def test_urgency_has_a_level_by_its_most_pressing_reason(text: str, level: str) -> None:
    urgency = assess(cxtext.annotate(text))
    assert urgency.level == level
    assert urgency.needs_response == (level != "none") == bool(urgency.reasons)
    assert 0 <= urgency.score <= 1
