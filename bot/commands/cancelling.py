""" "Hủy" where no form is open: what still waits to be recorded is dropped, or offered to be."""

from __future__ import annotations

from bot import flow
from bot.context import Context, Reply, choices
from bot.dialogue import show
from storage import attachments, drafts, rows

_MOST = 5  # resting forms that one message offers to drop
_LONGEST = 60  # letters of a form's name in a line


def cancel(ctx: Context) -> Reply:
    """Drops the photos that wait for a form; else offers to drop the forms that rest."""
    photos = attachments.drop_loose(ctx.tx, ctx.commune, ctx.person.person, ctx.now - flow.PHOTOS_WAIT)
    if photos:
        return flow.offer_parked(ctx, Reply(ctx.say("flow.loose_dropped", count=photos)))
    resting = drafts.parked(ctx.tx, ctx.commune, ctx.person.person)
    if not resting:
        return Reply(ctx.say("flow.nothing_open"))
    lines = [(ctx.say("flow.drop", form=_name(ctx, row)), f"/bophieu {row.draft}") for row in resting[:_MOST]]
    text, options = choices([*lines, (ctx.say("flow.go_on", form=_name(ctx, resting[0])), "/tiep")])
    return Reply(f"{ctx.say('flow.nothing_open_resting')}\n{text}", options=options)


def drop(ctx: Context, args: str) -> Reply:
    """/bophieu draft: one's own resting form is given up; one that is open or has ended is not."""
    resting = drafts.parked(ctx.tx, ctx.commune, ctx.person.person)
    row = next((row for row in resting if str(row.draft) == args), None)
    if row is None:
        said = ctx.say("flow.nothing_parked")
        return flow.ask_again(ctx, ctx.draft, said) if ctx.draft else Reply(said)
    drafts.end(ctx.tx, ctx.commune, row.draft, "cancelled", ctx.now)
    said = ctx.say("flow.dropped", form=_name(ctx, row))
    return flow.ask_again(ctx, ctx.draft, said) if ctx.draft else flow.offer_parked(ctx, Reply(said))


def _name(ctx: Context, row: rows.Draft) -> str:
    form = ctx.house.catalog.get(row.form)
    return show.shorten(ctx.voice.fill(form.label) if form else row.form, _LONGEST)
