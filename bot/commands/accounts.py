"""A person's accounts: another channel or telephone taken into use, one given up, what is kept about them."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot import access, codes, doors, flow
from bot.answers.normal import fold
from bot.commands import consenting, menu
from bot.context import Context, Reply, choices
from bot.messages import NOTICE, Outgoing
from storage import accounts, audit, drafts, invitations, links, outbox, people, records, transfers
from storage.bots import channel
from storage.rows import Account, Transfer
from templates import style
from templates.commune import HANOI

LIVES = timedelta(minutes=30)  # the other telephone lies beside this one
WORDS = "ket noi"


def connect(ctx: Context, args: str) -> Reply:
    """/ketnoi: a code to be typed on the new account; with a code, why it is of no use here."""
    if args and (codes.read(args) or codes.looks_like_one(args)):
        return _not_here(ctx, codes.read(args))
    code = codes.new_code()
    hashed = codes.hashed(code, ctx.house.commune.code)
    here = (ctx.account.bot, ctx.account.address)
    transfers.issue(ctx.tx, ctx.commune, hashed, ctx.person.person, *here, ctx.now, ctx.now + LIVES)
    audit.note(ctx.tx, ctx.commune, ctx.now, ctx.person.person, "connect_code", ctx.account.bot)
    open_ones = doors.doors(ctx.tx, ctx.now).open_ones
    way = doors.way_in(ctx.voice, open_ones, code) or ctx.say("accounts.by_itself")
    until = (ctx.now + LIVES).astimezone(HANOI)
    return Reply(ctx.say("accounts.code", way=way, code=codes.shown(code), until=f"{until:%H:%M}"))


def of_code(ctx: Context, text: str) -> Reply | None:
    """A connection code that came to an account which has a role of its own: why it opens nothing here."""
    code = codes.read(text)
    if code is None or code.isalpha() or code.isdecimal():  # a word of eight letters is looked up for nobody
        return None
    known = transfers.find(ctx.tx, ctx.commune, codes.hashed(code, ctx.house.commune.code))
    return _not_here(ctx, code) if known is not None else None


def _not_here(ctx: Context, code: str | None) -> Reply:
    hashed = codes.hashed(code, ctx.house.commune.code) if code else ""
    known = transfers.find(ctx.tx, ctx.commune, hashed)
    if known is not None and known.person == ctx.person.person:
        return Reply(ctx.say("accounts.other_account"))
    # Nothing is said of the code: it may be somebody's.
    posts = ", ".join(consenting.post(ctx, role.kind, role.hamlet) for role in ctx.person.roles)
    return Reply(ctx.say("accounts.own_role", posts=posts, **consenting.called(ctx.house)))


def refusal(ctx: Context, transfer: Transfer) -> str | None:
    """Why the code opens nothing (a sentence's key); None where it does."""
    person = people.person(ctx.tx, ctx.commune, transfer.person, ctx.house.purpose)
    if transfer.used_at is not None or not access.holds(person, *access.ALL):
        return "accounts.used_code"
    return "accounts.expired_code" if transfer.expires_at <= ctx.now else None


def take_over(ctx: Context, transfer: Transfer) -> Reply:
    """The account that the code was typed on is that person's now, with rights, drafts and reminders.

    The account that asked for the code hears of it: a code may have been read by somebody else.
    """
    transfers.use(ctx.tx, ctx.commune, transfer.transfer, ctx.now)
    invitations.clear_failures(ctx.tx, ctx.account.bot, ctx.account.address)
    accounts.connect(ctx.tx, ctx.commune, transfer.person, ctx.account.bot, ctx.account.address)
    details = {"bot": ctx.account.bot, "address": ctx.account.address, "from": transfer.bot}
    details["new_channel"] = channel(ctx.account.bot) if _another_channel(ctx, transfer) else ""
    audit.note(ctx.tx, ctx.commune, ctx.now, transfer.person, "connect", ctx.account.bot, details)
    ctx.person = people.person(ctx.tx, ctx.commune, transfer.person, ctx.house.purpose, ctx.account.bot)
    ctx.draft, ctx.offer = drafts.open_draft(ctx.tx, ctx.commune, transfer.person), None
    _tell_old(ctx, transfer)
    first = len(people.addresses(ctx.tx, ctx.commune, transfer.person)) < 2  # the others were lost
    head = ctx.say("accounts.back" if first else "accounts.connected", name=ctx.person.name)
    if not ctx.person.consented:
        why = ctx.say("accounts.only_channel" if first else "accounts.new_channel")
        return consenting.ask(ctx, f"{head}\n{why}")
    if ctx.draft is not None:
        return flow.ask_again(ctx, ctx.draft, head)
    return flow.offer_parked(ctx, menu.with_head(ctx, f"{head}\n{ctx.say('menu.head')}"))


def _another_channel(ctx: Context, transfer: Transfer) -> bool:
    return channel(ctx.account.bot) != channel(transfer.bot)


def _tell_old(ctx: Context, transfer: Transfer) -> None:
    old = people.account(ctx.tx, transfer.bot, transfer.address)
    if old is None or old.person != transfer.person or old.state != "active":
        return
    text = style.capitalised(ctx.say("accounts.told", account=called(ctx, ctx.account)))
    body = Outgoing(text, keep_keyboard=True).as_json()
    outbox.put(ctx.tx, ctx.commune, old.bot, old.address, NOTICE, body, ctx.now)


# Giving one up

SURE = "chac"


def disconnect(ctx: Context, args: str) -> Reply:
    """/ngatketnoi: the accounts, to choose from; /ngatketnoi BOT ADDRESS: that one is given up.

    The one that this is typed on only after a question.
    """
    mine = people.accounts(ctx.tx, ctx.commune, ctx.person.person)
    if len(mine) < 2:
        return Reply(ctx.say("accounts.only_one"))
    bot, address, sure, *_ = [*args.split(), "", "", ""]
    chosen = next((a for a in mine if (a.bot, a.address) == (bot, address)), None)
    if chosen is None:
        # Who gives the first up in a hurry, since somebody else is in, must not give up their own.
        mine.sort(key=lambda one: _is_here(ctx, one))
        lines = [(line(ctx, one), f"/ngatketnoi {one.bot} {one.address}") for one in mine]
        text, options = choices(lines)
        return Reply(f"{ctx.say('accounts.which')}\n{text}", options=options)
    if _is_here(ctx, chosen) and sure != SURE:
        lines = [
            (ctx.say("accounts.give_up_here"), f"/ngatketnoi {args} {SURE}"),
            (ctx.say("accounts.keep_here"), "/menu"),
        ]
        text, options = choices(lines)
        return Reply(f"{ctx.say('accounts.sure')}\n{text}", options=options)
    accounts.disconnect(ctx.tx, ctx.commune, chosen.bot, chosen.address, ctx.now)
    transfers.withdraw(ctx.tx, ctx.commune, ctx.person.person, ctx.now)
    links.withdraw(ctx.tx, ctx.commune, ctx.person.person, ctx.now)
    details = {"bot": chosen.bot, "address": chosen.address}
    audit.note(ctx.tx, ctx.commune, ctx.now, ctx.person.person, "disconnect", chosen.bot, details)
    return Reply(ctx.say("accounts.given_up", account=called(ctx, chosen)))


def called(ctx: Context, account: Account) -> str:
    """ "Zalo “Sáu”"."""
    return ctx.say("accounts.account", channel=doors.channel_name(ctx.voice, account.bot), name=account.name)


def _is_here(ctx: Context, account: Account) -> bool:
    return (account.bot, account.address) == (ctx.account.bot, ctx.account.address)


def line(ctx: Context, account: Account) -> str:
    if _is_here(ctx, account):
        return ctx.say("accounts.here", account=called(ctx, account))
    day = account.last_at.astimezone(HANOI).date()
    return ctx.say("accounts.last_used", account=called(ctx, account), day=style.short_day(day))


def my_data(ctx: Context, args: str) -> Reply:
    """What the program keeps about the person who asks."""
    mine = records.of_author(ctx.tx, ctx.commune, ctx.person.person, datetime.min.date(), datetime.max.date())
    posts = ", ".join(consenting.post(ctx, role.kind, role.hamlet) for role in ctx.person.roles)
    known = people.accounts(ctx.tx, ctx.commune, ctx.person.person)
    text = ctx.say(
        "consent.my_data",
        name=ctx.person.name,
        posts=posts or ctx.say("consent.no_post"),
        account="; ".join(line(ctx, one) for one in known) if len(known) > 1 else ctx.incoming.sender,
        count=len(mine),
        **consenting.called(ctx.house),
    )
    return Reply(f"{text}\n{ctx.say('accounts.how_to_give_up')}" if len(known) > 1 else text)


def without_command(text: str) -> str | None:
    """What follows "kết nối" or a slash command, as a stranger types it with a code; None without either."""
    first, _, rest = text.partition(" ")
    if first.startswith("/"):
        return rest.strip()
    words = text.split()
    return " ".join(words[2:]) if fold(" ".join(words[:2])) == WORDS else None
