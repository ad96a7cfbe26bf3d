"""Months: closing one, saying that nothing happened, how far the hamlets are, reminding them."""

from __future__ import annotations

import re

from bot import access, flow, worlds
from bot.commands import forms, spoken_month
from bot.context import Context, Reply, choices, life_of
from bot.dialogue import life
from bot.dialogue.model import Draft
from storage import audit, closings, communes, outbox, records
from templates import periods, style
from templates import progress as texts

LATE_DAYS = 14  # after its deadline a month without a name is no longer meant


def close(ctx: Context, args: str) -> Reply:
    """/chotthang: "that is all for this month"."""
    return _state(ctx, args, "closed", "chotthang")


def nothing(ctx: Context, args: str) -> Reply:
    """/khongphatsinh: a statement of its own, neither zero nor silence."""
    return _state(ctx, args, "nothing", "khongphatsinh")


def nothing_in(ctx: Context, args: str) -> Reply:
    """ "tháng 11 không phát sinh": the same, with the month before it."""
    month = re.match(r"[\d /.-]+(?:nam \d{4})?", args)
    return nothing(ctx, month[0].strip()) if month else Reply(ctx.say("months.no_such_month"))


def otherwise(ctx: Context, args: str) -> Reply:
    """/baokhac: reported on paper or by telephone; the committee enters it."""
    return _state(ctx, args, "otherwise", "baokhac")


def _state(ctx: Context, args: str, state: str, command: str) -> Reply:
    asked = spoken_month.parse(args)
    own = access.hamlets(ctx.person)
    if asked.hamlet is not None and asked.hamlet not in own:
        return Reply(ctx.say("access.not_your_hamlet"))
    if not own:
        return Reply(ctx.say("months.for_heads"))
    if asked.hamlet is None and len(own) > 1:
        return forms.which_hamlet(ctx, own, f"/{command} {spoken_month.command(ctx, asked)} ")
    month = spoken_month.resolve(ctx, asked)
    if month is None:
        return Reply(ctx.say("months.no_such_month"))
    if asked.month is None:
        likely = _likely_months(ctx, own[0], month, state)
        if len(likely) > 1:
            return _which_month(ctx, likely, command)
        month = likely[0]
    return _close(ctx, asked.hamlet or own[0], month, state, None)


def _likely_months(ctx: Context, hamlet: str, this: str, state: str) -> list[str]:
    """Without a month named: the one before, while it is open and was due not long ago, or this one.

    Both where nothing tells which is meant.
    """
    last, deadlines = periods.previous_month(this), ctx.house.commune.deadlines
    due = periods.deadline(last, deadlines.report_day, deadlines.month_end)
    still_open = hamlet not in closings.of_month(ctx.tx, ctx.commune, last)
    if not still_open or (ctx.today - due).days > LATE_DAYS:
        return [this]
    if _count(ctx, hamlet, last) and state != "nothing":
        return [last]
    if _count(ctx, hamlet, this):
        return [last] if state == "nothing" else [this]
    return [last, this]


def _which_month(ctx: Context, months: list[str], command: str) -> Reply:
    lines = [
        (ctx.say("months.month", month=style.month(month)), f"/{command} {int(month[5:])} {month[:4]}")
        for month in months
    ]
    text, options = choices(lines)
    return Reply(f"{ctx.say('months.which')}\n{text}", options=options)


def _close(ctx: Context, hamlet: str, month: str, state: str, source: str | None) -> Reply:
    count, label = _count(ctx, hamlet, month), style.month(month)
    unit = style.capitalised(worlds.unit(ctx, hamlet))
    spoken = f"{int(month[5:])} {month[:4]}"
    if (gone := _none_such(ctx, hamlet, month)) is not None:
        return Reply(gone)
    which = f" {hamlet}" if len(access.hamlets(ctx.person)) > 1 else ""
    if state == "nothing" and count:
        lines = [
            (ctx.say("months.close_them"), f"/chotthang {spoken}{which}"),
            (ctx.say("months.look"), f"/dabao {spoken}{which}"),
        ]
        text, options = choices(lines)
        return Reply(
            f"{ctx.say('months.has_records', unit=unit, month=label, count=count)}\n{text}", options=options
        )
    if state == "closed" and not count:
        lines = [
            (ctx.say("months.report_now"), "/baoviec"),
            (ctx.say("months.nothing_happened"), f"/khongphatsinh {spoken}{which}"),
        ]
        text, options = choices(lines)
        return Reply(f"{ctx.say('months.no_records', unit=unit, month=label)}\n{text}", options=options)
    closings.close(ctx.tx, ctx.commune, hamlet, month, state, ctx.person.person, source, ctx.now)
    for kind in ("reminder", "nudge"):  # what has not left yet is moot
        outbox.drop(ctx.tx, ctx.commune, f"{kind}:{hamlet}:{month}:")
    return Reply(ctx.say(f"months.stated.{state}", unit=unit, month=label, count=count))


def _none_such(ctx: Context, hamlet: str, month: str) -> str | None:
    """Why the hamlet has no such month, if it has ended before it or begins after it."""
    period = periods.month_period(month, ctx.house.commune.deadlines.month_end)
    return life.no_month(
        ctx.voice, worlds.unit(ctx, hamlet), life_of(ctx.tx, ctx.house, hamlet), month, period
    )


def close_for(ctx: Context, draft: Draft) -> Reply:
    """The end of "chốt tháng thay": the committee states a hamlet's month, with its source."""
    if not access.holds(ctx.person, *access.COMMITTEE) or draft.hamlet is None:
        return Reply(ctx.say("access.other_role"))
    month, state = draft.answers["thang"], draft.answers["tinh_trang"]
    if (gone := _none_such(ctx, draft.hamlet, month)) is not None:
        return Reply(gone)
    audit.note(
        ctx.tx, ctx.commune, ctx.now, ctx.person.person, "close_for", draft.hamlet, dict(draft.answers)
    )
    count = _count(ctx, draft.hamlet, month)
    if (state == "nothing") != (count == 0):  # what was said and what is in the book contradict each other
        unit = style.capitalised(worlds.unit(ctx, draft.hamlet))
        key = "months.has_records" if count else "months.no_records"
        reason = ctx.say(key, unit=unit, month=style.month(month), count=count)
        form = ctx.house.catalog[draft.form]
        return flow.start(ctx, form, draft.hamlet, source=draft.source, preface=reason)
    return _close(ctx, draft.hamlet, month, state, draft.source)


def _count(ctx: Context, hamlet: str, month: str) -> int:
    period = periods.month_period(month, ctx.house.commune.deadlines.month_end)
    return records.counts(ctx.tx, ctx.commune, period.from_day, period.until_day).get(hamlet, 0)


def progress(ctx: Context, args: str) -> Reply:
    """/tiendo: each hamlet's month, with what the committee can do about it; "các ấp" names no month."""
    month = spoken_month.asked_for(ctx, spoken_month.parse("" if args.startswith("cac ") else args))
    if month is None:
        return Reply(ctx.say("months.no_such_month"))
    rows = ctx.house.months.progress(ctx.tx, ctx.commune, month, ctx.now)
    text = texts.full(ctx.house.wording, rows, month, ctx.now, ctx.house.commune.hamlet_word)
    spoken = f"{int(month[5:])} {month[:4]}"
    commands = {"nudge": f"/nhac {spoken}", "on_behalf": "/baothay"}
    options = {str(n): commands[offer] for n, offer in enumerate(texts.offers(rows), 1)}
    return Reply(text, options=options)


def nudge(ctx: Context, args: str) -> Reply:
    """/nhac [month [hamlet]]: reminds at once those whose month is open, each hamlet at most once a day."""
    asked = spoken_month.parse(args)
    month = spoken_month.asked_for(ctx, asked)
    if month is None:
        return Reply(ctx.say("months.no_such_month"))
    here = {h.hamlet: h.name for h in communes.hamlets(ctx.tx, ctx.commune, ctx.today)}
    wanted = [asked.hamlet] if asked.hamlet else list(here)
    if asked.hamlet and asked.hamlet not in here:
        return Reply(ctx.say("months.no_such_hamlet", hamlet=asked.hamlet))
    done = ctx.house.months.nudge(ctx.tx, ctx.commune, month, wanted, ctx.now)
    audit.note(ctx.tx, ctx.commune, ctx.now, ctx.person.person, "nudge", month, {"hamlets": wanted})
    names = {
        "reached": done.reached, "busy": done.busy, "already": done.already, "spent": done.spent,
        "unreachable": done.unreachable,
    }  # fmt: skip
    lines = [
        ctx.say(f"months.nudge.{key}", hamlets=", ".join(here.get(code, code) for code in codes))
        for key, codes in names.items()
        if codes
    ]
    if done.at is not None and done.reached:
        lines.append(ctx.say("months.nudge.later", at=style.moment(done.at)))
    return Reply("\n".join(lines) or ctx.say("months.nudge.nobody", month=style.month(month)))
