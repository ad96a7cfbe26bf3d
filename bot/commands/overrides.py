"""Figures that the committee sets itself, with source and reason: they print, the computed stand beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot import access, flow, worlds
from bot.answers.model import Option
from bot.commands.report import REPORT
from bot.context import Context, FigureLine, Reply, choices
from bot.dialogue import show
from bot.dialogue.model import Draft
from storage import audit, overrides, reports, rows
from templates import kept, periods, style
from templates.figures import State
from templates.periods import Period

_PERIODS = 12  # offered in the form
_BLANKS = 5  # offered after one was filled
_LINES = 20  # of the list of what was set


def fill(ctx: Context, args: str) -> Reply:
    """/dienso [figure] [period]: asks which figure, or goes straight to the one that is named."""
    name, _, rest = args.partition(" ")
    figure = _figures(ctx).get(name)
    period = period_of(ctx, rest if figure else args)
    if figure is not None:
        return _ask_value(ctx, figure, period)
    return _ask_which(ctx, period, "" if period.named else ctx.say("override.no_such"))


@dataclass(frozen=True, slots=True)
class Spoken:
    """A period; ``named``: by the person, or the one that was worked on last."""

    period: Period
    named: bool


def period_of(ctx: Context, text: str) -> Spoken:
    """The period that the text names, on the days on which its report was made; else the last one's."""
    known = reports.worked_on(ctx.tx, ctx.commune, REPORT, 2 * _PERIODS)
    spec = periods.parse(text)
    if not isinstance(spec, periods.PeriodProblem):
        same = next((one for one in known if one.label == spec.label), None)
        return Spoken(_period(same) if same else _resolved(ctx, spec), True)
    newest = _period(known[0]) if known else _resolved(ctx, periods.PeriodSpec(ctx.today.year))
    return Spoken(newest, not text)


def _resolved(ctx: Context, spec: periods.PeriodSpec) -> Period:
    deadlines = ctx.house.commune.deadlines
    return periods.resolve(spec, deadlines.year_end, deadlines.month_end)


def _period(row: rows.WorkedOn | rows.Edition) -> Period:
    return Period(row.from_day, row.until_day, row.label)


def _figures(ctx: Context) -> dict[str, FigureLine]:
    return {figure.name: figure for figure in ctx.house.figures(ctx.today)}


def _ask_which(ctx: Context, spoken: Spoken, preface: str = "") -> Reply:
    """The form with the figures, blanks first."""
    blank = _blank(ctx, spoken.period)
    figures = list(_figures(ctx).values())
    ordered = [f for f in figures if f.name in blank] + [f for f in figures if f.name not in blank]
    options = [Option(f.name, show.shorten(f.title, worlds.LONGEST_TITLE), (f.label,)) for f in ordered]
    about = ctx.say("override.which", period=spoken.period.label)
    return flow.start(
        ctx,
        ctx.house.catalog["dien_so"],
        None,
        subject={**worlds.as_lists(so_lieu=options), "ky": key_of(spoken.period)},
        preface=f"{preface}\n{about}".strip(),
    )


def chosen(ctx: Context, draft: Draft) -> Reply:
    """The end of "dien_so": on to the figure's value."""
    figure = _figures(ctx).get(draft.answers["so_lieu"])
    period = of_key(draft.subject["ky"])
    if figure is None:
        return _ask_which(ctx, Spoken(period, True), ctx.say("override.no_such"))
    return _ask_value(ctx, figure, Spoken(period, True))


def _ask_value(ctx: Context, figure: FigureLine, spoken: Spoken) -> Reply:
    period = spoken.period
    lines = [ctx.say("override.about", figure=figure.title, period=period.label)]
    if (computed := _computed(ctx, period, figure.name)) is not None:
        key = "override.computed" if computed else "override.computed_blank"
        lines.append(ctx.say(key, value=computed))
    if entries := _in_force(ctx, period).get(figure.name):
        lines.append(ctx.say("override.holds", **_said(ctx, entries[-1])))
    answers = {"kieu": figure.kind, "ky": key_of(period)}
    return flow.start(
        ctx,
        ctx.house.catalog["so_dien"],
        None,
        subject={"figure": figure.name, **worlds.as_lists(ky=_periods(ctx, period))},
        preface="\n".join(lines),
        answers=answers,
    )


def _periods(ctx: Context, first: Period) -> list[Option]:
    """The periods that may be meant, the one that is meant now first."""
    year = _resolved(ctx, periods.PeriodSpec(ctx.today.year))
    known = [_period(one) for one in reports.worked_on(ctx.tx, ctx.commune, REPORT, _PERIODS)]
    labels = {key_of(one): one.label for one in (first, *known, year)}
    return [Option(key, label) for key, label in labels.items()]


def key_of(period: Period) -> str:
    """A period as a choice's name."""
    return f"{period.from_day.isoformat()}_{period.until_day.isoformat()}_{period.label}"


def of_key(key: str) -> Period:
    """The period of such a name."""
    first, last, label = key.split("_", 2)
    return Period(date.fromisoformat(first), date.fromisoformat(last), label)


def set_figure(ctx: Context, draft: Draft) -> Reply:
    """The end of "so_dien": a line in the book; what stood there before is named."""
    if not access.holds(ctx.person, *access.COMMITTEE):
        return Reply(ctx.say("access.other_role"))
    figure = _figures(ctx).get(draft.subject["figure"])
    if figure is None:
        return Reply(ctx.say("dialogue.form_gone"))
    period = of_key(draft.answers["ky"])
    value = draft.answers[draft.answers["kieu"]]
    before = _in_force(ctx, period).get(figure.name)
    _write(ctx, period, figure.name, value, draft.answers["nguon"], draft.answers["ly_do"])
    now = _in_force(ctx, period)[figure.name][-1]
    lines = [ctx.say("override.set", figure=figure.title, period=period.label, **_said(ctx, now))]
    if before and before[-1].value != value:
        lines.append(ctx.say("override.contradicts", **_said(ctx, before[-1])))
    if (computed := _computed(ctx, period, figure.name)) is not None:
        lines.append(ctx.say("override.beside" if computed else "override.beside_blank", value=computed))
    lines.append(ctx.say("override.and_then", period=period.label.removeprefix("năm ")))
    return _with_blanks(ctx, period, lines)


def _write(ctx: Context, period: Period, figure: str, value: Any, source: str, reason: str) -> None:
    days = (period.from_day, period.until_day)
    number = overrides.put(
        ctx.tx, ctx.commune, REPORT, *days, figure, value, source, reason,
        ctx.person.person, ctx.origin(), ctx.now,
    )  # fmt: skip
    act = "override" if value is not None else "override_withdrawn"
    audit.note(ctx.tx, ctx.commune, ctx.now, ctx.person.person, act, figure, {"override": number})


def _with_blanks(ctx: Context, period: Period, lines: list[str]) -> Reply:
    """What is still blank is offered, so that one follows the other."""
    blank, held = _blank(ctx, period), _in_force(ctx, period)
    figures = [f for f in _figures(ctx).values() if f.name in blank and f.name not in held][:_BLANKS]
    if not figures:
        return Reply("\n".join(lines))
    shown, options = choices(
        [(show.shorten(f.title, 80), f"/dienso {f.name} {period.label}") for f in figures]
    )
    return Reply("\n".join([*lines, ctx.say("override.still_blank"), shown]), options=options)


def listed(ctx: Context, args: str) -> Reply:
    """/sodien [period]: what the committee has set, each with the number that withdraws it."""
    period = period_of(ctx, args).period
    figures, held = _figures(ctx), _in_force(ctx, period)
    if not held:
        return Reply(ctx.say("override.none", period=period.label))
    lines = []
    for name, entries in list(held.items())[:_LINES]:
        other = next((one for one in reversed(entries) if one.value != entries[-1].value), None)
        before = _shown(other) if other else ""
        title = show.shorten(figures[name].title if name in figures else name, worlds.LONGEST_TITLE)
        key = "override.line_before" if other else "override.line"
        label = ctx.say(key, figure=title, before=before, **_said(ctx, entries[-1]))
        lines.append((show.shorten(label, 110), f"/bodien {name} {period.label}"))
    shown, options = choices(lines)
    said = [ctx.say("override.list", period=period.label), shown]
    if len(held) > _LINES:
        said.append(ctx.say("override.more", count=len(held) - _LINES))
    return Reply("\n".join([*said, ctx.say("override.how")])[:1900], options=options)


def withdraw(ctx: Context, args: str) -> Reply:
    """/bodien [figure] [period]: the computed figure prints again; without a figure, the list."""
    name, _, rest = args.partition(" ")
    figure = _figures(ctx).get(name)
    if figure is None:
        return listed(ctx, args)
    period = period_of(ctx, rest).period
    entries = _in_force(ctx, period).get(name)
    if not entries:
        return Reply(ctx.say("override.not_set", figure=figure.title, period=period.label))
    _write(ctx, period, name, None, entries[-1].source, "")
    value = _shown(entries[-1])
    return Reply(ctx.say("override.withdrawn", figure=figure.title, value=value, period=period.label))


def _in_force(ctx: Context, period: Period) -> dict[str, list[rows.Override]]:
    return overrides.in_force(ctx.tx, ctx.commune, REPORT, period.from_day, period.until_day)


def _said(ctx: Context, one: rows.Override) -> dict[str, str]:
    """An entry of the book for the sentences that name it."""
    form = ctx.house.catalog["so_dien"]
    choice = next((c for c in form.list["nguon_so"] if c.name == one.source), None)
    source = (choice.said or choice.label) if choice else one.source
    return {"value": _shown(one), "source": source, "at": style.moment(one.at)}


def _shown(one: rows.Override) -> str:
    """A value of the book as people write it: "93,64%", "trên 800", "18.090.000"."""
    value = one.value
    if isinstance(value, Mapping) and "value" not in value:
        percent = value["percent"] if "percent" in value else 100 * value["part"] / value["whole"]
        return style.percent(percent)
    plain = value if isinstance(value, Mapping) else {"value": value}
    return style.with_mark(style.number(int(plain["value"])), plain.get("mark"))


def _last(ctx: Context, period: Period) -> Sequence[Mapping[str, Any]]:
    """The figures of the last draft of the period, as they were kept."""
    edition = reports.last_edition(ctx.tx, ctx.commune, REPORT, period.from_day, period.until_day)
    found: Sequence[Mapping[str, Any]] = edition.figures.get("figures", ()) if edition else ()
    return found


def _blank(ctx: Context, period: Period) -> set[str]:
    return {one["name"] for one in _last(ctx, period) if one["state"] == State.BLANK}


def _computed(ctx: Context, period: Period, name: str) -> str | None:
    """The program's own figure in the last draft: "" where it is blank, None where there is no draft."""
    found = next((one for one in _last(ctx, period) if one["name"] == name), None)
    if found is None:
        return None
    alone: dict[str, Any] = {
        "figures": [found],
        "words": {},
        "notes": [],
        "open_months": [],
        "first_month": None,
    }
    figure = kept.load(alone).figures[name]
    amount = figure.computed if figure.override else figure.amount
    return figure.written(amount) if amount is not None else ""
