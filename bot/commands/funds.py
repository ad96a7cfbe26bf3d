"""The fund book as people see it, and the commune's receipts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot import access, flow, fund_book, worlds
from bot.context import Context, Reply, choices
from storage import funds as stored
from templates import fund_names, funds, periods, style
from templates.funds import Due, Fund, FundRow, Mismatch
from templates.periods import Period

YEAR = r"(?:nam )?\d{4}"
RECEIPT = r"(?:so )?\d{1,6}(?:[ /]+\d{4})?"
LONGEST = 1_900  # characters of a message: a screen or two of a phone
_NAMED = (12, 8, 5, 3, 2, 1, 0)  # holders of a fund, mismatches, things to do: as many as fit the message


def show(ctx: Context, args: str) -> Reply:
    """/quy [year]: the committee and observers see every fund, a head what the hamlet holds."""
    if not access.holds(ctx.person, "standing_committee", "observer"):
        return _own(ctx)
    period = _period(ctx, args)
    if period.from_day > ctx.today:
        return Reply(ctx.say("funds.no_such_year", year=ctx.today.year))
    every = fund_book.all_rows(ctx)
    whole = _Whole(
        ctx,
        period,
        funds.book(every, period.from_day, period.until_day),
        funds.mismatches(every, period.until_day),
        funds.unreceipted(every) if access.holds(ctx.person, *access.COMMITTEE) else [],
        fund_book.labels_of(ctx, every),
        fund_book.units(ctx),
    )
    for most in _NAMED:
        reply = whole.reply(most)
        if len(reply.text) <= LONGEST:
            break
    return reply


def _period(ctx: Context, args: str) -> Period:
    """The days of a year's report: that year's, or the one in which we are, so far."""
    deadlines = ctx.house.commune.deadlines
    digits = re.search(r"\d{4}", args)
    year = int(digits[0]) if digits else ctx.today.year
    found = periods.resolve(periods.PeriodSpec(year), deadlines.year_end, deadlines.month_end)
    if not digits and found.until_day < ctx.today:
        found = periods.resolve(periods.PeriodSpec(year + 1), deadlines.year_end, deadlines.month_end)
    return Period(found.from_day, min(found.until_day, max(ctx.today, found.from_day)), found.label)


@dataclass(frozen=True, slots=True)
class _Whole:
    """All funds of a period, in one message."""

    ctx: Context
    period: Period
    book: Mapping[str, Fund]
    mismatches: Sequence[Mismatch]
    waiting: Sequence[Due]  # handovers that want a receipt, for those who write them
    labels: Mapping[str, str]
    units: Mapping[str, str]

    def reply(self, most: int) -> Reply:
        """With at most so many lines of each kind."""
        first, last = style.short_day(self.period.from_day), style.short_day(self.period.until_day)
        label = self.ctx.say("funds.since", first=first, last=last)
        moved = {name: fund for name, fund in self.book.items() if fund.moved}
        if not moved and not self.mismatches:
            return Reply(self.ctx.say("funds.nothing", label=label))
        lines = [self.ctx.say("funds.head", label=label)]
        for name in _in_order(moved, self.labels):
            lines += self._fund(moved[name], self.labels.get(name, name), most)
        lines += self._mismatches(most)
        todo, options = self._to_do(most)
        return Reply("\n".join([*lines, *todo]), options=options)

    def _fund(self, fund: Fund, label: str, most: int) -> list[str]:
        ctx = self.ctx
        amounts = [("opening", fund.opening), ("received", fund.received), ("with_heads", fund.held)]
        lines = [ctx.say("funds.fund", fund=style.capitalised(label))]
        for key, amount in amounts:
            if amount or key == "received":
                lines.append(ctx.say(f"funds.{key}", amount=style.number(amount)))
        lines += self._holders(fund, most)
        amounts = [("spent", fund.spent), ("passed_up", fund.passed_up), ("left", fund.left)]
        lines += [ctx.say(f"funds.{k}", amount=style.number(a)) for k, a in amounts if a or k == "left"]
        if fund.goods:
            lines.append(ctx.say("funds.goods", count=len(fund.goods)))
        return lines

    def _holders(self, fund: Fund, most: int) -> list[str]:
        """Who holds it: in the hamlets' order; where they are too many, those who hold most."""
        ctx, units = self.ctx, self.units
        holding = [share for share in fund.shares if share.held]
        named = sorted(holding, key=lambda share: -share.held)[:most]
        order = list(units)
        lines = []
        for share in sorted(named, key=lambda s: order.index(s.hamlet) if s.hamlet in order else len(order)):
            part = "holder_pending" if share.pending else "holder"
            key = "holder_handed" if share.pending == share.held else part
            unit = style.capitalised(units.get(share.hamlet, share.hamlet))
            amount, pending = style.number(share.held), style.number(share.pending)
            lines.append(ctx.say(f"funds.{key}", unit=unit, amount=amount, pending=pending))
        if len(holding) > most:
            rest = fund.held - sum(share.held for share in named)
            more = {"count": len(holding) - most, "amount": style.number(rest)}
            lines.append(ctx.say("funds.holders_more", **more))
        return lines

    def _mismatches(self, most: int) -> list[str]:
        ctx, found = self.ctx, self.mismatches
        if not found:
            return []
        lines = [ctx.say("funds.reconcile")]
        for one in found[:most]:
            lines.append(ctx.say("funds.item", text=funds.sentence(one, ctx.say, self.labels, self.units)))
        if len(found) > most:
            lines.append(ctx.say("funds.mismatches_more", count=len(found) - most))
        return lines

    def _to_do(self, most: int) -> tuple[list[str], dict[str, str]]:
        """Handovers that want a receipt, as numbers."""
        ctx, units, waiting = self.ctx, self.units, self.waiting
        if not waiting:
            return [], {}
        lines = [
            (
                ctx.say(
                    "funds.make_receipt_rest" if due.partly else "funds.make_receipt",
                    unit=_unit(due.row, units),
                    amount=style.number(due.amount),
                ),
                f"/lapphieuthu {due.row.record}",
            )
            for due in waiting[:most]
        ]
        text, options = choices(lines)
        more = len(waiting) - most
        return [text, *([ctx.say("funds.more_to_do", count=more)] if more > 0 else [])], options


def _unit(row: FundRow, units: Mapping[str, str]) -> str:
    return units.get(row.hamlet or "", row.hamlet or "")


def _own(ctx: Context) -> Reply:
    """What the hamlets of a head hold, fund by fund, what does not match, and the way to hand it over."""
    for most in _NAMED:
        reply = _held(ctx, most)
        if len(reply.text) <= LONGEST:
            break
    return reply


def _held(ctx: Context, most: int) -> Reply:
    lines: list[str] = []
    anything = False
    for hamlet in access.hamlets(ctx.person):
        shown, in_hand = _of_hamlet(ctx, hamlet, most)
        lines += shown
        anything = anything or in_hand
    if not anything:
        return Reply("\n".join(lines))
    text, options = choices([(ctx.say("funds.own.hand_over"), "/noptien")])
    return Reply("\n".join([*lines, text]), options=options)


def _of_hamlet(ctx: Context, hamlet: str, most: int) -> tuple[list[str], bool]:
    """Its lines, and whether there is anything left to hand over."""
    unit = style.capitalised(worlds.unit(ctx, hamlet))
    rows = fund_book.hamlet_rows(ctx, hamlet)
    book, labels = funds.book(rows), fund_book.labels_of(ctx, rows)
    held = [(labels.get(name, name), book[name].share(hamlet)) for name in _in_order(book, labels)]
    lines = []
    for name, share in held:
        label = style.capitalised(name)
        if share.in_hand:
            lines.append(ctx.say("funds.own.fund", fund=label, amount=style.money(share.in_hand)))
        if share.pending:
            lines.append(ctx.say("funds.own.pending", fund=label, amount=style.money(share.pending)))
    lines = (
        [ctx.say("funds.own.head", unit=unit), *lines] if lines else [ctx.say("funds.own.none", unit=unit)]
    )
    lines += fund_book.to_settle(ctx, ctx.voice, fund_book.hamlet_mismatches(ctx, hamlet), most)
    return lines, any(share.in_hand for _, share in held)


def _in_order(book: Iterable[str], labels: Mapping[str, str]) -> list[str]:
    known = set(book)
    return [*(name for name in labels if name in known), *sorted(known - set(labels))]


def receipt_for(ctx: Context, args: str) -> Reply:
    """/lapphieuthu record: opens the receipt for a hamlet's handover, filled in."""
    every = funds.unreceipted(fund_book.all_rows(ctx))
    due = next((one for one in every if str(one.row.record) == args), None)
    if due is None:
        return Reply(ctx.say("funds.receipt.already"))
    handover = due.row
    answers = {
        "tu": funds.FROM_HAMLET,
        funds.FROM_HAMLET: handover.hamlet,
        fund_names.FUND: handover.answers[fund_names.FUND],
        funds.AMOUNT: due.amount,
    }
    if name := handover.answers.get(fund_names.NAME):
        answers[fund_names.NAME] = name
    return flow.start(ctx, ctx.house.catalog[funds.RECEIPT], None, answers=answers)


def receipt_again(ctx: Context, args: str) -> Reply:
    """ "phiếu thu 12", "phiếu thu 12/2023": sends a receipt's document once more."""
    said = [int(digits) for digits in re.findall(r"\d+", args)[:2]]
    number, year = said[0], said[1] if len(said) > 1 else ctx.today.year
    record = stored.numbered(ctx.tx, ctx.commune, funds.RECEIPT, number, year)
    label = f"{number}/{year}"
    if record is None:
        return Reply(ctx.say("funds.receipt.none", number=label))
    if record.state != "valid":
        return Reply(ctx.say("funds.receipt.withdrawn", number=label))
    fund_book.ask_print(ctx, record, label)
    return Reply(ctx.say("funds.receipt.sending", number=label))
