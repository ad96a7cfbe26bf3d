"""Opening forms: by name, for one's own hamlet or on behalf of another, and taking up a draft again."""

from __future__ import annotations

from bot import access, flow, worlds
from bot.commands.table import Command
from bot.context import Context, Reply, choices
from bot.dialogue.model import Draft
from storage import communes, drafts
from templates.forms import Form


def opener(form: Form) -> Command:
    """The command that opens ``form``: "/hoatdong", "hoạt động"; with a code after it, for that hamlet."""

    def run(ctx: Context, args: str) -> Reply:
        return open_form(ctx, form, args)

    words = tuple(dict.fromkeys(filter(None, (form.short, form.label, *form.command))))
    plain = tuple(word for word in words if "{" not in word)
    return Command(form.name.replace("_", ""), run, plain, tuple(form.roles), r"\w+", gives_way=True)


def open_form(ctx: Context, form: Form, hamlet: str) -> Reply:
    """Asks the form's first question; first for which hamlet, where that is not plain."""
    own = access.hamlets(ctx.person)
    if hamlet and hamlet in own:
        return flow.start(ctx, form, hamlet)
    if not own or form.end != "record":
        return flow.start(ctx, form, None)
    if len(own) == 1:
        return flow.start(ctx, form, own[0])
    return which_hamlet(ctx, own, f"/{form.name.replace('_', '')} ")


def which_hamlet(ctx: Context, own: list[str], command: str) -> Reply:
    """Asks somebody who answers for several hamlets which one is meant; the code ends the command."""
    names = {h.hamlet: h.name for h in communes.hamlets(ctx.tx, ctx.commune)}
    text, options = choices([(names.get(code, code), f"{command}{code}") for code in own])
    return Reply(f"{ctx.say('flow.which_hamlet')}\n{text}", options=options)


def on_behalf(ctx: Context, draft: Draft) -> Reply:
    """The end of "báo thay": opens the chosen form for the chosen hamlet, with its source."""
    form = ctx.house.catalog[draft.answers["bieu_mau"]]
    hamlet = draft.answers["ap"]
    preface = ctx.say("flow.on_behalf", unit=worlds.unit(ctx, hamlet))
    return flow.start(ctx, form, hamlet, source=draft.answers["nguon"], preface=preface)


def go_on(ctx: Context, args: str) -> Reply:
    """Takes up the draft that rests."""
    if ctx.draft is not None:
        return flow.ask_again(ctx, ctx.draft)
    resting = drafts.parked(ctx.tx, ctx.commune, ctx.person.person)
    if not resting:
        return Reply(ctx.say("flow.nothing_parked"))
    drafts.resume(ctx.tx, ctx.commune, resting[0].draft, ctx.now)
    return flow.ask_again(ctx, resting[0])
