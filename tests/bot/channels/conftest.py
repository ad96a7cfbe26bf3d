"""What the tests of the channels share: fake platforms, and a clock of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.channels.telegram import TelegramChannel
from bot.channels.zalo import ZaloChannel
from tests.bot.channels.house import NOW, Cupboard, FakeTime
from tests.fake_telegram import FakeTelegram
from tests.fake_zalo import FakeZalo

MakeChannel = Callable[..., AbstractAsyncContextManager[TelegramChannel]]
MakeZalo = Callable[..., AbstractAsyncContextManager[ZaloChannel]]


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


@pytest.fixture
async def zalo() -> AsyncIterator[FakeZalo]:
    async with FakeZalo(now=NOW.timestamp) as fake:
        yield fake


@pytest.fixture
def join(zalo: FakeZalo, time: FakeTime) -> MakeZalo:
    """Makes a channel to the fake Zalo, which is closed at the end; options as ZaloChannel's."""

    @asynccontextmanager
    async def make(**options: Any) -> AsyncIterator[ZaloChannel]:
        settings: dict[str, Any] = {"root": zalo.root, "clock": time.clock, "sleep": time.sleep}
        settings |= {"token": zalo.token, "shelf": Cupboard()} | options
        channel = ZaloChannel(**settings)
        try:
            yield channel
        finally:
            await channel.close()

    return make
