"""Which photos the report's annex shows: the committee chooses, or leaves it to the program."""

from __future__ import annotations

from collections.abc import Sequence

from bot import access, flow, worlds
from bot.answers.model import Option
from bot.commands.overrides import key_of, of_key, period_of
from bot.commands.report import REPORT
from bot.context import Context, Reply
from bot.dialogue import show
from bot.dialogue.model import Draft
from storage import audit, photos, reports
from templates import photos as album
from templates.annexes import ranges
from templates.periods import Period
from templates.photos import Photo

_DEFAULT = "mac_dinh"
_DEFAULT_WORDS = ("mặc định", "tự chọn", "máy chọn", "chương trình chọn", "chương trình tự chọn")
_LONGEST = 50  # characters of a line: a page of them fits one message
_LONGEST_NUMBERS = 80


def ask(ctx: Context, args: str) -> Reply:
    """/chonanh [period]: the photos that there are, by number, and which of them are taken now."""
    return _ask(ctx, period_of(ctx, args).period)


def _ask(ctx: Context, period: Period, problem: str = "") -> Reply:
    found = ctx.house.photos(ctx.tx, period)
    if not found:
        return Reply(ctx.say("photos.choose.none", period=period.label))
    options = [Option(str(photo.number), _line(ctx, photo)) for photo in found]
    default = ctx.say("photos.choose.default", most=album.MOST)
    options.append(Option(_DEFAULT, default, _DEFAULT_WORDS))
    head = ctx.say("photos.choose.head", period=period.label, count=len(found))
    return flow.start(
        ctx,
        ctx.house.catalog["chon_anh"],
        None,
        subject={"ky": key_of(period), **worlds.as_lists(anh=options)},
        preface="\n".join(filter(None, (problem, head, _now(ctx, period, found)))),
    )


def _line(ctx: Context, photo: Photo) -> str:
    """ "08/12 ấp 3: Vệ sinh môi trường tại kinh Xáng (2/3)"."""
    part, parts = photo.part
    said = {"day": f"{photo.day:%d/%m}", "unit": photo.where, "what": photo.what}
    line = show.shorten(ctx.say("photos.choose.line", **said), _LONGEST)
    return ctx.say("photos.choose.part", line=line, part=part, parts=parts) if parts > 1 else line


def _now(ctx: Context, period: Period, found: Sequence[Photo]) -> str:
    """What a report that is made now would show, by the numbers of the list."""
    choice = photos.chosen(ctx.tx, ctx.commune, REPORT, period.from_day, period.until_day)
    shown = album.album(found, choice.photos if choice else None)
    if not shown.shown:
        return ctx.say("photos.choose.by_hand_none")
    wanted = set(shown.numbers)
    numbers = ranges(at for at, photo in enumerate(found, 1) if photo.number in wanted)
    key = "by_hand" if shown.by_hand else "automatic"
    return ctx.say(f"photos.choose.{key}", taken=len(wanted), numbers=show.shorten(numbers, _LONGEST_NUMBERS))


def chosen(ctx: Context, draft: Draft) -> Reply:
    """The end of "chon_anh": a line in the book, or the list again where the choice makes no sense."""
    if not access.holds(ctx.person, *access.COMMITTEE):
        return Reply(ctx.say("access.other_role"))
    period, named = of_key(draft.subject["ky"]), list(draft.answers["anh"])
    offered = len(draft.subject["lists"]["anh"])
    if named == [_DEFAULT]:
        return _store(ctx, period, None)
    if _DEFAULT in named and len(named) < offered:
        return _ask(ctx, period, ctx.say("photos.choose.mixed"))
    wanted = [int(name) for name in named if name != _DEFAULT]
    if len(wanted) > album.LIMIT:
        return _ask(ctx, period, ctx.say("photos.choose.too_many", most=album.LIMIT))
    if set(wanted) - {photo.number for photo in ctx.house.photos(ctx.tx, period)}:
        return _ask(ctx, period, ctx.say("photos.choose.gone"))
    return _store(ctx, period, wanted)


def _store(ctx: Context, period: Period, wanted: Sequence[int] | None) -> Reply:
    """Writes the choice down and says how many there will be; None: the program's own."""
    days = (period.from_day, period.until_day)
    number = photos.choose(
        ctx.tx, ctx.commune, REPORT, *days, wanted, ctx.person.person, ctx.origin(), ctx.now
    )
    details = {"choice": number, "photos": wanted}
    audit.note(ctx.tx, ctx.commune, ctx.now, ctx.person.person, "photos", period.label, details)
    key, count = ("stored", len(wanted)) if wanted is not None else ("stored_default", _own(ctx, period))
    lines = [ctx.say(f"photos.choose.{key if count else 'stored_none'}", count=count, period=period.label)]
    if count and not ctx.house.shows_photos:
        return Reply(ctx.say("photos.choose.no_place", period=period.label))
    last = reports.last_edition(ctx.tx, ctx.commune, REPORT, *days)
    how = "how" if last is None or last.base is None else "how_edited"
    lines.append(ctx.say(f"photos.choose.{how}", short=period.label.removeprefix("năm ")))
    return Reply("\n".join(lines))


def _own(ctx: Context, period: Period) -> int:
    return len(album.automatic(ctx.house.photos(ctx.tx, period)))
