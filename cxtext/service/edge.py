"""What stands around every request: its id, the key, the log line, the counters, and the last resort for errors."""

import re
import time
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from logging import Logger
from typing import Any

from cxtext.service.keys import Keys
from cxtext.service.limits import RefusedError, overloaded
from cxtext.service.logs import describe
from cxtext.service.metrics import Metrics
from cxtext.service.work import to_json

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# Where the account of a request stands in its scope.
ACCOUNT = "cxtext.account"

# Paths that answer without a key: what watches the process has none, and a client must learn how to call.
OPEN = frozenset({"/healthz", "/readyz", "/openapi.json"})

# Paths that logs may repeat where the request got no further than here.
PATHS = OPEN | {"/v1/annotate", "/v1/annotate/stream", "/v1/encode", "/v1/schema", "/metrics"}

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass(slots=True)
class Account:
    """What is known of a request by now."""

    request_id: str
    key: str | None = None
    status: int = 0
    texts: int = 0
    characters: int = 0


class Edge:
    """Wrap an ASGI application.

    Parameters
    ----------
    app
        The application.
    keys
        Who may call.
    metrics, logger
        Where requests are counted and written down.
    full
        Says whether there is no room in the queue, so that work is refused before its body is read.
    """

    def __init__(
        self, app: App, *, keys: Keys, metrics: Metrics, logger: Logger, full: Callable[[], bool] = lambda: False
    ) -> None:
        self._app, self._keys, self._metrics, self._logger, self._full = app, keys, metrics, logger, full
        # Set when the service is about to end: connections are closed after the answer that is due.
        self.draining = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        headers = {name: value for name, value in scope["headers"] if name in _READ}
        given = headers.get(b"x-request-id", b"").decode("latin-1")
        account = Account(given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex)
        scope[ACCOUNT] = account

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                account.status = message["status"]
                extra = [(b"x-request-id", account.request_id.encode())]
                if self.draining:
                    extra.append((b"connection", b"close"))
                message = {**message, "headers": [*message.get("headers", ()), *extra]}
            await send(message)

        failure: BaseException | None = None
        try:
            self._admit(scope, headers, account)
            await self._app(scope, receive, answer)
        except RefusedError as refused:
            await send_error(answer, refused)
        except Exception as error:
            failure = error
            if not account.status:
                await send_error(answer, RefusedError(500, "internal", "the service failed; its log says where"))
        finally:
            self._write_down(scope, account, time.perf_counter() - began, failure)

    def _admit(self, scope: Scope, headers: dict[bytes, bytes], account: Account) -> None:
        if self._keys and scope["path"] not in OPEN:
            account.key = self._keys.name_of(_key(headers))
            if account.key is None:
                raise RefusedError(
                    401,
                    "unauthorised",
                    "this needs an API key: Authorization: Bearer KEY, or X-API-Key: KEY",
                    headers={"WWW-Authenticate": "Bearer"},
                )
        if scope["method"] == "POST" and self._full():
            raise overloaded()

    def _write_down(self, scope: Scope, account: Account, seconds: float, failure: BaseException | None) -> None:
        # The route as it is written in the code: a path could hold anything.
        route = getattr(scope.get("route"), "path", "") or (scope["path"] if scope["path"] in PATHS else "other")
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._metrics.requests.labels(route, str(account.status)).inc()
        self._metrics.seconds.labels(route).observe(seconds)
        if account.texts:
            self._metrics.texts.inc(account.texts)
            self._metrics.characters.inc(account.characters)
        fields: dict[str, Any] = {
            "request_id": account.request_id,
            "method": method,
            "route": route,
            "status": account.status,
            "milliseconds": round(seconds * 1000, 1),
            "texts": account.texts,
            "characters": account.characters,
            "key": account.key,
        }
        if failure is not None:
            self._logger.error("request failed", extra={"fields": {**fields, "exception": describe(failure)}})
        else:
            self._logger.info("request", extra={"fields": fields})


_READ = frozenset({b"x-request-id", b"authorization", b"x-api-key"})
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


def _key(headers: dict[bytes, bytes]) -> str | None:
    if b"x-api-key" in headers:
        return headers[b"x-api-key"].decode("latin-1")
    scheme, _, key = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else None


async def send_error(send: Send, refused: RefusedError) -> None:
    """Send a refusal as an answer."""
    body = to_json(refused.to_dict())
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        *((name.lower().encode(), value.encode()) for name, value in refused.headers.items()),
    ]
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
