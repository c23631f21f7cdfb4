"""A pipeline checks its chain when it is built, writes what stages predict, and is described by TOML."""

import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import FrozenInstanceError, dataclass
from importlib.metadata import EntryPoint
from pathlib import Path
from threading import Barrier, Lock, current_thread
from threading import enumerate as enumerate_threads
from typing import Any, ClassVar, Literal

import pytest

from cxtext import pipeline
from cxtext.documents import Document, Language, Segment
from cxtext.errors import ConfigError, InputTypeError, PipelineError, StageNotFoundError
from cxtext.pipeline import (
    BATCH,
    BATCH_CHARACTERS,
    BUILTIN,
    DEFAULT,
    FIELDS,
    Draft,
    Pipeline,
    Stage,
    make_stage,
    registered,
    stage_class,
)


@dataclass(frozen=True)
class GuessConfig:
    code: Literal["de", "en"] = "de"


class GuessLanguage:
    """Says the configured language of every document."""

    name: ClassVar[str] = "test_language.v1"
    requires: ClassVar[frozenset[str]] = frozenset({"document"})
    provides: ClassVar[frozenset[str]] = frozenset({"language"})
    Config: ClassVar[type] = GuessConfig

    def __init__(self, config: GuessConfig | None = None) -> None:
        self.config = config or GuessConfig()

    def predict(self, batch: Sequence[Draft]) -> list[dict[str, Any]]:
        return [{"language": Language(code=self.config.code, confidence=1.0)} for _ in batch]


@dataclass(frozen=True)
class NoConfig:
    pass


class OneSegment:
    """Makes one segment of each document."""

    name: ClassVar[str] = "test_segment.v1"
    requires: ClassVar[frozenset[str]] = frozenset({"document", "language"})
    provides: ClassVar[frozenset[str]] = frozenset({"segments"})
    Config: ClassVar[type] = NoConfig

    def __init__(self, config: NoConfig | None = None) -> None:
        self.config = config or NoConfig()
        self.batches: list[int] = []

    def predict(self, batch: Sequence[Draft]) -> list[dict[str, Any]]:
        self.batches.append(len(batch))
        return [{"segments": (Segment(start=0, end=len(d.document.text)),)} for d in batch]


def stage_like(**changes: Any) -> Any:
    """Give a language stage with some class attributes changed."""
    return type("Changed", (GuessLanguage,), changes)()


@pytest.fixture
def plugins(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Pretend that another distribution is installed that registers stages."""

    def install(**stages: str) -> None:
        points = tuple(EntryPoint(n, v, "cxtext.stages") for n, v in stages.items())
        monkeypatch.setattr(pipeline, "entry_points", lambda group: points if group == "cxtext.stages" else ())
        forget()

    def forget() -> None:
        stage_class.cache_clear()
        pipeline._installed.cache_clear()

    yield install
    monkeypatch.undo()
    forget()


# --- the registry --------------------------------------------------------------------------------------------------


def test_the_builtin_stages_are_these() -> None:
    # Names are versioned: a change of meaning is a new name, so that old pipeline files keep theirs.
    assert dict(BUILTIN) == {
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
    assert set(DEFAULT) <= set(BUILTIN)
    with pytest.raises(TypeError):
        BUILTIN["language.v1"] = "elsewhere"  # type: ignore[index]


def test_entry_points_register_stages(plugins: Callable[..., None]) -> None:
    plugins(**{"test_language.v1": f"{__name__}:GuessLanguage"})
    assert registered()["test_language.v1"] == f"{__name__}:GuessLanguage"
    assert set(BUILTIN) < set(registered())
    assert make_stage("test_language.v1", code="en").config.code == "en"


def test_an_entry_point_cannot_replace_another_stage(plugins: Callable[..., None]) -> None:
    plugins(**{"language.v1": "elsewhere:Language"})
    with pytest.raises(PipelineError, match=r"'language.v1' is registered twice: by cxtext.text.language:.* elsewhere"):
        registered()


def test_an_entry_point_may_repeat_what_is_registered(plugins: Callable[..., None]) -> None:
    plugins(**{"language.v1": BUILTIN["language.v1"]})
    assert registered() == dict(BUILTIN)


def test_an_unknown_stage_is_answered_with_the_nearest_names() -> None:
    with pytest.raises(StageNotFoundError, match=r"no stage 'langage.v1'; did you mean 'language.v1'"):
        make_stage("langage.v1")


def test_an_unknown_option_of_a_stage_is_named(plugins: Callable[..., None]) -> None:
    plugins(**{"test_language.v1": f"{__name__}:GuessLanguage"})
    with pytest.raises(ConfigError, match=r"stage 'test_language.v1' has no option 'cod'; did you mean 'code'"):
        make_stage("test_language.v1", cod="en")
    with pytest.raises(ConfigError, match=r"code must be 'de' or 'en', got 'fr'"):
        make_stage("test_language.v1", code="fr")


# --- building ------------------------------------------------------------------------------------------------------


def test_a_stage_is_recognised_by_its_shape() -> None:
    assert isinstance(GuessLanguage(), Stage)
    assert not isinstance(object(), Stage)


@pytest.mark.parametrize(
    ("stages", "message"),
    [
        ([OneSegment()], r"'test_segment.v1' needs 'language', which no stage before it provides; add 'language.v1'"),
        ([OneSegment(), GuessLanguage()], r"'test_segment.v1' needs 'language', which no stage before it provides"),
        ([GuessLanguage(), GuessLanguage()], r"'test_language.v1' stands in the pipeline twice"),
        ([GuessLanguage], r"type is not a stage"),
        ([object()], r"object is not a stage: it needs name, requires, provides, Config, config, predict"),
        ([stage_like(requires=frozenset({"langage"}))], r"requires 'langage', which no draft has; did you mean 'lang"),
        ([stage_like(provides=frozenset({"mood"}))], r"provides 'mood', which no draft has; allowed: 'conversation'"),
        (
            [stage_like(requires=frozenset({"conversation"}))],
            r"needs 'conversation', which no stage before it provides; add 'conversation.v1' before it",
        ),
    ],
)
def test_a_chain_that_does_not_fit_is_refused(stages: list[Any], message: str) -> None:
    with pytest.raises(PipelineError, match=message):
        Pipeline(stages)


def test_the_missing_producer_is_named_wherever_it_comes_from(plugins: Callable[..., None]) -> None:
    plugins(**{"test_language.v1": f"{__name__}:GuessLanguage"})
    with pytest.raises(PipelineError, match=r"add 'language.v1' or 'test_language.v1' before it"):
        Pipeline([OneSegment()])


def test_a_pipeline_may_be_empty() -> None:
    [annotation] = Pipeline([]).run([Document(text="Hallo", id="7")])
    assert (annotation.id, annotation.status, annotation.segments) == ("7", "ok", ())


def test_drafts_cannot_be_changed() -> None:
    draft = Draft(document=Document(text="x"))
    for name in FIELDS:
        with pytest.raises(FrozenInstanceError):
            setattr(draft, name, None)


# --- running -------------------------------------------------------------------------------------------------------


def test_every_document_gets_one_annotation_in_order() -> None:
    documents = [Document(text=f"Text {i}", id=str(i)) for i in range(5)]
    annotations = list(Pipeline([GuessLanguage(), OneSegment()]).run(documents))
    assert [a.id for a in annotations] == ["0", "1", "2", "3", "4"]
    assert [a.document for a in annotations] == documents
    assert [(a.segments[0].start, a.segments[0].end) for a in annotations] == [(0, 6)] * 5


def test_documents_stream_through_in_bounded_batches() -> None:
    stage = OneSegment()
    taken = 0

    def stream() -> Iterator[Document]:
        nonlocal taken
        for i in range(BATCH * 2 + 1):
            taken += 1
            yield Document(text=f"Text {i}")

    annotations = Pipeline([GuessLanguage(), stage]).run(stream())
    next(annotations)
    assert taken == BATCH
    assert len(list(annotations)) == BATCH * 2
    assert stage.batches == [BATCH, BATCH, 1]


def test_a_batch_of_long_documents_holds_fewer() -> None:
    stage = OneSegment()
    half = "x" * (BATCH_CHARACTERS // 2)
    texts = [half, half, "kurz", half, half + half + half, "kurz"]
    annotations = list(Pipeline([GuessLanguage(), stage]).run(Document(text=t) for t in texts))
    assert stage.batches == [2, 3, 1]
    assert [a.segments[0].end for a in annotations] == [len(t) for t in texts]


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u00a0\u2003"])
def test_empty_texts_are_skipped_before_any_stage_sees_them(text: str) -> None:
    stage = OneSegment()
    documents = [Document(text=text, id="a", language="de"), Document(text="Gut.", id="b")]
    empty, full = Pipeline([GuessLanguage(), stage]).run(documents)
    assert (empty.id, empty.status, empty.reason, empty.segments) == ("a", "skipped", "empty text", ())
    assert (empty.language.code, empty.language.confidence, empty.sentiment) == ("de", 0.0, None)
    assert (full.id, full.status) == ("b", "ok")
    assert stage.batches == [1]


def test_no_documents_give_no_annotations() -> None:
    stage = OneSegment()
    assert list(Pipeline([GuessLanguage(), stage]).run([])) == []
    assert next(iter(Pipeline([GuessLanguage(), stage]).run([Document(text="")]))).status == "skipped"
    assert stage.batches == []


@pytest.mark.parametrize("item", ["Text", None, 5, {"text": "Text"}])
def test_an_item_that_is_no_document_is_named_by_position_and_type(item: Any) -> None:
    documents = [Document(text="x")] * BATCH + [item]
    with pytest.raises(InputTypeError, match=rf"item {BATCH} must be a Document, got {type(item).__name__}"):
        list(Pipeline([]).run(documents))


def test_a_stage_must_give_one_result_for_each_document() -> None:
    short = stage_like(predict=lambda self, batch: [])
    with pytest.raises(PipelineError, match=r"'test_language.v1' returned 0 results for 2 documents"):
        list(Pipeline([short]).run([Document(text="a"), Document(text="b")]))


@pytest.mark.parametrize("update", [{}, {"segments": ()}, {"language": None, "segments": ()}])
def test_a_stage_must_give_what_it_declares(update: dict[str, Any]) -> None:
    wrong = stage_like(predict=lambda self, batch: [update] * len(batch))
    with pytest.raises(PipelineError, match=r"'test_language.v1' declares \['language'\] and returned"):
        list(Pipeline([wrong]).run([Document(text="a")]))


# --- batches that overlap -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ThreadsConfig:
    threads: int = 0


class Meeting:
    """Gives one value for every document, and may wait for another stage."""

    requires: ClassVar[frozenset[str]] = frozenset({"document"})
    Config: ClassVar[type] = ThreadsConfig

    def __init__(self, name: str, provides: str, value: Any, meet: Callable[[int], None], threads: int = 0) -> None:
        self.name, self.provides, self.config = name, frozenset({provides}), ThreadsConfig(threads)
        self._value, self._meet, self._at_work, self.calls = value, meet, Lock(), 0
        self.threads: set[str] = set()

    def predict(self, batch: Sequence[Draft]) -> list[dict[str, Any]]:
        assert self._at_work.acquire(blocking=False), "a stage never works on two batches at once"
        try:
            self.calls += 1
            self.threads.add(current_thread().name)
            self._meet(self.calls)
            [field] = self.provides
            return [{field: self._value} for _ in batch]
        finally:
            self._at_work.release()


def two_stages(meet: Callable[[str, int], None], threads: int = 0) -> tuple[Meeting, Meeting]:
    german = Language(code="de", confidence=1.0)
    first = Meeting("first.v1", "language", german, lambda call: meet("first", call), threads)
    return first, Meeting("second.v1", "segments", (), lambda call: meet("second", call), threads)


def documents_of(batches: int) -> list[Document]:
    return [Document(text="x", id=str(i)) for i in range((batches - 1) * BATCH + 1)]


def test_a_batch_is_begun_while_the_one_before_is_at_a_later_stage() -> None:
    met = Barrier(2, timeout=30)

    # The second stage's first batch and the first stage's second batch wait for each other.
    def meet(stage: str, call: int) -> None:
        if (stage, call) in {("second", 1), ("first", 2)}:
            met.wait()

    chain = two_stages(meet)
    found = list(Pipeline(chain).run(documents_of(4)))
    assert [a.id for a in found] == [d.id for d in documents_of(4)]
    assert [stage.calls for stage in chain] == [4, 4]


def test_a_single_batch_and_one_thread_need_no_other_thread() -> None:
    for batches, threads in ((1, 0), (3, 1)):
        chain = two_stages(lambda stage, call: None, threads)
        assert len(list(Pipeline(chain).run(documents_of(batches)))) == len(documents_of(batches))
        assert chain[0].threads | chain[1].threads == {current_thread().name}


def test_what_stands_before_a_wrong_item_is_annotated() -> None:
    chain = two_stages(lambda stage, call: None)
    stream = Pipeline(chain).run([*documents_of(3), None])  # type: ignore[list-item]
    assert [next(stream).id for _ in range(2 * BATCH)] == [d.id for d in documents_of(3)][: 2 * BATCH]
    with pytest.raises(InputTypeError, match=f"item {2 * BATCH + 1} must be a Document"):
        next(stream)


def test_a_stage_that_fails_ends_the_run_with_its_own_error() -> None:
    def fail(stage: str, call: int) -> None:
        if (stage, call) == ("second", 2):
            raise PipelineError("this batch cannot be read")

    with pytest.raises(PipelineError, match="this batch cannot be read"):
        list(Pipeline(two_stages(fail)).run(documents_of(5)))


def test_a_run_that_nobody_reads_on_leaves_no_thread_behind() -> None:
    before = set(enumerate_threads())
    stream = Pipeline(two_stages(lambda stage, call: None)).run(documents_of(5))
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert set(enumerate_threads()) <= before


# --- configuration -------------------------------------------------------------------------------------------------


@pytest.fixture
def test_stages(plugins: Callable[..., None]) -> None:
    plugins(
        **{"test_language.v1": f"{__name__}:GuessLanguage", "test_segment.v1": f"{__name__}:OneSegment"},
    )


@pytest.mark.usefixtures("test_stages")
def test_a_pipeline_is_described_by_one_readable_file(tmp_path: Path) -> None:
    path = tmp_path / "pipeline.toml"
    text = Pipeline([GuessLanguage(GuessConfig("en")), OneSegment()]).to_config(path)
    assert text == path.read_text(encoding="utf-8")
    assert tomllib.loads(text) == {
        "schema": "cxtext.pipeline/1",
        "stages": [{"name": "test_language.v1", "code": "en"}, {"name": "test_segment.v1"}],
    }
    for again in (Pipeline.from_config(path), Pipeline.from_config(str(path)), Pipeline.from_config(text)):
        assert again.to_config() == text
        assert [a.language.code for a in again.run([Document(text="x")])] == ["en"]


@pytest.mark.usefixtures("test_stages")
@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("a = = 1\n", ConfigError, r"the pipeline's description is not valid TOML: .*line 1"),
        ("x = 1\n", ConfigError, r"'schema' must be 'cxtext.pipeline/1', got None"),
        ('schema = "cxtext.pipeline/2"\n', ConfigError, r"got 'cxtext.pipeline/2'"),
        ('schema = "cxtext.pipeline/1"\n', ConfigError, r"needs at least one \[\[stages\]\] table"),
        ('schema = "cxtext.pipeline/1"\nstages = []\n', ConfigError, r"needs at least one"),
        ('schema = "cxtext.pipeline/1"\nstage = 1\n', ConfigError, r"unknown key 'stage'"),
        ('schema = "cxtext.pipeline/1"\n[[stages]]\ncode = "de"\n', ConfigError, r"stage 0 needs a 'name'"),
        ('schema = "cxtext.pipeline/1"\n[[stages]]\nname = "x.v1"\n', StageNotFoundError, r"there is no stage 'x.v1'"),
        (
            'schema = "cxtext.pipeline/1"\n[[stages]]\nname = "test_language.v1"\ncode = 1\n',
            ConfigError,
            r"code must be 'de' or 'en', got 1",
        ),
        (
            'schema = "cxtext.pipeline/1"\n[[stages]]\nname = "test_segment.v1"\n',
            PipelineError,
            r"'test_segment.v1' needs 'language'",
        ),
    ],
)
def test_a_description_that_is_wrong_says_where(text: str, kind: type, message: str) -> None:
    with pytest.raises(kind, match=message):
        Pipeline.from_config(text)


def test_a_missing_file_is_named() -> None:
    with pytest.raises(ConfigError, match=r"there is no configuration file absent\.toml"):
        Pipeline.from_config("absent.toml")


@pytest.mark.parametrize("mode", ["keep", "mask", "pseudonymise"])
def test_the_default_pipeline_round_trips(mode: str) -> None:
    default = Pipeline.default(redact=mode)
    assert [s.name for s in default.stages] == ["redact.v1", *DEFAULT]
    assert default.stages[0].config.mode == mode
    assert Pipeline.from_config(default.to_config()).to_config() == default.to_config()
