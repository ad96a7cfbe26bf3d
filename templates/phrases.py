"""Phrases of a document that its data decide: comparisons with the year before, cited documents. Pure.

How they read stands in the frame of the document's text source.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from templates import style
from templates.figures import Amount, Definitions, Figure
from templates.periods import Period
from templates.telling import Cited

Frame = Mapping[str, Sequence[str]]


def comparisons(
    frame: Frame,
    figures: Mapping[str, Figure],
    previous: Mapping[str, Amount],
    period: Period,
    partial: Collection[str] = (),
) -> dict[str, str]:
    """ ", tăng 02 cuộc so với năm 2023" by figure; empty where there is nothing to compare with.

    Nor are those of ``partial`` compared: what some have not told yet is no fall.
    """
    before = year_before(period)
    known = {name: amount for name, amount in previous.items() if name not in partial}
    return {
        name: f", {said}" if (said := _compared(frame, figure, known.get(name), before)) else ""
        for name, figure in figures.items()
    }


def year_before(period: Period) -> str:
    """What a period is compared with: "năm 2023", "cùng kỳ năm 2023"."""
    year = f"năm {period.year - 1}"
    return year if period.label == f"năm {period.year}" else f"cùng kỳ {year}"


def _compared(frame: Frame, figure: Figure, previous: Amount | None, before: str) -> str:
    """Amounts with a mark are no exact numbers: they are not compared."""
    now = figure.amount
    if now is None or previous is None or now.mark or previous.mark:
        return ""
    change = _change(frame, figure, now, previous)
    if change is None:
        return frame["same"][0].format(ky=before)
    more, amount = change
    return frame["increase" if more else "decrease"][0].format(so=amount, ky=before)


def _change(frame: Frame, figure: Figure, now: Amount, before: Amount) -> tuple[bool, str] | None:
    """Whether it grew, and by how much: points for percentages, percent for money, else the number."""
    if figure.is_ratio:
        points = round(now.percent - before.percent, 2)
        text = frame["points"][0].format(so=style.percent(abs(points)).rstrip("%"))
        return (points > 0, text) if points else None
    difference = int(now.value - before.value)
    if not difference:
        return None
    if figure.unit == "đồng" and before.value:
        return difference > 0, style.percent(abs(100 * difference / before.value))
    return difference > 0, f"{style.count(abs(difference))} {figure.unit}".strip()


def citations(
    frame: Frame, cited: Mapping[str, Sequence[Cited]], codes: Sequence[str], own: str
) -> dict[str, list[str]]:
    """The sentence of each section that cites documents: in full the first time, by number afterwards.

    ``codes`` are the sections that are printed, in order; ``own`` is who issued what names nobody.
    """
    seen: set[tuple[str, str]] = set()
    said = {}
    for code in codes:
        named = []
        for one in cited.get(code, ()):
            known = (one.number, one.day) in seen
            seen.add((one.number, one.day))
            form = frame["again" if known else "cite"][0]
            named.append(form.format(loai=one.type, so=one.number, ngay=one.day, noi=one.issuer or own,
                                     viec=one.subject))  # fmt: skip
        said[code] = [frame["cited"][0].format(van_ban="; ".join(named))] if named else []
    return said


def parts(
    frame: Frame, definitions: Definitions, figures: Mapping[str, Figure], words: Mapping[str, str]
) -> dict[str, str]:
    """Of what totals are made: "480.000.000 đồng của Mặt trận cấp tỉnh và …"; empty where it is not said.

    ``words`` are the commune's own, for what a figure's ``said`` leaves to it (``{cap_tren}``).
    """
    told = {}
    for definition in definitions.figure:
        named = [(figures[name], _filled(definitions[name].said, words)) for name in definition.plus]
        said = [f"{f.text} {f.unit} {said}" for f, said in named if said and f.amount and f.amount.value]
        said += _named(frame, figures[definition.name])
        ends = (", ".join(said[:-1]), *said[-1:])
        told[definition.name] = f" {frame['and'][0]} ".join(filter(None, ends))
    return told


def _named(frame: Frame, figure: Figure) -> list[str]:
    """Its parts that have names of their own, where they are the whole of it."""
    if figure.amount is None or figure.amount.value != sum(figure.named.values()):
        return []
    of = frame["of"][0]
    return [
        of.format(so=style.number(amount), dv=figure.unit, ten=name) for name, amount in figure.named.items()
    ]


def _filled(said: str, words: Mapping[str, str]) -> str:
    for name, word in words.items():
        said = said.replace(f"{{{name}}}", word)
    return said
