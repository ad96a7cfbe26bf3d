"""What all fake platforms share: they speak HTTP on loopback, note what is called, and can misbehave."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from tests.fake_http import Cut, Hang, HttpServer, Request, Response

P = TypeVar("P", bound="FakePlatform")


class Refused(Exception):
    """An error as the platform describes it."""

    def __init__(self, status: int, description: str, **parameters: object) -> None:
        super().__init__(description)
        self.status, self.description, self.parameters = status, description, parameters


# Faults: what a call may come to instead of its answer. ``accepted``: what was asked was done nevertheless.


@dataclass(frozen=True)
class Fault:
    status: int = 500
    html: bool = False  # a page of something in between instead of the platform's own JSON
    retry_after: int | None = None  # with status 429
    hang: bool = False
    cut: bool = False
    accepted: bool = False
    description: str = "Internal Server Error"


HTML = Fault(200, html=True)
HANG = Fault(hang=True)
CUT = Fault(cut=True)
SERVER_DOWN = Fault(502, html=True)


class FakePlatform:
    """The server. ``root`` is what a channel takes as its API root."""

    def __init__(self, token: str, now: Callable[[], float] = time.time) -> None:
        self.token, self._now = token, now
        self.calls: list[tuple[str, Any]] = []  # method, and what it was called with
        self.root = ""
        self._server = HttpServer(self.handle)
        self._faults: dict[str, list[Fault]] = defaultdict(list)
        self._called = asyncio.Event()

    async def start(self: P, port: int = 0) -> P:
        self.root = f"http://127.0.0.1:{await self._server.start(port)}"
        return self

    async def close(self) -> None:
        await self._server.close()

    async def __aenter__(self: P) -> P:
        return await self.start()

    async def __aexit__(self, *error: object) -> None:
        await self.close()

    def fail(self, method: str, *faults: Fault) -> None:
        """The next calls of ``method`` come to these faults, one each."""
        self._faults[method] += faults

    async def called(self, method: str, times: int) -> None:
        """Returns once the bot has called ``method`` so often."""
        while sum(name == method for name, _ in self.calls) < times:
            await self._called.wait()

    async def handle(self, request: Request) -> Response:
        raise NotImplementedError

    async def call(self, method: str, request: Request, said: Any) -> Response:
        """Does what is called, as ``_do_<method>`` says, or comes to a fault."""
        self.calls.append((method, said))
        self._called.set()
        self._called = asyncio.Event()
        fault = self.next_fault(method)
        if fault is not None and not fault.accepted:
            return self.faulty(fault)
        do = getattr(self, f"_do_{method}", None)
        if do is None:
            return self.refusal(Refused(404, "Not Found"))
        try:
            result = await do(request)
        except Refused as refused:
            return self.refusal(refused)
        return self.faulty(fault) if fault is not None else Response.of(200, {"ok": True, "result": result})

    def next_fault(self, method: str) -> Fault | None:
        return self._faults[method].pop(0) if self._faults[method] else None

    def faulty(self, fault: Fault) -> Response:
        """The answer that the fault is; raises Hang or Cut."""
        if fault.hang:
            raise Hang
        if fault.cut:
            raise Cut
        if fault.html:
            return Response(fault.status, b"<html><body>Please log in</body></html>", "text/html")
        more = {} if fault.retry_after is None else {"retry_after": fault.retry_after}
        return self.refusal(Refused(fault.status, fault.description, **more))

    def refusal(self, refused: Refused) -> Response:
        body = {"ok": False, "error_code": refused.status, "description": refused.description}
        more = {"parameters": refused.parameters} if refused.parameters else {}
        return Response.of(refused.status, body | more)


def length(text: str) -> int:
    """In UTF-16 units, so an emoji is two."""
    return len(text.encode("utf-16-le")) // 2
