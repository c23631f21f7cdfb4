"""A spaCy component: ``nlp.add_pipe("cxtext")`` and ``doc._.cxtext``.

Registered by entry point, so that nothing has to be imported. Needs ``pip install "cxtext[spacy]"``.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, SpanGroup

from cxtext.documents import Annotation, Driver
from cxtext.documents import Span as CharSpan
from cxtext.engines.local import annotate, resolve_pipeline

# Where the annotation lies in ``doc.user_data``: as plain data, so that a doc goes to bytes and to other processes.
KEY = "cxtext"
# Labels of the spans in ``doc.spans["cxtext"]``, by polarity: what was meant, and how it was judged.
LABELS = {"positive": ("ASPECT+", "OPINION+"), "negative": ("ASPECT-", "OPINION-")}
COLOURS = {"ASPECT+": "#9ecae1", "OPINION+": "#c6dbef", "ASPECT-": "#fdae6b", "OPINION-": "#fdd0a2"}


def read_annotation(doc: Doc) -> Annotation | None:
    """Give a doc's annotation, or null where the component has not run over it; ``doc._.cxtext`` is this."""
    found = doc.user_data.get(KEY)
    return None if found is None else Annotation.from_dict(found)


class Annotator:
    """The component. Docs get ``doc._.cxtext``, an annotation, and ``doc.spans["cxtext"]``, the drivers' spans.

    Parameters
    ----------
    language
        The declared language of the texts, or null.
    pipeline
        Path of a TOML file that describes a cxtext pipeline; null for the default.
    batch_size
        Docs that are annotated together by ``nlp.pipe``; what is said of a doc does not depend on it.

    Examples
    --------
    >>> import spacy
    >>> nlp = spacy.blank("de")
    >>> _ = nlp.add_pipe("cxtext")
    >>> doc = nlp("Der Zug war pünktlich, aber die App stürzt ständig ab.")
    >>> doc._.cxtext.language.code, sorted({span.label_ for span in doc.spans["cxtext"]})
    ('de', ['ASPECT+', 'ASPECT-', 'OPINION+', 'OPINION-'])
    >>> english = spacy.blank("en")
    >>> _ = english.add_pipe("cxtext")
    >>> english("The staff were friendly.")._.cxtext.sentiment.label
    'positive'
    """

    def __init__(self, *, language: str | None, pipeline: str | None, batch_size: int) -> None:
        self._language = language
        self._batch = batch_size
        self._pipeline = resolve_pipeline(pipeline, redact="keep")

    def __call__(self, doc: Doc) -> Doc:
        """Annotate one doc."""
        _write(doc, annotate(doc.text, language=self._language, pipeline=self._pipeline))
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int | None = None) -> Iterator[Doc]:
        """Annotate a stream of docs in batches; ``batch_size`` is what ``nlp.pipe`` was given."""
        docs = iter(stream)
        while batch := list(islice(docs, batch_size or self._batch)):
            found = annotate([d.text for d in batch], language=self._language, pipeline=self._pipeline)
            for doc, annotation in zip(batch, found, strict=True):
                _write(doc, annotation)
                yield doc

    # The model lies in the package, and the config in the pipeline's: there is nothing to write.
    def to_disk(self, path: Any, *, exclude: Iterable[str] = ()) -> None:  # noqa: ANN401 (spaCy's own)
        """Write nothing; spaCy asks every component."""

    def from_disk(self, path: Any, *, exclude: Iterable[str] = ()) -> "Annotator":  # noqa: ANN401
        """Read nothing; spaCy asks every component."""
        return self

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """Give no bytes; spaCy asks every component."""
        return b""

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> "Annotator":
        """Read no bytes; spaCy asks every component."""
        return self


@Language.factory(  # type: ignore[untyped-decorator]
    "cxtext",
    assigns=["doc._.cxtext", "doc.spans"],
    default_config={"language": None, "pipeline": None, "batch_size": 256},
)
def make_annotator(nlp: Language, name: str, language: str | None, pipeline: str | None, batch_size: int) -> Annotator:
    """Build the component; a null ``language`` takes that of ``nlp`` where it is German or English."""
    if not Doc.has_extension(KEY):
        Doc.set_extension(KEY, getter=read_annotation)
    declared = language or (nlp.lang if nlp.lang in ("de", "en") else None)
    return Annotator(language=declared, pipeline=pipeline, batch_size=batch_size)


def render_options() -> dict[str, Any]:
    """Give the options with which displaCy draws the drivers.

    Examples
    --------
    >>> import spacy
    >>> nlp = spacy.blank("en")
    >>> _ = nlp.add_pipe("cxtext")
    >>> html = spacy.displacy.render(nlp("The app is slow."), style="span", options=render_options(), jupyter=False)
    >>> "ASPECT-" in html
    True
    """
    return {"spans_key": KEY, "colors": COLOURS}


def _write(doc: Doc, annotation: Annotation) -> None:
    doc.user_data[KEY] = annotation.to_dict()
    spans = [
        span
        for polarity, labels in LABELS.items()
        for driver in getattr(annotation.drivers, polarity)
        for span in _spans(doc, driver, labels)
    ]
    # One aspect under two opinions is one span.
    unique = {(s.start, s.end, s.label_): s for s in spans}
    doc.spans[KEY] = SpanGroup(doc, name=KEY, spans=[unique[k] for k in sorted(unique)])


def _spans(doc: Doc, driver: Driver, labels: tuple[str, str]) -> Iterator[Any]:
    for span, label in zip((driver.aspect, driver.opinion), labels, strict=True):
        if isinstance(span, CharSpan):
            # spaCy's tokens may be longer than the span: "App-Absturz" is one.
            yield doc.char_span(span.start, span.end, label=label, alignment_mode="expand")
