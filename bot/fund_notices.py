"""Money on its way, told to those on its other side: a handover to the committee, its receipt to the hamlet.

Both are written with what caused them, once for each change that matters; who cannot be reached is named to
whoever wrote the receipt, to be called.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot import access, fund_book, notices
from bot.context import Context
from bot.messages import Button
from storage import communes, people
from storage.rows import Person, Record
from templates import fund_names, funds, style
from templates.wording import Voice

_HEAD_SEAT = "truong_ban"


def handed_over(ctx: Context, record: Record) -> None:
    """A handover was recorded, corrected or taken back: each of the committee hears of it, but its author."""
    before, now = notices.counting(ctx, record)
    if before is not None and now is not None and _money(before) == _money(now):
        return
    key = "withdrawn" if now is None else "handed" if before is None else "handed_changed"
    said = now or before
    if said is None:
        return  # it never counted
    buttons: tuple[Button, ...] = ()
    if now is not None and not _waits(ctx, now):
        key += "_receipted"
    elif now is not None:
        label = ctx.say("funds.notice.receipt_button")
        buttons = (Button(label, f"/lapphieuthu {record.record}"),)
    for person in people.holders(ctx.tx, ctx.commune, *access.COMMITTEE, purpose=ctx.house.purpose):
        if person.person != ctx.person.person:
            voice = ctx.house.voice(person.address_form)
            text = voice.say(f"funds.notice.{key}", person=ctx.person.name, **_values(ctx, said))
            notices.queue(ctx, person, text, f"fund:{key}:{record.record}:{record.revision}", buttons)


def _waits(ctx: Context, handover: Record) -> bool:
    """Whether a receipt is still to be written; the commune's may have come first."""
    rows = fund_book.hamlet_rows(ctx, str(funds.hamlet_of(handover)))
    return any(due.row.record == handover.record for due in funds.unreceipted(rows))


def receipted(ctx: Context, record: Record, number: str) -> str:
    """A receipt was written, corrected or taken back: the hamlet that it is for hears of it.

    A line for its author: who was told, and who has to be called. ``number`` is the receipt's.
    """
    before, now = notices.counting(ctx, record)
    lines = []
    moved = before is None or now is None or funds.hamlet_of(before) != funds.hamlet_of(now)
    if before is not None and moved:
        lines.append(_to_hamlet(ctx, before, record, "receipt_withdrawn", number))
    if now is not None and (before is None or _money(before) != _money(now)):
        key = "receipted" if moved else "receipt_changed"
        lines.append(_to_hamlet(ctx, now, record, key, number))
    return "\n".join(filter(None, lines))


def _money(record: Record) -> tuple[object, ...]:
    return funds.hamlet_of(record), fund_names.key(record.answers), funds.amount(record), record.day


def _values(ctx: Context, record: Record) -> dict[str, object]:
    unit = fund_book.units(ctx).get(str(funds.hamlet_of(record)), "")
    return {
        "number": record.record,
        "unit": unit,
        "Unit": style.capitalised(unit),
        "amount": style.money(funds.amount(record)),
        "fund": fund_book.label(ctx, record.answers),
        "day": style.short_day(record.day),
        "receiver": str(record.answers.get("nguoi_nhan") or ""),
    }


def _to_hamlet(ctx: Context, said: Record, record: Record, key: str, number: str) -> str:
    hamlet = funds.hamlet_of(said)
    if hamlet is None:
        return ""  # a donor's own: nobody here waits to hear of it
    values = _values(ctx, said) | {"number": number}
    heads = [*_holders(ctx, "hamlet_head", hamlet), *_holders(ctx, "hamlet_deputy", hamlet)]
    fund = str(fund_names.key(said.answers))
    share = fund_book.share(ctx, hamlet, fund)
    found = [one for one in fund_book.hamlet_mismatches(ctx, hamlet) if one.fund == fund]
    for person in heads:
        if person.person == ctx.person.person:
            return ""
        voice = ctx.house.voice(person.address_form)
        lines = [voice.say(f"funds.notice.{key}", **values), *_held(voice, share, values)]
        lines += fund_book.to_settle(ctx, voice, found)
        if notices.queue(ctx, person, "\n".join(lines), f"fund:{key}:{record.record}:{record.revision}"):
            return ctx.say("funds.notice.told", name=_called(person), **values)
    return ctx.say("funds.notice.call", name=_first_name(ctx, hamlet, heads), **values)


def _holders(ctx: Context, kind: str, hamlet: str) -> list[Person]:
    return people.holders(ctx.tx, ctx.commune, kind, hamlet, ctx.house.purpose)


def _held(voice: Voice, share: funds.Share, values: dict[str, object]) -> list[str]:
    """What the hamlet still holds, and what of it waits for a receipt."""
    key = "now" if share.in_hand else "none"
    lines = [voice.say(f"funds.held.{key}", **values | {"amount": style.money(share.in_hand)})]
    if share.pending:
        lines.append(voice.say("funds.held.pending", amount=style.money(share.pending)))
    return lines


def _called(person: Person) -> str:
    return " ".join(filter(None, (person.address_form, person.name)))


def _first_name(ctx: Context, hamlet: str, heads: Sequence[Person]) -> str:
    """Who is to be called: the head as people call him, else who heads the board on paper, else the board."""
    if heads:
        return _called(heads[0])
    seats = communes.roster(ctx.tx, ctx.commune, hamlet, ctx.today)
    named = next((seat.name for seat in seats if seat.post == _HEAD_SEAT), None)
    return named or ctx.say("funds.notice.head")
