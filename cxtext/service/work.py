"""The work of the service: documents and texts in, pieces of JSON out."""

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import PathLike
from typing import Any

from cxtext.config import to_values
from cxtext.documents import Annotation, Document
from cxtext.encoder.embedding import embed
from cxtext.encoder.runtime import Floats, load
from cxtext.engines.local import REDACTIONS, resolve_pipeline
from cxtext.pipeline import Pipeline, Stage, make_stage
from cxtext.text.language import detect

ENCODE = "encode"

# Both languages, praise, blame and personal data: what runs once before the service says that it is ready.
WARM_UP = (
    "Der Zug war pünktlich, aber die App stürzt ständig ab.",
    "The staff were friendly and helpful.",
    "Bitte rufen Sie Herrn Max Müller an: 0170 1234567, mueller@example.com",
    "",
)


@dataclass(frozen=True, slots=True)
class Annotated:
    """An annotation as JSON, and the redacted text that its offsets refer to; null where nothing is redacted."""

    json: bytes
    text: str | None


def one_thread(pipeline: Pipeline) -> Pipeline:
    """Give the encoder in a pipeline one thread: whole batches run at the same time, not parts of one."""
    return Pipeline(
        [make_stage(s.name, **{**to_values(s.config), "threads": 1}) if _spreads(s) else s for s in pipeline.stages]
    )


def _spreads(stage: Stage) -> bool:
    return stage.name == "encode.v1" and stage.config.threads == 0


def make_work(pipeline: Pipeline | str | PathLike[str] | None = None) -> Mapping[str, Callable[[list[Any]], list[Any]]]:
    """Load the model, run it once, and give a function for each kind of work.

    Parameters
    ----------
    pipeline
        As in :func:`cxtext.annotate`.

    Returns
    -------
    mapping
        ``"keep"``, ``"mask"``, ``"pseudonymise"``: documents to :class:`Annotated`; ``"encode"``: texts to JSON arrays.

    Raises
    ------
    CxtextError
        If the pipeline or the model cannot be loaded.
    """
    with ThreadPoolExecutor(2) as pool:
        # Unpacking these models is no Python, so that it goes on beside the importing and compiling below.
        loading = [pool.submit(detect, WARM_UP[0]), pool.submit(lambda: load(None, 1).session())]
        # All ways to redact share the other stages.
        base = one_thread(resolve_pipeline(pipeline, redact="keep"))
        chains = {mode: resolve_pipeline(base, redact=mode) for mode in REDACTIONS}
        for each in loading:
            each.result()
    # What Encoder.encode does, without scikit-learn, which takes a second to import.
    runtime = load(None, 1)

    def annotate_as(mode: str) -> Callable[[list[Document]], list[Annotated]]:
        chain = chains[mode]
        return lambda documents: [_annotated(a, mode) for a in chain.run(documents)]

    def encode(texts: list[str]) -> list[bytes]:
        return [vector_json(row) for row in embed(runtime, texts)]

    work: dict[str, Callable[[list[Any]], list[Any]]] = {mode: annotate_as(mode) for mode in chains}
    work[ENCODE] = encode
    for mode in chains:
        work[mode]([Document(text=text) for text in WARM_UP])
    encode(list(WARM_UP))
    return work


def _annotated(annotation: Annotation, mode: str) -> Annotated:
    text = None if mode == "keep" or annotation.document is None else annotation.document.text
    return Annotated(to_json(annotation.to_dict()), text)


def to_json(value: object) -> bytes:
    r"""Write JSON in UTF-8; a value with lone surrogates, which UTF-8 cannot hold, in ASCII with escapes.

    >>> to_json({"text": "Größe"}).decode()
    '{"text":"Größe"}'
    >>> to_json({"text": "\ud83d"})
    b'{"text":"\\ud83d"}'
    """
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()


def vector_json(vector: Floats) -> bytes:
    """Write a float32 vector in as few digits as give the same numbers back.

    >>> import numpy as np
    >>> vector_json(np.array([0.1, -1], np.float32))
    b'[0.1,-1.0]'
    """
    return f"[{','.join(map(str, vector))}]".encode()


def join(parts: Sequence[bytes]) -> bytes:
    """Put pieces of JSON into one array."""
    return b"[" + b",".join(parts) + b"]"
