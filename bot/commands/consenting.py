"""The agreement: what is put before a person, what they answer, and how it is taken back.

Asked once for each channel, not for each account. The law (91/2025/QH15) lets people agree to what they were
told: who keeps what, for what, through whom. The purpose is the same on every channel, but the words name the
company that carries the messages, and whether its computers stand abroad; who agreed to Telegram was told
nothing of Zalo. So a yes holds for the channel it was said on (`storage.people.HERE`), a no leaves the other
channels as they are, and taking back, which must be as easy as agreeing, takes back all of it.
"""

from __future__ import annotations

from bot import access, flow, worlds
from bot.commands import menu
from bot.context import Context, House, Reply, choices
from bot.messages import Button
from storage import people
from storage.bots import channel

_THROUGH = {"telegram": "consent.telegram", "zalo": "consent.zalo"}


def consent_text(ctx: Context) -> str:
    """What is put before the person, word for word as it is kept with the answer."""
    commune = ctx.house.commune
    contact = ", ".join(filter(None, (commune.address, commune.phone)))
    return ctx.say(
        "consent.text",
        commune=commune.title,
        contact=f" ({contact})" if contact else "",
        channel=ctx.say(_THROUGH.get(channel(ctx.account.bot), "consent.computer")),
    )


def ask(ctx: Context, head: str = "") -> Reply:
    """Puts the agreement before the person, after a ``head``."""
    lines = [
        (ctx.say("consent.yes"), "/dongy"),
        (ctx.say("consent.no"), "/khongdongy"),
        (ctx.say("consent.later"), "/hoilai"),
    ]
    text, options = choices(lines)
    shown = "\n".join(filter(None, (head, consent_text(ctx), text)))
    return Reply(shown, tuple(Button(label) for label, _ in lines), options)


def agree(ctx: Context, args: str) -> Reply:
    if not ctx.person.consented:
        _keep_answer(ctx, "yes")
    if ctx.draft is not None:
        return flow.ask_again(ctx, ctx.draft, ctx.say("consent.thanks_on"))
    reports = access.holds(ctx.person, *access.MEMBERS)
    return menu.with_head(ctx, ctx.say("consent.thanks" if reports else "consent.thanks_observer"))


def disagree(ctx: Context, args: str) -> Reply:
    _keep_answer(ctx, "no")
    elsewhere = people.agreed(ctx.tx, ctx.commune, ctx.person.person, ctx.house.purpose)
    return Reply(ctx.say("consent.refused_here" if elsewhere else "consent.refused", **called(ctx.house)))


def ask_first(ctx: Context, args: str) -> Reply:
    _keep_answer(ctx, "later")
    return Reply(ctx.say("consent.asked_later", **called(ctx.house)))


def take_back(ctx: Context, args: str) -> Reply:
    """What was agreed to can be taken back at any time, as easily as it was given."""
    _keep_answer(ctx, "withdrawn")
    return Reply(ctx.say("consent.withdrawn", **called(ctx.house)))


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


def post(ctx: Context, kind: str, hamlet: str | None) -> str:
    """ "Trưởng Ban Công tác Mặt trận ấp 3"."""
    return ctx.say(f"post.{kind}", unit=worlds.unit(ctx, hamlet))


def called(house: House) -> dict[str, str]:
    """Who the commune is and whom to call, as sentences to strangers need it."""
    commune = house.commune
    call = house.voice(None).say("joining.call", phone=commune.phone) if commune.phone else ""
    return {"commune": commune.title, "call": call}
