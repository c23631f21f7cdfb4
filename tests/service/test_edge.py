"""Around every request: keys, request ids, log lines, counters, and errors that nobody foresaw."""

import json
import re

import pytest
from serving import KEY, running

import cxtext
from cxtext.errors import ConfigError
from cxtext.service.keys import Keys, check_host, read_keys
from cxtext.service.limits import Limits

SAID = "Frau Geheimnisträger aus Köln ist unzufrieden."


@pytest.mark.parametrize(
    ("headers", "status", "why"),
    [
        ({}, 401, "no key"),
        ({"Authorization": f"Bearer {KEY}"}, 200, "the usual way"),
        ({"Authorization": f"bearer  {KEY}"}, 200, "schemes have no case"),
        ({"X-API-Key": KEY}, 200, "the other way"),
        ({"Authorization": f"Basic {KEY}"}, 401, "another scheme"),
        ({"Authorization": KEY}, 401, "no scheme"),
        ({"X-API-Key": KEY[:-1]}, 401, "a character too few"),
        ({"X-API-Key": ""}, 401, "an empty one"),
        ({"X-API-Key": "ä" * 30}, 401, "not ASCII"),
    ],
)
def test_who_has_no_key_gets_nothing(guarded, headers, status, why):
    raw = {name: value.encode() for name, value in headers.items()}
    answer = guarded.client.post("/v1/annotate", json={"text": SAID}, headers=raw)
    assert answer.status_code == status, why
    if status == 401:
        assert answer.headers["www-authenticate"] == "Bearer"
        assert "sentiment" not in answer.text
    assert KEY not in guarded.log.getvalue()


@pytest.mark.parametrize(
    ("path", "status"),
    [("/healthz", 200), ("/readyz", 200), ("/openapi.json", 200), ("/metrics", 401), ("/v1/schema", 401), ("/x", 401)],
)
def test_only_health_and_the_description_need_no_key(guarded, path, status):
    assert guarded.client.get(path).status_code == status


def test_the_log_says_who_asked_for_how_much_and_never_what(guarded):
    guarded.client.post(
        "/v1/annotate?Geheimnis=1", json={"text": SAID}, headers={"X-API-Key": KEY, "X-Request-ID": "abc-1"}
    )
    guarded.client.get("/Geheimnis", headers={"X-API-Key": KEY})
    done, unknown = guarded.lines()
    assert done["event"] == "request"
    assert {k: done[k] for k in ("request_id", "method", "route", "status", "texts", "characters", "key")} == {
        "request_id": "abc-1", "method": "POST", "route": "/v1/annotate", "status": 200, "texts": 1,
        "characters": len(SAID), "key": "crm",
    }  # fmt: skip
    assert (unknown["route"], unknown["status"]) == ("other", 404)
    assert "Geheimnis" not in guarded.log.getvalue()


@pytest.mark.parametrize(
    ("given", "kept", "why"),
    [
        ("abc-123_x.y", True, "an id"),
        ("", False, "empty"),
        ("Herr Müller".encode(), False, "words"),
        ("a" * 65, False, "too long"),
        ('a"b', False, "signs"),
    ],
)
def test_an_answer_has_the_id_that_was_given_or_one_of_its_own(service, given, kept, why):
    answer = service.client.get("/healthz", headers={"X-Request-ID": given})
    found = answer.headers["x-request-id"]
    assert (found == given) is kept, why
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,64}", found)
    assert service.lines()[-1]["request_id"] == found


def test_what_nobody_foresaw_is_an_answer_and_a_log_line_without_words():
    def broken(items):
        raise ValueError(f"cannot digest {items[0].text}")

    for run in running({"keep": broken}):
        answer = run.client.post("/v1/annotate", json={"text": SAID})
        assert (answer.status_code, answer.json()["error"]["code"]) == (500, "internal")
        [line] = run.lines()
        assert line["level"] == "error"
        assert line["exception"]["type"] == "ValueError"
        assert "broken" in line["exception"]["at"][-1]
        assert "Geheimnis" not in run.log.getvalue() + answer.text


def test_counters_count(service):
    service.client.post("/v1/annotate", json={"documents": ["Gut.", "Schlecht."]})
    service.client.post("/v1/annotate", json={})
    text = service.client.get("/metrics").text
    for line in (
        'cxtext_requests_total{route="/v1/annotate",status="200"} 1.0',
        'cxtext_requests_total{route="/v1/annotate",status="422"} 1.0',
        'cxtext_request_seconds_count{route="/v1/annotate"} 2.0',
        "cxtext_texts_total 2.0",
        "cxtext_characters_total 13.0",
        "cxtext_batch_texts_sum 2.0",
        "cxtext_queue_characters 0.0",
        f'cxtext_info{{version="{cxtext.__version__}"}} 1.0',
    ):
        assert f"\n{line}\n" in text, line


def test_a_full_queue_refuses_before_the_body_is_read(work):
    for run in running(work, limits=Limits(queue=1)):
        run.service.batcher._waiting = 1  # as if a text waited
        refused = run.client.post("/v1/annotate", content=b"whatever")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        assert refused.json()["error"]["code"] == "overloaded"
        assert run.client.get("/healthz").status_code == 200
        run.service.batcher._waiting = 0
        assert run.client.post("/v1/annotate", json={"text": "Gut."}).status_code == 200


# --- keys ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "names", "why"),
    [
        ("a" * 24, ["key1"], "one without a name"),
        ("# ours\n\ncrm: " + "a" * 24 + "\nshop:" + "b" * 24 + "\n", ["crm", "shop"], "names, a comment, a blank line"),
    ],
)
def test_keys_are_read_from_a_file(tmp_path, content, names, why):
    path = tmp_path / "keys"
    path.write_text(content, encoding="utf-8")
    keys = read_keys(path, "ignored")
    found = [n for n in (keys.name_of("a" * 24), keys.name_of("b" * 24)) if n]
    assert found == names, why


def test_keys_are_read_from_the_environment():
    keys = read_keys(None, "crm:" + "a" * 24 + "," + "b" * 24)
    assert [keys.name_of("a" * 24), keys.name_of("b" * 24), keys.name_of("c" * 24)] == ["crm", "key2", None]
    assert not read_keys(None, None)


@pytest.mark.parametrize(
    ("value", "said", "why"),
    [
        ("crm:geheim", "at least 24", "short enough to guess"),
        ("crm:" + "ä" * 24, "ASCII", "no header holds it"),
        ("crm:" + "a b" * 24, "spaces", "with spaces"),
        ("a:" + "k" * 24 + ",b:" + "k" * 24, "the same", "twice"),
        (" , ", "no key", "nothing but commas"),
    ],
)
def test_keys_that_are_not_fit_stop_the_start_and_are_not_repeated(value, said, why):
    with pytest.raises(ConfigError, match=said) as caught:
        read_keys(None, value)
    assert "geheim" not in str(caught.value), why


def test_a_file_of_keys_that_is_not_there_stops_the_start(tmp_path):
    with pytest.raises(ConfigError, match="FileNotFoundError"):
        read_keys(tmp_path / "none", None)


@pytest.mark.parametrize(
    ("host", "allowed"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False),
     ("10.0.0.1", False), ("example.com", False), ("", False)],
)  # fmt: skip
def test_without_keys_only_this_machine_can_call(host, allowed):
    check_host(host, Keys([("crm", KEY)]))
    if allowed:
        check_host(host, Keys())
    else:
        with pytest.raises(ConfigError, match="without API keys"):
            check_host(host, Keys())


def test_the_description_names_the_ways_to_give_a_key_where_one_is_needed(guarded, service):
    with_keys = guarded.client.get("/openapi.json").json()
    assert with_keys["components"]["securitySchemes"].keys() == {"bearer", "key"}
    assert with_keys["paths"]["/v1/annotate"]["post"]["security"]
    assert "security" not in with_keys["paths"]["/healthz"]["get"]
    assert "securitySchemes" not in json.dumps(service.client.get("/openapi.json").json())
