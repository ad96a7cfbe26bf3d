"""Photos join the draft that is open, or the next one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.messages import FileRef
from storage.database import Database
from tests.bot.talk import Talk

PHOTO = FileRef("photo", "p1", size=1000)
LINE = "don ve sinh kinh xang 45 nguoi hom nay"


@pytest.fixture
def talk(database: Database) -> Talk:
    return Talk(database).join("Sáu")


def of_records(talk: Talk) -> list[int | None]:
    rows = talk.read(lambda tx: tx.all("SELECT record FROM attachment ORDER BY attachment"))
    return [record for (record,) in rows]


@pytest.mark.parametrize(("hours", "records"), [(0, [1]), (2, [None])])
def test_a_photo_before_the_words_waits_an_hour(talk: Talk, hours: int, records: list[int | None]) -> None:
    talk.says("Sáu", None, files=(PHOTO,))
    talk.now += timedelta(hours=hours)

    talk.says_all("Sáu", LINE, "1", "Đ")

    assert of_records(talk) == records


def test_pieces_of_an_album_join_the_draft_that_the_first_has_opened(talk: Talk) -> None:
    talk.says("Sáu", LINE, files=(PHOTO,), album="a")
    assert talk.says("Sáu", None, files=(PHOTO,), album="a") == []
    assert "Ảnh: 2" in talk.says("Sáu", "1")[0]
    talk.says("Sáu", "Đ")

    assert of_records(talk) == [1, 1]


def test_words_with_a_photo_answer_the_question_and_both_are_acknowledged(talk: Talk) -> None:
    talk.says("Sáu", "hoạt động")

    answer = talk.says("Sáu", "vệ sinh", files=(PHOTO,))[0]

    assert answer.startswith("Đã nhận ảnh.") and "Câu 2/" in answer


def test_dropped_photos_stay_out_of_the_record(talk: Talk) -> None:
    talk.says("Sáu", LINE, files=(PHOTO,))
    talk.says_all("Sáu", "1", "bỏ ảnh", "Đ")

    assert talk.read(lambda tx: tx.all("SELECT state FROM attachment")) == [("removed",)]
    assert "Ảnh" not in talk.says("Sáu", "xem 1")[0]


def test_a_photo_is_added_to_a_record(talk: Talk) -> None:
    talk.says_all("Sáu", LINE, "1", "Đ", "sửa 1")
    assert "Ảnh: 1" in talk.says("Sáu", None, files=(PHOTO,))[0]

    assert talk.says("Sáu", "Đ") == ["Đã thêm ảnh vào phiếu số 1."]
    assert of_records(talk) == [1]
    assert talk.count("revision") == 1


def test_the_photos_of_a_record_are_dropped_by_its_correction_and_stay_in_its_history(talk: Talk) -> None:
    talk.says("Sáu", LINE, files=(PHOTO,))
    talk.says("Sáu", None, files=(PHOTO,))
    talk.says_all("Sáu", "1", "Đ", "sửa 1")

    assert talk.says("Sáu", "bỏ ảnh")[0].startswith("Bỏ cả 2 ảnh của phiếu số 1?")
    assert "Ảnh:" not in talk.says("Sáu", "1")[0]
    assert talk.read(lambda tx: tx.all("SELECT DISTINCT state FROM attachment")) == [("waiting",)]
    talk.says("Sáu", None, files=(PHOTO,))
    assert talk.says("Sáu", "Đ") == ["Đã sửa phiếu số 1.\nĐã bỏ 2 ảnh của phiếu số 1."]

    assert "Ảnh: 1" in talk.says("Sáu", "xem 1")[0]
    states = talk.read(lambda tx: tx.all("SELECT record, state FROM attachment ORDER BY attachment"))
    assert states == [(1, "removed"), (1, "removed"), (1, "waiting")]
    assert talk.read(lambda tx: tx.all("SELECT reason FROM revision ORDER BY revision")) == [
        (None,), ("bỏ 2 ảnh",),
    ]  # fmt: skip


def test_a_correction_that_is_given_up_keeps_the_photos(talk: Talk) -> None:
    talk.says("Sáu", LINE, files=(PHOTO,))
    talk.says_all("Sáu", "1", "Đ", "sửa 1", "bỏ ảnh", "1", "hủy")

    assert "Ảnh: 1" in talk.says("Sáu", "xem 1")[0]
