"""The child that computes and writes a report: its faults are heard of, and it never stays behind."""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from jobs.draft_desk import Order, Tools
from jobs.drafting import Drafter, drafter
from jobs.render import RenderFailed
from storage.errors import StorageUnavailable
from templates import documents, forms, wording
from templates.commune import Commune
from templates.periods import Period
from templates.photos import NO_PHOTOS

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def order(folder: Path) -> Order:
    period = Period(date(2024, 1, 1), date(2024, 12, 31), "năm 2024")
    now = datetime(2024, 12, 9, tzinfo=UTC)
    return Order(folder / "matran.db", folder, 1, Commune("thu", "Thử"), period, now)


def left(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_a_fault_in_it_is_told_and_the_next_question_is_answered(tmp_path: Path) -> None:
    async with drafter(30) as draft:
        with pytest.raises(RenderFailed) as failed:
            await draft.assemble(NO_PHOTOS)  # of what? nothing was collected
        assert (failed.value.reason, "AttributeError" in failed.value.detail) == ("crash", True)
        with pytest.raises(RenderFailed) as failed:
            await draft.collect(b"no pickle", order(tmp_path))
        assert (failed.value.reason, "UnpicklingError" in failed.value.detail) == ("crash", True)
    assert left(tmp_path) == []


async def test_a_database_that_cannot_be_read_now_is_no_fault_of_the_report(tmp_path: Path) -> None:
    tools = pickle.dumps(Tools(documents.load(), forms.load(), wording.load()))
    async with drafter(30) as draft:
        with pytest.raises(StorageUnavailable) as failed:
            await draft.collect(tools, order(tmp_path))  # there is no file yet
    assert failed.value.reason == "io"


async def test_one_that_is_killed_is_a_crash(tmp_path: Path) -> None:
    async with drafter(30) as draft:
        os.kill(draft._child.pid, signal.SIGKILL)
        with pytest.raises(RenderFailed) as failed:
            await draft.compare()
    assert (failed.value.reason, failed.value.detail) == ("crash", "-9: ")


async def test_it_ends_with_its_work(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        async with drafter(30) as draft:
            raise KeyError("mine")
    assert draft._child.returncode is not None


async def test_nothing_of_it_is_left_where_its_end_is_interrupted() -> None:
    ending = asyncio.Event()

    async def work() -> None:
        async with drafter(30) as draft:
            made.append(draft)
            ending.set()
        raise AssertionError("it was cancelled at the end")

    made: list[Drafter] = []
    task = asyncio.create_task(work())
    await ending.wait()
    await asyncio.sleep(0)  # its end has begun
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert made[0]._child.returncode is not None
    with pytest.raises(ProcessLookupError):
        os.kill(made[0]._child.pid, 0)


async def test_one_that_takes_too_long_is_given_up() -> None:
    async with drafter(0.001) as draft:
        with pytest.raises(RenderFailed) as failed:
            await draft.compare()
    assert (failed.value.reason, failed.value.detail) == ("timeout", "0.001 s")
    assert draft._child.returncode is not None
