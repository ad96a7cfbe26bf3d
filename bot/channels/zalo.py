"""Zalo: texts and photo addresses, nothing else. No buttons, no files, no edits."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import re
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final, Protocol, TypeAlias

from bot.channels.owner import Owner
from bot.channels.patience import Patience
from bot.channels.receiving import Receiving
from bot.channels.zalo_calls import BAD_TOKEN, NOT_FOUND, Calls, Refused, Trouble, unreachable
from bot.channels.zalo_polling import Polling
from bot.channels.zalo_sending import Sending
from bot.channels.zalo_updates import TOGETHER, Albums
from bot.messages import (
    FileGone,
    Identity,
    Intake,
    Limits,
    Outgoing,
    Pace,
    Result,
    Shelf,
    TokenRefused,
    Unreachable,
)
from templates import wording as sentences

API: Final = "https://bot-api.zaloplatforms.com"
# Zalo names no rates; these are those of other platforms.
PACE: Final = Pace(overall=30.0, per_chat=1.0, burst=3)
FREE: Final = Limits(users=50, monthly=3000)
_CONNECTIONS: Final = 64

Fetch: TypeAlias = Callable[[str, int], Awaitable[bytes]]
"""``take(url, limit)``: the bytes behind an address; raises FileTooLarge, FileGone or ConnectionError."""


class Source(Protocol):
    """Where updates come from: polling, or the inbox that a webhook fills."""

    async def run(self, intake: Intake) -> None: ...


async def _nowhere(address: str, limit: int) -> bytes:
    raise FileGone("photos are fetched from nowhere")


class ZaloChannel:
    """One bot. ``shelf`` is where documents and pictures go, ``take`` fetches photos by their address.

    ``source`` replaces polling. Raises ValueError for a token that is none; neither that nor anything else
    here ever shows the token.
    """

    def __init__(
        self,
        token: str,
        shelf: Shelf,
        take: Fetch = _nowhere,
        root: str = API,
        pace: Pace = PACE,
        limits: Limits = FREE,
        patience: Patience | None = None,
        wording: sentences.Wording | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        together: timedelta = TOGETHER,
    ) -> None:
        if not re.fullmatch(r"[\w.~-]{1,100}(:[\w.~:-]{1,300})?", token, re.ASCII):
            raise ValueError("not a Zalo bot token (letters and digits, mostly with a colon)")
        self.number = number(token)
        self.bot = f"zalo:{self.number}"
        self.pace, self.limits = pace, limits
        self.secret = webhook_secret(token)
        self.albums = Albums(together)
        self.source: Source | None = None
        wording, patience = wording or sentences.load(), patience or Patience()
        name = wording.say("channel.zalo.name", so=self.number)
        self.receiving = Receiving(self.bot, Owner(wording, name), clock, sleep)
        self._take = take
        # Polling has a client of its own, so that it never waits for a connection.
        self._poll_calls = Calls(token, root, patience, 1)
        self._calls = Calls(token, root, patience, _CONNECTIONS)
        self._sending = Sending(
            self.bot, self._calls, shelf, Owner(wording, name, "trouble.sends"), wording, clock
        )
        polls = (self.bot, self._poll_calls, patience, Owner(wording, name), self.receiving, self.albums)
        self.polling = Polling(*polls, clock, sleep)

    async def identity(self) -> Identity:
        try:
            me = await self._calls.call("getMe")
            return Identity(self.bot, str(me["account_name"]))
        except Trouble as error:
            refused = isinstance(error, Refused) and error.code == BAD_TOKEN
            trouble: Exception = TokenRefused(self.bot) if refused else unreachable(error)
        except (KeyError, TypeError):
            trouble = Unreachable("strange", "getMe")
        raise trouble

    async def run(self, intake: Intake) -> None:
        """Receives until cancelled; no trouble ends it, each kind of trouble is told once."""
        await (self.source or self.polling).run(intake)

    async def send(self, address: str, outgoing: Outgoing) -> Result:
        return await self._sending.send(address, outgoing)

    async def typing(self, address: str) -> None:
        with contextlib.suppress(Trouble):
            await self._calls.call("sendChatAction", {"chat_id": address, "action": "typing"})

    async def fetch(self, address: str, limit: int) -> bytes:
        return await self._take(address, limit)

    async def close(self) -> None:
        await asyncio.gather(self._poll_calls.close(), self._calls.close())

    # The webhook. Only the owner's command sets or deletes one.

    async def webhook(self) -> str | None:
        """The address that is set; None for none. Raises Trouble."""
        try:
            info = await self._calls.call("getWebhookInfo")
        except Refused as refused:
            if refused.code == NOT_FOUND:
                return None
            raise
        return (str(info.get("url") or "") if isinstance(info, dict) else "") or None

    async def set_webhook(self, url: str) -> None:
        """Raises Trouble."""
        await self._calls.call("setWebhook", {"url": url, "secret_token": self.secret})

    async def delete_webhook(self) -> None:
        """Raises Trouble."""
        await self._calls.call("deleteWebhook")


def number(token: str) -> str:
    """What a bot is known by: the part of its token before the colon; of one without, a digest."""
    known, colon, _ = token.partition(":")
    return known if colon else hashlib.sha256(f"matran {token}".encode()).hexdigest()[:12]


def webhook_secret(token: str) -> str:
    """What Zalo has to say with each call to the webhook: known from the token alone, and tells nothing of
    it."""
    return hmac.new(token.encode(), b"matran webhook", hashlib.sha256).hexdigest()
