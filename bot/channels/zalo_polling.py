"""Receiving from Zalo by long polling.

There is no offset: nothing can be confirmed. Operators saw the same update on every poll, and updates that
came only while a poll was open; so a poll is opened again at once, while intake still works, and a replay is
known by its message. What is delivered twice intake takes once.
"""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

from bot.channels import zalo_updates
from bot.channels.decoding import digest
from bot.channels.lanes import Lanes, Recent
from bot.channels.owner import Owner
from bot.channels.patience import Backoff, Patience
from bot.channels.receiving import Receiving, Update
from bot.channels.zalo_calls import BAD_TOKEN, TIMED_OUT, Broken, Calls, NotConnected, Refused, Strange
from bot.channels.zalo_updates import Albums
from bot.messages import Intake

REST_SECONDS = 1.0  # after a poll that brought nothing new although it might have waited


def read(bot: str, update: object, albums: Albums) -> Update | None:
    """The update, read; None for what asks for nothing."""
    try:
        incoming = zalo_updates.decode(bot, update)
    except Exception:  # whatever it is: it is kept as it came
        return Update(f"update:{digest(update)}", update, trace=traceback.format_exc())
    if incoming is None:
        return None
    return Update(f"{incoming.chat}:{incoming.message}", update, albums.placed(incoming))


class Polling:
    """Takes updates by ``calls`` and hands them to an intake, in order within a chat."""

    def __init__(
        self,
        bot: str,
        calls: Calls,
        patience: Patience,
        owner: Owner,
        receiving: Receiving,
        albums: Albums,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._bot, self._calls, self._patience = bot, calls, patience
        self._owner, self._receiving, self._albums = owner, receiving, albums
        self._clock, self._sleep = clock, sleep
        self._backoff = Backoff(clock)
        self._recent = Recent()

    async def run(self, intake: Intake) -> None:
        """Polls until cancelled; no trouble ends it, each kind of trouble is told once."""

        async def handle(update: Update) -> None:
            await self._receiving.hand_over(intake, update)

        lanes = Lanes(handle)
        async with asyncio.TaskGroup() as group:
            while True:
                await lanes.room()
                started = self._clock()
                updates = await self._poll()
                if updates is None:
                    continue
                if new := self._new(updates):
                    for update in filter(None, new):
                        lanes.put(group, update)
                elif updates or self._clock() - started < REST_SECONDS:
                    await self._sleep(REST_SECONDS)  # replays, or a server that does not wait, would spin us

    async def _poll(self) -> list[object] | None:
        """The next updates, raw, or none; None after trouble, which it has then waited out."""
        try:
            wanted = {"timeout": int(self._patience.poll)}
            result = await self._calls.call("getUpdates", wanted, wait=self._patience.poll)
            updates = zalo_updates.listed(result)
        except Exception as error:  # whatever a server sends must not end the bot
            if not _idle(error):
                kind, details = kind_of(error)
                self._owner.tell(kind, **details)
                await self._sleep(self._backoff.setback())
                return None
            updates = []  # nobody wrote: that is no trouble
        self._backoff.clear()
        self._owner.tell(None)
        return updates

    def _new(self, updates: list[object]) -> list[Update | None]:
        """Those that did not come before; None for each that asks for nothing."""
        found: list[Update | None] = []
        for raw in updates:
            update = read(self._bot, raw, self._albums)
            chat, message = ("", digest(raw)) if update is None else (update.chat, update.key)
            if self._recent.add(chat, message):
                found.append(update)
        return found


def _idle(error: Exception) -> bool:
    """Whether nobody wrote while the poll was open; a proxy may say so in a page of its own."""
    code = error.code if isinstance(error, Refused) else error.status if isinstance(error, Strange) else None
    return code == TIMED_OUT


def kind_of(error: Exception) -> tuple[str, dict[str, Any]]:
    """Which sentence tells the owner about ``error``, and what it needs."""
    match error:
        case Refused(code=code) if code == BAD_TOKEN:
            return "zalo.token", {}
        case Refused(code=code, description=said) if "webhook" in said.lower() or code == 409:
            return "zalo.webhook", {}
        case Refused(code=code):
            return "trouble.server", {"so": code}
        case Strange(status=status) if status >= 400:
            return "trouble.server", {"so": status}
        case NotConnected() | Broken():
            return "trouble.network", {"loi": str(error)}
    return "trouble.strange", {}
