"""Commands and how they are found: a slash with a name, or plain words (nobody types a slash on Zalo)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.answers.normal import fold
from bot.context import Run

NUMBER = r"(?:so |phieu (?:so )?)?\d+"
MONTH = r"(?:thang )?\d{1,2}(?:[ /.-]+(?:nam )?\d{4})?(?: \w+)?"


@dataclass(frozen=True, slots=True)
class Command:
    """``name`` without its slash; ``words`` open it too. ``args`` is what may follow plain words, folded:
    where the rest does not match, the text is no command. ``roles`` empty: anybody who has agreed.

    ``keeps_draft``: an open draft stays open. ``gives_way``: a text that answers the open question is that.
    """

    name: str
    run: Run
    words: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    args: str = ""
    optional: bool = True  # whether plain words are enough
    keeps_draft: bool = False
    gives_way: bool = False
    _pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_pattern", re.compile(self.args))

    def takes(self, args: str) -> bool:
        """Whether folded ``args`` after plain words make this a command."""
        if not args:
            return self.optional
        return bool(self.args) and self._pattern.fullmatch(args) is not None


class Table:
    """All commands, by name and by the first of their words."""

    def __init__(self, commands: Iterable[Command]) -> None:
        self._names: dict[str, Command] = {}
        self._spoken: dict[str, list[tuple[str, Command]]] = defaultdict(list)
        for command in commands:
            self._names[command.name] = command
            for words in command.words:
                folded = fold(words)
                self._spoken[folded.split()[0]].append((folded, command))
        for entries in self._spoken.values():
            entries.sort(key=lambda entry: -len(entry[0]))  # "báo cáo" before "báo"

    def slash(self, text: str) -> tuple[Command, str] | None:
        """ "/baocao@MatranBot 2024" → the command and "2024"."""
        if not text.startswith("/"):
            return None
        name, _, args = text[1:].partition(" ")
        command = self._names.get(fold(name.partition("@")[0]))
        return (command, args.strip()) if command else None

    def spoken(self, text: str) -> tuple[Command, str] | None:
        """ "báo cáo 2024" → the command and "2024"; None where the text only begins like one."""
        if len(text) > 80:
            return None
        folded = fold(text).rstrip(" .!?")
        for words, command in self._spoken.get(folded.partition(" ")[0], ()):
            if folded == words or folded.startswith(words + " "):
                args = folded[len(words) :].strip()
                if command.takes(args):
                    return command, args
        return None

    def unfinished(self, text: str) -> Command | None:
        """The command that the text begins, where it lacks what must follow: "sửa" without a number."""
        folded = fold(text).rstrip(" .!?")
        entries = self._spoken.get(folded.partition(" ")[0], ())
        return next((c for words, c in entries if words == folded and not c.optional), None)

    def find(self, text: str) -> tuple[Command, str] | None:
        return self.slash(text) or self.spoken(text)
