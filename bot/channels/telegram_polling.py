"""Receiving from Telegram by long polling.

python-telegram-bot's Updater moves the offset before an update is handled; here it moves after intake has
committed, so that what a crash interrupts is delivered again.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
import traceback
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from telegram import Bot
from telegram.error import BadRequest, Conflict, InvalidToken, NetworkError, TelegramError

from bot.channels import telegram_updates
from bot.channels.decoding import digest
from bot.channels.owner import Owner
from bot.channels.patience import Backoff, Patience
from bot.channels.receiving import Receiving, Update
from bot.channels.telegram_calls import Flood, ServerTrouble
from bot.messages import Intake
from templates.wording import Wording

_BATCH = 100


class Polling:
    """Takes updates from ``api`` and hands them to an intake, in order within a chat."""

    def __init__(
        self,
        bot: str,
        api: Bot,
        now: Callable[[], datetime],
        patience: Patience,
        wording: Wording,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._bot, self._api, self._now = bot, api, now
        self._patience = patience
        self._clock, self._sleep = clock, sleep
        self._backoff = Backoff(clock)
        self._owner = Owner(wording, "Telegram")
        self._receiving = Receiving(bot, Owner(wording, "Telegram"), clock, sleep)
        self._asides: set[asyncio.Task[None]] = set()

    async def run(self, intake: Intake) -> None:
        """Polls until cancelled; no trouble ends it, each kind of trouble is told once."""
        offset = 0
        while True:
            started = self._clock()
            updates = await self._poll(offset)
            if updates is None:
                continue
            reached = await self._take(intake, updates)
            if reached is not None and reached > offset:
                offset = reached
            elif self._clock() - started < 1.0:
                await self._sleep(1.0)  # a server that answers at once with nothing new would spin us

    async def _poll(self, offset: int) -> list[object] | None:
        """The next updates, raw; None after trouble, which it has then waited out."""
        wanted = {
            "offset": offset,
            "timeout": int(self._patience.poll),
            "limit": _BATCH,
            "allowed_updates": list(telegram_updates.KINDS),
        }
        try:
            # Spelled like this, python-telegram-bot finds the method but no wrapper of its own to warn about;
            # the wrapper would decode the whole batch and stop at one bad update.
            updates = await self._api.do_api_request(
                "get__updates", wanted, read_timeout=self._patience.poll + self._patience.answer
            )
            if not isinstance(updates, list):
                raise TelegramError("no list of updates")
        except Exception as error:  # whatever a server sends must not end the bot
            kind, details = _kind_of(error)
            self._owner.tell(kind, **details)
            await self._sleep(max(self._backoff.setback(), getattr(error, "seconds", 0.0)))
            return None
        self._backoff.clear()
        self._owner.tell(None)
        return updates

    async def _take(self, intake: Intake, updates: list[object]) -> int | None:
        """Hands the updates over, in order within a chat; the offset after them once all are kept."""
        lanes: dict[str, list[Update]] = {}
        reached = None
        for update in updates:
            number, read = self._read(update)
            if number is not None:
                reached = max(reached or 0, number + 1)
            if read is not None:
                lanes.setdefault(read.chat, []).append(read)
        async with asyncio.TaskGroup() as group:
            for lane in lanes.values():
                group.create_task(self._hand_over(intake, lane))
        return reached

    def _read(self, update: object) -> tuple[int | None, Update | None]:
        """The update's number, where it has one, and what has to be handed over, where there is anything."""
        number: int | None = None
        try:
            if not isinstance(update, dict) or not isinstance(update["update_id"], int):
                raise TypeError("no update")
            number = update["update_id"]
            incoming = telegram_updates.decode(self._bot, update, self._now())
        except Exception:
            key = f"update:{number}" if number is not None else f"unnumbered:{digest(update)}"
            return number, Update(key, update, trace=traceback.format_exc())
        return number, None if incoming is None else Update(f"update:{number}", update, incoming)

    async def _hand_over(self, intake: Intake, lane: list[Update]) -> None:
        for update in lane:
            await self._receiving.hand_over(intake, update)
            if update.incoming is not None and update.incoming.tap is not None:
                # Ends the little clock on the button; too late or twice is an error of no consequence.
                self.aside(self._api.answer_callback_query(update.incoming.tap))

    def aside(self, call: Awaitable[object]) -> None:
        """Makes a call whose failure does not matter, beside everything else."""

        async def quietly() -> None:
            with contextlib.suppress(Exception):
                await call

        task = asyncio.create_task(quietly())
        self._asides.add(task)
        task.add_done_callback(self._asides.discard)

    async def close(self) -> None:
        """Gives up the calls of `aside` that are still under way."""
        for task in self._asides:
            task.cancel()
        await asyncio.gather(*self._asides, return_exceptions=True)


def _kind_of(error: Exception) -> tuple[str, dict[str, Any]]:
    """Which sentence tells the owner about ``error``, and what it needs."""
    match error:
        case Conflict():
            return ("telegram.webhook" if "webhook" in error.message.lower() else "telegram.conflict"), {}
        case InvalidToken():
            return "telegram.token", {}
        case ServerTrouble():
            return "trouble.server", {"so": error.status}
        case Flood():
            return "trouble.server", {"so": 429}
        case BadRequest():
            return "trouble.strange", {}
        case NetworkError():
            return "trouble.network", {"loi": type(error.__cause__ or error).__name__}
    return "trouble.strange", {}
