"""A fake platform as a process, steered over HTTP: people speak, and what they received can be read.

All control calls are JSON. ``POST /control/say`` {chat, text, name?}; ``/control/photo`` {chat, caption?};
``/control/fault`` {method, and the fields of a Fault}; ``GET /control/chat/<id>?after=N&wait=SECONDS`` the
messages after the first N, waiting for one if need be; ``GET /control/status`` the calls so far by method,
and what is not yet confirmed or delivered. On Telegram also ``/control/tap`` {chat, button}, and album?: how
many photos; on Zalo ``/control/settings`` {delivery?, lists?, photo_key?, real_statuses?, quota?}.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
from collections import Counter
from typing import Any

from tests.fake_http import Request, Response
from tests.fake_people import Listener
from tests.fake_platform import FakePlatform, Fault
from tests.fake_telegram import TOKEN, FakeTelegram
from tests.fake_zalo import Delivery, FakeZalo


class Steered(FakePlatform):
    """A fake platform with a control endpoint beside its API."""

    async def handle(self, request: Request) -> Response:
        if not request.path.startswith("/control/"):
            return await super().handle(request)
        what, _, rest = request.path.removeprefix("/control/").partition("/")
        try:
            return Response.of(200, await getattr(self, f"_on_{what}")(request, rest))
        except (AttributeError, KeyError, TypeError, ValueError, AssertionError) as error:
            return Response.of(400, {"error": f"{type(error).__name__}: {error}"})

    def somebody(self, chat: Any) -> Listener:
        raise NotImplementedError

    async def _on_fault(self, request: Request, rest: str) -> dict[str, Any]:
        asked = dict(request.json)
        self.fail(asked.pop("method"), Fault(**asked))
        return {}

    async def _on_chat(self, request: Request, rest: str) -> dict[str, Any]:
        person, after = self.somebody(rest), int(request.fields.get("after", "0"))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(float(request.fields.get("wait", "0"))):
                await person.hears(after + 1)
        return {"messages": [message.as_json() for message in person.messages[after:]]}

    def calls_by_method(self) -> dict[str, int]:
        return Counter(method for method, _ in self.calls)


class SteeredTelegram(Steered, FakeTelegram):
    """A fake Telegram that is steered."""

    def somebody(self, chat: Any) -> Listener:
        return self.person(int(chat))

    async def _on_say(self, request: Request, rest: str) -> dict[str, Any]:
        asked = request.json
        person = self.person(asked["chat"], asked.get("name", "Bà Tư"))
        return _number(person.says(asked["text"]))

    async def _on_tap(self, request: Request, rest: str) -> dict[str, Any]:
        return _number(self.person(request.json["chat"]).taps(request.json["button"]))

    async def _on_photo(self, request: Request, rest: str) -> dict[str, Any]:
        asked = request.json
        person, count = self.person(asked["chat"]), asked.get("album")
        if count is None:
            return _number(person.sends_photo(caption=asked.get("caption")))
        return {"update_ids": [u["update_id"] for u in person.sends_album(count, asked.get("caption"))]}

    async def _on_status(self, request: Request, rest: str) -> dict[str, Any]:
        known = {"unconfirmed": len(self.unconfirmed), "commands": self.commands}
        return known | {"calls": self.calls_by_method()}


class SteeredZalo(Steered, FakeZalo):
    """A fake Zalo that is steered."""

    def somebody(self, chat: Any) -> Listener:
        return self.person(chat)

    async def _on_say(self, request: Request, rest: str) -> dict[str, Any]:
        asked = request.json
        return _message(self.person(asked["chat"], asked.get("name", "Bà Tư")).says(asked["text"]))

    async def _on_photo(self, request: Request, rest: str) -> dict[str, Any]:
        asked = request.json
        more = {"url": asked["url"]} if "url" in asked else {}
        return _message(self.person(asked["chat"]).sends_photo(caption=asked.get("caption"), **more))

    async def _on_settings(self, request: Request, rest: str) -> dict[str, Any]:
        for name, value in request.json.items():
            if name not in ("delivery", "lists", "photo_key", "real_statuses", "quota"):
                raise KeyError(name)
            setattr(self, name, Delivery(value) if name == "delivery" else value)
        return {}

    async def _on_status(self, request: Request, rest: str) -> dict[str, Any]:
        known = {"undelivered": len(self.undelivered), "lost": len(self.lost), "webhook": self.webhook}
        return known | {"calls": self.calls_by_method()}


def _number(update: dict[str, Any]) -> dict[str, Any]:
    return {"update_id": update["update_id"]}


def _message(update: dict[str, Any]) -> dict[str, Any]:
    return {"message_id": update["message"]["message_id"]}


async def _serve(platform: FakePlatform, port: int) -> None:
    await platform.start(port)
    print(platform.root, flush=True)
    await asyncio.Event().wait()


def main(kind: type[SteeredTelegram | SteeredZalo] = SteeredTelegram, token: str = TOKEN) -> None:
    parser = argparse.ArgumentParser(
        description="A fake platform on loopback; prints its root when it is ready."
    )
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", default=token)
    options = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(kind(options.token), options.port))


if __name__ == "__main__":
    main()
