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
