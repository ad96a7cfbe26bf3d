"""What is wrong with matran.toml, for whoever edits it: where, what stands there, what would be right.

Keys are named as they stand in the file ("[[ap]] thứ 3 (Ấp 3), ma"). The settings' own models tell what a key
must be, and give an example.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from templates.errors import TemplateError

Model: TypeAlias = type[BaseModel]
Place: TypeAlias = Sequence[int | str]

WHOLE = "(cả tệp)"
SAID = "said"  # an error of a model's own, which says all that there is to say
_PRIVATE = "thu"  # a table in which somebody may have put a password
_LONGEST = 40  # characters of what stands in the file

# The text of the file


def decoded(file: Path | str, data: bytes) -> str:
    """The text, with or without the marks that Windows Notepad puts before it; raises TemplateError."""
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        before = data.count(b"\n", 0, error.start)
        line = WHOLE if wide else f"dòng {before + 1}"
        remedy = "Mở bằng Notepad, chọn Lưu thành (Save as), ở ô Mã hóa (Encoding) chọn UTF-8 rồi lưu lại"
        raise TemplateError(file, line, f"tệp không lưu ở dạng UTF-8. {remedy}.") from None


_TEXT = 'ten = "Tân An"'
_ABOVE = (
    "tên này đã ghi ở trên, mỗi tên chỉ ghi một lần. Bỏ một chỗ; mục có nhiều lần thì ghi hai ngoặc: [[ap]]"
)
_QUOTES = f"thiếu dấu nháy đóng, hoặc thừa dấu nháy. Ví dụ đúng: {_TEXT}"
_STRANGE = f"có ký tự lạ không nhìn thấy. Xóa cả dòng rồi gõ lại, ví dụ: {_TEXT}"
_LINE = f"dòng phải có dạng khóa = giá trị, lời giải thích phải đứng sau dấu #. Ví dụ đúng: {_TEXT}"
_BACKSLASH = r"dấu \ ở giữa chữ phải ghi hai lần. Ví dụ đúng: " + r'ten = "a\\b"'
# By how tomllib's messages begin.
_SYNTAX = {
    "Invalid value": f"giá trị viết sai; chữ, ngày và giờ phải nằm trong dấu nháy. Ví dụ đúng: {_TEXT}",
    "Invalid date": 'ngày và giờ phải nằm trong dấu nháy. Ví dụ đúng: gio = "08:00"',
    "Expected newline": "thừa chữ sau giá trị; chữ, ngày và giờ phải nằm trọn trong dấu nháy, mỗi khóa một"
    ' dòng. Ví dụ đúng: gio = "08:00"',
    "Illegal character '\\n'": _QUOTES,
    "Illegal character": _STRANGE,
    "Unterminated string": _QUOTES,
    "Unescaped": _BACKSLASH,
    "Invalid hex": _BACKSLASH,
    "Escaped": _BACKSLASH,
    "Unclosed array": "danh sách ở dòng này hoặc dòng trên thiếu dấu phẩy hoặc dấu ]."
    " Ví dụ đúng: nhac = [-3, 0, 2]",
    "Unclosed inline": 'thiếu dấu phẩy hoặc dấu }. Ví dụ đúng: { chuc = "truong_ban", ten = "Trần Văn Sáu" }',
    "Expected '='": _LINE,
    "Invalid initial": _LINE,
    "Invalid statement": _LINE,
    "Expected ']]'": "tên mục phải nằm giữa [[ và ]]. Ví dụ đúng: [[ap]]",
    "Expected ']'": "tên mục phải nằm giữa [ và ]. Ví dụ đúng: [don_vi]",
    "Expected": _QUOTES,
    "Cannot": _ABOVE,
    "Duplicate": _ABOVE,
    "Found invalid": _STRANGE,
}
_CURLED = re.compile("[“”„‟‘’]")


def tree(file: Path | str, text: str) -> dict[str, Any]:
    """The text's TOML; raises TemplateError with the line and what to do."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _of_syntax(file, text, str(error)) from None


def _of_syntax(file: Path | str, text: str, said: str) -> TemplateError:
    lines = text.splitlines()
    at = re.search(r"\(at line (\d+)", said)
    number = int(at[1]) if at else _open_quote(lines, said)
    line = lines[number - 1].strip() if number <= len(lines) else ""
    remedy = _remedy(line, said)
    original = re.sub(r"\s*\(at .*\)$", "", said)
    shown = f"“{_short(line, 80)}”: " if line else ""
    return TemplateError(file, f"dòng {number}", f"{shown}{remedy} ({original})")


def _open_quote(lines: Sequence[str], said: str) -> int:
    """Where the quotation begins that goes on to the end of the file; without one, the last line."""
    quote = said.split('"')[1] if said.startswith("Expected") else '"""'
    begun = (number for number, line in enumerate(lines, 1) if line.count(quote) % 2)
    return next(begun, max((n for n, line in enumerate(lines, 1) if line.strip()), default=1))


def _remedy(line: str, said: str) -> str:
    code = line.partition("#")[0]
    if _CURLED.search(re.sub('"[^"]*"', "", code)):
        return f'dùng dấu nháy thẳng ", không dùng dấu nháy cong. Ví dụ đúng: {_TEXT}'
    if not code.partition("=")[0].isascii() and "=" in code:
        return f"tên khóa ghi không dấu. Ví dụ đúng: {_TEXT}"
    return next((text for begin, text in _SYNTAX.items() if said.startswith(begin)), _LINE)


# What the keys say


def of_value(
    model: Model, file: Path | str, tree: Mapping[str, Any], error: ValidationError
) -> TemplateError:
    """The first thing that is wrong; a misspelt key before the one that is therefore missing."""
    found = error.errors(include_url=False)
    strange = (one for one in found if one["type"] == "extra_forbidden" and _meant(model, one["loc"]))
    first = next(strange, found[0])
    return TemplateError(file, _place(model, first["loc"], tree), _expected(model, first))


def _expected(model: Model, error: Any) -> str:
    loc, kind = error["loc"], error["type"]
    if kind == SAID:
        return f"{error['msg']}."
    if kind == "extra_forbidden":
        return _strange(model, loc)
    field, header = _field(model, loc)
    right = _example(field, header)
    if kind == "missing":
        return f"thiếu {'mục' if _table(field) else 'khóa'} này. Ghi thêm: {right}"
    what = _found(error["input"]) if loc[0] != _PRIVATE else "giá trị này"
    return f"{what} không dùng được. Cần {_words(field)}. Ví dụ đúng: {right}"


def _strange(model: Model, loc: Place) -> str:
    """There is no such key: a near one, the table that it belongs to, or those that there are."""
    if meant := _meant(model, loc):
        field, header = _field(model, [*loc[:-1], meant])
        return f"không có tên này. Có phải là “{meant}”? Ví dụ đúng: {_example(field, header)}"
    elsewhere = [header for header, table in _tables(model) if loc[-1] in table.model_fields and header]
    if elsewhere:
        where = " hoặc ".join(dict.fromkeys(elsewhere))
        return f"khóa này không thuộc mục này, mà thuộc {where}. Chuyển dòng này tới mục ấy."
    known = ", ".join(_table_at(model, loc[:-1]).model_fields)
    return f"không có tên này, cần xóa đi hoặc thêm dấu # ở đầu dòng. Ở đây chỉ có: {known}"


def _meant(model: Model, loc: Place) -> str | None:
    """The key of the same table that is near to the one in the file."""
    from rapidfuzz.distance import OSA

    from bot.answers.normal import fold

    typed = re.sub(r"[^a-z0-9]+", "_", fold(str(loc[-1])))
    near = 1 if len(typed) < 5 else 2
    known = sorted((OSA.distance(typed, name), name) for name in _table_at(model, loc[:-1]).model_fields)
    return known[0][1] if known and known[0][0] <= near else None


def _place(model: Model, loc: Place, tree: Any) -> str:
    """Where it stands: "[han] nhac, mục thứ 2"; "[[ap]] thứ 3 (Ấp 3), [[ap.ban]] thứ 1, chuc"."""
    said, header, here = "", [], tree
    table: Model | None = model
    for part, following in zip(loc, [*loc[1:], None], strict=True):
        here = _within(here, part)
        if isinstance(part, int):
            name = here.get("ten") if table is not None and isinstance(here, Mapping) else None
            number = f"thứ {part + 1}" + (f" ({_short(name)})" if isinstance(name, str) and name else "")
            said += f" {number}" if table is not None else f", mục {number}"
            continue
        field = table.model_fields.get(part) if table is not None else None
        table = _table(field)
        if table is None:
            said += f"{' ' if said.endswith(']') else ', ' if said else ''}{part}"
            continue
        header.append(part)
        many = _many(field)
        name = f"[[{'.'.join(header)}]]" if many else f"[{'.'.join(header)}]"
        said = f"{said}, {name}" if " thứ " in said else name
        if many and not isinstance(following, int):
            table = None
    return said or WHOLE


def _within(here: Any, part: int | str) -> Any:
    try:
        return here[part]
    except (KeyError, IndexError, TypeError):
        return None


def _field(model: Model, loc: Place) -> tuple[FieldInfo | None, str]:
    """The field that the place is in, and its name: the header of a table, else the key."""
    names = [part for part in loc if isinstance(part, str)]
    table: Model | None = model
    field = None
    for name in names:
        field = table.model_fields.get(name) if table is not None else None
        table = _table(field)
    name = ".".join(names) if table is not None else names[-1] if names else ""
    return field, name


def _table_at(model: Model, loc: Place) -> Model:
    for part in loc:
        if isinstance(part, str):
            model = _table(model.model_fields.get(part)) or model
    return model


def _tables(model: Model, above: tuple[str, ...] = ()) -> Iterator[tuple[str, Model]]:
    """Every table with its header as it stands in the file."""
    for name, field in model.model_fields.items():
        if table := _table(field):
            path = (*above, name)
            yield f"[[{'.'.join(path)}]]" if _many(field) else f"[{'.'.join(path)}]", table
            yield from _tables(table, path)


def _parts(annotation: Any) -> Iterator[Any]:
    """The types that an annotation is made of."""
    yield annotation
    for part in get_args(annotation) if get_origin(annotation) is not Literal else ():
        yield from _parts(part)


def _table(field: FieldInfo | None) -> Model | None:
    """The model of the tables that the field holds."""
    parts = _parts(field.annotation) if field is not None else ()
    return next((part for part in parts if isinstance(part, type) and issubclass(part, BaseModel)), None)


def _many(field: FieldInfo | None) -> bool:
    """Whether the field is a list."""
    return field is not None and any(get_origin(part) is Sequence for part in _parts(field.annotation))


def _words(field: FieldInfo | None) -> str:
    """What the field must be."""
    options = (
        [get_args(part) for part in _parts(field.annotation) if get_origin(part) is Literal] if field else []
    )
    listed = ", ".join(f'"{one}"' for one in options[0]) if options else ""
    said = field.description if field is not None and field.description else "một mục riêng như sau"
    return said.format(expected=f"một trong: {listed}")


def _example(field: FieldInfo | None, name: str) -> str:
    """A line, or a table on lines of its own, that would be right."""
    table = _table(field)
    if table is None:
        return f"{name} = {_toml(field.examples[0])}" if field is not None and field.examples else name
    head = f"[[{name}]]" if _many(field) else f"[{name}]"
    needed = [(key, one) for key, one in table.model_fields.items() if one.is_required()]
    return "\n".join(["", head, *(_example(one, key) for key, one in needed if not _table(one))])


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"'
    return f"[{', '.join(map(_toml, value))}]" if isinstance(value, list) else str(value)


def _found(value: Any) -> str:
    """What stands in the file."""
    if isinstance(value, str):
        return f"“{_short(value)}”" if value.strip() else "chỗ để trống"
    if isinstance(value, bool):
        return f"{value}".lower()
    if isinstance(value, Mapping):
        return "một mục"
    if isinstance(value, list):
        return "một danh sách" if value else "danh sách trống"
    return _short(str(value))


def _short(text: str, most: int = _LONGEST) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
