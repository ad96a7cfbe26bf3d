"""A hamlet that was merged within the year: its past is still told, what came after is another one's."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.context import life_of
from storage import closings
from storage.database import Database
from templates.commune import HANOI
from tests.bot.talk import Talk
from tests.sample import COMMUNE
from tests.transcripts.cast import Setting

ENDED = date(2024, 11, 20)
MERGED = "Ấp 4 đã nhập vào ấp 3 từ ngày 21/11/2024"
ELSEWHERE = f"{MERGED}. Việc từ ngày đó xin báo cho ấp 3; việc trước ngày đó vẫn ghi cho ấp 4."
WORK = "don ve sinh kinh xang 45 nguoi"


@pytest.fixture
def talk(database: Database) -> Talk:
    hamlets = tuple(
        replace(h, until_day=ENDED, merged_into="3") if h.code == "4" else h for h in COMMUNE.hamlets
    )
    at = datetime(2024, 12, 10, 10, 5, tzinfo=HANOI).astimezone(UTC)
    return Talk(database, Setting(replace(COMMUNE, hamlets=hamlets)), at).join("Sáu", "Bốn", "Minh")


def days(talk: Talk) -> list[tuple[str, str]]:
    return talk.read(lambda tx: tx.all("SELECT hamlet, day FROM record ORDER BY record"))


def test_a_day_after_its_last_is_asked_back_and_one_before_is_stored(talk: Talk) -> None:
    said = talk.says_all("Bốn", f"{WORK} ngay 5/12", "1", "Đ")
    assert ELSEWHERE in said and "Làm ngày nào" in said and days(talk) == []

    again = talk.says_all("Bốn", "1/12")
    assert ELSEWHERE in again and days(talk) == []

    assert "Đã ghi: phiếu số 1" in talk.says_all("Bốn", "20/11", "Đ")
    assert days(talk) == [("4", "2024-11-20")]


def test_a_question_for_the_day_asks_back_at_once(talk: Talk) -> None:
    talk.says_all("Bốn", "họp")
    assert ELSEWHERE in talk.says_all("Bốn", "hôm qua")
    assert ELSEWHERE not in talk.says_all("Bốn", "19/11")


def test_others_are_not_asked(talk: Talk) -> None:
    assert "Đã ghi" in talk.says_all("Sáu", f"{WORK} ngay 5/12", "1", "Đ")


def test_a_correction_keeps_the_day_that_it_had(talk: Talk) -> None:
    """A merger that is written down late makes no record unreachable."""
    talk.says_all("Bốn", f"{WORK} ngay 19/11", "1", "Đ")
    talk.write(lambda tx: tx.run("UPDATE record SET day = '2024-12-05' WHERE record = 1"))
    stored = talk.read(lambda tx: tx.one("SELECT answers FROM revision WHERE record = 1"))
    assert stored is not None and json.loads(stored[0])["ngay"] == "2024-11-19"

    talk.says_all("Bốn", "sửa 1", "4", "50", "Đ")
    assert talk.count("revision") == 2


def test_money_that_it_held_is_handed_over_afterwards(talk: Talk) -> None:
    gift = ("bà Sáu ủng hộ quỹ vì người nghèo 500k ngày 19/11", "1", "Đ", "Đ")
    for text in gift:
        talk.says("Bốn", text)
    talk.says_all("Bốn", "nộp tiền quỹ vì người nghèo 500k hôm qua", "cô Lan", "Đ")

    assert talk.read(lambda tx: tx.all("SELECT form, day FROM record WHERE form = 'nop_tien'")) == [
        ("nop_tien", "2024-12-09")
    ]


@pytest.mark.parametrize("text", ["chốt tháng 12", "/khongphatsinh 12 2024", "/baokhac 12 2024"])
def test_it_has_no_month_after_its_last(talk: Talk, text: str) -> None:
    assert talk.says("Bốn", text) == [f"{MERGED} nên không có tháng 12/2024."]
    assert talk.count("closing") == 0

    talk.says("Bốn", "/khongphatsinh 11 2024")
    stated = talk.read(lambda tx: closings.of_month(tx, talk.number, "2024-11"))
    assert stated["4"].state == "nothing"


def test_one_that_was_merged_again_names_where_it_is_now(database: Database) -> None:
    ends = {"4": (ENDED, "3"), "3": (date(2024, 11, 30), "1")}
    hamlets = tuple(
        replace(h, until_day=ends[h.code][0], merged_into=ends[h.code][1]) if h.code in ends else h
        for h in COMMUNE.hamlets
    )
    talk = Talk(database, Setting(replace(COMMUNE, hamlets=hamlets)))
    assert talk.house.lives["4"].into == "ấp 1"


def test_a_new_one_has_nothing_before_its_first_day(database: Database) -> None:
    hamlets = tuple(replace(h, from_day=date(2024, 12, 1)) if h.code == "4" else h for h in COMMUNE.hamlets)
    talk = Talk(database, Setting(replace(COMMUNE, hamlets=hamlets))).join("Bốn")

    said = talk.says_all("Bốn", f"{WORK} ngay 30/11", "1", "Đ")
    assert "Ấp 4 có từ ngày 01/12/2024. Việc trước ngày đó không ghi cho ấp 4." in said
    closed = talk.says("Bốn", "chốt tháng 11")[0]
    assert "Ấp 4 có từ ngày 01/12/2024 nên không có tháng 11/2024." in closed


def test_one_that_is_gone_from_the_settings_is_remembered(database: Database) -> None:
    talk = Talk(database).join("Bốn")
    fewer = replace(COMMUNE, hamlets=COMMUNE.hamlets[:2])
    later = Talk(database, Setting(fewer), talk.now)

    assert later.read(lambda tx: life_of(tx, later.house, "4")).until_day == date(2024, 12, 8)
