"""Where people go in: which bots an invitation or a connection code names, and how it says so.

A platform may let a bot talk with so many people only. Of each channel the first bot with room is named; a
code works with any bot.
"""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import segno

from storage import bots
from storage.bots import channel
from storage.database import Tx
from storage.rows import Bot
from templates import style
from templates.wording import Voice

_FIRST = ("zalo", "telegram")  # what people have comes first


@dataclass(frozen=True, slots=True)
class Doors:
    """``open_ones`` are the bots to name, ``full`` one of each channel whose bots are all full."""

    open_ones: Sequence[Bot]
    full: Sequence[Bot]

    @property
    def kept(self) -> str | None:
        """The bot with whom an invitation keeps a place."""
        return next((bot.bot for bot in self.open_ones if bot.users is not None), None)


def doors(tx: Tx, now: datetime) -> Doors:
    """Those of now; none while no bot has said its name."""
    of_channel: dict[str, list[Bot]] = {}
    for bot in bots.served(tx, now):
        if bot.name is not None:
            of_channel.setdefault(channel(bot.bot), []).append(bot)
    ordered = sorted(of_channel, key=lambda name: _FIRST.index(name) if name in _FIRST else len(_FIRST))
    named = {name: next((bot for bot in of_channel[name] if not bot.full), None) for name in ordered}
    return Doors(
        [bot for bot in named.values() if bot is not None],
        [of_channel[name][0] for name, bot in named.items() if bot is None],
    )


def way_in(voice: Voice, open_ones: Sequence[Bot], code: str) -> str | None:
    """ "Mở Zalo, tìm “…”; hoặc mở Telegram, bấm: …"; None where there is no bot to name."""
    ways = [_way(voice, bot, code) for bot in open_ones]
    return style.capitalised(voice.say("accounts.or").join(ways)) if ways else None


def _way(voice: Voice, bot: Bot, code: str) -> str:
    named = channel_name(voice, bot.bot)
    if link := deep_link(bot, code):
        return voice.say("accounts.by_link", channel=named, link=link)
    return voice.say("accounts.by_name", channel=named, name=bot.name)


def channel_name(voice: Voice, bot: str) -> str:
    """The channel as people call it: "Zalo"."""
    known = {"telegram": "accounts.telegram", "zalo": "accounts.zalo"}
    return voice.say(known.get(channel(bot), "accounts.computer"))


def deep_link(bot: Bot, code: str) -> str | None:
    """The address that opens a chat with the bot; on Telegram with the code filled in."""
    if bot.link is None:
        return None
    return f"{bot.link}?start={code}" if channel(bot.bot) == "telegram" else bot.link


def code_link(open_ones: Sequence[Bot], code: str) -> str | None:
    """The address that brings the code along, where one of the bots has such addresses."""
    return next(
        (deep_link(bot, code) for bot in open_ones if bot.link and channel(bot.bot) == "telegram"), None
    )


def qr_picture(link: str) -> str:
    """The link as a PNG within a data address: small enough to travel with the message."""
    png = io.BytesIO()
    segno.make(link, error="m").save(png, kind="png", scale=8, border=4)
    return "data:image/png;base64," + b64encode(png.getvalue()).decode()
