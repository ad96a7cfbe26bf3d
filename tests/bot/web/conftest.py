"""What the tests of the pages share: a commune with pages on a database, and a phone that looks at them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from bot.messages import Handled, Incoming
from bot.web.links import Links
from bot.web.pictures import Pictures
from bot.web.shelf import Pages, Shelf
from bot.web.signing import Seal
from bot.web.site import Site
from storage import communes, links, people
from storage.database import Database, Tx
from storage.rows import Hamlet, Link, Origin
from templates import wording
from tests.sample import COMMUNE

T = TypeVar("T")
START = datetime(2024, 12, 8, 1, 5, tzinfo=UTC)
BOT, BASE = "zalo:1", "https://mttq.example"
PATH, NAME = "documents/bao-cao-2024-du-thao-2.docx", "Báo cáo năm 2024 – dự thảo.docx"
CONTENT = b"PK\x03\x04" + bytes(range(256)) * 200


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@dataclass
class Desk:
    """An intake that keeps what it is handed, each message once, and answers as it is told."""

    kept: list[Incoming] = field(default_factory=list)
    answers: list[Handled] = field(default_factory=list)

    async def handle(self, incoming: Incoming) -> Handled:
        if self.answers:
            return self.answers.pop(0)
        if any(incoming.message == old.message and incoming.chat == old.chat for old in self.kept):
            return Handled.SEEN
        self.kept.append(incoming)
        return Handled.DONE

    async def undecodable(self, bot: str, key: str, raw: str, trace: str) -> Handled:
        raise AssertionError("pages hand in no updates")


@dataclass
class Commune:
    """Minh of the committee and Sáu, a hamlet's head, both on Zalo; a document in the data folder."""

    db: Database
    data: Path
    base: str = BASE
    now: datetime = START
    desk: Desk = field(default_factory=Desk)
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self.pages = Pages(Links(self.base, Seal(self.data)), Pictures(lambda: self.now))
        self.wording = wording.load()
        file = self.data / PATH
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(CONTENT)

    async def settle(self) -> None:
        def fill(tx: Tx) -> dict[str, int]:
            hamlets = [Hamlet(h.code, h.name, n) for n, h in enumerate(COMMUNE.hamlets)]
            self.number = communes.sync(tx, COMMUNE.code, COMMUNE.name, hamlets, date(2024, 1, 1))
            return {
                "minh": self._join(tx, "minh", "Nguyễn Văn Minh", "standing_committee", None),
                "sau": self._join(tx, "sau", "Trần Văn Sáu", "hamlet_head", "3"),
            }

        self.people = await self.db.write(fill)

    def _join(self, tx: Tx, address: str, name: str, kind: str, hamlet: str | None) -> int:
        person = people.arrive(tx, self.number, BOT, address, name, self.now).person
        people.rename(tx, self.number, person, name)
        people.set_address_form(tx, self.number, person, "chú")
        people.grant(tx, self.number, person, kind, hamlet, self.now)
        origin = Origin(BOT, address, "m")
        people.consent(
            tx, self.number, person, self.now, "yes", self.wording.say("consent.purpose"), "…", origin
        )
        return person

    def shelf(self, public: bool = True, mail_to: tuple[str, ...] = ()) -> Shelf:
        pages = self.pages if public else None
        here = (self.wording, COMMUNE, "matran/du-lieu")
        return Shelf(self.db, self.data, *here, lambda: self.now, pages, mail_to)

    def site(self, **more: Any) -> Site:
        here = (self.db, self.data, self.wording, COMMUNE, self.desk, lambda: self.now)
        return Site(*here, self.pages, clock=lambda: self.seconds, **more)

    def phone(self, **more: Any) -> httpx.AsyncClient:
        """Looks at the pages as a browser does, but does not follow redirects by itself."""
        transport = httpx.ASGITransport(self.site(**more).app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url=BASE)

    async def document(self, who: str = "minh", path: str = PATH, name: str = NAME) -> str:
        """The address of a document's page, from what the shelf says."""
        said = await self.shelf().document(BOT, who, path, name)
        return next(line for line in said.split("\n") if line.startswith(self.base))

    async def upload(self, who: str = "sau") -> str:
        """The address of a page that takes files."""
        account = await self.db.read(lambda tx: people.account(tx, BOT, who))
        assert account is not None
        return (await self.db.write(lambda tx: self.pages.links.upload(tx, account, "gửi tệp", self.now)))[0]

    async def link(self, number: int = 1) -> Link:
        found = await self.db.read(lambda tx: links.get(tx, self.number, number))
        assert found is not None
        return found

    async def write(self, function: Callable[[Tx], T]) -> T:
        return await self.db.write(function)

    def passes(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
async def commune(tmp_path: Path, database_file: Path) -> AsyncIterator[Commune]:
    db = await Database.open(database_file)
    made = Commune(db, tmp_path / "du-lieu")
    await made.settle()
    yield made
    await db.close()
