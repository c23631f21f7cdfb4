"""What was said in one conversation, collected message by message, into a document and rejects."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from cxtext.documents import Channel, Document, LanguageCode, Role
from cxtext.sources.cells import as_language
from cxtext.sources.columns import plain_header
from cxtext.sources.conversations.fields import SINCE_1970, are_sound, word
from cxtext.sources.input import InputFile
from cxtext.sources.load_report import Reason, Reject
from cxtext.sources.transcripts import Utterance, platform_roles, role_of, turns_of


@dataclass(frozen=True, slots=True)
class Place:
    """Where a conversation or review stands: in which file, as which one (from 1), and where it begins."""

    file: InputFile
    number: int
    byte: int | None = None
    length: int | None = None

    @property
    def id(self) -> str:
        """Id of the document."""
        return f"{self.file.name}#{self.number}"

    def reject(self, reason: Reason, column: str | None = None) -> Reject:
        """Say what could not be read."""
        return Reject(self.file.name, reason, row=self.number, byte=self.byte, column=column, length=self.length)

    def language(self, value: object) -> LanguageCode | None:
        """Give the language that the source declares, else that of the options."""
        declared = as_language(value)
        self.file.report.unknown_languages += value not in (None, "") and declared is None
        return declared or self.file.options.language


class Talk:
    """Collects a conversation.

    Parameters
    ----------
    place
        Where it stands.
    platform
        Whose words for roles it uses, see ``speaker_roles.toml``.
    joint
        What stands between pieces that one speaker says in a row.
    """

    def __init__(self, place: Place, platform: str, *, joint: str = " ") -> None:
        self._place = place
        self._platform = platform_roles(platform)
        self._joint = joint
        self._said: list[Utterance] = []
        self._faults: Counter[tuple[Reason, str]] = Counter()

    def fault(self, reason: Reason, column: str) -> None:
        """Note that something of this conversation cannot be read; each kind is one reject."""
        self._faults[reason, column] += 1

    def role(self, label: object, speaker: object = None) -> Role | None:
        """Give the role that the caller's own words, the platform's, or usual words say; null if none does."""
        own = self._place.file.options.roles
        words = [found for value in (speaker, label) if (found := word(value))]
        named = {plain_header(name): role for name, role in own.items()}
        for found in words:
            if plain_header(found) in named:
                return named[plain_header(found)]
        for found in reversed(words):
            if role := self._platform.get(plain_header(found)) or role_of(found, own):
                return role
        return None

    def say(
        self,
        text: object,
        column: str,
        *,
        speaker: str | None = None,
        role: Role | None = None,
        start: float | None = None,
        end: float | None = None,
        times: str | None = None,
    ) -> None:
        """Add what somebody says; ``column`` and ``times`` name the fields of the words and of the times.

        Times that are NaN, or end before they begin, are left out and counted; the words are kept.
        """
        if text is None:
            self.fault("missing_field", column)
            return
        if not isinstance(text, str):
            self.fault("not_text", column)
            return
        if not are_sound(start, end):
            self.fault("bad_time", times or column)
            start = end = None
        # Speech has no lines.
        words = " ".join(text.split()) if self._joint == " " else "\n".join(text.splitlines()).strip()
        if words:
            self._said.append(Utterance(words, speaker, start, end, role))

    def document(
        self,
        *,
        channel: Channel | None,
        origin: float | None = None,
        language: object = None,
        scores: Mapping[str, float] | None = None,
        conversation: object = None,
        customer: object = None,
    ) -> Iterator[Document | Reject]:
        """Give the conversation, and a reject for every kind of thing that could not be read.

        ``origin`` is when it began, in seconds since 1970; otherwise the first time since 1970 is.
        """
        place = self._place
        place.file.report.unreadable_times += sum(n for (reason, _), n in self._faults.items() if reason == "bad_time")
        if self._said or not self._faults:
            begin, said = _one_clock(self._said, origin)
            attributes: dict[str, Any] = {"conversation": word(conversation)} if word(conversation) else {}
            if place.file.options.columns.customer is not None and word(customer):
                attributes["customer"] = word(customer)
            yield Document.from_turns(
                turns_of(said, place.file.options.roles, joint=self._joint),
                id=place.id,
                channel=channel,
                created_at=None if begin is None else datetime.fromtimestamp(begin, UTC),
                language=place.language(language),
                scores=dict(scores or {}),
                attributes=attributes,
            )
        for reason, column in self._faults:
            yield place.reject(reason, column)


def _one_clock(said: list[Utterance], origin: float | None) -> tuple[float | None, list[Utterance]]:
    """Let all times count from the beginning of the conversation, and put what was said in their order."""
    if origin is not None and not origin >= SINCE_1970:  # NaN too
        origin = None
    moments = [u.start_time for u in said if u.start_time is not None and u.start_time >= SINCE_1970]
    if moments:
        origin = min([*moments, origin] if origin is not None else moments)
    if origin is not None:
        said = [replace(u, start_time=_since(u.start_time, origin), end_time=_since(u.end_time, origin)) for u in said]
    # Platforms list one channel after the other. Where a time is missing, the order of the file is all there is.
    starts = [u.start_time for u in said]
    if all(start is not None for start in starts):
        said = sorted(said, key=lambda u: u.start_time or 0.0)
    return origin, said


def _since(time: float | None, origin: float) -> float | None:
    return time if time is None or time < SINCE_1970 else round(time - origin, 3)
