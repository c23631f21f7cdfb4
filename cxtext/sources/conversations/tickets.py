"""Tickets, chats and ratings of help desks: Zendesk and Intercom. Internal notes are the agent's text."""

from collections.abc import Iterator, Mapping

from cxtext.documents import Channel, Document, Role
from cxtext.sources.cells import as_channel, as_number, as_time
from cxtext.sources.conversations.fields import at, first, rows, seconds, word
from cxtext.sources.conversations.talk import Place, Talk
from cxtext.sources.load_report import Reject
from cxtext.sources.mail_html import html_to_text

# A remark on how it went is feedback of its own, given afterwards.
_REMARK = "remark"
# Zendesk asks for a thumb; on the scale of csat, up is the best and down the worst.
_THUMBS = {"good": 5.0, "bad": 1.0}


def read_zendesk(value: Mapping[str, object], place: Place) -> Iterator[Document | Reject]:
    """Read a ticket with its comments: ``{"ticket": …, "comments": […], "users": […]}``, or comments in the ticket.

    Lists of tickets are without comments; the first of these is also the ticket's description.
    """
    ticket = value.get("ticket") if isinstance(value.get("ticket"), Mapping) else value
    comments = first(value, ("comments", "ticket.comments"))
    if comments is None and at(ticket, "description") is not None:
        comments = [
            {
                "author_id": first(ticket, ("submitter_id", "requester_id")),
                "body": at(ticket, "description"),
                "created_at": at(ticket, "created_at"),
            }
        ]
    if not isinstance(comments, list):
        yield place.reject("missing_field", "comments")
        return
    users = {key: user for user in rows(value, "users.*") if (key := word(at(user, "id")))}
    requester = word(at(ticket, "requester_id"))
    # Only agents can write notes.
    noting = {word(at(c, "author_id")) for c in comments if at(c, "public") is False} - {requester}
    talk = Talk(place, "zendesk", joint="\n\n")
    for comment in comments:
        if not isinstance(comment, Mapping):
            talk.fault("not_a_record", "comments.*")
            continue
        author = word(comment.get("author_id"))
        user = users.get(author or "")
        name = word(at(user, "name")) or author
        side = at(user, "role")
        if side is None and author is not None:
            side = "end-user" if author == requester else "system" if author == "-1" else None
            side = "agent" if author in noting else side
        role = "agent" if comment.get("public") is False else talk.role(side, name)
        talk.say(
            _zendesk_text(comment),
            "comments.*.body",
            speaker=name,
            role=role,
            start=seconds(comment.get("created_at"), "moment"),
            times="comments.*.created_at",
        )
    number = first(ticket, ("id",)) or first(value, ("ticket_id", "comments.0.ticket_id"))
    score = at(ticket, "satisfaction_rating.score")
    yield from talk.document(
        channel=_channel(first(ticket, ("via.channel",)) or at(value, "comments.0.via.channel"), None),
        origin=seconds(at(ticket, "created_at"), "moment"),
        scores={"csat": _THUMBS[score]} if isinstance(score, str) and score in _THUMBS else None,
        conversation=number,
        customer=requester,
    )
    yield from _remark(at(ticket, "satisfaction_rating.comment"), place, number)


def read_zendesk_survey(value: Mapping[str, object], place: Place) -> Iterator[Document | Reject]:
    """Read a response to a survey: a document for each answer in words, else an empty one for the rating."""
    response = value.get("survey_response") if isinstance(value.get("survey_response"), Mapping) else value
    given = at(response, "answers")
    if not isinstance(given, list):
        yield place.reject("missing_field", "answers")
        return
    answers = [answer for answer in given if isinstance(answer, Mapping)]
    if len(answers) < len(given):
        yield place.reject("not_a_record", "answers.*")
    rating = next((r for answer in answers if (r := as_number(answer.get("rating"))) is not None), None)
    if rating is not None and not 1 <= rating <= 5:
        place.file.report.out_of_scale["csat"] += 1
        rating = None
    words = [a for a in answers if a.get("rating") is None and isinstance(a.get("value"), str)]
    words = [a for a in words if a["value"].strip()]
    given_at = first(response, ("created_at", "answers.0.created_at", "answers.0.updated_at"))
    for number, answer in enumerate(words or [{}], 1):
        asked = first(answer, ("question.text", "question.headline", "question.title"))
        yield Document(
            text=str(answer.get("value", "")).strip(),
            id=place.id if len(words) < 2 else f"{place.id}:{number}",
            channel="survey",
            created_at=as_time(first(answer, ("created_at",)) or given_at, order="dmy", zone=place.file.options.zone),
            language=place.file.options.language,
            question=asked if isinstance(asked, str) and asked.strip() else None,
            scores={} if rating is None else {"csat": rating},
            attributes={"respondent": place.id} if len(words) > 1 else {},
        )


def _zendesk_text(comment: Mapping[str, object]) -> object:
    plain = first(comment, ("plain_body", "body"))
    return plain if plain is not None else _text_of_html(comment.get("html_body"))


def _text_of_html(markup: object) -> object:
    return html_to_text(markup) if isinstance(markup, str) and markup.strip() else markup


def read_intercom(value: Mapping[str, object], place: Place) -> Iterator[Document | Reject]:
    """Read a conversation: what began it (``source``), and its parts. Parts without words are skipped."""
    source, parts = value.get("source"), at(value, "conversation_parts.conversation_parts")
    if not isinstance(source, Mapping) or not isinstance(parts, list):
        yield place.reject("missing_field", "conversation_parts" if isinstance(source, Mapping) else "source")
        return
    talk = Talk(place, "intercom", joint="\n\n")
    begun = {**source, "created_at": value.get("created_at")}
    for part, column in [(begun, "source"), *((part, "conversation_parts.*") for part in parts)]:
        if not isinstance(part, Mapping):
            talk.fault("not_a_record", column)
            continue
        if part.get("body") is None:  # somebody was assigned, or the chat was closed
            if "body" not in part:
                talk.fault("missing_field", f"{column}.body")
            continue
        speaker = word(at(part, "author.name")) or word(at(part, "author.id"), str(at(part, "author.type") or ""))
        talk.say(
            _text_of_html(part["body"]),
            f"{column}.body",
            speaker=speaker,
            role=_intercom_role(part, talk, speaker),
            start=seconds(part.get("created_at"), "s"),
            times=f"{column}.created_at",
        )
    rating = as_number(at(value, "conversation_rating.rating"))
    if rating is not None and not 1 <= rating <= 5:
        place.file.report.out_of_scale["csat"] += 1
        rating = None
    number = value.get("id")
    yield from talk.document(
        channel=_channel(source.get("type"), "chat"),
        scores=None if rating is None else {"csat": rating},
        conversation=number,
        customer=at(value, "contacts.contacts.0.id"),
    )
    yield from _remark(at(value, "conversation_rating.remark"), place, number)


def _intercom_role(part: Mapping[str, object], talk: Talk, speaker: str | None) -> Role | None:
    if part.get("part_type") == "note":
        return "agent"
    machine = ("from_ai_agent", "is_ai_answer", "author.from_ai_agent", "author.is_ai_answer")
    if any(at(part, path) is True for path in machine):
        return "bot"
    return talk.role(at(part, "author.type"), speaker)


def _channel(name: object, otherwise: Channel | None) -> Channel | None:
    # "web" is the form on a page, "api" a program: of both, nobody knows how the customer wrote.
    return as_channel(name) or otherwise


def _remark(text: object, place: Place, conversation: object) -> Iterator[Document | Reject]:
    if isinstance(text, str) and text.strip():
        number = word(conversation)
        yield Document(
            text=text.strip(),
            id=f"{place.id}:{_REMARK}",
            channel="survey",
            language=place.file.options.language,
            attributes={"conversation": number} if number else {},
        )
