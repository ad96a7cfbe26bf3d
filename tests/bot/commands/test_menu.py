"""The menu: what each role finds there, and buttons that say what is typed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.messages import COMMAND_BYTES
from storage.database import Database
from templates.forms import BUTTON_WIDTH
from tests.bot.talk import Talk
from tests.sample import COMMUNE
from tests.transcripts.cast import Setting

LONG = replace(COMMUNE, kind="đặc khu", hamlet_word="tổ dân phố", phone="")
NAMES = ("Sáu", "Út", "Minh", "Dung", "Bốn")


@pytest.mark.parametrize("commune", [COMMUNE, LONG], ids=["ấp", "tổ dân phố"])
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "text", ["menu", "báo việc", "trợ giúp", "việc khác", "đã báo", "chốt tháng", "tiến độ"]
)
def test_every_button_fits_and_every_text_reads(database: Database, commune, name: str, text: str) -> None:  # type: ignore[no-untyped-def]
    talk = Talk(database, Setting(commune=commune)).join(*NAMES)
    talk.hands_in(name, text)

    ((_, answer),) = talk.queued()

    assert not answer.text.endswith(" ") and " \n" not in answer.text and "{" not in answer.text
    if commune is LONG:
        assert "Ấp mình" not in answer.text and "các ấp" not in answer.text
    for button in answer.buttons:
        assert len(button.label) <= BUTTON_WIDTH
        assert button.command is None or len(button.command.encode()) <= COMMAND_BYTES


@pytest.mark.parametrize("name", NAMES)
def test_tapping_a_button_is_typing_its_number(database: Database, name: str) -> None:
    talk = Talk(database).join(*NAMES)
    talk.hands_in(name, "menu")
    ((_, menu),) = talk.queued()

    for button in menu.buttons:
        answer = talk.says(name, button.label)[0]
        assert "Chưa hiểu" not in answer and "người khác phụ trách" not in answer, button.label
        talk.says(name, "hủy")


@pytest.mark.parametrize("name", NAMES)
def test_every_number_of_the_menu_leads_somewhere(database: Database, name: str) -> None:
    talk = Talk(database).join(*NAMES)
    lines = [line for line in talk.says(name, "menu")[0].splitlines() if line.partition(". ")[0].isdecimal()]

    for line in lines:
        talk.says(name, "menu")
        answer = talk.says(name, line.partition(".")[0])[0]
        assert "Chưa hiểu" not in answer and "người khác phụ trách" not in answer, line
        talk.says(name, "hủy")


@pytest.mark.parametrize("text", ["chào", "K7M2P9TX", "1"])
def test_a_commune_without_a_telephone_names_none(database: Database, text: str) -> None:
    talk = Talk(database, Setting(commune=LONG)).join("Minh")

    answer = talk.says("Ai đó", text)[0]

    assert "gọi" not in answer and answer == answer.strip()


@pytest.mark.parametrize("name", ["Sáu", "Minh"])
def test_the_second_menu_leads_to_funds_and_past_months(database: Database, name: str) -> None:
    talk = Talk(database).join("Sáu", "Minh")
    menu = talk.says(name, "việc khác")[0]
    assert len(menu) <= 1_900
    for label, said in (("Xem ", "quỹ"), ("Nhập bù bằng tệp Excel", "nhập bù")):
        line = next(line for line in menu.splitlines() if line.partition(". ")[2].startswith(label))
        talk.says(name, "việc khác")
        assert said in talk.says(name, line.partition(".")[0])[0].casefold()


@pytest.mark.parametrize(
    ("name", "said", "unsaid"),
    [
        ("Sáu", ["quỹ, nộp tiền", "nhập bù", "chọn việc để báo"], ["tiến độ"]),
        ("Minh", ["sổ quỹ", "điền số, số đã điền", "gửi góp ý, xem góp ý", "nhập bù", "chọn ảnh"], []),
        ("Dung", ["tiến độ", "sổ quỹ", "góp ý"], ["để báo", "chốt tháng", "rút 12"]),
    ],
)
def test_help_names_what_each_role_may_do(
    database: Database, name: str, said: list[str], unsaid: list[str]
) -> None:
    text = Talk(database).join(name).says(name, "trợ giúp")[0]
    assert len(text) <= 1_900
    assert all(one in text for one in said) and not any(one in text for one in unsaid)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("báo cáo 1990", "Chưa lập được báo cáo năm 1990."),
        ("báo cáo năm 2150", "Chưa lập được báo cáo năm 2150."),
        ("/baocao 20244", "“20244” không phải là năm."),
    ],
)
def test_a_year_of_which_there_is_no_report_is_a_year(database: Database, text: str, said: str) -> None:
    assert Talk(database).join("Minh").says("Minh", text)[0].startswith(said)


def test_too_long_a_message_is_measured_in_characters(database: Database) -> None:
    assert "dài quá 4.096 ký tự" in Talk(database).join("Sáu").says("Sáu", "a" * 4_097)[0]


def test_the_last_unclear_line_of_a_list_is_not_counted(database: Database) -> None:
    talk = Talk(database).join("Sáu")
    first = talk.says("Sáu", "bà Năm 500k\nông Tư 50\nbà Sáu 30\nbà Ba 200k")[0]
    assert "(còn 2 dòng như vậy)" in first
    assert "Dòng 3 “bà Sáu 30” chưa rõ. Số tiền là:" in talk.says("Sáu", "1")[0]
