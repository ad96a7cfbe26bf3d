"""Updates on their way to intake: in order within a chat, the chats side by side."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable

from bot.channels.receiving import Update


class Recent:
    """Which messages came lately, so that a replay is known for one without asking the database."""

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._keys: OrderedDict[tuple[str, str], None] = OrderedDict()

    def add(self, chat: str, message: str) -> bool:
        """Notes a message; whether it is new."""
        key = (chat, message)
        new = key not in self._keys
        self._keys[key] = None
        self._keys.move_to_end(key)
        if len(self._keys) > self._most:
            self._keys.popitem(last=False)
        return new


class Lanes:
    """``handle``, which never raises, is given each update; the next of a chat once that is done."""

    def __init__(self, handle: Callable[[Update], Awaitable[None]], most: int = 1000) -> None:
        """``most``: with so many on their way, `room` waits."""
        self._handle, self._most = handle, most
        self._lanes: dict[str, deque[Update]] = {}
        self._waiting = 0
        self._moved = asyncio.Event()

    def put(self, group: asyncio.TaskGroup, update: Update) -> None:
        """Hands the update over as soon as its chat's turn comes, in a task of ``group``."""
        self._waiting += 1
        if (lane := self._lanes.get(update.chat)) is not None:
            lane.append(update)
        else:
            self._lanes[update.chat] = deque([update])
            group.create_task(self._run(update.chat))

    async def room(self) -> None:
        """Returns once not too many are on their way."""
        while self._waiting >= self._most:
            await self._moved.wait()

    async def _run(self, chat: str) -> None:
        lane = self._lanes[chat]
        while lane:
            await self._handle(lane[0])
            lane.popleft()
            self._waiting -= 1
            self._moved.set()
            self._moved = asyncio.Event()
        del self._lanes[chat]
