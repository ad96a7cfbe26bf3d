"""Receiving from Zalo by webhook: an update is in the inbox before it is answered, and handled from there."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.channels.zalo import ZaloChannel
from bot.channels.zalo_inbox import Inbox
from storage.database import Database
from storage.errors import StorageUnavailable

PATH: Final = "/zalo"
HEADER: Final = "X-Bot-Api-Secret-Token"
LARGEST: Final = 256 * 1024  # bytes of a body; an update has one or two thousand
_BODY_SECONDS = 10.0


def address(base: str, channel: ZaloChannel) -> str:
    """The webhook's address, ``base`` being the program's public one."""
    return f"{base.rstrip('/')}{PATH}/{channel.number}"


def routes(channels: Sequence[ZaloChannel], db: Database, now: Callable[[], datetime]) -> list[Route]:
    """Where Zalo calls; these channels receive that way from now on, instead of polling."""
    inboxes = {}
    for channel in channels:
        channel.source = inboxes[channel.number] = Inbox(channel, db, now)

    async def called(request: Request) -> Response:
        return await _called(request, inboxes.get(request.path_params["bot"]))

    return [Route(f"{PATH}/{{bot}}", called, methods=["POST"])]


async def _called(request: Request, inbox: Inbox | None) -> Response:
    said = request.headers.get(HEADER, "").encode()
    expected = inbox.secret if inbox is not None else "of no bot"
    if not hmac.compare_digest(said, expected.encode()) or inbox is None:
        return PlainTextResponse("forbidden", 403)
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            body = await _body(request)
    except (TimeoutError, ClientDisconnect):
        return PlainTextResponse("timeout", 408)
    if body is None:
        return PlainTextResponse("too large", 413)
    try:
        await inbox.take(body)
    except StorageUnavailable:
        return PlainTextResponse("try again", 503, {"Retry-After": "30"})
    return PlainTextResponse("ok")


async def _body(request: Request) -> bytes | None:
    """None for one that is too large, of which the rest is not read."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST:
            return None
    return bytes(body)
