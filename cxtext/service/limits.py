"""What a request may cost, and how a request that may not be served is refused."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from cxtext.errors import CxtextError

# What a text costs beside its characters: the fixed part of the work, in characters that take as long.
TEXT_COST = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of the service.

    Parameters
    ----------
    body
        Bytes of a request's body, and of a line of a stream.
    texts
        Texts of a request.
    characters
        Characters of one text together with its question.
    queue
        Characters of accepted texts that wait, with :data:`TEXT_COST` for each text. A request that finds the queue
        empty is accepted whatever it costs. The default is some seconds of work on two cores.
    body_seconds
        Time for a whole body to come in.
    idle_seconds
        Time without a byte after which a stream is ended.
    answer_seconds
        Time after which a request gets an error instead of its answer.
    """

    body: int = 2 * 1024 * 1024
    texts: int = 1_000
    characters: int = 100_000
    queue: int = 150_000
    body_seconds: float = 30.0
    idle_seconds: float = 60.0
    answer_seconds: float = 120.0


class RefusedError(CxtextError):
    """A request that gets an error as its answer; never holds what was sent.

    Parameters
    ----------
    status
        HTTP status.
    code
        Stable name of the reason.
    message
        What is wrong, what is allowed, what to do next.
    field
        Path of the field in the body, e.g. ``documents[3].language``.
    position
        Position of the text in the request, from 0.
    headers
        Headers of the answer.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        field: str | None = None,
        position: int | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.field, self.position = status, code, field, position
        self.headers = dict(headers)

    def to_dict(self) -> dict[str, Any]:
        """Give the body of the answer."""
        return {
            "error": {"code": self.code, "message": str(self), "field": self.field, "position": self.position},
        }


def overloaded() -> RefusedError:
    """Refuse for want of room in the queue."""
    return RefusedError(
        503,
        "overloaded",
        "the service has as much work waiting as it takes; send the request again after the seconds in Retry-After",
        headers={"Retry-After": "1"},
    )


def body_too_large(limit: int) -> RefusedError:
    """Refuse a body that is larger than allowed; the connection cannot be used further."""
    return RefusedError(
        413,
        "body_too_large",
        f"the body may have {limit:,} bytes; send fewer texts a request, or use /v1/annotate/stream",
        headers={"Connection": "close"},
    )


async def read_body(chunks: AsyncIterator[bytes], declared: str | None, limits: Limits) -> bytes:
    """Read a body to its end, within the limits of size and time.

    Parameters
    ----------
    chunks
        The body as it comes in.
    declared
        The header ``Content-Length``, or null.
    limits
        The bounds.

    Raises
    ------
    RefusedError
        With status 413 or 408.
    """
    import asyncio

    if declared is not None and declared.isdecimal() and int(declared[:20]) > limits.body:
        raise body_too_large(limits.body)
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(limits.body_seconds):
            async for chunk in chunks:
                size += len(chunk)
                if size > limits.body:
                    raise body_too_large(limits.body)
                parts.append(chunk)
    except TimeoutError:
        raise RefusedError(
            408,
            "body_timeout",
            f"the body did not come in within {limits.body_seconds:g} seconds",
            headers={"Connection": "close"},
        ) from None
    return b"".join(parts)
