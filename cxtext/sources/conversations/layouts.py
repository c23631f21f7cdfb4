"""Formats that are a list of utterances: where the list is, and which field is what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cxtext.documents import Channel, Document
from cxtext.sources.cells import as_channel
from cxtext.sources.conversations.fields import Unit, at, first, rows, seconds, word
from cxtext.sources.conversations.talk import Place, Talk
from cxtext.sources.load_report import Reject

Times = tuple[tuple[str, Unit], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where a transcript has what. Of several paths, the first that is there counts.

    Parameters
    ----------
    platform
        Whose words for roles are used, see ``speaker_roles.toml``.
    rows
        The utterances; the other paths below begin at one of them, up to ``only``.
    text
        The words.
    speaker
        Who speaks, and the word that stands before a mere number.
    role
        What the platform calls that side of the conversation.
    start, end, duration
        Times and their units.
    only
        Values that a field must have, where it is there: others are no utterances.
    people
        A list of participants, the key of their id, and that of their role: for utterances that name only an id.
    origin, language, conversation, channel_name
        When it began, its language, its id and its channel, from the whole object.
    channel
        The channel, where ``channel_name`` does not say it.
    """

    platform: str
    rows: str
    text: tuple[str, ...]
    speaker: tuple[tuple[str, str], ...] = ()
    role: tuple[str, ...] = ()
    start: Times = ()
    end: Times = ()
    duration: Times = ()
    only: Mapping[str, tuple[str, ...]] | None = None
    people: tuple[str, str, str] | None = None
    origin: Times = ()
    language: tuple[str, ...] = ()
    conversation: tuple[str, ...] = ()
    channel_name: str | None = None
    channel: Channel = "call"


def read_layout(value: Mapping[str, object], place: Place, layout: Layout) -> Iterator[Document | Reject]:
    """Read one conversation."""
    base = layout.rows.partition(".*")[0]
    if not isinstance(at(value, base), list):
        yield place.reject("missing_field", base)
        return
    talk = Talk(place, layout.platform)
    people = _people(value, layout)
    for row in rows(value, layout.rows):
        if not isinstance(row, Mapping):
            talk.fault("not_a_record", layout.rows)
            continue
        if any((found := at(row, key)) is not None and found not in ok for key, ok in (layout.only or {}).items()):
            continue
        speaker = next((s for path, prefix in layout.speaker if (s := word(at(row, path), prefix))), None)
        label = first(row, layout.role)
        label = people.get(label, label) if isinstance(label, str) else label
        start, end = _time(row, layout.start), _time(row, layout.end)
        lasting = _time(row, layout.duration)
        if end is None and start is not None and lasting is not None:
            end = round(start + lasting, 3)
        talk.say(
            first(row, layout.text),
            f"{layout.rows}.{layout.text[0]}",
            speaker=speaker or word(label),
            role=talk.role(label, speaker),
            start=start,
            end=end,
            times=f"{layout.rows}.{layout.start[0][0]}" if layout.start else None,
        )
    channel = as_channel(at(value, layout.channel_name)) if layout.channel_name else None
    yield from talk.document(
        channel=channel or layout.channel,
        origin=_time(value, layout.origin),
        language=first(value, layout.language),
        conversation=first(value, layout.conversation),
    )


def _people(value: Mapping[str, object], layout: Layout) -> dict[str, object]:
    if layout.people is None:
        return {}
    path, key, role = layout.people
    return {
        name: found
        for person in rows(value, path)
        if (name := word(at(person, key))) and (found := at(person, role)) is not None
    }


def _time(row: object, times: Times) -> float | None:
    return next((s for path, unit in times if (s := seconds(at(row, path), unit)) is not None), None)
