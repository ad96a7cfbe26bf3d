"""The text source of a document: read, or refused with the line that is not understood."""

from __future__ import annotations

from pathlib import Path

import pytest

from templates import outline
from templates.errors import TemplateError

FRAME = "\n".join(f"{key}: A | B | C" for key in outline.FRAME)
AFTER = len(outline.FRAME) + 2  # the second line of a body
BODY = """
= [P1] Phần thứ nhất | KẾT QUẢ {{ ky_hoa }}
# [I] MỘT
Có {{ so.cuoc }} cuộc, {{ so.nguoi }} người.
@
? dai_hoi
## [I.1] Đại hội
@!
??
## [I.2] Bộ máy
? co.hop and not khong.hop
- Đã họp {{ so.hop }} cuộc.
??
* [I.them] Nguyên nhân
@!
"""


def read(tmp_path: Path, text: str) -> outline.Outline:
    file = tmp_path / "bao_cao.txt"
    file.write_text(text, encoding="utf-8")
    return outline.read(file)


def test_sections_lines_and_figures(tmp_path: Path) -> None:
    source = read(tmp_path, f"// chú thích\n{FRAME}\n{BODY}")
    assert source.codes == ("P1", "I", "I.1", "I.2", "I.them")
    assert [s.code for s in source.sections if s.has_words] == ["I", "I.1", "I.them"]
    assert [line.figures for line in source.lines if line.figures] == [["cuoc", "nguoi"], ["hop"]]
    assert source.frame["nation"] == ("A", "B", "C")


def test_what_is_absent_moves_the_numbers_after_it(tmp_path: Path) -> None:
    source = read(tmp_path, FRAME + BODY)
    with_congress = {"dai_hoi": True, "co": {"hop": True}, "khong": {"hop": False}}
    without = {**with_congress, "dai_hoi": False}
    assert source.numbers(with_congress)["I.2"] == "I.2"
    assert source.numbers(without)["I.2"] == "I.1"
    assert source.numbers(without)["I.them"] == "I.them"
    assert [source.moves(section) for section in source.sections] == [False, False, False, True, True]
    standing = [line.text for line in source.standing(without)]
    assert "Đại hội" not in standing
    assert "- Đã họp {{ so.hop }} cuộc." in standing


@pytest.mark.parametrize(
    ("condition", "result"),
    [
        ("a", True),
        ("not a", False),
        ("m.x", False),
        ("not m.x", True),
        ("a and not m.x", True),
        ("a and m.x", False),
    ],
)
def test_conditions(condition: str, result: bool) -> None:
    assert outline.holds(condition, {"a": "chữ", "m": {"x": 0}}) is result


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        (BODY, "organisation", "thiếu dòng này"),
        ("Chữ lạ\n" + FRAME, "dòng 1", "cần một trong các khóa"),
        (f"{FRAME}\n# [I] MỘT\n# HAI", f"dòng {AFTER}", "# [mã] Tên đề mục"),
        (f"{FRAME}\n# [I] MỘT\n# [I] HAI", f"dòng {AFTER}", "“I” đã dùng"),
        (f"{FRAME}\n# [I] MỘT\n? a or b\n??", f"dòng {AFTER}", "điều kiện"),
        (f"{FRAME}\n# [I] MỘT\n? a", "(cuối tệp)", "chưa đóng"),
        (f"{FRAME}\n# [I] MỘT\n??", f"dòng {AFTER}", "không có “?”"),
    ],
)
def test_a_mistake_names_its_line(tmp_path: Path, text: str, key: str, expected: str) -> None:
    with pytest.raises(TemplateError) as caught:
        read(tmp_path, text)
    assert (caught.value.key, expected in caught.value.expected) == (key, True)


def test_a_missing_source_is_named(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="không đọc được"):
        outline.read(tmp_path / "bao_cao.txt")


@pytest.mark.parametrize(("code", "number"), [("II", "II"), ("II.1", "1"), ("II.2.5", "2.5"), ("P2.1", "1")])
def test_numbers_before_headings(code: str, number: str) -> None:
    assert outline.heading_number(code) == number
