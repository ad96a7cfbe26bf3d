"""The people and the house of the transcripts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache, partial
from typing import Any

from bot import app, commands
from bot.commands.table import Table
from bot.context import House
from jobs.photos import Darkroom
from jobs.reminders import Reminders
from storage import people
from storage.database import Database, Tx
from storage.rows import Origin
from templates import documents, forms, wording
from templates.commune import Commune
from templates.forms import Catalog
from templates.wording import Wording
from tests.sample import COMMUNE


@dataclass(frozen=True)
class Part:
    """Somebody who has joined and agreed before the transcript begins."""

    name: str
    address_form: str | None
    roles: tuple[tuple[str, str | None], ...]


CAST: Mapping[str, Part] = {
    "Sáu": Part("Trần Văn Sáu", "chú", (("hamlet_head", "3"),)),
    "Ba": Part("Lê Thị Ba", "cô", (("hamlet_deputy", "3"),)),
    "Hai": Part("Phạm Thị Hai", "cô", (("hamlet_head", "1"),)),
    "Bốn": Part("Lý Văn Bốn", None, (("hamlet_head", "4"),)),
    "Út": Part("Võ Văn Út", "anh", (("hamlet_head", "1"), ("hamlet_deputy", "4"))),
    "Minh": Part("Nguyễn Văn Minh", "đồng chí", (("standing_committee", None),)),
    "Lan": Part("Trần Thị Lan", None, (("standing_committee", None),)),
    "Dung": Part("Mai Thị Dung", None, (("observer", None),)),
}
"""Whoever else speaks is a stranger."""

WARD = replace(
    COMMUNE,
    code="an-hoa",
    name="An Hòa",
    kind="phường",
    hamlet_word="khóm",
    hamlets=tuple(replace(h, name=h.name.replace("Ấp", "Khóm")) for h in COMMUNE.hamlets),
)
COMMUNES = {"xã": COMMUNE, "phường": WARD}


@cache
def catalog() -> Catalog:
    return forms.load()


@cache
def report() -> documents.Report:
    return documents.load()


@cache
def table(of: Catalog) -> Table:
    """Worked out of nothing but the forms, so it need not be worked out for each turn."""
    return commands.table(of)


@cache
def consent_table() -> Table:
    return commands.consent_table()


@dataclass
class Setting:
    """What a transcript may change of the house while it plays."""

    commune: Commune = COMMUNE
    catalog: Catalog = field(default_factory=catalog)
    wording: Wording = field(default_factory=wording.load)

    def house(self, db: Database, number: int) -> House:
        """A house on this database, as `bot.app.opened` puts it together."""
        served = {number: self.commune}
        darkroom = Darkroom(db.path.parent, report(), self.catalog, self.wording)
        reminders = Reminders(db, self.wording, served, self.wording.say("consent.purpose"))
        return House(
            number=number,
            commune=self.commune,
            catalog=self.catalog,
            wording=self.wording,
            months=reminders,
            commands=table(self.catalog),
            consent_commands=consent_table(),
            sections=partial(app.report_sections, report(), self.commune),
            figures=partial(app.report_figures, report(), self.commune),
            photos=partial(darkroom.candidates, number, self.commune),
        )

    def settle(self, tx: Tx, today: date) -> int:
        return app.settle(tx, self.commune, today)

    def renew_form(self, name: str) -> None:
        """The form's next version: its first list loses its last choice, and it asks one thing more."""
        form = self.catalog[name]
        more = forms.Question(name="ghi_them", type="text", label="Có gì cần ghi thêm?", required=False)
        lists = {key: choices[:-1] for key, choices in form.list.items()}
        renewed = form.model_copy(
            update={"version": form.version + 1, "question": [*form.question, more], "list": lists}
        )
        others = [f for f in self.catalog.forms.values() if f.name != name]
        self.catalog = Catalog([*others, renewed], self.catalog.lists)

    def drop_form(self, name: str) -> None:
        self.catalog = Catalog([f for f in self.catalog.forms.values() if f.name != name], self.catalog.lists)

    def change_sentence(self, key: str, sentence: str) -> None:
        ours = self.wording._sentences
        self.wording = Wording(ours | {key: sentence})


def join(tx: Tx, house: House, part: Part, bot: str, address: str, now: datetime) -> None:
    """Lets somebody in without a code: known, with a role, agreed."""
    account = people.arrive(tx, house.number, bot, address, part.name, now)
    people.rename(tx, house.number, account.person, part.name)
    people.set_address_form(tx, house.number, account.person, part.address_form)
    for kind, hamlet in part.roles:
        people.grant(tx, house.number, account.person, kind, hamlet, now)
    origin = Origin(bot, address, "0")
    values: tuple[Any, ...] = ("yes", house.purpose, "…", origin)
    people.consent(tx, house.number, account.person, now, *values)
