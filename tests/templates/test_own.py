"""A commune's own files in place of ours: found by their names, checked; those that nothing uses named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from docx import Document

from templates import documents, own, receipt, trials
from templates.errors import TemplateError

REPORT = documents.load()


def put(path: Path, content: bytes = b"") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content or REPORT.template.read_bytes())
    return path


def ours(name: str) -> str:
    return (REPORT.template.parent / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["bao_cao.docx", "bao_cao_nam.docx", "bao_cao_nam/bao_cao.docx"])
def test_a_copy_of_our_template_is_used_under_each_name_that_it_may_have(tmp_path: Path, name: str) -> None:
    copy = put(tmp_path / name)
    report = documents.load(tmp_path)
    assert (report.template, report.own) == (copy, True)
    assert trials.strange(report, tmp_path) == []


@pytest.mark.parametrize("name", ["figures.toml", "bao_cao_nam/figures.toml"])
def test_figures_of_the_communes_own_take_the_place_of_ours(tmp_path: Path, name: str) -> None:
    text = ours("figures.toml").replace('label = "Số cuộc tuyên truyền"', 'label = "Số buổi tuyên truyền"')
    file = put(tmp_path / name, text.encode())
    report = documents.load(tmp_path)
    assert report.definitions["tuyen_truyen_cuoc"].label == "Số buổi tuyên truyền"
    assert (report.figures_file, report.own) == (file, False)
    assert trials.strange(report, tmp_path) == []


@pytest.mark.parametrize(
    ("was", "now", "key", "expected"),
    [
        ('name = "hoi_nghi"', 'name = "hoi_nghi_khac"', "figure.hoi_nghi", "thiếu số liệu này"),
        ('section = "II.4"', 'section = "II.9"', "figure.kieu_bao_luot.section", "không có mục “II.9”"),
        ('group = "ve_sinh"', 'group = "rac"', "event.group", "không có chỗ cho các việc “II.2.5/rac”"),
    ],
)
def test_figures_of_the_communes_own_are_checked_as_ours(
    tmp_path: Path, was: str, now: str, key: str, expected: str
) -> None:
    file = put(tmp_path / "figures.toml", ours("figures.toml").replace(was, now).encode())
    with pytest.raises(TemplateError) as wrong:
        documents.load(tmp_path)
    assert (wrong.value.file, wrong.value.key) == (str(file), key)
    assert expected in wrong.value.expected


def without(marks: tuple[str, ...]) -> Any:
    document: Any = Document(str(REPORT.template))
    for paragraph in list(document.paragraphs):
        if any(mark in paragraph.text for mark in marks):
            paragraph._p.getparent().remove(paragraph._p)
    return document


def test_a_template_that_prints_nothing_of_a_part_is_no_template_of_this_report(tmp_path: Path) -> None:
    for document, part in (
        (Document(), "CÔNG TÁC HƯỚNG DẪN, TRIỂN KHAI"),
        (without(('["P2',)), "Phần thứ hai"),
    ):
        document.save(str(tmp_path / "bao_cao.docx"))
        with pytest.raises(TemplateError) as wrong:
            documents.load(tmp_path)
        assert f"của “{part}”" in wrong.value.expected

    # Leaving out sentences is the commune's own affair.
    without(("so.hang_viet", "so.hoa_giai", "so.tap_huan")).save(str(tmp_path / "bao_cao.docx"))
    assert documents.load(tmp_path).own


def test_files_that_nothing_uses_are_named(tmp_path: Path) -> None:
    put(tmp_path / "phieu_thu.docx", receipt.template().read_bytes())
    put(tmp_path / "bao_cao_nam" / "bao_cao.docx")
    put(tmp_path / "~$bao_cao.docx", b"x")  # Word's own, while the file is open
    stray = [put(tmp_path / name, b"x") for name in ("Bao cao nam.docx", "bao_cao.txt", "bao_cao_nam.docx")]
    report = documents.load(tmp_path)
    assert sorted(trials.strange(report, tmp_path)) == sorted(stray)
    assert own.strange(tmp_path / "none", ()) == []
