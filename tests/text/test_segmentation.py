import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtext.documents import Document
from cxtext.pipeline import Draft
from cxtext.text.segmentation import SegmentText, segment

MAIL = "Guten Tag,\nIhre App stürzt ab. Bitte helfen Sie.\nMfG\nMax Muster\n\nAm 3.5.2026 schrieb Service:\n> Danke.\n"


def shown(document):
    return [(s.kind, document.text[s.start : s.end]) for s in segment(document)]


def test_a_mail_is_cut_into_kinds():
    assert shown(Document(text=MAIL, channel="email")) == [
        ("greeting", "Guten Tag,"),
        ("customer", "Ihre App stürzt ab."),
        ("customer", "Bitte helfen Sie."),
        ("closing", "MfG"),
        ("signature", "Max Muster"),
        ("quoted_reply", "Am 3.5.2026 schrieb Service:\n> Danke."),
    ]


def test_a_text_that_is_clearly_a_mail_needs_no_channel():
    assert shown(Document(text=MAIL)) == shown(Document(text=MAIL, channel="email"))


def test_a_comment_is_no_mail():
    assert {kind for kind, _ in shown(Document(text="Hallo,\nalles super\nweiter so", channel="survey"))} == {
        "customer"
    }


def test_old_mail_has_no_role_and_the_signature_has_the_writers():
    roles = {s.kind: s.role for s in segment(Document(text=MAIL, channel="email"))}
    assert roles["quoted_reply"] is None
    assert roles["signature"] == "customer"


@pytest.mark.parametrize(
    ("role", "kind"),
    [("customer", "customer"), ("agent", "agent"), ("employee", "agent"), ("bot", "system"), ("system", "system")],
)
def test_the_author_decides_whose_voice_it_is(role, kind):
    assert [(s.role, s.kind) for s in segment(Document(text="Alles gut.", author_role=role))] == [(role, kind)]


def test_no_segment_crosses_a_turn():
    document = Document.from_turns(
        [
            {"speaker": "A", "role": "agent", "text": "guten tag was kann"},
            {"speaker": "B", "role": "customer", "text": "ich für sie tun. nichts"},
        ]
    )
    assert [(s.speaker, s.kind, document.text[s.start : s.end]) for s in segment(document)] == [
        ("A", "agent", "guten tag was kann"),
        ("B", "customer", "ich für sie tun."),
        ("B", "customer", "nichts"),
    ]


def test_turns_without_any_role_are_the_customers():
    document = Document.from_turns([{"speaker": "A", "text": "Hallo."}, {"speaker": "B", "text": "Nein."}])
    assert {s.kind for s in segment(document)} == {"customer"}


def test_a_turn_without_role_among_others_with_role_is_unknown():
    document = Document.from_turns([{"role": "agent", "text": "Hallo."}, {"text": "Nein."}])
    assert [s.kind for s in segment(document)] == ["agent", "unknown"]


def test_old_mail_below_an_answer_in_a_ticket_is_not_the_customers():
    answer = "Guten Tag,\ndas Paket fehlt noch immer.\n\nAm 01.03.2026 um 09:00 schrieb Service:\n> Ihr Paket kommt.\n"
    document = Document.from_turns(
        [
            {"speaker": "Mia", "role": "customer", "text": answer},
            {"speaker": "Service", "role": "agent", "text": "Hallo Mia,\nwir suchen es.\n\nViele Grüße\nService"},
        ],
        channel="email",
    )

    found = [(s.kind, s.role, document.text[s.start : s.end].splitlines()[-1]) for s in segment(document)]

    assert found[:2] == [
        ("greeting", "customer", "Guten Tag,"),
        ("customer", "customer", "das Paket fehlt noch immer."),
    ]
    assert found[2] == ("quoted_reply", None, "> Ihr Paket kommt.")
    assert {(kind, role) for kind, role, _ in found[3:]} == {("agent", "agent")}


def test_text_outside_the_turns_is_nobodys_voice():
    document = Document(text="Kunde: Nein.", turns=({"start": 7, "end": 12, "role": "customer"},))
    assert shown(document) == [("system", "Kunde:"), ("customer", "Nein.")]


TEXTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["", " ", "😊", MAIL, "Der Zug war gut.Aber teuer\n- Liste\n- noch eine", "\ud800 a", "\x00", "> a\n> b"]
    ),
)


@given(TEXTS, st.sampled_from([None, "email", "survey"]))
def test_every_character_is_in_exactly_one_segment(text, channel):
    position = 0
    for s in segment(Document(text=text, channel=channel)):
        assert position <= s.start < s.end <= len(text)
        assert text[position : s.start].strip() == ""
        assert text[s.start : s.end] == text[s.start : s.end].strip()
        position = s.end
    assert text[position:].strip() == ""


@given(st.lists(TEXTS, max_size=5))
def test_a_batch_gives_what_single_documents_give(texts):
    stage = SegmentText()
    drafts = [Draft(document=Document(text=t)) for t in texts]
    assert stage.predict(drafts) == [stage.predict([d])[0] for d in drafts]
