"""Streams: a line in, a line out, in the same order, however many there are, with only a few of them in memory."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request, Response

from cxtext.documents import Document
from cxtext.errors import InputValueError
from cxtext.service.batching import BATCH, Batcher, Failed, FullError
from cxtext.service.edge import ACCOUNT, Account, Receive, Scope, Send
from cxtext.service.limits import TEXT_COST, Limits, RefusedError
from cxtext.service.requests import cost, read_document
from cxtext.service.work import to_json
from cxtext.sources.json_lines import parsed_line

MEDIA_TYPE = "application/x-ndjson"

# Groups of lines of one stream that are at work or wait to be sent. No more is read until the client has taken some.
AHEAD = 4
# Bytes after which a group takes no further line.
GROUP_BYTES = 64 * 1024


@dataclass(slots=True)
class _Group:
    """Lines that came in together: a document, or why there is none, for each."""

    first: int
    entries: list[Document | str] = field(default_factory=list)
    results: "asyncio.Future[list[Any]] | None" = None


class AnnotatedLines(Response):
    """The answer to a stream: annotates what comes in while it comes in.

    A line that cannot be read gives ``{"status": "rejected", "line": ..., "reason": ...}``, without its words, and the
    rest goes on. If the service ends before the stream does, all lines that it took are answered, and the last line
    says from which one on they have to be sent again: ``{"status": "stopped", "line": ..., "reason": ...}``.

    Parameters
    ----------
    request
        The request, whose body is read line by line.
    batcher
        Where the work is done.
    redact
        As in :func:`cxtext.annotate`.
    limits
        What a line may cost.
    stopping
        Set when the service is about to end.
    """

    def __init__(
        self, request: Request, batcher: Batcher, redact: str, limits: Limits, stopping: asyncio.Event
    ) -> None:
        super().__init__(media_type=MEDIA_TYPE)
        self._request, self._batcher, self._redact = request, batcher, redact
        self._limits, self._stopping = limits, stopping
        self._lines = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read, annotate and send until the stream ends."""
        headers = [(b"content-type", MEDIA_TYPE.encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        # What the reader puts here waits until it was sent: the client's own pace is that of the reader.
        groups: asyncio.Queue[_Group | bytes | None] = asyncio.Queue(AHEAD)
        reader = asyncio.create_task(self._read(scope[ACCOUNT], groups))
        try:
            while (group := await groups.get()) is not None:
                body = group if isinstance(group, bytes) else await _written(group)
                await send({"type": "http.response.body", "body": body, "more_body": True})
        finally:
            reader.cancel()
            while not groups.empty():
                left = groups.get_nowait()
                if isinstance(left, _Group) and left.results is not None:
                    left.results.cancel()
        await reader
        await send({"type": "http.response.body", "body": b""})

    async def _read(self, account: Account, groups: "asyncio.Queue[_Group | bytes | None]") -> None:
        try:
            async for lines in _grouped(self._chunks(), self._limits.body):
                group = _Group(self._lines + 1)
                for line in lines:
                    self._lines += 1
                    group.entries.append(self._document(line, self._lines))
                documents = [e for e in group.entries if isinstance(e, Document)]
                costs = [cost(d) for d in documents]
                group.results = await self._batcher.submit_in_turn(self._redact, documents, costs)
                account.texts += len(documents)
                account.characters += sum(costs) - TEXT_COST * len(costs)
                await groups.put(group)
        except (_Stopped, FullError):
            await groups.put(_record("stopped", self._lines + 1, "the service is ending; send this line and the rest"))
        except TimeoutError:
            seconds = self._limits.idle_seconds
            await groups.put(_record("stopped", self._lines + 1, f"nothing came in for {seconds:g} seconds"))
        finally:
            await groups.put(None)

    async def _chunks(self) -> AsyncIterator[bytes]:
        chunks = self._request.stream()
        stop = asyncio.create_task(self._stopping.wait())
        try:
            while True:
                following = asyncio.create_task(anext(chunks, None))
                await asyncio.wait({following, stop}, timeout=self._limits.idle_seconds, return_when="FIRST_COMPLETED")
                if stop.done() or not following.done():
                    following.cancel()
                    raise _Stopped if stop.done() else TimeoutError
                chunk = following.result()
                if chunk is None:
                    return
                yield chunk
        finally:
            stop.cancel()

    def _document(self, line: bytes | None, number: int) -> Document | str:
        """Read a line; give why where it cannot be read."""
        if line is None:
            return f"longer than {self._limits.body:,} bytes"
        try:
            return read_document(parsed_line(line, first=number == 1), self._limits)
        except (InputValueError, RefusedError) as refused:
            return str(refused)


class _Stopped(Exception):  # noqa: N818 (nobody sees it)
    pass


def _record(status: str, line: int, reason: str) -> bytes:
    return to_json({"status": status, "line": line, "reason": reason}) + b"\n"


async def _written(group: _Group) -> bytes:
    found = iter(await group.results if group.results is not None else ())
    parts: list[bytes] = []
    for number, entry in enumerate(group.entries, group.first):
        result = entry if isinstance(entry, str) else next(found)
        if isinstance(result, Failed):
            result = "the service failed on this line"
        parts.append(_record("rejected", number, result) if isinstance(result, str) else result.json + b"\n")
    return b"".join(parts)


async def _grouped(chunks: AsyncIterator[bytes], longest: int) -> AsyncIterator[list[bytes | None]]:
    """Give the lines that are there, a group at a time; null for a line that is too long, of which nothing is kept."""
    rest = b""
    dropping = False
    async for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        group: list[bytes | None] = []
        size = 0
        for line in whole:
            group.append(None if dropping or len(line) > longest else line)
            dropping = False
            size += len(line)
            if len(group) == BATCH or size >= GROUP_BYTES:
                yield group
                group, size = [], 0
        if group:
            yield group
        if dropping or len(rest) > longest:
            rest, dropping = b"", True
    if rest or dropping:
        yield [None if dropping else rest]
