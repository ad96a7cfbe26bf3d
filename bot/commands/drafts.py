"""What the committee does with a draft once it is there: a new one, or the whole lists of its message."""

from __future__ import annotations

from bot.commands.overrides import period_of
from bot.commands.report import REPORT
from bot.context import Context, Reply, choices
from storage import reports

_PAGE = 1700  # characters of lists in one message


def lists(ctx: Context, args: str) -> Reply:
    """/xemdu [page] [period]: the lists of the last draft's message without "và 3 dòng nữa"."""
    first, _, rest = args.partition(" ")
    turned = first.isdecimal() and len(first) < len("2024")
    page, period = (int(first), rest) if turned else (1, args)
    chosen = period_of(ctx, period).period
    last = reports.last_edition(ctx.tx, ctx.commune, REPORT, chosen.from_day, chosen.until_day)
    if last is None:
        return Reply(ctx.say("report.lists.none", ky=chosen.label))
    pages = _pages(str(last.figures.get("lists") or ctx.say("report.lists.nothing")))
    here = min(max(page, 1), len(pages))
    said = [ctx.say("report.lists.head", lan=last.number, ky=last.label), pages[here - 1]]
    if here == len(pages):
        return Reply("\n".join(said))
    shown, options = choices([(ctx.say("report.lists.more"), f"/xemdu {here + 1} {chosen.label}")])
    return Reply("\n".join([*said, shown]), options=options)


def _pages(text: str) -> list[str]:
    """The lines of a text in messages that the channels hold."""
    pages = [""]
    for line in text.split("\n"):
        if pages[-1] and len(pages[-1]) + len(line) >= _PAGE:
            pages.append("")
        pages[-1] = f"{pages[-1]}\n{line}".strip()
    return pages


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
