"""What was reported of a board stays named until its list shows it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from templates.boards import Listed, unlisted
from templates.reported import FigureRow

SEATS = [
    Listed("3", "truong_ban", "Trần Văn Sáu"),
    Listed("3", "thanh_vien", "Nguyễn Thị Hoa"),
    Listed("4", "truong_ban", "Lý Văn Bốn"),
    Listed(None, "uy_vien", "Lê Văn Tám"),
]


def change(
    kind: str, name: str, post: str = "thanh_vien", hamlet: str | None = "3", day: int = 1
) -> FigureRow:
    answers = {"loai": kind, "chuc_vu": post, "ten": name}
    at = datetime(2024, 12, day, tzinfo=UTC)
    return FigureRow(day, 1, "bien_dong", hamlet, date(2024, 12, day), answers, "Trần Văn Sáu", at)


def test_a_change_is_named_until_the_list_shows_it() -> None:
    new, gone = change("them", "Võ Văn Tám", day=1), change("thoi", "nguyen thi hoa", day=2)
    assert unlisted([new, gone], SEATS) == {"3": 2}
    corrected = [*SEATS[:1], Listed("3", "thanh_vien", "Võ Văn Tám"), *SEATS[2:]]
    assert unlisted([new, gone], corrected) == {}


def test_people_are_known_by_the_words_at_the_end_of_their_name_and_by_their_post() -> None:
    assert unlisted([change("thoi", "chị Hoa")], SEATS) == {"3": 1}
    assert unlisted([change("them", "chị Nguyễn Thị Hoa")], SEATS) == {}
    assert unlisted([change("them", "Nguyễn Thị Hoa", "pho_ban")], SEATS) == {"3": 1}
    assert unlisted([change("thoi", "Nguyễn Thị Hoa", hamlet="4")], SEATS) == {}
    assert unlisted([change("thoi", "Lê Văn Tám", "uy_vien")], SEATS) == {"3": 1}
    assert unlisted([change("thoi", "Lê Văn Tám", "uy_vien", None)], SEATS) == {None: 1}


def test_of_a_person_the_last_change_counts() -> None:
    rows = [change("thoi", "Võ Văn Tám", day=9), change("them", "Võ Văn Tám", day=2)]
    assert unlisted(rows, SEATS) == {}


def test_a_board_that_is_not_listed_has_nothing_to_correct() -> None:
    assert unlisted([change("them", "Võ Văn Tám", hamlet="5")], SEATS) == {}
