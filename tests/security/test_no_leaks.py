"""What customers wrote never turns up in exceptions, warnings, logs or reports of what went wrong."""

import json
import logging
import os
import subprocess
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import cxtext
from cxtext.documents import Annotation, Document
from cxtext.errors import CxtextError
from cxtext.pipeline import Pipeline
from cxtext.sources.columns import Columns
from cxtext.sources.reading import read

# A word that stands nowhere else, alone and in a sentence: whole values and parts of them must stay inside.
WORD = "Quittenmarmelade7391"
SECRET = f"Mein Konto bei der {WORD} GmbH wurde ohne Grund gesperrt, ich bin sehr enttäuscht."


def told(error: BaseException) -> str:
    """Give everything that a user sees of an exception, those that it was raised from included."""
    return "".join(traceback.TracebackException.from_exception(error).format())


@contextmanager
def nothing_said(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Check log records and warnings of a block."""
    caplog.set_level(logging.DEBUG)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    assert WORD not in caplog.text
    for record in caplog.records:
        assert WORD not in repr(record.__dict__)
    for warning in caught:
        assert WORD not in str(warning.message)


class Holder:
    """An object whose representation is what a customer wrote."""

    def __repr__(self) -> str:
        return SECRET

    __str__ = __repr__


BAD_ITEMS: list[Any] = [
    SECRET.encode(),
    Holder(),
    [SECRET],
    (SECRET, SECRET),
    {SECRET},
    {"text": SECRET, "language": SECRET},
    {"text": SECRET, "channel": SECRET},
    {"text": SECRET, "author_role": SECRET},
    {"text": SECRET, "created_at": SECRET},
    {"text": SECRET, "created_at": datetime(2026, 3, 1)},
    {"text": SECRET, "scores": {"nps": SECRET}},
    {"text": SECRET, "scores": SECRET},
    {"text": SECRET, "attributes": SECRET},
    {"text": SECRET, "turns": SECRET},
    {"text": SECRET, "turns": [SECRET]},
    {"text": SECRET, "turns": [{"start": 0, "end": 999}]},
    {"text": SECRET, "turns": [{"start": SECRET, "end": SECRET}]},
    {"turns": [{"text": SECRET}, {"text": Holder()}]},
    {"turns": [{"text": SECRET, "role": SECRET}]},
    {"text": SECRET, SECRET: 1},
    {"text": Holder()},
    {"text": [SECRET]},
    {"text": SECRET, "id": Holder()},
    {"text": SECRET, "question": [SECRET]},
]


@pytest.mark.parametrize("item", BAD_ITEMS, ids=range(len(BAD_ITEMS)))
def test_a_bad_item_is_described_without_its_content(item: Any, caplog: pytest.LogCaptureFixture) -> None:
    calls: list[Callable[[], object]] = [
        lambda: cxtext.annotate([SECRET, item]),
        lambda: list(read([Document(text=SECRET), item])),
        lambda: list(Pipeline([]).run([Document(text=SECRET), item])),
    ]
    if isinstance(item, dict):
        calls.append(lambda: Document.from_mapping(item))
    for call in calls:
        with nothing_said(caplog), pytest.raises(CxtextError) as raised:
            call()
        assert WORD not in told(raised.value)


@pytest.mark.parametrize(
    "change",
    [
        {"schema": SECRET},
        {SECRET: 1},
        {"language": {"code": "de", "confidence": 1.0, SECRET: 1}},
        {"segments": [{"start": 0, SECRET: SECRET}]},
        {"sentiment": {"label": SECRET}},
        {"drivers": {"positive": [{"aspect": {"start": 0, "end": 1, "text": SECRET, "x": SECRET}}], "negative": []}},
    ],
)
def test_bad_annotations_are_described_without_their_content(change: dict[str, Any]) -> None:
    [annotation] = Pipeline([]).run([Document(text=SECRET)])
    with pytest.raises(CxtextError) as raised:
        Annotation.from_dict({**annotation.to_dict(), **change})
    assert WORD not in told(raised.value)


# file name -> content that cannot be read, or not wholly
BROKEN_FILES: dict[str, bytes] = {
    "unclosed.csv": f'id;Kommentar\n1;"{SECRET}\n2;{SECRET}\n'.encode(),
    "too-many-fields.csv": f"id;Kommentar\n1;gut\n2;{SECRET};{SECRET};{SECRET}\n3;gut\n4;gut\n".encode(),
    "bad-bytes.csv": b"id;Kommentar\n1;\xff\xfe\x81" + SECRET.encode("utf-16-le") + b"\n",
    "bad-values.csv": f"id;Kommentar;NPS;Datum;Kanal;Sprache\n1;{SECRET};{WORD};{WORD};{WORD};{WORD}\n".encode(),
    "truncated.jsonl": f'{{"text": "{SECRET}"}}\n{{"text": "{SECRET}\n'.encode(),
    "not-records.jsonl": f'{{"text": "{SECRET}"}}\n"{SECRET}"\n["{SECRET}"]\n'.encode(),
    "wrong-type.jsonl": f'{{"text": "gut"}}\n{{"text": {{"inner": "{SECRET}"}}}}\n'.encode(),
    "truncated.json": f'[{{"text": "{SECRET}"}}, {{"text": "{SECRET}'.encode(),
    "noise.parquet": b"PAR1" + SECRET.encode() * 20 + b"PAR1",
    "noise.xlsx": b"PK\x03\x04" + SECRET.encode() * 20,
    "headers.eml": f"From {WORD}\nSubject: =?utf-8?q?{WORD}\nContent-Type: {WORD}; charset={WORD}\n\n{SECRET}".encode(),
    "charset.eml": f"From: a@example.org\nContent-Type: text/plain; charset={WORD}\n\n".encode() + b"\xff" * 9,
    "attachment.eml": (
        f"From: a@example.org\nContent-Type: multipart/mixed; boundary={WORD}\n\n--x\n\n{SECRET}".encode()
    ),
    "broken.mbox": f"From {WORD} x\n{SECRET}\n\nFrom \n{SECRET}\n".encode(),
    "broken.vtt": f"WEBVTT\n\n00:00:0x --> {WORD}\n{SECRET}\n".encode(),
    "broken.srt": f"{WORD}\n00:00:0x,0 --> {WORD}\n{SECRET}\n".encode(),
    "binary.txt": b"\x00\x01\x02" + SECRET.encode() + b"\x00" * 40,
    "unknown.bin": SECRET.encode(),
}


# Values that are not understood count as missing; old mail is read as far as it goes.
READ_ANYWAY = {"bad-values.csv", "headers.eml", "charset.eml", "attachment.eml"}


@pytest.mark.parametrize("name", BROKEN_FILES)
def test_what_cannot_be_read_is_reported_by_place_and_reason_only(
    name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / name
    path.write_bytes(BROKEN_FILES[name])
    rejects = tmp_path / "rejects.jsonl"
    with nothing_said(caplog):
        reading = read(path)
        list(reading)
    assert reading.report.rejects or name in READ_ANYWAY
    assert WORD not in json.dumps(reading.report.to_dict(), ensure_ascii=False)
    reading.report.write_rejects(rejects)
    assert WORD not in rejects.read_text(encoding="utf-8")


def test_a_table_without_a_header_does_not_tell_its_first_row(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "headless.csv"
    path.write_text(f"1;{SECRET};9\n2;Alles gut.;10\n", encoding="utf-8")
    for columns in (Columns(), Columns(text="Kommentar")):
        with nothing_said(caplog), pytest.raises(CxtextError) as raised:
            list(read(path, columns=columns))
        assert WORD not in told(raised.value)


PROGRAM = """
import sys

heard = []

def hear(event, arguments):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.bind", "urllib.Request", "subprocess.Popen"}:
        heard.append((event, str(arguments)[:80]))
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        heard.append(("write", str(arguments[0])))

sys.addaudithook(hear)
import cxtext
texts = ["Der Zug war pünktlich, aber die App stürzt ständig ab.", "Nobody answers the phone.", "", "👍"]
first = cxtext.annotate(texts, redact="mask")
second = cxtext.annotate(texts)
assert "torch" not in sys.modules and "pandas" not in sys.modules, "annotate stays light"
cxtext.encode(texts)
assert [a.status for a in second] == ["ok", "ok", "skipped", "ok"]
assert not heard, heard
"""


def test_annotating_opens_no_connection_starts_no_program_and_writes_no_file(root: Path, tmp_path: Path) -> None:
    # A process of its own, so that every import and the loading of the model are heard.
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout == ""
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []


COLLECTION = """
import sys

heard = []
HUSHED = ("socket.", "urllib.", "http.client.", "ftplib.", "smtplib.", "subprocess.", "os.system", "os.exec",
          "os.spawn", "os.posix_spawn", "os.fork", "pty.", "webbrowser.")

def hear(event, arguments):
    # Asking for the machine's own name opens nothing.
    if event.startswith(HUSHED) and event != "socket.gethostname":
        heard.append((event, str(arguments)[:80]))
    if event == "open" and isinstance(arguments[0], str) and isinstance(arguments[1], str):
        if set(arguments[1]) & set("wax+") and not arguments[0].startswith((OUT, "/dev/null")):
            heard.append(("write", arguments[0]))

OUT = sys.argv[1]
sys.addaudithook(hear)
import cxtext
from typer.testing import CliRunner
from cxtext.run import app

places = ["Bern", "Ulm", "Graz", "Leeds", "Hull", "Bonn"]
said = ["Der Zug nach {} war zu spät, weil ein Signal gestört war.", "The staff in {} were friendly.",
        "Die App stürzt in {} ständig ab.", "The fare to {} is far too high."]
texts = [s.format(p) for s in said for p in places]
rows = [{"id": f"r{i}", "text": t, "scores": {"nps": 9 if "friendly" in t else 3}} for i, t in enumerate(texts)]
result = cxtext.analyze([cxtext.Document.from_mapping(row) for row in rows], outcome="nps")
result.save(OUT + "/saved")
result.to_html(OUT + "/report.html")
result._repr_html_()
cxtext.annotate(texts[0])._repr_html_()
model = cxtext.TopicModel().fit(texts)
model.save(OUT + "/topics")
cxtext.TopicModel.load(OUT + "/topics").predict(texts)
with open(OUT + "/in.csv", "w", encoding="utf-8") as file:
    file.write("Kommentar;NPS\\n" + "".join(f"{row['text']};{row['scores']['nps']}\\n" for row in rows))
done = CliRunner().invoke(app, [OUT + "/in.csv", "--out", OUT + "/run", "--score", "nps=NPS", "--outcome", "nps"])
assert done.exit_code == 0, done.output
assert not heard, heard
"""


def test_analysing_and_reporting_open_no_connection_and_start_no_program(root: Path, tmp_path: Path) -> None:
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    out.mkdir()
    elsewhere.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", COLLECTION, str(out)],
        cwd=elsewhere,
        env={**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert list(elsewhere.iterdir()) == []
    assert {"report.html", "manifest.json"} <= {p.name for p in (out / "run").iterdir()}
