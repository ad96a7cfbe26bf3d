"""What the committee does with a draft once it is there: making it anew although it was edited in Word."""

from __future__ import annotations

from bot.commands.overrides import period_of
from bot.commands.report import REPORT
from bot.context import Context, Reply
from storage import reports


def afresh(ctx: Context, args: str) -> Reply:
    """/laplai [period]: a new draft from the figures of now; the edited one stays among the editions."""
    period = period_of(ctx, args).period
    days = (period.from_day, period.until_day)
    last = reports.last_edition(ctx.tx, ctx.commune, REPORT, *days)
    reports.request(
        ctx.tx, ctx.commune, REPORT, *days, period.label,
        ctx.person.person, ctx.account.bot, ctx.account.address, ctx.now, fresh=True,
    )  # fmt: skip
    if last is not None and last.base is not None:
        return Reply(ctx.say("edited.working", period=period.label, number=last.number))
    return Reply(ctx.say("asked.working", period=period.label))
