"""Streams over the application: a line out for a line in, in order, whatever the lines are."""

import json

import pytest

import cxtext

NDJSON = {"Content-Type": "application/x-ndjson"}


def lines_of(answer):
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/x-ndjson"
    return [json.loads(line) for line in answer.content.splitlines()]


def post(service, content, path="/v1/annotate/stream"):
    return lines_of(service.client.post(path, content=content, headers=NDJSON))


def test_each_line_gives_its_annotation_in_order(service):
    texts = [f"Der {n}. Zug kam zu spät." for n in range(150)]
    body = "\n".join(json.dumps(t if n % 2 else {"text": t, "id": str(n)}) for n, t in enumerate(texts))
    found = post(service, body.encode())
    expected = cxtext.annotate([t if n % 2 else {"text": t, "id": str(n)} for n, t in enumerate(texts)])
    assert found == [a.to_dict() for a in expected]


@pytest.mark.parametrize("size", [1, 7, 1_000])
def test_how_the_bytes_come_in_changes_nothing(service, size):
    body = '"Größe \U0001f600 passt."\n{"text": "Nobody answers."}\n"Gut."'.encode()
    pieces = (body[i : i + size] for i in range(0, len(body), size))
    assert post(service, pieces) == [
        a.to_dict() for a in cxtext.annotate(["Größe \U0001f600 passt.", "Nobody answers.", "Gut."])
    ]


@pytest.mark.parametrize(
    ("line", "reason", "why"),
    [
        (b"{", "not a JSON value", "cut off"),
        (b"", "not a JSON value", "an empty line"),
        (b"[" * 3_000, "not a JSON value", "deeper than any feedback"),
        (b'"\xff"', "not UTF-8 at byte 1", "another encoding"),
        (b'{"text": NaN}', "not a JSON value", "NaN is no JSON"),
        (b"[1]", "a line must be a string or an object, got an array", "an array"),
        (b"null", "a line must be a string or an object, got null", "null"),
        (b'{"text": 3}', "text: Input should be a valid string", "a number"),
        (b'{"text": "a", "Geheim": 1}', "a field that is not known", "an unknown field"),
        (b'{"text": "a", "language": "Geheim"}', "language", "no language"),
        (b'{"text": "a", "redact": "mask"}', "a field that is not known", "said once for the whole stream"),
        (b'"' + b"a" * 401 + b'"', "400 characters", "a long text"),
        (b'"' + b"a" * 6_000 + b'"', "longer than 5,000 bytes", "a line longer than a body may be"),
    ],
)
def test_a_line_that_cannot_be_read_says_why_and_the_rest_goes_on(service, line, reason, why):
    found = post(service, b'"Gut."\n' + line + b'\n"Gut."\n')
    assert [f["status"] for f in found] == ["ok", "rejected", "ok"], why
    assert found[1]["line"] == 2
    assert reason in found[1]["reason"]
    assert "Geheim" not in json.dumps(found)
    assert "Geheim" not in service.log.getvalue()


def test_a_line_without_an_end_is_not_kept(service):
    pieces = (b'"' + b"a" * 2_000 for _ in range(50))
    assert post(service, pieces) == [{"status": "rejected", "line": 1, "reason": "longer than 5,000 bytes"}]


def test_an_empty_stream_gives_an_empty_one(service):
    assert post(service, b"") == []


def test_a_stream_can_be_redacted(service):
    found = post(service, b'"Rufen Sie an: 0170 1234567"\n', "/v1/annotate/stream?redact=mask")
    assert found == [cxtext.annotate("Rufen Sie an: 0170 1234567", redact="mask").to_dict()]


def test_the_log_counts_lines_that_were_annotated(service):
    post(service, b'"Gut."\n{\n"Schlecht."\n')
    [line] = service.lines()
    assert (line["route"], line["texts"], line["characters"]) == ("/v1/annotate/stream", 2, 13)


def test_a_service_that_ends_says_from_where_to_send_again(service):
    service.service.drain()
    [last] = post(service, b'"Gut."\n')
    assert (last["status"], last["line"]) == ("stopped", 1)
