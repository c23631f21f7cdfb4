"""The service's description of itself: OpenAPI 3.1, with examples in both languages."""

import json
from importlib.resources import files
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from cxtext.service.limits import Limits
from cxtext.service.requests import DocumentBody, EncodeBody, ManyDocuments, OneDocument

_REF = "#/components/schemas/"
_ONE = {"text": "Der Zug war pünktlich, aber die App stürzt ständig ab.", "id": "4711", "language": "de"}
_MANY = {
    "documents": [
        "Die Beratung war super freundlich.",
        {"id": "4712", "text": "Nobody answers the phone.", "channel": "survey", "scores": {"nps": 2}},
    ],
    "question": "Was können wir besser machen?",
    "redact": "mask",
}
_CALL = {
    "id": "call-7",
    "channel": "call",
    "turns": [
        {"role": "agent", "text": "Good morning, how can I help?"},
        {"role": "customer", "text": "My parcel is three weeks late and nobody calls back."},
    ],
}


def _json(schema: dict[str, Any], **examples: Any) -> dict[str, Any]:  # noqa: ANN401 (any JSON)
    content: dict[str, Any] = {"schema": schema}
    if examples:
        content["examples"] = {name: {"value": value} for name, value in examples.items()}
    return {"application/json": content}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": _REF + name}


def _errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: {"description": _STATUS[status], "content": _json(_ref("Error"))} for status in statuses}


_STATUS = {
    401: "There is no key, or a wrong one.",
    408: "The body did not come in in time.",
    413: "The body, the number of texts or a text is larger than allowed.",
    415: "The body has another media type.",
    422: "The body is no JSON, or a field is wrong.",
    500: "The service failed.",
    503: "There is no room in the queue; the header Retry-After says when to try again.",
    504: "The answer took too long.",
}

ANNOTATE: dict[str, Any] = {
    "summary": "Annotate one document or many",
    "description": (
        "A document gives its annotation; `documents` give `annotations`, same length and order, and, where personal "
        "data is redacted, `texts`, to which offsets then refer. What is said of a text does not depend on the others."
    ),
    "openapi_extra": {
        "requestBody": {
            "required": True,
            "content": _json(
                {"anyOf": [_ref("OneDocument"), _ref("ManyDocuments")]}, one=_ONE, many=_MANY, conversation=_CALL
            ),
        }
    },
    "responses": {
        200: {
            "description": "The annotation, or all annotations.",
            "content": _json({"anyOf": [_ref("Annotation"), _ref("Annotations")]}),
        },
        **_errors(401, 408, 413, 415, 422, 500, 503, 504),
    },
}

STREAM: dict[str, Any] = {
    "summary": "Annotate a stream of documents, line by line",
    "description": (
        "NDJSON in both directions: a line is a text (a JSON string) or a document, and each gives one line, in order: "
        'an annotation, or `{"status": "rejected", "line": ..., "reason": ...}`. Read while you send: what you '
        "do not take is not worked on."
    ),
    "openapi_extra": {
        "requestBody": {
            "required": True,
            "content": {"application/x-ndjson": {"schema": {"type": "string"}, "example": json.dumps(_ONE) + "\n"}},
        }
    },
    "responses": {
        200: {
            "description": "One line for each line.",
            "content": {"application/x-ndjson": {"schema": {"type": "string"}}},
        },
        **_errors(401, 415, 422, 503),
    },
}

ENCODE_ROUTE: dict[str, Any] = {
    "summary": "Encode texts as vectors",
    "description": "One space for German and English; rows of length 1, zeros for texts without words.",
    "openapi_extra": {
        "requestBody": {
            "required": True,
            "content": _json(_ref("EncodeBody"), texts={"texts": ["Der Zug war zu spät.", "The train was late."]}),
        }
    },
    "responses": {
        200: {"description": "A vector for each text.", "content": _json(_ref("Embeddings"))},
        **_errors(401, 408, 413, 415, 422, 500, 503, 504),
    },
}

SCHEMA_ROUTE: dict[str, Any] = {
    "summary": "JSON Schema of an annotation",
    "responses": {
        200: {"description": "The schema.", "content": {"application/schema+json": {"schema": {"type": "object"}}}},
        **_errors(401),
    },
}
HEALTH: dict[str, Any] = {
    "summary": "Whether the process lives",
    "responses": {200: {"description": "It does.", "content": _json(_ref("Status"))}},
}
READY: dict[str, Any] = {
    "summary": "Whether requests should be sent here",
    "responses": {200: {"description": "They should.", "content": _json(_ref("Status"))}, **_errors(503)},
}
METRICS: dict[str, Any] = {
    "summary": "Counters in Prometheus' text format",
    "responses": {
        200: {"description": "The counters.", "content": {"text/plain": {"schema": {"type": "string"}}}},
        **_errors(401),
    },
}


def annotation_schema() -> bytes:
    """Give the JSON Schema of an annotation."""
    return files("cxtext").joinpath("data/annotation.schema.json").read_bytes()


def describe_api(app: FastAPI, limits: Limits, *, keys: bool) -> dict[str, Any]:
    """Describe the routes of an application.

    Parameters
    ----------
    app
        The application.
    limits
        What a request may cost.
    keys
        Whether the service asks for a key.
    """
    api = get_openapi(
        title=app.title,
        version=app.version,
        summary="Reads customer feedback in German and English and explains what delights and what annoys.",
        routes=app.routes,
    )
    for path in api["paths"].values():
        for operation in path.values():
            # FastAPI documents its own form of an error where a parameter is checked.
            operation["responses"].setdefault("422", {})
            if operation["responses"]["422"].get("content") != _json(_ref("Error")):
                operation["responses"].pop("422")
    components: dict[str, Any] = api.setdefault("components", {})
    components["schemas"] = _schemas(limits)
    if keys:
        components["securitySchemes"] = {
            "bearer": {"type": "http", "scheme": "bearer"},
            "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
        }
        for name, path in api["paths"].items():
            for operation in path.values():
                if name.startswith("/v1/") or name == "/metrics":
                    operation["security"] = [{"bearer": []}, {"key": []}]
    return api


def _schemas(limits: Limits) -> dict[str, Any]:
    models = [(model, "validation") for model in (OneDocument, DocumentBody, ManyDocuments, EncodeBody)]
    _, made = models_json_schema(models, ref_template=_REF + "{model}")  # type: ignore[arg-type]
    schemas: dict[str, Any] = made["$defs"]
    schemas["ManyDocuments"]["properties"]["documents"]["maxItems"] = limits.texts
    schemas["EncodeBody"]["properties"]["texts"]["maxItems"] = limits.texts
    annotation = json.loads(annotation_schema().replace(b"#/$defs/", f"{_REF}annotation_".encode()))
    parts = annotation.pop("$defs")
    annotation.pop("$schema")
    annotation.pop("$id")
    schemas["Annotation"] = annotation
    schemas.update({f"annotation_{name}": part for name, part in parts.items()})
    schemas["Annotations"] = _object(
        {
            "annotations": {"type": "array", "items": _ref("Annotation")},
            "texts": {"type": "array", "items": {"type": "string"}},
        },
        ["annotations"],
    )
    schemas["Embeddings"] = _object(
        {"embeddings": {"type": "array", "items": {"type": "array", "items": {"type": "number"}}}}, ["embeddings"]
    )
    schemas["Status"] = _object({"status": {"type": "string"}}, ["status"])
    fields = {
        "code": {"type": "string", "description": "Stable name of the reason."},
        "message": {"type": "string", "description": "What is wrong, and what is allowed. Never what was sent."},
        "field": {"type": ["string", "null"], "description": "Path of the field in the body."},
        "position": {"type": ["integer", "null"], "description": "Position of the text in the request, from 0."},
    }
    schemas["Error"] = _object({"error": _object(fields, list(fields))}, ["error"])
    return schemas


def _object(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
