"""The program is killed with SIGKILL at random moments while heads report: nothing is lost or doubled."""

from __future__ import annotations

import asyncio
import os
import secrets
from pathlib import Path
from random import Random

from tests.crash.heads import Head
from tests.crash.program import Program, chats, prepare
from tests.crash.verdict import contradictions
from tests.fake_telegram import FakeTelegram

KILLS = 20
ALL_IN_ALL = 300.0  # seconds; about seventy on a machine that has nothing else to do


def test_every_confirmed_record_is_stored_exactly_once(tmp_path: Path) -> None:
    seed = int(os.environ.get("CRASH_SEED") or secrets.randbelow(10**6))
    print(f"CRASH_SEED={seed}")  # shown where the test fails: with it, the same is typed, the same killed
    heads = asyncio.run(_reported(tmp_path, seed))
    records = sum(len(head.stored) for head in heads)
    assert contradictions(tmp_path / "du-lieu" / "matran.db", heads) == []
    assert records >= len(heads), f"only {records} records in all that time: nothing was tested"


async def _reported(folder: Path, seed: int) -> list[Head]:
    """The heads, after twenty kills in the middle of their reports and a peaceful end."""
    random, enough = Random(seed), asyncio.Event()
    await prepare(folder)
    async with FakeTelegram() as telegram:
        heads = [
            Head(telegram.person(chat, f"Người {chat}"), hamlet, telegram.again, random.randrange(10**9))
            for chat, hamlet in chats().items()
        ]
        program = Program(folder, telegram)
        try:
            async with asyncio.timeout(ALL_IN_ALL), asyncio.TaskGroup() as group:
                reporting = [group.create_task(head.report(enough)) for head in heads]
                for _ in range(KILLS):
                    await program.start()
                    await program.kill_at_random(random)
                await program.start()
                enough.set()
                await asyncio.gather(*reporting)
                await program.nothing_left()
            await program.stop()
        finally:
            program.give_up()
    return heads
