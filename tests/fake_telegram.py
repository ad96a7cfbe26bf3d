"""A Telegram that speaks HTTP on loopback, with people who type and tap, and that can misbehave.

It keeps updates as the real one does: ``getUpdates`` with an offset confirms and forgets what came before it,
and delivers again what was not confirmed. It is strict: what Telegram would refuse, it refuses.

``python -m tests.fake_telegram --port N`` runs it as a process that `tests.fake_control` steers over HTTP.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import time
from collections.abc import Callable
from typing import Any

from tests.fake_http import Request, Response
from tests.fake_people import Person, Received
from tests.fake_platform import FakePlatform, Fault, Refused, length

TOKEN = "123456:test-token_of-no-one"
PHOTO_LIMIT, DOCUMENT_LIMIT, DOWNLOAD_LIMIT = 10 << 20, 50 << 20, 20 << 20


FLOOD = Fault(429, retry_after=7, description="Too Many Requests: retry after 7")


class FakeTelegram(FakePlatform):
    """The server. ``root`` is what a channel takes as its API root."""

    def __init__(self, token: str = TOKEN, now: Callable[[], float] = time.time) -> None:
        super().__init__(token, now)
        self.people: dict[int, Person] = {}
        self._updates: list[tuple[int, Any]] = []  # number and update, not yet confirmed
        self._allowed: list[str] | None = None
        self.commands: list[dict[str, str]] = []
        self.acknowledged: list[str] = []
        self.hide_sizes = False  # of files
        self._files: dict[str, bytes] = {}
        self._taps: set[str] = set()
        self._last_update = 1000
        self._arrived = asyncio.Event()
        self._confirmed = asyncio.Event()
        self._poll = 0

    def person(self, chat: int = 7001, name: str = "Bà Tư", kind: str = "private") -> Person:
        """The person of that chat, new or known."""
        if chat not in self.people:
            self.people[chat] = Person(self, chat, name, kind)
        return self.people[chat]

    def now(self) -> int:
        return int(self._now())

    # Updates

    @property
    def unconfirmed(self) -> list[Any]:
        return [update for _, update in self._updates]

    def update(self, **content: Any) -> dict[str, Any]:
        """Queues an update under the next number, unless the bot said that it wants none of this kind."""
        self._last_update += 1
        update = {"update_id": self._last_update} | content
        if self._allowed is None or set(self._allowed) & content.keys():
            self.queue(update)
        return update

    def queue(self, update: object) -> None:
        """Queues an update as it is: once more with the same number, say, or malformed."""
        number = update.get("update_id") if isinstance(update, dict) else None
        if not isinstance(number, int):
            number = self._last_update = self._last_update + 1
        self._updates.append((number, update))
        self._wake_polls()

    def again(self, update: dict[str, Any]) -> dict[str, Any]:
        """The same message or tap under a new update number, as platforms do."""
        return self.update(**{key: value for key, value in update.items() if key != "update_id"})

    async def all_confirmed(self) -> None:
        """Returns once the bot has confirmed every update."""
        while self._updates:
            await self._confirmed.wait()

    def keep(self, content: bytes) -> str:
        """A file on the server; its id."""
        file_id = f"file-{len(self._files) + 1}"
        self._files[file_id] = content
        return file_id

    def new_tap(self) -> str:
        tap = f"{4000 + len(self._taps)}"
        self._taps.add(tap)
        return tap

    # HTTP

    async def handle(self, request: Request) -> Response:
        if match := re.fullmatch(r"/file/bot([^/]+)/(.+)", request.path):
            return self._download(match[1], match[2])
        match = re.fullmatch(r"/bot([^/]+)/(\w+)", request.path)
        if match is None:
            return self.refusal(Refused(404, "Not Found"))
        if match[1] != self.token:
            return self.refusal(Refused(401, "Unauthorized"))
        return await self.call(match[2], request, request.fields)

    def _download(self, token: str, path: str) -> Response:
        if (fault := self.next_fault("file")) is not None:
            return self.faulty(fault)
        content = self._files.get(path.removeprefix("files/"))
        if token != self.token or content is None:
            return self.refusal(Refused(404, "Not Found"))
        return Response(200, content, "application/octet-stream")

    # Methods

    async def _do_getUpdates(self, request: Request) -> list[Any]:
        offset = int(request.fields.get("offset", "0"))
        limit, wait = int(request.fields.get("limit", "100")), float(request.fields.get("timeout", "0"))
        if not 1 <= limit <= 100:
            raise Refused(400, "Bad Request: wrong limit")
        if "allowed_updates" in request.fields:
            self._allowed = json.loads(request.fields["allowed_updates"])
        self._confirm(offset)
        await self._something(wait)
        return self.unconfirmed[:limit]

    def _confirm(self, offset: int) -> None:
        self._updates = [(number, update) for number, update in self._updates if number >= offset]
        self._confirmed.set()
        self._confirmed = asyncio.Event()

    async def _something(self, wait: float) -> None:
        """Until there is an update, at most so many seconds; a second poll ends the first with an error."""
        self._poll += 1
        mine = self._poll
        self._wake_polls()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait):
                while not self._updates:
                    await self._arrived.wait()
                    if mine != self._poll:
                        raise Refused(409, "Conflict: terminated by other getUpdates request")

    def _wake_polls(self) -> None:
        self._arrived.set()
        self._arrived = asyncio.Event()

    async def _do_getMe(self, request: Request) -> dict[str, Any]:
        number = int(self.token.partition(":")[0])
        return {"id": number, "is_bot": True, "first_name": "Matran", "username": "matran_test_bot"}

    async def _do_sendMessage(self, request: Request) -> dict[str, Any]:
        text = request.fields.get("text", "")
        if not text.strip():
            raise Refused(400, "Bad Request: message text is empty")
        if length(text) > 4096:
            raise Refused(400, "Bad Request: message is too long")
        return self._deliver(request, Received(0, text))

    async def _do_sendPhoto(self, request: Request) -> dict[str, Any]:
        return self._deliver_file(request, "photo", PHOTO_LIMIT)

    async def _do_sendDocument(self, request: Request) -> dict[str, Any]:
        return self._deliver_file(request, "document", DOCUMENT_LIMIT)

    async def _do_sendChatAction(self, request: Request) -> bool:
        if request.fields.get("action") != "typing":
            raise Refused(400, "Bad Request: wrong parameter action in request")
        self._reachable(request).typing += 1
        return True

    async def _do_answerCallbackQuery(self, request: Request) -> bool:
        tap = request.fields.get("callback_query_id", "")
        if tap not in self._taps:
            raise Refused(
                400, "Bad Request: query is too old and response timeout expired or query ID is invalid"
            )
        self.acknowledged.append(tap)
        return True

    async def _do_setMyCommands(self, request: Request) -> bool:
        self.commands = json.loads(request.fields["commands"])
        if not all(re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]) for command in self.commands):
            raise Refused(400, "Bad Request: BOT_COMMAND_INVALID")
        return True

    async def _do_getFile(self, request: Request) -> dict[str, Any]:
        file_id = request.fields.get("file_id", "")
        if file_id not in self._files:
            raise Refused(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        size = len(self._files[file_id])
        if size > DOWNLOAD_LIMIT:
            raise Refused(400, "Bad Request: file is too big")
        file = {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_path": f"files/{file_id}"}
        return file if self.hide_sizes else file | {"file_size": size}

    # Delivery

    def _reachable(self, request: Request) -> Person:
        try:
            person = self.people[int(request.fields.get("chat_id", ""))]
        except (KeyError, ValueError):
            raise Refused(400, "Bad Request: chat not found") from None
        if person.moved_to is not None:
            raise Refused(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=person.moved_to,
            )
        if person.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        return person

    def _deliver_file(self, request: Request, part: str, limit: int) -> dict[str, Any]:
        if part not in request.files:
            raise Refused(400, f"Bad Request: there is no {part} in the request")
        upload, caption = request.files[part], request.fields.get("caption", "")
        if length(caption) > 1024:
            raise Refused(400, "Bad Request: message caption is too long")
        if len(upload.content) > limit:
            raise Refused(413, "Request Entity Too Large")
        if part == "photo" and not upload.content.startswith((b"\x89PNG", b"\xff\xd8\xff")):
            raise Refused(400, "Bad Request: IMAGE_PROCESS_FAILED")
        method = f"send{part.capitalize()}"
        return self._deliver(
            request, Received(0, caption, method, file=upload.content, file_name=upload.name)
        )

    def _deliver(self, request: Request, message: Received) -> dict[str, Any]:
        person = self._reachable(request)
        _read_markup(request.fields.get("reply_markup"), message)
        message.message_id = person.next_number()
        person.receives(message)
        return {
            "message_id": message.message_id,
            "date": self.now(),
            "chat": person.as_chat(),
            "text": message.text,
        }


def _read_markup(markup: str | None, message: Received) -> None:
    shown = json.loads(markup) if markup is not None else {}
    if "remove_keyboard" in shown:
        message.keyboard_removed = True
    for row in shown.get("keyboard", ()):
        message.labels += [button["text"] for button in row]
    for row in shown.get("inline_keyboard", ()):
        for button in row:
            if not 1 <= len(button["callback_data"].encode()) <= 64:
                raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")
            message.commands[button["text"]] = button["callback_data"]
    if any(not label for label in [*message.labels, *message.commands]):
        raise Refused(400, "Bad Request: text buttons are unallowed to be empty")


if __name__ == "__main__":
    from tests.fake_control import main

    main()
