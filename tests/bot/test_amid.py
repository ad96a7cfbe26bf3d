"""A report that comes while another form is open."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage.database import Database
from tests.bot.talk import Talk

DONATION = "bà Sáu ủng hộ quỹ vì người nghèo 500k hôm qua"
ACTIVITY = "hôm qua dọn vệ sinh kinh Xáng 30 người"


@pytest.fixture
def talk(database: Database) -> Talk:
    return Talk(database).join("Sáu", "Minh")


def drafts(talk: Talk) -> list[tuple[str, str]]:
    return list(talk.read(lambda tx: tx.all("SELECT form, state FROM draft ORDER BY draft")))


@pytest.mark.parametrize("before", [("hoạt động", "vệ sinh"), ("hoạt động", "vệ sinh", "8/12", "chùa", "30")])
def test_a_report_of_another_form_opens_its_own(talk: Talk, before: tuple[str, ...]) -> None:
    talk.says_all("Sáu", *before)

    answer = talk.says("Sáu", DONATION + ", do ấp mình vận động")[0]

    assert "Người ủng hộ: bà Sáu" in answer
    assert drafts(talk) == [("hoat_dong", "parked"), ("ung_ho", "open")]


@pytest.mark.parametrize(
    "text",
    [
        "dạ bữa chủ nhật rồi ạ",
        "hôm qua nha chú ơi",
        "hôm qua lúc 7 giờ rưỡi sáng",
        "hôm qua sau khi họp ban ấp xong",
        "hôm qua có 30 người lận",
    ],
)
def test_further_words_leave_an_answer_an_answer(talk: Talk, text: str) -> None:
    talk.says_all("Sáu", "hoạt động", "vệ sinh")

    assert "Ở đâu?" in talk.says("Sáu", text)[0]
    assert drafts(talk) == [("hoat_dong", "open")]


def test_the_same_form_again_is_asked_back(talk: Talk) -> None:
    talk.says_all("Sáu", "hoạt động", "vệ sinh")

    assert "hay là việc khác?" in talk.says("Sáu", ACTIVITY)[0]
    assert "Ai tổ chức?" in talk.says("Sáu", "1")[0]
    assert drafts(talk) == [("hoat_dong", "open")]


def test_asked_back_it_may_be_another(talk: Talk) -> None:
    talk.says_all("Sáu", "hoạt động", "vệ sinh", ACTIVITY, "2")

    assert drafts(talk) == [("hoat_dong", "parked"), ("hoat_dong", "open")]


def test_asked_back_the_question_may_still_be_answered(talk: Talk) -> None:
    talk.says_all("Sáu", "hoạt động", "vệ sinh", ACTIVITY)

    assert "Ở đâu?" in talk.says("Sáu", "hôm kia")[0]


def test_what_says_otherwise_is_another(talk: Talk) -> None:
    talk.says_all("Sáu", "hoạt động", "hội nghị", ACTIVITY)

    assert drafts(talk) == [("hoat_dong", "parked"), ("hoat_dong", "open")]


def test_a_form_just_opened_is_filled(talk: Talk) -> None:
    talk.says_all("Minh", "báo thay", "ấp 3", "giấy", "hoạt động")

    answer = talk.says("Minh", "hôm qua ấp 9 dọn vệ sinh kinh Xáng 30 người")[0]

    assert answer.startswith("Xã hiện không có ấp 9. Phiếu này ghi cho ấp 3.")
    assert "Ai tổ chức?" in answer


def test_an_answer_for_a_draft_that_is_gone(talk: Talk) -> None:
    talk.says_all("Sáu", "hoạt động", "vệ sinh", ACTIVITY)
    talk.says_all("Sáu", "hủy")

    assert "không có phiếu nào đang hỏi" in talk.says("Sáu", f"/traloi 1 {ACTIVITY}")[0]


def test_hours_later_it_is_a_report_of_its_own(talk: Talk) -> None:
    talk.says_all("Sáu", "hoạt động", "vệ sinh")
    talk.now += timedelta(hours=13)

    talk.says("Sáu", ACTIVITY)

    assert drafts(talk) == [("hoat_dong", "parked"), ("hoat_dong", "open")]
