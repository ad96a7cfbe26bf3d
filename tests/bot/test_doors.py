"""Which bots an invitation and a connection code name."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from bot import doors
from storage import bots, people
from storage.database import Tx
from tests.bot.talk import BOT, Talk

INVITE = ("mời người", "1", "ấp 3", "Trần Văn Sáu", "chú", "Đ")
FIRST, SECOND, TELEGRAM = "zalo:1", "zalo:2", "telegram:1"


@pytest.fixture
def talk(database: Any) -> Talk:
    return Talk(database).join("Minh")


def serve(talk: Talk, *served: tuple[str, int | None], telegram: bool = False) -> None:
    def change(tx: Tx) -> None:
        names = {FIRST: "Mặt trận Một", SECOND: "Mặt trận Hai"}
        others = [(TELEGRAM, None, None)] if telegram else []
        bots.serve(tx, [*others, *((bot, users, None) for bot, users in served)])
        for bot, _ in served:
            bots.introduce(tx, bot, names[bot], None)
        if telegram:
            bots.introduce(tx, TELEGRAM, "Matran", "https://t.me/matran_bot")

    talk.write(change)


def wrote(talk: Talk, bot: str, count: int) -> None:
    """So many strangers have written to the bot."""
    for number in range(count):
        talk.write(
            lambda tx, n=number: people.arrive(tx, talk.number, bot, f"{bot}-{n}", "Ai đó", talk.now)  # type: ignore[misc]
        )


def invited(talk: Talk, name: str = "Trần Văn Sáu") -> list[str]:
    """What the inviter hears, and the letter."""
    for answer in (*INVITE[:3], name, *INVITE[4:-1]):
        talk.says("Minh", answer)
    return talk.says("Minh", INVITE[-1])


def test_a_bot_of_zalo_is_named_as_people_find_it(talk: Talk) -> None:
    serve(talk, (FIRST, 50))
    assert "1. Mở Zalo, tìm “Mặt trận Một”\n" in invited(talk)[1]


def test_where_there_are_both_both_are_named_and_the_picture_is_telegrams(talk: Talk) -> None:
    serve(talk, (FIRST, 50), telegram=True)
    _, letter, qr = invited(talk)
    found = re.search(r"1\. Mở Zalo, tìm “Mặt trận Một”; hoặc mở Telegram, bấm: (\S+)\n", letter)
    assert found is not None and found[1].startswith("https://t.me/matran_bot?start=")
    assert "Mã quét" in qr


def test_the_first_bot_with_room_is_named_and_an_invitation_keeps_a_place(talk: Talk) -> None:
    serve(talk, (FIRST, 2), (SECOND, 50))
    wrote(talk, FIRST, 1)
    assert "“Mặt trận Một”" in invited(talk, "Trần Văn Sáu")[1]
    assert "“Mặt trận Hai”" in invited(talk, "Lê Thị Ba")[1], "the last place is kept for Sáu"
    talk.now += timedelta(days=8)
    assert "“Mặt trận Một”" in invited(talk, "Lê Thị Tư")[1], "who did not come has lost it"


def test_when_all_are_full_the_inviter_is_told_to_add_one(talk: Talk) -> None:
    serve(talk, (FIRST, 1), (SECOND, 1))
    wrote(talk, FIRST, 1)
    wrote(talk, SECOND, 1)
    told, letter = invited(talk)
    assert "Zalo đã đủ người (1 người mỗi kênh)" in told and "thêm một kênh Zalo" in told
    assert "Zalo" not in letter
    serve(talk, (FIRST, 1), (SECOND, 1), telegram=True)
    told, letter, _ = invited(talk)
    assert "Zalo đã đủ người" in told and "Bấm: https://t.me/matran_bot" in letter


def test_a_code_works_with_any_bot(talk: Talk) -> None:
    serve(talk, (FIRST, 50), (SECOND, 50))
    code = re.search(r"Gõ mã: (\S{4} \S{4})", invited(talk)[1])
    assert code is not None
    assert "Mời chú đọc" in talk.says("z", code[1], bot=SECOND)[0]


def test_a_bot_that_has_not_said_its_name_is_not_named(talk: Talk) -> None:
    talk.write(lambda tx: bots.serve(tx, [(FIRST, 50, 3000)]))
    assert talk.read(lambda tx: doors.doors(tx, talk.now)).open_ones == []
    assert "theo chỉ dẫn của xã" in invited(talk)[1]


def test_a_connection_code_names_where_to_type_it(talk: Talk) -> None:
    serve(talk, (FIRST, 50), telegram=True)
    said = talk.says("Minh", "kết nối")[0]
    assert "1. Mở Zalo, tìm “Mặt trận Một”; hoặc mở Telegram, bấm: https://t.me/matran_bot?start=" in said
    assert BOT not in said
