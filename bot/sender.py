"""Messages out: drains the outbox of every channel at that channel's pace.

In order within a chat, one in flight; answers before documents before reminders. A row is marked as being
sent before it is sent and settled after: what a crash leaves in between is unsure, and `storage.outbox` says
what that means. One transaction settles what came back and claims what goes next.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, TypeAlias, TypeVar

from bot.messages import (
    Channel,
    Exhausted,
    Gone,
    Later,
    Moved,
    Outgoing,
    Rejected,
    Result,
    Sent,
    Unsure,
)
from bot.meter import Allowance, Meter, Outcome
from bot.pace import Gates
from storage import outbox
from storage.database import Database, Tx
from storage.errors import StorageUnavailable
from storage.rows import OutboxRow, Request
from templates import wording as sentences

_LOG = logging.getLogger(__name__)

T = TypeVar("T")
Clock: TypeAlias = Callable[[], float]
Sleep: TypeAlias = Callable[[float], Awaitable[None]]

AT_ONCE: Final = 64  # in flight for one bot
TYPING_SECONDS: Final = 4.0  # Telegram shows "typing" for five
LINGER_SECONDS: Final = 0.003
SETTLE_SECONDS: Final = 0.05  # each transaction takes the writer from intake: one that can wait waits
GRACE_SECONDS: Final = 3.0  # for what is under way when the program ends
UNMETERED_SECONDS: Final = 600.0  # a platform's limit that nobody told us about
_LONGEST_PAUSE = 30.0


class Sender:
    """Sends for ``channels``; ``requests`` reads the open report requests: who sees that we are "typing".

    ``meters`` are those of the bots whose messages are counted, by bot. ``only``: nothing but what is for
    this address leaves; what is for others waits for whoever serves them.
    """

    def __init__(
        self,
        db: Database,
        channels: Sequence[Channel],
        now: Callable[[], datetime],
        requests: Callable[[Tx], Iterable[tuple[int, Request]]] | None = None,
        clock: Clock = time.monotonic,
        sleep: Sleep = asyncio.sleep,
        wording: sentences.Wording | None = None,
        meters: Mapping[str, Meter] | None = None,
        only: str | None = None,
    ) -> None:
        wording, meters = wording or sentences.load(), meters or {}
        self._db, self._requests, self._sleep = db, requests, sleep
        self._lines = {
            channel.bot: _Line(db, channel, now, clock, sleep, wording, meters.get(channel.bot), only)
            for channel in channels
        }

    async def run(self) -> None:
        """Until cancelled; then what is under way gets a moment to end, and what is known is settled."""
        async with asyncio.TaskGroup() as group:
            for line in self._lines.values():
                group.create_task(line.run())
            if self._requests is not None:
                group.create_task(self._show_typing(self._requests))

    async def quiet(self, bot: str) -> None:
        """Returns once nothing of the bot's waits or is under way (what is held back for later aside)."""
        await self._lines[bot].quiet()

    async def _show_typing(self, requests: Callable[[Tx], Iterable[tuple[int, Request]]]) -> None:
        while True:
            seen = self._db.signals("request")
            try:
                addressed = [(r.bot, r.address) for _, r in await self._db.read(requests)]
            except StorageUnavailable:
                addressed = []
            shown = [
                self._lines[bot].channel.typing(address)
                for bot, address in dict.fromkeys(addressed)
                if bot in self._lines and address is not None
            ]
            if shown:
                await asyncio.gather(*shown, return_exceptions=True)
                await self._sleep(TYPING_SECONDS)
            else:
                await self._db.wait("request", seen)


class _Line:
    """The sending of one bot."""

    def __init__(
        self,
        db: Database,
        channel: Channel,
        now: Callable[[], datetime],
        clock: Clock,
        sleep: Sleep,
        wording: sentences.Wording,
        meter: Meter | None,
        only: str | None,
    ) -> None:
        self.channel, self._wake = channel, asyncio.Event()
        self._db, self._bot, self._wording = db, channel.bot, wording
        self._now, self._clock, self._sleep = now, clock, sleep
        self._gates, self._meter, self._only = Gates(channel.pace, AT_ONCE), meter, only
        self._flying: dict[asyncio.Task[None], OutboxRow] = {}
        self._busy: set[str] = set()  # chats with a message claimed and not yet settled
        self._finished: list[Outcome] = []
        self._settled = asyncio.Event()
        self._setbacks = 0
        self._looked: int | None = None  # the signal "outbox" when nothing further was due
        self._committed_at = self._finished_at = -math.inf
        self._listeners = 0

    async def run(self) -> None:
        await self._stubbornly(lambda tx: outbox.recover(tx, self._bot, self._only))
        try:
            while True:
                await self._turn()
        finally:
            await self._wind_up()

    async def quiet(self) -> None:
        self._listeners += 1
        self._wake.set()
        try:
            while True:
                settled = self._settled
                if not self._busy and await self._db.read(self._idle):
                    return
                await settled.wait()
        finally:
            self._listeners -= 1

    def _idle(self, tx: Tx) -> bool:
        return outbox.idle(tx, self._bot, self._now(), self._only)

    async def _turn(self) -> None:
        """Settles and claims once, or waits where there is nothing to do."""
        await self._linger()
        self._wake.clear()
        seen = self._db.signals("outbox")
        try:
            due = await self._due() if seen != self._looked else []
            self._looked = seen
            if not due and self._finished and (left := self._may_wait()) > 0:
                await self._first(self._wake.wait(), self._db.wait("outbox", seen), self._sleep(left))
                return
            finished, self._finished = self._finished, []
            if due or finished:
                self._send_all(await self._commit(due, finished))
            else:
                await self._rest(seen)
            self._looked = None  # what was settled, or the time that passed, may have opened a way
            self._setbacks = 0
        except StorageUnavailable as error:
            self._looked = None
            await self._wait_for_storage(error)

    async def _linger(self) -> None:
        """Lets a few messages come together when many come: each transaction takes the writer from intake."""
        left = self._committed_at + LINGER_SECONDS - self._clock()
        if left > 0 and not self._listeners:
            await self._sleep(left)

    def _may_wait(self) -> float:
        """How long what was sent may stay unsettled: it goes with the next claim, if that is soon."""
        if self._listeners:
            return 0.0
        return self._finished_at + SETTLE_SECONDS - self._clock()

    async def _due(self) -> list[OutboxRow]:
        now = self._clock()
        room = min(self._gates.room(now), AT_ONCE - len(self._flying))
        if room <= 0:
            return []
        barred = self._gates.barred(now) | self._busy
        moment = self._now()
        if self._meter is not None:
            return await self._allowed(self._meter, moment, barred, room)
        return await self._db.read(lambda tx: self._look(tx, moment, barred, room))

    def _look(self, tx: Tx, moment: datetime, barred: set[str], room: int) -> list[OutboxRow]:
        return outbox.due(tx, self._bot, moment, barred, room, self._only)

    async def _allowed(self, meter: Meter, moment: datetime, barred: set[str], room: int) -> list[OutboxRow]:
        """What is due and the bot's month still holds; what it does not hold is kept back."""
        if any(isinstance(outcome.result, Exhausted) for outcome in self._finished):
            return []  # until that is settled
        if meter.begins(moment):
            await self._db.write(lambda tx: meter.begin(tx, moment))
            meter.begun(moment)

        def look(tx: Tx) -> tuple[Allowance, list[OutboxRow]]:
            return meter.look(tx, moment), self._look(tx, moment, barred, room)

        allowance, due = await self._db.read(look)
        if allowance.surplus:
            await self._db.write(lambda tx: meter.hold(tx, moment))
            self._release(())  # who waits for quiet looks again
        return allowance.choose(due, len(self._busy))

    async def _commit(self, due: list[OutboxRow], finished: list[Outcome]) -> list[OutboxRow]:
        """One transaction: claims what is ``due``, settles ``finished``; the claimed rows."""
        moment = self._now()

        def both(tx: Tx) -> list[OutboxRow]:
            claimed = outbox.claim(tx, due, moment)
            for outcome in finished:
                _settle(tx, outcome, moment)
            if self._meter is not None:
                self._meter.settle(tx, finished, moment)
            return claimed

        try:
            claimed = await self._whole(both)
        except StorageUnavailable:
            self._finished = finished + self._finished
            raise
        except Exception:
            _LOG.exception("settling failed")
            claimed = []
            await self._settle_one_by_one(finished, moment)
        self._committed_at = self._clock()
        self._release(finished)
        return claimed

    async def _whole(self, function: Callable[[Tx], list[OutboxRow]]) -> list[OutboxRow]:
        """Writes; cancelled in the middle, it still learns what it has claimed, which then was not sent."""
        writing = asyncio.ensure_future(self._db.write(function))
        try:
            return await asyncio.shield(writing)
        except asyncio.CancelledError:
            with contextlib.suppress(Exception):
                self._finished += [Outcome(row, Later(0), self._now()) for row in await writing]
            raise

    async def _settle_one_by_one(self, finished: list[Outcome], moment: datetime) -> None:
        # One row that cannot be settled must not hold up all others: it is set aside for someone to look at.
        for outcome in finished:
            row = outcome.row
            try:
                await self._db.write(lambda tx, outcome=outcome: _settle(tx, outcome, moment))  # type: ignore[misc]
            except StorageUnavailable:
                raise
            except Exception as error:
                _LOG.exception("settling row %s of commune %s", row.outbox, row.commune)
                reason = f"{type(outcome.result).__name__}, {type(error).__name__}"
                await self._db.write(lambda tx, row=row, reason=reason: outbox.mark_rejected(tx, row, reason))  # type: ignore[misc]

    def _release(self, finished: Iterable[Outcome]) -> None:
        self._busy.difference_update(outcome.row.address for outcome in finished)
        self._settled.set()
        self._settled = asyncio.Event()

    def _send_all(self, rows: list[OutboxRow]) -> None:
        now, moment = self._clock(), self._now()
        for row in rows:
            self._busy.add(row.address)
            self._gates.passed(row.address, now)
            task = asyncio.create_task(self._send(row, moment))
            self._flying[task] = row
            task.add_done_callback(self._flying.pop)

    async def _send(self, row: OutboxRow, began: datetime) -> None:
        result: Result = Unsure("cancelled")
        try:
            result = await self._try(row)
        finally:
            if isinstance(result, Exhausted) and self._meter is None:
                result = Later(UNMETERED_SECONDS, everyone=True)
            if isinstance(result, Later):
                self._gates.bar(row.address, result, self._clock())
            if not self._finished:
                self._finished_at = self._clock()
            self._finished.append(Outcome(row, result, began))
            self._wake.set()

    async def _try(self, row: OutboxRow) -> Result:
        try:
            outgoing = Outgoing.from_json(row.body)
        except (KeyError, TypeError, ValueError) as error:
            return Rejected(f"{type(error).__name__}: {error}")
        try:
            return await self.channel.send(row.address, outgoing)
        except Exception as error:
            _LOG.exception(self._wording.say("sender.channel", so=row.outbox))
            return Unsure(type(error).__name__)

    async def _rest(self, seen: int) -> None:
        """Until a message is queued (with a look each second), one has been sent, or a gate opens."""
        waiting: list[Awaitable[object]] = [self._wake.wait(), self._db.wait("outbox", seen)]
        if (seconds := self._gates.opens_in(self._clock())) is not None:
            waiting.append(self._sleep(seconds))
        await self._first(*waiting)

    async def _first(self, *awaited: Awaitable[object]) -> None:
        """Until the first of them is done; the others are given up."""
        waiting = [asyncio.ensure_future(one) for one in awaited]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for future in waiting:
                future.cancel()

    async def _stubbornly(self, function: Callable[[Tx], T]) -> T:
        while True:
            try:
                return await self._db.write(function)
            except StorageUnavailable as error:
                await self._wait_for_storage(error)

    async def _wait_for_storage(self, error: StorageUnavailable) -> None:
        if self._setbacks == 0:
            _LOG.warning(self._wording.say("sender.storage", ly_do=error.reason))
        await self._sleep(min(_LONGEST_PAUSE, 2.0 ** min(self._setbacks, 10)))
        self._setbacks += 1

    async def _wind_up(self) -> None:
        """What is under way may end, for a moment; then all that is known is settled, once."""
        flying = dict(self._flying)
        if flying:
            await self._bear_with(flying)
        known = {(outcome.row.commune, outcome.row.outbox) for outcome in self._finished}
        moment = self._now()
        unsent = [row for row in flying.values() if (row.commune, row.outbox) not in known]
        self._finished += [Outcome(row, Later(0), moment) for row in unsent]
        finished, self._finished = self._finished, []
        if finished:
            with contextlib.suppress(StorageUnavailable):  # the next start finds them half-sent
                await self._commit([], finished)

    async def _bear_with(self, flying: Iterable[asyncio.Task[None]]) -> None:
        """Until all of them have ended, or, after a while, been cancelled."""

        async def lose_patience() -> None:
            await self._sleep(GRACE_SECONDS)
            for task in flying:
                task.cancel()

        impatience = asyncio.create_task(lose_patience())
        await asyncio.gather(*flying, return_exceptions=True)
        impatience.cancel()


def _settle(tx: Tx, outcome: Outcome, now: datetime) -> None:
    row = outcome.row
    match outcome.result:
        case Sent(message):
            outbox.mark_sent(tx, row, message, outcome.began, now)
        case Later() | Exhausted():
            outbox.mark_waiting(tx, row)
        case Gone(reason):
            outbox.mark_gone(tx, row, reason)
        case Moved(address):
            outbox.mark_moved(tx, row, address)
        case Rejected(reason):
            outbox.mark_rejected(tx, row, reason)
        case Unsure(reason):
            outbox.mark_unsure(tx, row, reason)
