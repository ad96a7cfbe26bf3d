"""`matran zalo webhook`: nothing but this command of the owner's sets or deletes a webhook."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal

from bot import app as house
from bot import platforms
from bot.app import App
from bot.channels.zalo import ZaloChannel
from bot.channels.zalo_calls import BAD_TOKEN, Refused, Trouble
from bot.channels.zalo_webhook import address
from bot.config import Settings, SettingsError

Act = Literal["set", "show", "delete"]


async def webhook(settings: Settings, act: Act) -> str:
    """Does it for each of Zalo's bots; what came of it, a line a bot. Raises SettingsError."""
    async with house.opened(settings) as app:
        say = app.house.wording.say
        bots = platforms.zalo(app)
        if not bots:
            raise SettingsError(say("zalo.no_token"))
        if act == "set" and not settings.web.dia_chi.startswith("https://"):
            raise SettingsError(say("zalo.no_address"))
        try:
            lines = [await _done(app, bot, _ACTS[act]) for bot in bots]
        finally:
            await asyncio.gather(*(bot.close() for bot in bots))
        return "\n".join([*lines, *_hint(app, act)])


async def _done(app: App, bot: ZaloChannel, act: Callable[[App, ZaloChannel], Awaitable[str]]) -> str:
    name = app.house.wording.say("channel.zalo.name", so=bot.number)
    try:
        return f"{name}: {await act(app, bot)}"
    except Trouble as trouble:
        if isinstance(trouble, Refused) and trouble.code == BAD_TOKEN:
            said = app.house.wording.say("channel.start.zalo_refused", so=bot.number)
        else:
            said = f"{name}: {app.house.wording.say('zalo.failed', loi=trouble)}"
    raise SettingsError(said)


async def _set(app: App, bot: ZaloChannel) -> str:
    url = address(app.settings.web.dia_chi, bot)
    await bot.set_webhook(url)
    return app.house.wording.say("zalo.set", dia_chi=url)


async def _show(app: App, bot: ZaloChannel) -> str:
    there = await bot.webhook()
    if there is None:
        return app.house.wording.say("zalo.none")
    return app.house.wording.say("zalo.there", dia_chi=there)


async def _delete(app: App, bot: ZaloChannel) -> str:
    await bot.delete_webhook()
    return app.house.wording.say("zalo.deleted")


_ACTS: dict[Act, Callable[[App, ZaloChannel], Awaitable[str]]] = {
    "set": _set,
    "show": _show,
    "delete": _delete,
}


def _hint(app: App, act: Act) -> list[str]:
    """What has to be written into matran.toml for it."""
    way = app.settings.zalo.nhan_qua
    if act == "set" and way != "webhook":
        return [app.house.wording.say("zalo.hint_webhook")]
    if act == "delete" and way == "webhook":
        return [app.house.wording.say("zalo.hint_poll")]
    return []
