"""The fake Telegram as a process, steered over HTTP: people speak, and what they received can be read.

All control calls are JSON. ``POST /control/say`` {chat, text, name?}; ``/control/tap`` {chat, button};
``/control/photo`` {chat, caption?, album?: how many}; ``/control/fault`` {method, and the fields of a Fault};
``GET /control/chat/<id>?after=N&wait=SECONDS`` the messages after the first N, waiting for one if need be;
``GET /control/status`` how much is unconfirmed, and the calls so far by method.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
from collections import Counter
from typing import Any

from tests.fake_http import Request, Response
from tests.fake_telegram import TOKEN, FakeTelegram, Fault


class SteeredTelegram(FakeTelegram):
    """A fake Telegram with a control endpoint beside its API."""

    async def handle(self, request: Request) -> Response:
        if not request.path.startswith("/control/"):
            return await super().handle(request)
        what, _, rest = request.path.removeprefix("/control/").partition("/")
        try:
            return Response.of(200, await getattr(self, f"_on_{what}")(request, rest))
        except (AttributeError, KeyError, TypeError, ValueError, AssertionError) as error:
            return Response.of(400, {"error": f"{type(error).__name__}: {error}"})

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

    async def _on_fault(self, request: Request, rest: str) -> dict[str, Any]:
        asked = dict(request.json)
        self.fail(asked.pop("method"), Fault(**asked))
        return {}

    async def _on_chat(self, request: Request, rest: str) -> dict[str, Any]:
        person, after = self.person(int(rest)), int(request.fields.get("after", "0"))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(float(request.fields.get("wait", "0"))):
                await person.hears(after + 1)
        return {"messages": [message.as_json() for message in person.messages[after:]]}

    async def _on_status(self, request: Request, rest: str) -> dict[str, Any]:
        calls = Counter(method for method, _ in self.calls)
        return {"unconfirmed": len(self.unconfirmed), "calls": calls, "commands": self.commands}


def _number(update: dict[str, Any]) -> dict[str, Any]:
    return {"update_id": update["update_id"]}


async def _serve(port: int, token: str) -> None:
    telegram = SteeredTelegram(token)
    await telegram.start(port)
    print(telegram.root, flush=True)
    await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description="A fake Telegram on loopback; prints its root when ready.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", default=TOKEN)
    options = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(options.port, options.token))


if __name__ == "__main__":
    main()
