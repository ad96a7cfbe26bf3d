"""The terminal as a channel: one person at this computer, one message a line.

On a terminal there is a prompt; otherwise lines come from a pipe and answers are plain text, in step: a line
is read when the answers to the one before are out. ``@path/to/file and some words`` attaches the file; a path
with spaces stands in quotes.
"""

from __future__ import annotations

import asyncio
import contextlib
import mimetypes
import re
import shutil
import sys
import textwrap
import threading
import uuid
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Final, TextIO

from bot import files
from bot.messages import (
    FileRef,
    Handled,
    Identity,
    Incoming,
    Intake,
    Limits,
    Outgoing,
    Pace,
    Result,
    Sent,
    enclosed,
)
from templates import wording as sentences

BOT: Final = "terminal"
_ATTACHED = re.compile(r"""@(?:"([^"]+)"|'([^']+)'|(\S+))\s*(?P<words>.*)""", re.DOTALL)
_LONGEST_PAUSE = 30.0


async def _no_wait() -> None:
    return


class TerminalChannel:
    """Speaks for the account ``address``. ``quiet`` returns once all answers are out (`Sender.quiet`)."""

    bot: str = BOT
    pace: Pace = Pace()
    limits: Limits = Limits()

    def __init__(
        self,
        address: str,
        data: Path,
        now: Callable[[], datetime],
        name: str | None = None,
        quiet: Callable[[], Awaitable[None]] = _no_wait,
        source: TextIO | None = None,
        out: TextIO | None = None,
        wording: sentences.Wording | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.address = address
        self._name = name or address
        self._data, self._now, self._quiet, self._sleep = data, now, quiet, sleep
        self._source, self._out = source or sys.stdin, out or sys.stdout
        self._wording = wording or sentences.load()
        self._interactive = self._source.isatty() and self._out.isatty()
        self._prompting = False

    async def identity(self) -> Identity:
        return Identity(self.bot, self.bot)

    async def run(self, intake: Intake) -> None:
        """Until the input ends and all answers are out."""
        lines = self._lines()
        await self._quiet()
        while True:
            self._prompt()
            line = await lines.get()
            self._prompting = False
            if line is None:
                break
            if (incoming := self._incoming(line)) is not None:
                await self._hand_over(intake, incoming)
                await self._quiet()
        if self._interactive:
            self._print("")

    async def send(self, address: str, outgoing: Outgoing) -> Result:
        shown = [outgoing.text] if outgoing.text else []
        for path in (outgoing.picture, outgoing.document):
            if path is not None and enclosed(path) is None:  # a terminal shows no picture: the link is there
                shown.append(self._wording.say("channel.terminal.file", duong_dan=self._data / path))
        self._print("\n".join(shown))
        return Sent(uuid.uuid4().hex)

    async def typing(self, address: str) -> None:
        return

    async def fetch(self, address: str, limit: int) -> bytes:
        return await asyncio.to_thread(files.read, Path(address), limit)

    async def close(self) -> None:
        return

    def _lines(self) -> asyncio.Queue[str | None]:
        """The lines as they come, None at the end. The thread is a daemon: a read that waits for a person
        must not keep the program from ending."""
        lines: asyncio.Queue[str | None] = asyncio.Queue()
        loop, source = asyncio.get_running_loop(), _reopened(self._source)

        def read() -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                try:
                    for line in source:
                        loop.call_soon_threadsafe(lines.put_nowait, line)
                finally:
                    loop.call_soon_threadsafe(lines.put_nowait, None)

        threading.Thread(target=read, name="terminal", daemon=True).start()
        return lines

    def _incoming(self, line: str) -> Incoming | None:
        """The line as a message; None for an empty one, or for a file that is not there, which it says."""
        text = line.strip().encode(errors="replace").decode()
        file = None
        if attached := _ATTACHED.fullmatch(text):
            path = Path(attached[1] or attached[2] or attached[3]).expanduser().absolute()
            if not path.is_file():
                self._print(self._wording.say("channel.terminal.no_file", duong_dan=path))
                return None
            file, text = _file(path), attached["words"]
        if not text and file is None:
            return None
        return Incoming(
            bot=self.bot,
            chat=self.address,
            message=uuid.uuid4().hex,
            sent_at=self._now(),
            sender=self._name,
            text=text or None,
            files=() if file is None else (file,),
            raw=line,
        )

    async def _hand_over(self, intake: Intake, incoming: Incoming) -> None:
        pause = 1.0
        while await intake.handle(incoming) is Handled.RETRY:
            await self._sleep(pause)
            pause = min(_LONGEST_PAUSE, pause * 2)

    def _prompt(self) -> None:
        if self._interactive:
            self._out.write(self._wording.say("channel.terminal.prompt"))
            self._out.flush()
            self._prompting = True

    def _print(self, text: str) -> None:
        interrupted, self._prompting = self._prompting, False
        if self._interactive:
            text = _wrapped(text, shutil.get_terminal_size().columns)
        self._out.write(("\n" if interrupted else "") + text + "\n")
        self._out.flush()
        if interrupted:
            self._prompt()


def _wrapped(text: str, width: int) -> str:
    """The text broken between words, as a phone does it; a narrow window would cut a word in two."""
    wrap = textwrap.TextWrapper(
        width, replace_whitespace=False, break_long_words=False, break_on_hyphens=False
    )
    lines = text.split("\n")
    return "\n".join(wrap.fill(line) if len(line) > width else line for line in lines)


def _reopened(source: TextIO) -> Iterable[str]:
    """The same input with a buffer of its own: Python shuts down with the lock of standard input's in hand,
    which a thread that waits for a line would not let go. Bytes that are no text are replaced."""
    try:
        descriptor = source.fileno()
    except (AttributeError, OSError):  # no real file
        return source
    return open(descriptor, encoding=source.encoding, errors="replace", closefd=False)


def _file(path: Path) -> FileRef:
    mime, _ = mimetypes.guess_type(path.name)
    image = mime is not None and mime.startswith("image/")
    return FileRef("photo" if image else "document", str(path), path.name, mime, path.stat().st_size)
