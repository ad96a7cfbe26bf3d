"""The server in the program's own loop: a taken port, the end amid an answer, no signals, no log."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.web import server
from bot.web.server import NoSuchHost, PortTaken, listen, serve
from tests.bot.web.conftest import Commune

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def served(app: object) -> AsyncIterator[tuple[str, asyncio.Task[None]]]:
    """The app on a free port: its address, and the task that serves it."""
    listening = listen("127.0.0.1", 0)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    task = asyncio.create_task(serve(app, listening))  # type: ignore[arg-type]
    try:
        yield address, task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_pages_over_a_real_connection(commune: Commune, caplog: pytest.LogCaptureFixture) -> None:
    before = signal.getsignal(signal.SIGINT)
    commune.base = "http://x.example"
    commune.__post_init__()
    page = await commune.document()
    with caplog.at_level(logging.DEBUG):
        async with served(commune.site().app) as (address, _), httpx.AsyncClient() as phone:
            seen = await phone.get(page.replace("http://x.example", address))
            assert seen.status_code == 200 and "server" not in seen.headers
            assert signal.getsignal(signal.SIGINT) is before
    assert not [record for record in caplog.records if record.name.startswith("uvicorn")]


async def test_routes_of_a_channel_stand_beside_the_pages(commune: Commune) -> None:
    async def hook(request: Request) -> Response:
        return PlainTextResponse((await request.body()).decode())

    async with commune.phone(routes=[Route("/zalo/hook", hook, methods=["POST"])]) as phone:
        assert (await phone.post("/zalo/hook", content="update")).text == "update"
        assert (await phone.get("/zalo/hook")).status_code == 404


def test_a_port_that_another_program_has() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(PortTaken):
        listen("127.0.0.1", taken.getsockname()[1])


def test_an_address_that_this_computer_does_not_have() -> None:
    with pytest.raises(NoSuchHost):
        listen("203.0.113.77", 0)


async def test_an_answer_under_way_may_end_when_the_program_does() -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(request: Request) -> Response:
        begun.set()
        await go_on.wait()
        return PlainTextResponse("whole")

    async with served(Starlette(routes=[Route("/", slow)])) as (address, task), httpx.AsyncClient() as phone:
        asked = asyncio.create_task(phone.get(address))
        await begun.wait()
        task.cancel()
        go_on.set()
        assert (await asked).text == "whole"
        with suppress(asyncio.CancelledError):
            await task
        assert task.cancelled()
        with pytest.raises(httpx.ConnectError):
            await phone.get(address)


async def test_silent_connections_are_closed_and_answers_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_HEAD", 0.2)
    monkeypatch.setattr(server, "_KEPT", 0.2)
    go_on = asyncio.Event()

    async def slow(request: Request) -> Response:
        await go_on.wait()
        return PlainTextResponse("whole")

    async with served(Starlette(routes=[Route("/", slow)])) as (address, _), httpx.AsyncClient() as phone:
        port = int(address.rpartition(":")[2])
        asked = asyncio.create_task(phone.get(address, timeout=5))
        async with asyncio.timeout(5):
            for begun in (b"", b"GET / HTTP/1.1\r\nHost: a"):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(begun)
                assert await reader.read() == b""
                writer.close()
        go_on.set()
        assert (await asked).text == "whole"


async def test_an_answer_that_never_ends_does_not_keep_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_GRACE", 0.2)
    begun = asyncio.Event()

    async def never(request: Request) -> Response:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError

    async with served(Starlette(routes=[Route("/", never)])) as (address, task), httpx.AsyncClient() as phone:
        asked = asyncio.create_task(phone.get(address))
        await begun.wait()
        task.cancel()
        async with asyncio.timeout(5):
            await asyncio.wait({task})
        asked.cancel()
