"""A real server: what it does when it is asked to end, when there is too much to do, and when it may not start."""

import json
import os
import re
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection, HTTPException

import pytest
from serving import serving

import cxtext
from cxtext.client import Client
from cxtext.serve import main
from cxtext.service.server import LINGER

TEXTS = ["Der Zug war pünktlich, aber die App stürzt ständig ab.", "Nobody answers the phone!", "Größe passt.", ""]


def connected(server):
    return closing(HTTPConnection("127.0.0.1", server.port, timeout=60))


def post(connection, text):
    connection.request("POST", "/v1/annotate", json.dumps({"text": text}))
    answer = connection.getresponse()
    return answer, answer.read()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("server")) as running:
        yield running


def test_texts_of_many_clients_get_the_very_bytes_that_each_gives_alone(server):
    expected = {t: json.dumps(cxtext.annotate(t).to_dict(), ensure_ascii=False, separators=(",", ":")) for t in TEXTS}

    def caller(number):
        with connected(server) as connection:
            for i in range(15):
                text = TEXTS[(number + i) % len(TEXTS)]
                answer, body = post(connection, text)
                yield (answer.status, body.decode()) == (200, expected[text])

    with ThreadPoolExecutor(8) as pool:
        assert all(all(found) for found in pool.map(lambda n: list(caller(n)), range(8)))
    sizes = [line for line in read(server, "/metrics").splitlines() if line.startswith("cxtext_batch_texts_")]
    texts = next(float(line.split()[1]) for line in sizes if line.startswith("cxtext_batch_texts_sum"))
    batches = next(float(line.split()[1]) for line in sizes if line.startswith("cxtext_batch_texts_count"))
    assert batches < texts, "requests share batches"


def read(server, path):
    with connected(server) as connection:
        connection.request("GET", path)
        return connection.getresponse().read().decode()


def call_until_the_end(server, begun):
    """Send as fast as answers come, until there is nobody to connect to; count answers and broken promises."""
    answered = broken = 0
    begun.wait()
    while True:
        with connected(server) as connection:
            try:
                connection.connect()
            except OSError:
                return answered, broken
            accepted = False
            while True:
                try:
                    answer, body = post(connection, "Die Beratung war freundlich.")
                except (OSError, HTTPException):
                    # A connection that was never answered on may have been waiting to be accepted.
                    broken += accepted
                    break
                accepted = True
                answered += answer.status == 200 and json.loads(body)["status"] == "ok"
                if answer.will_close:
                    break


def test_asked_to_end_under_load_it_answers_all_that_it_accepted(tmp_path):
    begun = threading.Barrier(9)
    with serving(tmp_path) as server, ThreadPoolExecutor(8) as pool:
        callers = [pool.submit(call_until_the_end, server, begun) for _ in range(8)]
        begun.wait()
        server.wait_for("request", 40)
        server.terminate()
        found = [c.result(timeout=100) for c in callers]
        assert server.wait() == 0
        events = [line["event"] for line in server.lines()]
        statuses = [line["status"] for line in server.lines() if line["event"] == "request"]
    assert [broken for _, broken in found] == [0] * 8
    assert sum(answered for answered, _ in found) == len(statuses)
    assert set(statuses) == {200}
    assert events[-1] == "ended"
    assert "ending" in events


def test_a_request_that_is_on_its_way_when_the_end_comes_is_answered(tmp_path):
    with serving(tmp_path) as server, connected(server) as early:
        assert post(early, "Gut.")[0].status == 200
        server.terminate()
        server.wait_for("ending")
        answer, _ = post(early, "Gut.")
        assert (answer.status, answer.getheader("connection")) == (200, "close")
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", server.port))
        assert server.wait() == 0
    assert LINGER > 0


def test_a_stream_that_the_end_interrupts_is_answered_so_far_and_told_where_to_go_on(tmp_path):
    with serving(tmp_path) as server, connected(server) as connection:
        connection.putrequest("POST", "/v1/annotate/stream")
        connection.putheader("Transfer-Encoding", "chunked")
        connection.putheader("Content-Type", "application/x-ndjson")
        connection.endheaders()
        for _ in range(3):
            connection.send(b'7\r\n"Gut."\n\r\n')
        answer = connection.getresponse()
        found = [json.loads(answer.readline()) for _ in range(3)]
        server.terminate()
        found.append(json.loads(answer.readline()))
        assert answer.readline() == b""
        assert server.wait() == 0
    assert [f["status"] for f in found] == ["ok", "ok", "ok", "stopped"]
    assert found[-1]["line"] == 4


def test_what_is_too_much_is_refused_at_once_and_the_rest_is_answered(tmp_path):
    text = "Der Zug war pünktlich, aber die App stürzt ständig ab. " * 20

    def caller(server):
        with connected(server) as connection:
            for _ in range(6):
                answer, body = post(connection, text)
                yield answer.status, answer.getheader("retry-after"), json.loads(body).get("status")

    with serving(tmp_path, "--queue", "3000") as server:
        with ThreadPoolExecutor(24) as pool:
            found = [f for many in pool.map(lambda _: list(caller(server)), range(24)) for f in many]
        assert set(found) == {(200, None, "ok"), (503, "1", None)}
        assert len(found) == 24 * 6
        with connected(server) as connection:
            assert post(connection, text)[0].status == 200, "it recovers"


def test_the_log_is_json_without_words(server):
    with Client(server.url) as client:
        client.annotate("Geheimnisvolle Worte")
    read(server, "/Geheimnis?x=Geheimnis")
    assert all({"time", "level", "event"} <= line.keys() for line in server.lines())
    assert "eheimnis" not in server.log.read_text(encoding="utf-8")


def test_beyond_this_machine_it_does_not_listen_without_keys(capsys, monkeypatch):
    monkeypatch.delenv("CXTEXT_API_KEYS", raising=False)
    assert main(["--host", "0.0.0.0"]) == 2
    assert "without API keys" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--port", "70000"], "--port"),
        (["--keys", "nowhere"], "cannot be read"),
        (["--config", "nowhere.toml"], "nowhere.toml"),
        (["--max-texts", "0"], "--max-texts"),
    ],
)
def test_wrong_options_are_named(capsys, argv, said):
    assert main(argv) == 2
    assert said in capsys.readouterr().err


def test_an_address_in_use_is_a_failure(server):
    done = subprocess.run(
        [sys.executable, "-m", "cxtext.serve", "--port", str(server.port)],
        capture_output=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 1
    assert b"in use" in done.stderr


def test_without_the_extra_one_line_says_what_mends_it(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "fastapi", None)
    assert main([]) == 2
    assert (
        capsys.readouterr().err == "error: 'fastapi' is not installed. It comes with: pip install \"cxtext[service]\"\n"
    )


# --- what the page on the service says -----------------------------------------------------------------------------


def page(root):
    return (root / "docs" / "service.md").read_text(encoding="utf-8")


def test_what_the_page_shows_of_the_client_runs(server, root, capsys):
    [shown] = re.findall(r"^```py\n(.*?)^```", page(root), flags=re.MULTILINE | re.DOTALL)
    exec(compile(shown.replace("http://127.0.0.1:8765", server.url), "service.md", "exec"), {})
    assert capsys.readouterr().out.splitlines()[0].endswith("['App']")


def test_what_the_page_asks_by_curl_is_answered(server, root):
    asked = re.findall(r"^\$ curl --json '(.*)' http://127.0.0.1:8765(/\S+)$", page(root), flags=re.MULTILINE)
    assert len(asked) == 3
    for body, path in asked:
        with connected(server) as connection:
            connection.request("POST", path, body.encode())
            assert connection.getresponse().status == 200


def test_every_option_route_and_status_is_on_the_page(server, root):
    from typer.main import get_command

    from cxtext.serve import app

    options = {o for p in get_command(app).params for o in p.opts if o.startswith("--") and o != "--help"}
    assert set(re.findall(r"^\| `(--[\w-]+)", page(root), flags=re.MULTILINE)) == options
    described = json.loads(read(server, "/openapi.json"))["paths"]
    routes = {f"{method.upper()} {path}" for path, methods in described.items() for method in methods}
    assert set(re.findall(r"^\| `((?:GET|POST) \S+)`", page(root), flags=re.MULTILINE)) == routes
    statuses = {s for methods in described.values() for m in methods.values() for s in m["responses"]}
    assert set(re.findall(r"^\| (\d{3}) \|", page(root), flags=re.MULTILINE)) == statuses - {"200", "500"}


# --- the image -----------------------------------------------------------------------------------------------------


def test_the_image_takes_what_is_there_and_does_not_run_as_root(root):
    lines = (root / "Dockerfile").read_text(encoding="utf-8").splitlines()
    kept = {line[1:] for line in (root / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] == "!"}
    copied = {
        name for line in lines if line.startswith("COPY ") and "--from" not in line for name in line.split()[1:-1]
    }
    assert copied == kept
    assert all((root / name).exists() for name in copied)
    [user] = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert all(int(part) > 0 for part in user.split(":"))


def test_the_service_writes_nothing_but_a_temporary_file_that_does_not_stay(tmp_path):
    # In the image there is nowhere else to write to. An audit hook sees every file that is opened.
    script = """
import os, sys
seen = []
def watch(event, arguments):
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        seen.append(arguments[0])
    elif event in ("os.mkdir", "os.rename", "os.remove", "shutil.rmtree", "tempfile.mkstemp", "tempfile.mkdtemp"):
        seen.append(arguments[0])
sys.addaudithook(watch)
from cxtext.documents import Document
from cxtext.service.app import Service
from cxtext.service.work import make_work
work = make_work()
Service(work)
for kind in ("keep", "mask", "pseudonymise"):
    work[kind]([Document(text="Herr Max Müller war freundlich: 0170 1234567.")])
print([p for p in seen if not str(p).startswith((os.devnull, os.environ['TMPDIR']))])
"""
    done = subprocess.run(
        [sys.executable, "-B", "-c", script],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
    assert list(tmp_path.iterdir()) == []
