"""Months: closing, nothing to report, reported otherwise; which month is meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from storage import closings
from storage.database import Database
from templates.commune import HANOI
from tests.bot.talk import Talk
from tests.sample import COMMUNE
from tests.transcripts.cast import Setting

WORK = ("don ve sinh kinh xang 45 nguoi hom nay", "1", "Đ")


@pytest.fixture
def talk(database: Database) -> Talk:
    return Talk(database).join("Sáu", "Bốn", "Minh")


def stated(talk: Talk, month: str) -> dict[str, str]:
    found = talk.read(lambda tx: closings.of_month(tx, talk.number, month))
    return {hamlet: one.state for hamlet, one in found.items()}


def test_closing_needs_records_and_nothing_needs_none(talk: Talk) -> None:
    assert "chưa báo việc nào" in talk.says("Sáu", "chốt tháng 12")[0]
    assert stated(talk, "2024-12") == {}

    talk.says_all("Sáu", *WORK)
    assert "không phải là không phát sinh" in talk.says("Sáu", "không phát sinh tháng 12")[0]
    assert stated(talk, "2024-12") == {}

    talk.says("Sáu", "chốt tháng 12")
    assert stated(talk, "2024-12") == {"3": "closed"}


def test_saying_it_twice_changes_nothing(talk: Talk) -> None:
    first = talk.says("Sáu", "/khongphatsinh 12 2024")
    rows = talk.count("closing")

    assert talk.says("Sáu", "/khongphatsinh 12 2024") == first
    assert talk.count("closing") == rows


def test_a_record_after_closing_is_said_to_be_late(talk: Talk) -> None:
    talk.says_all("Sáu", *WORK)
    talk.says("Sáu", "chốt tháng 12")

    assert "báo bổ sung tháng 12/2024" in talk.says_all("Sáu", *WORK)


@pytest.mark.parametrize(
    ("day", "text", "month"),
    [
        ("2024-12-08", "/khongphatsinh 11 2024", "2024-11"),
        ("2025-01-05", "không phát sinh tháng 12", "2024-12"),
        ("2024-12-20", "không phát sinh", "2024-12"),  # November was due too long ago
    ],
)
def test_which_month(talk: Talk, day: str, text: str, month: str) -> None:
    talk.now = datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=HANOI).astimezone(UTC)

    talk.says("Bốn", text)

    assert stated(talk, month) == {"4": "nothing"}


def test_where_two_months_may_be_meant_it_is_asked(talk: Talk) -> None:
    asked = talk.says("Bốn", "không phát sinh")[0]
    assert "1. Tháng 11/2024" in asked and "2. Tháng 12/2024" in asked

    talk.says("Bốn", "1")

    assert (stated(talk, "2024-11"), stated(talk, "2024-12")) == ({"4": "nothing"}, {})


@pytest.mark.parametrize("text", ["chốt tháng 13", "chốt tháng 1 2025", "/chotthang gì đó", "/tiendo 99"])
def test_a_month_that_is_none(talk: Talk, text: str) -> None:
    answer = talk.says("Minh" if "tiendo" in text else "Sáu", text)[0]

    assert "Chưa có tháng này" in answer


def test_the_committee_closes_for_a_hamlet_with_a_source(talk: Talk) -> None:
    talk.says_all("Minh", "báo thay", "ấp 4", "giấy", "chốt tháng", "tháng 11", "không phát sinh", "Đ")

    rows = talk.read(lambda tx: tx.all("SELECT hamlet, month, state, source FROM closing"))
    assert rows == [("4", "2024-11", "nothing", "giay")]


@pytest.mark.parametrize(
    ("day", "month"), [("2024-12-05", "11/2024"), ("2024-12-07", "11/2024"), ("2024-12-08", "12/2024")]
)
def test_the_committee_sees_the_month_that_hamlets_are_asked_for(
    database: Database, day: str, month: str
) -> None:
    deadlines = replace(COMMUNE.deadlines, report_day=5, remind=(-2, 0, 2))
    setting = Setting(commune=replace(COMMUNE, deadlines=deadlines))
    talk = Talk(database, setting, datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=HANOI)).join("Minh")
    assert talk.says("Minh", "tiến độ")[0].startswith(f"TIẾN ĐỘ THÁNG {month} ")


@pytest.mark.parametrize("question", [("hoạt động", "vệ sinh", "hôm qua", "kinh Xáng"), ("nộp tiền", "1")])
def test_nothing_as_an_answer_to_a_number_closes_no_month(talk: Talk, question: tuple[str, ...]) -> None:
    talk.says_all("Sáu", *question)

    talk.says("Sáu", "không phát sinh")

    assert talk.count("closing") == 0


def test_a_month_before_the_words(talk: Talk) -> None:
    talk.says("Sáu", "tháng 11 không phát sinh")

    assert stated(talk, "2024-11") == {"3": "nothing"}


def test_a_month_without_the_words_states_nothing(talk: Talk) -> None:
    talk.says("Sáu", "tháng")

    assert talk.count("closing") == 0
