"""Serves the pages within the program's own event loop: no signals, no log of who looked at what."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import socket
from collections.abc import Generator
from typing import Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

# What goes wrong in a page the page's own handler tells. These lines would hold addresses, or be in English.
logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL + 1)

_GRACE: Final = 3  # seconds for answers that are under way when the program ends
_CONNECTIONS: Final = 200
_KEPT: Final = 15  # seconds that a connection waits for the next request
_HEAD: Final = 10  # seconds for a request's head


class PortTaken(Exception):
    """Another program listens there."""


class NoSuchHost(Exception):
    """This computer has no such address; its text is the system's reason."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that is bound, so that trouble shows before anything runs; raises PortTaken, NoSuchHost."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            raise PortTaken(f"{host}:{port}") from error
        raise NoSuchHost(error.strerror or str(error)) from error


class _Connection(H11Protocol):
    """Closed where no whole request head comes in time: silent ones would take the place of others."""

    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait(_HEAD)

    def on_response_complete(self) -> None:
        self._wait(_KEPT + _HEAD)
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._patience is not None:
            self._patience.cancel()

    def _wait(self, seconds: float) -> None:
        if self._patience is not None:
            self._patience.cancel()
        self._patience = self.loop.call_later(seconds, self._end)

    def _end(self) -> None:
        if self.cycle is None or self.cycle.response_complete:  # otherwise an answer is under way
            self.transport.close()


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield  # they are the program's


async def serve(app: ASGIApp, listening: socket.socket) -> None:
    """Until cancelled; answers under way get a moment to end. Closes the socket."""
    config = uvicorn.Config(
        app,
        http=_Connection,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=_CONNECTIONS,
        timeout_keep_alive=_KEPT,
        timeout_graceful_shutdown=_GRACE,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        await asyncio.shield(serving)
    finally:
        server.should_exit = True
        await asyncio.wait({serving}, timeout=2 * _GRACE)
        serving.cancel()
        listening.close()
