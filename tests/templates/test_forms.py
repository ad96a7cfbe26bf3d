"""The forms: ours hang together, and a commune's own that does not is refused with file, key and expected."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from templates import forms
from templates.errors import TemplateError
from templates.forms import BUTTON_WIDTH, Form

CATALOG = forms.load()
ALL = list(CATALOG.forms.values())
UNITS = {"ap", "xa", "Ap", "Xa", "cap_tren", "vi_du_noi"}

OWN = """
name = "rieng"
version = 1
label = "Việc riêng"
roles = ["hamlet_head"]
title = "{viec}"

[[question]]
name = "viec"
type = "select_one viec"
label = "Việc gì?"

[[question]]
name = "ngay"
type = "day"
label = "Ngày nào?"

[[list.viec]]
name = "mot"
label = "Một"
"""


def written(folder: Path, text: str, name: str = "rieng.toml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


# Ours


def test_the_menu_has_its_four_entries_first() -> None:
    head = [form.label for form in CATALOG.menu(["hamlet_head"])]

    assert head[0] == "Hoạt động"
    assert {"Ủng hộ, đóng góp", "Họp – điểm danh"} <= set(head)
    assert "Mời người" not in head


@pytest.mark.parametrize("form", ALL, ids=lambda form: form.name)
def test_placeholders_of_texts_are_known(form: Form) -> None:
    """What a form says may speak of the commune's units, its unit and its answers, of nothing else."""
    names = {q.name for q in form.question}
    texts = [form.label, form.short, form.receipt, *(q.label for q in form.question)]
    texts += [text for q in form.question for text in (q.summary, q.hint) if text]
    texts += [text for choices in form.list.values() for c in choices for text in (c.label, c.short)]
    for text in filter(None, texts):
        assert set(re.findall(r"\{(\w+)\}", text)) <= UNITS | {"so_phieu", "don_vi"} | names, text
    assert set(re.findall(r"\{(\w+)\}", form.intro or "")) <= UNITS | {"don_vi"} | names


@pytest.mark.parametrize("form", ALL, ids=lambda form: form.name)
def test_reads_as_speech(form: Form) -> None:
    for question in form.question:
        assert question.label[-1] in "?.…", question.label
        assert not re.search(r" [,.:;?!]|  ", f"{question.label} {question.hint or ''}")
    assert len(form.short or form.label) <= BUTTON_WIDTH or form.menu is None


@pytest.mark.parametrize("name", ["hoat_dong", "ung_ho", "hop"])
def test_a_weekly_form_takes_at_most_seven_messages(name: str) -> None:
    """Those that are asked on the longest path, the summary and the receipt; a rare fund has to be named."""
    form = CATALOG[name]
    asked = [q for q in form.question if q.default is None and q.name != "ten_quy"]
    once = {tuple(sorted(q.relevant)) for q in asked if q.relevant and "cap" not in q.relevant}
    ways = sum(bool(q.relevant) and "cap" not in q.relevant for q in asked)

    assert len(asked) - ways + len(once) + 2 <= 7


def test_names_of_shared_lists_are_read() -> None:
    assert [c.name for c in CATALOG.lists["co_khong"]] == ["co", "khong"]


def test_a_retired_choice_keeps_its_label(tmp_path: Path) -> None:
    retired = OWN + '[[list.viec]]\nname = "hai"\nlabel = "Hai"\nuntil = 2024-06-30\n'
    written(tmp_path, retired)
    form = forms.load(tmp_path)["rieng"]
    question = form.question[0]

    def names(day: date | None) -> list[str]:
        return [choice.name for choice in CATALOG.choices(form, question, day)]

    assert names(date(2024, 6, 30)) == ["mot", "hai"]
    assert names(date(2024, 7, 1)) == ["mot"]
    assert names(None) == ["mot", "hai"]


# A commune's own


def test_an_own_form_stands_beside_ours_or_replaces_one(tmp_path: Path) -> None:
    written(tmp_path, OWN)
    written(tmp_path, OWN.replace('"rieng"', '"hop"'), "hop.toml")
    catalog = forms.load(tmp_path)

    assert catalog["rieng"].label == "Việc riêng"
    assert catalog["hop"].label == "Việc riêng"
    assert len(catalog.forms) == len(CATALOG.forms) + 1


@pytest.mark.parametrize(
    ("old", "new", "key", "expected"),
    [
        ('label = "Việc riêng"', 'lable = "Việc riêng"', "label", "thiếu khóa"),
        ("version = 1", 'version = 1\nmneu = 1', "mneu", "không có khóa nào tên như vậy"),
        ("version = 1", 'version = "một"', "version", "số nguyên"),
        ("version = 1", "version = 0", "version", "nhỏ nhất là 1"),
        ('roles = ["hamlet_head"]', 'roles = ["trưởng"]', "roles.1", "phải là một trong"),
        ('type = "day"', 'type = "ngày"', "question.2.type", "không đúng dạng"),
        ('type = "day"', 'type = "text"', "(cả tệp)", "kiểu day"),
        ('title = "{viec}"', 'title = "{ten}"', "(cả tệp)", "ten"),
        ('name = "ngay"', 'name = "viec"', "(cả tệp)", "tên đã dùng"),
        ('name = "ngay"', 'name = "Ngày"', "question.2.name", "không đúng dạng"),
        ('type = "day"', 'type = "day"\nrelevant = { ai = "x" }', "(cả tệp)", "ai"),
        ('type = "day"', 'type = "day"\nrelevant = { viec = "hai" }', "(cả tệp)", "hai"),
        ('type = "select_one viec"', 'type = "select_one gi"', "question.viec.type", "không có danh sách"),
        ('label = "Một"', 'label = "Một việc có tên dài lắm"', "list.viec.mot", "thêm short"),
        ('label = "Một"', 'label = "Một"\n[[list.viec]]\nname = "mot"\nlabel = "M"', "list.viec", "trùng"),
        ('label = "Việc gì?"', 'label = "Việc gì?"\ndefault = "ba"', "question.viec.default", "danh sách"),
        ('label = "Việc gì?"', 'label = ""', "question.1.label", "không được để trống"),
        ('title = "{viec}"', 'review = "gi"', "(cả tệp)", "gi"),
        ('name = "rieng"', 'name = "ung_ho"', "name", "đã có ở"),
        ("[[list.viec]]", "[[list.viec", "(cả tệp)", "không đọc được"),
    ],
)  # fmt: skip
def test_an_error_names_file_key_and_expected(
    tmp_path: Path, old: str, new: str, key: str, expected: str
) -> None:
    assert old in OWN
    file = written(tmp_path, OWN.replace(old, new, 1))

    with pytest.raises(TemplateError) as error:
        forms.load(tmp_path)

    assert error.value.file == str(file)
    assert error.value.key == key
    assert expected in error.value.expected
