"""Definitions of figures: ours hold, and every mistake names file, key and what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from templates import documents, figures, forms
from templates.errors import TemplateError
from templates.figures import Amount, Figure, State

GOOD = """
[[figure]]
name = "cuoc"
label = "Số cuộc"
section = "I"
unit = "cuộc"
kind = "sum"
form = "hoat_dong"
of = "so_cuoc"
"""


def load(tmp_path: Path, text: str) -> figures.Definitions:
    file = tmp_path / "figures.toml"
    file.write_text(text, encoding="utf-8")
    return figures.load(file, ["I", "II"])


def more(**keys: str) -> str:
    given = {"name": '"ty_le"', "label": '"Tỷ lệ"', "section": '"I"', **keys}
    lines = (f'"{key.rstrip("_")}" = {value}' for key, value in given.items())
    return GOOD + "[[figure]]\n" + "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ("[[figure]", "(cả tệp)", "không đọc được"),
        (more(kind='"tong"'), "figure.2.kind", "phải là một trong"),
        (more(), "figure.2.kind", "thiếu khóa này"),
        (more(kind='"count"', form='"f"', hinh='"x"'), "figure.2.hinh", "không có khóa nào tên như vậy"),
        (more(kind='"count"', form='"F f"'), "figure.2.form", "không đúng dạng"),
        (more(kind='"count"'), "figure.ty_le.form", "cần khóa này"),
        (more(kind='"sum"', form='"f"'), "figure.ty_le.of", "cần khóa này"),
        (more(kind='"roster"'), "figure.ty_le.of", "cần khóa này"),
        (more(kind='"total"'), "figure.ty_le.plus", "cần khóa này"),
        (more(kind='"ratio"', part='"cuoc"'), "figure.ty_le.part", "cần cả part và whole"),
        (more(kind='"ratio"', form='"f"'), "figure.ty_le.part", "hoặc form và of"),
        (more(kind='"ratio"', part='"cuoc"', whole='"sau"'), "figure.ty_le.part", "“sau”"),
        (more(kind='"total"', plus='["ty_le"]'), "figure.ty_le.plus", "“ty_le”"),
        (more(kind='"blank"', section='"IX"'), "figure.ty_le.section", "không có mục “IX”"),
        (more(kind='"blank"', name='"cuoc"'), "figure.cuoc.name", "đã dùng"),
        (more(kind='"blank"', name='"items"'), "figure.items.name", "cần tên khác"),
    ],
)
def test_a_mistake_names_file_key_and_expectation(tmp_path: Path, text: str, key: str, expected: str) -> None:
    with pytest.raises(TemplateError) as caught:
        load(tmp_path, text)
    assert caught.value.file == str(tmp_path / "figures.toml")
    assert caught.value.key == key
    assert expected in caught.value.expected


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"figures\.toml"):
        figures.load(tmp_path / "figures.toml")


def test_our_definitions_fit_our_forms() -> None:
    report = documents.load()
    figures.check_against_forms(report.definitions, "figures.toml", questions())


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"form": '"khong_co"'}, "không có biểu mẫu “khong_co”"),
        ({"form": '"hoat_dong"', "by": '"mau"'}, "không có câu hỏi “mau”"),
        ({"form": '"hoat_dong"', "where": '{ viec = "ngu" }'}, "không có lựa chọn “ngu”"),
    ],
)
def test_a_definition_that_fits_no_form_is_named(tmp_path: Path, keys: dict[str, str], expected: str) -> None:
    definitions = load(tmp_path, more(kind='"count"', **keys))
    with pytest.raises(TemplateError, match="ty_le") as caught:
        figures.check_against_forms(definitions, "figures.toml", questions())
    assert expected in caught.value.expected


def questions() -> dict[str, dict[str, list[str]]]:
    catalog = forms.load()
    return {
        form.name: {q.name: [c.name for c in catalog.choices(form, q)] for q in form.question}
        for form in catalog.forms.values()
    }


@pytest.mark.parametrize(
    ("unit", "state", "amount", "is_ratio", "text"),
    [
        ("cuộc", State.VALUE, Amount(8), False, "08"),
        ("người", State.VALUE, Amount(800, mark="trên"), False, "trên 800"),
        ("đồng", State.VALUE, Amount(1_562_410_000), False, "1.562.410.000"),
        ("%", State.VALUE, Amount(7, 9), True, "77,78%"),
        ("%", State.VALUE, Amount(93.64), True, "93,64%"),
        ("cuộc", State.ZERO, Amount(0), False, "0"),
        ("cuộc", State.NOTHING, None, False, "không phát sinh"),
        ("cuộc", State.BLANK, None, False, figures.BLANK),
    ],
)
def test_how_a_figure_prints(
    unit: str, state: State, amount: Amount | None, is_ratio: bool, text: str
) -> None:
    assert Figure("x", "X", "I", unit, state, amount, is_ratio=is_ratio).text == text
