"""The columns of a pasted spreadsheet: which holds the amount, which the name, and the unit of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.answers.tokens import DIGITS, SIGN, WORD, phrases, tokenise

_AMOUNT = phrases(
    "số tiền|tiền|thành tiền|ủng hộ|đóng góp|mức đóng góp|số tiền ủng hộ|tổng tiền|kinh phí|tiền mặt"
)
_NAME = phrases(
    "họ tên|họ và tên|tên|người ủng hộ|người đóng góp|đơn vị|cá nhân|nhà hảo tâm|chủ hộ|hộ|tên hộ|"
    "tên người|tên đơn vị|tổ chức cá nhân|tổ chức"
)
_NOTE = phrases("địa chỉ|ghi chú|ấp|tổ|nơi ở|sđt|điện thoại|ngày|thôn|khóm")
_ORDINAL = phrases("stt|tt|số tt|số thứ tự|no|s t t")
_UNIT_WORDS = phrases("đvt|đơn vị tính|đơn vị|tính bằng|đv")
_UNITS = {
    "1.000 đồng": 1000, "1.000đ": 1000, "1.000 đ": 1000, "1000đ": 1000, "1000 đồng": 1000, "1000 đ": 1000,
    "nghìn đồng": 1000, "ngàn đồng": 1000, "nghìn": 1000, "ngàn": 1000, "triệu đồng": 10**6, "triệu": 10**6,
    "đồng": 1, "đ": 1, "vnđ": 1, "vnd": 1, "1.000.000 đồng": 10**6, "tr đồng": 10**6,
}  # fmt: skip
_UNITS_FOLDED = {"".join(token.fold for token in tokenise(name)): factor for name, factor in _UNITS.items()}
_HIGHEST_ORDINAL = 10_000


@dataclass(frozen=True, slots=True)
class Columns:
    """Places of the columns that a header named, else None; ``unit`` of the amounts where it says so."""

    amount: int | None = None
    name: int | None = None
    note: int | None = None
    ordinal: int | None = None
    unit: int | None = None

    def amount_in(self, cells: Sequence[str]) -> int | None:
        """The cell that holds the amount, or None."""
        if self.amount is not None:
            return self.amount if self.amount < len(cells) and cells[self.amount] else None
        for place in range(len(cells) - 1, -1, -1):
            if self._may_be_amount(cells, place):
                return place
        return None

    def _may_be_amount(self, cells: Sequence[str], place: int) -> bool:
        """Digits that are no ordinal, day, telephone number or place ("ấp 3")."""
        tokens = tokenise(cells[place])
        digits = [token for token in tokens if token.kind == DIGITS]
        if not digits or place in (self.note, self.ordinal, self.name):
            return False
        if place == 0 and len(tokens) <= 2 and len(digits[0].text) <= 4:
            return False
        if digits[0].text.startswith("0") or any(token.text in "/:" for token in tokens):
            return False
        return not _NOTE.at(tokens, 0) and tokens[0].kind != WORD

    def name_in(self, cells: Sequence[str], amount: int) -> str:
        """The giver: the named column, else the first cell with letters."""
        if self.name is not None and self.name < len(cells):
            return cells[self.name]
        for place, cell in enumerate(cells):
            if place != amount and any(char.isalpha() for char in cell):
                return cell
        return ""

    def note_in(self, cells: Sequence[str], amount: int, name: str) -> str:
        """What the other cells with letters say (address, remark)."""
        others = (cell for place, cell in enumerate(cells) if place != amount and cell != name)
        return ", ".join(cell for cell in others if any(char.isalpha() for char in cell))


def header(cells: Sequence[str]) -> Columns | None:
    """The columns that a line of headings names, or None where the line is none."""
    places: dict[str, int] = {}
    unit: int | None = None
    for place, cell in enumerate(cells):
        kind = _kind(cell)
        if kind is not None:
            places.setdefault(kind, place)
        if kind == "amount":
            unit = _unit_in(cell)
    if len(places) < 2 or not ("amount" in places or "name" in places):
        return None
    return Columns(places.get("amount"), places.get("name"), places.get("note"), places.get("ordinal"), unit)


def _kind(cell: str) -> str | None:
    tokens = tokenise(cell)
    for name, words in (("ordinal", _ORDINAL), ("amount", _AMOUNT), ("name", _NAME), ("note", _NOTE)):
        found = words.at(tokens, 0)
        rest = tokens[found[1] :] if found else []
        if found and (not rest or rest[0].kind == SIGN or name == "amount") and not _is_value(cell):
            return name
    return None


def _is_value(cell: str) -> bool:
    """ "ấp 3", "ủng hộ 200k": digits outside brackets are no heading."""
    outside = cell.split("(")[0]
    return any(char.isdecimal() for char in outside)


def _unit_in(cell: str) -> int | None:
    """The unit in brackets or behind a comma ("Số tiền (1.000đ)")."""
    for opening, closing in (("(", ")"), (",", ""), (":", "")):
        start = cell.find(opening)
        if start >= 0:
            end = cell.find(closing, start) if closing else len(cell)
            found = _factor(cell[start + 1 : end if end >= 0 else len(cell)])
            if found is not None:
                return found
    return None


def unit_of(text: str) -> int | None:
    """The unit that a line of its own states ("ĐVT: 1.000 đồng"), or None."""
    tokens = tokenise(text)
    for here in range(min(len(tokens), 12)):
        found = _UNIT_WORDS.at(tokens, here)
        if found is not None and found[1] < len(tokens):
            return _factor(text[tokens[found[1]].start :])
    return None


def _factor(text: str) -> int | None:
    tokens = [token for token in tokenise(text) if token.kind != SIGN or token.text == "."]
    if tokens and _UNIT_WORDS.at(tokens, 0):
        tokens = tokens[_UNIT_WORDS.at(tokens, 0)[1] :]  # type: ignore[index]
    return _UNITS_FOLDED.get("".join(token.fold for token in tokens).rstrip("."))
