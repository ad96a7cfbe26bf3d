"""Joining: the invitation, the code, the agreement, and what a person may ask about their own data."""

from __future__ import annotations

import io
from base64 import b64encode
from datetime import datetime, timedelta

import segno

from bot import access, codes, flow
from bot.commands import menu
from bot.context import Context, House, Reply, choices
from bot.dialogue.model import Draft
from bot.messages import Button, Outgoing
from storage import audit, invitations, people, records
from storage.database import Tx
from storage.rows import Invitation
from templates.commune import HANOI

LIVES = timedelta(days=7)
TRIES = 5
PAUSE = timedelta(hours=1)
_NO_ADDRESS = "khong"


def stranger(ctx: Context) -> Reply:
    """Somebody without a role: only a code opens the door."""
    text = (ctx.text or "").removeprefix("/start").strip()
    _, blocked_until = invitations.failures(ctx.tx, ctx.account.bot, ctx.account.address, ctx.now)
    if blocked_until is not None:
        return Reply(_blocked(ctx, blocked_until))
    code = codes.read(text)
    if code is not None:
        return _redeem(ctx, code)
    if codes.looks_like_one(text):
        return _failed(ctx, "joining.wrong_code")
    if ctx.person.consented:
        return Reply(ctx.say("joining.former", **_help(ctx.house)))
    phone = ctx.house.commune.phone
    no_code = ctx.say("joining.no_code", phone=phone) if phone else ""
    return Reply(ctx.say("joining.stranger", commune=ctx.house.commune.title, no_code=no_code).rstrip())


def _redeem(ctx: Context, code: str) -> Reply:
    invitation = invitations.find(ctx.tx, ctx.commune, codes.hashed(code, ctx.house.commune.code))
    if invitation is None:
        return _failed(ctx, "joining.wrong_code")
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
    ctx.person = people.person(ctx.tx, ctx.commune, ctx.person.person, ctx.house.purpose)
    return menu.show(ctx, "") if ctx.person.consented else ask_consent(ctx)


def _failed(ctx: Context, key: str) -> Reply:
    """A code that opens nothing; after five the person learns when to try again and whom to call."""
    failures, blocked_until = invitations.fail(
        ctx.tx, ctx.account.bot, ctx.account.address, ctx.now, TRIES, PAUSE
    )
    if blocked_until is not None:
        return Reply(_blocked(ctx, blocked_until))
    return Reply(ctx.say(key, left=TRIES - failures, **_help(ctx.house)))


def _blocked(ctx: Context, until: datetime) -> str:
    local = until.astimezone(HANOI)
    return ctx.say("joining.blocked", at=f"{local:%H:%M}", **_help(ctx.house))


def _help(house: House) -> dict[str, str]:
    """Who the commune is and whom to call, as sentences to strangers need it."""
    commune = house.commune
    call = house.voice(None).say("joining.call", phone=commune.phone) if commune.phone else ""
    return {"commune": commune.title, "call": call}


# The agreement


def consent_text(ctx: Context) -> str:
    """What is put before the person, word for word as it is kept with the answer."""
    commune = ctx.house.commune
    contact = ", ".join(filter(None, (commune.address, commune.phone)))
    return ctx.say(
        "consent.text",
        commune=commune.title,
        contact=f" ({contact})" if contact else "",
        channel=ctx.say("consent.telegram" if ctx.account.bot.startswith("telegram") else "consent.computer"),
    )


def ask_consent(ctx: Context) -> Reply:
    lines = [
        (ctx.say("consent.yes"), "/dongy"),
        (ctx.say("consent.no"), "/khongdongy"),
        (ctx.say("consent.later"), "/hoilai"),
    ]
    text, options = choices(lines)
    return Reply(f"{consent_text(ctx)}\n{text}", tuple(Button(label) for label, _ in lines), options)


def agree(ctx: Context, args: str) -> Reply:
    if not ctx.person.consented:
        _keep_answer(ctx, "yes")
    return menu.with_head(ctx, ctx.say("consent.thanks"))


def disagree(ctx: Context, args: str) -> Reply:
    _keep_answer(ctx, "no")
    return Reply(ctx.say("consent.refused", **_help(ctx.house)))


def ask_first(ctx: Context, args: str) -> Reply:
    _keep_answer(ctx, "later")
    return Reply(ctx.say("consent.asked_later", **_help(ctx.house)))


def take_back(ctx: Context, args: str) -> Reply:
    """What was agreed to can be taken back at any time, as easily as it was given."""
    _keep_answer(ctx, "withdrawn")
    return Reply(ctx.say("consent.withdrawn", **_help(ctx.house)))


def _keep_answer(ctx: Context, answer: str) -> None:
    people.consent(
        ctx.tx,
        ctx.commune,
        ctx.person.person,
        ctx.now,
        answer,
        ctx.house.purpose,
        consent_text(ctx),
        ctx.origin(),
    )


def my_data(ctx: Context, args: str) -> Reply:
    """What the program keeps about the person who asks."""
    mine = records.of_author(ctx.tx, ctx.commune, ctx.person.person, datetime.min.date(), datetime.max.date())
    posts = ", ".join(post(ctx, role.kind, role.hamlet) for role in ctx.person.roles)
    text = ctx.say(
        "consent.my_data",
        name=ctx.person.name,
        posts=posts or ctx.say("consent.no_post"),
        account=ctx.incoming.sender,
        count=len(mine),
        **_help(ctx.house),
    )
    return Reply(text)


def post(ctx: Context, kind: str, hamlet: str | None) -> str:
    """ "Trưởng Ban Công tác Mặt trận ấp 3"."""
    return ctx.say(f"post.{kind}", unit=flow.unit(ctx, hamlet))


# Inviting


def invite(ctx: Context, draft: Draft) -> Reply:
    """The end of "mời người": a text that the chairman forwards, and the code as a picture."""
    if not access.holds(ctx.person, *access.COMMITTEE):
        return Reply(ctx.say("access.other_role"))
    answers = draft.answers
    form = answers["xung_ho"]
    labels = {c.name: c.label for c in ctx.house.catalog["moi_nguoi"].list["xung_ho"]}
    code = issue(
        ctx.tx, ctx.house, answers["chuc_vu"], answers.get("ap"), answers["ten"],
        None if form == _NO_ADDRESS else labels[form], ctx.person.person, ctx.now,
    )  # fmt: skip
    kind, hamlet = answers["chuc_vu"], answers.get("ap")
    text = invitation_text(
        ctx.tx, ctx.house, code, kind, hamlet, answers["ten"],
        None if form == _NO_ADDRESS else labels[form], ctx.now,
    )  # fmt: skip
    more = [Outgoing(text, keep_keyboard=True)]
    if link := invitation_link(ctx.tx, code):
        more.append(
            Outgoing(ctx.say("joining.qr", name=answers["ten"]), picture=qr_picture(link), keep_keyboard=True)
        )
    return Reply(ctx.say("joining.forward", name=answers["ten"]), more=tuple(more))


def issue(
    tx: Tx, house: House, kind: str, hamlet: str | None, name: str, address_form: str | None,
    by: int | None, now: datetime,
) -> str:  # fmt: skip
    """A new single-use code for a post; an earlier one for the same person and post is void."""
    code = codes.new_code()
    invitations.issue(
        tx, house.number, codes.hashed(code, house.commune.code), kind, hamlet, name, address_form, by, now,
        now + LIVES,
    )  # fmt: skip
    audit.note(tx, house.number, now, by, "invite", hamlet, {"kind": kind, "name": name})
    return code


def invitation_text(
    tx: Tx, house: House, code: str, kind: str, hamlet: str | None, name: str, address_form: str | None,
    now: datetime,
) -> str:  # fmt: skip
    """The text to forward: who is invited to what, the link, the code, how long it lasts."""
    voice = house.voice(address_form)
    link = invitation_link(tx, code)
    unit = house.commune.title if hamlet is None else flow.unit_of(tx, house, hamlet)
    expires = (now + LIVES).astimezone(HANOI)
    return voice.say(
        "joining.invitation",
        name=name,
        post=voice.say(f"post.{kind}", unit=unit),
        step=voice.say("joining.by_link", link=link) if link else voice.say("joining.by_chat"),
        code=codes.shown(code),
        expires=f"{expires:%d/%m}",
        **_help(house),
    )


def invitation_link(tx: Tx, code: str) -> str | None:
    """The address that opens a chat with the code filled in; None while no bot has said its name."""
    username = people.bot_username(tx, "telegram")
    return f"https://t.me/{username}?start={code}" if username else None


def qr_picture(link: str) -> str:
    """The link as a PNG within a data address: small enough to travel with the message."""
    png = io.BytesIO()
    segno.make(link, error="m").save(png, kind="png", scale=8, border=4)
    return "data:image/png;base64," + b64encode(png.getvalue()).decode()


def open_invitations(ctx: Context) -> list[Invitation]:
    return invitations.open_ones(ctx.tx, ctx.commune, ctx.now)
