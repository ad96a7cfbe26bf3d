"""What was received from Zalo by webhook: stored before it is answered, handled from there, each once.

What was taken in and not handled when the program died is handled when it starts again, also where it polls
from then on.
"""

from __future__ import annotations

import asyncio
import json
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

from bot.channels import decoding, zalo_updates
from bot.channels.lanes import Lanes
from bot.channels.patience import Backoff
from bot.channels.receiving import Update
from bot.channels.zalo import Source, ZaloChannel
from bot.channels.zalo_polling import read
from bot.messages import Handled, Intake
from storage import messages
from storage.database import Database
from storage.errors import StorageUnavailable
from storage.rows import WaitingUpdate


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
        lanes = self._lanes(intake)
        self._taken = asyncio.Queue()  # what came before is among the rows
        async with asyncio.TaskGroup() as group:
            await self._put_left(group, lanes)
            while True:
                lanes.put(group, await self._taken.get())

    async def work_off(self, intake: Intake) -> None:
        """Hands over what waits, and returns then."""
        async with asyncio.TaskGroup() as group:
            await self._put_left(group, self._lanes(intake))

    def _lanes(self, intake: Intake) -> Lanes:
        async def handle(update: Update) -> None:
            if await self._receiving.hand_over(intake, update) is Handled.FAILED:
                await self._settle(update)

        return Lanes(handle)

    async def _put_left(self, group: asyncio.TaskGroup, lanes: Lanes) -> None:
        for row in await self._left():
            update = read(self._bot, json.loads(row.raw), self._albums)
            if update is not None and update.incoming is not None:
                lanes.put(group, update)
            else:
                await self._spoiled(row, update)

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


class WorkedOff:
    """Receives by ``source``, after what a webhook took in before its owner went back to polling."""

    def __init__(self, inbox: Inbox, source: Source) -> None:
        self._inbox, self._source = inbox, source

    async def run(self, intake: Intake) -> None:
        await self._inbox.work_off(intake)
        await self._source.run(intake)


def work_off_first(channels: Sequence[ZaloChannel], db: Database, now: Callable[[], datetime]) -> None:
    """These channels poll, and no webhook's update stays behind."""
    for channel in channels:
        channel.source = WorkedOff(Inbox(channel, db, now), channel.polling)
