"""The message is the report: what a line at the menu means, and what it already answers."""

from __future__ import annotations

import pytest

from bot.dialogue import from_line
from bot.dialogue.from_line import Proposal
from tests.bot.dialogue.worlds import CATALOG, world

FORMS = [CATALOG[name] for name in ("hoat_dong", "ung_ho", "hop")]


def read(line: str) -> list[Proposal]:
    return from_line.proposals(FORMS, line, world())


def only(line: str) -> Proposal:
    found = read(line)
    assert len(found) == 1, [p.form.name for p in found]
    return found[0]


def test_the_activity_of_the_reference() -> None:
    proposal = only("sang nay ap 3 don ve sinh kinh xang 45 nguoi")

    assert proposal.form.name == "hoat_dong"
    assert {k: v for k, v in proposal.answers.items() if k != "noi_dung"} == {
        "viec": "ve_sinh",
        "ngay": "2024-12-08",
        "noi": "kinh Xáng",
        "so_nguoi": 45,
    }


def test_the_donation_of_the_reference_leaves_its_amount_open() -> None:
    proposal = only("ba Nam ung ho quy nguoi ngheo 500")

    assert proposal.form.name == "ung_ho"
    assert "so_tien" not in proposal.answers
    assert proposal.unclear == {"so_tien": "500"}


@pytest.mark.parametrize(
    ("line", "form", "answers"),
    [
        ("bà Sáu ủng hộ quỹ vì người nghèo 500k hôm qua", "ung_ho",
         {"quy": "vi_nguoi_ngheo", "so_tien": 500_000, "nguoi_ung_ho": "bà Sáu", "ngay": "2024-12-07"}),
        ("họp ban 7/9, vắng chị Hoa, anh Bảy", "hop",
         {"vang": {"absent": ["3", "7"], "present": 7, "total": 9}}),
        ("hôm qua tuyên truyền hàng Việt tại chùa Phước Hưng, 60 người dự", "hoat_dong",
         {"viec": "hang_viet", "noi": "chùa Phước Hưng", "so_nguoi": 60, "ngay": "2024-12-07"}),
        ("ra quân vệ sinh ở đầu vàm 30 người", "hoat_dong", {"viec": "ve_sinh", "noi": "đầu vàm"}),
    ],
)  # fmt: skip
def test_what_a_line_answers(line: str, form: str, answers: dict[str, object]) -> None:
    proposal = only(line)

    assert proposal.form.name == form
    assert answers.items() <= proposal.answers.items()


@pytest.mark.parametrize("line", ["chào", "hôm qua", "45", "trời mưa quá", "", "😀", "." * 500])
def test_what_means_no_form(line: str) -> None:
    assert read(line) == []


@pytest.mark.parametrize("line", ["don dep 45 nguoi", "dọn dẹp 45 người", "DON DEP 45 NGUOI"])
def test_with_and_without_diacritics(line: str) -> None:
    assert only(line).answers["viec"] == "ve_sinh"


def test_a_day_that_sounds_like_a_gift_is_none() -> None:
    """ "hôm qua" speaks of no "quà", which is goods."""
    assert "hinh_thuc" not in only("bà Năm ủng hộ quỹ người nghèo hôm qua").answers
