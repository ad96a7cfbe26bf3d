"""How an Outgoing looks on Telegram: its keyboard, and whether Telegram would take it at all. Pure."""

from __future__ import annotations

from typing import Final, TypeAlias

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from bot.messages import COMMAND_BYTES, Button, Outgoing
from templates.wording import Wording

TEXT_LIMIT: Final = 4096
CAPTION_LIMIT: Final = 1024
_ROW_WIDTH = 26  # letters that a narrow phone shows in one row of buttons
_ROW_MOST = 4

Markup: TypeAlias = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove


def refusal(outgoing: Outgoing, wording: Wording) -> str | None:
    """Why Telegram would not take the message, so that we need not ask; None where it would."""
    plain = outgoing.picture is None and outgoing.document is None
    length, limit = _length(outgoing.text), TEXT_LIMIT if plain else CAPTION_LIMIT
    if length > limit:
        return wording.say("channel.reason.too_long", kenh="Telegram", so=length, gioi_han=limit)
    if plain and not outgoing.text.strip():
        return wording.say("channel.reason.empty")
    return None


def markup(outgoing: Outgoing) -> Markup | None:
    """Buttons with commands stay below the message; labels replace the keyboard, for one answer."""
    if any(button.command is not None for button in outgoing.buttons):
        return InlineKeyboardMarkup([[_inline(button) for button in row] for row in _rows(outgoing.buttons)])
    if outgoing.buttons:
        rows = [[KeyboardButton(button.label) for button in row] for row in _rows(outgoing.buttons)]
        return ReplyKeyboardMarkup(rows, resize_keyboard=True, one_time_keyboard=True)
    return None if outgoing.keep_keyboard else ReplyKeyboardRemove()


def _inline(button: Button) -> InlineKeyboardButton:
    # Telegram has one kind of keyboard a message: a label among commands is sent as what it says.
    data = button.label if button.command is None else button.command
    return InlineKeyboardButton(
        button.label, callback_data=data.encode()[:COMMAND_BYTES].decode(errors="ignore")
    )


def _rows(buttons: tuple[Button, ...]) -> list[list[Button]]:
    """Short labels share a row, in order; a long one has its own."""
    rows: list[list[Button]] = []
    width = 0
    for button in buttons:
        letters = len(button.label) + 2
        if not rows or width + letters > _ROW_WIDTH or len(rows[-1]) == _ROW_MOST:
            rows.append([])
            width = 0
        rows[-1].append(button)
        width += letters
    return rows


def _length(text: str) -> int:
    """As Telegram counts: in UTF-16 units, so an emoji is two."""
    return len(text.encode("utf-16-le")) // 2
