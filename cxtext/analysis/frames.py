"""Annotations as flat tables: one row per document, segment or driver."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Literal, cast

import pandas as pd

from cxtext.documents import Annotation, Sentiment, Span
from cxtext.errors import InputTypeError, InputValueError, nearest

Level = Literal["document", "segment", "driver"]

# Column types. Texts are pandas strings, null where there is none; integers and truth values that can be missing have
# the nullable types, so that offsets never turn into floats; probabilities are float64 with NaN.
_SENTIMENT = {
    "label": "str", "score": "float64", "negative": "float64", "neutral": "float64", "positive": "float64",
    "mixed": "boolean",
}  # fmt: skip
_SPANS = {
    f"{name}{part}": kind
    for name in ("aspect", "opinion", "cause")
    for part, kind in (("", "str"), ("_start", "Int64"), ("_end", "Int64"))
}
COLUMNS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "document": {
            "id": "str", "position": "int64", "status": "str", "reason": "str", "language": "str",
            "confidence": "float64", "language_mixed": "bool", **_SENTIMENT, "n_segments": "int64",
            "n_positive_drivers": "int64", "n_negative_drivers": "int64",
        },
        "segment": {
            "id": "str", "position": "int64", "segment": "int64", "start": "int64", "end": "int64", "text": "str",
            "speaker": "str", "role": "str", "kind": "str", **_SENTIMENT,
        },
        "driver": {
            "id": "str", "position": "int64", "segment": "int64", "polarity": "str", **_SPANS, "category": "str",
            "score": "float64",
        },
    }
)  # fmt: skip

_SURROGATE = re.compile("[\ud800-\udfff]")

Row = dict[str, Any]


def to_frame(annotations: Annotation | Iterable[Annotation], level: Level = "document") -> pd.DataFrame:
    """Lay annotations out as a table of scalar columns.

    Parameters
    ----------
    annotations
        One annotation, or any iterable of them.
    level
        ``"document"``: a row per annotation. ``"segment"``: a row per segment; ``text`` is null where the annotation
        does not carry its document (after a trip through JSON). ``"driver"``: a row per driver, positive ones first;
        offsets refer to the document's text.

    Returns
    -------
    DataFrame
        ``position`` is the annotation's place in the input, from 0; ``id`` its own id. Columns and dtypes are the same
        for any input, also an empty one.

    Raises
    ------
    InputTypeError
        If something is not an annotation; the message names its position and type.
    InputValueError
        If the level is unknown.

    Examples
    --------
    >>> import cxtext
    >>> from cxtext.documents import Language, Segment
    >>> said = cxtext.Annotation(
    ...     id="a1", status="ok", reason=None, language=Language("de", 0.99), sentiment=None,
    ...     segments=(Segment(0, 14),), document=cxtext.Document(text="Alles in Ruhe."),
    ... )
    >>> to_frame(said)[["id", "position", "status", "language", "n_segments"]]
       id  position status language  n_segments
    0  a1         0     ok       de           1
    >>> to_frame([said], level="segment")[["id", "segment", "text", "kind"]]
       id  segment            text      kind
    0  a1        0  Alles in Ruhe.  customer
    >>> len(to_frame([], level="driver"))
    0
    """
    if level not in COLUMNS:
        shown = repr(level) if isinstance(level, str) and len(level) <= 40 else type(level).__name__
        raise InputValueError(f"level is {shown}; {nearest('', COLUMNS)}")
    rows = [row for position, item in enumerate(_items(annotations)) for row in _ROWS[level](item, position)]
    columns = COLUMNS[level]
    return pd.DataFrame(
        {
            name: pd.Series([_encodable(row[name]) for row in rows], dtype=cast(Any, kind))
            for name, kind in columns.items()
        }
    )


def _encodable(value: object) -> object:
    # Arrow strings are UTF-8, which has no lone surrogates; one character replaces another, so offsets stay right.
    if isinstance(value, str) and not value.isascii():
        return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value)
    return value


def _items(annotations: object) -> Iterator[Annotation]:
    if isinstance(annotations, Annotation):
        yield annotations
        return
    if isinstance(annotations, str | bytes | Mapping) or not isinstance(annotations, Iterable):
        raise InputTypeError(
            f"to_frame needs an Annotation or an iterable of them, as cxtext.annotate returns; "
            f"got {type(annotations).__name__}"
        )
    for position, item in enumerate(annotations):
        if not isinstance(item, Annotation):
            raise InputTypeError(
                f"item {position} is not an Annotation but {type(item).__name__}; Annotation.from_dict reads dicts"
            )
        yield item


def _document(a: Annotation, position: int) -> Iterator[Row]:
    yield {
        "id": a.id,
        "position": position,
        "status": a.status,
        "reason": a.reason,
        "language": a.language.code,
        "confidence": a.language.confidence,
        "language_mixed": a.language.mixed,
        **_sentiment(a.sentiment),
        "n_segments": len(a.segments),
        "n_positive_drivers": len(a.drivers.positive),
        "n_negative_drivers": len(a.drivers.negative),
    }


def _segments(a: Annotation, position: int) -> Iterator[Row]:
    for number, s in enumerate(a.segments):
        yield {
            "id": a.id,
            "position": position,
            "segment": number,
            "start": s.start,
            "end": s.end,
            "text": None if a.document is None else a.document.text[s.start : s.end],
            "speaker": s.speaker,
            "role": s.role,
            "kind": s.kind,
            **_sentiment(s.sentiment),
        }


def _drivers(a: Annotation, position: int) -> Iterator[Row]:
    for polarity, drivers in (("positive", a.drivers.positive), ("negative", a.drivers.negative)):
        for d in drivers:
            yield {
                "id": a.id,
                "position": position,
                "segment": d.segment,
                "polarity": polarity,
                **_span("aspect", d.aspect),
                **_span("opinion", d.opinion),
                **_span("cause", d.cause),
                "category": d.category,
                "score": d.score,
            }


_ROWS: Mapping[str, Callable[[Annotation, int], Iterator[Row]]] = MappingProxyType(
    {"document": _document, "segment": _segments, "driver": _drivers}
)


def _sentiment(sentiment: Sentiment | None) -> Row:
    if sentiment is None:
        return dict.fromkeys(_SENTIMENT)
    p = sentiment.probabilities
    return {
        "label": sentiment.label,
        "score": sentiment.score,
        "negative": p.negative,
        "neutral": p.neutral,
        "positive": p.positive,
        "mixed": sentiment.mixed,
    }


def _span(name: str, span: Span | None) -> Row:
    if span is None:
        return dict.fromkeys((name, f"{name}_start", f"{name}_end"))
    return {name: span.text, f"{name}_start": span.start, f"{name}_end": span.end}
