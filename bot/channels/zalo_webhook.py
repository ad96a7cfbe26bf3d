"""Receiving from Zalo by webhook: an update is in the inbox before it is answered, and handled from there.

What was taken in and not handled when the program died is handled when it starts again, each once.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.channels import decoding, zalo_updates
from bot.channels.lanes import Lanes
from bot.channels.patience import Backoff
from bot.channels.receiving import Update
from bot.channels.zalo import ZaloChannel
from bot.channels.zalo_polling import read
from bot.messages import Handled, Intake
from storage import messages
from storage.database import Database
from storage.errors import StorageUnavailable
from storage.rows import WaitingUpdate

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


class Inbox:
    """What the webhook of one bot took in. Takes the place of polling."""

    def __init__(self, channel: ZaloChannel, db: Database, now: Callable[[], datetime]) -> None:
        self.secret = channel.secret
        self._bot, self._receiving, self._albums = channel.bot, channel.receiving, channel.albums
        self._db, self._now = db, now
        self._taken: asyncio.Queue[Update] = asyncio.Queue()

    async def take(self, body: bytes) -> None:
        """Returns once what the body says is stored; raises StorageUnavailable."""
        text = body.decode(errors="replace")
        try:
            update = read(self._bot, zalo_updates.unwrapped(json.loads(text)), self._albums)
        except ValueError:
            update = Update(f"body:{decoding.digest(text)}", text, trace=traceback.format_exc())
        if update is None:
            return
        if await self._stored(update):
            self._taken.put_nowait(update)

    async def _stored(self, update: Update) -> bool:
        """Whether the update is new and has to be handled."""
        raw, now, incoming = decoding.raw(update.raw), self._now(), update.incoming
        if incoming is None:
            key, trace = update.key, update.trace or ""
            await self._db.write(lambda tx: messages.fail(tx, self._bot, "", key, now, raw, trace))
            return False
        of = (self._bot, incoming.chat, incoming.message)
        return await self._db.write(lambda tx: messages.keep(tx, *of, now, raw))

    async def run(self, intake: Intake) -> None:
        """Hands over what waits and what comes, in order within a chat, until cancelled."""

        async def handle(update: Update) -> None:
            if await self._receiving.hand_over(intake, update) is Handled.FAILED:
                await self._settle(update)

        lanes = Lanes(handle)
        self._taken = asyncio.Queue()  # what came before is among the rows
        async with asyncio.TaskGroup() as group:
            for row in await self._left():
                update = read(self._bot, json.loads(row.raw), self._albums)
                if update is not None and update.incoming is not None:
                    lanes.put(group, update)
                else:
                    await self._spoiled(row, update)
            while True:
                lanes.put(group, await self._taken.get())

    async def _left(self) -> list[WaitingUpdate]:
        pauses = Backoff(asyncio.get_running_loop().time)
        while True:
            try:
                return await self._db.read(lambda tx: messages.waiting(tx, self._bot))
            except StorageUnavailable:
                await asyncio.sleep(pauses.setback())

    async def _settle(self, update: Update) -> None:
        """An update that could not be handled does not wait any more, whatever intake made of it."""
        incoming, now = update.incoming, self._now()
        assert incoming is not None
        of = (self._bot, incoming.chat, incoming.message)
        with suppress(StorageUnavailable):  # it is offered again at the next start
            await self._db.write(lambda tx: messages.fail(tx, *of, now, incoming.raw, ""))

    async def _spoiled(self, row: WaitingUpdate, update: Update | None) -> None:
        """A row that an earlier version of the program could read."""
        trace, now = update.trace or "" if update else "", self._now()
        of = (self._bot, row.chat, row.message)
        with suppress(StorageUnavailable):  # it is looked at again at the next start
            await self._db.write(lambda tx: messages.fail(tx, *of, now, row.raw, trace))
