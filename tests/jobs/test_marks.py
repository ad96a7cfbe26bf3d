"""The mark survives rendering and Word; anything else in its place is none."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pytest
from docx import Document

from jobs import marks
from jobs.marks import Mark
from templates import documents

MARK = Mark("tan-an", "bao_cao_nam", date(2023, 12, 10), date(2024, 12, 9), 2)


def read(path: Path) -> Mark | None:
    with zipfile.ZipFile(path) as packed:
        return marks.find(packed)


def test_a_marked_file_is_a_word_file_that_keeps_its_mark_when_saved(tmp_path: Path) -> None:
    target = tmp_path / "a.docx"
    assert marks.put(documents.load().template, target, MARK) == target
    assert read(target) == MARK
    document = Document(str(target))
    document.add_paragraph("Thêm một dòng.")
    document.save(str(tmp_path / "b.docx"))
    assert read(tmp_path / "b.docx") == MARK


def test_a_new_mark_replaces_the_old_and_other_properties_stay(tmp_path: Path) -> None:
    first, second = tmp_path / "a.docx", tmp_path / "b.docx"
    marks.put(documents.load().template, first, MARK)
    with zipfile.ZipFile(first) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    custom = parts["docProps/custom.xml"].replace(b"Matran", b"Phong ban")
    with zipfile.ZipFile(first, "w") as packed:
        for name, content in (parts | {"docProps/custom.xml": custom}).items():
            packed.writestr(name, content)
    assert read(first) is None
    for number in (3, 4):
        marks.put(first, second, Mark("x", "y", MARK.from_day, MARK.until_day, number))
        first = second
    found = read(second)
    assert found is not None and found.number == 4
    with zipfile.ZipFile(second) as packed:
        custom = packed.read("docProps/custom.xml")
    assert custom.count(b"<property ") + custom.count(b":property ") == 2 and b"Phong ban" in custom


def test_an_unmarked_file_has_none(tmp_path: Path) -> None:
    assert read(documents.load().template) is None
    broken = tmp_path / "hong.docx"
    broken.write_bytes(b"PK\x03\x04 broken")
    assert marks.put(broken, tmp_path / "x.docx", MARK) == broken


@pytest.mark.parametrize(
    "text", ["", "a|b", "a|b|2024-01-01|2024-12-31|", "a|b|2024-13-01|2024-12-31|1", f"{MARK}|1", "a|b|x|y|1"]
)
def test_what_is_no_mark(text: str) -> None:
    assert Mark.parse(text) is None


def test_a_mark_is_read_as_it_was_written() -> None:
    assert Mark.parse(str(MARK)) == MARK
