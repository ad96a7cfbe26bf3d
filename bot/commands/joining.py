"""Joining: the invitation, and the code that makes somebody of a stranger."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot import access, codes, doors
from bot.commands import accounts, consenting, menu
from bot.context import Context, House, Reply, unit_of
from bot.dialogue.model import Draft
from bot.doors import Doors
from bot.messages import Outgoing
from storage import audit, invitations, people, transfers
from storage.database import Tx
from storage.rows import Invitation
from templates.commune import HANOI
from templates.wording import Voice

LIVES = timedelta(days=7)
TRIES = 5
PAUSE = timedelta(hours=1)
_NO_ADDRESS = "khong"
_FOR = {"standing_committee": "for_committee", "observer": "for_observer"}  # what one is invited to do


def stranger(ctx: Context) -> Reply:
    """Somebody without a role: only a code opens the door."""
    bare = accounts.without_command(ctx.text or "")
    text = (ctx.text or "") if bare is None else bare
    _, blocked_until = invitations.failures(ctx.tx, ctx.account.bot, ctx.account.address, ctx.now)
    if blocked_until is not None:
        return Reply(_blocked(ctx, blocked_until))
    found = codes.found(text)
    if len(found) > 1:  # which one is not guessed: each guess would be a try
        return Reply(ctx.say("joining.several_codes"))
    if found:
        return _redeem(ctx, found[0])
    if codes.looks_like_one(text):
        return _failed(ctx, "joining.wrong_code")
    if ctx.person.consented:
        return Reply(ctx.say("joining.former", **consenting.called(ctx.house)))
    if bare == "" and not (ctx.text or "").startswith("/start"):
        return Reply(ctx.say("accounts.from_the_old"))
    phone = ctx.house.commune.phone
    no_code = ctx.say("joining.no_code", phone=phone) if phone else ""
    return Reply(ctx.say("joining.stranger", commune=ctx.house.commune.title, no_code=no_code).rstrip())


def _redeem(ctx: Context, code: str) -> Reply:
    hashed = codes.hashed(code, ctx.house.commune.code)
    invitation = invitations.find(ctx.tx, ctx.commune, hashed)
    if invitation is None:
        return _connect(ctx, hashed)
    if invitation.used_at is not None or invitation.revoked_at is not None:
        return _failed(ctx, "joining.used_code")
    if invitation.expires_at <= ctx.now:
        return _failed(ctx, "joining.expired_code")
    invitations.clear_failures(ctx.tx, ctx.account.bot, ctx.account.address)
    invitations.use(ctx.tx, ctx.commune, invitation.invitation, ctx.person.person, ctx.now)
    people.rename(ctx.tx, ctx.commune, ctx.person.person, invitation.name)
    people.set_address_form(ctx.tx, ctx.commune, ctx.person.person, invitation.address_form)
    people.grant(ctx.tx, ctx.commune, ctx.person.person, invitation.kind, invitation.hamlet, ctx.now)
    audit.note(
        ctx.tx, ctx.commune, ctx.now, ctx.person.person, "join", invitation.hamlet, {"kind": invitation.kind}
    )
    ctx.person = people.person(ctx.tx, ctx.commune, ctx.person.person, ctx.house.purpose, ctx.account.bot)
    return menu.show(ctx, "") if ctx.person.consented else consenting.ask(ctx)


def _connect(ctx: Context, hashed: str) -> Reply:
    """Not an invitation: the code with which somebody takes this account into use, or a wrong one."""
    transfer = transfers.find(ctx.tx, ctx.commune, hashed)
    if transfer is None:
        return _failed(ctx, "joining.wrong_code")
    refused = accounts.refusal(ctx, transfer)
    return _failed(ctx, refused) if refused else accounts.take_over(ctx, transfer)


def _failed(ctx: Context, key: str) -> Reply:
    """A code that opens nothing; after five the person learns when to try again and whom to call."""
    failures, blocked_until = invitations.fail(
        ctx.tx, ctx.account.bot, ctx.account.address, ctx.now, TRIES, PAUSE
    )
    if blocked_until is not None:
        return Reply(_blocked(ctx, blocked_until))
    return Reply(ctx.say(key, left=TRIES - failures, **consenting.called(ctx.house)))


def _blocked(ctx: Context, until: datetime) -> str:
    local = until.astimezone(HANOI)
    return ctx.say("joining.blocked", at=f"{local:%H:%M}", **consenting.called(ctx.house))


# Inviting


def invite(ctx: Context, draft: Draft) -> Reply:
    """The end of "mời người": a text that the chairman forwards, and the code as a picture."""
    if not access.holds(ctx.person, *access.COMMITTEE):
        return Reply(ctx.say("access.other_role"))
    answers = draft.answers
    form = answers["xung_ho"]
    labels = {c.name: c.label for c in ctx.house.catalog["moi_nguoi"].list["xung_ho"]}
    kind, hamlet, name = answers["chuc_vu"], answers.get("ap"), answers["ten"]
    address_form = None if form == _NO_ADDRESS else labels[form]
    here = doors.doors(ctx.tx, ctx.now)
    code = issue(
        ctx.tx, ctx.house, kind, hamlet, name, address_form, ctx.person.person, ctx.now, here.kept
    )  # fmt: skip
    text = invitation_text(ctx.tx, ctx.house, code, kind, hamlet, name, address_form, ctx.now, here)
    more = [Outgoing(text, keep_keyboard=True)]
    if link := doors.code_link(here.open_ones, code):
        picture = doors.qr_picture(link)
        more.append(Outgoing(ctx.say("joining.qr", name=name), picture=picture, keep_keyboard=True))
    forward = [
        ctx.say("joining.forward", name=name),
        *told_full(ctx.house.voice(ctx.person.address_form), here),
    ]
    return Reply("\n".join(forward), more=tuple(more))


def told_full(voice: Voice, here: Doors) -> list[str]:
    """What the inviter has to know of channels on which nobody more can be talked to."""
    return [
        voice.say("accounts.full", channel=doors.channel_name(voice, bot.bot), users=bot.users)
        for bot in here.full
    ]


def issue(
    tx: Tx, house: House, kind: str, hamlet: str | None, name: str, address_form: str | None,
    by: int | None, now: datetime, keeps: str | None = None,
) -> str:  # fmt: skip
    """A new single-use code for a post; an earlier one for the same person and post is void.

    ``keeps`` is the bot that keeps a place for it (`Doors.kept`).
    """
    code = codes.new_code()
    invitations.issue(
        tx, house.number, codes.hashed(code, house.commune.code), kind, hamlet, name, address_form, by, now,
        now + LIVES, keeps,
    )  # fmt: skip
    audit.note(tx, house.number, now, by, "invite", hamlet, {"kind": kind, "name": name})
    return code


def invitation_text(
    tx: Tx, house: House, code: str, kind: str, hamlet: str | None, name: str, address_form: str | None,
    now: datetime, here: Doors,
) -> str:  # fmt: skip
    """The text to forward: who is invited to what, where to go in, the code, how long it lasts."""
    voice = house.voice(address_form)
    unit = house.commune.title if hamlet is None else unit_of(tx, house, hamlet)
    expires = (now + LIVES).astimezone(HANOI)
    return voice.say(
        "joining.invitation",
        name=name,
        post=voice.say(f"post.{kind}", unit=unit),
        what=voice.say(f"joining.{_FOR.get(kind, 'for_head')}"),
        step=_step(voice, here, code),
        code=codes.shown(code),
        expires=f"{expires:%d/%m}",
        **consenting.called(house),
    )


def _step(voice: Voice, here: Doors, code: str) -> str:
    """How to get to where the code is typed."""
    link = doors.code_link(here.open_ones, code)
    if link and len(here.open_ones) == 1:
        return voice.say("joining.by_link", link=link)
    return doors.way_in(voice, here.open_ones, code) or voice.say("joining.by_chat")


def open_invitations(ctx: Context) -> list[Invitation]:
    return invitations.open_ones(ctx.tx, ctx.commune, ctx.now)
