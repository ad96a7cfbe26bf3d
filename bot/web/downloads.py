"""A document by its link: a page with one button, and behind it the file.

Only the button counts: previews and HEAD never use a link up. It leads to an address of its own for this one
download, since an in-app browser hands a download over to the phone, which fetches it by GET, again and from
the middle where the line broke.
"""

from __future__ import annotations

import mimetypes
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.answers.normal import strip_marks
from bot.web import pages
from bot.web.links import DOCUMENT, PATHS, Links
from bot.web.pages import Pages
from storage import links, people
from storage.database import Database, Tx
from storage.rows import Link

TICKET_VALID: Final = timedelta(minutes=30)
STARTS: Final = 5  # how often one download may be begun anew
RESTS: Final = 2  # and how often its size may be asked for where it goes on
_REST = re.compile(r"bytes=([1-9][0-9]{0,17})-([0-9]{0,18})")
_TICKET, _FILE = "ticket", "tep"
_KINDS = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(slots=True)
class _Given:
    """What one ticket was used for: how often from the beginning, how many bytes of the rest."""

    expires: datetime
    starts: int = 0
    rests: int = 0


class Downloads:
    """``refuse`` answers a token that was never given out."""

    def __init__(
        self,
        db: Database,
        data: Path,
        issued: Links,
        say: Pages,
        now: Callable[[], datetime],
        refuse: Callable[[Request], Response],
    ) -> None:
        self._db, self._data, self._links, self._pages = db, data, issued, say
        self._now, self._refuse = now, refuse
        self._given: dict[str, _Given] = {}  # by ticket

    def routes(self) -> list[Route]:
        page = f"/{PATHS[DOCUMENT]}/{{token}}"
        return [
            Route(page, self.show, methods=["GET"]),
            Route(page, self.take, methods=["POST"]),
            Route(f"/{_FILE}/{{ticket}}/{{name}}", self.give, methods=["GET"]),
        ]

    async def show(self, request: Request) -> Response:
        """The page; looking at it changes nothing."""
        found = await self._open(request)
        if isinstance(found, Response):
            return found
        link, file = found
        say, left = self._pages.say, link.most - link.uses
        until = say("web.page.until", lan=left, den=self._pages.until(link.expires_at))
        blocks = (
            pages.file(link.name, self._pages.size(file.stat().st_size)),
            pages.button(say("web.page.download")),
            *(pages.text(until), pages.text(say("web.page.in_app"), "small")),
            pages.text(say("web.page.private"), "small"),
        )
        return self._pages.page(say("web.page.heading"), blocks)

    async def take(self, request: Request) -> Response:
        """Counts one download, and leads to its file."""
        found = await self._open(request)
        if isinstance(found, Response):
            return found
        link, now = found[0], self._now()
        if not await self._db.write(lambda tx: links.use(tx, link.commune, link.link, now)):
            return self._pages.closed("used_up", link.again)
        until = int((now + TICKET_VALID).timestamp())
        ticket = self._links.seal.sign(
            _TICKET, link.commune, link.link, link.nonce, until, secrets.token_hex(8)
        )
        # Relative: the public address may have a path of its own.
        return RedirectResponse(f"../{_FILE}/{ticket}/{quote(_plain(link.name))}", 303)

    async def give(self, request: Request) -> Response:
        """The file of one download, whole or a part of it."""
        ticket = request.path_params["ticket"]
        parts = self._links.seal.read(_TICKET, ticket)
        if parts is None or len(parts) != 5:
            return self._refuse(request)
        *named, until, number = parts
        link = await self._db.read(lambda tx: self._standing(tx, self._links.named(tx, DOCUMENT, *named)))
        if link is None or link.withdrawn_at is not None:
            return self._refuse(request) if link is None else self._pages.trouble("page.withdrawn", 410)
        expires, file = datetime.fromtimestamp(int(until), UTC), self._file(link)
        if self._now() >= expires:
            return self._pages.closed("expired", link.again)
        if file is None:
            return self._pages.trouble("page.missing", 410)
        answer = FileResponse(
            file, media_type=_media_type(link.name), headers=_disposition(link.name), stat_result=file.stat()
        )
        may = self._may_have(request, answer, number, expires)
        return answer if may else self._pages.closed("expired", link.again)

    async def _open(self, request: Request) -> tuple[Link, Path] | Response:
        """The link and its file, or the page that says why there is none."""
        token = request.path_params["token"]
        link = await self._db.read(lambda tx: self._standing(tx, self._links.find(tx, DOCUMENT, token)))
        if link is None:
            return self._refuse(request)
        if (reason := closed(link, self._now())) is not None:
            return answer_closed(self._pages, link, reason)
        file = self._file(link)
        return (link, file) if file is not None else self._pages.trouble("page.missing", 410)

    def _standing(self, tx: Tx, link: Link | None) -> Link | None:
        return standing(tx, link, self._now())

    def _file(self, link: Link) -> Path | None:
        """The document, which lies in a folder of the data folder: beside the folders lie keys."""
        root = self._data.resolve()
        file = (root / link.path).resolve()
        inside = file.is_relative_to(root) and len(file.relative_to(root).parts) > 1
        return file if inside and file.is_file() else None

    def _may_have(self, request: Request, answer: FileResponse, number: str, expires: datetime) -> bool:
        """A download may go on as often as the line breaks, but begin only a few times, and has an end."""
        if request.method != "GET":
            return True
        now = self._now()
        self._given = {key: kept for key, kept in self._given.items() if kept.expires > now}
        given = self._given.setdefault(number, _Given(expires))
        size = int(answer.headers["content-length"])
        rest = _rest(request.headers.get("range", ""), size) if _unchanged(request, answer) else None
        if rest is None:
            given.starts += 1
            return given.starts <= STARTS
        given.rests += rest
        return given.rests <= RESTS * size


def standing(tx: Tx, link: Link | None, now: datetime) -> Link | None:
    """The link as it stands: withdrawn, too, where the person no longer holds any role."""
    if link is None or people.person(tx, link.commune, link.person, "").roles:
        return link
    return replace(link, withdrawn_at=link.withdrawn_at or now)


def closed(link: Link, now: datetime) -> str | None:
    """Why the link cannot be used: withdrawn, expired, used_up; None where it can."""
    if link.withdrawn_at is not None:
        return "withdrawn"
    if now >= link.expires_at:
        return "expired"
    return "used_up" if link.uses >= link.most else None


def answer_closed(say: Pages, link: Link, reason: str) -> Response:
    return say.trouble("page.withdrawn", 410) if reason == "withdrawn" else say.closed(reason, link.again)


def _unchanged(request: Request, answer: FileResponse) -> bool:
    """Whether a Range counts; if the file is another than the asker's, they are given the whole."""
    known = request.headers.get("if-range")
    return known is None or known in (answer.headers["etag"], answer.headers["last-modified"])


def _rest(range_: str, size: int) -> int | None:
    """How many bytes a Range asks for that goes on within the file; None: it begins, or is another kind."""
    if (asked := _REST.fullmatch(range_.strip())) is None:
        return None
    last = min(int(asked[2] or size), size - 1)
    return max(0, last - int(asked[1]) + 1)


def _media_type(name: str) -> str:
    ending = Path(name).suffix.lower()
    return _KINDS.get(ending) or mimetypes.guess_type(name)[0] or "application/octet-stream"


def _plain(name: str) -> str:
    """The name in ASCII, for what reads nothing else: "Bao cao.docx"."""
    stem, _, ending = name.rpartition(".")
    kept = re.sub(r"[^A-Za-z0-9 ._-]", "-", strip_marks(stem or name)).strip(" .") or "tep"
    return f"{kept}.{re.sub(r'[^A-Za-z0-9]', '', ending)}" if stem else kept


def _disposition(name: str) -> dict[str, str]:
    """The file's name as RFC 6266 has it: in full for those who can, in ASCII for the others."""
    full = quote(name, safe="")
    return {"Content-Disposition": f"attachment; filename=\"{_plain(name)}\"; filename*=UTF-8''{full}"}
