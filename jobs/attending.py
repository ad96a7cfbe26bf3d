"""Waiting for work and answering it: a signal calls for it, what cannot be done now is tried again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Container, Mapping
from datetime import datetime
from typing import Final

from jobs.complaints import Complaints
from storage import outbox, people, reports
from storage.database import Database, Tx
from storage.rows import Request
from templates.wording import Wording

LONGEST_PAUSE: Final = 30.0  # seconds between tries while the database cannot be written


async def attend(
    db: Database,
    signal: str,
    work: Callable[[], Awaitable[object]],
    wording: Wording,
    trouble: str,
    longest: float = 1.0,
) -> None:
    """Calls ``work`` whenever the signal was raised, and each second, until cancelled.

    While it raises (a full disk, a locked database, an unreadable clock) the pauses grow up to ``longest``
    seconds; the owner is told when that begins, by the sentence ``trouble`` below jobs.log.
    """
    complaints, patience = Complaints(wording), 1.0
    while True:
        seen = db.signals(signal)
        try:
            await work()
        except Exception:
            complaints.failed(trouble, trouble)
            seen = db.signals(signal)
            patience = min(2 * patience, longest)
        else:
            complaints.fine(trouble)
            patience = 1.0
        await db.wait(signal, seen, patience)


async def attend_requests(db: Database, work: Callable[[], Awaitable[object]], wording: Wording) -> None:
    """Calls ``work`` for what people ask the jobs for, until cancelled."""
    await attend(db, "request", work, wording, "requests", LONGEST_PAUSE)


async def answer_open(
    db: Database,
    communes: Container[int],
    asks: Callable[[str], bool],
    answer: Callable[[int, Request], Awaitable[None]],
) -> int:
    """Answers each open request of these communes once, one after the other; how many there were.

    ``asks`` says of what a request asks for whether it is ours, ``answer`` takes the commune and the request.
    """
    waiting = await db.read(reports.open_requests)
    ours = [(commune, one) for commune, one in waiting if commune in communes and asks(one.report)]
    for commune, one in ours:
        await answer(commune, one)
    return len(ours)


def asker(tx: Tx, commune: int, request: Request) -> tuple[str, str] | None:
    """Where who asked is answered: where they asked, unless that account has been given up meanwhile; then at
    their account used last, or nowhere. None also for what was asked at the computer."""
    if request.bot is None or request.address is None:
        return None
    known = people.account(tx, request.bot, request.address)
    if known is None or request.person in (None, known.person):
        return request.bot, request.address
    others = people.addresses(tx, commune, request.person)
    return (others[0].bot, others[0].address) if others else None


def reply(
    tx: Tx, commune: int, request: Request, class_: int, body: Mapping[str, object], now: datetime
) -> None:
    """Queues a message for who asked; nothing for what was asked at the computer."""
    if (to := asker(tx, commune, request)) is not None:
        outbox.put(tx, commune, *to, class_, body, now)


def address_form(tx: Tx, commune: int, request: Request) -> str | None:
    """How who asked is spoken to."""
    return people.person(tx, commune, request.person, "").address_form if request.person else None
