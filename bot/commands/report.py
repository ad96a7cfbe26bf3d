"""/baocao: asks for a report and says at once that it is being made."""

from __future__ import annotations

import re

from bot.context import Context, Reply, choices
from storage import reports
from templates import periods

REPORT = "bao_cao_nam"


def ask(ctx: Context, args: str) -> Reply:
    """/baocao 2024, "báo cáo quý 3 2024"; without a period, the likely ones are offered."""
    spec = periods.parse(args)
    if isinstance(spec, periods.PeriodProblem):
        return _which(ctx, spec, args)
    deadlines = ctx.house.commune.deadlines
    period = periods.resolve(spec, deadlines.year_end, deadlines.month_end)
    if period.from_day > ctx.today:
        return Reply(ctx.say("asked.future", period=period.label))
    _, new = reports.request(
        ctx.tx, ctx.commune, REPORT, period.from_day, period.until_day, period.label,
        ctx.person.person, ctx.account.bot, ctx.account.address, ctx.now,
    )  # fmt: skip
    return Reply(ctx.say("asked.working" if new else "asked.already", period=period.label))


def _which(ctx: Context, problem: periods.PeriodProblem, args: str) -> Reply:
    year = ctx.today.year
    month = f"{ctx.today.month} {year}"
    said = " ".join((ctx.text or "").split()[-len(args.split()) :]) if args else ""  # as it was typed
    text, options = choices(
        [
            (ctx.say("asked.whole_year", year=year), f"/baocao {year}"),
            (ctx.say("asked.half", year=year), f"/baocao 6t {year}"),
            (ctx.say("asked.month", month=ctx.today.month, year=year), f"/baocao thang {month}"),
        ]
    )
    key = problem.value
    if problem is periods.PeriodProblem.YEAR and (years := re.findall(r"\d+", args)) and len(years[-1]) == 4:
        key, said = "year_outside", years[-1]  # a year, and no report is made of it
    return Reply(f"{ctx.say(f'asked.{key}', text=said[:30])}\n{text}", options=options)
