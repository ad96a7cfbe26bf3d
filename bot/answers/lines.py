"""A pasted donation list, or a spreadsheet's cells, read line by line into rows, doubts and remarks.

Nothing is lost: every line that is not empty is a row, a doubt, a total or passed over, with its number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.answers.amounts import Amount, amounts_in, in_unit
from bot.answers.columns import Columns, header, unit_of
from bot.answers.lineparts import is_heading, is_title, is_total, name_of, note_of, without_number
from bot.answers.model import Ask, Asked, Reading, Refuse, Value
from bot.answers.money import is_foreign, of_amounts
from bot.answers.normal import clean, short
from bot.answers.tokens import tokenise

LONGEST_LINE = 500  # characters; a longer one is no line of a list


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its number from 1, its text, who gives, a note ("ấp 3"), and how its amount reads."""

    number: int
    text: str
    name: str
    reading: Reading
    note: str = ""

    @property
    def amount(self) -> int:
        """Đồng; 0 where the line is not understood."""
        return int(self.reading.value) if isinstance(self.reading, Value) else 0


@dataclass(frozen=True, slots=True)
class Total:
    """A total written in the list, and what the lines it sums up come to."""

    number: int
    text: str
    written: int
    counted: int

    @property
    def agrees(self) -> bool:
        return self.written == self.counted


@dataclass(frozen=True, slots=True)
class Pasted:
    """A list as understood. ``rows`` have one sane amount; ``doubts`` are asked one by one (an ``Ask`` with
    its readings, or a ``Refuse``); ``skipped`` are headings and remarks; ``totals`` are in their order.
    """

    rows: tuple[Line, ...] = ()
    doubts: tuple[Line, ...] = ()
    skipped: tuple[Line, ...] = ()
    totals: tuple[Total, ...] = ()

    @property
    def sum(self) -> int:
        """Đồng of all rows understood."""
        return sum(row.amount for row in self.rows)

    @property
    def written_total(self) -> int | None:
        """The list's last total, or None where it has none."""
        return self.totals[-1].written if self.totals else None

    @property
    def agrees(self) -> bool | None:
        """Whether the sum of the rows equals the list's total; None where it has none."""
        return None if not self.totals else self.sum == self.totals[-1].written

    @property
    def bare(self) -> tuple[Line, ...]:
        """Doubts that only want a unit ("200"): one question may settle them (``unit=1000``)."""
        return tuple(
            line
            for line in self.doubts
            if isinstance(line.reading, Ask) and line.reading.code == "money_unclear"
        )


def read_lines(text: str, today: date, unit: int | None = None) -> Pasted:
    """A list pasted as text, cells with tabs between. ``unit`` is what bare numbers count in, where known."""
    return _List(today, unit).read(line.split("\t") for line in _lines(text))


def read_cells(rows: Iterable[Sequence[object]], today: date, unit: int | None = None) -> Pasted:
    """The same for a spreadsheet's rows of cells: numbers, texts, dates or None."""
    return _List(today, unit).read([cell_text(cell) for cell in row] for row in rows)


def cell_text(cell: object) -> str:
    """A cell as someone would type it: 200000.0 is "200000", an empty one is ""."""
    if cell is None or isinstance(cell, bool):
        return ""
    if isinstance(cell, float):
        return (
            str(int(cell))
            if cell == cell and abs(cell) < 1e18 and cell == int(cell)
            else str(cell).replace(".", ",")
        )
    return str(cell)


def _lines(text: str) -> Iterator[str]:
    yield from text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


class _List:
    """The list being read: its rows so far, its columns, the unit of its bare numbers."""

    def __init__(self, today: date, unit: int | None) -> None:
        self.asked, self.unit = Asked("money", today), unit
        self.columns: Columns | None = None
        self.rows: list[Line] = []
        self.doubts: list[Line] = []
        self.skipped: list[Line] = []
        self.totals: list[Total] = []
        self.since_total = self.all = 0

    def read(self, lines: Iterable[Sequence[str]]) -> Pasted:
        for number, cells in enumerate(lines, 1):
            cleaned = [" ".join(clean(cell[: LONGEST_LINE + 1]).split()) for cell in cells]
            if any(cleaned):
                self._line(number, cleaned)
        return Pasted(tuple(self.rows), tuple(self.doubts), tuple(self.skipped), tuple(self.totals))

    def _line(self, number: int, cells: list[str]) -> None:
        text = " ".join(cell for cell in cells if cell)
        columns = header(cells)
        if columns is not None or self._is_unit_line(text):
            self.columns = columns or self.columns
            self.unit = (columns.unit if columns else unit_of(text)) or self.unit
            self._skip(number, text)
        elif len(text) > LONGEST_LINE:
            self.doubts.append(Line(number, short(text), "", Refuse("line_too_long", {"text": short(text)})))
        elif is_total(text):
            self._total(number, cells, text)
        elif sum(map(bool, cells)) > 1:
            self._cells(number, cells, text)
        else:
            self._typed(number, text)

    def _is_unit_line(self, text: str) -> bool:
        return unit_of(text) is not None and not self.rows

    def _skip(self, number: int, text: str) -> None:
        self.skipped.append(Line(number, text, "", Refuse("line_skipped", {"text": short(text)})))

    def _keep(self, line: Line) -> None:
        if not isinstance(line.reading, Value):
            self.doubts.append(line)
            return
        self.rows.append(line)
        self.since_total += line.amount
        self.all += line.amount

    def _total(self, number: int, cells: list[str], text: str) -> None:
        """A total: of the lines since the last one, or of all."""
        amounts = [found for cell in reversed(cells) if cell and (found := self._sums(cell))]
        written = amounts[0][-1] if amounts else None
        if written is None:
            self._skip(number, text)
            return
        counted = self.since_total if self.since_total and written == self.since_total else self.all
        self.totals.append(Total(number, text, written, counted))
        self.since_total = 0

    def _sums(self, text: str) -> list[int]:
        """The sure amounts of a total's text."""
        reading = self._amount(text)
        values = (
            [reading]
            if isinstance(reading, Value)
            else list(reading.readings)
            if isinstance(reading, Ask)
            else []
        )
        return [int(value.value) for value in values[:1]]

    def _amount(self, text: str) -> Reading:
        return self._amounts(text)[0]

    def _amounts(self, text: str) -> tuple[Reading, list[Amount]]:
        tokens = tokenise(text)
        data = {"text": short(text)}
        if is_foreign(tokens):
            return Refuse("money_foreign", data), []
        amounts = amounts_in(tokens, text)
        if self.unit is not None:
            amounts = [in_unit(amount, self.unit) for amount in amounts]
        return of_amounts(tokens, amounts, data), amounts

    def _cells(self, number: int, cells: list[str], text: str) -> None:
        """A row of a spreadsheet: by its columns, else the amount is the last cell that is one."""
        columns = self.columns or Columns()
        place = columns.amount_in(cells)
        if place is None and columns.amount is not None and columns.name is not None:
            name = columns.name_in(cells, columns.amount)
            if name and columns.ordinal is not None and cells[columns.ordinal]:
                self._keep(Line(number, text, name, Refuse("money_none", {"text": short(text)})))
            else:
                self._skip(number, text)
            return
        if place is None:
            if any(_has_digits(cell) for cell in cells[1:]) or not is_heading(text, self._begun()):
                self._typed(number, text)
            else:
                self._skip(number, text)
            return
        name = columns.name_in(cells, place)
        note = columns.note_in(cells, place, name)
        reading = self._amount(cells[place])
        if isinstance(reading, Value):
            reading = Value(reading.value, name or None)
        self._keep(Line(number, text, name, reading, note))

    def _begun(self) -> bool:
        return bool(self.rows or self.doubts)

    def _typed(self, number: int, text: str) -> None:
        """A line typed in words."""
        bare = without_number(text)
        reading, amounts = self._amounts(bare)
        if is_title(bare) and (bare == text or not isinstance(reading, Value)):
            self._skip(number, text)
            return
        if isinstance(reading, Refuse) and reading.code == "money_none" and is_heading(text, self._begun()):
            self._skip(number, text)
            return
        several = self._several(number, text, reading)
        for line in several or [self._named(number, text, bare, amounts, reading)]:
            self._keep(line)

    def _named(self, number: int, text: str, bare: str, amounts: list[Amount], reading: Reading) -> Line:
        name = name_of(bare, amounts, reading)
        if isinstance(reading, Value):
            reading = Value(reading.value, name or None)
        return Line(number, text, name, reading, note_of(bare))

    def _several(self, number: int, text: str, reading: Reading) -> list[Line]:
        """ "ông Tư 2tr, bà Năm 3tr": two rows, where each amount has its giver."""
        if not isinstance(reading, Ask) or reading.code != "money_several" or len(reading.readings) < 2:
            return []
        if not all(value.source for value in reading.readings):
            return []
        return [Line(number, text, value.source or "", value) for value in reading.readings]


def _has_digits(text: str) -> bool:
    return any(char.isdecimal() for char in text)
