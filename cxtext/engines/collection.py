"""Analyse a whole collection: from a source to topics, drivers, scores and verbatims."""

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any, Literal, cast, get_args

from cxtext.documents import LanguageCode
from cxtext.engines.by_taxonomy import with_taxonomy
from cxtext.engines.corrections import read_corrections, with_corrections
from cxtext.engines.local import REDACTIONS, resolve_pipeline
from cxtext.engines.question import Question, check_weights, choose_outcome, read_owners
from cxtext.engines.summary import summarise
from cxtext.errors import InputTypeError, InputValueError
from cxtext.pipeline import Pipeline
from cxtext.report.result import Analysis
from cxtext.sources import Columns, read


def analyze(
    source: Any,  # noqa: ANN401 (paths, tables of several libraries, documents)
    text: str | Sequence[str] | None = None,
    *,
    scores: Mapping[str, Any] | None = None,
    outcome: str | None = None,
    time: str | None = None,
    segments: Sequence[str] = (),
    id: str | None = None,
    question: str | None = None,
    channel: str | None = None,
    customer: str | None = None,
    taxonomy: str | PathLike[str] | None = None,
    owners: Mapping[str, str] | str | PathLike[str] | None = None,
    language: str | None = None,
    redact: str = "mask",
    duplicates: Literal["once", "all"] = "once",
    registry: str | PathLike[str] | None = None,
    corrections: str | PathLike[str] | Sequence[str | PathLike[str]] | None = None,
    weights: Mapping[str, float] | None = None,
    pipeline: Pipeline | str | PathLike[str] | None = None,
    random_state: int = 0,
) -> Analysis:
    """Find out what delights and what annoys in a collection of feedback, and how that goes with a score.

    Parameters
    ----------
    source
        Path or paths of files and folders, a DataFrame, an Arrow table, a ``datasets.Dataset``, or documents.
    text
        The column or columns that hold the text; null looks for it by header.
    scores
        Score name -> ``(column, worst, best)``; for nps, csat, ces and stars the column's name is enough. Values
        outside the scale count as missing and are reported.
    outcome
        Name of the score that drivers are measured against; null takes the score where there is exactly one.
    time, id, question, channel, customer
        Columns; ``question`` may also be the question itself and ``channel`` a channel, the same for all rows.
        Documents of one customer are not counted as independent.
    segments
        Columns to compare by. They are also held fixed in the joint model of the drivers.
    taxonomy
        Topics of your own: the path of a TOML file, or ``"cx"`` for the shipped ones on customer experience. What they
        leave open is searched for topics beside them; those have a null ``category`` in ``Analysis.topics``. A pipeline
        with the stage ``categories.v1`` and a taxonomy does the same.
    owners
        Who looks after what: a mapping from words to owners, or the path of a TOML file with a table ``[owners]``.
        A topic gets the owner of the first word that is one of its labels, keywords or taxonomy ids, else that of the
        topic above it.
    language
        Declared language of all documents that state none: ``"de"``, ``"en"``, ``"other"`` or null.
    redact
        ``"mask"``, ``"pseudonymise"`` or ``"keep"``; see :func:`cxtext.annotate`.
    duplicates
        ``"once"`` counts documents that repeat another one (the same mail from two systems, spam) once; ``"all"``
        counts each. Either way they are listed in ``Analysis.duplicates``.
    registry
        The file ``topic_registry.json`` of an earlier analysis: topics that are found again keep their ids and names.
    corrections
        One file or several: a CSV or JSONL file with the right polarity or topic of single mentions
        (:mod:`cxtext.engines.corrections`), a TOML or JSON file that renames, merges, splits and pins topics
        (:mod:`cxtext.topics.corrections`). What became of each line for a mention is in ``Analysis.corrections``.
    weights
        Score name -> weight. The scores are put together to one from 0 to 100, ``composite``, of the documents that
        have all of them.
    pipeline
        As in :func:`cxtext.annotate`.
    random_state
        Seed of all that draws.

    Returns
    -------
    Analysis
        Topics, drivers, scores, segments and verbatims as tables. Without at least two different texts there are no
        topics, and the tables are empty.

    Raises
    ------
    SourceNotFoundError, ColumnError, InputTypeError, InputValueError
        If the source, a column or an option is not there or not allowed.

    Examples
    --------
    >>> result = analyze(["Die Beratung war freundlich.", "The delivery was far too slow."])
    >>> result.quality["analysed"], result.meta["languages"]
    (2, {'de': 1, 'en': 1})
    >>> rows = [{"Kommentar": "Lieferung viel zu spät!", "NPS": 2}, {"Kommentar": "Top Service", "NPS": 10}]
    >>> analyze(rows, text="Kommentar", scores={"nps": "NPS"}, outcome="nps").scores[["score", "value", "n"]]
      score  value    n
    0   nps    0.0    2
    """
    if redact not in REDACTIONS:
        raise InputValueError(
            f"redact must be one of {', '.join(REDACTIONS)}, got {type(redact).__name__} {redact!r:.20}"
        )
    if language is not None and language not in get_args(LanguageCode):
        raise InputValueError(f"language must be de, en, other or null, got {type(language).__name__} {language!r:.20}")
    if duplicates not in ("once", "all"):
        raise InputValueError(f"duplicates must be once or all, got {type(duplicates).__name__} {duplicates!r:.20}")
    groups = _names(segments)
    columns = Columns(
        text=_names(text or ()),
        id=id,
        question=question,
        channel=channel,
        scores=scores or {},
        time=time,
        segments=groups,
        customer=customer,
    )
    known_owners = read_owners(owners)
    right = read_corrections(corrections)
    chain = with_corrections(with_taxonomy(resolve_pipeline(pipeline, redact=redact), taxonomy), right)
    reading = read(source, columns=columns, language=cast("LanguageCode | None", language))
    scales = {name: (scale.worst, scale.best) for name, scale in columns.scores.items()} | reading.scales
    asked = Question(
        scales=scales,
        outcome=choose_outcome(outcome, scales, closed=any(f.columns for f in reading.report.files)),
        segments=groups,
        owners=known_owners,
        redact=redact,
        random_state=random_state,
        duplicates=duplicates,
        registry=registry,
        corrections=right,
        weights=check_weights(weights, scales),
    )
    annotations = list(chain.run(reading))
    return summarise(annotations, asked, load=reading.report, pipeline=chain)


def _names(value: Any) -> tuple[str, ...]:  # noqa: ANN401 (checked here)
    names = (value,) if isinstance(value, str) else value
    if not isinstance(names, Sequence) or not all(isinstance(n, str) for n in names):
        raise InputTypeError(f"columns are named by a str or a list of str, got {type(value).__name__}")
    return tuple(names)
