"""The program's pages put together: what there is, what stands on every answer, what strangers get."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.held import Held
from bot.messages import Intake
from bot.web.downloads import Downloads
from bot.web.pages import HEADERS, Pages
from bot.web.pictures import PATH as PICTURES
from bot.web.pictures import Pictures, kind_of
from bot.web.shelf import Pages as Laid
from bot.web.uploads import Uploads
from storage.database import Database
from templates.commune import Commune
from templates.wording import Wording

log = logging.getLogger(__name__)
WRONG_ONES: Final = 20  # wrong addresses from one place that are answered in full…
WITHIN: Final = 60.0  # … in so many seconds
_PLACES = 10_000


class Guesses:
    """Counts wrong addresses by where they come from. A right one is always answered: whoever shares an
    address with a guesser (behind a proxy, everybody does) must not suffer for it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def too_many(self, place: str) -> bool:
        now = self._clock()
        since, count = self._seen.get(place, (now, 0))
        if now - since >= WITHIN:
            since, count = now, 0
        self._seen[place] = (since, count + 1)
        self._seen.move_to_end(place)
        if len(self._seen) > _PLACES:
            self._seen.popitem(last=False)
        return count >= WRONG_ONES


class Site:
    """The pages of one commune, and beside them ``routes`` that a channel brings along (a webhook)."""

    def __init__(
        self,
        db: Database,
        data: Path,
        wording: Wording,
        commune: Commune,
        intake: Intake,
        now: Callable[[], datetime],
        laid: Laid | None,
        routes: Sequence[BaseRoute] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wording, self._pages = wording, Pages(wording, commune)
        self._guesses = Guesses(clock)
        self._pictures = laid.pictures if laid is not None else Pictures(now)
        ours: list[BaseRoute] = []
        if laid is not None:
            ours += Downloads(db, data, laid.links, self._pages, now, self.refuse).routes()
            ours += Uploads(db, Held(data), intake, laid.links, self._pages, now, self.refuse).routes()
            ours += [Route(f"/{PICTURES}/{{name}}", self.picture, methods=["GET"])]
        every = [*ours, *routes]
        if laid is not None and (path := urlsplit(laid.links.base).path):
            every.append(Mount(path, routes=[*every]))  # for a proxy that leaves the path as it is
        handlers = {404: self._unknown, 405: self._unknown, Exception: self._broken}
        self.app: ASGIApp = _Headed(Starlette(routes=every, exception_handlers=handlers))

    async def picture(self, request: Request) -> Response:
        data = self._pictures.find(request.path_params["name"])
        kind = kind_of(data) if data is not None else None
        if data is None or kind is None:
            return self.refuse(request)
        return Response(data, media_type=kind[1])

    def refuse(self, request: Request) -> Response:
        """For an address that was never given out; who tries many has to wait."""
        if self._guesses.too_many(request.client.host if request.client else ""):
            answer = self._pages.trouble("page.many", 429)
            answer.headers["Retry-After"] = str(int(WITHIN))
            return answer
        return self._pages.trouble("page.unknown", 404)

    async def _unknown(self, request: Request, error: Exception) -> Response:
        return self._pages.trouble("page.unknown", 404)

    async def _broken(self, request: Request, error: Exception) -> Response:
        # Not the address: it holds the token.
        log.error(self._wording.say("web.log.request"), exc_info=error)
        return self._pages.trouble("page.broken", 500)


class _Headed:
    """Every answer tells search engines, caches and other pages to keep out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = {name.lower() for name, _ in message["headers"]}
                extra = [(n.lower().encode(), v.encode()) for n, v in HEADERS.items()]
                message["headers"] = [*message["headers"], *(h for h in extra if h[0] not in said)]
            await send(message)

        await self._app(scope, receive, headed)
