"""The forms: data in the .toml files beside this module, in XLSForm's vocabulary.

A form is a list of questions; ``relevant`` says which answers lead to one. What a form ends in is either a
record or a named action. Everything is checked when loaded: an error names file, key and what was expected.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from templates.errors import TemplateError, from_validation
from templates.wording import read_toml

BUTTON_WIDTH = 18  # what fits on a phone's button

# Lists that the world gives and no file holds: the hamlets a person may name, the forms open to them, the
# sections of the report, the last months; the report's periods, figures and photos, whom a draft may be
# sent to.
LIVE_LISTS = frozenset({"anh", "ap", "bieu_mau", "ky", "muc", "nguoi", "so_lieu", "thang"})

# Not a question, but usable in ``relevant``: whether the record is a hamlet's ("ap") or the commune's ("xa").
LEVEL = "cap"

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Text = Annotated[str, Field(min_length=1)]


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """As pydantic's, without what was worked out from the fields as they were."""
        copy = super().model_copy(update=update, deep=deep)
        for name in copy.__dict__.keys() - type(copy).model_fields:
            del copy.__dict__[name]
        return copy


D = TypeVar("D", bound=_Data)


class Choice(_Data):
    """One answer of a list. A retired choice keeps its label and gets ``until``; its name is never reused.

    ``words`` are how people say it; where a line says several choices, one ``outranks`` those it names.
    ``answers`` are further ways to choose it when it is asked for, which in a line say nothing ("được");
    the same holds of words of a single syllable ("xã"), which are parts of too many others.
    ``said`` is how it reads within a summary, ``short`` on a button. ``units`` are the words in which a
    number is typed that this choice is the unit of.
    """

    name: Name
    label: Text
    short: Annotated[str, Field(max_length=BUTTON_WIDTH)] | None = None
    said: Text | None = None
    words: Sequence[Text] = ()
    answers: Sequence[Text] = ()
    outranks: Sequence[Name] = ()
    units: Sequence[Text] = ()
    until: date | None = None

    @property
    def button(self) -> str:
        return self.short or self.label


class Question(_Data):
    """One question. With a ``default`` it is not asked, but shown in the summary, where it can be changed.

    ``summary`` names it there. ``default`` "today" is the day of the message. ``quiet`` leaves a line at
    its default out of the summary; a typed "thêm" shows it. ``fill`` says what of a line typed at the menu
    answers it ("said": the words by which the line chose what it is relevant to), ``units`` which words of
    a count ("người"), ``unit_of`` the question whose choice names that unit, ``words`` which of several days
    it tells ("khởi công"). A question of type lines makes of each row a record of ``form``, with the row's
    name and amount as the questions in ``row`` and the answers in ``fixed``.

    ``not_before`` and ``not_after`` name another day that this one may not precede or follow, ``at_most``
    another count that this one may not exceed: an answer that contradicts it is refused. ``bare``: a text
    without any letter ("2024–2029") is an answer too. ``hidden``: neither asked nor shown, answered by what
    opened the form; others are ``relevant`` to it. ``in_total`` is the choice that a month's totals in a
    workbook have where the cell says nothing. ``counted``: a ratio of which both numbers are needed, since a
    bare percent cannot be added to others.
    """

    name: Name
    type: Annotated[
        str,
        Field(
            pattern=r"^(text|count|money|ratio|day|people|image|lines|select_(one|multiple) [a-z][a-z0-9_]*)$"
        ),
    ]
    label: Text
    summary: Text | None = None
    hint: Text | None = None
    required: bool = True
    relevant: Mapping[str, Annotated[Sequence[str], BeforeValidator(_as_list)]] = {}
    default: str | int | None = None
    in_total: Name | None = None
    planned: bool = False
    quiet: bool = False
    fill: Literal["line", "giver", "place", "said"] | None = None
    form: Name | None = None
    row: Mapping[Literal["name", "amount"], Name] | None = None
    fixed: Mapping[Name, str] = {}
    units: Sequence[Text] = ()
    unit_of: Name | None = None
    words: Sequence[Text] = ()
    not_before: Name | None = None
    not_after: Name | None = None
    at_most: Name | None = None
    bare: bool = False
    hidden: bool = False
    counted: bool = False

    @cached_property
    def kind(self) -> str:
        """The type without its list: "select_one"."""
        return self.type.partition(" ")[0]

    @cached_property
    def list_name(self) -> str | None:
        return self.type.partition(" ")[2] or None

    @cached_property
    def bounds(self) -> list[tuple[str, str]]:
        """What holds between this answer and others: (rule, the other question)."""
        rules = (("not_before", self.not_before), ("not_after", self.not_after), ("at_most", self.at_most))
        return [(rule, other) for rule, other in rules if other is not None]

    @property
    def heading(self) -> str:
        return self.summary or self.label.rstrip("?: ")


class Form(_Data):
    """A guided dialogue as data.

    ``end`` is "record" or the name of an action. ``menu`` is its place in the menu, if it has one; with
    ``group``, under that heading of the second menu, "Việc khác". ``words`` are what a line typed at the
    menu says when it means this form ("|" stands for an amount, a day or a hamlet between words, and for the
    line's beginning: "| nộp |"; "#" for digits: "tặng # phần"), ``command`` plain words that open it.
    ``intro`` is said before the
    first question (``{don_vi}`` is the hamlet), ``receipt`` is added to what is said after storing, with
    the record's number as ``{so_phieu}``; for a meeting only where somebody was absent. ``review`` names
    the question that alone is shown and corrected before sending, in place of the numbered summary
    (attendance). ``on_behalf``: whether the committee may fill it for a hamlet. ``check`` names what is
    looked at before storing, which may ask a question again; ``after`` what is done and said once it is
    stored. ``spoken_only``: a line opens it by its own words, not by those of its choices; it then goes
    before the forms that it ``outranks``. ``after_end``: what is still told of a hamlet that has ended, such
    as money that it held. ``confirm`` false leaves the summary out: for what only leads on
    to another form."""

    name: Name
    version: Annotated[int, Field(ge=1)]
    label: Text
    short: Annotated[str, Field(max_length=BUTTON_WIDTH)] | None = None
    roles: Sequence[Literal["standing_committee", "hamlet_head", "hamlet_deputy", "observer"]]
    title: Text = "{label}"
    end: Name = "record"
    menu: int | None = None
    group: Text | None = None
    command: Sequence[Text] = ()
    words: Sequence[Text] = ()
    spoken_only: bool = False
    outranks: Sequence[Name] = ()
    intro: Text | None = None
    receipt: Text | None = None
    review: Name | None = None
    on_behalf: bool = False
    check: Name | None = None
    after: Name | None = None
    after_end: bool = False
    confirm: bool = True
    question: Sequence[Question]
    list: Mapping[Name, Sequence[Choice]] = {}

    def get(self, name: str) -> Question | None:
        return self._named.get(name)

    @cached_property
    def _named(self) -> dict[str, Question]:
        return {q.name: q for q in self.question}

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The kinds of its questions."""
        return frozenset(q.kind for q in self.question)

    @cached_property
    def live_lists(self) -> frozenset[str]:
        """The lists it offers that are no data, but drawn up when it is asked."""
        return frozenset(q.list_name for q in self.question if q.list_name in LIVE_LISTS)

    @cached_property
    def day_question(self) -> Question | None:
        """The question that places a record in a period."""
        return self.first("day")

    def first(self, kind: str) -> Question | None:
        """The first question of that kind."""
        return next((q for q in self.question if q.kind == kind), None) if kind in self.kinds else None

    @model_validator(mode="after")
    def _hangs_together(self) -> Form:
        names = [q.name for q in self.question]
        if not names:
            raise ValueError("cần ít nhất một [[question]]")
        for position, question in enumerate(self.question):
            self._check_question(question, names[:position])
            self._check_unit(question, names[:position])
            self._check_bounds(question)
        if self.review is not None and self.review not in names:
            raise ValueError(f"review: không có câu hỏi “{self.review}”")
        if self.end == "record" and self.day_question is None:
            raise ValueError("phiếu được lưu cần một câu hỏi kiểu day")
        known = {"label", *names}
        if unknown := set(re.findall(r"\{(\w+)\}", self.title)) - known:
            raise ValueError(f"title: không có câu hỏi “{min(unknown)}”")
        return self

    def _check_question(self, question: Question, earlier: Iterable[str]) -> None:
        if question.name in earlier or question.name == LEVEL:
            raise ValueError(f"question “{question.name}”: tên đã dùng")
        for other, values in question.relevant.items():
            if other == LEVEL:
                continue
            if other not in earlier:
                raise ValueError(f"question “{question.name}”, relevant: chưa có câu hỏi “{other}” trước nó")
            asked = self.get(other)
            self._check_values(question, values, asked.list_name if asked else None)

    def _check_unit(self, question: Question, earlier: Iterable[str]) -> None:
        if question.unit_of is None:
            return
        asked = self.get(question.unit_of)
        if asked is None or asked.name not in earlier or asked.kind != "select_one" or not question.units:
            raise ValueError(
                f"question “{question.name}”, unit_of: cần units, và trước nó câu hỏi kiểu select_one"
                f" “{question.unit_of}”"
            )

    def _check_bounds(self, question: Question) -> None:
        for rule, name in question.bounds:
            kind, other = "count" if rule == "at_most" else "day", self.get(name)
            if other is None or other is question or {question.kind, other.kind} != {kind}:
                raise ValueError(f"question “{question.name}”, {rule}: cần hai câu hỏi kiểu {kind}")

    def _check_values(self, question: Question, values: Iterable[str], list_name: str | None) -> None:
        known = {choice.name for choice in self.list.get(list_name or "", ())}
        for value in values:
            if known and value not in known:
                raise ValueError(
                    f"question “{question.name}”, relevant: danh sách “{list_name}” không có “{value}”"
                )


class Catalog:
    """All forms, and the lists that they share, checked against one another."""

    def __init__(self, forms: Iterable[Form], lists: Mapping[str, tuple[Choice, ...]]) -> None:
        self.forms = {form.name: form for form in forms}
        self.lists = dict(lists)
        self._openable: dict[frozenset[str], tuple[Form, ...]] = {}

    def __getitem__(self, name: str) -> Form:
        return self.forms[name]

    def get(self, name: str) -> Form | None:
        return self.forms.get(name)

    def menu(self, roles: Iterable[str]) -> list[Form]:
        """The forms in the menu of somebody with these roles, in order."""
        return [form for form in self.openable(roles) if form.group is None]

    def more(self, roles: Iterable[str]) -> list[Form]:
        """Those of the second menu, in order; their groups may follow in any."""
        return [form for form in self.openable(roles) if form.group is not None]

    def openable(self, roles: Iterable[str]) -> list[Form]:
        """All forms that somebody with these roles may open by name or by what they type."""
        held = frozenset(roles)
        if (known := self._openable.get(held)) is None:  # asked with every line that is typed
            shown = [f for f in self.forms.values() if f.menu is not None and held & set(f.roles)]
            known = self._openable[held] = tuple(sorted(shown, key=lambda f: f.menu or 0))
        return list(known)

    def choices(self, form: Form, question: Question, day: date | None = None) -> tuple[Choice, ...]:
        """The choices of a select that are open on ``day`` (None: all, also the retired)."""
        choices = form.list.get(question.list_name or "") or self.lists.get(question.list_name or "", ())
        return tuple(c for c in choices if day is None or c.until is None or c.until >= day)

    def questions(self) -> dict[str, dict[str, list[str]]]:
        """Form → question → its choices (none: no list), as figures are held against them."""
        return {
            form.name: {q.name: [c.name for c in self.choices(form, q)] for q in form.question}
            for form in self.forms.values()
        }


class _Lists(_Data):
    list: Mapping[Name, Sequence[Choice]] = {}


def load(folder: Path | None = None) -> Catalog:
    """The program's forms, and over them (or beside them) those of a commune's own folder.

    Raises TemplateError: file, key, expected.
    """
    with resources.as_file(resources.files(__package__)) as ours:
        files = {file.name: file for file in sorted(ours.glob("*.toml"))}
    if folder is not None and folder.is_dir():
        files |= {file.name: file for file in sorted(folder.glob("*.toml"))}
    lists: dict[str, tuple[Choice, ...]] = {}
    if shared := files.pop("lists.toml", None):
        lists = {n: tuple(c) for n, c in _read(shared, _Lists).list.items()}
    forms = []
    for file in files.values():
        form = _read(file, Form)
        _check_lists(file, form, lists)
        forms.append(form)
    _check_names(files.values(), forms)
    for file, form in zip(files.values(), forms, strict=True):
        _check_lines(file, form, {f.name: f for f in forms})
    return Catalog(forms, lists)


def _read(file: Path, model: type[D]) -> D:
    try:
        return model.model_validate(read_toml(file), strict=False)
    except ValidationError as error:
        raise from_validation(file, error) from None


def _check_lists(file: Path, form: Form, shared: Mapping[str, tuple[Choice, ...]]) -> None:
    for question in form.question:
        name = question.list_name
        if name is None or name in LIVE_LISTS:
            continue
        choices = form.list.get(name) or shared.get(name)
        if not choices:
            raise TemplateError(file, f"question.{question.name}.type", f"không có danh sách “{name}”")
        names = [choice.name for choice in choices]
        if len(names) != len(set(names)):
            raise TemplateError(file, f"list.{name}", "hai mục trùng tên")
        for choice in choices:
            if len(choice.button) > BUTTON_WIDTH:
                raise TemplateError(
                    file, f"list.{name}.{choice.name}", f"nhãn dài quá {BUTTON_WIDTH} ký tự, thêm short"
                )
        for key, chosen in (("default", question.default), ("in_total", question.in_total)):
            if chosen is not None and chosen not in names:
                raise TemplateError(file, f"question.{question.name}.{key}", "không có trong danh sách")


def _check_lines(file: Path, form: Form, forms: Mapping[str, Form]) -> None:
    """A list's rows have to become whole records of another form."""
    for question in form.question:
        if question.kind != "lines":
            continue
        key, target = f"question.{question.name}", forms.get(question.form or "")
        if target is None:
            raise TemplateError(file, f"{key}.form", "cần tên một mẫu phiếu")
        if question.row is None or set(question.row) != {"name", "amount"}:
            raise TemplateError(file, f"{key}.row", "cần name và amount")
        known = {q.name for q in target.question}
        for name in (*question.row.values(), *question.fixed):
            if name not in known:
                raise TemplateError(file, key, f"mẫu “{target.name}” không có câu hỏi “{name}”")


def _check_names(files: Iterable[Path], forms: Sequence[Form]) -> None:
    seen: dict[str, Path] = {}
    for file, form in zip(files, forms, strict=True):
        if form.name in seen:
            raise TemplateError(file, "name", f"tên “{form.name}” đã có ở {seen[form.name].name}")
        seen[form.name] = file
