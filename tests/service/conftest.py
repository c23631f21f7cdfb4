"""A service in this process: the whole application, without a socket."""

from collections.abc import Iterator
from typing import Any

import pytest
from serving import KEY, Running, running

from cxtext.service.keys import Keys
from cxtext.service.limits import Limits
from cxtext.service.work import make_work


@pytest.fixture(scope="session")
def work() -> Any:
    """The model, loaded once."""
    return make_work()


@pytest.fixture
def service(work: Any) -> Iterator[Running]:
    """A service that needs no key, with narrow limits."""
    yield from running(work, limits=Limits(body=5_000, texts=20, characters=400))


@pytest.fixture
def guarded(work: Any) -> Iterator[Running]:
    """A service that needs a key."""
    yield from running(work, keys=Keys([("crm", KEY)]))
