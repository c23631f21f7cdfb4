"""The server around the application: how it starts, and how it ends without leaving anybody without an answer."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from socket import socket

import uvicorn

from cxtext.service.app import Service

# Seconds that open connections get, once nothing new is accepted, for requests that are on their way.
LINGER = 1.0

# Seconds after which what is still at work is given up when the service ends.
GRACE = 60


class _Server(uvicorn.Server):
    """A server that ends in order: no new connections, an answer to all that is sent on old ones, then the end."""

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self._service = service

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take signals as requests to end; having ended, do not die of them."""
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Start, and say where."""
        await super().startup(sockets)
        for server in self.servers:
            for listening in server.sockets:
                host, port = listening.getsockname()[:2]
                self._service.logger.info("listening", extra={"fields": {"host": host, "port": port}})

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """End in order."""
        self._service.logger.info("ending")
        for server in self.servers:
            server.close()
        # Every answer now says that the connection ends with it. Closed at once, a connection that a request is just
        # coming in on would be lost with it.
        self._service.drain()
        deadline = asyncio.get_running_loop().time() + LINGER
        while self.server_state.connections and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.02)
        await super().shutdown(sockets)
        self._service.logger.info("ended")


def run(service: Service, *, host: str, port: int) -> bool:
    """Listen and answer until SIGTERM or SIGINT, and then finish what was accepted.

    Returns
    -------
    bool
        Whether the server had started.
    """
    config = uvicorn.Config(
        service,
        host=host,
        port=port,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=GRACE,
        # Connections that the system keeps until they are accepted.
        backlog=2048,
    )
    server = _Server(config, service)
    try:
        server.run()
    except SystemExit:
        return False  # the address is in use; the log says so
    return server.started
