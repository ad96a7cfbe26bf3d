"""From records to amounts: joint events counted once, one record for each thing, numbers with their marks."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from templates.figures import ANY, COMMUNE, Amount, Definition, Joint
from templates.reported import FigureRow, Note, age, numbers

_TITLE = re.compile(r"^(?:hộ |nhà )?(?:ông|bà|chú|thím|cô|dì|cậu|mợ|bác|anh|chị|em) (?=\S+ \S)")
APPROXIMATELY = "khoảng"  # the mark of a total whose parts are marked differently


def fits(row: FigureRow, where: Mapping[str, Sequence[str]]) -> bool:
    """Whether a record's answers are among those that ``where`` allows; of several choices one is enough."""
    for name, allowed in where.items():
        answer = row.answers.get(name)
        given = answer if isinstance(answer, list | tuple) else [answer]
        if ANY in allowed:
            if answer in (None, "", []):
                return False
        elif not any(one in allowed for one in given):
            return False
    return True


def count_once(rows: Sequence[FigureRow], joint: Joint) -> tuple[list[FigureRow], list[Note]]:
    """The records without those that tell an event again, and a note for each event told twice."""
    groups: dict[tuple[Any, ...], list[FigureRow]] = {}
    alone = []
    for row in rows:
        if row.hamlet is None or fits(row, joint.where):
            day = row.day if joint.span == "day" else None
            key = (day, *(str(row.answers.get(name)) for name in joint.same))
            groups.setdefault(key, []).append(row)
        else:
            alone.append(row)
    kept, notes = alone, []
    for group in groups.values():
        own = [row for row in group if row.hamlet is None]
        told = [row for row in group if row.hamlet is not None]
        kept += own or ([_largest(told, joint.largest)] if joint.largest else told)
        if told and len(group) > 1 and (own or joint.largest):
            notes.append(_told_twice(own, told, joint))
    return sorted(kept, key=lambda row: (row.day, row.record)), notes


def _largest(rows: Sequence[FigureRow], question: str) -> FigureRow:
    def size(row: FigureRow) -> tuple[int | float, int]:
        number = number_of(row.answers.get(question))
        return (number.value if number else -1, -row.record)

    return max(rows, key=size)


def _told_twice(own: Sequence[FigureRow], told: Sequence[FigureRow], joint: Joint) -> Note:
    hamlets = tuple(sorted({row.hamlet for row in told if row.hamlet}))
    what = str(told[0].answers.get(joint.same[0], "")) if joint.same else ""
    kind = "joint_period" if joint.span == "period" else "joint_commune" if own else "joint_hamlets"
    return Note(kind, what, told[0].day if joint.span == "day" else None, hamlets, numbers([*own, *told]))


def one_each(rows: Sequence[FigureRow], definition: Definition) -> list[FigureRow]:
    """With ``by`` only the last record of each thing; `latest` without it takes the last of each hamlet."""
    by = definition.by or (("ap",) if definition.kind == "latest" else ())
    if not by:
        return list(rows)
    last: dict[tuple[Any, ...], FigureRow] = {}
    for row in sorted(rows, key=age):
        if said_by(row, definition) is None:
            continue  # a record that does not say leaves the earlier number standing
        last[thing(row, by)] = row
    return list(last.values())


def over(rows: Iterable[FigureRow], definition: Definition) -> set[tuple[Any, ...]]:
    """The things of which some record says that they are none of this figure's."""
    if not definition.unless:
        return set()
    return {thing(row, definition.by) for row in rows if fits(row, definition.unless)}


def thing(row: FigureRow, by: Sequence[str]) -> tuple[Any, ...]:
    """What the record is of, by the questions ``by``; without any the record itself."""
    if not by:
        return (row.record,)
    return tuple(row.hamlet if name == "ap" else _named(row.answers.get(name)) for name in by)


def _named(answer: Any) -> str:
    """What identifies a thing, whoever typed it: "bà  Lê Thị Tư" and "Lê thị Tư" are one owner."""
    return _TITLE.sub("", " ".join(str(answer).casefold().split()))


def said_by(row: FigureRow, definition: Definition) -> Amount | None:
    """What one record adds; None where it does not say."""
    if definition.kind == "count":
        return Amount(1)
    amount = _answered(row, definition)
    return None if amount is None else _marked(row, definition, _weighed(row, definition, amount))


def _weighed(row: FigureRow, definition: Definition, amount: Amount) -> Amount:
    """The amount in the figure's unit: times what the answer to another question is worth."""
    factors = [worth.get(str(row.answers.get(name)), 1) for name, worth in definition.times.items()]
    return replace(amount, value=amount.value * math.prod(factors)) if factors else amount


def _marked(row: FigureRow, definition: Definition, amount: Amount) -> Amount:
    marks = (mark.get(str(row.answers.get(name))) for name, mark in definition.marks.items())
    return replace(amount, mark=amount.mark or next(filter(None, marks), None))


def _answered(row: FigureRow, definition: Definition) -> Amount | None:
    amounts = [number_of(row.answers.get(name)) for name in definition.of]
    said = [amount for amount in amounts if amount is not None]
    if said:
        return said[0] if len(said) == 1 else added(said)
    return None if definition.default is None else Amount(definition.default)


def number_of(answer: Any) -> Amount | None:
    """An answer as an amount.

    45, {"value": 800, "mark": "trên"}, {"part": 7, "whole": 9}, {"percent": 93.64}, or an attendance
    {"present": 7, "total": 9}; None where it is no number.
    """
    if isinstance(answer, bool) or answer is None:
        return None
    if isinstance(answer, int):
        return Amount(answer)
    if not isinstance(answer, Mapping):
        return None
    mark = answer.get("mark")
    if "value" in answer:
        return Amount(answer["value"], mark=mark)
    if "percent" in answer:
        return Amount(answer["percent"], mark=mark)
    for part, whole in (("part", "whole"), ("present", "total")):
        if part in answer and answer.get(whole):
            return Amount(answer[part], answer[whole], mark)
    return None


def by_hamlet(pairs: Iterable[tuple[FigureRow, Amount]]) -> dict[str, Amount]:
    by: dict[str, list[Amount]] = {}
    for row, amount in pairs:
        by.setdefault(row.hamlet or COMMUNE, []).append(amount)
    return {where: added(amounts) for where, amounts in by.items()}


def added(amounts: Sequence[Amount]) -> Amount:
    """The sum, parts and wholes apart, with the common mark."""
    wholes = [amount.whole for amount in amounts if amount.whole is not None]
    return Amount(sum(a.value for a in amounts), sum(wholes) if wholes else None, common(amounts))


def common(amounts: Iterable[Amount]) -> str | None:
    """The mark that all marked parts share; "khoảng" where they differ; None without any."""
    marks = {amount.mark for amount in amounts if amount.mark}
    return marks.pop() if len(marks) == 1 else APPROXIMATELY if marks else None
