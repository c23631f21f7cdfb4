"""The application: routes, and what runs while it does."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import cache
from logging import Logger
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError

from cxtext._version import __version__
from cxtext.engines.local import Redaction
from cxtext.service.batching import Batcher, Failed, FullError
from cxtext.service.edge import ACCOUNT, Account, Edge
from cxtext.service.keys import Keys
from cxtext.service.limits import TEXT_COST, Limits, RefusedError, overloaded, read_body
from cxtext.service.logs import make_logger
from cxtext.service.metrics import CONTENT_TYPE, Metrics
from cxtext.service.openapi import (
    ANNOTATE,
    ENCODE_ROUTE,
    HEALTH,
    METRICS,
    READY,
    SCHEMA_ROUTE,
    STREAM,
    annotation_schema,
    describe_api,
)
from cxtext.service.requests import cost, invalid, read_annotate, read_encode
from cxtext.service.stream import AnnotatedLines
from cxtext.service.work import ENCODE, Annotated, join, to_json

JSON = "application/json"
STREAMED = ("application/x-ndjson", "application/ndjson", "application/jsonl")


class Service:
    """The service as an ASGI application.

    Parameters
    ----------
    work
        What :func:`cxtext.service.work.make_work` gives.
    keys
        Who may call; nobody needs a key where there are none.
    limits
        What a request may cost.
    logger
        Where log lines go; null for JSON on stderr.
    """

    def __init__(
        self,
        work: Mapping[str, Callable[[list[Any]], list[Any]]],
        *,
        keys: Keys | None = None,
        limits: Limits | None = None,
        logger: Logger | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self.logger = logger or make_logger()
        self.metrics = Metrics(lambda: self.batcher.waiting)
        self.batcher = Batcher(work, capacity=self.limits.queue, on_batch=self.metrics.batches.observe)
        keys = keys or Keys()
        self.needs_key = bool(keys)
        self.ready = False
        self.stopping = asyncio.Event()
        self.edge = Edge(
            make_app(self),
            keys=keys,
            metrics=self.metrics,
            logger=self.logger,
            full=lambda: self.batcher.full,
        )

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 (ASGI)
        """Answer as an ASGI application."""
        await self.edge(scope, receive, send)

    def drain(self) -> None:
        """Go on answering, but not for long: say so where it is asked, and close connections after their answers."""
        self.ready = False
        self.edge.draining = True
        self.stopping.set()

    @asynccontextmanager
    async def lifespan(self, app: FastAPI) -> AsyncIterator[None]:
        """Run the workers while the application runs."""
        self.batcher.start()
        self.ready = True
        try:
            yield
        finally:
            self.drain()
            await asyncio.to_thread(self.batcher.close)

    async def answer(self, request: Request, kind: str, items: list[Any], costs: list[int]) -> list[Any]:
        """Have items worked on, and wait for the results.

        Raises
        ------
        RefusedError
            With status 503 where there is no room, or 504.
        """
        account: Account = request.scope[ACCOUNT]
        try:
            future = self.batcher.submit(kind, items, costs)
        except FullError:
            raise overloaded() from None
        account.texts = len(items)
        account.characters = sum(costs) - TEXT_COST * len(items)
        try:
            found = await asyncio.wait_for(future, self.limits.answer_seconds)
        except TimeoutError:
            raise RefusedError(
                504, "timeout", f"there is no answer after {self.limits.answer_seconds:g} seconds; send fewer texts"
            ) from None
        for result in found:
            if isinstance(result, Failed):
                raise result.error
        return found


def make_app(service: Service) -> FastAPI:
    """Build the routes of a service."""
    # The pages for people would load their scripts from elsewhere.
    app = FastAPI(title="cxtext", version=__version__, docs_url=None, redoc_url=None, lifespan=service.lifespan)
    described = cache(lambda: describe_api(app, service.limits, keys=service.needs_key))
    app.openapi = described  # type: ignore[method-assign]
    _add_work(app, service)
    _add_status(app, service)
    _answer_errors(app)
    return app


def _add_work(app: FastAPI, service: Service) -> None:

    @app.post("/v1/annotate", **ANNOTATE)
    async def annotate(request: Request) -> Response:
        asked = read_annotate(await _body(request, service.limits), service.limits)
        found: list[Annotated] = await service.answer(
            request, asked.redact, asked.documents, [cost(d) for d in asked.documents]
        )
        if asked.single:
            return Response(found[0].json, media_type=JSON)
        content = b'{"annotations":' + join([a.json for a in found])
        if asked.redact != "keep":
            content += b',"texts":' + join([to_json(a.text) for a in found])
        return Response(content + b"}", media_type=JSON)

    @app.post("/v1/annotate/stream", **STREAM)
    async def stream(request: Request, redact: Redaction = "keep") -> Response:
        _check_media(request, STREAMED)
        return AnnotatedLines(request, service.batcher, redact, service.limits, service.stopping)

    @app.post("/v1/encode", **ENCODE_ROUTE)
    async def encode(request: Request) -> Response:
        texts = read_encode(await _body(request, service.limits), service.limits)
        found = await service.answer(request, ENCODE, texts, [len(t) + TEXT_COST for t in texts])
        return Response(b'{"embeddings":' + join(found) + b"}", media_type=JSON)


def _add_status(app: FastAPI, service: Service) -> None:
    @app.get("/v1/schema", **SCHEMA_ROUTE)
    async def schema() -> Response:
        return Response(annotation_schema(), media_type="application/schema+json")

    @app.get("/healthz", **HEALTH)
    async def healthz() -> Response:
        return Response(b'{"status":"ok"}', media_type=JSON)

    @app.get("/readyz", **READY)
    async def readyz() -> Response:
        if service.ready:
            return Response(b'{"status":"ready"}', media_type=JSON)
        raise RefusedError(503, "not_ready", "the service is ending", headers={"Retry-After": "1"})

    @app.get("/metrics", **METRICS)
    async def metrics() -> Response:
        return Response(service.metrics.text(), media_type=CONTENT_TYPE)


def _answer_errors(app: FastAPI) -> None:
    @app.exception_handler(RefusedError)
    async def refused(request: Request, error: RefusedError) -> Response:
        return Response(to_json(error.to_dict()), error.status, error.headers, JSON)

    @app.exception_handler(RequestValidationError)
    async def not_valid(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        return await refused(request, invalid(first["type"], first["msg"], tuple(first["loc"][1:])))

    @app.exception_handler(Exception)
    async def failed(request: Request, error: Exception) -> Response:
        # The edge, which the error goes on to, writes it down.
        return await refused(request, RefusedError(500, "internal", "the service failed; its log says where"))

    @app.exception_handler(404)
    async def not_found(request: Request, error: Exception) -> Response:
        return await refused(request, RefusedError(404, "not_found", "there is no such path; see /openapi.json"))

    @app.exception_handler(405)
    async def not_allowed(request: Request, error: Exception) -> Response:
        headers = dict(getattr(error, "headers", None) or {})
        return await refused(
            request,
            RefusedError(405, "method_not_allowed", "this path has another method; see /openapi.json", headers=headers),
        )


async def _body(request: Request, limits: Limits) -> bytes:
    _check_media(request, (JSON,))
    return await read_body(request.stream(), request.headers.get("content-length"), limits)


def _check_media(request: Request, allowed: tuple[str, ...]) -> None:
    media = request.headers.get("content-type", allowed[0]).partition(";")[0].strip().lower()
    if media not in allowed:
        raise RefusedError(415, "unsupported_media_type", f"the body must have Content-Type: {' or '.join(allowed)}")
