"""From a platform's update to intake: what was read of it, and handing it over until it is kept."""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.channels.decoding import raw
from bot.channels.owner import Owner
from bot.channels.patience import Backoff
from bot.messages import Handled, Incoming, Intake


@dataclass(frozen=True, slots=True)
class Update:
    """One update, read: ``incoming`` None with a ``trace`` where it could not be. ``key`` names it."""

    key: str
    raw: object
    incoming: Incoming | None = None
    trace: str | None = None

    @property
    def chat(self) -> str:
        return "" if self.incoming is None else self.incoming.chat


class Receiving:
    """Hands the updates of one bot to an intake; nothing that happens there ends the bot."""

    def __init__(
        self,
        bot: str,
        owner: Owner,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        # Of its own: polls may succeed while nothing can be stored.
        self._bot, self._owner = bot, owner
        self._clock, self._sleep = clock, sleep

    async def hand_over(self, intake: Intake, update: Update) -> Handled:
        """Offers the update until it is kept: while nothing can be stored, again after a while."""
        pauses = Backoff(self._clock)
        while (handled := await self._offer(intake, update)) is Handled.RETRY:
            self._owner.tell("trouble.storage")
            await self._sleep(pauses.setback())
        self._owner.tell(None)
        return handled

    async def _offer(self, intake: Intake, update: Update) -> Handled:
        trace = update.trace or ""
        if update.incoming is not None:
            try:
                return await intake.handle(update.incoming)
            except Exception:  # intake promises not to; a promise that is broken must not end the bot
                trace = traceback.format_exc()
        self._owner.unreadable(update.key)
        try:
            return await intake.undecodable(self._bot, update.key, raw(update.raw), trace)
        except Exception:
            return Handled.RETRY
