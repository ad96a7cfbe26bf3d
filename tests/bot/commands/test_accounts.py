"""Another account taken into use with a code, one given up, and what the agreement says on a new channel."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from storage import audit, invitations, outbox, people
from tests.bot.talk import BOT, Talk

ZALO = "zalo:1"
LINE = "don ve sinh kinh xang 45 nguoi hom nay"


@pytest.fixture
def talk(database: Any) -> Talk:
    return Talk(database).join("Minh", "Sáu")


def code(talk: Talk, name: str = "Sáu", said: str = "kết nối") -> str:
    found = re.search(r"Gõ mã: (\S{4} \S{4})", talk.says(name, said)[-1])
    assert found is not None
    return found[1]


def on_zalo(talk: Talk, text: str, address: str = "z6") -> list[str]:
    return talk.says(address, text, bot=ZALO, sender="Sáu Zalo")


def connected(talk: Talk) -> Talk:
    """Sáu writes from Zalo too, and has agreed there."""
    on_zalo(talk, code(talk))
    on_zalo(talk, "1")
    return talk


def person(talk: Talk, bot: str, address: str) -> int:
    account = talk.read(lambda tx: people.account(tx, bot, address))
    assert account is not None
    return account.person


def test_the_agreement_is_asked_for_the_new_channel_and_the_open_question_comes_along(talk: Talk) -> None:
    talk.says("Sáu", "hoạt động")

    told, asked = on_zalo(talk, code(talk))
    assert asked.startswith("Tài khoản này từ giờ là của chú Trần Văn Sáu.")
    assert "tin đi qua Zalo;" in asked and "1. Đồng ý" in asked
    assert told == ("Zalo “Sáu Zalo” vừa được nối vào tên chú. Nếu không phải chú làm, gõ ngay: ngắt kết nối")
    thanks = on_zalo(talk, "1")[0]
    assert thanks.startswith("Cảm ơn chú.") and "Câu 1/5: Việc gì?" in thanks
    assert person(talk, ZALO, "z6") == person(talk, BOT, "Sáu")


def test_a_draft_goes_on_from_either_account(talk: Talk) -> None:
    talk.says("Sáu", LINE)
    connected(talk)

    assert "Mời chú xem lại" in on_zalo(talk, "1")[0]
    assert "vừa ghi tiếp ở tài khoản khác" in talk.says("Sáu", "1")[0], "it has not seen the summary"
    assert "phiếu số 1" in talk.says("Sáu", "Đ")[0]
    assert talk.count("record") == 1


def test_the_old_account_still_answers_a_question_that_it_has_seen(talk: Talk) -> None:
    talk.says("Sáu", LINE)
    connected(talk)

    assert "Mời chú xem lại" in talk.says("Sáu", "1")[0]


def test_on_the_same_channel_nobody_is_asked_again(talk: Talk) -> None:
    talk.says("Sáu", "hoạt động")
    shown = talk.says("Máy mới", code(talk))[-1]
    assert "Câu 1/5: Việc gì?" in shown and "Đồng ý" not in shown


def test_who_refuses_the_new_channel_keeps_the_old_one(talk: Talk) -> None:
    on_zalo(talk, code(talk))
    assert "cứ dùng kênh cũ" in on_zalo(talk, "2")[0]

    assert "chọn việc" in talk.says("Sáu", "menu")[0]
    assert "Mời chú đọc" in on_zalo(talk, "menu")[0]
    who = person(talk, BOT, "Sáu")
    reached = talk.read(lambda tx: people.addresses(tx, talk.number, who, talk.house.purpose))
    assert [a.bot for a in reached] == [BOT]


def test_what_is_taken_back_is_taken_back_everywhere(talk: Talk) -> None:
    connected(talk)
    on_zalo(talk, "rút đồng ý")
    assert "Mời chú đọc" in talk.says("Sáu", "menu")[0]


@pytest.mark.parametrize("typed", ["{}", "/ketnoi {}", "kết nối {}", "Ket noi {}", "/start {}"])
def test_however_the_code_comes(talk: Talk, typed: str) -> None:
    on_zalo(talk, typed.format(code(talk)))
    assert person(talk, ZALO, "z6") == person(talk, BOT, "Sáu")


@pytest.mark.parametrize("said", ["/ketnoi", "kết nối", "đổi máy", "doi kenh"])
def test_however_it_is_asked_for(talk: Talk, said: str) -> None:
    assert len(code(talk, said=said)) == 9


def test_a_code_is_good_for_one_account_and_half_an_hour(talk: Talk) -> None:
    first, second = code(talk), code(talk)
    assert "đã được thay" in on_zalo(talk, first)[0]
    on_zalo(talk, second)
    assert "đã dùng" in talk.says("Ai đó", second)[0]
    third = code(talk)
    talk.now += timedelta(minutes=30)
    assert "hết hạn" in talk.says("Ai đó", third)[0]
    assert "gõ “kết nối” ở tài khoản cũ" in talk.says("Ai đó", "kết nối")[0]


def test_wrong_codes_count_as_those_of_invitations_do(talk: Talk) -> None:
    right = code(talk)
    for wrong in "ACDEF":
        last = on_zalo(talk, f"K7M2P9T{wrong}")[0]
    assert "thử lại sau" in last and "thử lại sau" in on_zalo(talk, right)[0]


def test_nobody_may_connect_any_more_who_has_no_post(talk: Talk) -> None:
    right = code(talk)
    who = person(talk, BOT, "Sáu")
    talk.write(lambda tx: people.end_roles(tx, talk.number, who, talk.now))
    assert "đã dùng" in on_zalo(talk, right)[0]


@pytest.mark.parametrize("typed", ["{}", "/ketnoi {}", "kết nối {}"])
@pytest.mark.parametrize("busy", [False, True])
def test_an_account_with_a_post_of_its_own_is_refused(talk: Talk, typed: str, busy: bool) -> None:
    right = code(talk)
    if busy:
        talk.says("Minh", "văn bản")
    refused = talk.says("Minh", typed.format(right))[0]
    assert "đang là của Ban Thường trực" in refused
    assert person(talk, BOT, "Minh") != person(talk, BOT, "Sáu")
    on_zalo(talk, right)
    assert person(talk, ZALO, "z6") == person(talk, BOT, "Sáu"), "the code is still good"


def test_a_code_on_the_account_that_asked_for_it(talk: Talk) -> None:
    assert "gõ ở tài khoản mới" in talk.says("Sáu", code(talk))[0]


def test_a_word_of_eight_letters_is_no_code(talk: Talk) -> None:
    talk.says("Sáu", "hoạt động")
    assert "Chưa thấy mục" in talk.says("Sáu", "DACHANH2")[0]
    assert talk.read(lambda tx: invitations.failures(tx, BOT, "Sáu", talk.now)) == (0, None)


def test_reminders_that_wait_follow_and_unasked_messages_go_to_the_account_used_last(talk: Talk) -> None:
    body = {"text": "nhắc"}
    talk.write(lambda tx: outbox.put(tx, talk.number, BOT, "Sáu", 2, body, talk.now, dedupe="x"))
    connected(talk)
    rows = talk.read(lambda tx: tx.all("SELECT bot, address FROM outbox WHERE dedupe = 'x'"))
    assert rows == [(ZALO, "z6")]

    who = person(talk, BOT, "Sáu")
    talk.says("Sáu", "menu")
    assert [a.bot for a in talk.read(lambda tx: people.addresses(tx, talk.number, who))] == [BOT, ZALO]
    on_zalo(talk, "menu")
    assert [a.bot for a in talk.read(lambda tx: people.addresses(tx, talk.number, who))] == [ZALO, BOT]


def test_the_accounts_stand_among_ones_own_data_and_one_can_be_given_up(talk: Talk) -> None:
    assert "Chỉ có một tài khoản" in talk.says("Sáu", "ngắt kết nối")[0]
    connected(talk)
    mine = talk.says("Sáu", "dữ liệu của tôi")[0]
    assert "“Sáu” (đang nhắn); Zalo “Sáu Zalo” (dùng lần cuối 08/12" in mine
    assert mine.endswith("Bỏ bớt một tài khoản, gõ: ngắt kết nối")

    assert "1. Zalo “Sáu Zalo”" in talk.says("Sáu", "ngắt kết nối")[0]
    assert "Đã bỏ Zalo “Sáu Zalo”" in talk.says("Sáu", "1")[0]
    assert "gõ mã mời" in on_zalo(talk, "menu")[0]
    assert "chọn việc" in talk.says("Sáu", "menu")[0]
    assert "Tài khoản: Sáu\n" in talk.says("Sáu", "dữ liệu của tôi")[0]


def test_ones_own_account_is_given_up_only_after_a_question(talk: Talk) -> None:
    connected(talk)
    talk.says("Sáu", "ngắt kết nối")
    assert "Bỏ thì không báo ở đây được nữa" in talk.says("Sáu", "2")[0]
    assert "Đã bỏ" in talk.says("Sáu", "1")[0]
    assert "chọn việc" in on_zalo(talk, "menu")[0]
    assert "gõ mã mời" in talk.says("Sáu", "menu")[0]


def test_nobody_gives_up_anothers_account(talk: Talk) -> None:
    connected(talk)
    assert "Bỏ tài khoản nào?" in talk.says("Sáu", f"/ngatketnoi {BOT} Minh")[0]
    assert "chọn việc" in talk.says("Minh", "menu")[0]


def test_it_is_written_down_who_connected_what(talk: Talk) -> None:
    connected(talk)
    (entry,) = [e for e in talk.read(lambda tx: audit.last(tx, talk.number, 9)) if e.act == "connect"]
    assert entry.person == person(talk, BOT, "Sáu")
    assert entry.details == {"bot": ZALO, "address": "z6", "from": BOT, "new_channel": "zalo"}
