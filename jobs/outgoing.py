"""Messages as the outbox keeps them, and how people and hamlets are named in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

# Order within a chat: the smaller goes first.
ANSWER, DOCUMENT, REMINDER = 0, 1, 2

Button = tuple[str, str | None]
"""Its label (at most 18 characters), and the whole command that it carries (at most 64 bytes)."""


def text(words: str, buttons: Sequence[Button] = ()) -> dict[str, Any]:
    """A text message. What nobody asked for leaves the keyboard of a dialogue alone."""
    body: dict[str, Any] = {"text": words, "keep_keyboard": True}
    if buttons:
        body["buttons"] = [[label, command] for label, command in buttons]
    return body


def document(path: str, name: str, words: str = "") -> dict[str, Any]:
    """A file: ``path`` within the data folder, ``name`` as the person sees it."""
    return {"text": words, "document": path, "name": name, "keep_keyboard": True}


def called(name: str, address_form: str | None) -> str:
    """The name that is said after a form of address ("chú Sáu"); without one, the whole name."""
    return name.split()[-1] if address_form and name.split() else name


def within_sentence(hamlet: str, word: str) -> str:
    """A hamlet's name within a sentence: "Ấp 3" is "ấp 3", a proper name stays as it is."""
    if hamlet.casefold().startswith(word.casefold()):
        return hamlet[: len(word)].lower() + hamlet[len(word) :]
    return hamlet
