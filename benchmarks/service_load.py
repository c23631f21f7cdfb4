"""What calls a service as fast as it can: a bare HTTP client, so that it takes little of the machine it shares."""

import asyncio
import json
from collections import Counter
from dataclasses import dataclass, field
from time import perf_counter


@dataclass
class Calls:
    """What became of requests: seconds and statuses, and how many answers were not what they should be."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: int = 0
    broken: int = 0
    without_retry_after: int = 0


class Connection(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._answer: asyncio.Future[tuple[int, bytes, bytes]] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what is written to."""
        self._transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        """Put an answer together."""
        self._data += data
        end = self._data.find(b"\r\n\r\n")
        if end < 0 or self._answer is None or self._answer.done():
            return
        head = bytes(self._data[:end]).lower()
        length = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        if len(self._data) >= end + 4 + length:
            body = bytes(self._data[end + 4 : end + 4 + length])
            self._data.clear()
            self._answer.set_result((int(head[9:12]), head, body))

    def connection_lost(self, exc: Exception | None) -> None:
        """Break off what was asked."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionResetError())

    async def call(self, request: bytes) -> tuple[int, bytes, bytes]:
        """Send a request and wait for status, head (in lower case) and body."""
        if self._transport is None or self._transport.is_closing():
            raise ConnectionResetError
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        """Close the connection."""
        if self._transport is not None:
            self._transport.close()


async def connect(port: int) -> Connection:
    """Open a connection."""
    _, connection = await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", port)
    return connection


def request(body: object, path: str = "/v1/annotate") -> bytes:
    """Write a request."""
    content = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


async def get(port: int, path: str) -> tuple[int, bytes]:
    """Fetch a page on a connection of its own."""
    connection = await connect(port)
    status, _, body = await connection.call(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    connection.close()
    return status, body


async def closed_loop(
    port: int, requests: list[bytes], expected: list[bytes], *, clients: int, until: float, calls: Calls
) -> None:
    """Let clients call, each of them as soon as it has its answer, until a time of ``perf_counter``."""

    async def client(number: int) -> None:
        connection = await connect(port)
        turn = number * 7919
        while perf_counter() < until:
            i = turn % len(requests)
            turn += 1
            began = perf_counter()
            try:
                status, head, body = await connection.call(requests[i])
            except ConnectionError:
                calls.broken += 1
                return
            calls.seconds.append(perf_counter() - began)
            calls.statuses[status] += 1
            calls.wrong += status == 200 and body != expected[i]
            if b"\r\nconnection: close" in head:
                break  # the service ends
        connection.close()

    await asyncio.gather(*(client(n) for n in range(clients)))


async def open_loop(port: int, requests: list[bytes], *, rate: float, seconds: float, calls: Calls) -> None:
    """Send so many requests a second, whether or not there are answers yet; wait for all answers."""
    idle: list[Connection] = []
    tasks: set[asyncio.Task[None]] = set()

    async def one(data: bytes) -> None:
        began = perf_counter()
        try:
            connection = idle.pop() if idle else await connect(port)
            status, head, _ = await connection.call(data)
        except OSError:
            calls.broken += 1
            return
        calls.seconds.append(perf_counter() - began)
        calls.statuses[status] += 1
        calls.without_retry_after += status == 503 and b"\r\nretry-after:" not in head
        if b"\r\nconnection: close" in head:
            connection.close()
        else:
            idle.append(connection)

    start = perf_counter()
    sent = 0
    while (now := perf_counter() - start) < seconds:
        while sent < now * rate:
            task = asyncio.create_task(one(requests[sent % len(requests)]))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            sent += 1
        await asyncio.sleep(0.002)
    while tasks:
        await asyncio.wait(tasks)
    for connection in idle:
        connection.close()
