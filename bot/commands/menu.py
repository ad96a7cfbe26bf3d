"""The menu, help, and what is said to a text that nothing understands."""

from __future__ import annotations

from bot import access
from bot.context import Context, Reply, choices
from bot.messages import Button
from templates.forms import BUTTON_WIDTH, Form


def start(ctx: Context, args: str) -> Reply:
    """/start, with which Telegram opens every chat; a code in it was used already."""
    return show(ctx, args)


def show(ctx: Context, args: str) -> Reply:
    return with_head(ctx, ctx.say("menu.head"))


def report(ctx: Context, args: str) -> Reply:
    """What there is to report: only the forms that become records; with a code after it, for that hamlet."""
    hamlet = f" {args}" if args in access.hamlets(ctx.person) else ""
    lines = [(label, f"{command}{hamlet}") for label, command in _form_lines(ctx, records_only=True)]
    text, options = choices(lines)
    return Reply(f"{ctx.say('menu.what')}\n{text}\n{ctx.say('menu.or_type')}", _buttons(ctx, True), options)


def more(ctx: Context, args: str) -> Reply:
    """The second menu: what comes up less often, under its headings."""
    forms = ctx.house.catalog.more(access.kinds(ctx.person))
    fill = ctx.voice.fill
    entries = [(fill(form.group or ""), fill(form.label), _opens(form)) for form in forms]
    entries += _beside_forms(ctx)
    groups = list(dict.fromkeys(group for group, _, _ in entries))
    lines, options, heading = [ctx.say("menu.more_head")], {}, None
    for number, (group, label, command) in enumerate(sorted(entries, key=lambda e: groups.index(e[0])), 1):
        if group != heading:
            heading = group
            lines.append(heading.upper())
        lines.append(f"{number}. {label}")
        options[str(number)] = command
    return Reply("\n".join(lines), options=options)


def _beside_forms(ctx: Context) -> list[tuple[str, str, str]]:
    """What the second menu leads to that is no form, as (group, label, command)."""
    funds = "menu.fund_book" if access.holds(ctx.person, *access.COMMITTEE) else "menu.fund_own"
    return [
        (ctx.say("menu.group_funds"), ctx.say(funds), "/quy"),
        (ctx.say("menu.group_past"), ctx.say("menu.backlog"), "/nhapbu"),
    ]


def help_(ctx: Context, args: str) -> Reply:
    committee, head = (access.holds(ctx.person, *roles) for roles in (access.COMMITTEE, access.HEADS))
    key = "menu.help_committee" if committee else "menu.help_head" if head else "menu.help_observer"
    text = ctx.say(key, year=ctx.today.year)
    if ctx.house.commune.phone:
        text += "\n" + ctx.say("menu.call", phone=ctx.house.commune.phone)
    return Reply(text)


def unknown(ctx: Context) -> Reply:
    return with_head(ctx, ctx.say("menu.unknown_command"))


def not_understood(ctx: Context) -> Reply:
    return with_head(ctx, ctx.say("menu.not_understood"))


def with_head(ctx: Context, head: str) -> Reply:
    lines = [*_form_lines(ctx), *_other_lines(ctx)]
    if access.holds(ctx.person, *access.COMMITTEE):  # what they come for stands first
        lines = [*_other_lines(ctx), *_form_lines(ctx)]
    text, options = choices(lines)
    parts = [head, text]
    if access.holds(ctx.person, *access.MEMBERS):
        parts.append(ctx.say("menu.or_type"))
    short = tuple(Button(label) for label, _ in _other_lines(ctx) if len(label) <= BUTTON_WIDTH)
    first = access.holds(ctx.person, *access.COMMITTEE)
    buttons = (*short, *_buttons(ctx, False)) if first else (*_buttons(ctx, False), *short)
    return Reply("\n".join(parts), buttons, options)


def _form_lines(ctx: Context, records_only: bool = False) -> list[tuple[str, str]]:
    catalog, roles = ctx.house.catalog, access.kinds(ctx.person)
    lines = [
        (ctx.voice.fill(form.label), _opens(form))
        for form in catalog.menu(roles)
        if not records_only or form.end == "record"
    ]
    return [*lines, (ctx.say("menu.more"), "/khac")] if catalog.more(roles) else lines


def _other_lines(ctx: Context) -> list[tuple[str, str]]:
    if access.holds(ctx.person, *access.COMMITTEE):
        year = ctx.today.year
        return [
            (ctx.say("menu.progress"), "/tiendo"),
            (ctx.say("menu.reported"), "/dabao"),
            (ctx.say("menu.annual", year=year), f"/baocao {year}"),
            (ctx.say("menu.members"), "/thanhvien"),
        ]
    if access.holds(ctx.person, "observer"):
        return [(ctx.say("menu.progress"), "/tiendo"), (ctx.say("menu.reported"), "/dabao")]
    return [(ctx.say("menu.reported"), "/dabao"), (ctx.say("menu.close"), "/chotthang")]


def _opens(form: Form) -> str:
    return f"/{form.name.replace('_', '')}"


def _buttons(ctx: Context, records_only: bool) -> tuple[Button, ...]:
    forms = ctx.house.catalog.menu(access.kinds(ctx.person))
    labels = [
        ctx.voice.fill(form.short or form.label) for form in forms if not records_only or form.end == "record"
    ]
    return tuple(Button(label) for label in labels if len(label) <= BUTTON_WIDTH)
