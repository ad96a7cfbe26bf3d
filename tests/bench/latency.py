"""How long people wait: from the moment an update arrives until its answer is committed.

Updates arrive as they do, at random moments, whether or not the ones before are done: who waits behind a
slow one is counted with all of that wait.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median, quantiles

from bot.app import App
from bot.messages import Handled, Intake
from tests.bench import house, reporting, scripts
from tests.bench.table import Measure

RATE, CHATS = 140, 500
YEAR = 1000  # records of the report that is made meanwhile


@dataclass(frozen=True)
class Size:
    seconds: float = 15.0
    repeats: int = 3


@dataclass(frozen=True)
class Heard:
    """Latencies in milliseconds; how many reports were made meanwhile."""

    latencies: list[float]
    reports: int = 0

    @property
    def p99(self) -> float:
        return quantiles(self.latencies, n=100)[98]


async def measure(folder: Path, size: Size) -> list[Measure]:
    quiet, busy = [], []
    async with house.opened(folder) as app:
        await house.join(app, house.BOT, CHATS)
        await house.tell_the_year(app, house.BOT, YEAR)
        people = People(app)

        async def drive(intake: Intake) -> None:
            for number in range(size.repeats):
                quiet.append(await people.talk(intake, size.seconds, number))
                async with reporting.again_and_again(app, intake) as made:
                    heard = await people.talk(intake, size.seconds, 1000 + number)
                busy.append(Heard(heard.latencies, made.count))

        channel = house.InProcess(drive)
        await app.serve([channel], until=channel)
    return _measures(quiet, busy)


def _measures(quiet: list[Heard], busy: list[Heard]) -> list[Measure]:
    def middle(heard: list[Heard]) -> str:
        return f"median of all {median(m for one in heard for m in one.latencies):.1f} ms"

    updates = f"{len(quiet[0].latencies):,} updates each"
    made = f"{min(one.reports for one in busy)} reports of {YEAR} records meanwhile at least"
    name = f"99th percentile, {RATE} updates/s, {CHATS} chats"
    return [
        Measure(name, "ms", tuple(one.p99 for one in quiet), 10, note=f"{updates}; {middle(quiet)}"),
        Measure(
            "… while reports are made",
            "ms",
            tuple(one.p99 for one in busy),
            20,
            note=f"{made}; {middle(busy)}",
        ),
    ]


class People:
    """Five hundred of them, each in the middle of a form; what they say goes on from talk to talk."""

    def __init__(self, app: App) -> None:
        self._texts = {chat: scripts.endless(number) for number, chat in enumerate(house.chats(CHATS))}
        self._lanes: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._said = 0

    async def talk(self, intake: Intake, seconds: float, seed: int) -> Heard:
        random, chats = Random(seed), list(self._texts)
        latencies: list[float] = []
        started = time.perf_counter()
        due = started
        async with asyncio.TaskGroup() as group:
            while (due := due + random.expovariate(RATE)) < started + seconds:
                if (early := due - time.perf_counter()) > 0:
                    await asyncio.sleep(early)
                group.create_task(self._say(intake, random.choice(chats), due, latencies))
        return Heard(latencies)

    async def _say(self, intake: Intake, chat: str, due: float, latencies: list[float]) -> None:
        async with self._lanes[chat]:  # in order within a chat
            self._said += 1
            message = house.message(chat, self._said, next(self._texts[chat]))
            assert await intake.handle(message) is Handled.DONE
        latencies.append(1000 * (time.perf_counter() - due))
