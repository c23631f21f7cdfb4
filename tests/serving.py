"""Services to test: the application in this process, and a real server in a process of its own on a free port."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from cxtext.service.app import Service
from cxtext.service.logs import make_logger

KEY = "a-key-of-the-tests-0123456789"


class Running:
    """A client, and what the service wrote to its log."""

    def __init__(self, client: TestClient, service: Service, log: io.StringIO) -> None:
        self.client, self.service, self.log = client, service, log

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.getvalue().splitlines()]


def running(work: Any, **options: Any) -> Iterator[Running]:
    log = io.StringIO()
    service = Service(work, logger=make_logger(log), **options)
    with TestClient(service) as client:
        yield Running(client, service, log)


class Server:
    """A running ``python -m cxtext.serve``."""

    def __init__(self, process: "subprocess.Popen[bytes]", log: Path, port: int, seconds: float) -> None:
        self.process, self.log, self.port, self.seconds = process, log, port, seconds
        self.url = f"http://127.0.0.1:{port}"

    def lines(self) -> list[dict[str, Any]]:
        # The last one may still be on its way.
        lines = self.log.read_text(encoding="utf-8").splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def wait_for(self, event: str, times: int = 1) -> None:
        """Wait until the log has an event so many times."""
        deadline = time.monotonic() + 100
        while [line["event"] for line in self.lines()].count(event) < times:
            if time.monotonic() > deadline:
                raise AssertionError(f"no {event!r} in the log")
            time.sleep(0.01)

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def wait(self) -> int:
        return self.process.wait(timeout=100)


@contextmanager
def serving(folder: Path, *options: str, **environment: str) -> Iterator[Server]:
    """Start a server, wait until it listens, and end it afterwards."""
    log = folder / "log"
    began = time.monotonic()
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "cxtext.serve", "--port", "0", *options],
            stderr=stderr,
            env={**os.environ, **environment},
        )
    try:
        yield Server(process, log, _port(process, log), time.monotonic() - began)
    finally:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(timeout=100)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _port(process: "subprocess.Popen[bytes]", log: Path) -> int:
    deadline = time.monotonic() + 100
    while time.monotonic() < deadline:
        for line in log.read_text(encoding="utf-8").splitlines(keepends=True):
            if line.endswith("\n") and '"listening"' in line:
                return int(json.loads(line)["port"])
        if process.poll() is not None:
            break
        time.sleep(0.02)
    raise AssertionError(f"the server did not start: {log.read_text(encoding='utf-8')}")
