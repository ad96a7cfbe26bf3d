"""A lost telephone: the committee ends an account of its person, and lets the person in on a new one."""

from __future__ import annotations

from bot import codes, doors
from bot.commands import accounts, joining, members
from bot.context import Context, Reply, choices
from bot.messages import NOTICE, Outgoing
from storage import accounts as stored
from storage import audit, links, outbox, people, transfers
from storage.rows import Account, Person
from templates import style
from templates.commune import HANOI

SURE = "chac"


def end(ctx: Context, args: str) -> Reply:
    """/matmay: who; /matmay 3: which account of theirs; /matmay 3 BOT ADDRESS: asked once more, then done.

    The person keeps post, records and draft. Reminders go to another account of theirs; the rest is dropped.
    """
    number, bot, address, sure, *_ = [*args.split(), "", "", "", ""]
    if not number or number.startswith(members.FROM):
        return members.choose(ctx, number, "lost.who", "/matmay")
    person = members.named(ctx, number)
    if person is None:
        return Reply(ctx.say("members.no_such"))
    theirs = people.accounts(ctx.tx, ctx.commune, person.person)
    chosen = next((one for one in theirs if (one.bot, one.address) == (bot, address)), None)
    if chosen is None and len(theirs) == 1 and not bot:
        chosen = theirs[0]
    if chosen is None:
        return _which(ctx, person, theirs)
    if _last_own(ctx, person, chosen):
        return Reply(ctx.say("lost.own_last"))
    if sure != SURE:
        return _asked(ctx, person, chosen)
    return _ended(ctx, person, chosen)


def _which(ctx: Context, person: Person, theirs: list[Account]) -> Reply:
    if not theirs:
        return _alone(ctx, person, ctx.say("lost.none", name=person.name))
    lines = [(accounts.line(ctx, one), f"/matmay {person.person} {one.bot} {one.address}") for one in theirs]
    text, options = choices(lines)
    return Reply(f"{ctx.say('lost.which', name=person.name)}\n{text}", options=options)


def _asked(ctx: Context, person: Person, account: Account) -> Reply:
    again = f"/matmay {person.person} {account.bot} {account.address} {SURE}"
    text, options = choices([(ctx.say("lost.yes"), again), (ctx.say("lost.no"), "/thanhvien")])
    question = ctx.say("lost.sure", account=accounts.called(ctx, account), name=person.name)
    return Reply(f"{question}\n{text}", options=options)


def _last_own(ctx: Context, person: Person, account: Account) -> bool:
    """Whether the account is the only one by which who types this can still be reached."""
    if person.person != ctx.person.person:
        return False
    mine = people.addresses(ctx.tx, ctx.commune, person.person)
    return all((one.bot, one.address) == (account.bot, account.address) for one in mine)


def _ended(ctx: Context, person: Person, account: Account) -> Reply:
    stored.disconnect(ctx.tx, ctx.commune, account.bot, account.address, ctx.now)
    transfers.withdraw(
        ctx.tx, ctx.commune, person.person, ctx.now
    )  # whoever holds the telephone may have one
    links.withdraw(ctx.tx, ctx.commune, person.person, ctx.now)
    details = {"person": person.person, "bot": account.bot, "address": account.address}
    audit.note(ctx.tx, ctx.commune, ctx.now, ctx.person.person, "end_account", str(person.person), details)
    called = accounts.called(ctx, account)
    said = ctx.say("lost.ended", account=called, name=person.name)
    left = people.addresses(ctx.tx, ctx.commune, person.person)
    if not left:
        return _alone(ctx, person, said)
    if person.person != ctx.person.person:
        voice = ctx.house.voice(person.address_form)
        body = Outgoing(voice.say("lost.told", account=called), keep_keyboard=True).as_json()
        outbox.put(ctx.tx, ctx.commune, left[0].bot, left[0].address, NOTICE, body, ctx.now)
    return Reply(f"{said} {ctx.say('lost.left', account=accounts.called(ctx, left[0]))}")


def _alone(ctx: Context, person: Person, said: str) -> Reply:
    """Who has no account any more can be let in again."""
    text, options = choices([(ctx.say("lost.let_in"), f"/vaolai {person.person}")])
    return Reply(f"{said}\n{text}", options=options)


def let_in(ctx: Context, args: str) -> Reply:
    """/vaolai 3: a code with which somebody who has no account left takes a new one into use."""
    person = members.named(ctx, args)
    if person is None:
        return Reply(ctx.say("members.no_such"))
    if people.accounts(ctx.tx, ctx.commune, person.person):
        return Reply(ctx.say("lost.still_in", name=person.name))
    code, until = codes.new_code(), ctx.now + joining.LIVES
    hashed, here = codes.hashed(code, ctx.house.commune.code), (ctx.account.bot, ctx.account.address)
    transfers.issue(ctx.tx, ctx.commune, hashed, person.person, *here, ctx.now, until)
    audit.note(ctx.tx, ctx.commune, ctx.now, ctx.person.person, "let_in", str(person.person))
    voice = ctx.house.voice(person.address_form)
    letter = voice.say(
        "lost.letter",
        name=person.name,
        way=doors.way_in(voice, doors.doors(ctx.tx, ctx.now).open_ones, code) or voice.say("lost.by_itself"),
        code=codes.shown(code),
        until=style.short_day(until.astimezone(HANOI).date()),
    )
    return Reply(ctx.say("joining.forward", name=person.name), more=(Outgoing(letter, keep_keyboard=True),))
