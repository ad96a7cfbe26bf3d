"""Where files go for people whose channel carries none: a link, an e-mail, or a place on the computer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from bot import files
from bot.messages import DOCUMENT, Outgoing, enclosed
from bot.web.pictures import PATH as PICTURES
from bot.web.pictures import Pictures
from storage import outbox, people, reports
from storage.database import Database, Tx
from storage.rows import Account, Person
from templates import style
from templates.commune import Commune
from templates.wording import Voice, Wording

if TYPE_CHECKING:
    from bot.web.links import Links

MAIL: Final = "mail"  # the bot whose addresses are e-mail addresses
_FAILED: Final = ("rejected", "unsure", "gone", "dropped")  # as far as is known, that letter did not arrive
_SHEET = ".xlsx"  # comes back filled in, as a report's draft comes back from Word


@dataclass(frozen=True, slots=True)
class Pages:
    """What the program's pages are made of, where it has a public address."""

    links: Links
    pictures: Pictures


class Shelf:
    """``data`` is the data folder, ``folder`` how people find it on the computer; ``mail_to`` the addresses
    that documents go to where there is no page."""

    def __init__(
        self,
        db: Database,
        data: Path,
        wording: Wording,
        commune: Commune,
        folder: str,
        now: Callable[[], datetime],
        pages: Pages | None = None,
        mail_to: Sequence[str] = (),
    ) -> None:
        self._db, self._data, self._wording, self._commune = db, data, wording, commune
        self._folder, self._now, self._pages, self._mail_to = folder, now, pages, mail_to

    async def document(self, bot: str, address: str, path: str, name: str) -> str:
        """The lines that say how the account gets at the document; sent again, it is the same link and no
        second e-mail."""
        return await self._db.write(lambda tx: self._laid(tx, bot, address, path, name))

    async def picture(self, picture: str) -> str | None:
        """An address for an hour, where there is a public one."""
        if self._pages is None:
            return None
        data = enclosed(picture)
        if data is None:
            data = await asyncio.to_thread(self._read, picture)
        named = self._pages.pictures.lay(data) if data else None
        return f"{self._pages.links.base}/{PICTURES}/{named}" if named else None

    def _laid(self, tx: Tx, bot: str, address: str, path: str, name: str) -> str:
        account = people.account(tx, bot, address)
        person = people.person(tx, account.commune, account.person, "") if account else None
        voice = self._voice(person)
        sign = voice.say("web.file_sign", ten=name)
        if account is None or person is None:
            return self._ask(voice, sign)
        if self._pages is not None:
            return self._linked(tx, self._pages.links, voice, account, person, path, name)
        if not _of_committee(person):
            return self._ask(voice, sign)
        lines = [self._here(voice, sign, path)]
        if path.endswith(_SHEET) or self._again(tx, voice, account.commune, person, path) is not None:
            lines.append(voice.say("web.shelf.back_here", thu_muc=self._folder))
        return "\n".join([*lines, *self._mailed(tx, voice, account.commune, path, name)])

    def _linked(
        self, tx: Tx, links: Links, voice: Voice, account: Account, person: Person, path: str, name: str
    ) -> str:
        again = self._again(tx, voice, account.commune, person, path)
        url, link = links.document(tx, account, path, name, again, self._now())
        said = voice.say(
            "web.shelf.link",
            tep=voice.say("web.file_sign", ten=name),
            lien_ket=url,
            den=style.moment(link.expires_at),
            lan=link.most - link.uses,
        )
        back = path.endswith(_SHEET) or again is not None
        return f"{said}\n{voice.say('web.shelf.back')}" if back else said

    def _again(self, tx: Tx, voice: Voice, commune: int, person: Person, path: str) -> str | None:
        """What the person can type for the same document; only the committee may ask for reports."""
        edition = reports.by_path(tx, commune, path) if _of_committee(person) else None
        if edition is None:
            return None
        return voice.say("web.shelf.again_report", ky=edition.label.removeprefix("năm "))

    def _here(self, voice: Voice, sign: str, path: str) -> str:
        """The folders one by one, by their names: whole paths are for people who know computers."""
        within = PurePosixPath(path)
        inner = "/".join(within.parts[:-1])
        return voice.say("web.shelf.here", tep=sign, thu_muc=self._folder, trong=inner, tren_may=within.name)

    def _mailed(self, tx: Tx, voice: Voice, commune: int, path: str, name: str) -> list[str]:
        """Queues the document once for each address, anew where that failed, and says where it goes."""
        if not self._mail_to:
            return []
        subject = self._wording.say("mail.subject", None, noi=self._commune.title, ten=name)
        body = self._wording.say("mail.body", None, noi=self._commune.title, ten=name)
        letter = Outgoing(f"{subject}\n\n{body}", document=path, name=name).as_json()
        for to in self._mail_to:
            key = _free(tx, commune, f"{MAIL}:{path}:{to}")
            outbox.put(tx, commune, MAIL, to, DOCUMENT, letter, self._now(), dedupe=key)
        return [voice.say("web.shelf.mailed", thu=", ".join(self._mail_to))]

    def _ask(self, voice: Voice, sign: str) -> str:
        if phone := self._commune.phone:
            return voice.say("web.shelf.ask_phone", tep=sign, dien_thoai=phone)
        return voice.say("web.shelf.ask", tep=sign)

    def _voice(self, person: Person | None) -> Voice:
        return Voice(self._wording, person.address_form if person else None, self._commune.words)

    def _read(self, picture: str) -> bytes | None:
        try:
            file = files.within(self._data, picture)
        except FileNotFoundError:
            return None
        return file.read_bytes() if file.is_file() else None


def _free(tx: Tx, commune: int, key: str) -> str:
    """The dedupe key of a letter: with a number where the ones before it failed."""
    keys = (key if number == 1 else f"{key}:{number}" for number in count(1))
    return next(one for one in keys if outbox.state(tx, commune, one) not in _FAILED)


def _of_committee(person: Person) -> bool:
    return any(role.kind == "standing_committee" for role in person.roles)
