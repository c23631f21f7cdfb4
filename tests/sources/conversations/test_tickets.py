import json

import pytest

from cxtext.sources import Columns, read
from cxtext.text.segmentation import segment


def read_value(tmp_path, value, **options):
    path = tmp_path / "a.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    reading = read(path, **options)
    return list(reading), reading.report


def comment(author, body="Text.", **more):
    return {"author_id": author, "body": body, "public": True, "created_at": "2026-02-03T10:00:00Z", **more}


@pytest.mark.parametrize(
    ("said", "role", "why"),
    [
        (comment(20), "customer", "who asked"),
        (comment(20, public=False), "agent", "an internal note is never the customer's"),
        (comment(7), "agent", "known as an agent"),
        (comment(8), "agent", "known as an admin"),
        (comment(21), "customer", "a second end user"),
        (comment(-1), "system", "a trigger"),
        (comment(99), None, "nobody says who that is"),
        (comment(30), "agent", "wrote a note elsewhere, as only agents can"),
        (comment(None), None, "no author"),
    ],
)
def test_roles_in_a_ticket_of_zendesk(tmp_path, said, role, why):
    users = [{"id": 7, "role": "agent"}, {"id": 8, "role": "admin"}, {"id": 21, "role": "end-user"}]

    (document,), _ = read_value(
        tmp_path,
        {
            "ticket": {"id": 1, "requester_id": 20},
            "comments": [said, comment(20), comment(30, public=False)],
            "users": users,
        },
    )

    assert document.turns[0].role == role, why


def test_a_requester_whose_name_looks_like_an_agents_is_a_customer(tmp_path):
    value = {"ticket": {"requester_id": 20}, "comments": [comment(20)], "users": [{"id": 20, "name": "Service Muster"}]}

    (document,), _ = read_value(tmp_path, value)

    assert document.turns[0].role == "customer"


def test_an_internal_note_feeds_nothing(tmp_path):
    (document,), _ = read_value(
        tmp_path,
        {
            "ticket": {"requester_id": 20},
            "comments": [comment(20, "Es klemmt."), comment(7, "Er nervt.", public=False)],
        },
    )

    kinds = {document.text[s.start : s.end]: s.kind for s in segment(document)}
    assert kinds == {"Es klemmt.": "customer", "Er nervt.": "agent"}


def test_authors_can_be_given_roles(tmp_path):
    (document,), _ = read_value(tmp_path, {"comments": [comment(5), comment(6)]}, roles={"5": "customer", "6": "agent"})

    assert [t.role for t in document.turns] == ["customer", "agent"]


@pytest.mark.parametrize(
    ("bodies", "expected", "why"),
    [
        ({"plain_body": "Nur Text."}, "Nur Text.", "plain text first"),
        ({"body": "Text.", "html_body": "<p>HTML.</p>"}, "Text.", "then the body"),
        ({"body": None, "html_body": "<p>Ja,<br>gern &amp; bald.</p>"}, "Ja,\ngern & bald.", "else HTML as text"),
    ],
)
def test_text_of_a_comment(tmp_path, bodies, expected, why):
    (document,), _ = read_value(tmp_path, {"comments": [{"author_id": 1, **bodies}]})

    assert document.text == expected, why


@pytest.mark.parametrize(
    ("rating", "expected"), [("good", {"csat": 5}), ("bad", {"csat": 1}), ("offered", {}), (3, {})]
)
def test_thumbs_of_zendesk_are_the_ends_of_csat(tmp_path, rating, expected):
    documents, _ = read_value(
        tmp_path, {"ticket": {"satisfaction_rating": {"score": rating}}, "comments": [comment(1)]}
    )

    assert [dict(d.scores) for d in documents] == [expected]


@pytest.mark.parametrize(
    ("writer", "role", "why"),
    [
        ({"requester_id": 20}, "customer", "who asked wrote it"),
        ({"requester_id": 20, "submitter_id": 20}, "customer", "who asked handed it in"),
        ({"requester_id": 20, "submitter_id": 7}, None, "somebody else wrote it down"),
    ],
)
def test_a_ticket_without_comments_has_its_description(tmp_path, writer, role, why):
    ticket = {"id": 3, "description": "Der Toaster raucht.", "created_at": "2026-02-03T10:00:00Z", **writer}

    for value in ({"tickets": [ticket]}, {"ticket": ticket}, ticket):
        (document,), report = read_value(tmp_path, value)
        assert (document.text, document.turns[0].role) == ("Der Toaster raucht.", role), why
        assert document.created_at.isoformat() == "2026-02-03T10:00:00+00:00"
        assert report.rejects == []


def survey_response(*answers):
    return {"answers": list(answers), "expires_at": "2026-03-01T00:00:00Z", "survey_id": "s", "survey_version": 2}


RATED = {"type": "rating_scale", "rating": 2, "rating_category": "bad", "created_at": "2026-02-03T10:00:00Z"}


def test_a_response_to_a_survey_of_zendesk_has_its_rating_and_question(tmp_path):
    said = {"type": "open_ended", "value": "Der Techniker kam nie.", "question": {"text": "Warum?"}}

    for value in (
        survey_response(RATED, said),
        {"survey_response": {"id": "1", **survey_response(said, RATED)}},
        {"survey_responses": [survey_response(RATED, said)]},
    ):
        (document,), _ = read_value(tmp_path, value)
        assert (document.text, document.question, document.channel) == ("Der Techniker kam nie.", "Warum?", "survey")
        assert dict(document.scores) == {"csat": 2}


@pytest.mark.parametrize(
    ("answers", "texts", "scores", "why"),
    [
        ([RATED], [""], {"csat": 2}, "a rating without words counts"),
        ([{"type": "open_ended", "value": "Gut."}, {"type": "open_ended", "value": "Schnell."}], ["Gut.", "Schnell."],
         {}, "two answers of one person"),
        ([{**RATED, "rating": 9}, {"value": "Gut."}], ["Gut."], {}, "a rating that is not on the scale"),
        ([{"type": "open_ended", "value": None}, {"value": " "}], [""], {}, "nothing was answered"),
    ],
)  # fmt: skip
def test_answers_to_a_survey_of_zendesk(tmp_path, answers, texts, scores, why):
    documents, _ = read_value(tmp_path, survey_response(*answers))

    assert [d.text for d in documents] == texts, why
    assert [dict(d.scores) for d in documents] == [scores] * len(texts)
    assert len({d.attributes.get("respondent") for d in documents}) == 1


def test_customers_are_told_apart_only_where_that_is_asked_for(tmp_path):
    value = {"ticket": {"requester_id": 20}, "comments": [comment(20)]}

    assert "customer" not in read_value(tmp_path, value)[0][0].attributes
    (document,), _ = read_value(tmp_path, value, columns=Columns(customer="requester"))
    assert document.attributes["customer"] == "20"


def intercom(*parts, **source):
    begun = {"type": "conversation", "body": "<p>Hi!</p>", "author": {"type": "lead", "id": "l"}, **source}
    return {
        "id": "1",
        "created_at": 1770120000,
        "source": begun,
        "conversation_parts": {"conversation_parts": list(parts)},
    }


def part(author, **more):
    return {"part_type": "comment", "body": "<p>Ja.</p>", "created_at": 1770120009, "author": author, **more}


@pytest.mark.parametrize(
    ("said", "role", "why"),
    [
        (part({"type": "user", "id": "u"}), "customer", "a user"),
        (part({"type": "admin", "id": "a"}), "agent", "an admin"),
        (part({"type": "team", "id": "t"}), "agent", "a team"),
        (part({"type": "bot", "id": "b"}), "bot", "a bot"),
        (part({"type": "admin", "id": "a", "from_ai_agent": True}), "bot", "a machine in the place of an admin"),
        (part({"type": "admin", "id": "a"}, is_ai_answer=True), "bot", "an answer of a machine"),
        (part({"type": "admin", "id": "a"}, part_type="note"), "agent", "an internal note"),
        (part({"type": "user", "id": "u"}, part_type="note"), "agent", "a note is a note"),
        (part({"type": "alien", "id": "x"}), None, "unknown words stay unknown"),
        (part(None), None, "no author"),
    ],
)
def test_roles_in_a_conversation_of_intercom(tmp_path, said, role, why):
    (document,), _ = read_value(tmp_path, intercom(said))

    assert document.turns[0].role == "customer"
    assert document.turns[-1].role == role, why


def test_parts_without_words_are_skipped(tmp_path):
    (document,), report = read_value(tmp_path, intercom(part({"type": "admin", "id": "a"}, body=None)))

    assert len(document.turns) == 1
    assert report.rejects == []


@pytest.mark.parametrize(("kind", "channel"), [("email", "email"), ("sms", "sms"), ("whatsapp", "chat"), ("?", "chat")])
def test_channels_of_intercom(tmp_path, kind, channel):
    (document,), _ = read_value(tmp_path, intercom(type=kind))

    assert document.channel == channel


def test_ten_thousand_tags_within_tags_are_text(tmp_path):
    (document,), _ = read_value(tmp_path, intercom(body="<div>" * 10_000 + "Hilfe!"))

    assert document.text == "Hilfe!"
