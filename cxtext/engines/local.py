"""Annotate texts in this process: :func:`annotate` and its asynchronous twin :func:`aannotate`."""

import asyncio
import os
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from os import PathLike
from typing import Any, Literal, cast, get_args, overload

from cxtext.documents import Annotation, Document, LanguageCode
from cxtext.errors import InputTypeError, InputValueError
from cxtext.pipeline import Pipeline, make_stage

Redaction = Literal["keep", "mask", "pseudonymise"]
REDACTIONS: tuple[str, ...] = get_args(Redaction)

_ONE = "a str, a mapping or a Document"

_default: dict[str, Pipeline] = {}
_lock = threading.Lock()


def _new_lock() -> None:
    # A lock that another thread held when the process was forked would stay locked in the child for ever.
    global _lock
    _lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_new_lock)


@overload
def annotate(
    texts: str | Mapping[str, Any] | Document,
    *,
    language: str | Iterable[str | None] | None = None,
    question: str | Iterable[str | None] | None = None,
    redact: str = "keep",
    pipeline: Pipeline | str | PathLike[str] | None = None,
) -> Annotation: ...


@overload
def annotate(
    texts: Iterable[Any],
    *,
    language: str | Iterable[str | None] | None = None,
    question: str | Iterable[str | None] | None = None,
    redact: str = "keep",
    pipeline: Pipeline | str | PathLike[str] | None = None,
) -> list[Annotation]: ...


def annotate(
    texts: str | Mapping[str, Any] | Document | Iterable[Any],
    *,
    language: str | Iterable[str | None] | None = None,
    question: str | Iterable[str | None] | None = None,
    redact: str = "keep",
    pipeline: Pipeline | str | PathLike[str] | None = None,
) -> Annotation | list[Annotation]:
    """Find language, segments, sentiment and the drivers of satisfaction and dissatisfaction in texts.

    All items are checked before any work begins. What is said of a text does not depend on the texts beside it.

    Parameters
    ----------
    texts
        One text, mapping (keys are the field names of :class:`cxtext.Document`) or document; or any other iterable of
        these: a list, a generator, a pandas or polars Series, an Arrow or ``datasets`` column, a numpy array of str.
    language
        ``"de"``, ``"en"``, ``"other"`` or null: one for all texts or one per text. It fills only what a document
        leaves null.
    question
        What was asked: one question for all texts or one per text. It fills only what a document leaves null.
    redact
        What to do with personal data: ``"keep"`` lists it, ``"mask"`` replaces it by its type, ``"pseudonymise"`` by
        a stand-in. Offsets then refer to the redacted text, which is ``annotation.document.text``. A pipeline that
        redacts by itself keeps its own way.
    pipeline
        A :class:`cxtext.Pipeline`, or the path of a TOML file that describes one; null for the default. A file is
        read at every call, so build the pipeline once where you call often.

    Returns
    -------
    Annotation or list of Annotation
        One annotation for one text; otherwise a list of the same length and order.

    Raises
    ------
    InputTypeError
        If ``texts`` or an item of it has the wrong type (also missing values); names the item's position, from 0.
    InputValueError
        If a mapping has an unknown key, or an option a value that is not allowed.

    Examples
    --------
    >>> a = annotate("Der Zug war pünktlich, aber die App stürzt ständig ab.")
    >>> a.language.code, len(a.drivers.negative) > 0
    ('de', True)
    >>> [a.language.code for a in annotate(["The staff were friendly and helpful.", "Die Hotline war eine Zumutung."])]
    ['en', 'de']
    """
    if redact not in REDACTIONS:
        raise InputValueError(f"redact is {_shown(redact)}; allowed: {', '.join(REDACTIONS)}")
    single, items = _items(texts)
    documents = [_document(item, None if single else i) for i, item in enumerate(items)]
    languages = _per_text(language, len(documents), "language")
    for i, code in enumerate(languages):
        if code is not None and code not in get_args(LanguageCode):
            where = "" if language is None or isinstance(language, str) else f" (at position {i})"
            raise InputValueError(f"language is {_shown(code)}{where}; allowed: de, en, other or null")
    questions = _per_text(question, len(documents), "question")
    filled = [_fill(d, c, q) for d, c, q in zip(documents, languages, questions, strict=True)]
    chain = resolve_pipeline(pipeline, redact=redact)
    result = list(chain.run(filled))
    return result[0] if single else result


async def aannotate(
    texts: str | Mapping[str, Any] | Document | Iterable[Any],
    *,
    language: str | Iterable[str | None] | None = None,
    question: str | Iterable[str | None] | None = None,
    redact: str = "keep",
    pipeline: Pipeline | str | PathLike[str] | None = None,
) -> Annotation | list[Annotation]:
    """Run :func:`annotate` in a thread, so that the event loop stays free.

    Parameters, returns and errors are those of :func:`annotate`.

    Examples
    --------
    >>> import asyncio
    >>> asyncio.run(aannotate("Die Beratung war freundlich.")).language.code
    'de'
    >>> [a.status for a in asyncio.run(aannotate(["The advice was friendly.", ""]))]
    ['ok', 'skipped']
    """
    return await asyncio.to_thread(
        annotate, texts, language=language, question=question, redact=redact, pipeline=pipeline
    )


def resolve_pipeline(pipeline: Pipeline | str | PathLike[str] | None, *, redact: str) -> Pipeline:
    """Give the pipeline to run: the default, a given one or the one in a file, with redaction where it is asked for.

    Parameters
    ----------
    pipeline
        As in :func:`annotate`.
    redact
        ``"keep"``, ``"mask"`` or ``"pseudonymise"``.

    Raises
    ------
    InputTypeError
        If ``pipeline`` is none of these.
    ConfigError, StageNotFoundError, PipelineError
        If the file describes no valid pipeline.
    """
    if pipeline is None:
        return _default_pipeline(redact)
    if isinstance(pipeline, str | PathLike):
        pipeline = Pipeline.from_config(pipeline)
    if not isinstance(pipeline, Pipeline):
        raise InputTypeError(
            f"pipeline must be a cxtext.Pipeline, the path of a TOML file or null, got {type(pipeline).__name__}"
        )
    if redact == "keep" or any(_redacts(stage) for stage in pipeline.stages):
        return pipeline
    rest = [stage for stage in pipeline.stages if stage.name != "redact.v1"]
    return Pipeline([make_stage("redact.v1", mode=redact), *rest])


def _redacts(stage: Any) -> bool:  # noqa: ANN401 (any stage)
    # Redaction is the one thing that makes a new document; "keep" only lists what there is.
    return "document" in stage.provides and getattr(stage.config, "mode", "") != "keep"


def _default_pipeline(redact: str) -> Pipeline:
    # Built once: its stages hold the model. Stages are pure, so that all threads may share them.
    found = _default.get(redact)
    if found is None:
        with _lock:
            found = _default.get(redact)
            if found is None:
                found = _default[redact] = Pipeline.default(redact=redact)
    return found


def _items(texts: Any) -> tuple[bool, Sequence[Any]]:  # noqa: ANN401 (whatever the caller gave)
    texts = _unwrap(texts)
    if isinstance(texts, str | Mapping | Document):
        return True, [texts]
    if isinstance(texts, bytes | bytearray | memoryview):
        raise InputTypeError(
            f"texts must be {_ONE}, or an iterable of these, got {type(texts).__name__}; decode it first"
        )
    if hasattr(texts, "columns"):
        # A data frame iterates over its column names, which would be annotated in place of the comments.
        raise InputTypeError(
            f"texts must be {_ONE}, or an iterable of these, got a table ({type(texts).__name__}); "
            "give one of its columns, or use cxtext.analyze for the whole table"
        )
    try:
        return False, list(texts)
    except TypeError:
        if hasattr(texts, "__next__"):
            raise  # the caller's own generator failed
        raise InputTypeError(f"texts must be {_ONE}, or an iterable of these, got {type(texts).__name__}") from None


def _document(item: Any, position: int | None) -> Document:  # noqa: ANN401 (checked here)
    if type(item) is str:  # nearly always
        return Document(text=item)
    item = _unwrap(item)
    if isinstance(item, Document):
        return item
    where = "texts" if position is None else f"item {position} of texts"
    if isinstance(item, str):
        return Document(text=_plain_str(item))
    if isinstance(item, Mapping):
        try:
            return Document.from_mapping(item)
        except InputTypeError as error:
            raise InputTypeError(f"{where}: {error}") from None
        except InputValueError as error:
            raise InputValueError(f"{where}: {error}") from None
        except TypeError:
            raise InputTypeError(f"{where}: a field of the mapping has the wrong type; see cxtext.Document") from None
    hint = "; leave out or fill missing values, e.g. with ''" if item is None or _missing(item) else ""
    raise InputTypeError(f"{where} must be {_ONE}, got {type(item).__name__}{hint}")


def _per_text(value: Any, n: int, name: str) -> list[str | None]:  # noqa: ANN401 (checked here)
    value = _unwrap(value)
    if value is None or isinstance(value, str):
        return [None if value is None else _plain_str(value)] * n
    try:
        values = [_unwrap(v) for v in value]
    except TypeError:
        raise InputTypeError(f"{name} must be a str, one str per text, or null, got {type(value).__name__}") from None
    if isinstance(value, bytes | bytearray | Mapping) or hasattr(value, "columns"):
        raise InputTypeError(f"{name} must be a str, one str per text, or null, got {type(value).__name__}")
    if len(values) != n:
        raise InputValueError(f"{name} has {len(values)} values for {n} texts; give one for all, or one per text")
    for i, v in enumerate(values):
        if not (v is None or isinstance(v, str) or _missing(v)):
            raise InputTypeError(f"{name} at position {i} must be a str or null, got {type(v).__name__}")
    return [_plain_str(v) if isinstance(v, str) else None for v in values]


def _fill(document: Document, language: str | None, question: str | None) -> Document:
    changes: dict[str, Any] = {}
    if document.language is None and language is not None:
        changes["language"] = cast(LanguageCode, language)
    if document.question is None and question is not None:
        changes["question"] = question
    return replace(document, **changes) if changes else document


def _unwrap(value: Any) -> Any:  # noqa: ANN401 (any item)
    # Arrow columns iterate over scalars that hold the Python value.
    return value.as_py() if type(value).__module__.startswith("pyarrow") and hasattr(value, "as_py") else value


def _plain_str(text: str) -> str:
    # numpy.str_ and other subclasses slice into themselves, which JSON and Arrow writers need not understand.
    return text if type(text) is str else str.__str__(text)


def _missing(value: Any) -> bool:  # noqa: ANN401 (any item)
    # NaN of any library; pandas.NA refuses to be compared.
    return type(value).__name__ == "NAType" or (isinstance(value, float) and value != value)


def _shown(value: object) -> str:
    return repr(value) if isinstance(value, str) and len(value) <= 40 else f"of type {type(value).__name__}"
