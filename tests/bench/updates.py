"""Telegram's side of receiving, in process: answers of ``getUpdates`` as bytes, read as usual."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

from telegram.request import BaseRequest

from bot.messages import Incoming


def answers(batches: Sequence[Sequence[Incoming]]) -> list[bytes]:
    """Each batch as the body of one answer, with all that Telegram says of a text message."""
    number, bodies = 1000, []
    for batch in batches:
        updates = []
        for incoming in batch:
            number += 1
            updates.append({"update_id": number, "message": _message(incoming)})
        bodies.append(json.dumps({"ok": True, "result": updates}).encode())
    return bodies


def _message(incoming: Incoming) -> dict[str, Any]:
    who = {"id": int(incoming.chat), "first_name": incoming.sender, "username": f"nguoi_{incoming.chat}"}
    return {
        "message_id": int(incoming.message),
        "from": who | {"is_bot": False, "language_code": "vi"},
        "chat": who | {"type": "private"},
        "date": int(incoming.sent_at.timestamp()),
        "text": incoming.text,
    }


class Server:
    """What polling calls. Each answer but the first is given only once the one before is confirmed."""

    def __init__(self, bodies: Sequence[bytes]) -> None:
        self._left = list(reversed(bodies))
        self._expected = 0
        self.finished = asyncio.Event()

    async def do_api_request(self, method: str, wanted: Mapping[str, Any], **patience: float) -> Any:
        if wanted["offset"] != self._expected:
            raise AssertionError(f"offset {wanted['offset']} instead of {self._expected}")
        if not self._left:
            self.finished.set()
            await asyncio.Event().wait()
        updates = BaseRequest.parse_json_payload(self._left.pop())["result"]
        self._expected = updates[-1]["update_id"] + 1
        return updates
