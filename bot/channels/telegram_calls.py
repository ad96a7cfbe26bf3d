"""Calls to the Bot API: what an HTTP answer means, and what an error means for the message that was sent.

python-telegram-bot tells errors apart by HTTP status alone. A proxy or a captive portal answers 403 too, with
a page of its own: that must not end a person's messages. So an error is Telegram's only when its body is.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
)
from telegram.request import HTTPXRequest

from bot.channels.http import NOT_CONNECTED, unconnected
from bot.channels.patience import Patience
from bot.messages import Gone, Later, Moved, Rejected, Result, Unreachable, Unsure

logging.getLogger("telegram").setLevel(logging.CRITICAL + 1)  # it prints texts, payloads and the token

PLAIN_FLOOD_SECONDS = 5.0  # a 429 that names no time


class Flood(TelegramError):
    """429: too many messages; ``seconds`` is how long to wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"flood control, {seconds} s")
        self.seconds = seconds


class ServerTrouble(NetworkError):
    """An error that Telegram's server, or something before it, had by itself; nothing was done."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


class Calls(HTTPXRequest):
    """python-telegram-bot's HTTP client, with errors told apart before it does."""

    @classmethod
    def patient(cls, patience: Patience, connections: int, options: dict[str, Any]) -> Calls:
        """A client of so many connections; ``options`` are httpx's."""
        return cls(
            connection_pool_size=connections,
            connect_timeout=patience.connect,
            read_timeout=patience.answer,
            write_timeout=patience.answer,
            pool_timeout=patience.answer,
            media_write_timeout=patience.upload,
            httpx_kwargs=options,
        )

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        status, payload = await super().do_request(*args, **kwargs)
        if not 200 <= status <= 299:
            _raise_for(status, _described(payload))
        return status, payload


def _described(payload: bytes) -> dict[str, Any] | None:
    """The Bot API's own description of an error; None for a page of something else."""
    try:
        body = json.loads(payload)
    except ValueError:
        return None
    return body if isinstance(body, dict) and body.get("ok") is False else None


def _raise_for(status: int, body: dict[str, Any] | None) -> None:
    if body is None or status >= 500:
        raise ServerTrouble(status)
    parameters = body.get("parameters") or {}
    if status == 429:
        raise Flood(float(parameters.get("retry_after") or PLAIN_FLOOD_SECONDS))
    if status not in (400, 401, 403, 404, 409):  # 413, mostly: it will be too large the next time too
        raise BadRequest(str(body.get("description") or f"HTTP {status}"))
    # The rest python-telegram-bot tells apart as we need it.


_NO_SUCH_PERSON = ("chat not found", "user not found", "peer_id_invalid", "user is deactivated")


def not_connected(error: TelegramError) -> bool:
    """Whether the request never left this computer."""
    return isinstance(error, NetworkError) and isinstance(error.__cause__, NOT_CONNECTED)


def trouble(error: TelegramError) -> Unreachable:
    """Why Telegram was not asked, or did not answer."""
    cause = error.__cause__ or error
    if not_connected(error):
        return Unreachable(unconnected(cause), type(cause).__name__)
    if isinstance(error, ServerTrouble):
        return Unreachable("server" if error.status >= 500 else "strange", str(error))
    if isinstance(error, Flood):
        return Unreachable("server", "HTTP 429")
    silent = isinstance(error, NetworkError) and not isinstance(error, BadRequest)
    return Unreachable("silent" if silent else "strange", type(cause).__name__)


def meaning(error: TelegramError, pause: Callable[[], float]) -> Result:
    """What ``error`` means for the message; ``pause`` gives the seconds to wait where nobody can be reached.

    A Flood is not known here: whether it is one chat's or everyone's only the channel sees.
    """
    if isinstance(error, ChatMigrated):
        return Moved(str(error.new_chat_id))
    if isinstance(error, Forbidden):
        return Gone(error.message)
    if isinstance(error, BadRequest):
        gone = any(sign in error.message.lower() for sign in _NO_SUCH_PERSON)
        return Gone(error.message) if gone else Rejected(error.message)
    if isinstance(error, ServerTrouble | InvalidToken | Conflict) or not_connected(error):
        return Later(pause(), everyone=True)
    return Unsure(type(error.__cause__ or error).__name__)
