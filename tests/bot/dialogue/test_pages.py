"""Lists longer than a message: shown page by page, chosen from by the number that each line has."""

from __future__ import annotations

import pytest

from bot.answers.model import Option
from bot.dialogue import pages

LIST = [Option(f"o{n}", f"Mục {n}") for n in range(1, 51)]


def test_numbers_run_on_over_the_pages() -> None:
    assert pages.count(LIST) == 3
    assert [pages.shown(LIST, page)[0] for page in range(3)] == ["1. Mục 1", "25. Mục 25", "49. Mục 49"]
    assert pages.shown(LIST, 2) == ["49. Mục 49", "50. Mục 50"]
    assert pages.shown(LIST, 3) == pages.shown(LIST, 0)  # the list has become shorter
    assert pages.count(LIST[:24]) == 1


@pytest.mark.parametrize(
    ("text", "page", "wanted"),
    [
        ("trang 2", 0, 1),
        ("Trang số 3.", 0, 2),
        ("xem thêm", 0, 1),
        ("trang sau", 2, 0),
        ("trang truoc", 0, 2),
        ("trang 4", 0, None),
        ("trang 0", 0, None),
        ("2", 0, None),
        ("trang trại", 0, None),
        ("bảo hiểm y tế", 0, None),
    ],
)
def test_turning(text: str, page: int, wanted: int | None) -> None:
    assert pages.turned(text, LIST, page) == wanted
    assert pages.is_turn(text) or wanted is None


def test_a_list_of_one_page_is_not_turned() -> None:
    assert pages.turned("trang 1", LIST[:24], 0) is None
