"""A line typed at the menu opens the form that it means; two that fit are both offered."""

from __future__ import annotations

from bot import access, flow
from bot.answers.extract import extract
from bot.answers.normal import clean, fold
from bot.context import Context, Reply, choices
from bot.dialogue import batch, from_line
from bot.dialogue.model import World
from storage import communes
from templates.forms import Form


def open_from_line(ctx: Context, text: str) -> Reply | None:
    """Opens the form that the line means, filled in; None where it means none.

    Nothing is guessed silently: two forms that fit are both offered, somebody with several hamlets is asked
    for which, and the committee, whose line speaks of a hamlet, whether it reports on its behalf.
    """
    forms = [f for f in ctx.house.catalog.openable(access.kinds(ctx.person)) if f.end == "record"]
    if not forms:  # who only observes
        return None
    found = from_line.proposals(forms, text, _world(ctx, forms, _own(ctx)))
    if not found:
        return None
    spoken = _spoken_hamlet(ctx, text)
    targets = _targets(ctx, spoken)
    if len(found) == 1 and len(targets) == 1:
        return _open(ctx, found[0], text, targets[0], spoken)
    return _which(ctx, [p.form for p in found], targets, text)


def _targets(ctx: Context, spoken: str | None) -> list[str | None]:
    """Whose record it may become: hamlets by code, None for the commune's own."""
    own: list[str | None] = list(access.hamlets(ctx.person))
    if len(own) > 1 and spoken in own:
        return [spoken]
    return own or [None]


def _which(ctx: Context, forms: list[Form], targets: list[str | None], text: str) -> Reply:
    """Which of the forms that fit, then for which hamlet: one question at a time."""
    if len(forms) > 1:
        lines = [(ctx.voice.fill(form.label), f"/ghi {form.name} {text}") for form in forms]
        shown, options = choices(lines)
        return Reply(f"{ctx.say('opening.which')}\n{shown}", options=options)
    names = {h.hamlet: h.name for h in communes.hamlets(ctx.tx, ctx.commune)}
    lines = [(names.get(str(code), str(code)), f"/ghi {forms[0].name}:{code} {text}") for code in targets]
    shown, options = choices(lines)
    return Reply(f"{ctx.say('flow.which_hamlet')}\n{shown}", options=options)


def _spoken_hamlet(ctx: Context, text: str) -> str | None:
    """The hamlet that the line names, by code."""
    names = tuple(h.name for h in ctx.house.commune.hamlets)
    named = {fold(span.text) for span in extract(clean(text), ctx.today, names).of("hamlet")}
    here = communes.hamlets(ctx.tx, ctx.commune, ctx.today) if named else []
    return next((h.hamlet for h in here if fold(h.name) in named), None)


def open_list(ctx: Context, raw: str) -> Reply | None:
    """Opens the form that takes lists with the rows of a spreadsheet; None where they are no list."""
    forms = [
        f for f in ctx.house.catalog.openable(access.kinds(ctx.person)) if batch.lines_question(f) is not None
    ]
    if not forms or not batch.looks_like_list(raw, _world(ctx, forms, _own(ctx))):
        return None
    return open_from_line(ctx, raw)


def open_named(ctx: Context, args: str) -> Reply:
    """/ghi form[:hamlet] line: the form, or the hamlet, was chosen among those that the line fits."""
    chosen, _, line = args.partition(" ")
    name, _, hamlet = chosen.partition(":")
    form = ctx.house.catalog.get(name)
    if form is None or not access.holds(ctx.person, *form.roles):
        return Reply(ctx.say("access.other_role"))
    own = access.hamlets(ctx.person)
    if hamlet and hamlet not in own:
        return Reply(ctx.say("access.not_yours"))
    spoken = _spoken_hamlet(ctx, line)
    targets: list[str | None] = [hamlet] if hamlet else _targets(ctx, spoken)
    if len(targets) > 1:
        return _which(ctx, [form], targets, line)
    found = from_line.proposals([form], line, _world(ctx, [form], targets[0]))
    return _open(ctx, found[0], line, targets[0], spoken) if found else flow.start(ctx, form, targets[0])


def _open(
    ctx: Context, proposal: from_line.Proposal, line: str, hamlet: str | None, spoken: str | None
) -> Reply:
    head = ctx.say("opening.understood", form=ctx.voice.fill(proposal.form.label))
    photos = ctx.say("opening.photos") if ctx.incoming.files else ""
    if spoken is not None and spoken != hamlet:
        key = "opening.for_commune" if hamlet is None else "opening.for_own"
        photos += ctx.say(key, unit=flow.unit(ctx, hamlet), spoken=flow.unit(ctx, spoken)) + "\n"
    return flow.start_from_line(ctx, proposal, hamlet, photos, head)


def _own(ctx: Context) -> str | None:
    own = access.hamlets(ctx.person)
    return own[0] if own else None


def _world(ctx: Context, forms: list[Form], hamlet: str | None) -> World:
    with_people = next((f for f in forms if any(q.kind == "people" for q in f.question)), forms[0])
    return flow.world(ctx, with_people, hamlet)
