"""Documents into segments: sentences, each with who says it and whether it is the customer's own voice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from cxtext.documents import Document, Kind, Role, Segment
from cxtext.pipeline import Draft
from cxtext.text import replies, sentences

_KIND_OF_ROLE: dict[Role, Kind] = {
    "customer": "customer",
    "agent": "agent",
    "employee": "agent",
    "bot": "system",
    "system": "system",
}


# Whoever wrote such words, it is not known to be the author of the mail that they stand in.
_FOREIGN = frozenset({"quoted_reply", "forwarded", "disclaimer"})


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of text of one speaker and one kind."""

    start: int
    end: int
    speaker: str | None
    role: Role | None
    kind: Kind


def segment(document: Document) -> tuple[Segment, ...]:
    r"""Cut a document into segments.

    Segments stand in order, do not overlap and have no white space at their edges; every other character of the text is
    in exactly one. None crosses a turn. In mails, and in texts and turns that are clearly mails, old mail, greetings,
    closings, signatures and legal notices become segments of their own kind.

    Turns without a role are the customer's where no turn has one, and of kind ``"unknown"`` where others have: then
    somebody knew who the customer is, and did not say it of this turn. Text outside the turns (the names of speakers, a
    title) is nobody's voice and of kind ``"system"``.

    Parameters
    ----------
    document
        Of any language and channel.

    Examples
    --------
    >>> text = "Hallo Frau Weiß,\nIhre App stürzt ab. Der Kundendienst ist nett.\nLG Max"
    >>> document = Document(text=text, channel="email")
    >>> [(s.kind, document.text[s.start : s.end]) for s in segment(document)]
    [('greeting', 'Hallo Frau Weiß,'), ('customer', 'Ihre App stürzt ab.'),
     ('customer', 'Der Kundendienst ist nett.'), ('closing', 'LG Max')]
    >>> talk = Document.from_turns([{"role": "agent", "text": "How are you?"}, {"role": "customer", "text": "Angry."}])
    >>> [(s.kind, talk.text[s.start : s.end]) for s in segment(talk)]
    [('agent', 'How are you?'), ('customer', 'Angry.')]
    """
    return tuple(
        Segment(start=start, end=end, speaker=part.speaker, role=part.role, kind=part.kind)
        for part in _parts(document)
        for start, end in _cut(document.text, part)
    )


def _cut(text: str, part: _Part) -> list[tuple[int, int]]:
    if part.kind in ("customer", "agent", "system", "unknown"):
        return sentences.split(text, part.start, part.end)
    return sentences.paragraphs(text, part.start, part.end)


def _parts(document: Document) -> Iterator[_Part]:
    if document.turns:
        yield from _turns(document)
        return
    role = document.author_role
    yield from _written(document, _Part(0, len(document.text), None, role, _KIND_OF_ROLE[role]))


def _written(document: Document, own: _Part) -> Iterator[_Part]:
    """Give what somebody wrote, apart from the old mail, greeting, signature and so on in it."""
    position = own.start
    for start, end, kind in _marked(document, own):
        yield replace(own, start=position, end=start)
        foreign = kind in _FOREIGN
        yield _Part(start, end, None if foreign else own.speaker, None if foreign else own.role, kind)
        position = end
    yield replace(own, start=position)


def _marked(document: Document, own: _Part) -> Iterator[tuple[int, int, Kind]]:
    text = document.text[own.start : own.end]
    if document.channel == "email" or ("\n" in text and replies.is_mail(text)):
        for start, end, kind in replies.mark(text):
            # An agent's greeting is an agent's words.
            if document.turns and own.kind not in ("customer", "unknown") and kind not in _FOREIGN:
                continue
            yield own.start + start, own.start + end, kind


def _turns(document: Document) -> Iterator[_Part]:
    known = any(turn.role is not None for turn in document.turns)
    position = 0
    for turn in document.turns:
        yield _Part(position, turn.start, None, None, "system")
        kind: Kind = "unknown" if known else "customer"
        if turn.role is not None:
            kind = _KIND_OF_ROLE[turn.role]
        # Tickets hold whole mails, with the old mail that their programs put below.
        yield from _written(document, _Part(turn.start, turn.end, turn.speaker, turn.role, kind))
        position = turn.end
    yield _Part(position, len(document.text), None, None, "system")


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentationConfig:
    """Segmentation has no options."""


class SegmentText:
    """Stage ``segment.v1``: sentences with speaker, role and kind.

    Examples
    --------
    >>> draft = Draft(document=Document(text="Zug pünktlich. App kaputt."))
    >>> [(s.start, s.end) for s in SegmentText().predict([draft])[0]["segments"]]
    [(0, 14), (15, 26)]
    >>> draft = Draft(document=Document(text="Train on time! App broken."))
    >>> [(s.start, s.end) for s in SegmentText().predict([draft])[0]["segments"]]
    [(0, 14), (15, 26)]
    """

    name: ClassVar[str] = "segment.v1"
    # The rules hold for German and English together, because feedback mixes them; the language must be known to readers
    # of segments all the same.
    requires: ClassVar[frozenset[str]] = frozenset({"document", "language"})
    provides: ClassVar[frozenset[str]] = frozenset({"segments"})
    Config: ClassVar[type] = SegmentationConfig

    def __init__(self, config: SegmentationConfig | None = None) -> None:
        self._config = config or SegmentationConfig()

    @property
    def config(self) -> SegmentationConfig:
        """The stage's frozen config."""
        return self._config

    def predict(self, batch: Sequence[Draft]) -> list[dict[str, Any]]:
        """Give the segments of each draft's document."""
        return [{"segments": segment(draft.document)} for draft in batch]
