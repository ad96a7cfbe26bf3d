"""Joining: codes, the agreement, invitations with a link and a picture, handing a hamlet on."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot import doors
from bot.commands import joining
from storage import bots, invitations, people
from storage.database import Database
from tests.bot.talk import BOT, Talk

INVITE = ("mời người", "1", "ấp 3", "Trần Văn Sáu", "chú", "Đ")


@pytest.fixture
def talk(database: Database) -> Talk:
    return Talk(database).join("Minh")


def invited_letter(talk: Talk, *answers: str) -> str:
    """The letter that the answers lead to."""
    for answer in answers[:-1]:
        talk.says("Minh", answer)
    return talk.says("Minh", answers[-1])[1]


def invited(talk: Talk, *answers: str) -> str:
    """The code in the letter that the answers lead to."""
    found = re.search(r"Gõ mã: (\S{4} \S{4})", invited_letter(talk, *answers))
    assert found is not None
    return found[1]


def roles(talk: Talk, address: str) -> list[tuple[str, str | None]]:
    account = talk.read(lambda tx: people.account(tx, BOT, address))
    assert account is not None
    held = talk.read(lambda tx: people.person(tx, talk.number, account.person, talk.house.purpose)).roles
    return [(role.kind, role.hamlet) for role in held]


def test_a_code_makes_somebody_of_a_stranger_once(talk: Talk) -> None:
    code = invited(talk, *INVITE)

    assert "Mời chú đọc" in talk.says("Sáu", code)[0]
    assert roles(talk, "Sáu") == [("hamlet_head", "3")]
    assert "đã dùng" in talk.says("Ai đó", code)[0]
    assert roles(talk, "Ai đó") == []


@pytest.mark.parametrize("typed", ["{}", " {} ", "/start {}", "Gõ mã: {}", "chú gõ mã {} giúp nha"])
def test_however_the_code_comes(talk: Talk, typed: str) -> None:
    code = invited(talk, *INVITE)

    talk.says("Sáu", typed.format(code.replace(" ", "").lower()))

    assert roles(talk, "Sáu") == [("hamlet_head", "3")]


def test_the_whole_letter_may_be_pasted(talk: Talk) -> None:
    letter = invited_letter(talk, *INVITE)

    talk.says("Sáu", letter)

    assert roles(talk, "Sáu") == [("hamlet_head", "3")]


def test_a_pasted_text_is_one_try_and_two_codes_are_none(talk: Talk) -> None:
    assert "còn được thử 4 lần" in talk.says("Sáu", "Gõ mã: K7M2 P9TX\nhết hạn 15/12, mã K7M2P9TX")[0]
    assert "hơn một mã" in talk.says("Sáu", "Gõ mã: K7M2 P9TX hay Q3R4 T5U6")[0]
    assert talk.read(lambda tx: invitations.failures(tx, BOT, "Sáu", talk.now)) == (1, None)


def test_wrong_codes_in_sentences_count(talk: Talk) -> None:
    for wrong in "ACDEF":
        answer = talk.says("Sáu", f"Gõ mã: K7M2 P9T{wrong}")[0]
    assert "thử lại sau 11:05" in answer


def test_a_revoked_and_an_expired_code(talk: Talk) -> None:
    first, second = invited(talk, *INVITE), invited(talk, *INVITE)
    assert "được thay" in talk.says("Sáu", first)[0]

    talk.now += timedelta(days=7)
    assert "hết hạn" in talk.says("Sáu", second)[0]
    third = invited(talk, *INVITE)
    talk.write(
        lambda tx: [
            invitations.revoke(tx, talk.number, one.invitation, talk.now)
            for one in invitations.open_ones(tx, talk.number, talk.now)
        ]
    )
    assert "được thay" in talk.says("Sáu", third)[0]
    assert roles(talk, "Sáu") == []


def test_after_five_wrong_codes_not_even_the_right_one(talk: Talk) -> None:
    code = invited(talk, *INVITE)
    for wrong in "ACDEF":
        answer = talk.says("Sáu", f"K7M2P9T{wrong}")[0]
    assert "thử lại sau 11:05" in answer and "0900 000 000" in answer

    assert "thử lại sau" in talk.says("Sáu", code)[0]
    assert roles(talk, "Sáu") == []
    talk.now += timedelta(hours=1, minutes=1)
    talk.says("Sáu", code)
    assert roles(talk, "Sáu") == [("hamlet_head", "3")]


def test_a_number_is_no_try(talk: Talk) -> None:
    for text in ("1", "12", "xin chào", "🙏", "2024"):
        assert "mã mời" in talk.says("Ai đó", text)[0]

    assert talk.read(lambda tx: invitations.failures(tx, BOT, "Ai đó", talk.now)) == (0, None)


@pytest.mark.parametrize(
    ("said", "answer"), [("1", "yes"), ("đồng ý", "yes"), ("Đồng ý", "yes"), ("2", "no"), ("3", "later"),
                         ("không đồng ý", "no"), ("để hỏi lại xã", "later"), ("ừ", None), ("Đ", None)],
)  # fmt: skip
def test_only_a_clear_answer_is_an_agreement(talk: Talk, said: str, answer: str | None) -> None:
    talk.says("Sáu", invited(talk, *INVITE))
    talk.says("Sáu", said)

    account = talk.read(lambda tx: people.account(tx, BOT, "Sáu"))
    assert account is not None
    last = talk.read(lambda tx: people.last_consent(tx, talk.number, account.person, talk.house.purpose))
    assert last == answer


def test_the_wording_that_was_agreed_to_is_kept(talk: Talk) -> None:
    shown = talk.says("Sáu", invited(talk, *INVITE))[0]
    talk.says("Sáu", "1")

    (kept,) = talk.read(lambda tx: tx.all("SELECT wording FROM consent ORDER BY consent DESC LIMIT 1"))
    assert shown.startswith(kept[0])


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("standing_committee", "lấy dự thảo báo cáo"),
        ("observer", "góp ý dự thảo báo cáo"),
        ("hamlet_head", "cuối tháng khỏi chép lại"),
    ],
)
def test_each_is_invited_to_what_is_theirs(talk: Talk, kind: str, what: str) -> None:
    hamlet = "3" if kind == "hamlet_head" else None
    given = (kind, hamlet, "Nguyễn Văn Minh", "ông", talk.now, doors.Doors((), ()))
    text = talk.read(lambda tx: joining.invitation_text(tx, talk.house, "K7M2P9TX", *given))
    assert what in text and (kind == "hamlet_head") == ("khỏi chép lại" in text)
    assert len(text) < 1_900


def test_with_a_link_comes_a_picture(talk: Talk) -> None:
    talk.write(lambda tx: bots.introduce(tx, "telegram:1", "Mặt trận", "https://t.me/matran_bot"))
    for answer in INVITE[:-1]:
        talk.says("Minh", answer)
    talk.queued()
    talk.hands_in("Minh", INVITE[-1])

    _, letter, picture = [outgoing for _, outgoing in talk.queued()]

    link = re.search(r"https://t\.me/matran_bot\?start=([A-Z0-9]{8})", letter.text)
    assert link is not None
    assert picture.picture is not None
    assert "Trần Văn Sáu" in picture.text


def test_a_new_head_takes_the_hamlet_and_its_history(talk: Talk) -> None:
    talk.join("Sáu", "Ba")
    talk.says_all("Sáu", "don ve sinh kinh xang 45 nguoi hom nay", "1", "Đ")
    talk.says("Sáu", "hoạt động")

    talk.says_all("Mới", invited(talk, "mời người", "1", "ấp 3", "Lê Văn Mới", "anh", "Đ"), "1")

    assert "kinh Xáng" in talk.says("Mới", "đã báo")[0]
    assert "thôi nhiệm vụ" in talk.says("Sáu", "vệ sinh")[0]
    assert "thôi nhiệm vụ" in talk.says("Sáu", "đã báo")[0]
    assert roles(talk, "Ba") == [("hamlet_deputy", "3")], "the deputy stays"
    assert talk.count("record") == 1


def test_a_handover_in_the_middle_of_a_summary_stores_nothing(talk: Talk) -> None:
    """The old head is at "Đ" when the hamlet is given to somebody else, but still observes."""
    talk.join("Sáu")
    talk.says_all("Sáu", "don ve sinh kinh xang 45 nguoi hom nay", "1")
    account = talk.read(lambda tx: people.account(tx, BOT, "Sáu"))
    assert account is not None
    who = account.person
    talk.write(lambda tx: people.end_roles(tx, talk.number, who, talk.now))
    talk.write(lambda tx: people.grant(tx, talk.number, who, "observer", None, talk.now))

    answer = talk.says("Sáu", "Đ")[0]

    assert "nơi khác" in answer
    assert talk.count("record") == 0


def test_who_takes_back_the_agreement_is_asked_again_and_may_still_see_the_data(talk: Talk) -> None:
    talk.join("Sáu")

    assert "rút lại đồng ý" in talk.says("Sáu", "rút đồng ý")[0]
    assert "Mời chú đọc" in talk.says("Sáu", "hoạt động")[0]
    assert "Trần Văn Sáu" in talk.says("Sáu", "dữ liệu của tôi")[0]
    assert "chọn việc" in talk.says("Sáu", "đồng ý")[0]


def test_who_has_ended_a_term_may_still_see_the_data_and_take_back(talk: Talk) -> None:
    talk.join("Sáu", "Lan")
    talk.says_all("Sáu", "don ve sinh kinh xang 45 nguoi hom nay", "1", "Đ")
    account = talk.read(lambda tx: people.account(tx, BOT, "Sáu"))
    assert account is not None
    talk.write(lambda tx: people.end_roles(tx, talk.number, account.person, talk.now))

    shown = talk.says("Sáu", "dữ liệu của tôi")[0]
    assert "đã thôi nhiệm vụ" in shown and "Số phiếu đã ghi: 1" in shown
    assert "rút lại đồng ý" in talk.says("Sáu", "rút đồng ý")[0]
    assert "mã mời" in talk.says("Sáu", "dữ liệu của tôi")[0]


@pytest.mark.parametrize("text", ["hỏi lại BHXH", "để hỏi lại ấp 3", "hoi lai", "để hỏi lại xã đã nha"])
def test_who_has_agreed_does_not_take_it_back_by_speaking_of_asking(talk: Talk, text: str) -> None:
    before = talk.state()

    talk.says("Minh", text)

    assert talk.state() == before
