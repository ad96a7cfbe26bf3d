"""A line typed at the menu opens the form that it means; two that fit are both offered."""

from __future__ import annotations

from bot import access, flow
from bot.context import Context, Reply, choices
from bot.dialogue import batch, from_line
from bot.dialogue.model import World
from templates.forms import Form


def open_from_line(ctx: Context, text: str, hamlet: str | None = None) -> Reply | None:
    """Opens the form that the line means, filled in; None where it means none."""
    forms = [f for f in ctx.house.catalog.openable(access.kinds(ctx.person)) if f.end == "record"]
    found = from_line.proposals(forms, text, _world(ctx, forms, hamlet))
    if not found:
        return None
    if len(found) > 1:
        lines = [(ctx.voice.fill(p.form.label), f"/ghi {p.form.name} {text}") for p in found]
        shown, options = choices(lines)
        return Reply(f"{ctx.say('opening.which')}\n{shown}", options=options)
    return _open(ctx, found[0], text)


def open_list(ctx: Context, raw: str) -> Reply | None:
    """Opens the form that takes lists with the rows of a spreadsheet; None where they are no list."""
    forms = [
        f for f in ctx.house.catalog.openable(access.kinds(ctx.person)) if batch.lines_question(f) is not None
    ]
    if not forms or not batch.looks_like_list(raw, _world(ctx, forms, None)):
        return None
    return open_from_line(ctx, raw)


def open_named(ctx: Context, args: str) -> Reply:
    """/ghi form line: the form was chosen among those that the line fits."""
    name, _, line = args.partition(" ")
    form = ctx.house.catalog.get(name)
    if form is None or not access.holds(ctx.person, *form.roles):
        return Reply(ctx.say("access.other_role"))
    found = from_line.proposals([form], line, _world(ctx, [form], None))
    return _open(ctx, found[0], line) if found else flow.start(ctx, form, _hamlet(ctx))


def _open(ctx: Context, proposal: from_line.Proposal, line: str) -> Reply:
    head = ctx.say("opening.understood", form=ctx.voice.fill(proposal.form.label))
    photos = ctx.say("opening.photos") if ctx.incoming.files else ""
    return flow.start_from_line(ctx, proposal, _hamlet(ctx), photos, head)


def _hamlet(ctx: Context) -> str | None:
    """Whose record it becomes: with several hamlets, the first; it is shown, and the menu asks."""
    own = access.hamlets(ctx.person)
    return own[0] if own else None


def _world(ctx: Context, forms: list[Form], hamlet: str | None) -> World:
    with_people = next((f for f in forms if any(q.kind == "people" for q in f.question)), forms[0])
    return flow.world(ctx, with_people, hamlet or _hamlet(ctx))
