"""What a message leads to: an agreement, a number's meaning, a command, a draft, or a new report."""

from __future__ import annotations

from datetime import timedelta

from bot import access, amid, flow, opening, photos
from bot.answers import confirm
from bot.answers.normal import clean, fold
from bot.commands import ACTIONS, accounts, backlog, cancelling, comments, consenting, joining, menu
from bot.commands.table import Command
from bot.context import Context, Reply
from bot.dialogue import batch
from bot.dialogue.model import Said
from storage import drafts, records, rows
from templates import style

LONGEST = 4_096  # characters of one message; nobody types more, and a platform would cut it
NUMBER_STAYS_FRESH = timedelta(hours=1)


def answer(ctx: Context) -> Reply | None:
    """The one answer to a message; None where none is due (the further photos of an album)."""
    incoming = ctx.incoming
    if incoming.edited:
        known = access.holds(ctx.person, *access.ALL)
        return Reply(ctx.say("routing.edited" if known else "routing.edited_stranger"))
    if incoming.text is not None and len(incoming.text) > LONGEST and not incoming.sheet:
        return Reply(ctx.say("routing.too_long", longest=style.number(LONGEST)))
    ctx.text = clean(incoming.text) if incoming.text else None
    if not access.holds(ctx.person, *access.ALL):
        return _without_role(ctx)
    if not ctx.person.consented:
        return _before_consent(ctx)
    if incoming.book is not None:
        return backlog.take(ctx, incoming.book)
    if incoming.sheet:
        return _sheet(ctx)
    if incoming.files and (settled := photos.take(ctx)) is not None:
        return settled.reply
    return _meaning(ctx)


def _sheet(ctx: Context) -> Reply:
    """A spreadsheet: it joins the list that is open, else opens one."""
    raw = ctx.incoming.text or ""
    row = ctx.draft
    form = ctx.house.catalog.get(row.form) if row is not None else None
    if row is not None and form is not None and batch.lines_question(form) is not None:
        return flow.take(ctx, row, Said(ctx.text, 0, raw), ACTIONS)
    reply = opening.open_list(ctx, raw)
    return reply or Reply(ctx.say("photos.sheet_no_list"))


def _without_role(ctx: Context) -> Reply:
    """A stranger has a code or nothing; who has ended a term may still ask about their own data."""
    found = ctx.house.consent_commands.find(ctx.text or "") if ctx.person.consented else None
    if found is not None and found[0].run in (accounts.my_data, accounts.disconnect, consenting.take_back):
        return found[0].run(ctx, found[1])
    return joining.stranger(ctx)


def _before_consent(ctx: Context) -> Reply:
    """Until somebody has agreed, nothing is done but asking; a number answers that question."""
    text = ctx.text or ""
    if ctx.offer is not None and text in ctx.offer.options:
        text = ctx.offer.options[text]
    if (found := ctx.house.consent_commands.find(text)) is not None:
        command, args = found
        return command.run(ctx, args)
    return consenting.ask(ctx)


def _meaning(ctx: Context) -> Reply:
    text = ctx.text or ""
    open_draft = ctx.draft
    if text.isdecimal() and len(text) <= 3:
        numbered = _number(ctx, text, open_draft)
        if isinstance(numbered, Reply):
            return numbered
        text = numbered
    commands, labelled = ctx.house.commands, _label(ctx, text)
    # A line of the message before the person says more than the same words otherwise: which month, which one.
    text = labelled if labelled and not _late(ctx) else comments.as_command(ctx, text)
    ctx.text = text or None
    if found := commands.slash(text):
        return _run(ctx, *found)
    if text.startswith("/"):
        return (
            flow.ask_again(ctx, open_draft, ctx.say("routing.unknown")) if open_draft else menu.unknown(ctx)
        )
    if (found := commands.spoken(text)) and not _answers(ctx, open_draft, found[0], text):
        return _run(ctx, *found)
    if labelled and (found := commands.slash(labelled)):
        return _run(ctx, *found)
    if open_draft is not None:
        if (other := amid.report(ctx, open_draft, text)) is not None:
            return other
        if _went_on_elsewhere(ctx, open_draft):
            return flow.ask_again(ctx, open_draft, ctx.say("accounts.went_on"))
        if (refused := accounts.of_code(ctx, text)) is not None:
            return refused
        said = Said(ctx.text, len(ctx.incoming.files), ctx.incoming.text or "")
        return flow.take(ctx, open_draft, said, ACTIONS)
    return _without_draft(ctx, text)


def _answers(ctx: Context, draft: rows.Draft | None, command: Command, text: str) -> bool:
    """Whether words that open a command are rather for the open draft: its answer, "trợ giúp" in it."""
    if draft is None:
        return False
    return confirm.command(text) is not None or (command.gives_way and flow.chooses(ctx, draft, text))


def _went_on_elsewhere(ctx: Context, draft: rows.Draft) -> bool:
    """Whether the draft has moved on through another account, so that this one has not seen its question."""
    offer = ctx.offer
    seen = offer is not None and offer.draft == draft.draft and offer.at >= draft.updated_at
    return ctx.switched and not seen


def _label(ctx: Context, text: str) -> str | None:
    """The command behind a line of the last offer that was typed out ("Tháng này không phát sinh")."""
    offer = ctx.offer
    if offer is None or offer.draft is not None or not text:
        return None
    lines = (line.partition(". ") for line in offer.about.split("\n"))
    labels = {fold(label): number for number, _, label in lines if number in offer.options}
    number = labels.get(fold(text))
    return offer.options[number] if number else None


def _number(ctx: Context, number: str, open_draft: rows.Draft | None) -> str | Reply:
    """What a bare number stands for: the text to go on with, or the answer where it came too late."""
    offer = ctx.offer
    if offer is None:
        return number
    late = _late(ctx)
    if offer.draft is not None:
        return _number_for_draft(ctx, number, offer.draft, open_draft, late)
    if late:
        preface = ctx.say("routing.late", number=number)
        return Reply(f"{preface}\n{offer.about}", options=offer.options)
    if number in offer.options:
        return offer.options[number]
    if open_draft is not None:  # a reminder came between the question and its answer
        return flow.ask_again(ctx, open_draft)
    return Reply(ctx.say("routing.no_such_number", last=len(offer.options)), options=offer.options)


def _late(ctx: Context) -> bool:
    """Whether what was offered last was offered too long ago to be still before the person."""
    return ctx.offer is not None and ctx.now - ctx.offer.at > NUMBER_STAYS_FRESH


def _number_for_draft(
    ctx: Context, number: str, draft: int, open_draft: rows.Draft | None, late: bool
) -> str | Reply:
    if open_draft is None:
        return _number_for_resting(ctx, number, draft)
    if open_draft.draft != draft:
        return number
    if _went_on_elsewhere(ctx, open_draft):
        return flow.ask_again(ctx, open_draft, ctx.say("accounts.went_on"))
    if late:
        return flow.ask_again(ctx, open_draft, ctx.say("routing.late", number=number))
    return number


def _number_for_resting(ctx: Context, number: str, draft: int) -> str | Reply:
    """A number whose question rests since something else was done: that question is put again."""
    resting = drafts.parked(ctx.tx, ctx.commune, ctx.person.person)
    row = next((row for row in resting if row.draft == draft), None)
    if row is None:
        return number
    drafts.resume(ctx.tx, ctx.commune, draft, ctx.now)
    return flow.ask_again(ctx, row, ctx.say("routing.resting", number=number))


def _run(ctx: Context, command: Command, args: str) -> Reply:
    """A command, where the person may; a draft that was open rests and is offered again."""
    if command.roles and not access.holds(ctx.person, *command.roles):
        return Reply(ctx.say("access.other_role"))
    if command.keeps_draft:
        return command.run(ctx, args)
    parked = drafts.park(ctx.tx, ctx.commune, ctx.person.person, ctx.now) if ctx.draft is not None else None
    reply = command.run(ctx, args)
    if parked is not None and reply.draft is None:
        return flow.offer_parked(ctx, reply)
    return reply


def _without_draft(ctx: Context, text: str) -> Reply:
    if not text:
        return Reply(ctx.say("routing.only_text"))
    if confirm.is_cancel(text):
        return cancelling.cancel(ctx)
    if confirm.command(text) is not None:  # "hủy", "quay lại": of a draft that is no longer there
        return flow.offer_parked(ctx, Reply(ctx.say("flow.nothing_open")))
    if (command := ctx.house.commands.unfinished(text)) is not None:
        return _run(ctx, command, "")
    if (refused := accounts.of_code(ctx, text)) is not None:
        return refused
    if confirm.is_yes(text) and (last := records.last_of_person(ctx.tx, ctx.commune, ctx.person.person)):
        return Reply(flow.receipt(ctx, last.record))
    return opening.open_from_line(ctx, ctx.incoming.text or text) or menu.not_understood(ctx)
