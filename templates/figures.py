"""The figures of a report: their definitions in ``figures.toml``, and what one is once it has been computed.

A definition says which records feed a figure and how (`templates.counting` computes them). A figure knows its
value and mark, its state, its split by hamlet, and the records and revisions behind it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from templates import funds, style
from templates.errors import TemplateError, from_validation
from templates.wording import read_toml

COMMUNE = "xa"  # the row "Xã" of a split, beside the hamlets' codes
BLANK = "\ue000"  # a private-use character: highlighted dots once the document is rendered
ESTIMATE = "ước"  # a mark that stands behind its number
BLANK_LINE = "\ue001"  # a whole line of them, where a section has no words yet
PICTURE = "\ue002"  # on both sides of an attachment's number: that picture

# Attribute names of a dict: a placeholder `so.items` would not find a figure of that name.
_RESERVED = frozenset(dir(dict))
_NAMED = re.compile(r"\{(\w+)\}")

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Text = Annotated[str, Field(min_length=1)]


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Values = Annotated[Sequence[str], BeforeValidator(_as_list)]


class Printing(Protocol):
    """A line of a document: the names of the figures that it prints, and that its conditions ask for."""

    @property
    def number(self) -> int: ...
    @property
    def figures(self) -> Sequence[str]: ...
    @property
    def asked(self) -> Sequence[str]: ...


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


# In ``where``: any answer at all.
ANY = "*"


class Definition(_Data):
    """How one figure comes about. ``ask`` says in the cover message where a missing one is to be had.

    - ``count``: records
    - ``sum``: of the answers to ``of``, ``default`` where one is missing
    - ``latest``: the last answer of each hamlet, added up
    - ``ratio``: the figure ``part`` over ``whole``, or all parts over all wholes of the answers ``of``
    - ``roster``: seats with a post of ``of``, or "ban": the boards
    - ``total``: the figures ``plus``; if ``complete``, blank while one is blank
    - ``first``: the first of the figures ``plus`` that has a number
    - ``fact``: words of the last record, as ``text`` puts its answers ("{tu}–{den}")
    - ``fund``: what the fund ``fund`` received, spent or passed_up, as the fund book says (``flow``)
    - ``blank``: nothing feeds it yet

    ``where`` is as a form's ``relevant``. ``by`` names the questions that identify one thing ("ap" is the
    hamlet): records that agree in them count once, as the last says; as none where any of them is as in
    ``unless``. ``within`` is the figure of which this one is a part, apart from its other parts: together
    they are never larger. ``from`` is whose records count;
    with ``own_first`` the commune's own stand in for the hamlets' where there are any. ``lasting``: what was
    said before the period holds on. ``times`` multiplies an answer by what another one is worth (a công of
    land is 1.000 m²), ``marks`` marks it by another one (an estimate). ``said`` is how it reads behind its
    number where a total tells its parts ("của Mặt trận cấp tỉnh", "của {cap_tren}" by its superior).
    """

    name: Name
    label: Text
    section: Text
    unit: str = ""
    kind: Literal["count", "sum", "latest", "ratio", "roster", "total", "first", "fact", "fund", "blank"]
    form: Name | None = None
    of: Values = ()
    where: Mapping[Name, Values] = {}
    by: Values = ()
    unless: Mapping[Name, Values] = {}
    within: Name | None = None
    origin: Literal["commune", "hamlet", "both"] = Field(default="both", alias="from")
    default: int | None = None
    part: Name | None = None
    whole: Name | None = None
    plus: Values = ()
    complete: bool = False
    own_first: bool = False
    lasting: bool = False
    times: Mapping[Name, Mapping[Name, int]] = {}
    marks: Mapping[Name, Mapping[Name, Text]] = {}
    fund: str = ""
    flow: Literal["received", "spent", "passed_up"] = "received"
    text: str = ""
    said: str = ""
    ask: str = ""

    @property
    def refers_to(self) -> tuple[str, ...]:
        """The figures that this one is made of."""
        return (*filter(None, (self.part, self.whole)), *self.plus)

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions of its form that it names beside ``where``."""
        named = (*self.of, *(name for name in self.by if name != "ap"), *self.times, *self.marks)
        return (*named, *_NAMED.findall(self.text))


class Joint(_Data):
    """Which records of a form tell the same event: same day, same answers to ``same``, the commune took part.

    It did in its own records, and in a hamlet's whose answers are as in ``where``. ``largest`` is the
    question whose answer picks the record that counts where the commune has none; without it all of them
    count. ``span`` "period": the days need not agree (gifts of the commune that hamlets hand over).
    """

    form: Name
    same: Values
    where: Mapping[Name, Values]
    largest: Name | None = None
    span: Literal["day", "period"] = "day"


class Words(_Data):
    """The form with the committee's own words: which question names the section, which holds the words."""

    form: Name
    section: Name
    text: Name


class Event(_Data):
    """Events worth a sentence: the ``most`` records of a form with the largest answers to ``largest``.

    ``text`` puts the answers of one into words; ``{don_vi}`` is who reported it. A record that does not
    answer all that the text names tells nothing. Those of a ``group`` stand at its own place in the section.
    """

    section: Text
    group: Name | None = None
    form: Name
    text: Text
    where: Mapping[Name, Values] = {}
    largest: Name | None = None
    most: Annotated[int, Field(ge=1, le=20)] = 3
    origin: Literal["commune", "hamlet", "both"] = Field(default="both", alias="from")

    @property
    def place(self) -> str:
        """Where they are printed: "II.2.5", or with a group "II.2.5/ve_sinh"."""
        return f"{self.section}/{self.group}" if self.group else self.section

    @property
    def questions(self) -> tuple[str, ...]:
        named = (name for name in _NAMED.findall(self.text) if name != "don_vi")
        return (*named, *filter(None, (self.largest,)))


class Pictured(_Data):
    """Photos of a form's records may stand in the photo annex; those of forms that are not named never do.

    ``text`` says what they show: the first of these sentences that names nothing the record leaves open. Of
    several entries for a form the first counts whose ``where`` holds. The program's own choice spreads over
    the answers to ``kind`` (without it, over forms), and prefers large answers to ``largest``.
    """

    form: Name
    text: Values
    where: Mapping[Name, Values] = {}
    kind: Name | None = None
    largest: Name | None = None

    @property
    def questions(self) -> tuple[str, ...]:
        named = (name for text in self.text for name in _NAMED.findall(text) if name != "don_vi")
        return (*named, *filter(None, (self.kind, self.largest)))


class Citation(_Data):
    """The form with the documents that sections cite: which questions hold what of one."""

    form: Name
    section: Name
    type: Name
    number: Name
    day: Name
    subject: Name
    issuer: Name

    @property
    def questions(self) -> tuple[str, ...]:
        return self.section, self.type, self.number, self.day, self.subject, self.issuer


class Definitions(_Data):
    """All of a report's definitions, in an order in which each stands after those that it refers to."""

    figure: Sequence[Definition]
    joint: Sequence[Joint] = ()
    words: Words | None = None
    event: Sequence[Event] = ()
    photo: Sequence[Pictured] = ()
    citation: Citation | None = None

    def __getitem__(self, name: str) -> Definition:
        return next(d for d in self.figure if d.name == name)

    @property
    def forms(self) -> set[str]:
        """The forms whose records feed anything here."""
        named = {d.form for d in self.figure if d.form}
        named |= {event.form for event in self.event}
        return named | {one.form for one in (self.words, self.citation) if one}

    @property
    def lasting_forms(self) -> set[str]:
        """The forms of which records from before a period may hold on."""
        told = {d.form for d in self.figure if d.lasting and d.form}
        # What a head held when the period began is in the book's earlier records.
        return told | set(funds.FORMS) if any(d.kind == "fund" for d in self.figure) else told


# What each kind needs beside name, label and section.
_NEEDS: Mapping[str, tuple[str, ...]] = {
    "count": ("form",),
    "sum": ("form", "of"),
    "latest": ("form", "of"),
    "roster": ("of",),
    "total": ("plus",),
    "first": ("plus",),
    "fact": ("form", "text"),
    "fund": ("fund",),
}


def load(file: Path, sections: Sequence[str] | None = None) -> Definitions:
    """The definitions of a ``figures.toml``; raises TemplateError at the first thing that is wrong.

    ``sections`` are the codes of the document's outline, if figures are to be held against them.
    """
    try:
        definitions = Definitions.model_validate(read_toml(file))
    except ValidationError as error:
        raise from_validation(file, error) from None
    seen: set[str] = set()
    for definition in definitions.figure:
        problem = _problem(definition, seen, sections)
        if problem:
            raise TemplateError(file, f"figure.{definition.name}.{problem[0]}", problem[1])
        seen.add(definition.name)
    for definition in definitions.figure:
        if definition.within and definition.within not in seen:
            key = f"figure.{definition.name}.within"
            raise TemplateError(file, key, f"không có số liệu “{definition.within}”")
    for event in definitions.event:
        if sections is not None and event.section not in sections:
            raise TemplateError(file, "event.section", f"báo cáo không có mục “{event.section}”")
    return definitions


def _problem(
    definition: Definition, earlier: set[str], sections: Sequence[str] | None
) -> tuple[str, str] | None:
    """Key and expectation of what does not hang together in one definition."""
    if definition.name in earlier:
        return "name", "tên này đã dùng cho một số liệu trước"
    if definition.name in _RESERVED:
        return "name", "tên này đã có nghĩa riêng trong mẫu Word, cần tên khác"
    if sections is not None and definition.section not in sections:
        return "section", f"báo cáo không có mục “{definition.section}”"
    for key in _NEEDS.get(definition.kind, ()):
        if not getattr(definition, key):
            return key, f"số liệu kiểu {definition.kind} cần khóa này"
    if definition.kind == "ratio" and not (definition.part and definition.whole):
        if definition.part or definition.whole:
            return "part", "cần cả part và whole"
        if not (definition.form and definition.of):
            return "part", "cần part và whole (tên hai số liệu), hoặc form và of"
    for other in definition.refers_to:
        if other not in earlier:
            return "plus" if definition.plus else "part", f"chưa có số liệu “{other}” ở phía trên"
    return None


def check_against_forms(
    definitions: Definitions, file: Path | str, questions: Mapping[str, Mapping[str, Sequence[str]]]
) -> None:
    """Holds the definitions against the forms: form name -> question name -> its choices (empty: no list).

    Raises TemplateError at a form, question or choice that does not exist.
    """
    for definition in definitions.figure:
        if definition.form:
            key = f"figure.{definition.name}"
            for where in (definition.where, definition.unless):
                _check_form(key, file, definition.form, definition.questions, where, questions)
    for joint in definitions.joint:
        asked = (*joint.same, *filter(None, (joint.largest,)))
        _check_form(f"joint.{joint.form}", file, joint.form, asked, joint.where, questions)
    for event in definitions.event:
        key = f"event.{event.section}"
        _check_form(key, file, event.form, event.questions, event.where, questions)
    for photo in definitions.photo:
        _check_form(f"photo.{photo.form}", file, photo.form, photo.questions, photo.where, questions)
    if cited := definitions.citation:
        _check_form("citation", file, cited.form, cited.questions, {}, questions)
    if words := definitions.words:
        _check_form("words", file, words.form, (words.section, words.text), {}, questions)


def _check_form(
    key: str,
    file: Path | str,
    form: str,
    asked: Sequence[str],
    where: Mapping[str, Sequence[str]],
    questions: Mapping[str, Mapping[str, Sequence[str]]],
) -> None:
    if form not in questions:
        raise TemplateError(file, f"{key}.form", f"không có biểu mẫu “{form}”")
    for name in (*asked, *where):
        if name not in questions[form]:
            raise TemplateError(file, key, f"biểu mẫu “{form}” không có câu hỏi “{name}”")
    for name, values in where.items():
        choices = questions[form][name]
        for value in values:
            if choices and value not in (*choices, ANY):
                raise TemplateError(file, f"{key}.where.{name}", f"câu hỏi không có lựa chọn “{value}”")


def check_printed(
    file: Path | str, source: Path, definitions: Definitions, lines: Iterable[Printing]
) -> None:
    """Holds a document's lines against the definitions of ``file``: every figure that one prints or asks for
    exists."""
    known = {definition.name for definition in definitions.figure}
    for line in lines:
        for name in (*line.figures, *line.asked):
            if name not in known:
                where = f"dòng {line.number} của {source.name}"
                raise TemplateError(file, f"figure.{name}", f"thiếu số liệu này, báo cáo dùng ở {where}")


def check_places(file: Path | str, definitions: Definitions, places: Collection[str]) -> None:
    """Holds events against the places that a document has for them."""
    for event in definitions.event:
        if event.place not in places:
            raise TemplateError(file, "event.group", f"báo cáo không có chỗ cho các việc “{event.place}”")


class State(StrEnum):
    """What stands in a figure's place: three kinds of nothing are kept apart."""

    VALUE = "value"
    ZERO = "zero"  # somebody said none
    NOTHING = "nothing"  # every hamlet declared that nothing happened
    BLANK = "blank"  # nobody has said anything


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its mark ("trên"). With ``whole`` it is a part of it; a bare percentage has none."""

    value: int | float
    whole: int | None = None
    mark: str | None = None

    @property
    def percent(self) -> float:
        return 100 * self.value / self.whole if self.whole else float(self.value)


@dataclass(frozen=True, slots=True)
class Override:
    """A figure that the committee has set: it prints in place of what was computed, which stands beside it.

    ``source`` says where it is from ("BHXH"), ``reason`` why it is set, ``person`` who set it. Of a ratio,
    ``value`` is the percentage.
    """

    value: int | float
    mark: str | None = None
    source: str = ""
    reason: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A computed figure. ``split`` is by hamlet code and "xa"; ``sources`` are (record, revision), sorted.

    ``words`` are what a fact prints. With ``override`` the amount is the committee's, ``computed`` and the
    split are what the records say. ``named`` is of what it is made where its parts have names of their own.
    """

    name: str
    label: str
    section: str
    unit: str
    state: State
    amount: Amount | None = None
    split: Mapping[str, Amount] = field(default_factory=dict)
    sources: tuple[tuple[int, int], ...] = ()
    ask: str = ""
    is_ratio: bool = False
    words: str = ""
    override: Override | None = None
    computed: Amount | None = None
    named: Mapping[str, int] = field(default_factory=dict)

    @property
    def value(self) -> int | float | None:
        """The number itself: of a ratio the percentage; None where there is none to print."""
        if self.amount is None:
            return None
        return self.amount.percent if self.is_ratio else self.amount.value

    @property
    def mark(self) -> str | None:
        return self.amount.mark if self.amount else None

    @property
    def text(self) -> str:
        """How it prints, without its unit: "trên 800", "1.562.410.000", "93,64%"; BLANK where it is blank."""
        if self.state is State.NOTHING:
            return "không phát sinh"
        if self.words:
            return self.words
        if self.amount is None:
            return BLANK
        return self.written(self.amount)

    def written(self, amount: Amount) -> str:
        """One amount of this figure's, as the whole is printed: for rows of the split too."""
        if self.is_ratio:
            text = style.percent(amount.percent)
        elif self.unit == "đồng":
            text = style.number(int(amount.value))
        else:
            text = style.count(int(amount.value))
        if amount.mark == ESTIMATE:
            return f"{text} ({ESTIMATE})"
        return style.with_mark(text, amount.mark)
