"""Drafts in storage: opening one, taking a step in it, what it ends in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from bot import access, worlds
from bot.answers.model import JSON, Value
from bot.answers.normal import fold
from bot.checks import AFTER, CHECKS
from bot.context import Context, Reply
from bot.dialogue import batch, dropping, life, path, show, steps
from bot.dialogue.from_line import Proposal, unclear_part
from bot.dialogue.model import Draft, Said, Step, World
from bot.fund_book import Problem
from bot.messages import NOTICE, Button, Outgoing
from storage import attachments, closings, drafts, outbox, people, records, rows
from templates import periods, style
from templates.forms import Form

_WORDS = ("text", "lines")
_ANSWERS = ("choice_several", "count_nothing", "money_zero")
OFFERED_FOR = timedelta(days=3)  # a draft that rests is offered again; later "tiếp" still finds it
PHOTOS_WAIT = timedelta(hours=1)  # photos sent before any form was open join the next one within this time

Action = Callable[[Context, Draft], Reply]
Actions = Mapping[str, Action]


def start(
    ctx: Context,
    form: Form,
    hamlet: str | None,
    *,
    source: str | None = None,
    subject: Mapping[str, JSON] | None = None,
    preface: str = "",
    answers: Mapping[str, JSON] | None = None,
) -> Reply:
    """Opens a new draft of ``form`` and asks its first question; an open one is parked.

    ``answers`` are those that are known already.
    """
    draft = Draft(form.name, form.version, answers or {}, hamlet=hamlet, source=source, subject=subject or {})
    number, here = _opened(ctx, form, draft)
    return _keep(ctx, number, draft, steps.begin(form, draft, here, preface))


def start_from_line(ctx: Context, proposal: Proposal, hamlet: str | None, photos: str, head: str) -> Reply:
    """Opens a draft with what a typed line already answers, shows that, and asks the rest.

    ``photos`` acknowledges those that came with the line, ``head`` stands over what was understood.
    """
    form = proposal.form
    draft = Draft(form.name, form.version, proposal.answers, hamlet=hamlet)
    number, here = _opened(ctx, form, draft)
    return _keep(ctx, number, draft, _shown(proposal, draft, here, photos, head))


def fill(ctx: Context, row: rows.Draft, proposal: Proposal, text: str, photos: str, head: str) -> Reply:
    """The text answers the open question, and of those behind it what it says too; that is shown."""
    form, draft, here = _loaded(ctx, row)
    assert form is not None and draft.at is not None  # else it would answer nothing
    question = form.get(draft.at)
    assert question is not None
    answers = {**proposal.answers, **_given(form, draft, here)}
    if isinstance(reading := steps.understand(form, question, draft, text, here), Value):
        answers[question.name] = reading.value
    filled = draft._replace(answers=answers, asked=(*draft.asked, question.name), at=None, misses=0)
    return _keep(ctx, row.draft, draft, _shown(proposal, filled, here, photos, head))


def gainsays(ctx: Context, row: rows.Draft, proposal: Proposal) -> bool:
    """Whether a line says other than the draft, its open question apart: then it is about something else."""
    form, draft, here = _loaded(ctx, row)
    given = _given(form, draft, here) if form else {}
    return any(
        name != draft.at and name in given and not _same(given[name], said)
        for name, said in proposal.answers.items()
    )


def _same(one: JSON, other: JSON) -> bool:
    """Whether two answers are the same, typed with capitals and diacritics or without."""
    return fold(one) == fold(other) if isinstance(one, str) and isinstance(other, str) else bool(one == other)


def _given(form: Form, draft: Draft, here: World) -> dict[str, JSON]:
    """The draft's answers that are not only taken for granted."""
    return {
        name: answer
        for name, answer in draft.answers.items()
        if (question := form.get(name)) is not None
        and question.fill != "line"
        and (name in draft.asked or answer != path.default(question, here.today))
    }


def _shown(proposal: Proposal, draft: Draft, here: World, photos: str, head: str) -> Step:
    """The draft at its next question, or at an unclear part of the line, under what was understood."""
    form = proposal.form
    derived = path.derive(form, draft, here)
    if proposal.doubted is not None:
        derived = steps.without(derived, proposal.doubted)
    understood = show.understood(form, derived, here)
    complete = not path.open_questions(form, derived, here)  # then the review shows it all
    preface = photos if complete or not understood else f"{photos}{head}\n{understood}"
    if proposal.doubted is not None:
        step = steps.ask_first(form, derived, proposal.doubted, here, preface.strip())
    else:
        step = steps.begin(form, derived, here, preface.strip())
    if (unclear := unclear_part(proposal, step.draft)) is not None:
        asked = steps.step(form, step.draft, Said(unclear), here)
        step = asked._replace(text=f"{preface}\n{asked.text}".strip())
    return step


def _opened(ctx: Context, form: Form, draft: Draft) -> tuple[int, World]:
    """A new draft in storage, with the photos that came just before it."""
    number = drafts.start(
        ctx.tx,
        ctx.commune,
        ctx.person.person,
        form.name,
        form.version,
        draft.hamlet,
        draft.as_json(),
        ctx.now,
    )
    photos = 0
    if form.end == "record":
        loose = attachments.loose(ctx.tx, ctx.commune, ctx.person.person, ctx.now - PHOTOS_WAIT)
        attachments.bind(ctx.tx, ctx.commune, [photo.attachment for photo in loose], number)
        photos = len(loose)
    return number, worlds.world(ctx, form, draft.hamlet, photos, draft.record, draft.subject)


def correct(ctx: Context, form: Form, record: rows.Record, question: str | None = None) -> Reply:
    """Opens a stored record as a draft at its summary, or at one question."""
    draft = Draft(
        form.name,
        record.version,
        record.answers,
        record=record.record,
        hamlet=record.hamlet,
        source=record.source,
    )
    number, here = _opened(ctx, form, draft)
    if question is not None and form.version == record.version:
        return _keep(ctx, number, draft, steps.edit(form, draft, question, here))
    return _keep(ctx, number, draft, steps.resume(form, draft, here))


def take(ctx: Context, row: rows.Draft, said: Said, actions: Actions) -> Reply:
    """One step in an open draft."""
    form, draft, here = _loaded(ctx, row)
    if form is None:
        drafts.end(ctx.tx, ctx.commune, row.draft, "cancelled", ctx.now)
        return Reply(ctx.say("dialogue.form_gone"))
    step = steps.step(form, draft, said, here)
    if said.photos and said.text and step.ended is None:
        step = step._replace(text=f"{ctx.say('dialogue.photos_taken')}\n{step.text}")
    if step.drop_photos:
        attachments.drop(ctx.tx, ctx.commune, row.draft)
    if step.ended == "cancelled":
        drafts.end(ctx.tx, ctx.commune, row.draft, "cancelled", ctx.now)
        return offer_parked(ctx, Reply(step.text))
    if step.ended == "done":
        return _finish(ctx, row.draft, form, step.draft, here, actions)
    return _keep(ctx, row.draft, draft, step)


def asks_for_words(ctx: Context, row: rows.Draft) -> bool:
    """Whether the draft's question takes any words, so that nothing tells a wrong answer from a right one."""
    form = ctx.house.catalog.get(row.form)
    question = form.get(row.body["at"] or "") if form else None
    return question is not None and question.kind in _WORDS


def chooses(ctx: Context, row: rows.Draft, text: str) -> bool:
    """Whether the text is a clear answer to the draft's question; a question that takes any text has none."""
    form, draft, here = _loaded(ctx, row)
    question = form.get(draft.at or form.review or "") if form else None
    if form is None or question is None or question.kind in _WORDS:
        return False
    reading = steps.understand(form, question, draft, text, here)
    # Several of the options shown; "không phát sinh" at a number says none of what is asked for.
    return isinstance(reading, Value) or getattr(reading, "code", "") in _ANSWERS


def ask_again(ctx: Context, row: rows.Draft, preface: str = "") -> Reply:
    """The message that stands before the person in this draft, once more."""
    form, draft, here = _loaded(ctx, row)
    if form is None:
        drafts.end(ctx.tx, ctx.commune, row.draft, "cancelled", ctx.now)
        return Reply(ctx.say("dialogue.form_gone"))
    return _keep(ctx, row.draft, draft, steps.resume(form, draft, here, preface))


def offer_parked(ctx: Context, reply: Reply) -> Reply:
    """After something else was done: the draft that rests is offered again."""
    resting = drafts.parked(ctx.tx, ctx.commune, ctx.person.person)
    if not resting or ctx.now - resting[0].updated_at > OFFERED_FOR:
        return reply
    if (form := ctx.house.catalog.get(resting[0].form)) is None:
        return reply
    line = ctx.say("flow.parked", form=ctx.voice.fill(form.label))
    return reply._replace(text=f"{reply.text}\n{line}")


def _loaded(ctx: Context, row: rows.Draft) -> tuple[Form | None, Draft, World]:
    form = ctx.house.catalog.get(row.form)
    draft = Draft.from_json(row.form, row.version, row.hamlet, row.body)
    if form is None:
        return None, draft, worlds.world_of(ctx)
    here = worlds.world(ctx, form, row.hamlet, row.photos, draft.record, draft.subject)
    return form, draft, here


def _keep(ctx: Context, number: int, before: Draft, step: Step) -> Reply:
    """Saves the draft as the step left it; the answer's numbers belong to it."""
    if step.draft != before:
        drafts.save(
            ctx.tx, ctx.commune, number, step.draft.as_json(), step.draft.hamlet, step.draft.version, ctx.now
        )
    return Reply(step.text, tuple(Button(label) for label in step.buttons), draft=number)


def _finish(ctx: Context, number: int, form: Form, draft: Draft, here: World, actions: Actions) -> Reply:
    """The draft is complete: a record, a revision of one, an action; or its check asks a question again."""
    problem = _outside(form, draft, here)
    if problem is None and form.check is not None:
        problem = CHECKS[form.check](ctx, form, draft)
    if problem is not None:
        again = steps.edit(form, draft, problem.question, here)
        return _keep(ctx, number, draft, again._replace(text=f"{problem.text}\n{again.text}"))
    drafts.end(ctx.tx, ctx.commune, number, "done", ctx.now)
    if form.end != "record":
        return actions[form.end](ctx, draft)
    if draft.record is not None:
        return offer_parked(ctx, _revise(ctx, number, form, draft))
    return offer_parked(ctx, _record(ctx, number, form, draft, here))


def _outside(form: Form, draft: Draft, here: World) -> Problem | None:
    """A new record's day on which the hamlet did not exist: a line may have told it, or it was set before."""
    question = form.day_question
    said = draft.answers.get(question.name) if question is not None else None
    if question is None or said is None or draft.record is not None:
        return None
    why = life.outside(form, question, said, here)
    return Problem(question.name, why) if why is not None else None


def record_day(form: Form, draft: Draft, today: date) -> date:
    question = form.day_question
    answer = draft.answers.get(question.name) if question else None
    return date.fromisoformat(answer) if isinstance(answer, str) else today


def _record(ctx: Context, number: int, form: Form, draft: Draft, here: World) -> Reply:
    if not access.may_report_for(ctx.person, draft.hamlet):
        return Reply(ctx.say("access.not_yours"))  # the hamlet was handed over while the draft was open
    if batch.lines_question(form) is not None:
        return _batch(ctx, number, form, draft)
    day = record_day(form, draft, ctx.today)
    stored, _ = records.confirm(
        ctx.tx, ctx.commune, number, 0, form.name, form.version, draft.hamlet, day, draft.answers,
        ctx.person.person, ctx.origin(draft.source), ctx.now,
    )  # fmt: skip
    attachments.to_record(ctx.tx, ctx.commune, number, stored)
    return Reply(receipt(ctx, stored, late_month(ctx, draft.hamlet, day), fresh=True))


def _batch(ctx: Context, number: int, form: Form, draft: Draft) -> Reply:
    """A list: each of its lines becomes a record of its own, all of them or none."""
    question = batch.lines_question(form)
    assert question is not None and question.form is not None  # checked when the form was loaded
    target, day = ctx.house.catalog[question.form], record_day(form, draft, ctx.today)
    rows = batch.records(form, target, draft)
    numbers = [
        records.confirm(
            ctx.tx, ctx.commune, number, line, target.name, target.version, draft.hamlet, day, answers,
            ctx.person.person, ctx.origin(draft.source), ctx.now,
        )[0]
        for line, answers in enumerate(rows, 1)
    ]  # fmt: skip
    if not numbers:
        return Reply(ctx.say("batch.nothing"))
    attachments.to_record(ctx.tx, ctx.commune, number, numbers[0])
    total = style.money(batch.total(draft.answers[question.name]))
    text = ctx.say("batch.stored", count=len(numbers), first=numbers[0], last=numbers[-1], total=total)
    if late := late_month(ctx, draft.hamlet, day):
        text += "\n" + ctx.say("flow.late", month=style.month(late))
    if (last := records.get(ctx.tx, ctx.commune, numbers[-1])) and (more := after(ctx, target, last)):
        text += "\n" + more
    return Reply(text)


def receipt(ctx: Context, record: int, late: str | None = None, fresh: bool = False) -> str:
    """What is said of a stored record; one that is told again (not ``fresh``) has no further effects."""
    lines = [ctx.say("flow.stored", number=record)]
    if late:
        lines.append(ctx.say("flow.late", month=style.month(late)))
    form = (
        ctx.house.catalog.get(stored.form) if (stored := records.get(ctx.tx, ctx.commune, record)) else None
    )
    if form is not None and stored is not None and form.receipt is not None and not _all_came(form, stored):
        lines.append(ctx.voice.fill(form.receipt).replace("{so_phieu}", str(record)))
    if form is not None and stored is not None and (more := after(ctx, form, stored, fresh)):
        lines.append(more)
    lines.append(ctx.say("flow.how_to_correct", number=record))
    return "\n".join(lines)


def after(ctx: Context, form: Form, record: rows.Record, fresh: bool = True) -> str:
    """What the form does and says once a record of it is stored, if anything."""
    return AFTER[form.after](ctx, record, fresh) if form.after is not None else ""


def _all_came(form: Form, record: rows.Record) -> bool:
    """Whether nobody was absent, so that there is no reason to ask for."""
    answers = [record.answers.get(q.name) for q in form.question if q.kind == "people"]
    return any(isinstance(a, dict) and a["present"] == a["total"] for a in answers)


def late_month(ctx: Context, hamlet: str | None, day: date) -> str | None:
    """The month that a record joins although it was closed before: "báo bổ sung"."""
    if hamlet is None:
        return None
    month = periods.month_of(day, ctx.house.commune.deadlines.month_end)
    return month if hamlet in closings.of_month(ctx.tx, ctx.commune, month) else None


def _revise(ctx: Context, number: int, form: Form, draft: Draft) -> Reply:
    assert draft.record is not None
    stored = records.get(ctx.tx, ctx.commune, draft.record)
    if stored is None or not access.may_correct(ctx.person, stored):
        return Reply(ctx.say("access.not_yours"))
    if stored.state == "withdrawn":
        return Reply(ctx.say("records.withdrawn_already", number=draft.record))
    photos = attachments.of_draft(ctx.tx, ctx.commune, number)
    dropped = _drop_photos(ctx, draft)
    attachments.to_record(ctx.tx, ctx.commune, number, draft.record)
    if dict(stored.answers) == dict(draft.answers) and stored.state == "valid" and not dropped:
        return Reply(ctx.say("flow.photos_added" if photos else "flow.unchanged", number=draft.record))
    day = record_day(form, draft, stored.day)
    records.revise(
        ctx.tx, ctx.commune, draft.record, draft.answers, form.version, day, "valid",
        ctx.person.person, ctx.origin(draft.source), ctx.now,
        ctx.say("flow.dropped_reason", count=dropped) if dropped else None,
    )  # fmt: skip
    lines = [ctx.say("flow.revised", number=draft.record)]
    if dropped:
        lines.append(ctx.say("flow.photos_dropped", count=dropped, number=draft.record))
    if stored.state == "returned":
        _tell_committee(ctx, draft.record, draft.hamlet)
    if (revised := records.get(ctx.tx, ctx.commune, draft.record)) and (more := after(ctx, form, revised)):
        lines.append(more)
    return Reply("\n".join(lines))


def _drop_photos(ctx: Context, draft: Draft) -> int:
    """Leaves out the photos that the record had, where that was asked and answered; how many they were."""
    if draft.record is None or draft.photos != dropping.DROPPED:
        return 0
    return attachments.drop_of_record(ctx.tx, ctx.commune, draft.record)


def _tell_committee(ctx: Context, record: int, hamlet: str | None) -> None:
    """Who returned a record waits for its correction."""
    for person in people.holders(ctx.tx, ctx.commune, "standing_committee"):
        if person.person == ctx.person.person:
            continue
        text = ctx.house.voice(person.address_form).say(
            "flow.corrected_for_you", unit=style.capitalised(worlds.unit(ctx, hamlet)), number=record
        )
        for account in people.addresses(ctx.tx, ctx.commune, person.person, ctx.house.purpose)[:1]:
            body = Outgoing(text, keep_keyboard=True).as_json()
            outbox.put(ctx.tx, ctx.commune, account.bot, account.address, NOTICE, body, ctx.now)
