"""From records to amounts: joint events counted once, one record for each thing, numbers with their marks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from templates.figures import COMMUNE, Amount, Definition, Joint
from templates.reported import FigureRow, Note, age, numbers

APPROXIMATELY = "khoảng"  # the mark of a total whose parts are marked differently


def fits(row: FigureRow, where: Mapping[str, Sequence[str]]) -> bool:
    """Whether a record's answers are among those that ``where`` allows; of several choices one is enough."""
    for name, allowed in where.items():
        answer = row.answers.get(name)
        given = answer if isinstance(answer, list | tuple) else [answer]
        if not any(one in allowed for one in given):
            return False
    return True


def count_once(rows: Sequence[FigureRow], joint: Joint) -> tuple[list[FigureRow], list[Note]]:
    """The records without those that tell an event again, and a note for each event told twice."""
    groups: dict[tuple[Any, ...], list[FigureRow]] = {}
    alone = []
    for row in rows:
        if row.hamlet is None or fits(row, joint.where):
            key = (row.day, *(str(row.answers.get(name)) for name in joint.same))
            groups.setdefault(key, []).append(row)
        else:
            alone.append(row)
    kept, notes = alone, []
    for group in groups.values():
        own = [row for row in group if row.hamlet is None]
        told = [row for row in group if row.hamlet is not None]
        kept += own or [_largest(told, joint.largest)]
        if told and len(group) > 1:
            notes.append(_told_twice(own, told, joint))
    return sorted(kept, key=lambda row: (row.day, row.record)), notes


def _largest(rows: Sequence[FigureRow], question: str) -> FigureRow:
    def size(row: FigureRow) -> tuple[int | float, int]:
        number = _number(row.answers.get(question))
        return (number.value if number else -1, -row.record)

    return max(rows, key=size)


def _told_twice(own: Sequence[FigureRow], told: Sequence[FigureRow], joint: Joint) -> Note:
    hamlets = tuple(sorted({row.hamlet for row in told if row.hamlet}))
    what = str(told[0].answers.get(joint.same[0], "")) if joint.same else ""
    kind = "joint_commune" if own else "joint_hamlets"
    return Note(kind, what, told[0].day, hamlets, numbers([*own, *told]))


def one_each(rows: Sequence[FigureRow], definition: Definition) -> list[FigureRow]:
    """With ``by`` only the last record of each thing; `latest` without it takes the last of each hamlet."""
    by = definition.by or (("ap",) if definition.kind == "latest" else ())
    if not by:
        return list(rows)
    last: dict[tuple[Any, ...], FigureRow] = {}
    for row in sorted(rows, key=age):
        if said_by(row, definition) is None:
            continue  # a record that does not say leaves the earlier number standing
        last[tuple(row.hamlet if name == "ap" else str(row.answers.get(name)) for name in by)] = row
    return list(last.values())


def said_by(row: FigureRow, definition: Definition) -> Amount | None:
    """What one record adds; None where it does not say."""
    if definition.kind == "count":
        return Amount(1)
    amounts = [_number(row.answers.get(name)) for name in definition.of]
    said = [amount for amount in amounts if amount is not None]
    if said:
        return said[0] if len(said) == 1 else added(said)
    return None if definition.default is None else Amount(definition.default)


def _number(answer: Any) -> Amount | None:
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
