"""Telegram. Of python-telegram-bot only its `Bot` is used, for the calls; receiving is `telegram_polling`."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

import httpx
from telegram import Bot, BotCommand
from telegram.error import BadRequest, Conflict, InvalidToken, TelegramError

from bot import files
from bot.channels import http, telegram_messages
from bot.channels.patience import Backoff, Patience
from bot.channels.telegram_calls import Calls, Flood, meaning, trouble
from bot.channels.telegram_polling import Polling
from bot.messages import (
    FileGone,
    FileTooLarge,
    Identity,
    Intake,
    Later,
    Limits,
    Outgoing,
    Pace,
    Rejected,
    Result,
    Sent,
    TokenRefused,
    enclosed,
)
from templates import wording as sentences

API: Final = "https://api.telegram.org"
PACE: Final = Pace(overall=30.0, per_chat=1.0, burst=3)


class TelegramChannel:
    """One bot. ``root`` is the API server, ``data`` the folder that paths of pictures and documents are in.

    ``menu`` is what Telegram offers at its menu button, command to description. Raises ValueError for a token
    that is none; neither that nor anything else here ever shows the token.
    """

    limits: Final = Limits()

    def __init__(
        self,
        token: str,
        data: Path,
        now: Callable[[], datetime],
        root: str = API,
        menu: Mapping[str, str] | None = None,
        pace: Pace = PACE,
        patience: Patience | None = None,
        wording: sentences.Wording | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        if not re.fullmatch(r"\d{1,20}:[\w-]{1,100}", token, re.ASCII):
            raise ValueError("not a Telegram bot token (digits, a colon, letters)")
        self.bot = f"telegram:{token.partition(':')[0]}"
        self.pace = pace
        self._data, self._menu = data, dict(menu or {})
        self._patience = patience or Patience()
        self._wording = wording or sentences.load()
        self._backoff = Backoff(clock)
        self._flooded: str | None = None  # who was refused last, with nobody served since
        self._connect(token, root.rstrip("/"))
        self._polling = Polling(self.bot, self._api, now, self._patience, self._wording, clock, sleep)

    def _connect(self, token: str, root: str) -> None:
        options = http.options(root)
        self._poll_calls = Calls.patient(self._patience, 1, options)
        self._calls = Calls.patient(self._patience, 64, options)
        self._files = httpx.AsyncClient(timeout=self._patience.answer, **options)
        self._api = Bot(
            token,
            base_url=f"{root}/bot",
            base_file_url=f"{root}/file/bot",
            request=self._calls,
            get_updates_request=self._poll_calls,
        )

    async def identity(self) -> Identity:
        try:
            me = await self._api.get_me()
        except InvalidToken:
            raise TokenRefused(self.bot) from None
        except TelegramError as error:
            unreachable = trouble(error)
        else:
            link = f"https://t.me/{me.username}" if me.username else None
            return Identity(self.bot, me.full_name, link)
        raise unreachable  # not within the handler: what httpx raised would hang on it

    async def contested(self, seconds: int) -> Literal["conflict", "webhook"] | None:
        """Whether another program receives with this token, or a webhook is set, as far as that is seen now.

        Polls for at most so many seconds: another program that polls, and is put off by that, comes back and
        puts this off. Confirms no update; with updates waiting it comes back at once and has seen nothing.
        """
        wanted = {"timeout": seconds, "limit": 1}
        try:
            await self._api.do_api_request(
                "get__updates", wanted, read_timeout=seconds + self._patience.answer
            )
        except Conflict as error:
            return "webhook" if "webhook" in error.message.lower() else "conflict"
        except TelegramError:
            return None
        return None

    async def close(self) -> None:
        await self._polling.close()
        await asyncio.gather(self._poll_calls.shutdown(), self._calls.shutdown(), self._files.aclose())

    async def run(self, intake: Intake) -> None:
        """Polls until cancelled; no trouble ends it, each kind of trouble is told once."""
        if self._menu:
            commands = [BotCommand(name, text) for name, text in self._menu.items()]
            self._polling.aside(self._api.set_my_commands(commands))
        await self._polling.run(intake)

    async def send(self, address: str, outgoing: Outgoing) -> Result:
        if (refusal := telegram_messages.refusal(outgoing, self._wording)) is not None:
            return Rejected(refusal)
        try:
            message = await self._send(address, outgoing)
        except OSError as error:
            return Rejected(self._wording.say("channel.reason.no_file", ten=Path(str(error.filename)).name))
        except Flood as error:
            return self._flood(address, error.seconds)
        except TelegramError as error:
            return meaning(error, self._backoff.setback)
        self._backoff.clear()
        self._flooded = None
        return Sent(message)

    async def _send(self, address: str, outgoing: Outgoing) -> str:
        markup = telegram_messages.markup(outgoing)
        caption, patient = outgoing.text or None, self._patience.upload
        if outgoing.picture is not None:
            picture = await self._bytes(outgoing.picture)
            sent = await self._api.send_photo(
                address, picture, caption, reply_markup=markup, read_timeout=patient
            )
        elif outgoing.document is not None:
            document = await self._bytes(outgoing.document)
            name = outgoing.name or Path(outgoing.document).name
            sent = await self._api.send_document(
                address, document, caption, filename=name, reply_markup=markup, read_timeout=patient
            )
        else:
            sent = await self._api.send_message(address, outgoing.text, reply_markup=markup)
        return str(sent.message_id)

    async def _bytes(self, path: str) -> bytes:
        if (inline := enclosed(path)) is not None:
            return inline
        return await asyncio.to_thread(files.within(self._data, path).read_bytes)

    def _flood(self, address: str, seconds: float) -> Later:
        # Telegram does not say whether one chat or the whole bot has to wait. Two chats refused with nobody
        # served in between: the bot.
        everyone = self._flooded not in (None, address)
        self._flooded = address
        return Later(seconds, everyone)

    async def typing(self, address: str) -> None:
        with contextlib.suppress(TelegramError):
            await self._api.send_chat_action(address, "typing")

    async def fetch(self, address: str, limit: int) -> bytes:
        try:
            file = await self._api.get_file(address)
        except BadRequest as error:
            raise (FileTooLarge if "too big" in error.message.lower() else FileGone)(error.message) from None
        except TelegramError as error:
            raise ConnectionError(type(error).__name__) from None
        if file.file_size is not None and file.file_size > limit:
            raise FileTooLarge(f"{file.file_size} > {limit}")
        if file.file_path is None:
            raise FileGone("no path")
        try:
            return await self._download(file.file_path, limit)
        except httpx.HTTPError as error:
            raise ConnectionError(type(error).__name__) from None

    async def _download(self, url: str, limit: int) -> bytes:
        content = bytearray()
        async with self._files.stream("GET", url) as response:
            if response.status_code in (400, 404):
                raise FileGone(f"HTTP {response.status_code}")
            if response.status_code != 200:
                raise ConnectionError(f"HTTP {response.status_code}")
            async for piece in response.aiter_bytes():
                content += piece
                if len(content) > limit:
                    raise FileTooLarge(f"> {limit}")
        return bytes(content)
