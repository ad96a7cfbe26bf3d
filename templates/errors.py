"""What is wrong in a data file, said to the computer's owner: the file, the key, what was expected."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

# pydantic's kinds of error in the words of the computer's owner; {…} are its own context values.
_SAYS = {
    "missing": "thiếu khóa này, cần ghi thêm",
    "extra_forbidden": "không có khóa nào tên như vậy, xem lại chính tả",
    "literal_error": "phải là một trong: {expected}",
    "enum": "phải là một trong: {expected}",
    "string_type": "phải là chữ trong dấu nháy",
    "string_too_short": "không được để trống",
    "string_pattern_mismatch": "không đúng dạng {pattern}",
    "string_too_long": "dài quá {max_length} ký tự",
    "int_type": "phải là số nguyên",
    "int_parsing": "phải là số nguyên",
    "bool_type": "phải là true hoặc false",
    "list_type": "phải là danh sách trong ngoặc vuông [ ]",
    "tuple_type": "phải là danh sách trong ngoặc vuông [ ]",
    "dict_type": "phải là một bảng",
    "model_type": "phải là một bảng",
    "greater_than_equal": "nhỏ nhất là {ge}",
    "less_than_equal": "lớn nhất là {le}",
    "time_parsing": 'phải là giờ dạng "08:00"',
    "date_from_datetime_parsing": "phải là ngày dạng 2024-12-31",
    "date_parsing": "phải là ngày dạng 2024-12-31",
    "value_error": "{error}",
}


class TemplateError(Exception):
    """A form, wording, figures, document or settings file cannot be used.

    ``file`` and ``key`` name the place, ``expected`` says what was looked for there.
    """

    def __init__(self, file: Path | str, key: str, expected: str) -> None:
        super().__init__(f"{file}: {key}: {expected}")
        self.file, self.key, self.expected = str(file), key, expected


def from_validation(file: Path | str, error: ValidationError) -> TemplateError:
    """The first thing that pydantic found wrong, without the value itself, which may be a secret."""
    first = error.errors(include_url=False, include_input=False)[0]
    key = ".".join(str(part + 1) if isinstance(part, int) else part for part in first["loc"]) or "(cả tệp)"
    says = _SAYS.get(first["type"])
    expected = says.format(**first.get("ctx", {})) if says else first["msg"]
    return TemplateError(file, key, expected)
