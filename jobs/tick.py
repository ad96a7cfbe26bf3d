"""The tick: the one job that the scheduler knows. What is due, and what it comes to, is in rows."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TypeAlias

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from jobs.complaints import Complaints
from storage import schedules
from storage.database import Database
from storage.rows import Schedule
from templates.wording import Wording

Handler: TypeAlias = Callable[[Schedule, datetime], Awaitable[None]]
"""Does what a due row asks for and moves its ``due_at`` on, both in one commit."""


class Ticker:
    """Calls `tick` every few seconds; ``handlers`` by the schedule's name, ``communes`` those served here.

    `tick` may also be called directly, for rehearsals: two never run at once.
    """

    def __init__(
        self,
        db: Database,
        wording: Wording,
        communes: frozenset[int],
        handlers: Mapping[str, Handler],
        now: Callable[[], datetime],
        seconds: float = 5.0,
    ) -> None:
        self._db, self._complaints = db, Complaints(wording)
        self._communes, self._handlers = communes, dict(handlers)
        self._now, self._seconds = now, seconds
        self._scheduler: AsyncIOScheduler | None = None
        self._one_at_a_time = asyncio.Lock()

    def start(self) -> None:
        """Begins to tick, every few seconds from now, on the running loop."""
        # It would report each tick, and each one left out while a long row is at work.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._scheduler.add_job(
            self._tick_now, "interval", seconds=self._seconds, misfire_grace_time=None, coalesce=True
        )
        self._scheduler.start()

    async def stop(self) -> None:
        """Stops ticking; returns when the row at work is done."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None
        async with self._one_at_a_time:
            pass

    async def tick(self, now: datetime) -> None:
        """Runs each due row, in a commit of its own; what one raises is logged and keeps no other back."""
        async with self._one_at_a_time:
            for row in await self._db.read(lambda tx: schedules.due(tx, now)):
                if row.commune in self._communes and row.schedule in self._handlers:
                    await self._run(row, now)

    async def _run(self, row: Schedule, now: datetime) -> None:
        key = (row.commune, row.schedule)
        try:
            await self._handlers[row.schedule](row, now)
        except Exception:
            # The row stays due and is tried again with the next tick.
            self._complaints.failed(key, "schedule", lich=row.schedule)
        else:
            self._complaints.fine(key)

    async def _tick_now(self) -> None:
        try:
            await self.tick(self._now())
        except Exception:  # an unreadable clock, a locked database: the next tick tries again
            self._complaints.failed("tick", "tick")
        else:
            self._complaints.fine("tick")
