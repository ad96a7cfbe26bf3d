"""A line typed at the menu opens the form that it means; two that fit are both offered."""

from __future__ import annotations

from dataclasses import dataclass

from bot import access, flow, worlds
from bot.answers.extract import extract
from bot.answers.normal import clean, fold
from bot.answers.span_names import written_hamlet
from bot.context import Context, Reply, choices
from bot.dialogue import batch, from_line
from bot.dialogue.model import World
from storage import communes
from templates.forms import Form

MOST_UNKNOWN = 3  # hamlets that there are not, named in one sentence


@dataclass(frozen=True, slots=True)
class _Named:
    """The hamlets that a line names: one that there is, by code, and those that there are not, by name."""

    hamlet: str | None = None
    unknown: tuple[str, ...] = ()


def open_from_line(ctx: Context, text: str) -> Reply | None:
    """Opens the form that the line means, filled in; None where it means none.

    Nothing is guessed silently: two forms that fit are both offered, somebody with several hamlets is asked
    for which, and the committee, whose line speaks of a hamlet, whether it reports on its behalf.
    """
    found = meant(ctx, text)
    if not found:
        return None
    named = _named(ctx, text)
    targets = _targets(ctx, named)
    if len(found) == 1 and len(targets) == 1:
        return _open(ctx, found[0], text, targets[0], named)
    return _which(ctx, [p.form for p in found], targets, text, named)


def meant(ctx: Context, text: str) -> list[from_line.Proposal]:
    """The forms that the line may mean to this person, the likeliest first."""
    forms = [f for f in ctx.house.catalog.openable(access.kinds(ctx.person)) if f.end == "record"]
    if not forms:  # who only observes
        return []
    return from_line.proposals(forms, text, _world(ctx, forms, _own(ctx)))


def _targets(ctx: Context, named: _Named) -> list[str | None]:
    """Whose record it may become: hamlets by code, None for the commune's own."""
    own: list[str | None] = list(access.hamlets(ctx.person))
    if len(own) > 1 and named.hamlet in own:
        return [named.hamlet]
    return own or [None]


def _which(ctx: Context, forms: list[Form], targets: list[str | None], text: str, named: _Named) -> Reply:
    """Which of the forms that fit, then for which hamlet: one question at a time."""
    if len(forms) > 1:
        lines = [(ctx.voice.fill(form.label), f"/ghi {form.name} {text}") for form in forms]
        shown, options = choices(lines)
        return Reply(f"{ctx.say('opening.which')}\n{shown}", options=options)
    names = {h.hamlet: h.name for h in communes.hamlets(ctx.tx, ctx.commune)}
    lines = [(names.get(str(code), str(code)), f"/ghi {forms[0].name}:{code} {text}") for code in targets]
    shown, options = choices(lines)
    asked = f"{_none_such(ctx, named)} {ctx.say('flow.which_hamlet')}".strip()
    return Reply(f"{asked}\n{shown}", options=options)


def _named(ctx: Context, text: str) -> _Named:
    """The first hamlet of the line that there is today, and the others that surely are meant as hamlets."""
    spans = extract(clean(text), ctx.today, ctx.house.hamlets).of("hamlet")
    if not spans:
        return _Named()
    codes = {fold(h.name): h.hamlet for h in communes.hamlets(ctx.tx, ctx.commune, ctx.today)}
    hamlet, unknown = None, {}
    for span in spans:
        name = span.text if fold(span.text) in codes else written_hamlet(span.text)
        if name is not None and fold(name) in codes:
            hamlet = hamlet or codes[fold(name)]
        elif name is not None:
            unknown[fold(name)] = name
    return _Named(hamlet, tuple(unknown.values())[:MOST_UNKNOWN])


def _none_such(ctx: Context, named: _Named) -> str:
    """ "Xã hiện không có ấp 9.", where the line names one that there is not."""
    return ctx.say("opening.none_such", spoken=", ".join(named.unknown)) if named.unknown else ""


def _for_whom(ctx: Context, named: _Named, hamlet: str | None) -> str:
    """For which hamlet the record is, where the line names another; a line of its own, or nothing."""
    none_such = _none_such(ctx, named)
    if named.hamlet is not None and named.hamlet != hamlet:
        key, spoken = "for_commune" if hamlet is None else "for_own", worlds.unit(ctx, named.hamlet)
    elif named.unknown:
        key, spoken = "for_commune_all_the_same" if hamlet is None else "for_own_all_the_same", ""
    else:
        return ""
    said = ctx.say(f"opening.{key}", unit=worlds.unit(ctx, hamlet), spoken=spoken)
    return f"{none_such} {said}".strip() + "\n"


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
    named = _named(ctx, line)
    if hamlet:  # the person was told of others when asked which
        named = _Named(named.hamlet)
    targets: list[str | None] = [hamlet] if hamlet else _targets(ctx, named)
    if len(targets) > 1:
        return _which(ctx, [form], targets, line, named)
    found = from_line.proposals([form], line, _world(ctx, [form], targets[0]))
    return _open(ctx, found[0], line, targets[0], named) if found else flow.start(ctx, form, targets[0])


def _open(ctx: Context, proposal: from_line.Proposal, line: str, hamlet: str | None, named: _Named) -> Reply:
    head = ctx.say("opening.understood", form=ctx.voice.fill(proposal.form.label))
    return flow.start_from_line(ctx, proposal, hamlet, _preface(ctx, named, hamlet), head)


def preface(ctx: Context, text: str, hamlet: str | None) -> str:
    """What stands over what was understood: photos that came, whose it is where the text names others."""
    return _preface(ctx, _named(ctx, text), hamlet)


def _preface(ctx: Context, named: _Named, hamlet: str | None) -> str:
    photos = ctx.say("opening.photos") if ctx.incoming.files else ""
    return photos + _for_whom(ctx, named, hamlet)


def _own(ctx: Context) -> str | None:
    own = access.hamlets(ctx.person)
    return own[0] if own else None


def _world(ctx: Context, forms: list[Form], hamlet: str | None) -> World:
    with_people = next((f for f in forms if any(q.kind == "people" for q in f.question)), forms[0])
    return worlds.world(ctx, with_people, hamlet)
