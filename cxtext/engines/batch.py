"""One batch run: files in, a folder with annotations, report and manifest out."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from cxtext.config import to_values
from cxtext.engines.by_taxonomy import refuse_both, taxonomy_of, with_taxonomy
from cxtext.engines.cluster import check_ray, on_ray
from cxtext.engines.corrections import read_corrections, with_corrections
from cxtext.engines.local import Redaction, resolve_pipeline
from cxtext.engines.lock import locked
from cxtext.engines.output import (
    ANNOTATIONS,
    REJECTS,
    check_free,
    clear_results,
    drop_annotations,
    versions,
    write_manifest,
)
from cxtext.engines.question import Question, check_weights, choose_outcome, read_owners
from cxtext.engines.shards import annotate_shards, check_resumable, sha256
from cxtext.engines.stand_ins import key_of_files, shown_name
from cxtext.errors import InputValueError, nearest
from cxtext.pipeline import Pipeline, Stage, make_stage
from cxtext.sources import Columns, LoadReport, Reading, ScoreScale, parse_score, read
from cxtext.sources.paths import find_files
from cxtext.topics.registry import Registry
from cxtext.topics.taxonomy import read_taxonomy

if TYPE_CHECKING:
    from cxtext.report.result import Analysis

Step = Literal["annotate", "analyse", "write"]

ENGINES = ("local", "ray")

# What does not change a result, is a secret, or names persons.
_NOT_TOLD = frozenset({"engine", "threads", "redaction_key", "roles"})

# The settings that decide what is read.
_READING = (
    "text",
    "id",
    "question",
    "channel",
    "score",
    "time",
    "segment",
    "customer",
    "language",
    "language_column",
    "roles",
)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a batch run is asked to do; the names are those of the command line's options.

    ``language_column`` comes from the table ``[columns]`` of a file with options, and has no option of its own.
    ``duplicates`` says whether documents that repeat another count once or all; it has no option on the command line.
    ``roles`` says of labels of speakers who they are, as in :func:`cxtext.sources.read`; it has none either.
    Nor has ``registry``, a file from which topics have ids and names.
    ``pipeline`` is the path of a pipeline's description, or null for the default one. ``redaction_key`` makes the
    stand-ins of personal data; null takes one that only the input files give away.
    """

    text: tuple[str, ...] = ()
    id: str | None = None
    question: str | None = None
    channel: str | None = None
    score: tuple[str, ...] = ()
    outcome: str | None = None
    time: str | None = None
    segment: tuple[str, ...] = ()
    customer: str | None = None
    taxonomy: str | None = None
    owners: str | None = None
    language: Literal["auto", "de", "en"] = "auto"
    language_column: str | None = None
    report_language: Literal["de", "en"] | None = None
    redact: Redaction = "mask"
    pipeline: str | None = None
    engine: str = "local"
    duplicates: Literal["once", "all"] = "once"
    registry: str | None = None
    corrections: tuple[str, ...] = ()
    weight: tuple[str, ...] = ()
    roles: Mapping[str, Any] = field(default_factory=dict)
    threads: int = 0
    seed: int = 0
    # Part of no manifest and of no message.
    redaction_key: str | None = field(default=None, repr=False)


def column_settings(table: object, where: str) -> dict[str, Any]:
    """Give a table of columns, as :meth:`cxtext.sources.Columns.from_toml` reads it, as settings that say the same.

    >>> column_settings({"text": "Kommentar", "scores": {"nps": "Frage 1"}}, "run.toml")
    {'text': ('Kommentar',), 'score': ('nps=Frage 1',)}
    """
    columns = Columns.from_values(table, where=where)
    ranges = {name: f":{s.worst:g}..{s.best:g}" if s.given else "" for name, s in columns.scores.items()}
    found = {
        "text": columns.text,
        "segment": columns.segments,
        "score": tuple(f"{name}={scale.column}{ranges[name]}" for name, scale in columns.scores.items()),
        "language_column": columns.language,
        **{name: getattr(columns, name) for name in ("id", "question", "channel", "time", "customer")},
    }
    return {name: value for name, value in found.items() if value}


@dataclass(frozen=True, kw_only=True)
class Result:
    """What came of a run. ``analysis`` is null where no document has any text; then only the rejects are written."""

    analysis: "Analysis | None"
    load: LoadReport


class Batch:
    """A run whose inputs are found and whose columns are settled, and which has written nothing yet.

    Parameters
    ----------
    inputs
        Files and folders.
    settings
        What to do.

    Raises
    ------
    SourceNotFoundError, ColumnError, ConfigError, InputValueError
        If an input, a column or an option is not there or not allowed.
    """

    def __init__(self, inputs: Sequence[Path], settings: Settings) -> None:
        _check(settings)
        self.inputs = tuple(inputs)
        self.settings = settings
        self._owners = read_owners(settings.owners)
        self._corrections = read_corrections(settings.corrections)
        scores = _scores(settings.score)
        self._columns = Columns(
            text=settings.text,
            id=settings.id,
            question=settings.question,
            channel=settings.channel,
            scores=scores,
            time=settings.time,
            segments=settings.segment,
            customer=settings.customer,
            language=settings.language_column,
        )
        declared = None if settings.language == "auto" else settings.language
        self._files = [replace(f, name=self._shown(f.name)) for f in find_files(self.inputs)]
        self.reading: Reading = read(
            list(self.inputs),
            columns=self._columns,
            language=declared,
            roles=settings.roles,
            rename=self._shown,
        )
        self.outcome = choose_outcome(settings.outcome, self.reading.scales, closed=True)
        self._weights = _weights(settings.weight, self.reading.scales)

    def run(
        self,
        folder: Path,
        *,
        resume: bool = False,
        force: bool = False,
        on_step: Callable[[Step], None] | None = None,
        on_documents: Callable[[int], None] | None = None,
    ) -> Result:
        """Annotate, analyse and write.

        Parameters
        ----------
        folder
            Where everything goes.
        resume
            Go on with the annotations of a run over the same inputs that was broken off.
        force
            Replace what an earlier run has written there.
        on_step
            Called when a step begins.
        on_documents
            Called with the number of documents that have been annotated since the last call.

        Raises
        ------
        OutputExistsError
            If the folder is in use, or holds annotations of other inputs or options.
        OSError
            If a file cannot be written.
        """
        self._check_apart(folder)
        pipeline = self._pipeline()
        with locked(folder):
            check_free(folder, replace=resume or force)
            return self._run(
                folder,
                pipeline,
                resume=resume,
                on_step=on_step or (lambda step: None),
                on_documents=on_documents,
            )

    def _run(
        self,
        folder: Path,
        pipeline: Pipeline,
        *,
        resume: bool,
        on_step: Callable[[Step], None],
        on_documents: Callable[[int], None] | None,
    ) -> Result:
        files = self._files
        hashes = {f.name: _sha256(f.path) for f in files}
        key = self._key(pipeline, hashes)
        if resume:
            check_resumable(folder / ANNOTATIONS, key)
        clear_results(folder)
        on_step("annotate")
        parts = annotate_shards(
            self.reading,
            folder / ANNOTATIONS,
            pipeline=pipeline,
            key=key,
            work=on_ray(pipeline, threads=self.settings.threads) if self.settings.engine == "ray" else None,
            resume=resume,
            on_shard=on_documents,
        )
        load = self.reading.report
        load.write_rejects(folder / REJECTS)
        if load_documents(load) == load.empty_texts:
            drop_annotations(folder)
            return Result(analysis=None, load=load)
        # Imported when needed: pandas, scikit-learn and the rest take seconds, which a usage error need not wait for.
        from cxtext.engines.found import Kept
        from cxtext.engines.summary import summarise

        kept = Kept(folder / ANNOTATIONS, {**key, "topics": self._topics_key()})
        if not resume:
            kept.forget()
        on_step("analyse")
        config = {k: v for k, v in to_values(self.settings).items() if v not in ((), []) and k not in _NOT_TOLD}
        analysis = summarise(
            parts,
            self._question(),
            load=load,
            pipeline=pipeline,
            meta={
                "sources": [
                    {"name": f.name, "sha256": hashes.get(f.name), "documents": f.documents} for f in load.files
                ],
                "versions": versions(),
                "model": _model(pipeline),
                "config": config,
            },
            kept=kept,
        )
        on_step("write")
        analysis.save(folder, language=self.settings.report_language)
        inputs = [{"name": f.name, "bytes": f.path.stat().st_size, "sha256": hashes[f.name]} for f in files]
        write_manifest(folder, self._manifest(analysis, inputs, config))
        return Result(analysis=analysis, load=load)

    def _check_apart(self, folder: Path) -> None:
        for path in self.inputs:
            if path.is_dir() and folder.resolve().is_relative_to(path.resolve()):
                raise InputValueError(
                    f"the output folder {folder} lies in the input folder {path}, so that the next run would read it "
                    "as input; name another --out"
                )

    def _pipeline(self) -> Pipeline:
        chain = resolve_pipeline(self.settings.pipeline, redact=self.settings.redact)
        chain = with_corrections(with_taxonomy(chain, self.settings.taxonomy), self._corrections)
        return Pipeline(self._settled(stage) for stage in chain.stages)

    def _settled(self, stage: Stage) -> Stage:
        """Give a stage the run's number of threads, or its key for stand-ins."""
        values = to_values(stage.config)
        if self.settings.threads and hasattr(stage.config, "threads"):
            return make_stage(stage.name, **{**values, "threads": self.settings.threads})
        if stage.name == "redact.v1" and values.get("mode") != "keep" and values.get("key") is None:
            return make_stage(stage.name, **{**values, "key": self._redaction_key})
        return stage

    @cached_property
    def _redaction_key(self) -> str:
        return self.settings.redaction_key or key_of_files(f.path for f in find_files(self.inputs))

    def _shown(self, name: str) -> str:
        return name if self.settings.redact == "keep" else shown_name(name, self._redaction_key)

    def _question(self) -> Question:
        return Question(
            scales=self.reading.scales,
            outcome=self.outcome,
            segments=self.settings.segment,
            owners=self._owners,
            redact=self.settings.redact,
            random_state=self.settings.seed,
            duplicates=self.settings.duplicates,
            registry=self.settings.registry,
            corrections=self._corrections,
            weights=self._weights,
        )

    def _key(self, pipeline: Pipeline, hashes: dict[str, str | None]) -> dict[str, str]:
        # What the annotations depend on; the outcome, say, is no part of it: a run may go on with another one.
        taxonomy = taxonomy_of(pipeline)
        settings = {
            **{name: getattr(self.settings, name) for name in _READING},
            # What it says, not where it lies.
            "taxonomy": None if taxonomy is None else taxonomy.sha256,
            "stages": [
                [s.name, {k: v for k, v in to_values(s.config).items() if k != "threads"}] for s in pipeline.stages
            ],
        }
        return {
            "inputs": _digest(sorted(hashes.items())),
            "options": _digest(settings),
            "versions": _digest([versions(), _model(pipeline)]),
        }

    def _topics_key(self) -> str:
        # What topics depend on beside the annotations; files by what they say, not where they lie.
        asked = self.settings
        registry = None if asked.registry is None else _sha256(Path(asked.registry))
        return _digest([asked.seed, asked.duplicates, registry, [_sha256(Path(path)) for path in asked.corrections]])

    def _manifest(self, analysis: "Analysis", inputs: list[dict[str, Any]], config: dict[str, Any]) -> dict[str, Any]:
        quality, told = analysis.quality, analysis.meta.get("taxonomy")
        counted = (
            "documents", "analysed", "skipped", "placeholders", "wordless", "other_language", "duplicates", "automatic",
            "short",
        )  # fmt: skip
        return {
            "inputs": inputs,
            "versions": analysis.meta["versions"],
            "model": analysis.meta["model"],
            "config": config,
            "seed": self.settings.seed,
            "outcome": analysis.meta["outcome"],
            **({"taxonomy": {k: told[k] for k in ("name", "sha256")}} if told else {}),
            "counts": {
                **{name: quality[name] for name in counted},
                "rejected": sum(quality["rejected"].values()),
                "languages": dict(analysis.meta["languages"]),
                "topics": len(analysis.topics),
                "positive_drivers": len(analysis.positive_drivers),
                "negative_drivers": len(analysis.negative_drivers),
                "alerts": len(analysis.alerts),
            },
        }


def load_documents(load: LoadReport) -> int:
    """Count the documents that were read."""
    return sum(file.documents for file in load.files)


def _check(settings: Settings) -> None:
    if settings.engine not in ENGINES:
        raise InputValueError(f"there is no engine {settings.engine!r}; {nearest(settings.engine, ENGINES)}")
    if settings.engine == "ray":
        check_ray()
    if settings.taxonomy is not None:
        read_taxonomy(settings.taxonomy)
    refuse_both(settings.taxonomy, settings.registry, read_corrections(settings.corrections).topics)
    if settings.registry is not None:
        Registry.load(settings.registry)
    for name in ("threads", "seed"):
        if getattr(settings, name) < 0:
            raise InputValueError(f"{name} must be a whole number from 0 on, got {getattr(settings, name)}")


def _scores(options: Sequence[str]) -> dict[str, ScoreScale]:
    scores: dict[str, ScoreScale] = {}
    for option in options:
        name, scale = parse_score(option)
        if name in scores:
            raise InputValueError(f"score {name!r} is given twice; give each score one column")
        scores[name] = scale
    return scores


def _weights(options: Sequence[str], scales: Mapping[str, object]) -> dict[str, float]:
    weights: dict[str, float] = {}
    for option in options:
        name, _, number = option.partition("=")
        try:
            weights[name] = float(number)
        except ValueError:
            raise InputValueError(f"weight {option!r} must be NAME=NUMBER, e.g. --weight nps=2") from None
    return check_weights(weights, scales)


def _model(pipeline: Pipeline) -> str | None:
    for stage in pipeline.stages:
        runtime: Any = getattr(stage, "runtime", None)
        if runtime is not None:
            return f"cxtext encoder {runtime.manifest.version}"
    return None


def _sha256(path: Path) -> str | None:
    try:
        return sha256(path)
    except OSError:
        return None  # the reader rejects it, with the reason


def _digest(value: Any) -> str:  # noqa: ANN401 (any plain values)
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
