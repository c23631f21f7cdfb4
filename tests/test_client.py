"""The client: what cxtext.annotate and cxtext.encode give, over a connection that may break."""

import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
import pytest
from serving import KEY, serving

import cxtext
from cxtext.client import AHEAD, Client, Rejected
from cxtext.errors import ConfigError, InputTypeError, InputValueError, ServiceError

TEXTS = ["Der Zug war pünktlich, aber die App stürzt ständig ab.", "", "Kaputte Emoji \ud83d.", "Kind staff!"]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("server"), CXTEXT_API_KEYS=f"tests:{KEY}") as running:
        yield running


@pytest.fixture
def client(server):
    with Client(server.url, key=KEY) as connected:
        yield connected


def test_one_text_gives_its_annotation_and_its_document(client):
    for item in (TEXTS[0], {"text": TEXTS[0], "id": "a"}, cxtext.Document(text=TEXTS[0], scores={"nps": 3})):
        found = client.annotate(item)
        assert found == cxtext.annotate(item)
        assert found.document.text == TEXTS[0]


def test_many_texts_give_a_list_in_several_requests(client):
    texts = [f"{n}. {t}" for n in range(150) for t in TEXTS]
    assert client.annotate(iter(texts)) == cxtext.annotate(texts)
    assert client.annotate([]) == []


def test_options_hold_as_they_do_in_process(client):
    text = "Rufen Sie an: 0170 1234567"
    [found] = client.annotate([text], redact="mask", language="de", question="Noch etwas?")
    [expected] = cxtext.annotate([text], redact="mask", language="de", question="Noch etwas?")
    assert (found, found.document.text) == (expected, expected.document.text)


def test_conversations_and_times_arrive(client):
    from datetime import UTC, datetime

    call = cxtext.Document.from_turns(
        [{"role": "agent", "text": "Guten Tag!"}, {"role": "customer", "text": "Nichts geht."}],
        created_at=datetime(2026, 3, 1, tzinfo=UTC),
        attributes={"Filiale": "Bern"},
    )
    assert client.annotate(call) == cxtext.annotate(call)


def test_vectors_are_those_of_encode(client):
    assert np.array_equal(client.encode(TEXTS), cxtext.encode(TEXTS))
    assert client.encode("Gut.").shape == cxtext.encode("Gut.").shape


def test_a_stream_gives_one_for_each_in_order(client):
    texts = [f"{n}. {t}" for n in range(60) for t in TEXTS]
    assert list(client.stream(iter(texts))) == cxtext.annotate(texts)
    [masked] = client.stream(["Rufen Sie an: 0170 1234567"], redact="mask")
    assert masked == cxtext.annotate("Rufen Sie an: 0170 1234567", redact="mask")
    assert list(client.stream([])) == []


def test_a_stream_takes_no_more_than_it_gets_answers_for(client):
    taken = []

    def endless():
        for n in range(10_000):
            taken.append(n)
            yield f"Text {n}"

    stream = client.stream(endless())
    next(stream)
    assert len(taken) <= AHEAD + 1
    stream.close()


def test_a_text_that_is_too_long_is_rejected_and_the_rest_goes_on(client):
    found = list(client.stream(["Gut.", "a" * 100_001, "Gut."]))
    assert isinstance(found[1], Rejected)
    assert (found[1].line, found[0]) == (2, found[2])
    assert "100,000 characters" in found[1].reason


def test_the_callers_own_error_comes_after_what_was_before_it(client):
    def broken():
        yield "Gut."
        raise OSError("the caller's own")

    stream = client.stream(broken())
    assert next(stream).status == "ok"
    with pytest.raises(OSError, match="the caller's own"):
        next(stream)


def test_many_threads_may_share_a_client(client):
    expected = cxtext.annotate(TEXTS)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: client.annotate(TEXTS[n % 4]), range(64)))
    assert found == [expected[n % 4] for n in range(64)]


@pytest.mark.parametrize(
    ("call", "error", "said", "why"),
    [
        (lambda c: c.annotate(["Gut.", 3]), InputTypeError, "item 1 of texts", "a number"),
        (lambda c: c.annotate({"text": "Gut.", "txt": ""}), InputValueError, "no field", "a slip"),
        (lambda c: c.annotate("Gut.", language="fr"), InputValueError, "language", "no language"),
        (lambda c: c.annotate("a" * 100_001), InputValueError, "100,000 characters", "a long text"),
        (lambda c: c.annotate("Gut.", redact="eat"), InputValueError, "redact", "no way to redact"),
        (lambda c: list(c.stream(["Gut."], redact="eat")), InputValueError, "redact", "no way to redact"),
        (lambda c: c.annotate({"text": "a", "attributes": {"x": {1}}}), InputValueError, "JSON", "a set"),
        (lambda c: c.encode(["Gut.", None]), InputValueError, "texts\\[1\\]", "null"),
    ],
)
def test_what_is_wrong_is_an_error_of_the_usual_kind(client, call, error, said, why):
    with pytest.raises(error, match=said):
        call(client)


def test_a_wrong_key_or_address_is_an_error_of_the_service(server):
    with Client(server.url, key="wrong") as client:
        with pytest.raises(ServiceError, match="unauthorised"):
            client.annotate("Gut.")
        with pytest.raises(ServiceError, match="unauthorised"):
            list(client.stream(["Gut."]))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(ServiceError, match="is it running"):
            Client(f"http://127.0.0.1:{free.getsockname()[1]}").annotate("Gut.")
    with pytest.raises(ConfigError, match="http://HOST:PORT"):
        Client("127.0.0.1:8765")


# --- a service that misbehaves -------------------------------------------------------------------------------------

OVERLOADED = b"HTTP/1.1 503 X\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\n{}"


def answer(value, extra=b""):
    body = json.dumps(value).encode()
    return b"HTTP/1.1 200 OK\r\n%bContent-Length: %d\r\n\r\n%b" % (extra, len(body), body)


@contextmanager
def scripted(*replies):
    """Give a server that sends these bytes, one reply a connection, and what it was sent."""
    listening = socket.create_server(("127.0.0.1", 0))
    received = []

    def serve():
        for reply in replies:
            connection, _ = listening.accept()
            with connection:
                data = b""
                while b"\r\n\r\n" not in data or not data.rstrip().endswith((b"}", b"0")):
                    piece = connection.recv(65_536)
                    data += piece
                    if not piece:
                        break
                received.append(data)
                connection.sendall(reply)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", received
    finally:
        listening.close()
        thread.join(timeout=30)


@pytest.fixture
def pauses(monkeypatch):
    """Seconds that the client would have slept."""
    slept = []
    monkeypatch.setattr("time.sleep", slept.append)
    return slept


def test_without_room_it_tries_again_after_the_time_that_it_is_told(pauses):
    good = answer({"annotations": [cxtext.annotate("Gut.").to_dict()]}, b"Connection: close\r\n")
    with scripted(OVERLOADED, OVERLOADED, good) as (url, received), Client(url) as client:
        assert client.annotate("Gut.") == cxtext.annotate("Gut.")
    assert pauses == [7.0, 7.0]
    assert len(received) == 3


def test_without_room_for_long_it_gives_up(pauses):
    with (
        scripted(OVERLOADED, OVERLOADED) as (url, _),
        Client(url, retries=1) as client,
        pytest.raises(ServiceError, match="503"),
    ):
        client.annotate("Gut.")
    assert pauses == [7.0]


def test_a_connection_that_was_closed_meanwhile_is_replaced_at_once(pauses):
    good = answer({"annotations": [cxtext.annotate("Gut.").to_dict()]})
    with scripted(good, good) as (url, received), Client(url) as client:
        assert client.annotate("Gut.") == client.annotate("Gut.")
    assert (len(received), pauses) == (2, [])


@pytest.mark.parametrize("content", [b"<html>", b"[]", b'{"error": 3}'])
def test_an_answer_of_somebody_else_is_an_error_of_the_service(content):
    reply = b"HTTP/1.1 502 X\r\nContent-Length: %d\r\n\r\n%b" % (len(content), content)
    with scripted(reply) as (url, _), Client(url) as client, pytest.raises(ServiceError, match="status 502"):
        client.annotate("Gut.")


def stream_reply(*records, whole=True):
    lines = b"".join(b"%x\r\n%b\r\n" % (len(r), r) for r in (json.dumps(r).encode() + b"\n" for r in records))
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + lines + (b"0\r\n\r\n" if whole else b"")


@pytest.mark.parametrize(
    ("first", "why"),
    [
        (lambda ok: stream_reply(ok, {"status": "stopped", "line": 2, "reason": "ending"}), "the service ends"),
        (lambda ok: stream_reply(ok, whole=False), "the connection breaks"),
        (lambda ok: stream_reply(ok), "the answer is too short"),
    ],
)
def test_a_stream_that_breaks_off_goes_on_with_what_has_no_answer(pauses, first, why):
    found = [a.to_dict() for a in cxtext.annotate(["Eins.", "Zwei.", "Drei."])]
    with scripted(first(found[0]), stream_reply(*found[1:])) as (url, received), Client(url) as client:
        assert [a.to_dict() for a in client.stream(["Eins.", "Zwei.", "Drei."])] == found, why
    assert b"Eins" not in received[1]
    assert b"Zwei" in received[1]
    assert len(pauses) == 1


def test_a_stream_that_gets_nowhere_is_given_up(pauses):
    with (
        scripted(stream_reply(), stream_reply()) as (url, _),
        Client(url, retries=1) as client,
        pytest.raises(ServiceError, match="after 0 texts"),
    ):
        list(client.stream(["Eins."]))
