"""A handover and its receipt are told to the other side: once, to whom it concerns; who has to be called."""

from __future__ import annotations

import pytest

from bot.messages import COMMAND_BYTES, Outgoing
from storage import people
from storage.database import Database, Tx
from tests.bot.talk import BOT, Talk

DONATED = ("bà Năm ủng hộ quỹ vì người nghèo 500k hôm nay, đồng ý nêu tên", "Đ")
HANDED = ("nộp tiền 300k quỹ vì người nghèo", "cô Lan", "Đ")


@pytest.fixture
def talk(database: Database) -> Talk:
    talk = Talk(database).join("Sáu", "Minh", "Lan")
    talk.says_all("Sáu", *DONATED)
    talk.queued()
    return talk


def told(talk: Talk, speaker: str, *texts: str) -> list[tuple[str, Outgoing]]:
    """What others than the speaker hear of it."""
    talk.queued()
    for text in texts:
        talk.hands_in(speaker, text)
    return [(address, said) for address, said in talk.queued() if address != speaker]


def test_each_of_the_committee_hears_of_a_handover_once(talk: Talk) -> None:
    heard = told(talk, "Sáu", *HANDED, "Đ", "Đ")
    assert [address for address, _ in heard] == ["Minh", "Lan"]
    said = heard[0][1]
    assert said.text == (
        "Ấp 3 báo đã nộp 300.000 đồng của Quỹ “Vì người nghèo” ngày 08/12/2024, cô Lan nhận"
        " (Trần Văn Sáu ghi, phiếu số 2).\nLập phiếu thu, đồng chí gõ: sổ quỹ"
    )
    assert heard[1][1].text.endswith("\nLập phiếu thu, xin gõ: sổ quỹ")  # no form of address was chosen
    (button,) = said.buttons
    assert button.command is not None and len(button.command.encode()) <= COMMAND_BYTES
    assert said.keep_keyboard  # whoever is in the middle of a dialogue goes on with it
    assert "Thu của: ấp nộp về" in talk.says("Minh", button.command)[0]


def test_a_correction_is_told_where_the_money_changed(talk: Talk) -> None:
    told(talk, "Sáu", *HANDED)
    assert told(talk, "Sáu", "sửa 2", "3", "chị Mai", "Đ") == []
    heard = told(talk, "Sáu", "sửa 2", "2", "200k", "Đ")
    assert [said.text.partition(":")[0] for _, said in heard] == ["Ấp 3 sửa phiếu nộp tiền số 2"] * 2
    heard = told(talk, "Sáu", "rút 2", "ghi nhầm", "Đ")
    assert {said.text.partition(" số 2")[0] for _, said in heard} == {"Ấp 3 rút phiếu nộp tiền"}


def test_who_reports_for_a_hamlet_does_not_hear_of_it(talk: Talk) -> None:
    heard = told(talk, "Minh", "báo thay", "ấp 3", "giấy", "nộp tiền", *("1", "300k", "cô Lan", "Đ"))
    assert [address for address, _ in heard] == ["Lan"]
    assert "Nguyễn Văn Minh ghi" in heard[0][1].text


def test_the_hamlet_hears_of_its_receipt_and_what_it_still_holds(talk: Talk) -> None:
    told(talk, "Sáu", *HANDED)
    heard = told(talk, "Minh", "/lapphieuthu 2", "Đ", "Đ")
    assert [(address, said.text) for address, said in heard] == [
        (
            "Sáu",
            "Xã đã lập phiếu thu số 1/2024: ấp 3 nộp 300.000 đồng của Quỹ “Vì người nghèo”,"
            " ngày 08/12/2024.\n"
            "Chú đang giữ 200.000 đồng của Quỹ “Vì người nghèo”.",
        )
    ]
    assert told(talk, "Minh", "sửa 3", "6", "nộp đợt 1", "Đ") == []  # only the reason


def test_a_receipt_for_the_wrong_hamlet_is_told_to_both(talk: Talk) -> None:
    talk.join("Bốn")
    told(talk, "Sáu", *HANDED)
    told(talk, "Minh", "/lapphieuthu 2", "Đ")
    heard = told(talk, "Minh", "sửa 3", "2", "ấp 4", "Đ")
    assert [(a, said.text.partition(" số 1")[0]) for a, said in heard] == [
        ("Sáu", "Xã đã rút phiếu thu"),
        ("Bốn", "Xã đã lập phiếu thu"),
    ]
    (heard_four,) = (said.text for address, said in heard if address == "Bốn")
    assert "không còn giữ tiền" in heard_four.casefold()


def test_a_head_who_cannot_be_reached_is_named_to_be_called(talk: Talk) -> None:
    told(talk, "Sáu", *HANDED)

    def leave(tx: Tx) -> None:
        people.mark_gone(tx, BOT, "Sáu")

    talk.write(leave)
    answers = talk.says("Minh", "/lapphieuthu 2") + talk.says("Minh", "Đ")
    assert "Chưa nhắn được cho ấp 3, xin gọi điện báo chú Trần Văn Sáu." in answers[-1]
    assert not [address for address, _ in talk.queued() if address == "Sáu"]


def test_without_a_head_the_deputy_is_told_and_without_anybody_the_board_is_named(talk: Talk) -> None:
    assert "Chưa nhắn được cho ấp 1, xin gọi điện báo Trưởng Ban." in receipt_for(talk, "1")
    talk.join("Ba")
    talk.write(lambda tx: people.mark_gone(tx, BOT, "Sáu"))
    assert "Đã nhắn cô Lê Thị Ba (ấp 3)." in receipt_for(talk, "2")


def test_a_hamlet_that_was_never_in_the_chat_is_called_by_its_rosters_name(database: Database) -> None:
    talk = Talk(database).join("Minh")
    assert "xin gọi điện báo Trần Văn Sáu." in receipt_for(talk, "2")


def receipt_for(talk: Talk, choice: str) -> str:
    """The answer to a receipt for the hamlet of that number in the list."""
    return talk.says_all("Minh", "phiếu thu", "1", choice, "1", "100k", "Đ")


def test_a_donors_own_receipt_is_nobody_elses_news(talk: Talk) -> None:
    assert told(talk, "Minh", "phiếu thu", "2", "Công ty Hai Lúa", "1", "5 triệu", "1", "Đ") == []
