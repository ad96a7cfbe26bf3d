"""The channels that `matran run` serves: one for each token, asked who it is before anything begins.

What a channel needs is loaded only where there is a token for it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from bot.app import App
from bot.config import TOKEN_FILE, ZALO_TOKEN_FILE, SettingsError
from bot.messages import Channel, TokenRefused
from storage import bots

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from bot.channels.zalo import ZaloChannel

log = logging.getLogger(__name__)
_RETRY_SECONDS = 30.0


def channels(app: App) -> list[Channel]:
    """Those that have a token; raises SettingsError for none, and for one that is no token."""
    token = app.settings.telegram_token()
    found: list[Channel] = [] if token is None else [_telegram(app, token)]
    found += zalo(app)
    if not found:
        files = {"telegram": app.settings.data / TOKEN_FILE, "zalo": app.settings.data / ZALO_TOKEN_FILE}
        raise SettingsError(app.house.wording.say("channel.start.none", **files))
    return found


def zalo(app: App) -> list[ZaloChannel]:
    """One for each of Zalo's tokens; raises SettingsError."""
    tokens = app.settings.zalo_tokens()
    if not tokens:
        return []
    from bot.channels import remote
    from bot.channels.zalo import API, ZaloChannel

    hosts = (*remote.ZALO_HOSTS, *app.settings.zalo.may_chu_anh)

    async def take(url: str, limit: int) -> bytes:
        return await remote.fetch(url, hosts, limit)

    made = partial(
        ZaloChannel,
        shelf=app.shelf(),
        take=take,
        root=app.settings.zalo_api or API,
        wording=app.house.wording,
    )
    found = []
    for place, token in enumerate(tokens, 1):
        try:
            found.append(made(token))
        except ValueError:
            raise SettingsError(app.house.wording.say("channel.start.zalo_token", thu=place)) from None
    if twice := {one.bot for one in found if [other.bot for other in found].count(one.bot) > 1}:
        number = min(twice).partition(":")[2]
        raise SettingsError(app.house.wording.say("channel.start.zalo_twice", so=number))
    return found


def _telegram(app: App, token: str) -> Channel:
    from bot.channels.telegram import API, TelegramChannel

    say = app.house.wording.say
    menu = {name: say(f"telegram.menu.{name}") for name in ("menu", "dabao", "chotthang", "trogiup")}
    root = app.settings.telegram_api or API
    try:
        return TelegramChannel(
            token, app.settings.data, app.now, root=root, menu=menu, wording=app.house.wording
        )
    except ValueError:
        raise SettingsError(say("channel.start.telegram_token")) from None


def routes(app: App, served: Sequence[Channel]) -> list[BaseRoute]:
    """Where platforms call the program, so that these channels need not ask; none where they ask.

    Raises SettingsError without an address that they could call.
    """
    if not app.settings.zalo_tokens():
        return []
    from bot.channels.zalo import ZaloChannel

    called = [channel for channel in served if isinstance(channel, ZaloChannel)]
    if app.settings.zalo.nhan_qua != "webhook":
        from bot.channels import zalo_inbox

        zalo_inbox.work_off_first(called, app.db, app.now)
        return []
    if not app.settings.web.dia_chi.startswith("https://"):
        raise SettingsError(app.house.wording.say("zalo.no_address"))
    from bot.channels import zalo_webhook

    return list(zalo_webhook.routes(called, app.db, app.now))


async def registered(app: App, served: Sequence[Channel]) -> None:
    """Writes down which bots are served, and what their platforms grant them."""
    granted = [(one.bot, one.limits.users, one.limits.monthly) for one in served]
    await app.db.write(lambda tx: bots.serve(tx, granted))


async def introduced(app: App, channel: Channel) -> None:
    """Asks the platform who the bot is, for invitations; without a network it goes on without.

    Raises SettingsError where the platform refuses the token.
    """
    platform, _, number = channel.bot.partition(":")
    say = app.house.wording.say
    try:
        async with asyncio.timeout(_RETRY_SECONDS):
            identity = await channel.identity()
            if told := await not_received(app, channel):
                log.warning(told)
    except TokenRefused:
        raise SettingsError(say(f"channel.start.{platform}_refused", so=number)) from None
    except (ConnectionError, TimeoutError):
        log.warning(say("channel.start.unconnected", kenh=say(f"channel.{platform}.name", so=number)))
        return
    await app.db.write(lambda tx: bots.introduce(tx, channel.bot, identity.name, identity.link))


async def not_received(app: App, channel: Channel) -> str | None:
    """What the owner has to hear where a webhook is set that should not be, or none that should; changes
    nothing. None where all is well, or Zalo does not say."""
    if not channel.bot.startswith("zalo:"):
        return None
    from bot.channels.zalo import ZaloChannel
    from bot.channels.zalo_calls import Trouble
    from bot.channels.zalo_webhook import address

    assert isinstance(channel, ZaloChannel)
    try:
        there = await channel.webhook()
    except Trouble:
        return None  # it knows the bot, and does not say: polling will
    say = app.house.wording.say
    kenh = say("channel.zalo.name", so=channel.number)
    if app.settings.zalo.nhan_qua != "webhook":
        return say("channel.zalo.webhook", kenh=kenh) if there is not None else None
    if there is None:
        return say("channel.zalo.no_webhook", kenh=kenh)
    if there != address(app.settings.web.dia_chi, channel):
        return say("channel.zalo.other_webhook", kenh=kenh, dia_chi=there)
    return None
