"""`matran check` asks each platform who the bot is: whether the token is right, and what is in the way."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from bot import app as house
from bot import platforms
from bot.app import AlreadyRunning, App
from bot.messages import Channel, Identity, TokenRefused, Unreachable

PATIENCE: Final = 8.0  # seconds for a platform to say who the bot is
POLL: Final = 4  # seconds in which another program that polls would come back
# Addresses that are nobody's: a network that leads anywhere would take them.
_ELSEWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))

Line: TypeAlias = tuple[str, bool]
"""What is said, and whether something has to be done about it."""


async def greet(app: App, channel: Channel) -> Sequence[Line]:
    """What came of asking; changes nothing, takes no message."""
    platform, _, number = channel.bot.partition(":")
    say = app.house.wording.say
    name = say(f"channel.{platform}.name", so=number)
    try:
        identity = await _identity(channel)
    except TokenRefused:
        return [(say(f"channel.start.{platform}_refused", so=number), True)]
    except ConnectionError as error:
        return [(_away(app, platform, name, error), True)]
    known = say("channel.check.known", kenh=name, ten=identity.name)
    in_the_way = await _in_the_way(app, channel, name)
    return [(known, False), *([(in_the_way, True)] if in_the_way else [])]


async def _identity(channel: Channel) -> Identity:
    try:
        async with asyncio.timeout(PATIENCE):
            return await channel.identity()
    except TimeoutError:
        raise Unreachable("silent", f"{PATIENCE:g} s") from None


def _away(app: App, platform: str, name: str, error: ConnectionError) -> str:
    """Why the platform did not answer, and what to do."""
    how = error.how if isinstance(error, Unreachable) else "silent"
    root, variable = _root(app, platform)
    told = {"kenh": name, "loi": str(error), "may_chu": urlsplit(root or _default(platform)).netloc}
    if how in ("certificate", "strange", "server"):
        key: str = how
    elif root is not None:
        key = "own_root"
    else:
        key = f"{platform}_away" if on_a_network() else "offline"
    return app.house.wording.say(f"channel.check.{key}", bien=variable, **told)


def _root(app: App, platform: str) -> tuple[str | None, str]:
    """The root that the owner set, and the variable for it."""
    settings = app.settings
    return {
        "telegram": (settings.telegram_api, "MATRAN_TELEGRAM_API"),
        "zalo": (settings.zalo_api, "MATRAN_ZALO_API"),
    }[platform]


def _default(platform: str) -> str:
    if platform == "telegram":
        from bot.channels.telegram import API as TELEGRAM

        return TELEGRAM
    from bot.channels.zalo import API as ZALO

    return ZALO


def on_a_network() -> bool:
    """Whether this computer has a way to anywhere else; sends nothing."""
    for family, address in _ELSEWHERE:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as unsent:
                unsent.connect((address, 9))
        except OSError:
            continue
        return True
    return False


async def _in_the_way(app: App, channel: Channel, name: str) -> str | None:
    """What keeps messages from coming here although the token is right.

    Of Zalo only what it says of its webhook: a poll would take messages away. Of Telegram not while the bot
    runs here: that says so itself, and would only be put off.
    """
    if not channel.bot.startswith("telegram:"):
        return await platforms.not_received(app, channel)
    from bot.channels.telegram import TelegramChannel

    assert isinstance(channel, TelegramChannel)
    try:
        house.lock(app.settings).release()
    except AlreadyRunning:
        return None
    contested = await channel.contested(POLL)
    keys = {"conflict": "channel.check.conflict", "webhook": "channel.check.telegram_webhook"}
    return app.house.wording.say(keys[contested], kenh=name) if contested else None
