"""Every route over HTTP: what it gives, and what it says to a request that it cannot serve."""

import json

import numpy as np
import pytest

import cxtext
from cxtext.pipeline import Pipeline

TEXTS = [
    "Der Zug war pünktlich, aber die App stürzt ständig ab.",
    "",
    "The staff were friendly and helpful. Größe \U0001f600 passt!",
    "  ",
    "Kaputte Emoji \ud83d bleiben stehen.",
    "Bonjour tout le monde, comment allez-vous aujourd'hui ?",
]


def bytes_of(annotation):
    return json.dumps(annotation.to_dict(), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("text", TEXTS, ids=["two drivers", "empty", "emoji", "blank", "lone surrogate", "French"])
def test_one_document_gives_the_bytes_of_its_annotation(service, text):
    answer = service.client.post("/v1/annotate", content=json.dumps({"text": text}))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    expected = cxtext.annotate(text)
    assert answer.json() == expected.to_dict()
    if text.isprintable():
        assert answer.content == bytes_of(expected)


def test_many_give_the_very_bytes_that_each_gives_alone(service):
    alone = [service.client.post("/v1/annotate", content=json.dumps({"text": t})).content for t in TEXTS]
    many = service.client.post("/v1/annotate", content=json.dumps({"documents": TEXTS})).content
    assert many == b'{"annotations":[' + b",".join(alone) + b"]}"


def test_documents_keep_their_fields(service):
    call = {
        "id": "call-7",
        "channel": "call",
        "created_at": "2026-03-01T09:30:00+01:00",
        "scores": {"nps": 2},
        "attributes": {"Filiale": "Bern", "deep": [{"a": 1}]},
        "turns": [
            {"role": "agent", "text": "Guten Morgen!", "start_time": 0, "end_time": 1.5},
            {"role": "customer", "text": "Mein Paket ist seit drei Wochen verschwunden."},
        ],
    }
    found = service.client.post("/v1/annotate", json=call).json()
    assert found == cxtext.annotate(call).to_dict()
    assert [s["role"] for s in found["segments"]] == ["agent", "customer"]


def test_what_holds_for_all_fills_only_what_a_document_leaves_open(service):
    body = {"documents": ["Preis", {"text": "price", "language": "en"}], "language": "de", "question": "Was stört Sie?"}
    found = service.client.post("/v1/annotate", json=body).json()["annotations"]
    expected = cxtext.annotate(["Preis", {"text": "price", "language": "en"}], language="de", question="Was stört Sie?")
    assert found == [a.to_dict() for a in expected]


@pytest.mark.parametrize("mode", ["mask", "pseudonymise"])
def test_redacted_texts_come_with_their_annotations(service, mode):
    text = "Rufen Sie mich an: 0170 1234567. Danke, Max Müller"
    answer = service.client.post("/v1/annotate", json={"documents": [text], "redact": mode})
    expected = cxtext.annotate(text, redact=mode)
    assert answer.json() == {"annotations": [expected.to_dict()], "texts": [expected.document.text]}
    assert "1234567" not in answer.text
    one = service.client.post("/v1/annotate", json={"text": text, "redact": mode})
    assert one.json() == expected.to_dict()


def test_no_documents_give_no_annotations(service):
    assert service.client.post("/v1/annotate", json={"documents": []}).json() == {"annotations": []}


def test_vectors_are_those_of_encode_to_the_last_bit(service):
    texts = ["Der Zug war zu spät.", "", "The train was late."]
    found = service.client.post("/v1/encode", json={"texts": texts}).json()["embeddings"]
    assert np.array_equal(np.asarray(found, np.float32), cxtext.encode(texts))


def test_the_schema_is_that_of_the_package(service, root):
    answer = service.client.get("/v1/schema")
    assert answer.content == (root / "cxtext" / "data" / "annotation.schema.json").read_bytes()


@pytest.mark.parametrize(("path", "status"), [("/healthz", "ok"), ("/readyz", "ready")])
def test_a_running_service_says_so(service, path, status):
    assert service.client.get(path).json() == {"status": status}


def test_a_service_that_ends_is_not_ready_and_closes_connections(service):
    service.service.drain()
    answer = service.client.get("/readyz")
    assert (answer.status_code, answer.headers["connection"]) == (503, "close")
    assert service.client.get("/healthz").status_code == 200


REFUSALS = [
    (b"{", 422, "invalid_json", None, None, "cut off"),
    (b"\xff", 422, "invalid_json", None, None, "not UTF-8"),
    (b'{"text": NaN}', 422, "invalid_json", None, None, "NaN is no JSON"),
    (b"[" * 4_000, 422, "invalid_json", None, None, "deeper than any feedback"),
    (b'{"text": ' + b"9" * 4_500 + b"}", 422, "invalid_json", None, None, "a number with too many digits"),
    (b"[]", 422, "invalid_type", None, None, "an array"),
    (b"null", 422, "invalid_type", None, None, "null"),
    (b"{}", 422, "invalid_field", None, None, "neither text nor turns"),
    (b'{"text": 3}', 422, "invalid_field", "text", None, "a number"),
    (b'{"text": null}', 422, "invalid_field", None, None, "null"),
    (b'{"text": "a", "Geheim": 1}', 422, "unknown_field", None, None, "a field that does not exist"),
    (b'{"text": "a", "language": "Geheim"}', 422, "invalid_field", "language", None, "no language"),
    (b'{"text": "a", "channel": "Geheim"}', 422, "invalid_field", "channel", None, "no channel"),
    (b'{"text": "a", "redact": "Geheim"}', 422, "invalid_field", "redact", None, "no way to redact"),
    (b'{"text": "a", "scores": {"Geheim": "x"}}', 422, "invalid_field", "scores", None, "a score that is a text"),
    (b'{"text": "a", "scores": {"nps": true}}', 422, "invalid_field", "scores", None, "true is nobody's rating"),
    (b'{"text": "a", "scores": {"nps": 1e999}}', 422, "invalid_field", "scores", None, "beyond all numbers"),
    (b'{"text": "a", "created_at": "Geheim"}', 422, "invalid_field", None, None, "no time"),
    (b'{"text": "a", "created_at": "2026-03-01T09:30:00"}', 422, "invalid_field", None, None, "no time zone"),
    (b'{"text": "a", "turns": [{"start": 0}]}', 422, "invalid_field", None, None, "a turn without an end"),
    (b'{"text": "a", "turns": [{"start": 0, "end": 9}]}', 422, "invalid_field", None, None, "behind the end"),
    (b'{"turns": [{"role": "customer"}]}', 422, "invalid_field", None, None, "a turn without a text"),
    (b'{"turns": [{"text": "a", "Geheim": 1}]}', 422, "unknown_field", "turns[0]", 0, "a turn's unknown field"),
    (b'{"documents": ["a", 3]}', 422, "invalid_field", "documents[1]", 1, "a number among texts"),
    (b'{"documents": ["a", {"text": []}]}', 422, "invalid_field", "documents[1].text", 1, "an array"),
    (b'{"documents": ["a", {"id": "b"}]}', 422, "invalid_field", "documents[1]", 1, "a document without a text"),
    (b'{"documents": "Geheim"}', 422, "invalid_field", "documents", None, "one text where many are due"),
    (b'{"documents": [], "text": "a"}', 422, "unknown_field", "text", None, "one and many at once"),
    (json.dumps({"documents": ["a"] * 21}).encode(), 413, "too_many_texts", None, None, "one more than allowed"),
    (json.dumps({"text": "a" * 401}).encode(), 413, "text_too_long", None, None, "one character more than allowed"),
    (
        json.dumps({"documents": ["a", {"text": "a" * 300, "question": "b" * 101}]}).encode(),
        413, "text_too_long", "documents[1]", 1, "the question counts",
    ),
    (b'{"text": "' + b"a" * 5_000 + b'"}', 413, "body_too_large", None, None, "more bytes than allowed"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "status", "code", "field", "position", "why"), REFUSALS)
def test_what_is_wrong_is_named_and_what_was_sent_is_not(service, body, status, code, field, position, why):
    answer = service.client.post("/v1/annotate", content=body)
    assert answer.status_code == status, why
    error = answer.json()["error"]
    assert (error["code"], error["field"], error["position"]) == (code, field, position), why
    assert "Geheim" not in answer.text
    assert "Geheim" not in service.log.getvalue()


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({"texts": ["a", None]}, 422, "invalid_field", "texts[1]"),
        ({"texts": "a"}, 422, "invalid_field", "texts"),
        ({}, 422, "missing_field", "texts"),
        ([], 422, "invalid_type", None),
        ({"texts": ["a"] * 21}, 413, "too_many_texts", None),
        ({"texts": ["a", "b" * 401]}, 413, "text_too_long", "texts[1]"),
    ],
)
def test_what_cannot_be_encoded_is_refused(service, body, status, code, field):
    answer = service.client.post("/v1/encode", json=body)
    assert (answer.status_code, answer.json()["error"]["code"], answer.json()["error"]["field"]) == (
        status,
        code,
        field,
    )


@pytest.mark.parametrize(
    ("method", "path", "media", "status", "code"),
    [
        ("GET", "/nowhere", None, 404, "not_found"),
        ("GET", "/v1/annotate", None, 405, "method_not_allowed"),
        ("DELETE", "/v1/schema", None, 405, "method_not_allowed"),
        ("POST", "/v1/annotate", "text/plain", 415, "unsupported_media_type"),
        ("POST", "/v1/annotate", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        ("POST", "/v1/annotate/stream", "application/json", 415, "unsupported_media_type"),
        ("POST", "/v1/annotate/stream?redact=eat", "application/x-ndjson", 422, "invalid_field"),
    ],
)
def test_errors_have_one_form_whatever_they_are_about(service, method, path, media, status, code):
    headers = {"Content-Type": media} if media else {}
    answer = service.client.request(method, path, headers=headers, content=b"{}" if media else None)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_a_body_that_lies_about_its_length_is_stopped_all_the_same(service):
    parts = (b" " * 1_000 for _ in range(10))
    answer = service.client.post("/v1/annotate", content=parts)
    assert (answer.status_code, answer.headers["connection"]) == (413, "close")


def test_the_pages_that_would_load_scripts_from_elsewhere_are_not_there(service):
    assert {service.client.get(p).status_code for p in ("/docs", "/redoc")} == {404}


def test_the_work_is_the_same_with_a_pipeline_of_ones_own(tmp_path):
    from cxtext.service.work import make_work

    path = tmp_path / "pipeline.toml"
    Pipeline(["language.v1", "segment.v1"]).to_config(path)
    [found] = make_work(path)["keep"]([cxtext.Document(text="Gut.")])
    assert json.loads(found.json) == cxtext.annotate("Gut.", pipeline=path).to_dict()
