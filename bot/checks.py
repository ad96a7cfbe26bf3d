"""What forms name beside their end: what is looked at before storing, what is done and said after it.

Beside `bot.commands.ACTIONS`, in which a form may end; here, since `bot.flow` itself looks them up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeAlias

from bot import board_notices, fund_book, fund_notices
from bot.context import Context
from bot.dialogue.model import Draft
from bot.fund_book import Problem
from storage.rows import Record
from templates import funds, style
from templates.errors import TemplateError
from templates.forms import Form

Check: TypeAlias = Callable[[Context, Form, Draft], Problem | None]
"""Given a complete draft: None, or which question is asked again and why."""

After: TypeAlias = Callable[[Context, Record, bool], str]
"""Given a stored record: what to add to what is said of it, or nothing. Only what is ``fresh``, new or just
corrected, has effects; the receipt of a confirmation that came twice has none."""


def _ahead(ctx: Context, form: Form, draft: Draft) -> Problem | None:
    """The check "ahead": a day that is planned has not gone by, while its form rested."""
    for question in form.question:
        said = draft.answers.get(question.name)
        if question.planned and isinstance(said, str) and date.fromisoformat(said) < ctx.today:
            return Problem(
                question.name, ctx.say("answers.refuse.day_past", day=style.day(date.fromisoformat(said)))
            )
    return None


CHECKS: Mapping[str, Check] = {"held": fund_book.enough_held, "ahead": _ahead}


def _held(ctx: Context, record: Record, fresh: bool) -> str:
    """After a donation or a handover: what the hamlet now holds; of a handover the committee hears."""
    if fresh and record.form == funds.HANDOVER:
        fund_notices.handed_over(ctx, record)
    return fund_book.tell_held(ctx, record)


def _left(ctx: Context, record: Record, fresh: bool) -> str:
    return fund_book.tell_left(ctx, record)


def _receipt(ctx: Context, record: Record, fresh: bool) -> str:
    """After a receipt: its number, a print of it, and word to the hamlet that it is for."""
    number = fund_book.receipt_number(ctx, record.record)
    told = fund_notices.receipted(ctx, record, number) if fresh else ""
    return "\n".join(filter(None, (fund_book.number_receipt(ctx, record, number, fresh), told)))


def _board(ctx: Context, record: Record, fresh: bool) -> str:
    """After a change in a board: the committee, who keep its list, hear of it."""
    if fresh:
        board_notices.changed(ctx, record)
    return ""


AFTER: Mapping[str, After] = {"board": _board, "held": _held, "left": _left, "receipt": _receipt}


def held_against(form: Form) -> None:
    """Raises TemplateError for a form that names what does not exist."""
    for key, name, known in (("check", form.check, CHECKS), ("after", form.after, AFTER)):
        if name is not None and name not in known:
            raise TemplateError(f"{form.name}.toml", key, f"phải là một trong: {', '.join(known)}")
