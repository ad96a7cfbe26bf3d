"""/guitep: a page to send files through, or the way that there is without one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.intake import Desk
from bot.web.links import Links
from bot.web.signing import Seal
from storage import drafts, links
from storage.database import Database
from tests.bot.talk import Talk
from tests.transcripts.cast import CAST, join

BASE = "https://mttq.example"


def talk(database: Database, public: bool = True) -> Talk:
    made = Talk(database).join("Sáu", "Minh", "Dung")
    uploads = Links(BASE, Seal(database.path.parent)) if public else None
    made.house = replace(made.house, uploads=uploads, folder="matran/du-lieu")
    made.desk = Desk(database, made.house, lambda: made.now)
    return made


def on_zalo(made: Talk, name: str, text: str) -> str:
    made.write(lambda tx: join(tx, made.house, CAST[name], "zalo:1", name, made.now))
    return made.says(name, text, bot="zalo:1")[-1]


@pytest.mark.parametrize("text", ["/guitep", "gửi tệp", "gui file", "Nộp tệp."])
def test_a_page_for_whoever_reports(database: Database, text: str) -> None:
    made = talk(database)
    lines = made.says("Sáu", text)[-1].split("\n")
    assert lines[0] == "Chú bấm vào dòng dưới đây, chọn tệp, rồi bấm “Gửi”:"
    assert lines[1].startswith(f"{BASE}/gui/1.1.") and lines[2].startswith(
        "Dùng được đến 10:05, 10/12, gửi được 10"
    )
    link = made.read(lambda tx: links.get(tx, made.number, 1))
    assert link is not None and (link.kind, link.bot, link.address) == ("upload", "terminal", "Sáu")
    assert made.says("Sáu", text)[-1].split("\n")[1] == lines[1]  # the same while it lasts


def test_who_only_looks_on_gets_none(database: Database) -> None:
    made = talk(database)
    made.says("Dung", "/guitep")
    assert made.count("link") == 0


def test_a_form_that_is_open_stays_open(database: Database) -> None:
    made = talk(database)
    made.says("Sáu", "/hoatdong")
    before = made.read(lambda tx: tx.all("SELECT draft, state FROM draft"))
    assert BASE in made.says("Sáu", "gửi tệp")[-1]
    assert made.read(lambda tx: tx.all("SELECT draft, state FROM draft")) == before and before[0][1] == "open"
    person = made.read(lambda tx: tx.one("SELECT person FROM draft"))
    assert person is not None
    assert made.read(lambda tx: drafts.open_draft(tx, made.number, person[0])) is not None


def test_without_a_public_address(database: Database) -> None:
    made = talk(database, public=False)
    assert made.says("Sáu", "gửi tệp") == ["Chú gửi tệp thẳng vào đây."]
    committee = on_zalo(made, "Minh", "gửi tệp")
    assert "“gui-vao”" in committee and "“matran/du-lieu”" in committee
    assert "Mặt trận xã" in on_zalo(made, "Sáu", "gửi tệp")
    assert made.count("link") == 0
