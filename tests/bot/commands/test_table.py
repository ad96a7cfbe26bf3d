"""How commands are found: by a slash or by plain words."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import commands
from bot.commands.table import Command
from templates import forms
from templates.errors import TemplateError
from templates.forms import Catalog

CATALOG = forms.load()
TABLE = commands.table(CATALOG)


def spoken(text: str) -> tuple[str, str] | None:
    found = TABLE.spoken(text)
    return (found[0].name, found[1]) if found else None


@pytest.mark.parametrize(
    ("text", "name", "args"),
    [
        ("menu", "menu", ""),
        ("Tiến độ", "tiendo", ""),
        ("tien do thang 11", "tiendo", "thang 11"),
        ("tiến độ các ấp", "tiendo", "cac ap"),
        ("báo cáo 2024", "baocao", "2024"),
        ("báo cáo quý 3 2024", "baocao", "quy 3 2024"),
        ("BÁO CÁO", "baocao", ""),
        ("sửa 12", "sua", "12"),
        ("sua phieu so 12", "sua", "so 12"),
        ("xem phiếu số 12.", "xem", "so 12"),
        ("xem việc đã báo", "dabao", ""),
        ("lý do 14", "lydo", "14"),
        ("rút đồng ý", "rutdongy", ""),
        ("rút 12", "rut", "12"),
        ("trả lại 12", "tralai", "12"),
        ("chốt tháng 11/2024", "chotthang", "11/2024"),
        ("chốt tháng", "chotthang", ""),
        ("không phát sinh", "khongphatsinh", ""),
        ("thang nay khong phat sinh gi", "khongphatsinh", ""),
        ("không phát sinh tháng 11", "khongphatsinh", "thang 11"),
        ("tháng 11 không phát sinh", "thangkhongphatsinh", "11 khong phat sinh"),
        ("nhắc các ấp", "nhac", ""),
        ("gọi tôi là đồng chí", "goitoi", "dong chi"),
        ("hoạt động", "hoatdong", ""),
        ("mời người", "moinguoi", ""),
    ],
)
def test_plain_words(text: str, name: str, args: str) -> None:
    assert spoken(text) == (name, args)


@pytest.mark.parametrize(
    ("text", "args"), [("để hỏi lại xã", "xa"), ("để hỏi lại phường", "phuong"), ("hỏi lại", "")]
)
def test_who_has_not_agreed_may_ask_first(text: str, args: str) -> None:
    found = commands.consent_table().find(text)

    assert found is not None and (found[0].name, found[1]) == ("hoilai", args)
    assert spoken(text) is None  # who has agreed does not take it back that way
    assert TABLE.slash("/hoilai") is not None


@pytest.mark.parametrize(
    "text", ["báo cáo ấp 3 họp dân 40 người", "bao cao xa ap 3 don rac 45 ng", "báo cáo ngày hội"]
)
def test_a_report_told_as_one_is_no_command(text: str) -> None:
    assert spoken(text) is None


@pytest.mark.parametrize(
    "text",
    ["", "sửa", "xem trời mưa", "sửa đường ấp 3", "rút kinh nghiệm", "nhắc bà con đóng quỹ", "xem",
     "menu gì đó", "báo cáo " + "x" * 40, "tiến độ làm cầu ấp 3 rất tốt", "hoạt động ngoài trời", "x" * 500],
)  # fmt: skip
def test_what_only_begins_like_a_command_is_none(text: str) -> None:
    found = TABLE.spoken(text)
    assert found is None or not found[0].takes("\0"), found


@pytest.mark.parametrize("text", ["sửa", "rút", "xem phiếu", "trả lại", "gọi tôi là", "lý do"])
def test_a_command_that_lacks_its_number_is_known_as_such(text: str) -> None:
    assert TABLE.unfinished(text) is not None
    assert TABLE.unfinished(f"{text} gì") is None


def test_slashes() -> None:
    found = TABLE.slash("/baocao@MatranBot 2024")
    assert found is not None and (found[0].name, found[1]) == ("baocao", "2024")
    assert TABLE.slash("/TienDo") is not None
    assert TABLE.slash("/khongco") is None
    assert TABLE.slash("baocao 2024") is None


def test_every_form_of_the_menu_opens_by_its_button_and_its_words() -> None:
    for form in CATALOG.forms.values():
        if form.menu is not None:
            for words in (form.short, *form.command):
                found = TABLE.spoken(words) if words and "{" not in words else None
                assert found is None or found[0].name, words
            assert TABLE.slash("/" + form.name.replace("_", "")) is not None


def test_no_two_commands_share_a_name_or_words() -> None:
    meant: dict[tuple[str, bool], set[str]] = defaultdict(set)  # "phiếu thu" and "phiếu thu 12" may differ
    for entries in TABLE._spoken.values():
        for words, command in entries:
            meant[words, command.optional].add(command.name)

    assert {name for names in meant.values() for name in names} <= set(TABLE._names)
    assert not {words: names for words, names in meant.items() if len(names) > 1}


def test_a_form_that_ends_in_an_unknown_action_is_refused() -> None:
    strange = CATALOG["rut"].model_copy(update={"end": "bay_len"})

    with pytest.raises(TemplateError) as error:
        commands.table(Catalog([strange], {}))

    assert error.value.file == "rut.toml" and error.value.key == "end"


@given(st.text(max_size=100))
def test_any_text_is_a_command_or_not(text: str) -> None:
    TABLE.spoken(text)
    TABLE.slash(text)
    TABLE.unfinished(text)


def test_optional_words() -> None:
    command = Command("x", lambda ctx, args: None, ("x",), args=r"\d+", optional=False)  # type: ignore[arg-type,return-value]

    assert command.takes("12") and not command.takes("") and not command.takes("12a")
