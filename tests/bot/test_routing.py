"""What a message leads to: a number's meaning, a command, a draft, or a new report."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage import drafts, people
from storage.database import Database
from tests.bot.talk import BOT, Talk


@pytest.fixture
def talk(database: Database) -> Talk:
    return Talk(database).join("Sáu", "Minh")


def open_form(talk: Talk, name: str) -> str | None:
    account = talk.read(lambda tx: people.account(tx, BOT, name))
    assert account is not None
    row = talk.read(lambda tx: drafts.open_draft(tx, talk.number, account.person))
    return row.form if row else None


# Numbers


def test_a_number_answers_the_last_message_that_offered_some(talk: Talk) -> None:
    talk.says_all("Sáu", "hoạt động", "menu")

    talk.says("Sáu", "2")

    assert open_form(talk, "Sáu") == "ung_ho"


@pytest.mark.parametrize("minutes", [59, 61])
def test_a_number_is_fresh_for_an_hour(talk: Talk, minutes: int) -> None:
    talk.says("Sáu", "menu")
    talk.now += timedelta(minutes=minutes)

    answer = talk.says("Sáu", "1")[0]

    assert ("hỏi đã lâu" in answer) is (minutes > 60)
    assert (open_form(talk, "Sáu") == "hoat_dong") is (minutes < 60)


def test_hearing_the_question_again_makes_the_number_fresh(talk: Talk) -> None:
    talk.says("Sáu", "menu")
    talk.now += timedelta(hours=5)
    talk.says_all("Sáu", "1", "1")

    assert open_form(talk, "Sáu") == "hoat_dong"


def test_a_number_that_was_not_offered(talk: Talk) -> None:
    talk.says("Sáu", "menu")

    assert "Chỉ có số từ 1 đến" in talk.says("Sáu", "99")[0]
    assert open_form(talk, "Sáu") is None


def test_the_number_of_a_resting_draft_brings_it_back(talk: Talk) -> None:
    talk.says_all("Sáu", "hoạt động", "đã báo")

    assert "Câu 1/" in talk.says("Sáu", "3")[0]
    assert open_form(talk, "Sáu") == "hoat_dong"


def test_numbers_belong_to_the_account_that_was_asked(talk: Talk) -> None:
    talk.says("Sáu", "menu")

    assert "chọn việc" in talk.says("Minh", "1")[0]


# Commands and drafts


@pytest.mark.parametrize("text", ["đã báo", "/dabao", "menu", "/menu", "chốt tháng"])
def test_a_command_parks_the_draft_and_offers_it_again(talk: Talk, text: str) -> None:
    talk.says_all("Sáu", "hoạt động", "3")

    assert "đang ghi dở" in talk.says("Sáu", text)[0]
    assert open_form(talk, "Sáu") is None

    assert "Câu 2/" in talk.says("Sáu", "tiếp")[0]
    assert open_form(talk, "Sáu") == "hoat_dong"


@pytest.mark.parametrize("text", ["quay lại", "bỏ qua", "hủy"])
def test_words_of_a_dialogue_without_one(talk: Talk, text: str) -> None:
    assert "không có phiếu nào đang hỏi" in talk.says("Sáu", text)[0]


def test_help_in_a_dialogue_is_about_the_question(talk: Talk) -> None:
    talk.says("Sáu", "hoạt động")

    assert "Câu 1/" in talk.says("Sáu", "trợ giúp")[0]
    assert "Câu 1/" in talk.says("Sáu", "hướng dẫn")[0]
    assert "menu: chọn việc" in talk.says_all("Sáu", "hủy", "trợ giúp")


def test_words_of_a_command_that_answer_the_question(talk: Talk) -> None:
    talk.says_all("Minh", "báo thay", "ấp 3", "điện thoại", "chốt tháng")

    assert open_form(talk, "Minh") == "chot_thay"


def test_words_of_a_command_at_a_question_for_any_text(talk: Talk) -> None:
    talk.says_all("Sáu", "ủng hộ", "1", "tiền", "500k")

    talk.says("Sáu", "họp")

    assert open_form(talk, "Sáu") == "hop"


def test_yes_without_a_draft_repeats_the_last_receipt(talk: Talk) -> None:
    assert "Chưa hiểu" in talk.says("Sáu", "Đ")[0]

    receipt = talk.says_all("Sáu", "don ve sinh kinh xang 45 nguoi hom nay", "1", "Đ")

    assert talk.says("Sáu", "ừ") == [receipt]
    assert talk.count("record") == 1
