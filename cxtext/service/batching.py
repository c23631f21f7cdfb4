"""Micro-batching: texts of many requests go through the model together, and each request gets its own back."""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cxtext.errors import CxtextError

# Texts that go through the model together, and what they may cost (characters, and a fixed part for each): together
# they take a tenth of a second or so, which is what somebody who comes a moment later waits.
BATCH = 32
BATCH_COST = 12_000

# Texts that a request gives to one batch before it is another's turn: a large request does not hold up small ones.
SHARE = 8

# Threads that take batches: while one is in the network, another reads and writes what surrounds it.
WORKERS = 2

# Texts that a worker leaves to the others only where there are more: two halves of a few texts take as long as all.
FEW = 4

# Seconds that a worker waits, after answers went out, for clients that send again at once, and seconds without any that
# are enough to stop waiting. Full batches take less time a text.
COLLECT = 0.010
QUIET = 0.002

Work = Callable[[list[Any]], list[Any]]


@dataclass(frozen=True, slots=True)
class Failed:
    """Stands in the place of a result where the work failed."""

    error: Exception


class FullError(CxtextError):
    """There is no room in the queue."""


@dataclass(slots=True, eq=False)
class _Job:
    """One request's items, and how far they are."""

    kind: str
    items: Sequence[Any]
    costs: Sequence[int]
    future: "asyncio.Future[list[Any]]"
    results: list[Any] = field(init=False)
    taken: int = 0
    missing: int = field(init=False)

    def __post_init__(self) -> None:
        self.results = [None] * len(self.items)
        self.missing = len(self.items)


class Batcher:
    """Queue and workers. All methods but the workers' own belong to the event loop's thread.

    Parameters
    ----------
    work
        For each kind of work a function from a list of items to a list of results, same length and order. What it gives
        for an item must not depend on the items beside it. It must be safe in several threads.
    capacity
        Cost of items that may wait; see :class:`cxtext.service.limits.Limits`.
    on_batch
        Called with the size of each batch, from a worker's thread.
    workers
        Threads that work.
    """

    def __init__(
        self,
        work: Mapping[str, Work],
        *,
        capacity: int,
        on_batch: Callable[[int], None] = lambda size: None,
        workers: int = WORKERS,
    ) -> None:
        self._work = dict(work)
        self._capacity = capacity
        self._on_batch = on_batch
        self._lock = threading.Condition()
        self._queue: deque[_Job] = deque()
        self._waiting = 0
        self._items = 0
        self._working = 0
        self._collecting = False
        self._answered = (0, 0.0)
        self._closed = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._freed: asyncio.Event | None = None
        self._threads = [
            threading.Thread(target=self._run, name=f"cxtext-batch-{i}", daemon=True) for i in range(workers)
        ]

    def start(self) -> None:
        """Start the workers; called within the event loop that will submit."""
        self._loop = asyncio.get_running_loop()
        self._freed = asyncio.Event()
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Finish what was accepted, and end the workers. Blocks until then."""
        with self._lock:
            self._closed = True
            self._lock.notify_all()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    @property
    def waiting(self) -> int:
        """Cost of what waits."""
        return self._waiting

    @property
    def full(self) -> bool:
        """Say whether even the smallest request would be refused."""
        return self._waiting >= self._capacity

    def submit(self, kind: str, items: Sequence[Any], costs: Sequence[int]) -> "asyncio.Future[list[Any]]":
        """Accept the items of one request, or refuse all of them at once.

        Returns
        -------
        asyncio.Future
            Of the results, in order; cancelled, the items that no worker has taken are dropped. Where the work fails
            on an item, its place holds a :class:`Failed`, and all others have their results all the same.

        Raises
        ------
        FullError
            If they would make the queue longer than its capacity and it is not empty.
        """
        if self._loop is None or self._closed:
            raise FullError("the service does not take work now")
        future: asyncio.Future[list[Any]] = self._loop.create_future()
        if not items:
            future.set_result([])
            return future
        cost = sum(costs)
        with self._lock:
            if self._waiting and self._waiting + cost > self._capacity:
                raise FullError(f"{self._waiting} of {self._capacity} are waiting")
            self._waiting += cost
            self._items += len(items)
            self._queue.append(_Job(kind, items, costs, future))
            if not self._collecting:
                self._lock.notify()
        return future

    async def submit_in_turn(
        self, kind: str, items: Sequence[Any], costs: Sequence[int]
    ) -> "asyncio.Future[list[Any]]":
        """Submit when at most half of the queue is taken: who can wait leaves the other half to who cannot."""
        while self._waiting * 2 > self._capacity and self._freed is not None and not self._closed:
            self._freed.clear()
            await self._freed.wait()
        return self.submit(kind, items, costs)

    def _run(self) -> None:
        while batch := self._take():
            self._work_on(batch)

    def _work_on(self, batch: list[tuple[_Job, int]]) -> None:
        kind = batch[0][0].kind
        items = [job.items[i] for job, i in batch]
        self._on_batch(len(items))
        try:
            outcomes = self._work[kind](items)
        except Exception:
            # One item is to blame. The others are not, and their requests get what they asked for.
            outcomes = [self._alone(kind, item) for item in items]
        self._finish(batch, outcomes)

    def _alone(self, kind: str, item: Any) -> Any:  # noqa: ANN401 (any work)
        try:
            [result] = self._work[kind]([item])
        except Exception as error:
            return Failed(error)
        return result

    def _take(self) -> list[tuple[_Job, int]]:
        """Wait for work; give one batch of one kind, or nothing when it is time to end."""
        with self._lock:
            while True:
                while not self._queue:
                    if self._closed:
                        return []
                    self._lock.wait()
                self._collect()
                batch = self._fill()
                if self._queue:
                    self._lock.notify()
                if batch:
                    self._working += len(batch)
                    return batch
                self._tell([])  # only cancelled requests were there, and somebody may wait for their room

    def _collect(self) -> None:
        """Give clients that have just been answered a moment to send again, as long as some do."""
        answered, when = self._answered
        seen = 0
        self._collecting = True
        while self._items < min(answered, BATCH) and self._items != seen and time.monotonic() < when + COLLECT:
            seen = self._items
            self._lock.wait(QUIET)
        self._collecting = False

    def _fill(self) -> list[tuple[_Job, int]]:
        """Take items from requests of one kind in turn, a few from each, until the batch is full."""
        batch: list[tuple[_Job, int]] = []
        room = BATCH_COST
        # An equal part for each worker: one with all of it would let the others wait.
        size = min(BATCH, max(FEW, -(-(self._items + self._working) // len(self._threads))))
        kind = ""
        others: list[_Job] = []
        while self._queue and len(batch) < size and room > 0:
            job = self._queue.popleft()
            if job.future.cancelled():
                self._waiting -= sum(job.costs[job.taken :])
                self._items -= len(job.items) - job.taken
                continue
            kind = kind or job.kind
            if job.kind != kind:
                others.append(job)
                continue
            last = min(job.taken + SHARE, len(job.items), job.taken + size - len(batch))
            while job.taken < last and room > 0:
                batch.append((job, job.taken))
                room -= job.costs[job.taken]
                self._waiting -= job.costs[job.taken]
                self._items -= 1
                job.taken += 1
            if job.taken < len(job.items):
                self._queue.append(job)
        self._queue.extendleft(reversed(others))
        return batch

    def _finish(self, batch: list[tuple[_Job, int]], outcomes: Sequence[Any]) -> None:
        done: list[_Job] = []
        with self._lock:
            self._working -= len(batch)
            self._answered = (len(batch), time.monotonic())
            for (job, i), outcome in zip(batch, outcomes, strict=True):
                job.results[i] = outcome
                job.missing -= 1
                if not job.missing:
                    done.append(job)
        self._tell(done)

    def _tell(self, done: list[_Job]) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._deliver, done)

    def _deliver(self, done: list[_Job]) -> None:
        for job in done:
            if not job.future.done():
                job.future.set_result(job.results)
        if self._freed is not None:
            self._freed.set()
