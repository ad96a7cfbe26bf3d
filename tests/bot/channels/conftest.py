"""What the tests of the channels share: a fake Telegram, and a clock of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.channels.telegram import TelegramChannel
from tests.bot.channels.house import NOW, FakeTime
from tests.fake_telegram import FakeTelegram

MakeChannel = Callable[..., AbstractAsyncContextManager[TelegramChannel]]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(now=NOW.timestamp) as fake:
        yield fake


@pytest.fixture
def connect(telegram: FakeTelegram, time: FakeTime, tmp_path: Path) -> MakeChannel:
    """Makes a channel to the fake Telegram, which is closed at the end; options as TelegramChannel's."""

    @asynccontextmanager
    async def make(**options: Any) -> AsyncIterator[TelegramChannel]:
        settings: dict[str, Any] = {"root": telegram.root, "clock": time.clock, "sleep": time.sleep}
        settings |= {"token": telegram.token} | options
        channel = TelegramChannel(data=tmp_path, now=lambda: NOW, **settings)
        try:
            yield channel
        finally:
            await channel.close()

    return make
