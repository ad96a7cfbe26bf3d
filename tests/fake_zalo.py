"""A Zalo that speaks HTTP on loopback, with people who type and send photos, and that can misbehave.

What nobody knows of the real one it can do in each way: how updates are delivered (`Delivery`), one of them
or a list, the key of a photo, errors within HTTP 200 or as statuses of their own. It is strict: what the real
one refuses, it refuses.

``python -m tests.fake_zalo --port N`` runs it as a process that `tests.fake_control` steers over HTTP.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import Callable
from enum import Enum
from typing import Any

import httpx

from tests.fake_http import Cut, Request, Response
from tests.fake_people import Received
from tests.fake_platform import FakePlatform, Fault, Refused, length
from tests.fake_zalo_people import ZaloPerson

TOKEN = "987654321:test-token_of-no-one"
TEXT_LIMIT = 2000
_WEB = re.compile(r"https?://[^\s/]+\.?[^\s]*")


class Delivery(Enum):
    """What operators of real bots saw, and what they feared."""

    AGAIN = "again"  # the last update, on every poll
    ONCE = "once"  # each update once: what comes between polls waits for the next
    LIVE = "live"  # only to a poll that is open when it comes; else it is lost


OUT_OF_QUOTA = Fault(429, description="Quota exceeded")
SERVER_ERROR = Fault(403, description="Internal server error")


class FakeZalo(FakePlatform):
    """The server. ``root`` is what a channel takes as its API root."""

    def __init__(
        self, token: str = TOKEN, now: Callable[[], float] = time.time, delivery: Delivery = Delivery.ONCE
    ) -> None:
        super().__init__(token, now)
        self.delivery = delivery
        self.lists = False  # answers polls with a list of updates, instead of one
        self.photo_key = "photo_url"
        self.real_statuses = False  # of errors; else they come within HTTP 200
        self.quota: int | None = None  # messages that may still be sent
        self.others: dict[str, FakeZalo] = {}  # bots on the same server, by token
        self.people: dict[str, ZaloPerson] = {}
        self.lost: list[dict[str, Any]] = []
        self.webhook: dict[str, Any] | None = None
        self.bare = False  # webhook bodies hold the update itself, without an envelope
        self.secret: str | None = None  # sent to the webhook instead of the right one
        self.forward: str | None = None  # where the webhook's host is, for us
        self._waiting: list[dict[str, Any]] = []
        self._last: dict[str, Any] | None = None
        self._open: list[list[dict[str, Any]]] = []  # what each open poll has got
        self._arrived = asyncio.Event()
        self._messages = 0

    def person(self, chat: str = "zalo-7001", name: str = "Bà Tư", kind: str = "PRIVATE") -> ZaloPerson:
        """The person of that chat, new or known."""
        if chat not in self.people:
            self.people[chat] = ZaloPerson(self, chat, name, kind)
        return self.people[chat]

    def milliseconds(self) -> int:
        return int(self._now() * 1000)

    def new_message(self) -> str:
        self._messages += 1
        return f"{self._messages:04x}a0b1c2d3"

    # Updates

    def update(self, event: str, **message: Any) -> dict[str, Any]:
        """Something happens: it is queued, handed to an open poll, or lost."""
        update = {"event_name": event, "message": message}
        self.queue(update)
        return update

    def queue(self, update: Any) -> None:
        """Delivers an update as it is: the same one again, say, or a malformed one."""
        if self.webhook is not None:
            self._waiting.append(update)
        elif self.delivery is Delivery.LIVE:
            room = [got for got in self._open if self.lists or not got]
            (room[-1] if room else self.lost).append(update)  # the newest: who asked before may be gone
        else:
            self._waiting.append(update)
        self._arrived.set()
        self._arrived = asyncio.Event()

    @property
    def undelivered(self) -> list[Any]:
        return self._waiting

    async def polled(self) -> None:
        """Returns once a poll is open and waits."""
        while all(self._open):
            await self._called.wait()
            await asyncio.sleep(0)

    async def deliver(self) -> list[int]:
        """Posts what waits to the webhook; the statuses. What was not taken waits on, to be tried again."""
        assert self.webhook is not None
        waiting, self._waiting = self._waiting, []
        statuses = []
        async with httpx.AsyncClient(trust_env=False, verify=False, timeout=10) as client:
            for update in waiting:
                status = await self._post(client, update)
                statuses.append(status)
                if status >= 500:
                    self._waiting.append(update)
        return statuses

    async def _post(self, client: httpx.AsyncClient, update: Any) -> int:
        assert self.webhook is not None
        url = self.webhook["url"]
        if self.forward is not None:
            url = re.sub(r"^https://[^/]+", self.forward, url)
        headers = {"X-Bot-Api-Secret-Token": self.secret or self.webhook["secret_token"]}
        body = update if self.bare else {"ok": True, "result": update}
        return (await client.post(url, json=body, headers=headers)).status_code

    # HTTP

    async def handle(self, request: Request) -> Response:
        match = re.fullmatch(r"/bot([^/]+)/(\w+)", request.path)
        if match is None:
            return Response(404, b"<html><body>Not Found</body></html>", "text/html")
        if match[1] in self.others:
            return await self.others[match[1]].handle(request)
        if match[1] != self.token:
            return self.refusal(Refused(401, "Unauthorized"))
        if not isinstance(request.json, dict) or request.files:
            return self.refusal(Refused(400, "Bad request: JSON is expected"))
        return await self.call(match[2], request, request.json)

    def refusal(self, refused: Refused) -> Response:
        status = refused.status if self.real_statuses or refused.status == 408 else 200
        body = {"ok": False, "error_code": refused.status, "description": refused.description}
        return Response.of(status, body)

    # Methods

    async def _do_getMe(self, request: Request) -> dict[str, Any]:
        number = self.token.partition(":")[0]
        return {
            "id": number,
            "account_name": "Mặt trận xã",
            "account_type": "BASIC",
            "can_join_groups": False,
        }

    async def _do_getUpdates(self, request: Request) -> Any:
        if self.webhook is not None:
            raise Refused(400, "Bad request: webhook is active")
        got: list[dict[str, Any]] = []
        self._open.append(got)
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(float(request.json.get("timeout", 0))):
                    await self._something(got, request.hung_up)
        finally:
            # By identity: two polls that have got nothing yet are equal.
            self._open = [other for other in self._open if other is not got]
        if not got:
            raise Refused(408, "Request timeout")
        return got if self.lists else got[0]

    async def _something(self, got: list[dict[str, Any]], hung_up: asyncio.Event) -> None:
        """Until the poll has got something; raises Cut where nobody waits for it any more."""
        ended = asyncio.create_task(hung_up.wait())
        try:
            while not self._take(got):
                arrived = asyncio.create_task(self._arrived.wait())
                await asyncio.wait([arrived, ended], return_when=asyncio.FIRST_COMPLETED)
                arrived.cancel()
                if ended.done():
                    raise Cut
        finally:
            ended.cancel()

    def _take(self, got: list[dict[str, Any]]) -> bool:
        """Gives an open poll what it may have; whether it has anything now."""
        if self.delivery is not Delivery.LIVE and self._waiting:
            many = len(self._waiting) if self.lists else 1
            got += self._waiting[:many]
            del self._waiting[:many]
            self._last = got[-1]
        elif self.delivery is Delivery.AGAIN and self._last is not None:
            got.append(self._last)
        return bool(got)

    async def _do_sendMessage(self, request: Request) -> dict[str, Any]:
        text = _text(request.json.get("text"))
        if not text.strip():
            raise Refused(400, "Bad request: text is empty")
        return self._deliver(request, Received("", text))

    async def _do_sendPhoto(self, request: Request) -> dict[str, Any]:
        photo, caption = request.json.get("photo"), _text(request.json.get("caption", ""))
        if not isinstance(photo, str) or not _WEB.fullmatch(photo):
            raise Refused(400, "Bad request: photo is no URL")
        return self._deliver(request, Received("", caption, "sendPhoto", url=photo))

    async def _do_sendChatAction(self, request: Request) -> bool:
        if request.json.get("action") != "typing":
            raise Refused(400, "Bad request: wrong action")
        self._reachable(request).typing += 1
        return True

    async def _do_setWebhook(self, request: Request) -> dict[str, Any]:
        url, secret = request.json.get("url"), request.json.get("secret_token")
        if not isinstance(url, str) or not re.fullmatch(r"https://(?!127\.|localhost)[^\s/]+\.[^\s]+", url):
            raise Refused(400, "Bad request: url must be a public HTTPS address")
        if not isinstance(secret, str) or not 8 <= len(secret) <= 256:
            raise Refused(400, "Bad request: secret_token must have 8 to 256 characters")
        self.webhook = {"url": url, "secret_token": secret}
        return {"url": url, "updated_at": self.milliseconds()}

    async def _do_deleteWebhook(self, request: Request) -> dict[str, Any]:
        self.webhook = None
        return {"url": "", "updated_at": self.milliseconds()}

    async def _do_getWebhookInfo(self, request: Request) -> dict[str, Any]:
        if self.webhook is None:
            raise Refused(404, "Not Found")
        return {"url": self.webhook["url"], "updated_at": self.milliseconds()}

    # Delivery

    def _reachable(self, request: Request) -> ZaloPerson:
        chat = request.json.get("chat_id")
        if not isinstance(chat, str) or chat not in self.people:
            raise Refused(400, "Bad request: chat not found")
        return self.people[chat]

    def _deliver(self, request: Request, message: Received) -> dict[str, Any]:
        person = self._reachable(request)
        if self.quota is not None:
            if self.quota <= 0:
                raise Refused(429, "Quota exceeded")
            self.quota -= 1
        message.message_id = self.new_message()
        person.receives(message)
        return {"message_id": message.message_id, "date": self.milliseconds()}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Refused(400, "Bad request: text is missing")
    if length(value) > TEXT_LIMIT:
        raise Refused(400, "Bad request: text is too long")
    return value


if __name__ == "__main__":
    from tests.fake_control import SteeredZalo, main

    main(SteeredZalo, TOKEN)
