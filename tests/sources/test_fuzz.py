"""Damaged files of every format: reading never fails, and what is read is in order.

A few draws for every format in each run; ``pytest -m slow tests/sources/test_fuzz.py`` makes 10,000.
"""

import json
import math
import resource
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxtext.errors import ColumnError
from cxtext.sources import read
from cxtext.sources.formats import FORMATS, recognise
from cxtext.sources.load_report import Reason, UnreadableError

FIXTURES = Path(__file__).parent / "fixtures"
MEGABYTES = 2**20


def _format_of(path: Path) -> str | None:
    try:
        found = recognise(path, sniff=True)
    except (UnreadableError, UnicodeDecodeError):
        return None
    return found[0].name if found else None


def _sources() -> dict[str, list[Path]]:
    paths = sorted(path for path in FIXTURES.iterdir() if path.is_file())
    found: dict[str, list[Path]] = {known.name: [] for known in FORMATS}
    for path in paths:
        if (name := _format_of(path)) in found:
            found[name].append(path)
    return found


SOURCES = _sources()

# What breaks readers: numbers that are none, brackets without end, half characters, marks of other formats.
NASTY = [
    b"NaN", b"-1", b"1e999", b"9" * 5000, b"[" * 3000, b'{"a":' * 2000, b"\\ud800", b"\x00", b"\xff\xfe",
    b"\xef\xbb\xbf", b"\n\n", b"\r", b'"', b",", b";", b"-->", b"00:00:99.999 --> 00:00:00.000", b"<v ", b"From ",
    b"\nFrom: a\n", b"\x1a", b"=?utf-8?q?=80?=", b"null", b"true", b"\xc3", b"\xe2\x80\xa8", b"2026-99-99T99:99:99Z",
]  # fmt: skip
VALUES = [
    None, True, 0, -1, 10**400, 1e308, math.nan, math.inf, "", "NaN", "1e999", "soon", "\ud800", [], {}, [[]], [None],
    {"a": {}}, "x" * 2000, -(2**63), "PT999999999H", "2026-02-30T25:61:00Z", "\x00", "<div>" * 300, [{"text": 1}],
]  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, paths: list[Path]) -> tuple[str, bytes]:
    """A fixture with some bytes changed, added, doubled or cut off; or, where it is JSON, with other values in it."""
    path = draw(st.sampled_from(paths))
    data = path.read_bytes()
    if path.suffix == ".json" and draw(st.booleans()):
        with suppress(ValueError):  # a damaged twin is no JSON
            data = json.dumps(_other_values(draw, json.loads(data))).encode()
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 60)))
        change = draw(st.sampled_from(["flip", "put", "nasty", "double", "drop", "cut"]))
        if change == "flip" and data:
            at = min(start, len(data) - 1)
            data = data[:at] + bytes([data[at] ^ (1 << draw(st.integers(0, 7)))]) + data[at + 1 :]
        elif change == "put":
            data = data[:start] + draw(st.binary(max_size=8)) + data[end:]
        elif change == "nasty":
            data = data[:start] + draw(st.sampled_from(NASTY)) + data[end:]
        elif change == "double":
            data = data[:end] + data[start:]
        elif change == "drop":
            data = data[:start] + data[end:]
        elif change == "cut":
            data = data[:start]
    return path.name, data


def _other_values(draw: st.DrawFn, value: object) -> object:
    places: list[tuple[object, object]] = []
    stack = [value]
    while stack:
        node = stack.pop()
        children = list(node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ())
        places.extend((node, key) for key, _ in children)
        stack.extend(child for _, child in children)
    for _ in range(draw(st.integers(1, 4)) if places else 0):
        holder, key = draw(st.sampled_from(places))
        if isinstance(holder, dict) and draw(st.booleans()):
            holder.pop(key, None)
        elif isinstance(holder, dict) or key < len(holder):
            holder[key] = draw(st.sampled_from(VALUES))
    return value


def check_reading(path: Path) -> None:
    """Read a file, and check that all that comes out holds what documents and reports promise."""
    try:
        reading = read(path)
        documents = list(reading)
    except ColumnError:
        return  # a table whose header is gone
    for document in documents:
        end = 0
        for turn in document.turns:
            assert end <= turn.start <= turn.end <= len(document.text)
            end = turn.end
            times = [time for time in (turn.start_time, turn.end_time) if time is not None]
            assert all(math.isfinite(time) and time >= 0 for time in times)
            assert times == sorted(times)
        assert all(math.isfinite(score) for score in document.scores.values())
        assert document.created_at is None or document.created_at.tzinfo is not None
    report = reading.report
    assert len({d.id for d in documents}) <= len(documents) == report.documents
    assert all(reject.reason in get_args(Reason) for reject in report.rejects)
    assert sum(report.roles.values()) == sum(len(d.turns) for d in documents)
    json.dumps(report.to_dict())


def check_draw(drawn: tuple[str, bytes], folder: Path) -> None:
    name, data = drawn
    path = folder / name
    path.write_bytes(data)
    check_reading(path)


def test_every_format_has_a_fixture():
    assert [name for name, paths in SOURCES.items() if not paths] == []


@pytest.mark.parametrize("name", SOURCES)
def test_damaged_files_are_read_or_rejected(name, tmp_path):
    @settings(max_examples=20, deadline=timedelta(seconds=10))
    @given(damaged(SOURCES[name]))
    def check(drawn):
        check_draw(drawn, tmp_path)

    check()


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("name", SOURCES)
def test_ten_thousand_damaged_files_are_read_or_rejected(name, tmp_path):
    @settings(
        max_examples=10_000, deadline=timedelta(seconds=10), suppress_health_check=list(HealthCheck), derandomize=False
    )
    @given(damaged(SOURCES[name]))
    def check(drawn):
        check_draw(drawn, tmp_path)

    check()


@pytest.mark.parametrize("suffix", [".json", ".jsonl"])
@pytest.mark.parametrize("opening", ["[", '{"a":', '{"comments":['])
def test_brackets_without_end_are_broken_json(tmp_path, suffix, opening):
    path = tmp_path / f"deep{suffix}"
    path.write_text(opening * 50_000, encoding="utf-8")

    reading = read(path)

    assert list(reading) == []
    assert [reject.reason for reject in reading.report.rejects] == ["broken_json"]


LINES = {
    "one string": (b'{"text": "', b"a", b'"}'),
    "many small values": (b'{"segments": [', b"{},", b"{}]}"),
    "an array of small values": (b"[", b"{},", b"{}]"),
    "brackets": (b"", b"[", b""),
    "words": (b"", b"gut ", b""),
    "a cue": (b"WEBVTT\n\n00:00.000 --> 00:01.000\n", b"<v Kunde>gut ", b"\n"),
    "a number": (b'{"comments": [{"author_id": ', b"1", b"}]}"),
}
READ_AND_MEASURE = """
import resource, sys
from cxtext.errors import ColumnError
from cxtext.sources import read
try:
    for document in read(sys.argv[1]):
        assert isinstance(document.text, str)
except ColumnError:
    pass
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".json", ".jsonl", ".vtt", ".srt", ".txt", ".csv", ".eml", ".mbox"])
@pytest.mark.parametrize("line", LINES)
def test_a_line_of_a_hundred_megabytes_is_read_in_bounded_memory(tmp_path, suffix, line):
    start, piece, end = LINES[line]
    path = tmp_path / f"long{suffix}"
    path.write_bytes(start + piece * (100 * MEGABYTES // len(piece)) + end)

    done = subprocess.run(
        [sys.executable, "-c", READ_AND_MEASURE, str(path)],
        capture_output=True,
        check=True,
        text=True,
        timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (6000 * MEGABYTES, 6000 * MEGABYTES)),
    )

    assert int(done.stdout) < 1500, f"{done.stdout.strip()} MB"
