"""Choosing the photos of a report: long lists, and what is in the book afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from bot.intake import Desk
from storage import attachments, drafts, photos, records, reports
from storage.database import Database, Tx
from storage.rows import Origin, PhotoChoice
from templates.periods import Period
from tests.bot.talk import BOT, Talk

DAYS = (date(2024, 1, 1), date(2024, 12, 31))
YEAR = Period(*DAYS, "năm 2024")
ORIGIN = Origin(BOT, "Sáu", "1")
LONGEST = 1_900  # characters of a message


@contextmanager
def talking(file: Path, count: int, place: str = "kinh Xáng") -> Iterator[Talk]:
    """A commune in which so many photos were reported, three with each record."""
    db = asyncio.run(Database.open(file))
    try:
        talk = Talk(db).join("Sáu", "Minh")
        talk.write(lambda tx: _photos(tx, talk, count, place))
        yield talk
    finally:
        asyncio.run(db.close())


def _photos(tx: Tx, talk: Talk, count: int, place: str) -> None:
    commune, now = talk.number, talk.now
    for number in range(0, count, 3):
        day = date(2024, 1 + number % 12, 1 + number % 28)
        draft = drafts.start(tx, commune, 1, "hoat_dong", 1, "3", {}, now)
        answers: dict[str, Any] = {"viec": "ve_sinh", "noi": place, "so_nguoi": 9, "ngay": day.isoformat()}
        record, _ = records.confirm(tx, commune, draft, 0, "hoat_dong", 1, "3", day, answers, 1, ORIGIN, now)
        drafts.end(tx, commune, draft, "done", now)
        for at in range(number, min(number + 3, count)):
            file = ("photo", "x", None, None, None, None)
            photo = attachments.add(tx, commune, 1, draft, record, BOT, "Sáu", *file, now)
            attachments.kept(tx, commune, photo, f"{at}.jpg", "sha")


def choice(talk: Talk) -> PhotoChoice | None:
    return talk.read(lambda tx: photos.chosen(tx, talk.number, "bao_cao_nam", *DAYS))


def test_every_page_of_three_hundred_fits_a_message(database_file: Path) -> None:
    place = "nhà văn hóa liên ấp Thạnh Mỹ Tây Hưng Thạnh Lợi cạnh chùa Phước Hưng"
    with talking(database_file, 300, place) as talk:
        (page,) = talk.says("Minh", "chọn ảnh 2024")
        numbers = []
        for following in range(2, 15):
            assert len(page) <= LONGEST
            numbers += [int(line.split(".")[0]) for line in page.splitlines() if line[:1].isdigit()]
            page = talk.says_all("Minh", f"trang {following}")
        assert numbers == list(range(1, 302))
        assert "(1/3)" in page or "Chỉ có" in page


def test_numbers_of_any_page_are_chosen_in_one_message(database_file: Path) -> None:
    with talking(database_file, 60) as talk:
        talk.says("Minh", "chọn ảnh 2024")
        talk.says("Minh", "xem thêm")
        assert "Đã chọn 3 ảnh" in talk.says_all("Minh", "2 26 60")
        found = choice(talk)
        assert found is not None and found.photos is not None
        of_list = talk.read(lambda tx: talk.house.photos(tx, YEAR))
        assert [of_list[at - 1].number for at in (2, 26, 60)] == list(found.photos)
        assert "Đang lấy 3 ảnh đã chọn: số 2, 26, 60." in talk.says_all("Minh", "chọn ảnh 2024")


def test_more_than_a_file_can_hold_are_refused(database_file: Path) -> None:
    with talking(database_file, 303) as talk:
        talk.says("Minh", "chọn ảnh 2024")
        answer = talk.says_all("Minh", "tất cả")
        assert answer.startswith("Chọn nhiều nhất 300 ảnh thì tệp mới gửi được. Đồng chí chọn lại:")
        assert len(answer) <= LONGEST
        assert choice(talk) is None
        assert "Đã chọn 300 ảnh" in talk.says_all("Minh", "1 đến 300")


def test_a_draft_edited_in_word_is_not_replaced(database_file: Path) -> None:
    with talking(database_file, 3) as talk:

        def edited(tx: Tx) -> None:
            kept: Any = ("năm 2024", 2, "f", {}, "", "x", "y", talk.now)
            reports.add_edition(tx, talk.number, "bao_cao_nam", *DAYS, *kept, base=1, person=1)

        talk.write(edited)
        answer = talk.says_all("Minh", "chọn ảnh 2024", "1")
        assert answer.endswith("Muốn bản mới có ảnh đã chọn, gõ: lập lại 2024")


def test_what_was_chosen_is_in_the_audit(database_file: Path) -> None:
    with talking(database_file, 3) as talk:
        talk.says_all("Minh", "chọn ảnh 2024", "1 2")
        (details,) = talk.read(lambda tx: tx.one("SELECT details FROM audit WHERE act = 'photos'")) or ("",)
        assert '"photos":[1,2]' in details.replace(" ", "")


def test_a_choice_for_a_report_without_a_place_for_photos_promises_none(database_file: Path) -> None:
    with talking(database_file, 3) as talk:
        talk.house = replace(talk.house, shows_photos=False)
        talk.desk = Desk(talk.db, talk.house, lambda: talk.now)
        talk.says("Minh", "chọn ảnh 2024")
        answer = talk.says_all("Minh", "1 2")
        assert "chưa kèm ảnh được" in answer and "matran check" in answer and "sẽ kèm" not in answer
        found = choice(talk)
    assert found is not None and len(found.photos or ()) == 2
