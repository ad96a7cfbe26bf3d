"""A backlog spreadsheet understood: every row with the very same understanding as the chat. Pure.

`check` takes what a job has read of the file (`jobs.book_read`) and what is known of the commune, and gives
plain data: the lines as answers, or each fault with its cell, or why the whole file is not taken.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from bot.answers import read
from bot.answers.model import JSON, Ask, Asked, Reading, Refuse, Value
from bot.answers.normal import clean, fold
from bot.dialogue import life, path, show, steps
from bot.dialogue.model import Draft, World
from templates import fund_names, funds, periods, style
from templates.amounts import fits
from templates.figures import Definitions
from templates.forms import Question
from templates.reported import CUMULATIVE as CUMULATIVE
from templates.reported import FigureRow

HOW, PREVIOUS = "@cach_ghi", "@nam_truoc"  # as the workbook names them
_HELD = "held"  # the check of forms that hand money over
_MOST_CHOICES = 8  # named in one fault
_FIRST_YEAR = 2000


@dataclass(frozen=True, slots=True)
class Known:
    """What checking needs: the sender's hamlets (``own``; None: all), hamlets by code, a world for each form.

    ``held`` is what the book's hamlet holds of each fund, in đồng.
    """

    code: str
    title: str
    hamlets: Mapping[str, str]
    own: Sequence[str] | None
    worlds: Mapping[str, World]
    definitions: Definitions
    month_end: int | None
    held: Mapping[str, int] = field(default_factory=dict)

    @property
    def world(self) -> World:
        return next(iter(self.worlds.values()))


class _Refused(Exception):
    """The whole file is not taken: the end of a sentence's key, and what fills it in."""

    def __init__(self, key: str, **values: str) -> None:
        super().__init__(key)
        self.key, self.values = key, values


def check(book: Mapping[str, Any], known: Known) -> dict[str, Any]:
    """``{"refused": [key, values]}``, or lines ([form, version, day, answers]), faults ([sheet, row, column,
    text]) and last year's figures; with hamlet, unit, source and the digest of what the file says."""
    try:
        hamlet, unit = _whose(book, known)
        return {**_checked(book, known, hamlet), "refused": None, "hamlet": hamlet, "unit": unit,
                "source": _source(book, known), "digest": digest(book)}  # fmt: skip
    except _Refused as refused:
        return {"refused": [refused.key, refused.values]}


def digest(book: Mapping[str, Any]) -> str:
    """Of whose book it is and what it says; how it is coloured or saved does not matter."""
    whose = [book["identity"]["commune"], book["identity"]["hamlet"], book["year"]]
    sheets = [[s["form"], s["version"], s["names"], [row[1] for row in s["rows"]]] for s in book["sheets"]]
    said = {"whose": whose, "sheets": sheets}
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _whose(book: Mapping[str, Any], known: Known) -> tuple[str | None, str]:
    """The hamlet that the book is for, and its name; refuses another's."""
    identity = book["identity"]
    hamlet, unit = identity["hamlet"], str(identity["unit"])
    if identity["commune"] != known.code:
        raise _Refused("other_commune", unit=unit)
    if hamlet is not None and hamlet not in known.hamlets:
        raise _Refused("gone", unit=unit)
    if known.own is not None and hamlet not in known.own:
        raise _Refused("other_hamlet", unit=unit)
    headed = [s["heading"] for s in book["sheets"] if s["form"] != PREVIOUS and s["rows"] and s["heading"]]
    written = [str(book["unit"]), *(str(heading).rpartition(" – ")[2] for heading in headed)]
    if other := next((one for one in written if one != "None" and fold(one) != fold(unit)), None):
        raise _Refused("renamed", unit=unit, written=show.shorten(other, 60))
    return hamlet, known.title if hamlet is None else known.hamlets[hamlet]


def _source(book: Mapping[str, Any], known: Known) -> str:
    """Where it comes from, as the first sheet names it; by paper where it does not."""
    choices = known.world.catalog.lists.get("nguon", ())
    said = fold(str(book["source"] or ""))
    found = (c.name for c in choices if said and fold(known.world.voice.fill(c.label)) == said)
    return next(found, choices[0].name if choices else "")


def _checked(book: Mapping[str, Any], known: Known, hamlet: str | None) -> dict[str, Any]:
    lines: list[Any] = []
    places: list[tuple[str, int, int]] = []  # where each line's first cell stands
    faults: list[Any] = []
    figures: dict[str, Any] = {}
    for sheet in book["sheets"]:
        if not sheet["rows"]:
            continue
        if sheet["form"] == PREVIOUS:
            values = _Previous(sheet, book["year"], known).values(faults)
            if values:
                figures = {"year": _year(book["year"]), "values": values}
            continue
        rows = _Sheet(sheet, known, hamlet)
        for number, cells in sheet["rows"]:
            row = rows.row(number, cells)
            faults += [[sheet["title"], number, column, text] for column, text in row.faults]
            if not row.faults:
                lines.append([rows.form.name, rows.form.version, row.day.isoformat(), row.answers])
                places.append((sheet["title"], number, rows.amount_column))
    faults += _over_held(lines, places, known)
    return {"lines": lines, "faults": faults, "figures": figures}


@dataclass(slots=True)
class _Row:
    answers: dict[str, JSON] = field(default_factory=dict)
    faults: list[tuple[int, str]] = field(default_factory=list)
    day: date = date.min
    totals: bool = False  # it says that it is a month's totals, of whichever month


class _Sheet:
    """One form's sheet: its rows, each read question by question along the path that its answers open."""

    def __init__(self, sheet: Mapping[str, Any], known: Known, hamlet: str | None) -> None:
        world = known.worlds.get(sheet["form"])
        form = world.catalog.get(sheet["form"]) if world else None
        if world is None or form is None or form.version != sheet["version"]:
            name = known.world.voice.fill(form.label) if form else str(sheet["title"])
            raise _Refused("old", form=name)
        names = sheet["names"]
        wanted = {q.name for q in form.question if q.kind != "image" and not q.hidden}
        if wanted - set(names) or set(names) - wanted - {HOW, ""} or len(set(names)) < len(names):
            raise _Refused("columns", sheet=str(sheet["title"]))
        self.form, self._world, self._known, self._hamlet = form, world, known, hamlet
        self._columns = {name: at for at, name in enumerate(names, 1)}
        self.amount_column = self._columns.get(funds.AMOUNT, 1)

    def row(self, number: int, cells: Sequence[JSON]) -> _Row:
        typed = {name: _typed(cells[at - 1]) for name, at in self._columns.items() if at <= len(cells)}
        row = _Row()
        month = self._month(typed, row)
        for question in self.form.question:
            if question.kind != "image" and not question.hidden:
                self._question(question, typed.get(question.name, ""), month, row)
        if not row.faults:
            self._finish(month, row)
        return row

    def _say(self, key: str, **values: object) -> str:
        return self._world.voice.say(f"backlog.{key}", **values)

    def _fault(self, row: _Row, name: str, text: str) -> None:
        row.faults.append((self._columns.get(name, 1), text))

    def _month(self, typed: Mapping[str, str], row: _Row) -> str | None:
        """The month that a row's totals are of; None for a single event."""
        how, day = fold(typed.get(HOW, "")), self.form.day_question
        if how in ("", fold(self._say("book.single"))):
            return None
        if how != fold(self._say("book.total")):
            self._fault(row, HOW, self._say("fault.how"))
            return None
        assert day is not None  # checked when the form was loaded
        row.totals = True
        month = self._named_month(typed.get(day.name, ""))
        if month is None:
            self._fault(row, day.name, self._say("fault.month"))
            return None
        whole = periods.month_period(month, self._known.month_end)
        if whole.until_day > self._world.today:
            label = style.capitalised(whole.label)
            self._fault(row, day.name, self._say("fault.month_open", month=label))
            return None
        return month

    def _named_month(self, text: str) -> str | None:
        """ "15/11/2024", "11/2024", "tháng 11 2024": the month; None for anything else."""
        spec = periods.parse(text)
        if isinstance(spec, periods.PeriodSpec) and spec.first and spec.first == spec.last:
            return f"{spec.year:04d}-{spec.first:02d}"
        try:
            return periods.month_of(datetime.strptime(text, "%d/%m/%Y").date(), self._known.month_end)
        except ValueError:
            return None

    def _question(self, question: Question, text: str, month: str | None, row: _Row) -> None:
        """One cell: its answer, or what is wrong with it."""
        faulty = {column for column, _ in row.faults}
        if any(self._columns.get(other) in faulty for other in question.relevant):
            return  # whether it is asked depends on a cell that is wrong itself
        if not path.relevant(question, row.answers, self._world.level):
            if text:
                self._fault(row, question.name, self._not_here(question, row))
            return
        if question is self.form.day_question and (month or self._columns[question.name] in faulty):
            if month:
                self._of_month(question, month, row)
            return
        if not text:
            self._blank(question, month, row)
            return
        match self._understood(question, text, row):
            case Value(value=value):
                self._accept(question, value, row)
            case Ask() as ask:
                self._fault(row, question.name, self._asked_back(question, ask, text))
            case Refuse() as refusal:
                self._fault(row, question.name, self._reason(question, refusal, text))

    def _of_month(self, question: Question, month: str, row: _Row) -> None:
        """A month's totals stand on its last day, or on the hamlet's last one within it."""
        whole, here = periods.month_period(month, self._known.month_end), self._world
        lives = life.Life() if self.form.after_end else here.life
        if (why := life.no_month(here.voice, here.unit, lives, month, whole)) is not None:
            self._fault(row, question.name, why)
            return
        row.answers[question.name] = min(filter(None, (whole.until_day, lives.until_day))).isoformat()

    def _understood(self, question: Question, text: str, row: _Row) -> Reading:
        if question.list_name and not any(char.isalpha() for char in text):
            return Refuse("choice_none")  # no numbers stand before the choices of a sheet
        draft = Draft(self.form.name, self.form.version, row.answers, hamlet=self._hamlet)
        return steps.understand(self.form, question, draft, text, self._world)

    def _accept(self, question: Question, value: JSON, row: _Row) -> None:
        found = path.contradiction(self.form, {**row.answers, question.name: value}, question.name)
        if found is not None:
            self._fault(row, question.name, steps.contradicts(found, self._world))
            return
        if (why := life.outside(self.form, question, value, self._world)) is not None:
            self._fault(row, question.name, why)
            return
        row.answers[question.name] = value

    def _blank(self, question: Question, month: str | None, row: _Row) -> None:
        """A cell that says nothing: the default, or that it has to be filled.

        A month's totals need no place or name, but their fund is named; a number that is 1 by default has to
        be typed for them.
        """
        counted = question.kind in ("count", "money")
        if (
            question.default is not None
            and question.default != "today"
            and not (month and counted and question.default)
        ):
            row.answers[question.name] = path.default(question, self._world.today)
        elif not question.required:
            row.answers[question.name] = None
        elif question.in_total is not None and (month or row.totals):
            row.answers[question.name] = question.in_total
        elif question.kind == "text" and (month or row.totals) and question.name != fund_names.NAME:
            row.answers[question.name] = self._total_text(month) if month else None
        else:
            name = self._world.voice.fill(question.heading)
            self._fault(row, question.name, self._say("fault.missing", question=name))

    def _total_text(self, month: str) -> str:
        return self._say("total.text", month=periods.month_period(month).label)

    def _finish(self, month: str | None, row: _Row) -> None:
        """A row whose cells are all right: its day, and whether totals may stand for its events."""
        day = self.form.day_question
        assert day is not None  # checked when the form was loaded
        row.day = date.fromisoformat(row.answers[day.name])
        if month is None:
            return
        told = FigureRow(0, 0, self.form.name, self._hamlet, row.day, row.answers, "", datetime.now(UTC))
        definitions = self._known.definitions
        if (self.form.name in funds.FORMS and funds.AMOUNT not in row.answers) or any(
            d.kind == "count" and d.form == self.form.name and fits(told, d.where) for d in definitions.figure
        ):
            self._fault(row, HOW, self._say("fault.no_totals"))
        elif self._hamlet is not None and any(
            j.form == self.form.name and j.span == "day" and fits(told, j.where) for j in definitions.joint
        ):
            self._fault(row, HOW, self._say("fault.joint"))
        row.answers[CUMULATIVE] = month

    def _not_here(self, question: Question, row: _Row) -> str:
        other = next((self.form.get(name) for name in question.relevant), None)
        said = ""
        if other is not None:
            draft = Draft(self.form.name, self.form.version)
            said = show.value(self.form, other, row.answers.get(other.name), draft, self._world)
        name = self._world.voice.fill(question.heading)
        return self._say("fault.not_here", question=name, other=said or self._world.unit)

    def _asked_back(self, question: Question, ask: Ask, text: str) -> str:
        said = self._world.voice.say(
            f"answers.ask.{ask.code}", **{"text": show.shorten(text, 60), **ask.data}
        )
        if not ask.readings or question.kind == "people":
            return said
        draft = Draft(self.form.name, self.form.version)
        shown = [show.reading(self.form, question, r.value, draft, self._world) for r in ask.readings]
        return f"{said.rstrip(' :.')}. {self._say('fault.or', readings=' / '.join(shown))}"

    def _reason(self, question: Question, refusal: Refuse, text: str) -> str:
        if question.list_name:
            labels = [option.label for option in path.options(self.form, question, self._world)]
            more = "…" if len(labels) > _MOST_CHOICES else ""
            return self._say("fault.choose", choices="; ".join(labels[:_MOST_CHOICES]) + more)
        values = {"text": show.shorten(text, 60), **refusal.data}
        return self._world.voice.say(f"answers.refuse.{refusal.code}", **values)


class _Previous:
    """The sheet with last year's figures."""

    def __init__(self, sheet: Mapping[str, Any], year: JSON, known: Known) -> None:
        self._sheet, self._year, self._known = sheet, year, known
        self._at = {name: at for at, name in enumerate(sheet["names"])}
        if not {"so_lieu", "gia_tri"} <= set(self._at):
            raise _Refused("columns", sheet=str(sheet["title"]))

    def values(self, faults: list[Any]) -> dict[str, JSON]:
        """The figures that have a value; what is wrong with others is added to ``faults``."""
        say, found = self._known.world.voice.say, {}
        kinds = {d.name: _kind(d.kind, d.unit) for d in self._known.definitions.figure}
        column = self._at["gia_tri"]
        for number, cells in self._sheet["rows"]:
            value = cells[column] if len(cells) > column else None
            if value in (None, ""):
                continue
            name = str(cells[self._at["so_lieu"]])
            reading = self._read(kinds.get(name), value)
            if isinstance(reading, Value):
                found[name] = reading.value
            else:
                faults.append([self._sheet["title"], number, column + 1, self._reason(reading, value)])
        today = self._known.world.today
        if found and not _FIRST_YEAR <= _year(self._year) < today.year:
            faults.append([self._sheet["title"], 2, 3, say("backlog.fault.year", year=today.year - 1)])
        return found

    def _read(self, kind: str | None, value: JSON) -> Reading | None:
        if kind is None:
            return None
        text = _typed(value)
        if kind == "ratio" and re.fullmatch(r"\d+(?:[.,]\d+)?", text):
            text += "%"  # its unit stands in the column before
        return read(text, Asked(kind, self._known.world.today))

    def _reason(self, reading: Reading | None, value: JSON) -> str:
        say = self._known.world.voice.say
        if reading is None or isinstance(reading, Value):
            return say("backlog.fault.figure")
        way = "ask" if isinstance(reading, Ask) else "refuse"
        return say(f"answers.{way}.{reading.code}", **{"text": _typed(value)[:60], **reading.data})


def _kind(kind: str, unit: str) -> str:
    if kind == "ratio":
        return "ratio"
    return "money" if unit == "đồng" else "count"


def _year(value: JSON) -> int:
    text = str(value or "")
    return int(text) if text.isdecimal() else 0


def _typed(cell: JSON) -> str:
    """A cell as it would be typed into the chat."""
    if cell is None:
        return ""
    return clean(str(cell).replace(".", ",") if isinstance(cell, float) else str(cell))


def _over_held(lines: Sequence[Any], places: Sequence[tuple[str, int, int]], known: Known) -> list[Any]:
    """Handovers of more than the hamlet holds, this book's donations included: the last row of each fund."""
    held: defaultdict[str, int] = defaultdict(int, known.held)
    handed: defaultdict[str, int] = defaultdict(int)
    last: dict[str, tuple[str, int, int]] = {}
    for (name, _, _, answers), place in zip(lines, places, strict=True):
        form, fund = known.world.catalog[name], str(fund_names.key(answers))
        if form.check == _HELD:
            handed[fund] += funds.money(answers)
            last[fund] = place
        elif name == funds.DONATION:
            held[fund] += funds.money(answers)
    say = known.world.voice.say
    return [
        [*last[fund], say("backlog.fault.held", held=style.money(held[fund]), handed=style.money(amount))]
        for fund, amount in handed.items()
        if amount > held[fund]
    ]


def without_known(lines: Sequence[Any], stored: Sequence[tuple[str, str, Mapping[str, Any]]]) -> list[Any]:
    """The lines that are not recorded yet; of two equal lines one stored record takes one away."""
    left: defaultdict[str, int] = defaultdict(int)
    for form, day, answers in stored:
        left[_same(form, day, answers)] += 1
    fresh = []
    for line in lines:
        key = _same(line[0], line[2], line[3])
        if left[key]:
            left[key] -= 1
        else:
            fresh.append(line)
    return fresh


def _same(form: str, day: str, answers: Mapping[str, Any]) -> str:
    return json.dumps([form, day, dict(answers)], ensure_ascii=False, sort_keys=True)


def forms_of(book: Mapping[str, Any]) -> list[str]:
    """The forms whose sheets say anything."""
    return [sheet["form"] for sheet in book["sheets"] if sheet["rows"] and sheet["form"] != PREVIOUS]
