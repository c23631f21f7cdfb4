"""Measure the HTTP service under load, beside annotate in the same run.

    python -m benchmarks.service [--data DIR] [--minutes 10] [--clients 32] [--tokens 25] [--out FILE]

In this order: time from start to ready, of several starts; the time of one request while there is no other; texts a
second of ``annotate`` with all texts at once, before and after the load; clients that each send the next comment as
soon as they have an answer, which is compared byte by byte with what ``annotate`` gives; ten times as many texts a
second as the service takes, and how soon it is itself again; and SIGTERM under load. Clients and service share the
machine. Run it on an idle one.
"""

import argparse
import asyncio
import json
import platform
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import numpy as np

import cxtext
from benchmarks.service_load import Calls, closed_loop, get, open_loop, request
from benchmarks.texts import build, sentences
from cxtext.encoder.runtime import load

# Requests of the overload hold so many texts, so that who sends them is not the one who is overloaded.
TEXTS_A_REQUEST = 16


@contextmanager
def service(*options: str) -> Iterator[tuple["subprocess.Popen[bytes]", int, float]]:
    """Start a service; give the process, its port, and the seconds until it was ready."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with log.open("wb") as stderr:
            began = perf_counter()
            command = [sys.executable, "-m", "cxtext.serve", "--port", "0", *options]
            process = subprocess.Popen(command, stderr=stderr)  # noqa: S603 (our own)
        try:
            while (found := re.search(r'"listening".*"port": (\d+)', log.read_text(encoding="utf-8"))) is None:
                if process.poll() is not None:
                    raise RuntimeError(log.read_text(encoding="utf-8"))
                sleep(0.01)
            port = int(found[1])
            status, _ = asyncio.run(get(port, "/readyz"))
            if status != 200:
                raise RuntimeError(f"/readyz gave {status}")
            yield process, port, perf_counter() - began
        finally:
            process.terminate()
            process.wait(timeout=120)


def milliseconds(seconds: list[float], percentile: float) -> float:
    """Give a percentile of times in milliseconds."""
    return round(float(np.percentile(seconds, percentile)) * 1000, 1) if seconds else float("nan")


def batch(texts: list[str], seconds: float) -> float:
    """Texts a second of annotate, all texts at once."""
    cxtext.annotate(texts[:64])
    began, done = perf_counter(), 0
    while perf_counter() - began < seconds:
        cxtext.annotate(texts)
        done += len(texts)
    return done / (perf_counter() - began)


async def memory(port: int, samples: list[float], done: asyncio.Event) -> None:
    """Read the service's memory in MB, again and again."""
    while not done.is_set():
        _, body = await get(port, "/metrics")
        found = re.search(rb"\nprocess_resident_memory_bytes (\S+)", body)
        if found:
            samples.append(float(found[1]) / 1e6)
        try:
            await asyncio.wait_for(done.wait(), 1)
        except TimeoutError:
            continue


async def single(port: int, requests: list[bytes], expected: list[bytes], seconds: float) -> Calls:
    """Call as the only client."""
    warm, calls = Calls(), Calls()
    await closed_loop(port, requests, expected, clients=1, until=perf_counter() + 1, calls=warm)
    await closed_loop(port, requests, expected, clients=1, until=perf_counter() + seconds, calls=calls)
    return calls


async def loaded(port: int, requests: list[bytes], expected: list[bytes], clients: int, seconds: float) -> Any:  # noqa: ANN401
    """Load the service; give the calls, texts a second, and its memory over time."""
    warm, calls, samples, done = Calls(), Calls(), [], asyncio.Event()
    await closed_loop(port, requests, expected, clients=clients, until=perf_counter() + 2, calls=warm)
    watching = asyncio.create_task(memory(port, samples, done))
    began = perf_counter()
    await closed_loop(port, requests, expected, clients=clients, until=began + seconds, calls=calls)
    took = perf_counter() - began
    done.set()
    await watching
    return calls, len(calls.seconds) / took, samples


async def overload(port: int, texts: list[str], capacity: float, usual: float, seconds: float) -> dict[str, Any]:
    """Send ten times what the service takes; then see how soon one request is answered as fast as usual."""
    requests = [
        request({"documents": [texts[(i * TEXTS_A_REQUEST + k) % len(texts)] for k in range(TEXTS_A_REQUEST)]})
        for i in range(64)
    ]
    calls = Calls()
    await open_loop(port, requests, rate=10 * capacity / TEXTS_A_REQUEST, seconds=seconds, calls=calls)
    began = perf_counter()
    one = [request({"text": texts[0]})]
    while True:
        probe = Calls()
        await closed_loop(port, one, [b""], clients=1, until=perf_counter() + 0.1, calls=probe)
        if probe.statuses[200] and min(probe.seconds) < 2 * usual:
            break
    return {
        "offered": sum(calls.statuses.values()) + calls.broken,
        "answered": calls.statuses[200],
        "refused": calls.statuses[503],
        "refused_without_retry_after": calls.without_retry_after,
        "other": sum(n for s, n in calls.statuses.items() if s not in (200, 503)),
        "broken": calls.broken,
        "recovery_s": round(perf_counter() - began, 2),
    }


async def terminated(
    process: "subprocess.Popen[bytes]", port: int, requests: list[bytes], expected: list[bytes], clients: int
) -> dict[str, Any]:
    """Ask the service to end while clients call; count those who were left without an answer."""
    calls = Calls()
    calling = asyncio.create_task(
        closed_loop(port, requests, expected, clients=clients, until=perf_counter() + 60, calls=calls)
    )
    await asyncio.sleep(2)
    before = len(calls.seconds)
    began = perf_counter()
    process.terminate()
    await asyncio.to_thread(process.wait)
    took = perf_counter() - began
    await calling
    return {
        "answered_after": len(calls.seconds) - before,
        "lost": calls.broken,
        "wrong": calls.wrong,
        "other": sum(n for s, n in calls.statuses.items() if s != 200),
        "exit_code": process.returncode,
        "seconds": round(took, 2),
    }


def measure(texts: list[str], *, minutes: float, clients: int, starts: int) -> dict[str, Any]:
    """Measure all."""
    result: dict[str, Any] = {"texts": len(texts), "clients": clients, "minutes": minutes}
    seconds = []
    for _ in range(starts):
        with service() as (_, _, took):
            seconds.append(round(took, 2))
    result["start_s"] = {"median": statistics.median(seconds), "worst": max(seconds)}
    annotations = cxtext.annotate(texts)
    expected = [json.dumps(a.to_dict(), ensure_ascii=False, separators=(",", ":")).encode() for a in annotations]
    requests = [request({"text": t}) for t in texts]
    length = min(20.0, max(3.0, minutes * 10))
    with service() as (process, port, _):
        alone = asyncio.run(single(port, requests, expected, length))
        before = batch(texts, length)
        calls, rate, samples = asyncio.run(loaded(port, requests, expected, clients, minutes * 60))
        after = batch(texts, length)
        usual = float(np.median(alone.seconds))
        p50, p99 = milliseconds(calls.seconds, 50), milliseconds(calls.seconds, 99)
        reference = (before + after) / 2
        quarters = [round(float(np.median(q)), 1) for q in np.array_split(samples, 4) if len(q)]
        result |= {
            "requests": len(calls.seconds),
            "errors": calls.broken + calls.wrong + sum(n for s, n in calls.statuses.items() if s != 200),
            "single_ms": milliseconds(alone.seconds, 50),
            "single_p99_ms": milliseconds(alone.seconds, 99),
            "p50_ms": p50,
            "p99_ms": p99,
            "p50_over_single": round(p50 / 1000 / usual, 2),
            "p99_over_single": round(p99 / 1000 / usual, 2),
            "texts_s": round(rate, 1),
            "batch_texts_s": [round(before, 1), round(after, 1)],
            "share_of_batch": round(rate / reference, 3),
            "memory_mb_by_quarter": quarters,
            "overload": asyncio.run(overload(port, texts, rate, usual, 10)),
        }
    with service() as (process, port, _):
        result["sigterm"] = asyncio.run(terminated(process, port, requests, expected, clients))
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder of dev sets; without it the examples are the texts")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--tokens", type=int, default=25)
    parser.add_argument("--texts", type=int, default=600)
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    texts = build(sentences(options.data), load(), options.tokens, options.texts)
    result = measure(texts, minutes=options.minutes, clients=options.clients, starts=options.starts)
    result |= {"tokens": options.tokens, "machine": platform.processor() or platform.machine()}
    text = json.dumps(result, indent=1)
    print(text)
    if options.out:
        options.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
