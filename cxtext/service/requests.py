"""What requests may hold: the shape of their bodies, which OpenAPI shows, and the way from there to documents."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Discriminator, Field, FiniteFloat, Tag, ValidationError
from pydantic.config import JsonDict

from cxtext.documents import Channel, Document, LanguageCode, Role
from cxtext.engines.local import Redaction
from cxtext.errors import InputTypeError, InputValueError
from cxtext.service.limits import TEXT_COST, Limits, RefusedError
from cxtext.sources.json_lines import parse

Model = TypeVar("Model", bound=BaseModel)

Offset = Annotated[int, Field(ge=0, le=2**31)]


class _Strict(BaseModel):
    # A number is not a text and a text is not a number, and a slip in a name is an error.
    model_config = ConfigDict(strict=True, extra="forbid", hide_input_in_errors=True)


class Turn(_Strict):
    """One turn of a conversation: with ``text`` where the document has none, otherwise with offsets into it."""

    text: str | None = None
    start: Offset | None = None
    end: Offset | None = None
    speaker: str | None = None
    role: Role | None = None
    start_time: FiniteFloat | None = None
    end_time: FiniteFloat | None = None


_TEXT_OR_TURNS: JsonDict = {"anyOf": [{"required": ["text"]}, {"required": ["turns"]}]}


class DocumentBody(_Strict):
    """One piece of feedback; ``text``, or ``turns`` that have their own, is needed, the rest is not."""

    model_config = ConfigDict(json_schema_extra=_TEXT_OR_TURNS)

    text: str | None = Field(None, description="The words. Offsets of the answer count its characters.")
    id: str | None = Field(None, description="Your own identifier; the answer has it, too.")
    turns: list[Turn] | None = Field(None, description="Who says what in a conversation.")
    channel: Channel | None = None
    author_role: Role | None = None
    created_at: str | None = Field(None, description="When, in ISO 8601 with a time zone.")
    language: LanguageCode | None = Field(None, description="The language, where it is known.")
    question: str | None = Field(None, description="What was asked, for answers to an open question.")
    scores: dict[str, FiniteFloat] | None = Field(None, description="Ratings given beside the text.")
    attributes: dict[str, Any] | None = Field(None, description="Anything else.")


class OneDocument(DocumentBody):
    """A document, and what to do with personal data in it."""

    redact: Redaction = Field("keep", description="What to do with personal data before anything else.")


class EncodeBody(_Strict):
    """Texts to encode as vectors."""

    texts: list[str] = Field(description="Texts in German or English; an empty one gives a vector of zeros.")


def _kind(value: object) -> str:
    return "text" if isinstance(value, str) else "document"


class ManyDocuments(_Strict):
    """Texts or documents, and what holds for all that do not say otherwise."""

    documents: list[
        Annotated[Annotated[str, Tag("text")] | Annotated[DocumentBody, Tag("document")], Discriminator(_kind)]
    ]
    language: LanguageCode | None = None
    question: str | None = None
    redact: Redaction = "keep"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to annotate, checked. ``single`` asks for one annotation, not for a list of one."""

    documents: list[Document]
    redact: Redaction
    single: bool


# Names that an error may repeat; anything else in a path was chosen by the caller.
_NAMES = frozenset(name for model in (Turn, OneDocument, ManyDocuments, EncodeBody) for name in model.model_fields)


def read_json(body: bytes) -> Any:  # noqa: ANN401 (whatever was sent)
    """Parse a body.

    Raises
    ------
    RefusedError
        With status 422 if the body is no JSON.
    """
    try:
        return parse(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise RefusedError(422, "invalid_json", f"the body is not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise RefusedError(
            422, "invalid_json", f"the body is not JSON at line {error.lineno}, column {error.colno}"
        ) from None
    except (ValueError, RecursionError):
        raise RefusedError(422, "invalid_json", "the body has a number or a nesting that cannot be read") from None


def read_annotate(body: bytes, limits: Limits) -> Asked:
    """Read the body of a request to annotate one or many.

    Raises
    ------
    RefusedError
        With status 413 or 422; names the field and the position, never what was in it.
    """
    value = read_json(body)
    if not isinstance(value, Mapping):
        raise RefusedError(422, "invalid_type", f"the body must be an object, got {_json_type(value)}")
    if "documents" not in value:
        one = _check(OneDocument, value)
        return Asked([_document(one, None, None, None, limits)], one.redact, single=True)
    documents = value["documents"]
    if isinstance(documents, list) and len(documents) > limits.texts:
        raise _too_many(len(documents), limits)
    many = _check(ManyDocuments, value)
    return Asked(
        [_document(d, i, many.language, many.question, limits) for i, d in enumerate(many.documents)],
        many.redact,
        single=False,
    )


def read_encode(body: bytes, limits: Limits) -> list[str]:
    """Read the body of a request to encode.

    Raises
    ------
    RefusedError
        With status 413 or 422.
    """
    value = read_json(body)
    if not isinstance(value, Mapping):
        raise RefusedError(422, "invalid_type", f"the body must be an object, got {_json_type(value)}")
    texts = value.get("texts")
    if isinstance(texts, list) and len(texts) > limits.texts:
        raise _too_many(len(texts), limits)
    checked = _check(EncodeBody, value).texts
    for i, text in enumerate(checked):
        if len(text) > limits.characters:
            raise _too_long(len(text), f"texts[{i}]", i, limits)
    return checked


def cost(document: Document) -> int:
    """Say how much work a document is, in characters."""
    return len(document.text) + len(document.question or "") + TEXT_COST


def read_document(value: object, limits: Limits) -> Document:
    """Read one line of a stream: a text or an object.

    Raises
    ------
    RefusedError
        If it is neither, or not within limits.
    """
    if isinstance(value, str):
        return _document(value, None, None, None, limits)
    if not isinstance(value, Mapping):
        raise RefusedError(422, "invalid_type", f"a line must be a string or an object, got {_json_type(value)}")
    return _document(_check(DocumentBody, value), None, None, None, limits)


def _check(model: type[Model], value: object) -> Model:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise invalid(first["type"], first["msg"], first["loc"]) from None


def invalid(kind: str, message: str, location: tuple[int | str, ...]) -> RefusedError:
    """Turn an error of pydantic into an answer that repeats nothing but the names of fields."""
    field = ""
    position: int | None = None
    for part in location:
        if isinstance(part, int):
            field += f"[{part}]"
            position = part if position is None else position
        elif part in _NAMES:
            field += f".{part}" if field else part
        elif part not in ("text", "document"):
            break  # a key that the caller chose
    if kind == "extra_forbidden":
        message = "has a field that is not known; see /openapi.json for those that are"
    code = {"missing": "missing_field", "extra_forbidden": "unknown_field"}.get(kind, "invalid_field")
    return RefusedError(422, code, f"{field or 'the body'}: {message}", field=field or None, position=position)


def _document(
    body: str | DocumentBody, position: int | None, language: LanguageCode | None, question: str | None, limits: Limits
) -> Document:
    where = "" if position is None else f"documents[{position}]"
    try:
        document = Document.from_mapping(_mapping(body, language, question))
    except (InputTypeError, InputValueError) as error:
        message = f"{where}: {error}" if where else str(error)
        raise RefusedError(422, "invalid_field", message, field=where or None, position=position) from None
    length = len(document.text) + len(document.question or "")
    if length > limits.characters:
        raise _too_long(length, where or None, position, limits)
    return document


def _mapping(body: str | DocumentBody, language: LanguageCode | None, question: str | None) -> dict[str, Any]:
    if isinstance(body, str):
        return {"text": body, "language": language, "question": question}
    values = {name: getattr(body, name) for name in body.model_fields_set if name != "redact"}
    if body.turns is not None:
        values["turns"] = [{n: getattr(t, n) for n in t.model_fields_set} for t in body.turns]
    if values.get("text") is None:
        values.pop("text", None)
    if values.get("language") is None:
        values["language"] = language
    if values.get("question") is None:
        values["question"] = question
    return values


def _too_many(n: int, limits: Limits) -> RefusedError:
    return RefusedError(
        413,
        "too_many_texts",
        f"a request may have {limits.texts:,} texts, got {n:,}; send several, or use /v1/annotate/stream",
    )


def _too_long(length: int, field: str | None, position: int | None, limits: Limits) -> RefusedError:
    return RefusedError(
        413,
        "text_too_long",
        f"a text may have {limits.characters:,} characters with its question, got {length:,}; "
        "nothing is cut silently, so split it",
        field=field,
        position=position,
    )


def _json_type(value: object) -> str:
    if value is None:
        return "null"
    names = {str: "a string", bool: "a boolean", int: "a number", float: "a number", list: "an array"}
    return names.get(type(value), "an object")
