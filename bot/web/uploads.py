"""Files towards the program, for people whose channel carries none: a page that takes one at a time.

What arrives whole and is of a known kind goes to intake as that person's message, once for each form shown.
The signed address stands for the person: there are no cookies that another page could use.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message

from bot.handed import KINDS, LIMIT, file_name, message, readable, reference
from bot.held import HEAD, Held, HeldFile
from bot.messages import FileRef, FileTooLarge, Handled, Intake
from bot.web import pages
from bot.web.downloads import answer_closed, closed, standing
from bot.web.links import PATHS, UPLOAD, Links
from bot.web.pages import Pages
from storage import links, people
from storage.database import Database, Tx
from storage.rows import Account, Link

_AROUND = 64 * 1024  # bytes of the form around the file
_PATIENCE = 600.0  # seconds for one file
_AT_ONCE = 4
_LET_PASS = 10 * LIMIT
_NONCE = re.compile(r"[0-9a-f]{16}")


class Uploads:
    """``refuse`` answers a token that was never given out."""

    def __init__(
        self,
        db: Database,
        held: Held,
        intake: Intake,
        issued: Links,
        say: Pages,
        now: Callable[[], datetime],
        refuse: Callable[[Request], Response],
    ) -> None:
        self._db, self._held, self._intake = db, held, intake
        self._links, self._pages, self._now, self._refuse = issued, say, now, refuse
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._one = asyncio.Lock()  # what is left of a link is looked at and counted by one at a time

    def routes(self) -> list[Route]:
        page = f"/{PATHS[UPLOAD]}/{{token}}"
        return [Route(page, self.show, methods=["GET"]), Route(page, self.take, methods=["POST"])]

    async def show(self, request: Request) -> Response:
        """The form."""
        link = await self._open(request)
        if isinstance(link, Response):
            return link
        say = self._pages.say
        until = say("web.upload.until", lan=link.most - link.uses, den=self._pages.until(link.expires_at))
        accept = ",".join(f".{ending}" for ending in KINDS)
        blocks = (
            pages.text(say("web.upload.how", mb=LIMIT // 1024**2)),
            pages.chooser(say("web.upload.choose"), accept, say("web.upload.send"), secrets.token_hex(8)),
            *(pages.text(until), pages.text(say("web.upload.wait"), "small")),
        )
        return self._pages.page(say("web.upload.heading", noi=self._pages.place), blocks)

    async def take(self, request: Request) -> Response:
        """Takes one file, and says what became of it."""
        link = await self._open(request)
        if isinstance(link, Response):
            return link
        try:
            async with self._room, asyncio.timeout(_PATIENCE), _form(request) as (file, nonce):
                return await self._received(link, file, nonce)
        except FileTooLarge:
            await _let_pass(request)
            return self._again("upload.too_large", 413, mb=LIMIT // 1024**2)
        except (TimeoutError, ClientDisconnect, HTTPException):
            return self._again("upload.not_whole", 400)

    async def _received(self, link: Link, file: UploadFile | None, nonce: str) -> Response:
        name = file_name(file.filename or "") if file is not None else ""
        if file is None or not name:
            return self._again("upload.none", 400)
        head = await file.read(HEAD)
        await file.seek(0)
        if not readable(name, head):
            return self._again("upload.wrong_kind", 415)
        async with self._one:
            return await self._hand_in(link, file, name, nonce)

    async def _hand_in(self, link: Link, file: UploadFile, name: str, nonce: str) -> Response:
        """To intake, as a message of the person's account; only what is new counts, and only what a link is
        still good for is kept."""
        now = self._now()
        fresh, account = await self._db.read(
            lambda tx: (links.get(tx, link.commune, link.link), _account(tx, link))
        )
        if fresh is None or account is None or not fresh.open(now):
            reason = "withdrawn" if account is None else "used_up"
            return answer_closed(self._pages, link, reason)
        held = await self._held.keep(file.file, LIMIT)
        if (ref := reference(name, held)) is None:
            return self._again("upload.wrong_kind", 415)
        handled = await self._intake.handle(message(account, ref, held, nonce, now))
        if handled is Handled.RETRY:
            return self._again("upload.busy", 503)
        if handled is Handled.SEEN:
            return self._again("upload.taken_before", 200)
        await self._db.write(lambda tx: links.use(tx, link.commune, link.link, now))
        if handled is Handled.FAILED:
            return self._pages.trouble("upload.failed", 500)
        return self._taken(ref, held, account)

    def _taken(self, ref: FileRef, held: HeldFile, account: Account) -> Response:
        say = self._pages.say
        channel = account.bot.partition(":")[0]
        known = channel if channel in ("zalo", "telegram") else "other"
        blocks = (
            pages.file(ref.name or "", self._pages.size(held.size)),
            pages.text(say("web.upload.taken_why", kenh=say(f"web.channel.{known}"))),
            pages.way(say("web.upload.another")),
        )
        return self._pages.page(say("web.upload.taken"), blocks)

    def _again(self, reason: str, status: int, **values: object) -> Response:
        """What is wrong with the file, and the way back to the form."""
        why = pages.text(self._pages.say(f"web.{reason}_why", **values))
        return self._pages.trouble(
            reason, status, why, pages.way(self._pages.say("web.upload.another")), **values
        )

    async def _open(self, request: Request) -> Link | Response:
        token, now = request.path_params["token"], self._now()
        link = await self._db.read(lambda tx: standing(tx, self._links.find(tx, UPLOAD, token), now))
        if link is None:
            return self._refuse(request)
        reason = closed(link, now)
        return link if reason is None else answer_closed(self._pages, link, reason)


def _account(tx: Tx, link: Link) -> Account | None:
    """The account that the link was given to, or where it is the person's no longer, the one used last."""
    account = people.account(tx, link.bot, link.address)
    if account is not None and account.state == "active" and account.person == link.person:
        return account
    return next(iter(people.addresses(tx, link.commune, link.person)), None)


async def _let_pass(request: Request) -> None:
    """Hears what is left of a file that is too large and keeps none of it: a browser that is cut off while it
    sends shows no answer. There is an end to that, too."""
    passed = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            while passed < _LET_PASS:
                part = await request.receive()
                passed += len(part.get("body", b""))
                if not part.get("more_body"):
                    return


@asynccontextmanager
async def _form(request: Request) -> AsyncIterator[tuple[UploadFile | None, str]]:
    """The form's one file, read to its end, and its nonce, "" for none; raises FileTooLarge as soon as there
    is more than may be."""
    most = LIMIT + _AROUND
    if int(request.headers.get("content-length") or 0) > most:
        raise FileTooLarge(f"> {most}")
    received = 0

    async def counted() -> Message:
        nonlocal received
        part = await request.receive()
        received += len(part.get("body", b""))
        if received > most:
            raise FileTooLarge(f"> {most}")
        return part

    async with Request(request.scope, counted).form(max_files=1, max_fields=8) as form:
        file, nonce = form.get("tep"), form.get("lan")
        known = nonce if isinstance(nonce, str) and _NONCE.fullmatch(nonce) else ""
        yield file if isinstance(file, UploadFile) else None, known
