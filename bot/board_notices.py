"""A change in a hamlet's board, told to those who keep the list of members: the committee."""

from __future__ import annotations

from bot import access, notices
from bot.context import Context, unit_of
from bot.dialogue import show
from bot.dialogue.model import Draft, World
from storage import people
from storage.rows import Record
from templates import style


def changed(ctx: Context, record: Record) -> None:
    """A change was recorded, corrected or taken back: each of the committee hears of it, but its author."""
    before, now = notices.counting(ctx, record)
    said = now or before
    form = ctx.house.catalog.get(record.form)
    if record.hamlet is None or said is None or form is None:
        return  # the committee's own, or one that never counted
    if before is not None and now is not None and before.answers == now.answers:
        return
    key = "withdrawn" if now is None else "told" if before is None else "corrected"
    unit = unit_of(ctx.tx, ctx.house, record.hamlet)
    for person in people.holders(ctx.tx, ctx.commune, *access.COMMITTEE, purpose=ctx.house.purpose):
        if person.person == ctx.person.person:
            continue
        voice = ctx.house.voice(person.address_form)
        draft = Draft(form.name, said.version, said.answers)
        text = voice.say(
            f"boards.{key}",
            Unit=style.capitalised(unit),
            unit=unit,
            change=show.title(form, draft, World(ctx.today, voice, ctx.house.catalog)),
            day=style.short_day(said.day),
            person=ctx.person.name,
            number=record.record,
        )
        notices.queue(ctx, person, text, f"board:{key}:{record.record}:{record.revision}")
