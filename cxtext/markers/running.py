"""A conversation that is still going on: turns come in one by one, and each says how it stands.

The network reads every turn once. What :meth:`RunningConversation.annotation` gives in the end is what
:func:`cxtext.annotate` gives of the whole conversation, bit for bit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from cxtext.documents import Annotation, Document, Language, Record
from cxtext.encoder.pieces import Piece, encode_pieces
from cxtext.encoder.stage import Encode, encode_drafts
from cxtext.encoder.tokens import Tokens
from cxtext.errors import InputTypeError, InputValueError
from cxtext.markers.conversation import sum_up
from cxtext.markers.turns import TurnMood, annotated_moods
from cxtext.pipeline import Draft, Pipeline, Stage


@dataclass(frozen=True, slots=True)
class RunningState(Record):
    """How a conversation stands after a turn.

    Parameters
    ----------
    turn
        Index of the turn, from 0.
    said
        The turn by itself: its segments, drivers, markers. Offsets count from the beginning of the turn.
    mood
        Its score from -1 to 1; null for turns of others, and for turns that say nothing.
    language
        Language of the customer so far.
    conversation
        The trajectory so far, with the keys of ``Annotation.conversation``; null below three turns.
    """

    turn: int
    said: Annotation
    mood: float | None
    language: Language
    conversation: Mapping[str, Any] | None


class RunningConversation:
    """Annotate a conversation while it lasts. Not to be fed by several threads at once.

    Parameters
    ----------
    pipeline
        A :class:`cxtext.Pipeline`; null for the default.
    **document
        Fields of the document but for ``text`` and ``turns``, e.g. ``id``, ``channel``, ``language``.

    Raises
    ------
    InputTypeError, InputValueError
        If a field is unknown or has a wrong value.

    Notes
    -----
    A pipeline that redacts sees each turn by itself here, and the whole conversation in :meth:`annotation`, where a
    name that one turn gives away is masked in all.

    Examples
    --------
    >>> call = RunningConversation(channel="call")
    >>> call.feed({"role": "agent", "text": "Guten Tag!"}).mood is None
    True
    >>> call.feed({"role": "customer", "text": "Die Rechnung ist schon wieder falsch!"}).mood < -0.5
    True
    >>> call.feed({"role": "customer", "text": "Niemand hat sich gemeldet."}).conversation is None
    True
    >>> call.feed({"role": "customer", "text": "Oh, danke, das ging ja schnell."}).conversation["trend"] > 0
    True
    >>> chat = RunningConversation(language="en")
    >>> state = chat.feed({"role": "customer", "text": "The app is great."})
    >>> [driver.opinion.text for driver in state.said.drivers.positive]
    ['great']
    >>> chat.annotation().id is None
    True
    """

    def __init__(self, *, pipeline: Pipeline | None = None, **document: Any) -> None:  # noqa: ANN401 (checked)
        if pipeline is not None and not isinstance(pipeline, Pipeline):
            raise InputTypeError(f"pipeline must be a cxtext.Pipeline or null, got {type(pipeline).__name__}")
        for name in ("text", "turns"):
            if name in document:
                raise InputValueError(f"{name!r} comes in by feed(), turn by turn")
        Document.from_mapping({"text": "", **document})
        given = pipeline or Pipeline.default()
        self._pipeline = Pipeline(_with_memory(stage) for stage in given.stages)
        self._fields = document
        self._turns: list[dict[str, Any]] = []
        self._said: list[tuple[Annotation, TurnMood | None]] = []
        self._language = Language("other", 0.0)

    def feed(self, turn: Mapping[str, Any]) -> RunningState:
        """Take in the next turn.

        Parameters
        ----------
        turn
            ``text``, and optionally ``speaker``, ``role``, ``start_time``, ``end_time``, as for
            :meth:`cxtext.Document.from_turns`.

        Raises
        ------
        InputTypeError, InputValueError
            If it has no text, an unknown key, or a wrong value; the conversation stays as it was.
        """
        if not isinstance(turn, Mapping):
            raise InputTypeError(f"a turn must be a mapping with 'text' and 'role', got {type(turn).__name__}")
        Document.from_turns([turn])
        self._turns.append(dict(turn))
        before, self._language = self._language, self._find_language()
        known = any(t.get("role") is not None for t in self._turns)
        # Words of a language that is not read have no mood. Where the conversation turns out to be in another language,
        # or roles turn up, what was said before is seen in that light.
        first_role = turn.get("role") is not None and not any(t.get("role") is not None for t in self._turns[:-1])
        if first_role or (before.code == "other") != (self._language.code == "other"):
            self._said = []
        for missing in self._turns[len(self._said) :]:
            self._said.append(self._read(missing, known=known))
        said, mood = self._said[-1]
        moods = [m for _, m in self._said if m is not None]
        score = None if mood is None else mood.score
        return RunningState(len(self._turns) - 1, said, score, self._language, sum_up(moods))

    def annotation(self) -> Annotation:
        """Annotate the conversation so far, as :func:`cxtext.annotate` does; what is known of its turns is kept."""
        [found] = self._pipeline.run([self._document(self._turns)])
        return found

    def _document(self, turns: Sequence[Mapping[str, Any]]) -> Document:
        return Document.from_mapping({"text": "", **self._fields}) if not turns else self._of_turns(turns)

    def _of_turns(self, turns: Sequence[Mapping[str, Any]], **fields: Any) -> Document:  # noqa: ANN401
        return Document.from_mapping({**self._fields, **fields, "turns": turns})

    def _find_language(self) -> Language:
        draft = Draft(document=self._document(self._turns))
        for stage in self._pipeline.stages:
            if "language" in stage.provides and draft.document.text.strip():
                [found] = stage.predict([draft])
                language: Language = found["language"]
                return language
        return Language(draft.document.language or "other", 0.0)

    def _read(self, turn: Mapping[str, Any], *, known: bool) -> tuple[Annotation, TurnMood | None]:
        turns: list[Mapping[str, Any]] = [turn]
        if known and turn.get("role") is None:
            # A turn that nobody takes is nobody's where others are somebody's; a silent one says that they are.
            turns.append({"role": "system", "text": ""})
        [said] = self._pipeline.run([self._of_turns(turns, language=self._language.code)])
        moods = annotated_moods(said)
        return said, moods[0] if moods else None


def _with_memory(stage: Any) -> Stage:  # noqa: ANN401 (any stage)
    return _KeepEncodings(stage) if isinstance(stage, Encode) else stage


class _KeepEncodings:
    """The stage ``encode.v1`` with a memory: no turn goes through the network twice."""

    name: ClassVar[str] = Encode.name
    requires: ClassVar[frozenset[str]] = Encode.requires
    provides: ClassVar[frozenset[str]] = Encode.provides
    Config: ClassVar[type] = Encode.Config

    def __init__(self, stage: Encode) -> None:
        self._stage = stage
        self._kept: dict[Piece, Tokens | None] = {}

    @property
    def config(self) -> Any:  # noqa: ANN401 (the stage's own)
        return self._stage.config

    def predict(self, batch: Sequence[Draft]) -> list[dict[str, Any]]:
        return encode_drafts(batch, self._encode)

    def _encode(self, pieces: list[Piece]) -> list[Tokens | None]:
        keys = [replace(piece, start=0, first=0) for piece in pieces]
        new = [key for key in dict.fromkeys(keys) if key not in self._kept]
        self._kept.update(zip(new, encode_pieces(self._stage.runtime, new), strict=True))
        return [self._kept[key] for key in keys]
