"""What was reported: listing, showing, correcting, withdrawing, returning."""

from __future__ import annotations

import pytest

from storage import records
from storage.database import Database
from storage.rows import Record
from tests.bot.talk import Talk

WORK = ("don ve sinh kinh xang 45 nguoi hom nay", "1", "Đ")


@pytest.fixture
def talk(database: Database) -> Talk:
    talk = Talk(database).join("Sáu", "Ba", "Hai", "Minh", "Dung")
    talk.says_all("Sáu", *WORK)
    return talk


def revisions(talk: Talk, number: int = 1) -> list[Record]:
    return talk.read(lambda tx: records.revisions(tx, talk.number, number))


def test_a_correction_is_a_revision(talk: Talk) -> None:
    talk.says_all("Ba", "sửa 1", "4", "54", "Đ")

    first, second = revisions(talk)
    assert (first.answers["so_nguoi"], second.answers["so_nguoi"]) == (45, 54)
    assert talk.count("record") == 1
    assert "Thay đổi lần cuối" in talk.says("Sáu", "xem 1")[0]


def test_nothing_changed_is_no_revision(talk: Talk) -> None:
    assert "không có gì thay đổi" in talk.says_all("Sáu", "sửa 1", "Đ")
    assert len(revisions(talk)) == 1


def test_a_given_up_correction_leaves_the_record(talk: Talk) -> None:
    assert "vẫn như cũ" in talk.says_all("Sáu", "sửa 1", "4", "54", "hủy")
    assert len(revisions(talk)) == 1


def test_withdrawing_keeps_the_record_and_its_reason(talk: Talk) -> None:
    talk.says_all("Sáu", "rút 1", "ghi trùng", "Đ")

    last = revisions(talk)[-1]
    assert (last.state, last.reason) == ("withdrawn", "ghi trùng")
    shown = talk.says("Sáu", "xem 1")[0]
    assert "Đã rút." in shown and "Lý do: ghi trùng" in shown
    assert "chưa ghi việc nào" in talk.says("Sáu", "đã báo")[0]
    assert "đã rút rồi" in talk.says("Sáu", "sửa 1")[0]
    assert "đã rút rồi" in talk.says("Minh", "trả lại 1")[0]


def test_a_record_withdrawn_while_it_is_corrected(talk: Talk) -> None:
    talk.says_all("Ba", "sửa 1", "4", "54")
    talk.says_all("Sáu", "rút 1", "ghi trùng", "Đ")

    assert "đã rút rồi" in talk.says("Ba", "Đ")[0]
    assert [one.state for one in revisions(talk)] == ["valid", "withdrawn"]


def test_returning_tells_the_author_why_and_correcting_tells_the_committee(talk: Talk) -> None:
    talk.says_all("Minh", "trả lại 1", "có đúng 45 người không")
    to_author, to_committee = talk.says("Minh", "Đ")
    assert "đã trả lại" in to_committee.lower() and "có đúng 45 người không" in to_author
    assert "cần sửa" in talk.says("Sáu", "đã báo")[0]

    talk.says_all("Sáu", "sửa 1", "4", "50")
    answers = talk.says("Sáu", "Đ")

    assert revisions(talk)[-1].state == "valid"
    assert any("đã sửa phiếu số 1" in text for text in answers)


@pytest.mark.parametrize("text", ["xem 1", "sửa 1", "rút 1", "lý do 1"])
def test_another_hamlets_record(talk: Talk, text: str) -> None:
    answer = talk.says("Hai", text)[0]

    assert "nơi khác" in answer and "kinh Xáng" not in answer


@pytest.mark.parametrize("name", ["Sáu", "Minh", "Dung", "Hai"])
def test_a_number_that_is_no_record(talk: Talk, name: str) -> None:
    assert "Không có phiếu số 99" in talk.says(name, "xem 99")[0]
    assert "Không có phiếu số" in talk.says(name, f"xem {'9' * 30}")[0]


@pytest.mark.parametrize("name", ["Minh", "Dung"])
def test_who_sees_all_chooses_whose_records(talk: Talk, name: str) -> None:
    overview = talk.says(name, "đã báo")[0]
    assert "Ấp 3: 1 việc" in overview and "Ấp 1: 0 việc" in overview

    line = next(line for line in overview.splitlines() if "Ấp 3" in line)
    assert "kinh Xáng" in talk.says(name, line.partition(".")[0])[0]


def test_a_long_list_shows_the_latest_and_says_so(talk: Talk) -> None:
    for _ in range(17):
        talk.says_all("Sáu", *WORK)

    text = talk.says("Sáu", "đã báo")[0]

    assert "(còn 3 phiếu trước đó)" in text
    assert "• 18 " in text and "• 3 " not in text
    assert len(text) <= 1_900


def test_the_committee_does_not_correct_a_hamlets_own(talk: Talk) -> None:
    assert "trả lại 1" in talk.says("Minh", "sửa 1")[0]
    assert "trả lại 1" in talk.says("Minh", "rút 1")[0]


def test_reasons_of_absence_come_afterwards(talk: Talk) -> None:
    talk.says_all("Sáu", "họp", "3", "Đ", "lý do 2", "chị Hoa bệnh", "Đ")

    assert revisions(talk, 2)[-1].answers["ly_do"] == "chị Hoa bệnh"
    assert "không phải phiếu điểm danh" in talk.says("Sáu", "lý do 1")[0]
