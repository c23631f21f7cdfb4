"""What flows through cxtext: documents in, annotations out.

Everything here is immutable. Offsets count characters (Unicode code points) of ``Document.text``, which no stage ever
rewrites, so that ``document.text[span.start:span.end] == span.text`` holds everywhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from datetime import datetime
from importlib import import_module
from types import MappingProxyType
from typing import Any, Literal, Self, TypeVar, cast, get_args

from cxtext.errors import InputTypeError, InputValueError, nearest

SCHEMA = "cxtext.annotation/1"

Polarity = Literal["positive", "negative"]
Label = Literal["negative", "neutral", "positive"]
LABELS: tuple[Label, ...] = ("negative", "neutral", "positive")
LanguageCode = Literal["de", "en", "other"]
Channel = Literal["survey", "email", "call", "chat", "social", "review", "note", "sms"]
Role = Literal["customer", "agent", "employee", "bot", "system"]
# "customer" is the customer's own voice; everything else has no sentiment and feeds no driver.
Kind = Literal[
    "customer",
    "agent",
    "quoted_reply",
    "forwarded",
    "signature",
    "greeting",
    "closing",
    "disclaimer",
    "system",
    "unknown",
]

R = TypeVar("R", bound="Record")

_CHANNELS = get_args(Channel)
_ROLES = get_args(Role)
_LANGUAGES = get_args(LanguageCode)
# How a notebook shows an annotation. The report comes after everything here, and is imported when it is asked for.
_VIEW = "cxtext.report.annotation_view"
_CONVERSATION_VIEW = "cxtext.report.conversation_view"
# Most documents have no scores and no attributes, and share this.
_NOTHING: Mapping[str, Any] = MappingProxyType({})


def digits(value: float) -> float:
    """Round a float for output: six digits, and no negative zero.

    >>> digits(-0.00000001)
    0.0
    """
    return round(float(value), 6) + 0.0


class Record:
    """Gives the frozen dataclasses below ``record["field"]`` beside ``record.field``, and a plain ``to_dict``."""

    __slots__ = ()

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 (fields differ in type)
        if name not in self.keys():
            raise KeyError(name)
        return getattr(self, name)

    @classmethod
    def keys(cls) -> tuple[str, ...]:
        """Names of the fields that are part of the record, in order."""
        return tuple(f.name for f in fields(cast(Any, cls)) if f.repr)

    def to_dict(self) -> dict[str, Any]:
        """Return the record as plain dicts, lists and scalars, ready for JSON."""
        return {name: _plain(getattr(self, name)) for name in self.keys()}


def _plain(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, Record):
        return value.to_dict()
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    return value


@dataclass(frozen=True, slots=True)
class Turn(Record):
    """One turn of a conversation: a part of the document's text, and who said it.

    ``role`` is null where the source does not say who speaks. Times are seconds from the beginning of the conversation.
    """

    start: int
    end: int
    speaker: str | None = None
    role: Role | None = None
    start_time: float | None = None
    end_time: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Record):
    """One piece of feedback, as it came in.

    Parameters
    ----------
    text
        The words, never rewritten. For conversations the turns' texts, joined by line breaks.
    id
        The caller's own identifier, or null.
    turns
        Who says which part of ``text``; :meth:`from_turns` builds both together.
    channel
        survey, email, call, chat, social, review, note or sms.
    author_role
        Who wrote it: customer, agent, employee, bot or system.
    created_at
        When, with a time zone.
    language
        Declared language: ``"de"``, ``"en"``, ``"other"`` or null.
    question
        What was asked, for answers to an open question.
    scores
        Ratings given beside the text, e.g. ``{"nps": 9}``. Never mixed into sentiment.
    attributes
        Any other column, to compare segments by.

    Raises
    ------
    InputTypeError, InputValueError
        If a field has the wrong type or a value that is not allowed.

    Examples
    --------
    >>> Document(text="Die Beratung war top.", scores={"nps": 10}).scores["nps"]
    10.0
    >>> Document(text="The advice was great.", channel="survey").channel
    'survey'
    """

    text: str
    id: str | None = None
    turns: tuple[Turn, ...] = ()
    channel: Channel | None = None
    author_role: Role = "customer"
    created_at: datetime | None = None
    language: LanguageCode | None = None
    question: str | None = None
    scores: Mapping[str, float] = field(default_factory=lambda: _NOTHING)
    attributes: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)

    def __post_init__(self) -> None:
        _check_text(self.text, "text")
        if self.id is not None:
            _check_text(self.id, "id")
        if self.question is not None:
            _check_text(self.question, "question")
        _check_choice(self.channel, _CHANNELS, "channel")
        _check_choice(self.language, _LANGUAGES, "language")
        if self.author_role is None:
            raise InputValueError(f"Document.author_role must not be null; {nearest('', _ROLES)}")
        _check_choice(self.author_role, _ROLES, "author_role")
        if self.created_at is not None:
            if not isinstance(self.created_at, datetime):
                raise InputTypeError(f"Document.created_at must be a datetime, got {type(self.created_at).__name__}")
            if self.created_at.tzinfo is None:
                raise InputValueError(
                    "Document.created_at has no time zone; add one, e.g. value.replace(tzinfo=datetime.timezone.utc)"
                )
        if type(self.turns) is not tuple or self.turns:
            self._set_turns()
        if self.scores is not _NOTHING:
            scores = {k: _score(k, v) for k, v in _items(self.scores, "scores")}
            object.__setattr__(self, "scores", MappingProxyType(scores))
        if self.attributes is not _NOTHING:
            object.__setattr__(self, "attributes", MappingProxyType(dict(_items(self.attributes, "attributes"))))

    def _set_turns(self) -> None:
        object.__setattr__(self, "turns", tuple(_turn(t, i) for i, t in enumerate(self.turns)))
        end = 0
        for i, turn in enumerate(self.turns):
            if not end <= turn.start <= turn.end <= len(self.text):
                raise InputValueError(
                    f"Document.turns[{i}] spans {turn.start}..{turn.end}; turns must be in order, must not overlap and "
                    f"must lie within the text of {len(self.text)} characters"
                )
            end = turn.end

    def __reduce__(self) -> tuple[Any, ...]:
        # A MappingProxyType cannot be pickled; worker processes need documents to be.
        state = {f.name: getattr(self, f.name) for f in fields(self)}
        state["scores"], state["attributes"] = dict(self.scores), dict(self.attributes)
        return _rebuild_document, (state,)

    def __hash__(self) -> int:
        return hash((self.id, self.text, self.turns, self.channel, self.created_at))

    @classmethod
    def from_turns(cls, turns: Sequence[Mapping[str, Any]], **document: Any) -> Self:  # noqa: ANN401
        """Build a conversation from its turns.

        Parameters
        ----------
        turns
            Mappings with ``text`` and optionally ``speaker``, ``role``, ``start_time``, ``end_time``.
        **document
            The document's other fields.

        Examples
        --------
        >>> d = Document.from_turns([{"role": "agent", "text": "Guten Tag!"}, {"role": "customer", "text": "Hallo."}])
        >>> [d.text[t.start : t.end] for t in d.turns]
        ['Guten Tag!', 'Hallo.']
        """
        pieces: list[str] = []
        built: list[Turn] = []
        position = 0
        for i, turn in enumerate(turns):
            rest = dict(turn)
            text = rest.pop("text", None)
            if not isinstance(text, str):
                raise InputTypeError(f"turn {i} needs a 'text' of type str, got {type(text).__name__}")
            built.append(_turn({**rest, "start": position, "end": position + len(text)}, i))
            pieces.append(text)
            position += len(text) + 1
        return cls(text="\n".join(pieces), turns=tuple(built), **document)

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> Self:
        """Build a document from a mapping whose keys are the field names.

        ``created_at`` may be a text in ISO 8601, as JSON holds it. Without ``text``, turns may hold their own.

        Raises
        ------
        InputValueError
            If a key is not a field, or ``text`` is missing.
        """
        known = cls.keys()
        for key in mapping:
            if key not in known:
                hint = nearest(key, known) if isinstance(key, str) else nearest("", known)
                raise InputValueError(f"a document has no field {_shown(key)}; {hint}")
        values = {k: v for k, v in mapping.items() if v is not None or k == "text"}
        if isinstance(values.get("created_at"), str):
            values["created_at"] = _time(values["created_at"])
        turns = values.get("turns", ())
        if "text" not in values and turns:
            return cls.from_turns(values.pop("turns"), **values)
        if "text" not in values:
            raise InputValueError(f"a document needs 'text'; got the fields {sorted(values)}")
        return cls(**values)


def _rebuild_document(state: dict[str, Any]) -> Document:
    return Document(**state)


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise InputValueError(
            f"Document.created_at is text of {len(text)} characters that is no time in ISO 8601, "
            "e.g. 2026-03-01T09:30:00+01:00"
        ) from None


def _check_text(value: object, name: str) -> None:
    if not isinstance(value, str):
        raise InputTypeError(f"Document.{name} must be a str, got {type(value).__name__}")


def _shown(value: object) -> str:
    # A short word may be a slip of the pen that the caller should see; anything longer may be what a customer wrote.
    if value is None:
        return "null"
    return repr(value) if isinstance(value, str) and len(value) <= 40 else f"of type {type(value).__name__}"


def _check_choice(value: object, allowed: tuple[str, ...], name: str) -> None:
    if value is not None and value not in allowed:
        raise InputValueError(f"Document.{name} is {_shown(value)}; allowed: {', '.join(allowed)} or null")


def _items(value: object, name: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(value, Mapping):
        raise InputTypeError(f"Document.{name} must be a mapping, got {type(value).__name__}")
    return iter(value.items())


def _score(name: str, value: object) -> float:
    # bool is an int in Python; True is nobody's rating.
    if isinstance(value, bool) or not isinstance(value, int | float):
        try:
            return float(cast(Any, value).item())  # numpy scalars
        except (AttributeError, TypeError, ValueError):
            raise InputTypeError(f"Document.scores[{name!r}] must be a number, got {type(value).__name__}") from None
    return float(value)


def _turn(value: object, position: int) -> Turn:
    if isinstance(value, Turn):
        turn = value
    elif isinstance(value, Mapping):
        known = Turn.keys()
        unknown = [k for k in value if k not in known]
        if unknown:
            raise InputValueError(
                f"turn {position} has no field {_shown(unknown[0])}; {nearest(str(unknown[0]), known)}"
            )
        missing = [k for k in ("start", "end") if k not in value]
        if missing:
            raise InputValueError(f"turn {position} lacks {missing[0]!r}; Document.from_turns counts offsets for you")
        turn = Turn(**value)
    else:
        raise InputTypeError(f"turn {position} must be a Turn or a mapping, got {type(value).__name__}")
    for name in ("start", "end"):
        if not isinstance(getattr(turn, name), int):
            kind = type(getattr(turn, name)).__name__
            raise InputTypeError(f"turn {position}: {name} must be an int, a count of characters, got {kind}")
    _check_choice(turn.role, _ROLES, f"turns[{position}].role")
    return turn


@dataclass(frozen=True, slots=True)
class Span(Record):
    """A piece of the document's text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class WeightedSpan(Record):
    """A piece of text and how much it moved a score: above 0 towards positive, below 0 towards negative."""

    start: int
    end: int
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Language(Record):
    """The language of a document; ``mixed`` where German and English occur in one text."""

    code: LanguageCode
    confidence: float
    mixed: bool = False


@dataclass(frozen=True, slots=True)
class Probabilities(Record):
    """Calibrated class probabilities; they sum to 1."""

    negative: float
    neutral: float
    positive: float


@dataclass(frozen=True, slots=True)
class Sentiment(Record):
    """Sentiment of a document or a segment.

    ``score`` is the positive minus the negative probability, from -1 to 1. ``mixed`` says that praise and blame both
    occur, which is not the same as neutral. ``why`` are the words that carried it.
    """

    label: Label
    score: float
    probabilities: Probabilities
    mixed: bool = False
    why: tuple[WeightedSpan, ...] = ()


@dataclass(frozen=True, slots=True)
class Segment(Record):
    """A sentence, or a piece of a turn: the unit of analysis.

    ``kind`` is ``"customer"`` for the customer's own voice. Other kinds have no sentiment and feed no drivers.
    """

    start: int
    end: int
    speaker: str | None = None
    role: Role | None = "customer"
    kind: Kind = "customer"
    sentiment: Sentiment | None = None


@dataclass(frozen=True, slots=True)
class Driver(Record):
    """One reason for being happy or unhappy: what (aspect), how (opinion) and why (cause), as far as stated.

    ``segment`` is the index into ``Annotation.segments``.
    """

    aspect: Span | None
    opinion: Span | None
    cause: Span | None
    category: str | None
    score: float
    segment: int


@dataclass(frozen=True, slots=True)
class Drivers(Record):
    """Positive and negative drivers, always apart."""

    positive: tuple[Driver, ...] = ()
    negative: tuple[Driver, ...] = ()


@dataclass(frozen=True, slots=True)
class TopicMention(Record):
    """A topic that a segment is about."""

    id: int
    label: str
    score: float
    segment: int


@dataclass(frozen=True, slots=True)
class Marker(Record):
    """A marked passage: urgency, effort, churn, praise, complaint, suggestion and so on."""

    type: str
    start: int
    end: int
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Pii(Record):
    """Where personal data stands (or stood, if masked) in the text. Never what it was."""

    type: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, repr=False)
class Annotation(Record):
    """What cxtext says of one document (schema ``cxtext.annotation/1``).

    ``document`` is the text that offsets refer to (the redacted one where redaction was asked for). It is not part of
    the schema: ``to_dict`` leaves it out, ``from_dict`` gives null, and equality does not look at it.
    """

    id: str | None
    status: Literal["ok", "skipped"]
    reason: str | None
    language: Language
    sentiment: Sentiment | None
    segments: tuple[Segment, ...] = ()
    drivers: Drivers = field(default_factory=Drivers)
    topics: tuple[TopicMention, ...] = ()
    conversation: Mapping[str, Any] | None = None
    markers: tuple[Marker, ...] = ()
    pii: tuple[Pii, ...] = ()
    schema: str = SCHEMA
    truncated: bool = False
    document: Document | None = field(default=None, compare=False, repr=False)

    def __repr__(self) -> str:
        # Short, and without the customer's words: it ends up in logs. ``to_dict`` has everything.
        named = "" if self.id is None else f"id {_shown(self.id)}, "
        if self.status == "skipped":
            return f"Annotation({named}skipped: {self.reason})"
        mood = "no sentiment" if self.sentiment is None else f"{self.sentiment.label} {self.sentiment.score:+.2f}"
        segments = "1 segment" if len(self.segments) == 1 else f"{len(self.segments)} segments"
        drivers = f"{len(self.drivers.positive)} positive and {len(self.drivers.negative)} negative drivers"
        return f"Annotation({named}{self.language.code}, {mood}, {segments}, {drivers})"

    def _repr_html_(self) -> str:
        talk = self.document is not None and self.document.turns
        html: str = import_module(_CONVERSATION_VIEW if talk else _VIEW).render(self)
        return html

    @classmethod
    def keys(cls) -> tuple[str, ...]:
        """Names of the schema's keys, in its order."""
        return (
            "schema", "id", "status", "reason", "truncated", "language", "sentiment", "segments", "drivers", "topics",
            "conversation", "markers", "pii",
        )  # fmt: skip

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Build an annotation from what :meth:`to_dict` gave, also after a trip through JSON.

        Raises
        ------
        InputTypeError, InputValueError
            If ``data`` is not such a mapping, or of another schema.
        """
        if not isinstance(data, Mapping):
            raise InputTypeError(f"Annotation.from_dict needs a mapping, got {type(data).__name__}")
        if data.get("schema") != SCHEMA:
            raise InputValueError(f"the data is not of schema {SCHEMA!r}; its 'schema' is {_shown(data.get('schema'))}")
        known = cls.keys()
        unknown = [k for k in data if k not in known]
        if unknown:
            raise InputValueError(
                f"schema {SCHEMA!r} has no key {_shown(unknown[0])}; {nearest(str(unknown[0]), known)}"
            )
        missing = [k for k in known if k not in data]
        if missing:
            raise InputValueError(f"the annotation lacks {missing[0]!r}; schema {SCHEMA!r} always has every key")
        values: dict[str, Any] = dict(data)
        values["language"] = _read(Language, data["language"])
        values["sentiment"] = _read_sentiment(data["sentiment"])
        values["segments"] = tuple(
            _read(Segment, {**s, "sentiment": _read_sentiment(s.get("sentiment"))}) for s in data["segments"]
        )
        if data["drivers"].keys() != set(Drivers.keys()):
            raise InputValueError("'drivers' must have the two lists 'positive' and 'negative' and nothing else")
        values["drivers"] = Drivers(
            positive=tuple(_read_driver(d) for d in data["drivers"]["positive"]),
            negative=tuple(_read_driver(d) for d in data["drivers"]["negative"]),
        )
        values["topics"] = tuple(_read(TopicMention, t) for t in data["topics"])
        values["markers"] = tuple(_read(Marker, m) for m in data["markers"])
        values["pii"] = tuple(_read(Pii, p) for p in data["pii"])
        return cls(**values)


def _read(kind: type[R], data: Mapping[str, Any]) -> R:
    known = kind.keys()
    for f in fields(cast(Any, kind)):
        if f.default is MISSING and f.default_factory is MISSING and f.name not in data:
            raise InputValueError(f"{kind.__name__} lacks {f.name!r}")
    unknown = [k for k in data if k not in known]
    if unknown:
        raise InputValueError(f"{kind.__name__} has no key {_shown(unknown[0])}; {nearest(str(unknown[0]), known)}")
    return kind(**data)


def _read_sentiment(data: Mapping[str, Any] | None) -> Sentiment | None:
    if data is None:
        return None
    if "probabilities" not in data:
        raise InputValueError("Sentiment lacks 'probabilities'")
    why = tuple(_read(WeightedSpan, w) for w in data.get("why", ()))
    return _read(Sentiment, {**data, "probabilities": _read(Probabilities, data["probabilities"]), "why": why})


def _read_driver(data: Mapping[str, Any]) -> Driver:
    spans = {k: None if data.get(k) is None else _read(Span, data[k]) for k in ("aspect", "opinion", "cause")}
    return _read(Driver, {**data, **spans})
