"""Months as commands carry them: "12 2024", "tháng 12", "12 2024 3" (the last word is a hamlet's code)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.answers.normal import fold
from bot.context import Context
from templates import periods

_MONTH = re.compile(r"(?:thang )?(?P<month>\d{1,2})(?:[ /.-]+(?:nam )?(?P<year>\d{4}))?(?: (?P<hamlet>\S+))?")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was named; all None: nothing was. ``wrong``: a text that is no month."""

    month: int | None = None
    year: int | None = None
    hamlet: str | None = None
    wrong: bool = False


def parse(args: str) -> Asked:
    if not args.strip():
        return Asked()
    found = _MONTH.fullmatch(fold(args))
    if found is None:
        return Asked(wrong=True)
    month, year = int(found["month"]), found["year"]
    if not 1 <= month <= 12:
        return Asked(wrong=True)
    return Asked(month, int(year) if year else None, found["hamlet"])


def resolve(ctx: Context, asked: Asked) -> str | None:
    """The month as "2024-12"; without a year the latest such month that has begun; without anything this one.

    None where the text named no month, or one that has not begun.
    """
    if asked.wrong:
        return None
    this = periods.month_of(ctx.today, ctx.house.commune.deadlines.month_end)
    if asked.month is None:
        return this
    year = asked.year if asked.year is not None else int(this[:4])
    month = f"{year:04d}-{asked.month:02d}"
    if asked.year is None and month > this:
        month = f"{year - 1:04d}-{asked.month:02d}"
    return month if "2000-01" <= month <= this else None


def asked_for(ctx: Context, asked: Asked) -> str | None:
    """As `resolve`; without anything named the month that hamlets are asked for now, which may have ended."""
    if asked.wrong or asked.month is not None:
        return resolve(ctx, asked)
    due = ctx.house.commune.deadlines
    return periods.month_asked(ctx.today, due.report_day, due.month_end, max((0, *due.remind)))


def command(ctx: Context, asked: Asked) -> str:
    """The month back as a command carries it."""
    month = resolve(ctx, asked) or periods.month_of(ctx.today, ctx.house.commune.deadlines.month_end)
    return f"{int(month[5:])} {month[:4]}"
