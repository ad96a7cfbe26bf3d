"""What forms name beside their end: what is looked at before storing, what is done and said after it.

Beside `bot.commands.ACTIONS`, in which a form may end; here, since `bot.flow` itself looks them up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from bot import fund_book
from bot.context import Context
from bot.dialogue.model import Draft
from bot.fund_book import Problem
from storage.rows import Record
from templates.errors import TemplateError
from templates.forms import Form

Check: TypeAlias = Callable[[Context, Form, Draft], Problem | None]
"""Given a complete draft: None, or which question is asked again and why."""

After: TypeAlias = Callable[[Context, Record, bool], str]
"""Given a stored record: what to add to what is said of it, or nothing. Only what is ``fresh``, new or just
corrected, has effects; the receipt of a confirmation that came twice has none."""

CHECKS: Mapping[str, Check] = {"held": fund_book.enough_held}
AFTER: Mapping[str, After] = {
    "held": fund_book.tell_held,
    "left": fund_book.tell_left,
    "receipt": fund_book.number_receipt,
}


def held_against(form: Form) -> None:
    """Raises TemplateError for a form that names what does not exist."""
    for key, name, known in (("check", form.check, CHECKS), ("after", form.after, AFTER)):
        if name is not None and name not in known:
            raise TemplateError(f"{form.name}.toml", key, f"phải là một trong: {', '.join(known)}")
