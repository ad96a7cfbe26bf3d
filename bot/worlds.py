"""What a dialogue may know, read before it begins: today, the lists that a form names, the board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.answers.model import JSON, Option
from bot.context import Context, life_of, unit_of
from bot.dialogue import show
from bot.dialogue.life import Life
from bot.dialogue.model import Seat, World
from storage import attachments, communes
from templates import periods, style
from templates.forms import Form

LONGEST_TITLE = 46  # of a report's section in a numbered list: all of them fit one message


def world(
    ctx: Context,
    form: Form,
    hamlet: str | None,
    photos: int = 0,
    record: int | None = None,
    subject: Mapping[str, JSON] | None = None,
) -> World:
    """What the dialogue may know: only the lists that the form names are loaded.

    ``photos`` are the draft's, ``record`` is one that is being corrected, which has photos too. ``subject``
    may bring the lists that were drawn up when the draft was opened: their numbers stay the same as long as
    it is open.
    """
    roster: tuple[Seat, ...] = ()
    if "people" in form.kinds:
        seats = communes.seats(ctx.tx, ctx.commune, hamlet)
        roster = tuple(Seat(str(s.member), s.name, s.from_day, s.until_day) for s in seats)
    kept = len(attachments.of_record(ctx.tx, ctx.commune, record)) if record is not None else 0
    return World(
        today=ctx.today,
        voice=ctx.voice,
        catalog=ctx.house.catalog,
        level="xa" if hamlet is None else "ap",
        unit=unit(ctx, hamlet),
        life=Life() if hamlet is None else life_of(ctx.tx, ctx.house, hamlet),
        lists=_live_lists(ctx, form.live_lists) | _brought(subject or {}),
        roster=roster,
        places=ctx.house.commune.places,
        hamlets=ctx.house.hamlets,
        photos=kept + photos,
        kept_photos=kept,
    )


def world_of(ctx: Context) -> World:
    """The world without lists: enough for what only has to be put into words."""
    return World(ctx.today, ctx.voice, ctx.house.catalog)


def unit(ctx: Context, hamlet: str | None) -> str:
    """The hamlet, or the commune, as it reads within a sentence."""
    return ctx.house.commune.title if hamlet is None else unit_of(ctx.tx, ctx.house, hamlet)


def _live_lists(ctx: Context, named: frozenset[str]) -> dict[str, tuple[Option, ...]]:
    lists: dict[str, tuple[Option, ...]] = {}
    if "ap" in named:
        here = communes.hamlets(ctx.tx, ctx.commune, ctx.today)
        lists["ap"] = tuple(Option(h.hamlet, h.name, (h.hamlet,)) for h in here)
    if "bieu_mau" in named:
        forms = [form for form in ctx.house.catalog.forms.values() if form.on_behalf]
        forms.sort(key=lambda form: (form.menu is None, form.menu or 0, form.end != "record"))
        lists["bieu_mau"] = tuple(
            Option(f.name, ctx.voice.fill(f.label), tuple(f.command), f.short or f.label) for f in forms
        )
    if "thang" in named:
        lists["thang"] = _last_months(ctx)
    if "muc" in named:
        lists["muc"] = tuple(
            Option(code, show.shorten(title, LONGEST_TITLE), (title,))
            for code, title in ctx.house.sections(ctx.today)
        )
    return lists


def as_lists(**lists: Sequence[Option]) -> dict[str, JSON]:
    """Lists for a draft's subject."""
    return {"lists": {name: [[o.name, o.label, *o.words] for o in all_] for name, all_ in lists.items()}}


def _brought(subject: Mapping[str, JSON]) -> dict[str, tuple[Option, ...]]:
    return {
        name: tuple(Option(one, label, tuple(words)) for one, label, *words in options)
        for name, options in subject.get("lists", {}).items()
    }


def _last_months(ctx: Context, count: int = 3) -> tuple[Option, ...]:
    """This month and those before it, the latest first."""
    month = periods.month_of(ctx.today, ctx.house.commune.deadlines.month_end)
    found = []
    for _ in range(count):
        found.append(
            Option(month, f"Tháng {style.month(month)}", (f"{int(month[5:])}", f"tháng {int(month[5:])}"))
        )
        month = periods.previous_month(month)
    return tuple(found)
