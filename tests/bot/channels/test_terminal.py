"""The terminal: lines in, plain text out."""

from __future__ import annotations

import asyncio
import io
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.channels.terminal import TerminalChannel
from bot.messages import Button, FileGone, FileTooLarge, Handled, Incoming, Outgoing, Sent
from bot.sender import Sender
from storage.database import Database
from tests.bot.channels.house import NOW, Echo, FakeTime, Notebook, running

pytestmark = pytest.mark.anyio


class Screen(io.StringIO):
    """An output, or input, that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class PipedScreen:
    """A terminal on which nobody has typed yet."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def isatty(self) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        with os.fdopen(self._descriptor) as lines:
            yield from lines


def terminal(tmp_path: Path, typed: str = "", **options: Any) -> tuple[TerminalChannel, io.StringIO]:
    out = options.pop("out", io.StringIO())
    source = options.pop("source", io.StringIO(typed))
    return TerminalChannel("bay", tmp_path, lambda: NOW, source=source, out=out, **options), out


async def test_each_line_is_a_message(tmp_path: Path) -> None:
    notebook = Notebook()
    channel, out = terminal(tmp_path, "chào\n\n   \n45 người \nbáo cáo 2024")
    await channel.run(notebook)
    assert notebook.texts == ["chào", "45 người", "báo cáo 2024"]
    assert {(i.bot, i.chat, i.sender, i.private) for i in notebook.kept} == {("terminal", "bay", "bay", True)}
    assert out.getvalue() == ""


async def test_a_narrow_window_breaks_lines_between_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    question = "Câu 2/2: Bà Năm có đồng ý cho nêu tên khi niêm yết không?\n1. Có\n2. Không"
    channel, out = terminal(tmp_path, source=Screen(), out=Screen())
    await channel.send("bay", Outgoing(question))
    assert out.getvalue().split("\n") == [
        *("Câu 2/2: Bà Năm có đồng ý cho", "nêu tên khi niêm yết không?", "1. Có", "2. Không", "")
    ]
    channel, out = terminal(tmp_path)  # a pipe has no width
    await channel.send("bay", Outgoing(question))
    assert out.getvalue() == f"{question}\n"


async def test_identities_never_come_again(tmp_path: Path) -> None:
    notebook = Notebook()
    for _ in range(2):
        channel, _ = terminal(tmp_path, "một\nmột\n")
        await channel.run(notebook)
    assert len(notebook.kept) == 4


async def test_answers_are_plain_lines(tmp_path: Path) -> None:
    channel, out = terminal(tmp_path)
    question = Outgoing("Vào quỹ nào?\n1. Vì người nghèo", (Button("1"), Button("Chốt", "/chot")))
    assert isinstance(await channel.send("bay", question), Sent)
    await channel.send("bay", Outgoing("Dự thảo đây.", document="bao-cao/1.docx", name="Báo cáo.docx"))
    await channel.send("bay", Outgoing("", picture="qr.png"))
    assert out.getvalue().splitlines() == [
        "Vào quỹ nào?",
        "1. Vì người nghèo",
        "Dự thảo đây.",
        f"[tệp: {tmp_path}/bao-cao/1.docx]",
        f"[tệp: {tmp_path}/qr.png]",
    ]


async def test_on_a_terminal_there_is_a_prompt(tmp_path: Path) -> None:
    channel, out = terminal(tmp_path, out=Screen(), source=Screen("chào\n"))

    async def gate(incoming: Incoming) -> None:
        await channel.send("bay", Outgoing("Dạ."))

    await channel.run(Notebook(gate=gate))
    assert out.getvalue() == "▸ Dạ.\n▸ \n"


async def test_what_comes_by_itself_does_not_spoil_the_prompt(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    channel, out = terminal(tmp_path, out=Screen(), source=PipedScreen(reading))
    async with running(channel.run(Notebook())):
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await channel.send("bay", Outgoing("Nhắc: còn 3 ngày."))
        assert out.getvalue() == "▸ \nNhắc: còn 3 ngày.\n▸ "
        os.close(writing)


@pytest.mark.parametrize(
    ("line", "name", "text", "kind"),
    [
        ("@{}/anh.jpg dọn vệ sinh kinh xáng", "anh.jpg", "dọn vệ sinh kinh xáng", "photo"),
        ("@{}/anh.jpg", "anh.jpg", None, "photo"),
        ('@"{}/danh sách.docx"  danh sách', "danh sách.docx", "danh sách", "document"),
        ("@'{}/danh sách.docx'", "danh sách.docx", None, "document"),
    ],
)
async def test_a_file_is_attached_by_its_path(
    tmp_path: Path, line: str, name: str, text: str | None, kind: str
) -> None:
    (tmp_path / name).write_bytes(b"12345")
    notebook = Notebook()
    channel, _ = terminal(tmp_path, line.format(tmp_path) + "\n")
    await channel.run(notebook)
    (incoming,) = notebook.kept
    (file,) = incoming.files
    assert (incoming.text, file.name, file.kind, file.size) == (text, name, kind, 5)
    assert await channel.fetch(file.address, 5) == b"12345"
    with pytest.raises(FileTooLarge):
        await channel.fetch(file.address, 4)


async def test_a_file_that_is_not_there_is_no_message(tmp_path: Path) -> None:
    notebook = Notebook()
    channel, out = terminal(tmp_path, f"@{tmp_path}/khong.jpg nhìn xem\nchào\n")
    await channel.run(notebook)
    assert notebook.texts == ["chào"]
    assert out.getvalue() == f"Không mở được tệp {tmp_path}/khong.jpg.\n"
    with pytest.raises(FileGone):
        await channel.fetch(str(tmp_path / "khong.jpg"), 5)


async def test_what_cannot_be_stored_yet_is_offered_again(tmp_path: Path) -> None:
    time, notebook = FakeTime(), Notebook(answers=[Handled.RETRY] * 3)
    channel, _ = terminal(tmp_path, "chào\n", sleep=time.sleep)
    await channel.run(notebook)
    assert notebook.texts == ["chào"]
    assert time.slept == [1, 2, 4]


async def test_bytes_that_are_no_text_do_not_end_the_chat(tmp_path: Path) -> None:
    notebook = Notebook()
    (tmp_path / "typed").write_bytes(b"ph\xff\n" + "xã\n".encode())
    with (tmp_path / "typed").open(encoding="utf-8") as source:
        channel, _ = terminal(tmp_path, source=source)
        await channel.run(notebook)
    assert notebook.texts == ["ph\ufffd", "xã"]


async def test_a_piped_chat_ends_when_all_answers_are_out(tmp_path: Path, database: Database) -> None:
    await database.write(lambda tx: tx.run("INSERT INTO commune VALUES (1, 'tan-an', 'Tân An')"))

    async def quiet() -> None:
        await sender.quiet("terminal")

    channel, out = terminal(tmp_path, "một\nhai\nba\n", quiet=quiet)
    sender = Sender(database, [channel], lambda: NOW)
    async with running(sender.run()):
        await channel.run(Echo(database))
        assert out.getvalue() == "đã nghe: một\nđã nghe: hai\nđã nghe: ba\n"


async def test_it_can_be_ended_while_it_waits_for_a_line(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    channel, _ = terminal(tmp_path, source=PipedScreen(reading))
    async with running(channel.run(Notebook())) as task:
        await asyncio.sleep(0)
        (waiting,) = (thread for thread in threading.enumerate() if thread.name == "terminal")
        task.cancel()
    assert waiting.daemon  # or the program would not end before the next line
    os.close(writing)
    waiting.join()
