"""A commune of seven hamlets on a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from storage import closings, communes, drafts, people, records
from storage.database import Database, Tx
from storage.encoding import from_json
from storage.rows import Hamlet, Origin
from templates import wording
from templates.commune import HANOI, Commune, HamletInfo
from templates.wording import Wording

PURPOSE = "v1"
BOT = "telegram:1"
ORIGIN = Origin(BOT, "c", "m")
NAMES = (
    ("1", "Nguyễn Văn Tám", "anh"),
    ("2", "Lê Thị Út", "cô"),
    ("3", "Trần Văn Sáu", "chú"),
    ("4", "Phạm Văn Bảy", "bác"),
    ("5", "Võ Thị Mười", None),
    ("6", "Tư Lành", "ông"),
    ("7", "Đỗ Văn Chín", "chú"),
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def at(text: str) -> datetime:
    """A moment on the commune's clock: "2024-12-22T08:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=HANOI).astimezone(UTC)


@dataclass
class House:
    """What most tests need: the database, a commune of seven hamlets with a head each, and the committee."""

    db: Database
    data: Path
    commune: int
    settings: Commune
    heads: dict[str, int]
    chair: int
    wording: Wording

    async def record(
        self,
        hamlet: str | None,
        day: str,
        answers: dict[str, Any] | None = None,
        form: str = "hoat_dong",
        person: int | None = None,
        now: str | None = None,
    ) -> int:
        """A confirmed record of that day, by the hamlet's head or the chair."""
        who = person or (self.heads[hamlet] if hamlet else self.chair)
        when = at(now or f"{day}T10:00")

        def write(tx: Tx) -> int:
            draft = drafts.start(tx, self.commune, who, form, 1, hamlet, {}, when)
            number, _ = records.confirm(
                tx,
                self.commune,
                draft,
                0,
                form,
                1,
                hamlet,
                date.fromisoformat(day),
                answers or {},
                who,
                ORIGIN,
                when,
            )
            drafts.end(tx, self.commune, draft, "done", when)
            return number

        return await self.db.write(write)

    async def close_month(
        self, hamlet: str, month: str, state: str = "closed", now: str = "2024-12-20T10:00"
    ) -> None:
        head = self.heads[hamlet]
        await self.db.write(
            lambda tx: closings.close(tx, self.commune, hamlet, month, state, head, None, at(now))
        )

    async def queued(self, address: str | None = None) -> list[dict[str, Any]]:
        """The outbox in order, as plain values; ``address`` narrows it to one account."""

        def read(tx: Tx) -> list[dict[str, Any]]:
            rows = tx.all(
                "SELECT address, class, body, offer, not_before, dedupe, state FROM outbox WHERE commune = ?"
                " ORDER BY outbox",
                (self.commune,),
            )
            return [
                {
                    "address": row[0],
                    "class": row[1],
                    **from_json(row[2]),
                    "not_before": row[4],
                    "state": row[6],
                    "offer": from_json(row[3]) if row[3] else None,
                    "dedupe": row[5],
                }
                for row in rows
                if address in (None, row[0])
            ]

        return await self.db.read(read)


def join(
    tx: Tx,
    commune: int,
    address: str,
    name: str,
    form: str | None,
    kind: str,
    hamlet: str | None,
    consent: str | None = "yes",
    now: datetime | None = None,
) -> int:
    """A person with a role who has joined on that address."""
    now = now or at("2024-01-02T09:00")
    person = people.arrive(tx, commune, BOT, address, name, now).person
    people.rename(tx, commune, person, name)
    people.set_address_form(tx, commune, person, form)
    people.grant(tx, commune, person, kind, hamlet, now)
    if consent:
        people.consent(tx, commune, person, now, consent, PURPOSE, "…", ORIGIN)
    return person


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    db = await Database.open(tmp_path / "data" / "matran.db")
    settings = Commune(
        "tan-an",
        "Tân An",
        phone="0900 000 000",
        hamlets=tuple(HamletInfo(code, f"Ấp {code}") for code, _, _ in NAMES),
    )

    def fill(tx: Tx) -> tuple[int, dict[str, int], int]:
        hamlets = [Hamlet(h.code, h.name, n) for n, h in enumerate(settings.hamlets)]
        commune = communes.sync(tx, settings.code, settings.name, hamlets, date(2024, 1, 1))
        heads = {
            code: join(tx, commune, f"head{code}", name, form, "hamlet_head", code)
            for code, name, form in NAMES
        }
        chair = join(tx, commune, "chair", "Nguyễn Thị Lan", "cô", "standing_committee", None)
        return commune, heads, chair

    commune, heads, chair = await db.write(fill)
    yield House(db, tmp_path / "data", commune, settings, heads, chair, wording.load())
    await db.close()
