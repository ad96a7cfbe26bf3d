"""A document's text source: its frame, its sections, and its paragraphs with the conditions they stand under.

From it the .docx is built (`templates.building`), and read which sections and which figures a report has. The
source says itself, in its first lines, how it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from templates.errors import TemplateError

_HEADING = re.compile(r"(?P<mark>=|#{1,3}|\*) \[(?P<code>[\w.]+)\] (?P<title>.+)")
_FRAME = re.compile(r"(?P<key>[a-z]+): (?P<value>.+)")
_TERM = re.compile(r"(?P<no>not )?(?P<name>\w+)(?:\.(?P<part>\w+))?")
_FIGURE = re.compile(r"\bso\.(\w+)")
_PLACEHOLDER = re.compile(r"\{\{ (\w+) \}\}")
_ANNEX = re.compile(r"\+ \[(?P<code>\w+)\] (?P<name>[^|]+) \| (?P<title>.+)")
_COLUMN = re.compile(r"(?P<figure>\w+) = (?P<title>.+)")
_BRANCH = re.compile(r"({% (?:if [^%]+|else|endif) %})")
_GROUP = re.compile(r"~ (\w+)")
_LEVELS = {"=": 0, "#": 1, "##": 2, "###": 3, "*": 3}
FRAME = (
    *("organisation", "nation", "number", "place", "draft", "kind", "subject"),
    *("closing", "signature", "recipients", "archive"),
    # How comparisons, cited documents and sources read.
    *("increase", "decrease", "same", "points", "cited", "cite", "again", "sources", "unit", "total"),
    *("and", "of"),  # the parts of a total
    "photo",  # a photo's caption
    "set",  # below a table with sums that the committee set
)
_MARKS = {"@": "words", "@!": "words_or_blank", "~": "told", "&": "cited"}


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph of the source. ``kind``: heading, text, item, words, words_or_blank, told, cited.

    ``text`` of told is the group of events that stands there, if it is one.

    ``conditions`` are those of all the blocks around it; ``section`` is the code of its section.
    """

    kind: str
    text: str
    section: str
    conditions: tuple[str, ...] = ()
    number: int = 0  # its line in the file

    def stands(self, context: Mapping[str, Any]) -> bool:
        return all(holds(condition, context) for condition in self.conditions)

    @property
    def figures(self) -> list[str]:
        """The names of the figures that it prints."""
        return _FIGURE.findall(self.text)

    def printed(self, context: Mapping[str, Any]) -> list[str]:
        """The names of the figures that it prints for a context: those of branches that hold."""
        return _FIGURE.findall(shown(self.text, context))

    @property
    def asked(self) -> list[str]:
        """The names of the figures that decide whether it stands, and what of it."""
        return re.findall(r"\b(?:co|khong|duong)\.(\w+)", " ".join((*self.conditions, self.text)))


@dataclass(frozen=True, slots=True)
class Section:
    """A section: ``code`` names it for good ("II.5.2"); its printed number moves where one before is absent.

    ``level`` is 0 for a part, 1 for "I.", 2 for "1.", 3 for "2.1."; ``has_words``: the committee may write
    for it.
    """

    code: str
    title: str
    level: int
    numbered: bool
    conditions: tuple[str, ...] = ()
    has_words: bool = False

    def stands(self, context: Mapping[str, Any]) -> bool:
        return all(holds(condition, context) for condition in self.conditions)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of figures by hamlet: ``columns`` are (figure, heading)."""

    title: str
    columns: tuple[tuple[str, str], ...]
    number: int = 0  # its line in the file

    @property
    def figures(self) -> list[str]:
        return [name for name, _ in self.columns]

    @property
    def asked(self) -> list[str]:
        return []


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex on pages of its own: text, then tables; with ``sources`` the columns of that table; or photos.

    It is printed where its ``conditions`` hold; those that are, are numbered in their order.
    """

    code: str
    name: str
    title: str
    conditions: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    sources: tuple[str, ...] = ()
    photos: bool = False

    def stands(self, context: Mapping[str, Any]) -> bool:
        return all(holds(condition, context) for condition in self.conditions)


@dataclass(frozen=True, slots=True)
class Outline:
    """A document's source, read."""

    frame: Mapping[str, tuple[str, ...]]
    lines: tuple[Line, ...]
    sections: tuple[Section, ...]
    annexes: tuple[Annex, ...] = ()

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(table for annex in self.annexes for table in annex.tables)

    @property
    def told(self) -> tuple[str, ...]:
        """The places of events: a section's code, or of a group "II.2.5/ve_sinh"."""
        told = (line for line in self.lines if line.kind == "told")
        return tuple(f"{line.section}/{line.text}" if line.text else line.section for line in told)

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(section.code for section in self.sections)

    def standing(self, context: Mapping[str, Any]) -> Iterator[Line]:
        """The paragraphs that are printed for a context."""
        return (line for line in self.lines if line.stands(context))

    def numbers(self, context: Mapping[str, Any]) -> dict[str, str]:
        """The printed code of every section: "II.5.2" is "II.5.1" where the one before it is absent."""
        return printed_codes(self.sections, context)

    def annex_numbers(self, context: Mapping[str, Any]) -> dict[str, str]:
        """The printed number of every annex: "I", "II"; empty for one that is absent."""
        standing = [annex.code for annex in self.annexes if annex.stands(context)]
        return {one.code: _roman(standing.index(one.code) + 1) if one.code in standing else ""
                for one in self.annexes}  # fmt: skip

    def references(self, context: Mapping[str, Any]) -> dict[str, str]:
        """How a message names every section: "II.5.1", "Phần thứ hai, mục 1".

        One without a number is named as the one before it.
        """
        numbers, named, last = self.numbers(context), {}, ""
        parts = {section.code: section.title.partition(" | ")[0] for section in self.sections}
        for section in self.sections:
            part, _, rest = numbers[section.code].partition(".")
            if section.numbered:
                last = f"{parts[part]}, mục {rest}" if part in self._unnumbered else numbers[section.code]
            named[section.code] = last if section.level else parts[section.code]
        return named

    @property
    def _unnumbered(self) -> set[str]:
        """The codes of the parts, under which numbers begin anew."""
        return {section.code for section in self.sections if not section.level}

    def moves(self, section: Section) -> bool:
        """Whether the section's number depends on another one's condition."""
        parent = section.code.rpartition(".")[0]
        before = self.sections[: self.sections.index(section)]
        return any(other.conditions and other.code.rpartition(".")[0] == parent for other in before)


def printed_codes(sections: Sequence[Section], context: Mapping[str, Any]) -> dict[str, str]:
    """Codes as printed: each absent section moves those that follow it under the same heading up by one."""
    absent: dict[str, int] = {}
    printed = {}
    for section in sections:
        parent, _, last = section.code.rpartition(".")
        if not section.stands(context):
            absent[parent] = absent.get(parent, 0) + 1
        moved = absent.get(parent, 0)
        printed[section.code] = f"{parent}.{int(last) - moved}" if moved and last.isdigit() else section.code
    return printed


def _roman(number: int) -> str:
    """Up to 39."""
    tens, ones = divmod(number, 10)
    return "X" * tens + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[ones]


def heading_number(code: str) -> str:
    """The number before a heading: "II" is "II", "II.1" is "1", "II.2.5" is "2.5", "P2.1" is "1"."""
    return code.partition(".")[2] or code


def holds(condition: str, context: Mapping[str, Any]) -> bool:
    """Whether a condition holds: terms joined by "and", each a name or map.name, perhaps after "not"."""
    for term in condition.split(" and "):
        found = _TERM.fullmatch(term.strip())
        if not found:
            raise ValueError(condition)
        value = context[found["name"]]
        if found["part"]:
            value = value[found["part"]]
        if bool(value) == bool(found["no"]):
            return False
    return True


def shown(text: str, context: Mapping[str, Any]) -> str:
    """A text without the branches of its {% if … %} that do not hold."""
    kept, open_ones = [], [True]
    for piece in _BRANCH.split(text):
        found = _BRANCH.fullmatch(piece)
        if found is None:
            kept += [piece] if all(open_ones) else []
        elif piece.startswith("{% if "):
            open_ones.append(holds(piece[6:-3].strip(), context))
        elif "else" in piece:
            open_ones[-1] = not open_ones[-1]
        else:
            open_ones.pop()
    return "".join(kept)


def filled(text: str, context: Mapping[str, Any]) -> str:
    """A heading with its plain placeholders filled in, for people: {{ ky }} and the like."""
    return _PLACEHOLDER.sub(lambda found: str(context[found[1]]), text)


def read(file: Path) -> Outline:
    """The source of a document; TemplateError names the line that is not understood."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateError(file, "(cả tệp)", f"không đọc được: {error}") from error
    return _Reader(file).read(text)


class _Reader:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._frame: dict[str, tuple[str, ...]] = {}
        self._lines: list[Line] = []
        self._sections: list[Section] = []
        self._conditions: list[str] = []
        self._annexes: list[Annex] = []

    def read(self, text: str) -> Outline:
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip() and not line.startswith("//"):
                self._line(number, line.strip())
        if self._conditions:
            raise self._error("(cuối tệp)", "còn một khối “?” chưa đóng bằng “??”")
        for key in FRAME:
            if key not in self._frame:
                raise self._error(key, "thiếu dòng này ở phần khung")
        return Outline(self._frame, tuple(self._lines), tuple(self._with_words()), tuple(self._annexes))

    def _error(self, key: object, expected: str) -> TemplateError:
        return TemplateError(self._file, f"{key}", expected)

    def _line(self, number: int, line: str) -> None:
        if heading := _HEADING.fullmatch(line):
            self._heading(number, heading)
        elif not self._sections:
            self._frame_line(number, line)
        elif line == "??":
            if not self._conditions:
                raise self._error(f"dòng {number}", "“??” không có “?” ở trước")
            self._conditions.pop()
        elif line.startswith("?"):
            self._condition(number, line[1:].strip())
        elif annex := _ANNEX.fullmatch(line):
            self._annex(number, annex)
        elif self._annexes:
            self._annex_line(number, line)
        elif line in _MARKS:
            self._add(number, _MARKS[line], "")
        elif group := _GROUP.fullmatch(line):
            self._add(number, "told", group[1])
        elif line.startswith("- "):
            self._add(number, "item", line)
        elif line[0] in "=#*@~&+|":
            raise self._error(f"dòng {number}", "đề mục phải có dạng: # [mã] Tên đề mục")
        else:
            self._add(number, "text", line)

    def _heading(self, number: int, found: re.Match[str]) -> None:
        code, mark = found["code"], found["mark"]
        if code in (section.code for section in self._sections):
            raise self._error(f"dòng {number}", f"mã mục “{code}” đã dùng")
        section = Section(code, found["title"], _LEVELS[mark], mark.startswith("#"), tuple(self._conditions))
        self._sections.append(section)
        self._add(number, "heading", found["title"])

    def _frame_line(self, number: int, line: str) -> None:
        found = _FRAME.fullmatch(line)
        if not found or found["key"] not in FRAME:
            raise self._error(f"dòng {number}", f"cần một trong các khóa: {', '.join(FRAME)}")
        self._frame[found["key"]] = tuple(part.strip() for part in found["value"].split(" | "))

    def _condition(self, number: int, condition: str) -> None:
        if not all(_TERM.fullmatch(term.strip()) for term in condition.split(" and ")):
            raise self._error(f"dòng {number}", "điều kiện phải có dạng: co.ten, not khong.ten, dai_hoi")
        self._conditions.append(condition)

    def _annex(self, number: int, found: re.Match[str]) -> None:
        if self._annexes and self._annexes[-1].conditions:
            # Its pages could not be taken out from among those of others.
            raise self._error(f"dòng {number}", "phụ lục có điều kiện phải đứng cuối")
        self._annexes.append(Annex(found["code"], found["name"], found["title"], tuple(self._conditions)))

    def _annex_line(self, number: int, line: str) -> None:
        """Text, a table, the columns of the sources, or the place of the photos, of the last annex."""
        annex = self._annexes[-1]
        if line == "%":
            annex = replace(annex, photos=True)
        elif line.startswith("|| "):
            annex = replace(annex, sources=tuple(part.strip() for part in line[3:].split(" | ")))
        elif line.startswith("| "):
            annex = replace(annex, tables=(*annex.tables, self._table(number, line[2:])))
        else:
            annex = replace(annex, text=(*annex.text, line))
        self._annexes[-1] = annex

    def _table(self, number: int, line: str) -> Table:
        title, colon, rest = line.partition(": ")
        columns = [_COLUMN.fullmatch(part.strip()) for part in rest.split(" | ")]
        if not colon or not all(columns):
            raise self._error(f"dòng {number}", "bảng phải có dạng: | Tên bảng: so_lieu = Tên cột | …")
        return Table(title, tuple((c["figure"], c["title"]) for c in columns if c), number)

    def _add(self, number: int, kind: str, text: str) -> None:
        code = self._sections[-1].code
        self._lines.append(Line(kind, text, code, tuple(self._conditions), number))

    def _with_words(self) -> Iterator[Section]:
        written = {line.section for line in self._lines if line.kind.startswith("words")}
        for one in self._sections:
            yield Section(
                one.code, one.title, one.level, one.numbered, one.conditions, has_words=one.code in written
            )
