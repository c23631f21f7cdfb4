"""annotate where programs call it: from many threads, after a fork, from an event loop, and for a long time."""

import asyncio
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from cxtext import aannotate, annotate

TEXTS = [
    "Der Zug war pünktlich, aber die App stürzt ständig ab.",
    "Nobody answers the phone! I want a refund, today.",
    "Herr Max Müller war sehr freundlich: 0170 1234567.",
    "",
    "Größe passt \U0001f600, Farbe leider nicht.",
]


def as_bytes(annotations):
    return json.dumps([a.to_dict() for a in annotations]).encode()


@pytest.fixture(scope="module")
def expected():
    return {mode: as_bytes(annotate(TEXTS, redact=mode)) for mode in ("keep", "mask")}


def test_many_threads_get_the_same_bytes_as_one(expected):
    def call(n):
        mode = ("keep", "mask")[n % 2]
        order = [(i + n) % len(TEXTS) for i in range(len(TEXTS))]
        found = annotate([TEXTS[i] for i in order], redact=mode)
        return as_bytes([found[order.index(i)] for i in range(len(TEXTS))]) == expected[mode]

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(call, range(32)))


def test_an_event_loop_may_have_many_at_once(expected):
    async def main():
        return await asyncio.gather(*(aannotate(TEXTS) for _ in range(12)), *(aannotate(t) for t in TEXTS))

    *many, one, two, three, four, five = asyncio.run(main())
    assert {as_bytes(m) for m in many} == {expected["keep"]}
    assert as_bytes([one, two, three, four, five]) == expected["keep"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_forked_children_get_the_same_bytes_and_end(expected):
    children = []
    for _ in range(2):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                with os.fdopen(writing, "wb") as out:
                    out.write(as_bytes(annotate(TEXTS, redact="mask")))
            finally:
                os._exit(0)
        os.close(writing)
        children.append((child, reading))
    for child, reading in children:
        with os.fdopen(reading, "rb") as found:
            assert found.read() == expected["mask"]
        assert os.waitpid(child, 0)[1] == 0
    assert as_bytes(annotate(TEXTS)) == expected["keep"], "and the parent goes on"


@pytest.mark.slow
@pytest.mark.timeout(3_600)
def test_memory_stays_as_it_is_over_many_calls(root):
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.calls", "--calls", "20000"],
        cwd=root, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout)["last_over_second"] <= 1.05
