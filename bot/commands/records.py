"""What was reported: listing, showing, correcting, withdrawing, returning to the author."""

from __future__ import annotations

import re

from bot import access, flow, worlds
from bot.commands import forms, spoken_month
from bot.context import Context, Reply, choices
from bot.dialogue import show as wording
from bot.dialogue.model import Draft
from bot.messages import NOTICE, Outgoing
from storage import attachments, communes, outbox, people, rows
from storage import records as stored
from templates import periods, style

COMMUNE = "xa"  # in place of a hamlet's code: the commune's own records
LISTED = 15  # records in one message; a phone's screen shows no more


def reported(ctx: Context, args: str) -> Reply:
    """/dabao [month [hamlet]]: a hamlet's records of a month; those who see all first choose whose."""
    asked = spoken_month.parse(args)
    month = spoken_month.resolve(ctx, asked)
    if month is None:
        return Reply(ctx.say("months.no_such_month"))
    own = access.hamlets(ctx.person)
    sees_all = access.holds(ctx.person, "standing_committee", "observer")
    if asked.hamlet is not None and not sees_all and asked.hamlet not in own:
        return Reply(ctx.say("access.not_your_hamlet"))
    if asked.hamlet is not None:
        return Reply(_list(ctx, None if asked.hamlet == COMMUNE else asked.hamlet, month))
    if len(own) > 1:
        return forms.which_hamlet(ctx, own, f"/dabao {spoken_month.command(ctx, asked)} ")
    return Reply(_list(ctx, own[0], month)) if own else _overview(ctx, month)


def _overview(ctx: Context, month: str) -> Reply:
    """For those who see all: how many records each hamlet and the commune have; a number opens one."""
    period = periods.month_period(month, ctx.house.commune.deadlines.month_end)
    counts = stored.counts(ctx.tx, ctx.commune, period.from_day, period.until_day)
    here = communes.hamlets(ctx.tx, ctx.commune, ctx.today)
    spoken = f"/dabao {int(month[5:])} {month[:4]}"
    lines = [
        (
            ctx.say(
                "records.of_unit", unit=style.capitalised(ctx.house.commune.title), count=counts.get(None, 0)
            ),
            f"{spoken} {COMMUNE}",
        )
    ]
    lines += [
        (ctx.say("records.of_unit", unit=h.name, count=counts.get(h.hamlet, 0)), f"{spoken} {h.hamlet}")
        for h in here
    ]
    text, options = choices(lines)
    return Reply(f"{ctx.say('records.overview', month=style.month(month))}\n{text}", options=options)


def _list(ctx: Context, hamlet: str | None, month: str) -> str:
    period = periods.month_period(month, ctx.house.commune.deadlines.month_end)
    found = stored.of_hamlet(ctx.tx, ctx.commune, hamlet, period.from_day, period.until_day)
    unit, label = worlds.unit(ctx, hamlet), style.month(month)
    if not found:
        return ctx.say("records.none", unit=unit, month=label)
    lines = [ctx.say("records.head", unit=unit, month=label, count=len(found))]
    lines += [_line(ctx, record) for record in found[-LISTED:]]
    if len(found) > LISTED:
        lines.insert(1, ctx.say("records.more", count=len(found) - LISTED))
    lines.append(ctx.say("records.how", number=found[-1].record))
    return "\n".join(lines)


def _line(ctx: Context, record: rows.Record) -> str:
    state = ctx.say("records.returned_mark") if record.state == "returned" else ""
    return f"• {record.record} ({record.day:%d/%m}): {title(ctx, record)}{state}"


def title(ctx: Context, record: rows.Record) -> str:
    form = ctx.house.catalog.get(record.form)
    if form is None:
        return record.form
    here = worlds.world(ctx, form, record.hamlet)
    return wording.title(form, Draft(form.name, record.version, record.answers), here)


def show(ctx: Context, args: str) -> Reply:
    """One record in full."""
    record = _find(ctx, args)
    if isinstance(record, Reply):
        return record
    if not access.may_see(ctx.person, record):
        return Reply(ctx.say("access.not_yours"))
    form = ctx.house.catalog.get(record.form)
    if form is None:
        return Reply(title(ctx, record))
    here = worlds.world(ctx, form, record.hamlet)
    lines = wording.review_lines(form, Draft(form.name, record.version, record.answers), here)
    kept = attachments.of_record(ctx.tx, ctx.commune, record.record)
    if kept:
        lines.append((None, ctx.say("dialogue.photo_line", count=len(kept))))
    author = people.person(ctx.tx, ctx.commune, record.author, ctx.house.purpose)
    head = ctx.say(
        "records.one", number=record.record, unit=worlds.unit(ctx, record.hamlet), author=author.name,
        at=style.moment(record.created_at), state=ctx.say(f"records.state.{record.state}"),
    )  # fmt: skip
    return Reply("\n".join([head, *(text for _, text in lines), *_history(ctx, record)]))


def _history(ctx: Context, record: rows.Record) -> list[str]:
    """Where it came from, why it was returned or withdrawn, when it was last changed."""
    told = []
    if record.source is not None:
        told.append(ctx.say("records.source", source=wording.source(record.source, worlds.world_of(ctx))))
    if record.state != "valid" and record.reason:
        told.append(ctx.say("records.reason", reason=wording.shorten(record.reason)))
    if record.revision > 1:
        told.append(ctx.say("records.changed_at", at=style.moment(record.at)))
    return told


def correct(ctx: Context, args: str) -> Reply:
    return _correct(ctx, args, None)


def absence(ctx: Context, args: str) -> Reply:
    """ "lý do 14": the one question of an attendance that is asked afterwards."""
    return _correct(ctx, args, "ly_do")


def _correct(ctx: Context, args: str, question: str | None) -> Reply:
    record = _find(ctx, args)
    if isinstance(record, Reply):
        return record
    if not access.may_correct(ctx.person, record):
        committee = access.holds(ctx.person, *access.COMMITTEE)
        return Reply(ctx.say("records.give_back" if committee else "access.not_yours", number=record.record))
    if record.state == "withdrawn":
        return Reply(ctx.say("records.withdrawn_already", number=record.record))
    form = ctx.house.catalog.get(record.form)
    if form is None:
        return Reply(ctx.say("dialogue.form_gone"))
    if question is not None and form.get(question) is None:
        return Reply(ctx.say("records.no_absence", number=record.record))
    return flow.correct(ctx, form, record, question)


def withdraw(ctx: Context, args: str) -> Reply:
    record = _find(ctx, args)
    if isinstance(record, Reply):
        return record
    if not access.may_correct(ctx.person, record):
        committee = access.holds(ctx.person, *access.COMMITTEE)
        return Reply(ctx.say("records.give_back" if committee else "access.not_yours", number=record.record))
    if record.state == "withdrawn":
        return Reply(ctx.say("records.withdrawn_already", number=record.record))
    return _with_reason(ctx, "rut", record, "records.withdrawing")


def give_back(ctx: Context, args: str) -> Reply:
    record = _find(ctx, args)
    if isinstance(record, Reply):
        return record
    if record.state != "valid":
        return Reply(ctx.say(f"records.{record.state}_already", number=record.record))
    return _with_reason(ctx, "tra_lai", record, "records.giving_back")


def _with_reason(ctx: Context, form: str, record: rows.Record, preface: str) -> Reply:
    opening = ctx.say(preface, number=record.record, title=title(ctx, record))
    return flow.start(
        ctx, ctx.house.catalog[form], record.hamlet, subject={"record": record.record}, preface=opening
    )


def withdrawn(ctx: Context, draft: Draft) -> Reply:
    """The end of "rút": the record stays in the book, without counting."""
    record = _end(ctx, draft, "withdrawn")
    if record is None:
        return _changed(ctx, draft)
    return Reply("\n".join([ctx.say("records.withdrawn", number=record.record), *_after(ctx, record)]))


def _after(ctx: Context, record: rows.Record) -> list[str]:
    """What the record's form does and says of one that no longer counts, if anything."""
    form, ended = ctx.house.catalog.get(record.form), stored.get(ctx.tx, ctx.commune, record.record)
    return [said] if form and ended and (said := flow.after(ctx, form, ended)) else []


def given_back(ctx: Context, draft: Draft) -> Reply:
    """The end of "trả lại": the author is told what to correct."""
    record = _end(ctx, draft, "returned")
    if record is None:
        return _changed(ctx, draft)
    author = people.person(ctx.tx, ctx.commune, record.author, ctx.house.purpose)
    text = ctx.house.voice(author.address_form).say(
        "records.given_back_to_you", number=record.record, title=title(ctx, record),
        reason=draft.answers["ly_do"],
    )  # fmt: skip
    accounts = people.addresses(ctx.tx, ctx.commune, record.author, ctx.house.purpose)
    for account in accounts[:1]:
        body = Outgoing(text, keep_keyboard=True).as_json()
        outbox.put(ctx.tx, ctx.commune, account.bot, account.address, NOTICE, body, ctx.now)
    told = "records.given_back" if accounts else "records.given_back_untold"
    return Reply("\n".join([ctx.say(told, number=record.record, name=author.name), *_after(ctx, record)]))


def _end(ctx: Context, draft: Draft, state: str) -> rows.Record | None:
    """Puts the record into ``state`` with the reason; None where it changed in the meantime."""
    record = stored.get(ctx.tx, ctx.commune, draft.subject["record"])
    may = access.holds(ctx.person, *access.COMMITTEE) if state == "returned" else (
        record is not None and access.may_correct(ctx.person, record)
    )  # fmt: skip
    if record is None or record.state == "withdrawn" or not may:
        return None
    stored.revise(
        ctx.tx, ctx.commune, record.record, record.answers, record.version, record.day, state,
        ctx.person.person, ctx.origin(), ctx.now, reason=draft.answers["ly_do"],
    )  # fmt: skip
    return record


def _changed(ctx: Context, draft: Draft) -> Reply:
    return Reply(ctx.say("records.changed", number=draft.subject["record"]))


def _find(ctx: Context, args: str) -> rows.Record | Reply:
    """The record that the number names, or what to say where there is none that one may know of."""
    digits = re.search(r"\d+", args)
    record = stored.get(ctx.tx, ctx.commune, int(digits[0])) if digits and len(digits[0]) < 10 else None
    if record is None:
        return Reply(
            ctx.say("records.no_such", number=digits[0][:12]) if digits else ctx.say("records.which")
        )
    return record
