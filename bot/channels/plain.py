"""Messages for channels without buttons and with short messages. Pure."""

from __future__ import annotations

import re
from typing import Final

from bot.answers.normal import fold
from bot.messages import Button, Outgoing
from templates.wording import Wording

LONGEST: Final = 1900  # characters of one message; Zalo takes 2,000
_NUMBERED = re.compile(r"^\d+\. (.+)$", re.MULTILINE)


def length(text: str) -> int:
    """In UTF-16 units, so an emoji is two: platforms do not say how they count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def spelled_out(outgoing: Outgoing, wording: Wording) -> str:
    """The text, and what to type for each button that it does not show already.

    With as many numbered lines as buttons, these are the lines, if in other words: a label is short.
    """
    hidden = [button for button in outgoing.buttons if not _shown(button, outgoing.text)]
    if not hidden or len(_NUMBERED.findall(outgoing.text)) >= len(outgoing.buttons):
        return outgoing.text
    lines = [_typed(button, wording) for button in hidden]
    return "\n".join([outgoing.text, wording.say("channel.zalo.choices"), *lines])


def _typed(button: Button, wording: Wording) -> str:
    if button.command is None:
        return f"• {button.label}"
    return f"• {wording.say('channel.zalo.command', nhan=button.label, lenh=button.command)}"


def _shown(button: Button, text: str) -> bool:
    """Whether a line with a number says what the button says, or the text names it anyway."""
    label = fold(button.label)
    lines = [fold(line) for line in _NUMBERED.findall(text)]
    return any(label in line or line in label for line in lines) or label in fold(text)


def split(text: str, longest: int = LONGEST) -> list[str]:
    """The text as messages of at most so many characters, parted at line ends, else at words."""
    parts: list[str] = []
    for line in text.split("\n"):
        for piece in _pieces(line, longest):
            if parts and length(parts[-1]) + 1 + length(piece) <= longest:
                parts[-1] = f"{parts[-1]}\n{piece}"
            else:
                parts.append(piece)
    return [part.strip("\n") for part in parts if part.strip()]


def _pieces(line: str, longest: int) -> list[str]:
    pieces = []
    while length(line) > longest:
        most = longest if length(line) == len(line) else longest // 2  # of letters that count for one or two
        cut = line.rfind(" ", 1, most + 1)
        cut = cut if cut > 0 else most
        pieces.append(line[:cut].rstrip())
        line = line[cut:].lstrip()
    return [*pieces, line]
