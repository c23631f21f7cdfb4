"""Annotations as Parquet files that pandas, DuckDB and Arrow read, and back.

One row is one document:

=================== ==================== ==============================================================================
column              type                 meaning
=================== ==================== ==============================================================================
id                  string               the source's identifier
text                string               the text that offsets refer to: the redacted one where redaction was asked for
channel             string
author_role         string
created_at          timestamp (UTC)
utc_offset          int16                minutes that the document's own clock is ahead of UTC
question            string
declared_language   string               what the source said
language            string               what was found: de, en or other
status              string               ok or skipped
sentiment           string               negative, neutral, positive or null
sentiment_score     double               -1 to 1
positive_drivers    int32                how many
negative_drivers    int32                how many
scores              string (JSON object)
attributes          string (JSON object)
turns               list of struct
annotation          struct               the whole of ``cxtext.annotation/1`` but for ``conversation``, a JSON object
=================== ==================== ==============================================================================

In DuckDB: ``SELECT id, unnest(annotation.drivers.negative, recursive := true) FROM 'annotations/*.parquet'``.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxtext.documents import Annotation, Document
from cxtext.errors import InputValueError, SourceError

if TYPE_CHECKING:
    import pyarrow as pa

_SURROGATE = re.compile("[\ud800-\udfff]")


def schema() -> "pa.Schema":
    """Arrow schema of a part; the module's text says what the columns mean."""
    import pyarrow as pa

    text, offset, number = pa.string(), pa.int32(), pa.float64()
    span = pa.struct([("start", offset), ("end", offset), ("text", text)])
    probabilities = pa.struct([("negative", number), ("neutral", number), ("positive", number)])
    why = pa.list_(pa.struct([("start", offset), ("end", offset), ("text", text), ("weight", number)]))
    sentiment = pa.struct(
        [("label", text), ("score", number), ("probabilities", probabilities), ("mixed", pa.bool_()), ("why", why)]
    )
    place: list[tuple[str, pa.DataType]] = [("start", offset), ("end", offset)]
    segment = pa.struct([*place, ("speaker", text), ("role", text), ("kind", text), ("sentiment", sentiment)])
    driver = pa.struct(
        [
            ("aspect", span),
            ("opinion", span),
            ("cause", span),
            ("category", text),
            ("score", number),
            ("segment", offset),
        ]
    )
    annotation = pa.struct(
        [
            ("schema", text),
            ("id", text),
            ("status", text),
            ("reason", text),
            ("truncated", pa.bool_()),
            ("language", pa.struct([("code", text), ("confidence", number), ("mixed", pa.bool_())])),
            ("sentiment", sentiment),
            ("segments", pa.list_(segment)),
            ("drivers", pa.struct([("positive", pa.list_(driver)), ("negative", pa.list_(driver))])),
            (
                "topics",
                pa.list_(pa.struct([("id", pa.int64()), ("label", text), ("score", number), ("segment", offset)])),
            ),
            ("conversation", text),
            ("markers", pa.list_(pa.struct([("type", text), *place, ("text", text), ("score", number)]))),
            ("pii", pa.list_(pa.struct([("type", text), *place]))),
        ]
    )
    turn = pa.struct([*place, ("speaker", text), ("role", text), ("start_time", number), ("end_time", number)])
    return pa.schema(
        [
            ("id", text),
            ("text", text),
            ("channel", text),
            ("author_role", text),
            ("created_at", pa.timestamp("us", "UTC")),
            ("utc_offset", pa.int16()),
            ("question", text),
            ("declared_language", text),
            ("language", text),
            ("status", text),
            ("sentiment", text),
            ("sentiment_score", number),
            ("positive_drivers", pa.int32()),
            ("negative_drivers", pa.int32()),
            ("scores", text),
            ("attributes", text),
            ("turns", pa.list_(turn)),
            ("annotation", annotation),
        ]
    )


def to_table(annotations: Sequence[Annotation]) -> "pa.Table":
    """Give annotations, with their documents, as an Arrow table.

    Lone surrogates, which UTF-8 cannot hold, become U+FFFD; offsets stay as they are.

    Raises
    ------
    InputValueError
        If an annotation has lost its document.

    Examples
    --------
    >>> from cxtext.documents import Annotation, Document, Language
    >>> d = Document(text="Grüezi", id="1")
    >>> a = Annotation(id="1", status="ok", reason=None, language=Language("de", 1.0), sentiment=None, document=d)
    >>> to_table([a]).column("text").to_pylist(), next(from_table(to_table([a]))) == a
    (['Grüezi'], True)
    >>> to_table([]).num_rows
    0
    """
    import pyarrow as pa

    rows = [_row(a, i) for i, a in enumerate(annotations)]
    try:
        return pa.Table.from_pylist(rows, schema=schema())
    except UnicodeEncodeError:
        return pa.Table.from_pylist(_encodable(rows), schema=schema())


def from_table(table: "pa.Table") -> Iterator[Annotation]:
    """Give the annotations of a table that :func:`to_table` made, with their documents."""
    for row in table.to_pylist():
        data = row["annotation"]
        if data["conversation"] is not None:
            data["conversation"] = json.loads(data["conversation"])
        annotation = Annotation.from_dict(data)
        object.__setattr__(annotation, "document", _document(row))  # our own new object: nobody else has seen it
        yield annotation


def to_bytes(annotations: Sequence[Annotation]) -> bytes:
    """Give annotations as the content of one Parquet file; the same annotations give the same bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(to_table(annotations), sink, compression="zstd", compression_level=3, version="2.6")
    return bytes(sink.getvalue())


class Parts:
    """The annotations in the part files of a folder, in order; may be iterated over many times, one file at a time.

    Parameters
    ----------
    paths
        The Parquet files.
    """

    def __init__(self, paths: Iterable[Path]) -> None:
        self.paths = tuple(paths)

    def __iter__(self) -> Iterator[Annotation]:
        import pyarrow as pa
        import pyarrow.parquet as pq

        for path in self.paths:
            try:
                table = pq.read_table(path)
            except (OSError, pa.ArrowException):
                raise SourceError(f"{path} is missing or damaged; run again with --force") from None
            yield from from_table(table)


def plain(value: Any) -> Any:  # noqa: ANN401 (any attribute)
    """Give an attribute's value as JSON knows it; dates become ISO text, missing values null.

    >>> plain(date(2026, 3, 1)), plain(float("nan")), plain("Zürich")
    ('2026-03-01', None, 'Zürich')
    """
    if type(value).__name__ in {"NAType", "NaTType"}:
        return None
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, float):
        return float(value) if value - value == 0 else None
    if value is None or isinstance(value, str | int):
        return value
    if hasattr(value, "item"):
        return plain(value.item())
    return str(value)


def _row(annotation: Annotation, position: int) -> dict[str, Any]:
    document = annotation.document
    if document is None:
        raise InputValueError(f"annotation {position} has no document (it came from from_dict); annotate again")
    data = annotation.to_dict()
    if data["conversation"] is not None:
        data["conversation"] = _json(data["conversation"])
    at = document.created_at
    offset = at.utcoffset() if at else None
    mood = annotation.sentiment
    return {
        "id": document.id,
        "text": document.text,
        "channel": document.channel,
        "author_role": document.author_role,
        "created_at": at.astimezone(UTC) if at else None,
        "utc_offset": None if offset is None else round(offset.total_seconds() / 60),
        "question": document.question,
        "declared_language": document.language,
        "language": annotation.language.code,
        "status": annotation.status,
        "sentiment": mood.label if mood else None,
        "sentiment_score": mood.score if mood else None,
        "positive_drivers": len(annotation.drivers.positive),
        "negative_drivers": len(annotation.drivers.negative),
        "scores": _json({k: v for k, v in document.scores.items() if v == v}),
        "attributes": _json(document.attributes),
        "turns": [t.to_dict() for t in document.turns],
        "annotation": data,
    }


@cache
def _zone(minutes: int) -> timezone:
    return timezone(timedelta(minutes=minutes))


def _document(row: Mapping[str, Any]) -> Document:
    at = row["created_at"]
    if at is not None:
        at = at.astimezone(_zone(row["utc_offset"]))
    return Document(
        text=row["text"],
        id=row["id"],
        turns=row["turns"],
        channel=row["channel"],
        author_role=row["author_role"],
        created_at=at,
        language=row["declared_language"],
        question=row["question"],
        scores=json.loads(row["scores"]),
        attributes=json.loads(row["attributes"]),
    )


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _encodable(value: Any) -> Any:  # noqa: ANN401 (rows of plain values)
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_encodable(v) for v in value]
    if isinstance(value, dict):
        return {_encodable(k): _encodable(v) for k, v in value.items()}
    return value
