"""The fund book within a chat: what is read of it, what is checked before storing, what is said after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot import access
from bot.context import Context, unit_of
from bot.dialogue.model import Draft
from storage import communes, records, reports, rows
from storage import funds as stored
from templates import fund_names, funds, style
from templates.forms import Form
from templates.funds import Fund, FundRow, Mismatch, Share
from templates.wording import Voice

PRINTED = "phieu_thu"  # as the job that prints receipts is asked for it, with the record's number behind
_MOST = 3  # mismatches in a message that is about something else
_OWN = (funds.DONATION, funds.GOODS, funds.HANDOVER)  # what a hamlet itself records


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a form cannot be stored as it is, and which of its questions is asked again."""

    question: str
    text: str


def all_rows(ctx: Context) -> list[rows.Record]:
    return stored.of_forms(ctx.tx, ctx.commune, funds.FORMS)


def hamlet_rows(ctx: Context, hamlet: str, without: int | None = None) -> list[FundRow]:
    """All that concerns what a hamlet holds: its own records, and the commune's receipts."""
    own = stored.of_unit(ctx.tx, ctx.commune, hamlet, _OWN)
    receipts = stored.of_unit(ctx.tx, ctx.commune, None, (funds.RECEIPT,))
    mine = (row for row in receipts if funds.hamlet_of(row) == hamlet)
    return [row for row in (*own, *mine) if row.record != without]


def hamlet_mismatches(ctx: Context, hamlet: str) -> list[Mismatch]:
    """What a hamlet has to settle with the commune; not a handover that simply waits for its receipt."""
    own = stored.of_unit(ctx.tx, ctx.commune, hamlet, _OWN)
    every = [*own, *stored.of_unit(ctx.tx, ctx.commune, None, (funds.RECEIPT,))]
    book = funds.book(every)
    return [
        one
        for one in funds.mismatches(every)
        if one.hamlet == hamlet
        and not (one.kind == "unreceipted" and book[one.fund].share(hamlet).pending >= one.handed)
    ]


def to_settle(ctx: Context, voice: Voice, found: Sequence[Mismatch], most: int = _MOST) -> list[str]:
    """Mismatches as lines for the hamlet's side; none where there is nothing to settle."""
    if not found:
        return []
    names, known = labels_of(ctx, _named(ctx, found)), units(ctx)
    lines = [voice.say("funds.own.reconcile")]
    for one in found[:most]:
        lines.append(voice.say("funds.item", text=funds.sentence(one, voice.say, names, known)))
    if len(found) > most:
        lines.append(voice.say("funds.mismatches_more", count=len(found) - most))
    return lines


def _named(ctx: Context, found: Sequence[Mismatch]) -> list[rows.Record]:
    """A record of each mismatch, in which a fund of another name is written."""
    numbers = {one.records[0] for one in found if one.records}
    found_ = (records.get(ctx.tx, ctx.commune, number) for number in sorted(numbers))
    return [record for record in found_ if record is not None]


def labels(ctx: Context) -> dict[str, str]:
    """The funds as they read within a sentence, in the order of their list."""
    choices = ctx.house.catalog.lists.get(fund_names.FUND, ())
    return {choice.name: ctx.voice.fill(choice.said or choice.label) for choice in choices}


def labels_of(ctx: Context, named: Iterable[FundRow]) -> dict[str, str]:
    """As `labels`, with the other funds that the records name behind them."""
    return labels(ctx) | fund_names.labels(named)


def label(ctx: Context, answers: Mapping[str, Any]) -> str:
    """The answers' fund after "của": "Quỹ “Vì người nghèo”", "quỹ cứu trợ thiên tai"."""
    fund = str(answers.get(fund_names.FUND))
    choices = ctx.house.catalog.lists.get(fund_names.FUND, ())
    chosen = next((ctx.voice.fill(one.said or one.label) for one in choices if one.name == fund), fund)
    name = fund_names.label(answers) or chosen
    named = ctx.say("funds.named", fund=name)
    begins = name.casefold().startswith(named.partition(" ")[0].casefold())
    return name if begins else named


def units(ctx: Context) -> dict[str, str]:
    """All hamlets that ever were, as they read within a sentence, in their order."""
    word = ctx.house.commune.hamlet_word
    return {h.hamlet: style.within_sentence(h.name, word) for h in communes.hamlets(ctx.tx, ctx.commune)}


def share(ctx: Context, hamlet: str, fund: str, without: int | None = None) -> Share:
    """What a hamlet holds of a fund; ``without`` leaves one record out, which is being corrected."""
    return funds.book(hamlet_rows(ctx, hamlet, without)).get(fund, Fund(fund)).share(hamlet)


def enough_held(ctx: Context, form: Form, draft: Draft) -> Problem | None:
    """The check "held": nobody hands over more than the hamlet still holds of that fund.

    What the commune has already receipted is no longer held; the handover that it is for may still be told.
    """
    hamlet, fund = draft.hamlet, str(fund_names.key(draft.answers))
    if hamlet is None:
        return None
    wanted = funds.money(draft.answers)
    known = hamlet_rows(ctx, hamlet, draft.record)
    held = funds.book(known).get(fund, Fund(fund)).share(hamlet)
    if wanted <= held.in_hand or wanted in funds.unhanded(known, hamlet, fund):
        return None
    text = ctx.say(
        "funds.held.too_much_pending" if held.pending else "funds.held.too_much",
        fund=style.capitalised(label(ctx, draft.answers)), unit=unit_of(ctx.tx, ctx.house, hamlet),
        amount=style.money(held.in_hand), pending=style.money(held.pending), wanted=style.money(wanted),
    )  # fmt: skip
    return Problem(funds.AMOUNT, text)


def tell_held(ctx: Context, record: rows.Record) -> str:
    """After a donation or a handover: what the hamlet now holds of that fund."""
    if record.hamlet is None or not funds.money(record.answers):
        return ""
    fund = str(fund_names.key(record.answers))
    held, own = share(ctx, record.hamlet, fund), record.hamlet in access.hamlets(ctx.person)
    key = ("now" if held.in_hand else "none") if own else ("unit" if held.in_hand else "unit_none")
    names = {
        "fund": label(ctx, record.answers),
        "unit": style.capitalised(unit_of(ctx.tx, ctx.house, record.hamlet)),
    }
    lines = [ctx.say(f"funds.held.{key}", amount=style.money(held.in_hand), **names)]
    if held.pending:
        lines.append(ctx.say("funds.held.pending", amount=style.money(held.pending)))
    if record.form == funds.DONATION and own and held.in_hand:
        lines.append(ctx.say("funds.held.how"))
    found = [one for one in hamlet_mismatches(ctx, record.hamlet) if one.fund == fund]
    lines += to_settle(ctx, ctx.voice, found)
    return "\n".join(lines)


def tell_left(ctx: Context, record: rows.Record) -> str:
    """After money went out: what is left of the fund at the commune."""
    fund = str(fund_names.key(record.answers))
    left = funds.book(all_rows(ctx)).get(fund, Fund(fund)).left
    key = "funds.at_commune.now" if left >= 0 else "funds.at_commune.below"
    return ctx.say(key, fund=style.capitalised(label(ctx, record.answers)), amount=style.money(abs(left)))


def number_receipt(ctx: Context, record: rows.Record, number: str, fresh: bool) -> str:
    """After a receipt: its number; a new or corrected one is printed, of one taken back there is no more."""
    if record.state != "valid":
        return ""
    if not fresh:
        return ctx.say("funds.receipt.number_again", number=number)
    ask_print(ctx, record, number)
    return ctx.say("funds.receipt.number", number=number)


def receipt_number(ctx: Context, record: int) -> str:
    """ "12/2024"."""
    found = stored.number_of(ctx.tx, ctx.commune, record)
    assert found is not None  # the record was just read
    return f"{found[0]}/{found[1]}"


def ask_print(ctx: Context, record: rows.Record, number: str) -> None:
    """Asks the job that prints receipts for one, which it sends to this account."""
    reports.request(
        ctx.tx, ctx.commune, f"{PRINTED}:{record.record}", record.day, record.day, number,
        ctx.person.person, ctx.account.bot, ctx.account.address, ctx.now,
    )  # fmt: skip
