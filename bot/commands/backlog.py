"""Months that are past, with a spreadsheet: asking for one, and what becomes of one that came back."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot import access, backlog, flow, fund_book, worlds
from bot.answers.normal import fold
from bot.commands.report import REPORT
from bot.context import Context, Reply, choices
from bot.dialogue import show
from bot.dialogue.model import Draft
from storage import attachments, audit, communes, previous, records, reports, rows, workbooks
from templates import amounts, fund_names, funds, style
from templates.figures import Definitions
from templates.forms import Form, Question

ASKED, MARKED = "nhap_bu", "nhap_bu_tra"  # as the job is asked for a book, and for one with its faults marked
OWN, ALL = "xa", "tatca"
FORM = "nhap_bu"
_SHOWN = 6  # faults named in the message; the file shows all
_ON_BEHALF, _ONES_OWN = "bao_thay", "cua_minh"


def ask(ctx: Context, args: str) -> Reply:
    """/nhapbu [hamlet]: asks the job for the book to fill; without a hamlet, for which.

    The committee asks for any, a head for the book of a hamlet of his own.
    """
    here = communes.hamlets(ctx.tx, ctx.commune, ctx.today)
    committee = access.holds(ctx.person, *access.COMMITTEE)
    if not committee:
        here = [h for h in here if h.hamlet in access.hamlets(ctx.person)]
    wanted = _named(here, args, committee)
    if not committee and len(here) == 1 and not args:
        wanted = here[0].hamlet
    if wanted is None:
        lines = [(h.name, f"/nhapbu {h.hamlet}") for h in here]
        if committee:
            lines.append((ctx.say("backlog.own"), f"/nhapbu {OWN}"))
            lines.append((ctx.say("backlog.all"), f"/nhapbu {ALL}"))
        shown, options = choices(lines)
        preface = f"{ctx.say('backlog.no_such', code=args[:20])}\n" if args else ""
        return Reply(f"{preface}{ctx.say('backlog.which')}\n{shown}", options=options)
    # Everybody who asks gets a file: a request is known by who asks, too.
    subject = f"{ASKED}:{wanted}:{ctx.person.person}"
    _, new = reports.request(
        ctx.tx, ctx.commune, subject, ctx.today, ctx.today, ctx.say("backlog.book.guide"),
        ctx.person.person, ctx.account.bot, ctx.account.address, ctx.now,
    )  # fmt: skip
    return Reply(ctx.say("backlog.making" if new else "backlog.already"))


def _named(here: Sequence[rows.Hamlet], args: str, committee: bool) -> str | None:
    """The code that is meant: "3", "ấp 3"; of the committee "xã" and "tất cả", too."""
    said = fold(args)
    if committee and said in (OWN, ALL, "tat ca"):
        return ALL if said == "tat ca" else said
    return next((h.hamlet for h in here if said in (fold(h.hamlet), fold(h.name))), None)


def known(ctx: Context, book: Mapping[str, Any], definitions: Definitions) -> backlog.Known:
    """All that checking the book needs, read at once; the checking itself needs no transaction."""
    hamlet, commune = book["identity"]["hamlet"], ctx.house.commune
    names = {h.hamlet: h.name for h in communes.hamlets(ctx.tx, ctx.commune)}
    named = [ctx.house.catalog.get(name) for name in (*backlog.forms_of(book), FORM)]
    own = None if access.holds(ctx.person, *access.COMMITTEE) else access.hamlets(ctx.person)
    here = hamlet if hamlet in names else None
    return backlog.Known(
        commune.code,
        commune.title,
        names,
        own,
        {form.name: worlds.world(ctx, form, here) for form in named if form is not None},
        definitions,
        commune.deadlines.month_end,
        _held(ctx, here) if here is not None else {},
    )


def _held(ctx: Context, hamlet: str) -> dict[str, int]:
    """What the hamlet holds of each fund."""
    book = funds.book(fund_book.hamlet_rows(ctx, hamlet))
    return {name: fund.share(hamlet).in_hand for name, fund in book.items()}


def take(ctx: Context, book: Mapping[str, Any]) -> Reply:
    """A book that was checked: a question whether to store it, or what is wrong with it."""
    reply = _taken(ctx, book)
    if reply.draft is None:  # nothing of it is going to be stored
        attachments.not_taken(ctx.tx, ctx.commune, book["attachment"], reply.text)
    return reply


def _taken(ctx: Context, book: Mapping[str, Any]) -> Reply:
    if not access.holds(ctx.person, *access.MEMBERS):
        return Reply(ctx.say("backlog.taken.not_yours"))
    if book["refused"]:
        key, values = book["refused"]
        if "unit" in values and key != "gone":
            within = style.within_sentence(values["unit"], ctx.house.commune.hamlet_word)
            values = {**values, "unit": within}
        return Reply(ctx.say(f"backlog.taken.{key}", **values))
    unit = _unit(ctx, book)
    if book["faults"]:
        return _faulty(ctx, book, unit)
    if (stored := workbooks.stored(ctx.tx, ctx.commune, book["digest"])) is not None:
        return Reply(_again(ctx, stored))
    lines = backlog.without_known(book["lines"], _recorded(ctx, book["hamlet"], book["lines"]))
    skipped = len(book["lines"]) - len(lines)
    if not lines and not book["figures"]:
        key = "all_known" if skipped else "nothing"
        return Reply(ctx.say(f"backlog.taken.{key}", unit=unit, count=skipped))
    return _offer(ctx, {**book, "lines": lines}, unit, skipped)


def _unit(ctx: Context, book: Mapping[str, Any]) -> str:
    return worlds.unit(ctx, book["hamlet"])


def _recorded(
    ctx: Context, hamlet: str | None, lines: Sequence[Any]
) -> list[tuple[str, str, Mapping[str, Any]]]:
    """What is recorded of the unit on the days of the lines."""
    if not lines:
        return []
    days = sorted(date.fromisoformat(line[2]) for line in lines)
    found = records.of_hamlet(ctx.tx, ctx.commune, hamlet, days[0], days[-1])
    return [(r.form, r.day.isoformat(), r.answers) for r in found]


def _faulty(ctx: Context, book: Mapping[str, Any], unit: str) -> Reply:
    """Nothing is taken; the job sends the file back with its cells marked."""
    number = _keep(ctx, book, "faulty", {"faults": book["faults"]})
    reports.request(
        ctx.tx, ctx.commune, f"{MARKED}:{number}", ctx.today, ctx.today, unit,
        ctx.person.person, ctx.account.bot, ctx.account.address, ctx.now,
    )  # fmt: skip
    faults = book["faults"]
    lines = [ctx.say("backlog.taken.faulty", unit=unit, count=len(faults))]
    for sheet, row, column, text in faults[:_SHOWN]:
        cell = f"{_letters(column)}{row}"
        lines.append(ctx.say("backlog.taken.fault", sheet=sheet, cell=cell, text=show.shorten(text, 200)))
    if len(faults) > _SHOWN:
        lines.append(ctx.say("backlog.taken.more", count=len(faults) - _SHOWN))
    lines.append(ctx.say("backlog.taken.sending"))
    return Reply("\n".join(lines))


def _letters(column: int) -> str:
    """A column as spreadsheets call it: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _keep(ctx: Context, book: Mapping[str, Any], state: str, body: Mapping[str, Any]) -> int:
    return workbooks.add(
        ctx.tx, ctx.commune, book["attachment"], ctx.person.person, book["hamlet"], book["digest"], state,
        body, ctx.now,
    )  # fmt: skip


def _offer(ctx: Context, book: Mapping[str, Any], unit: str, skipped: int) -> Reply:
    """What the book holds, by form with its sums, and the question whether to store it."""
    number = _keep(ctx, book, "offered", {"lines": book["lines"], "figures": book["figures"]})
    on_behalf = book["hamlet"] is not None and book["hamlet"] not in access.hamlets(ctx.person)
    answers = {"vai": _ON_BEHALF, "nguon": book["source"]} if on_behalf else {"vai": _ONES_OWN}
    form = ctx.house.catalog[FORM]
    reply = flow.start(
        ctx, form, book["hamlet"], subject={"workbook": number}, answers=answers,
        preface="\n".join(_summary(ctx, book, unit, skipped)),
    )  # fmt: skip
    assert reply.draft is not None  # it asks for a confirmation
    workbooks.offered(ctx.tx, ctx.commune, number, reply.draft)
    return reply


def _summary(ctx: Context, book: Mapping[str, Any], unit: str, skipped: int) -> list[str]:
    lines, say = book["lines"], ctx.say
    shown = [say("backlog.taken.head", unit=unit, count=len(lines) + skipped)]
    counts = Counter(name for name, *_ in lines)
    for name, count in counts.items():
        form = ctx.house.catalog[name]
        sums = _sums(ctx, form, [answers for other, _, _, answers in lines if other == name])
        label = ctx.voice.fill(form.label)
        shown.append(say("backlog.taken.form", form=label, count=count, sums=f"; {sums}" if sums else ""))
    if figures := book["figures"]:
        shown.append(say("backlog.taken.figures", year=figures["year"], count=len(figures["values"])))
    if lines:
        days = sorted(date.fromisoformat(line[2]) for line in lines)
        first, last = style.short_day(days[0]), style.short_day(days[-1])
        shown.append(say(f"backlog.taken.{'days' if first != last else 'day'}", first=first, last=last))
    if totals := sum(backlog.CUMULATIVE in answers for *_, answers in lines):
        shown.append(say("backlog.taken.totals", count=totals))
    if skipped:
        shown.append(say("backlog.taken.known", count=skipped))
    return shown


def _sums(ctx: Context, form: Form, answers: Sequence[Mapping[str, Any]]) -> str:
    """The sums of a form's numbers: "số người 480; số tiền 12.500.000 đồng"."""
    shown = []
    for question in form.question:
        if question.kind not in ("count", "money"):
            continue
        said = [number for one in answers if (number := amounts.number_of(one.get(question.name)))]
        total = amounts.added(said) if said else None
        # One of each, as every single event says by itself, is no news.
        if total and total.value and not (question.quiet and total.value == len(answers)):
            value = style.with_mark(_shown(question, int(total.value)), total.mark)
            shown.append(ctx.say("backlog.taken.sum", question=_lower(ctx, question), sum=value))
    return "; ".join(shown)


def _lower(ctx: Context, question: Question) -> str:
    heading = ctx.voice.fill(question.heading)
    return heading[:1].lower() + heading[1:]


def _shown(question: Question, value: int) -> str:
    return style.money(value) if question.kind == "money" else style.number(value)


def store(ctx: Context, draft: Draft) -> Reply:
    """The end of "nhap_bu": every line becomes a record, all of them or none."""
    book = workbooks.get(ctx.tx, ctx.commune, draft.subject["workbook"])
    if not access.may_report_for(ctx.person, book.hamlet):
        return Reply(ctx.say("access.not_yours"))
    if (stored := workbooks.stored(ctx.tx, ctx.commune, book.digest)) is not None:
        return Reply(_again(ctx, stored))
    if not _still_fits(ctx, book) or not workbooks.store(ctx.tx, ctx.commune, book.workbook, ctx.now):
        return Reply(ctx.say("backlog.taken.changed"))
    assert book.draft is not None  # it was offered
    origin, numbers = ctx.origin(draft.answers.get("nguon")), []
    for line, (form, version, day, answers) in enumerate(book.body["lines"], 1):
        number, _ = records.confirm(
            ctx.tx, ctx.commune, book.draft, line, form, version, book.hamlet, date.fromisoformat(day),
            answers, ctx.person.person, origin, ctx.now,
        )  # fmt: skip
        numbers.append(number)
    figures = book.body["figures"]
    for name, value in figures.get("values", {}).items():
        args = (REPORT, figures["year"], name, value, ctx.person.person, origin, ctx.now)
        previous.put(ctx.tx, ctx.commune, *args)
    details = {"workbook": book.workbook, "records": len(numbers)}
    audit.note(ctx.tx, ctx.commune, ctx.now, ctx.person.person, "backlog", book.hamlet, details)
    return flow.offer_parked(ctx, Reply(_receipt(ctx, book, numbers)))


def _still_fits(ctx: Context, book: rows.Workbook) -> bool:
    """Whether forms, records and money in hand are as they were when the book was read."""
    lines = book.body["lines"]
    for name, version in {(line[0], line[1]) for line in lines}:
        form = ctx.house.catalog.get(name)
        if form is None or form.version != version:
            return False
    if len(backlog.without_known(lines, _recorded(ctx, book.hamlet, lines))) < len(lines):
        return False
    if book.hamlet is None:
        return True
    left = defaultdict(int, _held(ctx, book.hamlet))
    for name, _, _, answers in lines:
        fund, amount = str(fund_names.key(answers)), funds.money(answers)
        if name == funds.DONATION:
            left[fund] += amount
        elif ctx.house.catalog[name].check is not None:
            left[fund] -= amount
    touched = {str(fund_names.key(a)) for n, _, _, a in lines if ctx.house.catalog[n].check is not None}
    return all(left[fund] >= 0 for fund in touched)


def _receipt(ctx: Context, book: rows.Workbook, numbers: Sequence[int]) -> str:
    said, figures = [], book.body["figures"]
    if numbers:
        key = "stored_one" if len(numbers) == 1 else "stored"
        unit = worlds.unit(ctx, book.hamlet)
        values = {"count": len(numbers), "first": numbers[0], "last": numbers[-1], "unit": unit}
        said.append(ctx.say(f"backlog.taken.{key}", **values))
    if figures:
        count = len(figures["values"])
        said.append(ctx.say("backlog.taken.stored_figures", year=figures["year"], count=count))
    return "\n".join(said)


def _again(ctx: Context, book: rows.Workbook) -> str:
    """The same content once more: when it was stored, and as what."""
    assert book.stored_at is not None and book.draft is not None  # it was stored
    numbers = records.of_draft(ctx.tx, ctx.commune, book.draft)
    key = "again_figures" if not numbers else "again_one" if len(numbers) == 1 else "again"
    ends = {"first": numbers[0], "last": numbers[-1]} if numbers else {}
    return ctx.say(f"backlog.taken.{key}", at=style.moment(book.stored_at), **ends)
