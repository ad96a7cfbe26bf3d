"""Yes, no, and the words common to every dialogue."""

from __future__ import annotations

import pytest

from bot.answers.confirm import command, is_back, is_cancel, is_help, is_no, is_skip, is_yes


@pytest.mark.parametrize(
    "typed",
    [
        "Đ",
        "đ",
        "d",
        "dd",
        "D.",
        "đúng",
        "dung",
        "Đúng rồi",
        "ừ",
        "u",
        "ờ",
        "dạ",
        "da",
        "vâng",
        "vang",
        "phải",
        "phai",
        "đồng ý",
        "dong y",
        "ok",
        "OK!",
        "oke",
        "okie",
        "dạ đúng rồi ạ",
        "dung roi em",
        "chính xác",
        "được",
        "👍",
        "dạ phải",
        "uh",
        "ừ đúng",
    ],
)
def test_yes(typed: str) -> None:
    assert is_yes(typed)
    assert not is_no(typed)
    assert command(typed) is None


@pytest.mark.parametrize(
    "typed",
    [
        "không",
        "khong",
        "ko",
        "k",
        "sai",
        "sai rồi",
        "chưa đúng",
        "không phải",
        "dạ không",
        "chua",
        "hông",
        "không đúng",
    ],
)
def test_no(typed: str) -> None:
    assert is_no(typed)
    assert not is_yes(typed)


@pytest.mark.parametrize(
    "typed",
    ["đừng", "đúng không", "dạ 5 người", "", "2", "đúng 45 người", "được 500k", "dọn vệ sinh", "đ" * 5000],
)
def test_what_says_more_is_no_yes(typed: str) -> None:
    assert not is_yes(typed)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("quay lại", "back"),
        ("quay lai", "back"),
        ("Quay lại.", "back"),
        ("trở lại", "back"),
        ("bỏ qua", "skip"),
        ("bo qua", "skip"),
        ("hủy", "cancel"),
        ("huỷ", "cancel"),
        ("huy", "cancel"),
        ("HỦY BỎ", "cancel"),
        ("trợ giúp", "help"),
        ("tro giup", "help"),
        ("?", "help"),
        ("giúp với", "help"),
        ("quay lại ấp 3", None),
        ("anh Huy", None),
        ("hủy diệt chuột", None),
        ("", None),
    ],
)
def test_common_words(typed: str, name: str | None) -> None:
    assert command(typed) == name
    assert [is_back(typed), is_skip(typed), is_cancel(typed), is_help(typed)] == [
        name == other for other in ("back", "skip", "cancel", "help")
    ]
