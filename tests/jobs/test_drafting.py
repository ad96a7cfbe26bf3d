"""The child that computes and writes a report: its faults are heard of, and it never stays behind."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from jobs.drafting import drafter
from jobs.render import Job, RenderFailed

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def left(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_a_fault_in_it_is_told_and_the_next_question_is_answered(tmp_path: Path) -> None:
    async with drafter(30) as draft:
        with pytest.raises(RenderFailed) as failed:
            await draft.assemble("no report at all")
        assert (failed.value.reason, "TypeError" in failed.value.detail) == ("crash", True)
        with pytest.raises(RenderFailed) as failed:
            await draft.render(Job(tmp_path / "none.docx", {}, tmp_path / "out.docx"))
        assert failed.value.reason == "template"
    assert left(tmp_path) == []


async def test_one_that_is_killed_is_a_crash(tmp_path: Path) -> None:
    async with drafter(30) as draft:
        os.kill(draft._child.pid, signal.SIGKILL)
        with pytest.raises(RenderFailed) as failed:
            await draft.assemble()
    assert (failed.value.reason, failed.value.detail) == ("crash", "-9: ")


async def test_it_ends_with_its_work(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        async with drafter(30) as draft:
            raise KeyError("mine")
    assert draft._child.returncode is not None


async def test_one_that_takes_too_long_is_given_up() -> None:
    async with drafter(0.001) as draft:
        with pytest.raises(RenderFailed) as failed:
            await draft.assemble()
    assert (failed.value.reason, failed.value.detail) == ("timeout", "0.001 s")
    assert draft._child.returncode is not None
