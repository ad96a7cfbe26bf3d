"""Who takes part: the list, ending a post, handing a hamlet on, how one is addressed."""

from __future__ import annotations

import re

from bot import worlds
from bot.answers.normal import fold
from bot.commands import joining
from bot.context import Context, Reply, choices
from storage import audit, drafts, people
from storage.rows import Person

PAGE = 40  # people in one message
WAITING = 10  # open invitations in one message
FROM = "tu_"  # what a later page is asked by


def listed(ctx: Context, args: str) -> Reply:
    """/thanhvien: all with a post; /thanhvien 3: one of them, with what can be done."""
    members = people.members(ctx.tx, ctx.commune, ctx.house.purpose)
    if args.strip().isdecimal():
        return _one(ctx, members, int(args))
    text, options = _page(ctx, members, args, "/thanhvien")
    waiting = [
        ctx.say("members.waiting", name=i.name, post=_short_post(ctx, i.kind, i.hamlet))
        for i in joining.open_invitations(ctx)[:WAITING]
    ]
    parts = [ctx.say("members.head", count=len(members)), text, *waiting, ctx.say("members.how")]
    return Reply("\n".join(filter(None, parts)), options=options)


def choose(ctx: Context, page: str, question: str, command: str) -> Reply:
    """Whom of the members: ``command`` is what a number stands for, with the person behind it."""
    text, options = _page(ctx, people.members(ctx.tx, ctx.commune, ctx.house.purpose), page, command)
    return Reply(f"{ctx.say(question)}\n{text}", options=options)


def _page(ctx: Context, members: list[Person], page: str, command: str) -> tuple[str, dict[str, str]]:
    """The members in numbered lines, from the one that ``page`` ("tu_41") begins with."""
    first = int(page.removeprefix(FROM)) if re.fullmatch(rf"{FROM}\d{{1,4}}", page) else 1
    shown = members[first - 1 : first - 1 + PAGE]
    lines = [(_line(ctx, person), f"{command} {person.person}") for person in shown]
    if len(members) > first - 1 + PAGE:
        more = len(members) - (first - 1 + PAGE)
        lines.append((ctx.say("members.more", count=more), f"{command} {FROM}{first + PAGE}"))
    return choices(lines, first)


def _short_post(ctx: Context, kind: str, hamlet: str | None) -> str:
    """ "trưởng ban ấp 3": the whole title would not let forty of them into one message."""
    return ctx.say(f"members.post.{kind}", unit=worlds.unit(ctx, hamlet))


def _line(ctx: Context, person: Person) -> str:
    posts = "; ".join(_short_post(ctx, role.kind, role.hamlet) for role in person.roles)
    unagreed = "" if person.consented else ctx.say("members.not_agreed")
    return f"{person.name}: {posts}{unagreed}"


def _one(ctx: Context, members: list[Person], number: int) -> Reply:
    person = next((p for p in members if p.person == number), None)
    if person is None:
        return Reply(ctx.say("members.no_such"))
    lines = [
        (ctx.say("members.replace"), "/moinguoi"),
        (ctx.say("members.end"), f"/thoi {number}"),
        (ctx.say("members.lost"), f"/matmay {number}"),
    ]
    text, options = choices(lines)
    return Reply(f"{_line(ctx, person)}\n{text}", options=options)


def end(ctx: Context, args: str) -> Reply:
    """Asks once more: ending a post cannot be undone but by a new invitation."""
    person = named(ctx, args)
    if person is None:
        return Reply(ctx.say("members.no_such"))
    text, options = choices(
        [
            (ctx.say("members.end_yes"), f"/thoichac {person.person}"),
            (ctx.say("members.end_no"), "/thanhvien"),
        ]
    )
    return Reply(f"{ctx.say('members.end_sure', name=person.name)}\n{text}", options=options)


def end_for_sure(ctx: Context, args: str) -> Reply:
    person = named(ctx, args)
    if person is None:
        return Reply(ctx.say("members.no_such"))
    committee = people.holders(ctx.tx, ctx.commune, "standing_committee")
    if [p.person for p in committee] == [person.person]:
        return Reply(ctx.say("members.last_one"))
    people.end_roles(ctx.tx, ctx.commune, person.person, ctx.now)
    drafts.park(ctx.tx, ctx.commune, person.person, ctx.now)
    audit.note(ctx.tx, ctx.commune, ctx.now, ctx.person.person, "end_roles", str(person.person))
    return Reply(ctx.say("members.ended", name=person.name))


def named(ctx: Context, args: str) -> Person | None:
    """The member of that number."""
    if not args.strip().isdecimal():
        return None
    members = people.members(ctx.tx, ctx.commune, ctx.house.purpose)
    return next((p for p in members if p.person == int(args)), None)


def address_me(ctx: Context, args: str) -> Reply:
    """ "gọi tôi là bác": the person chooses; "không" leaves pronouns out."""
    forms = ctx.house.catalog["moi_nguoi"].list["xung_ho"]
    wanted = fold(args)
    chosen = next((c for c in forms if wanted in (fold(c.label), c.name.replace("_", " "))), None)
    if chosen is None:
        known = ", ".join(c.label for c in forms if c.name != "khong")
        return Reply(ctx.say("members.address_unknown", known=known))
    form = None if chosen.name == "khong" else chosen.label
    people.set_address_form(ctx.tx, ctx.commune, ctx.person.person, form)
    return Reply(ctx.house.voice(form).say("members.address_changed"))
