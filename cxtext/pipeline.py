"""Stages and the chain that they form.

A stage reads fields of a :class:`Draft` and gives new ones. It is a small object with a versioned name, a frozen config
and declared ``requires`` and ``provides``. ``predict`` is pure: it never touches a draft; the pipeline writes what it
returns. A :class:`Pipeline` checks the chain when it is built and names the missing producer.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field, fields
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from os import PathLike
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Any, ClassVar, Protocol, Self, runtime_checkable

from cxtext.config import build, read_toml, to_toml, to_values
from cxtext.documents import (
    Annotation,
    Document,
    Drivers,
    Language,
    Marker,
    Pii,
    Segment,
    Sentiment,
    TopicMention,
)
from cxtext.errors import ConfigError, InputTypeError, PipelineError, StageNotFoundError, nearest

SCHEMA = "cxtext.pipeline/1"
ENTRY_POINT_GROUP = "cxtext.stages"

# Documents that go through the stages together, at most, and characters from which on no more are added. The more there
# are, the more of them have the same length, and only those share a run of the network; the fewer, the less memory is
# held. Results are the same.
BATCH = 512
BATCH_CHARACTERS = 250_000

# The stages that cxtext ships, in the order in which data flows. Imported when used: `import cxtext` stays light.
BUILTIN: Mapping[str, str] = MappingProxyType(
    {
        "redact.v1": "cxtext.text.redaction:Redact",
        "language.v1": "cxtext.text.language:DetectLanguage",
        "segment.v1": "cxtext.text.segmentation:SegmentText",
        "encode.v1": "cxtext.encoder.stage:Encode",
        "sentiment.v1": "cxtext.sentiment.stage:ClassifySentiment",
        "drivers.v1": "cxtext.drivers.stage:ExtractDrivers",
        "markers.v1": "cxtext.markers.stage:MarkPassages",
        "conversation.v1": "cxtext.markers.conversation:SumUpConversation",
        "categories.v1": "cxtext.topics.categories:Categorise",
    }
)
DEFAULT: tuple[str, ...] = (
    "language.v1", "segment.v1", "encode.v1", "sentiment.v1", "drivers.v1", "markers.v1", "conversation.v1",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An annotation in the making: the document, and what stages have said of it so far.

    ``tokens`` is the shared encoder's output for the document (``cxtext.encoder.tokens.Tokens``).
    """

    document: Document
    pii: tuple[Pii, ...] = ()
    language: Language | None = None
    segments: tuple[Segment, ...] = ()
    tokens: Any = None
    sentiment: Sentiment | None = None
    segment_sentiments: tuple[Sentiment | None, ...] = ()
    drivers: Drivers = field(default_factory=Drivers)
    markers: tuple[Marker, ...] = ()
    topics: tuple[TopicMention, ...] = ()
    conversation: Mapping[str, Any] | None = None


FIELDS = frozenset(f.name for f in fields(Draft))


@runtime_checkable
class Stage(Protocol):
    """What a stage looks like. There is nothing to inherit from.

    ``requires`` and ``provides`` are names of :class:`Draft` fields; ``document`` is always there. ``Config`` is a
    frozen dataclass; the stage is built as ``Class(Class.Config(...))`` or ``Class()``.
    """

    name: ClassVar[str]
    requires: ClassVar[frozenset[str]]
    provides: ClassVar[frozenset[str]]
    Config: ClassVar[type]

    @property
    def config(self) -> Any:  # noqa: ANN401 (each stage has its own)
        """The stage's frozen config."""

    def predict(self, batch: Sequence[Draft]) -> list[dict[str, Any]]:
        """Give the provided fields for each draft, in order. Must not depend on what stands beside a draft.

        One pipeline calls it for one batch at a time, from two threads in turn; several callers may call it at once.
        """


@cache
def _installed() -> tuple[EntryPoint, ...]:
    # Once: all installed distributions are looked through, and a pipeline asks for every stage of it.
    return tuple(sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda p: p.name))


def registered() -> dict[str, str]:
    """Names of all registered stages and where each comes from: the built-in ones, then entry points.

    Examples
    --------
    >>> registered()["language.v1"]
    'cxtext.text.language:DetectLanguage'
    """
    found = dict(BUILTIN)
    for point in _installed():
        if found.get(point.name, point.value) != point.value:
            raise PipelineError(
                f"stage {point.name!r} is registered twice: by {found[point.name]} and by {point.value}"
            )
        found[point.name] = point.value
    return found


@cache
def stage_class(name: str) -> Callable[..., Stage]:
    """Find a stage's class by its registered name.

    Raises
    ------
    StageNotFoundError
        If no stage has that name.
    """
    known = registered()
    if name not in known:
        raise StageNotFoundError(f"there is no stage {name!r}; {nearest(name, known)}")
    module, _, attribute = known[name].partition(":")
    found: Callable[..., Stage] = getattr(import_module(module), attribute)
    return found


def make_stage(name: str, **options: Any) -> Stage:  # noqa: ANN401
    """Build a registered stage from plain options.

    Raises
    ------
    StageNotFoundError, ConfigError
        If the name or an option is unknown.
    """
    kind: Any = stage_class(name)
    stage: Stage = kind(build(kind.Config, options, where=f"stage {name!r}"))
    return stage


class Pipeline:
    """A checked chain of stages.

    Parameters
    ----------
    stages
        Stage objects, or names of registered stages (built with their default config), in order.

    Raises
    ------
    PipelineError
        If a stage needs something that no earlier stage provides, or two stages have the same name.

    Examples
    --------
    >>> [stage.name for stage in Pipeline(["language.v1", "segment.v1"]).stages]
    ['language.v1', 'segment.v1']
    >>> Pipeline(["sentiment.v1"])
    Traceback (most recent call last):
    ...
    cxtext.errors.PipelineError: stage 'sentiment.v1' needs 'language', which no stage before it provides; add ...
    """

    def __init__(self, stages: Iterable[Stage | str]) -> None:
        self.stages: tuple[Stage, ...] = tuple(make_stage(s) if isinstance(s, str) else s for s in stages)
        available = {"document"}
        seen: set[str] = set()
        for stage in self.stages:
            if not isinstance(stage, Stage):
                raise PipelineError(
                    f"{type(stage).__name__} is not a stage: it needs name, requires, provides, Config, config, predict"
                )
            if stage.name in seen:
                raise PipelineError(f"stage {stage.name!r} stands in the pipeline twice")
            seen.add(stage.name)
            for label, names in (("requires", stage.requires), ("provides", stage.provides)):
                for name in sorted(names - FIELDS):
                    raise PipelineError(
                        f"stage {stage.name!r} {label} {name!r}, which no draft has; {nearest(name, sorted(FIELDS))}"
                    )
            for need in sorted(stage.requires - available):
                producers = [s for s in registered() if s != stage.name and need in _provides(s)]
                hint = " or ".join(repr(p) for p in producers) or "a stage that provides it"
                raise PipelineError(
                    f"stage {stage.name!r} needs {need!r}, which no stage before it provides; add {hint} before it"
                )
            available |= stage.provides

    @classmethod
    def default(cls, *, redact: str = "keep") -> Self:
        """Give the pipeline that :func:`cxtext.annotate` uses.

        Parameters
        ----------
        redact
            ``"keep"``, ``"mask"`` or ``"pseudonymise"``.
        """
        return cls([make_stage("redact.v1", mode=redact), *DEFAULT])

    @classmethod
    def from_config(cls, path: str | PathLike[str]) -> Self:
        """Build the pipeline that a TOML file describes.

        Parameters
        ----------
        path
            The file, or its content as :meth:`to_config` gave it.

        Raises
        ------
        ConfigError, StageNotFoundError, PipelineError
            If the file cannot be read or describes no valid pipeline.

        Examples
        --------
        >>> config = Pipeline(["language.v1", "segment.v1"]).to_config()
        >>> Pipeline.from_config(config).to_config() == config
        True
        """
        if isinstance(path, str) and "\n" in path:
            import tomllib

            try:
                values = tomllib.loads(path)
            except tomllib.TOMLDecodeError as error:
                raise ConfigError(f"the pipeline's description is not valid TOML: {error}") from None
            where = "the pipeline's description"
        else:
            values, where = read_toml(path), str(path)
        if values.get("schema") != SCHEMA:
            raise ConfigError(f"{where}: 'schema' must be {SCHEMA!r}, got {values.get('schema')!r}")
        unknown = sorted(set(values) - {"schema", "stages"})
        if unknown:
            raise ConfigError(f"{where} has an unknown key {unknown[0]!r}; allowed: 'schema', 'stages'")
        stages = values.get("stages")
        if not isinstance(stages, list) or not stages:
            raise ConfigError(f"{where} needs at least one [[stages]] table")
        built = []
        for position, table in enumerate(stages):
            options = dict(table)
            name = options.pop("name", None)
            if not isinstance(name, str):
                raise ConfigError(f"{where}: stage {position} needs a 'name', e.g. name = \"language.v1\"")
            built.append(make_stage(name, **options))
        return cls(built)

    def to_config(self, path: str | PathLike[str] | None = None) -> str:
        """Describe the pipeline as TOML, and write it to ``path`` if given. ``from_config`` reads it back."""
        text = to_toml({"schema": SCHEMA, "stages": [{"name": s.name, **to_values(s.config)} for s in self.stages]})
        if path is not None:
            Path(path).write_text(text, encoding="utf-8")
        return text

    def run(self, documents: Iterable[Document]) -> Iterator[Annotation]:
        """Annotate a stream of documents, one annotation each, in order.

        Raises
        ------
        InputTypeError
            If an item is not a :class:`Document`; the message gives its 0-based position.
        """
        batches = _batches(documents)
        if _more_than_one_thread(self.stages):
            yield from self._overlapped(batches)
        else:
            for batch in batches:
                yield from self._run(batch)

    def _overlapped(self, batches: Iterator[list[Document]]) -> Iterator[Annotation]:
        """Begin a batch while the one before is at a later stage: the network needs no Python, other stages do.

        No stage ever works on two batches at once.
        """
        turns = {stage.name: Lock() for stage in self.stages}
        under_way: deque[Future[list[Annotation]]] = deque()
        held: list[Document] | None = None
        wrong: InputTypeError | None = None
        with ThreadPoolExecutor(2, thread_name_prefix="cxtext-batch") as pool:
            try:
                for batch in batches:
                    if held is not None:
                        under_way.append(pool.submit(self._run, held, turns))
                    held = batch
                    if len(under_way) == 2:
                        yield from under_way.popleft().result()
            except InputTypeError as error:
                # What stands before the wrong item is annotated all the same.
                wrong = error
            while under_way:
                if held is not None:
                    under_way.append(pool.submit(self._run, held, turns))
                    held = None
                yield from under_way.popleft().result()
        if held is not None:
            # A single batch needs no other thread.
            yield from self._run(held)
        if wrong is not None:
            raise wrong

    def _run(self, documents: list[Document], turns: Mapping[str, Lock] = MappingProxyType({})) -> list[Annotation]:
        # Empty texts are "skipped" before any stage sees them.
        drafts = [Draft(document=d) for d in documents]
        working = [draft for draft in drafts if draft.document.text.strip()]
        for stage in self.stages:
            if not working:
                break
            with turns.get(stage.name, nullcontext()):
                updates = stage.predict(working)
            if len(updates) != len(working):
                raise PipelineError(
                    f"stage {stage.name!r} returned {len(updates)} results for {len(working)} documents"
                )
            for draft, update in zip(working, updates, strict=True):
                _write(stage, draft, update)
        return [to_annotation(draft) for draft in drafts]


def _batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    batch: list[Document] = []
    characters = 0
    for position, item in enumerate(documents):
        if not isinstance(item, Document):
            raise InputTypeError(f"item {position} must be a Document, got {type(item).__name__}")
        batch.append(item)
        characters += len(item.text)
        if len(batch) == BATCH or characters >= BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def _more_than_one_thread(stages: Iterable[Stage]) -> bool:
    """Say whether a stage may use more than one thread: its config has ``threads``, where 0 is one per core."""
    return any(getattr(stage.config, "threads", 1) != 1 for stage in stages)


def _provides(name: str) -> frozenset[str]:
    kind: Any = stage_class(name)
    provides: frozenset[str] = kind.provides
    return provides


def _write(stage: Stage, draft: Draft, update: Mapping[str, Any]) -> None:
    if update.keys() != stage.provides:
        raise PipelineError(f"stage {stage.name!r} declares {sorted(stage.provides)} and returned {sorted(update)}")
    # Drafts are frozen for the stages. The pipeline made them, so that it may write without copying them each time.
    for name, value in update.items():
        object.__setattr__(draft, name, value)


def to_annotation(draft: Draft) -> Annotation:
    """Turn a finished draft into the annotation that users get."""
    document = draft.document
    skipped = not document.text.strip()
    language = draft.language or Language(code=document.language or "other", confidence=0.0)
    sentiments = draft.segment_sentiments or (None,) * len(draft.segments)
    return Annotation(
        id=document.id,
        status="skipped" if skipped else "ok",
        reason="empty text" if skipped else None,
        language=language,
        sentiment=draft.sentiment,
        segments=tuple(
            s if mood is None else Segment(s.start, s.end, s.speaker, s.role, s.kind, mood)
            for s, mood in zip(draft.segments, sentiments, strict=True)
        ),
        drivers=draft.drivers,
        topics=draft.topics,
        conversation=draft.conversation,
        markers=draft.markers,
        pii=draft.pii,
        document=document,
    )
