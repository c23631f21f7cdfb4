"""A service in this process: the whole application, without a socket."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from cxtext.service.app import Service
from cxtext.service.keys import Keys
from cxtext.service.limits import Limits
from cxtext.service.logs import make_logger
from cxtext.service.work import make_work

KEY = "a-key-of-the-tests-0123456789"


@pytest.fixture(scope="session")
def work() -> Any:
    """The model, loaded once."""
    return make_work()


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


@pytest.fixture
def service(work: Any) -> Iterator[Running]:
    """A service that needs no key, with narrow limits."""
    yield from running(work, limits=Limits(body=5_000, texts=20, characters=400))


@pytest.fixture
def guarded(work: Any) -> Iterator[Running]:
    """A service that needs a key."""
    yield from running(work, keys=Keys([("crm", KEY)]))
