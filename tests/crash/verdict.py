"""What the database has to say in the end, held against what the heads and the fake Telegram saw."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.crash.heads import Head
from tests.crash.program import BOT


def contradictions(database: Path, heads: Sequence[Head]) -> list[str]:
    """Everything that is not as it should be; nothing is what is wanted."""
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as db:
        found = list(_whole(db))
        for head in heads:
            found += _records(db, head)
            found += _inbox(db, head)
            found += _outbox(db, head)
    return found


def _whole(db: sqlite3.Connection) -> Iterator[str]:
    for (said,) in db.execute("PRAGMA integrity_check"):
        if said != "ok":
            yield f"integrity: {said}"
    for row in db.execute("PRAGMA foreign_key_check"):
        yield f"foreign key: {row}"
    for row in db.execute("SELECT chat, message, trace FROM inbox WHERE state = 'failed'"):
        yield f"failed update: {row}"


def _records(db: sqlite3.Connection, head: Head) -> Iterator[str]:
    """Exactly those that the head was told of, each once, with what the head meant."""
    rows = db.execute(
        "SELECT r.record, r.form, r.hamlet, r.state, r.revision, v.answers, v.message, d.state FROM account a"
        " JOIN record r ON r.commune = a.commune AND r.author = a.person"
        " JOIN revision v ON v.commune = r.commune AND v.record = r.record AND v.revision = r.revision"
        " JOIN draft d ON d.commune = r.commune AND d.draft = r.draft WHERE a.bot = ? AND a.address = ?",
        (BOT, str(head.person.chat)),
    ).fetchall()
    numbers = Counter(row[0] for row in rows)
    if numbers != Counter(head.stored.keys()):
        yield f"{head.person.chat} was told of {sorted(head.stored)}, stored are {sorted(numbers.elements())}"
    messages = Counter(row[6] for row in rows)
    if messages and max(messages.values()) > 1:
        yield f"{head.person.chat}: one message became several records: {messages}"
    for number, form, hamlet, state, revision, answers, _, draft in rows:
        wish = head.stored.get(number)
        if wish is None:
            continue
        if (form, hamlet, state, revision, draft) != (wish.form, head.hamlet, "valid", 1, "done"):
            yield f"record {number}: {(form, hamlet, state, revision, draft)}"
        yield from _content(number, json.loads(answers), wish.stored, len(wish.absent))


def _content(number: int, answers: dict[str, Any], wanted: Any, absent: int) -> Iterator[str]:
    wrong = {key: answers.get(key) for key, value in wanted.items() if answers.get(key) != value}
    if wrong:
        yield f"record {number} says {wrong}, not {dict(wanted)}"
    if absent and answers["vang"]["present"] != answers["vang"]["total"] - absent:
        yield f"record {number}: {answers['vang']}"


def _inbox(db: sqlite3.Connection, head: Head) -> Iterator[str]:
    """Everything typed was taken exactly once, and answered once."""
    chat = (BOT, str(head.person.chat))
    (taken,) = db.execute("SELECT count(*) FROM inbox WHERE bot = ? AND chat = ?", chat).fetchone()
    if taken != head.typed:
        yield f"{head.person.chat} typed {head.typed} messages, {taken} were taken"
    (answers,) = db.execute("SELECT count(*) FROM outbox WHERE bot = ? AND address = ?", chat).fetchone()
    if answers != taken:
        yield f"{head.person.chat}: {taken} messages were taken, {answers} answered"


def _outbox(db: sqlite3.Connection, head: Head) -> Iterator[str]:
    """What arrived was queued, at most as often as it was tried; what is settled as sent did arrive."""
    rows = db.execute(
        "SELECT state, tries, platform_message, body FROM outbox WHERE bot = ? AND address = ?",
        (BOT, str(head.person.chat)),
    ).fetchall()
    tried: Counter[str] = Counter()
    arrived = {str(message.message_id): message.text for message in head.person.messages}
    for state, tries, message, body in rows:
        text = json.loads(body)["text"]
        tried[text] += tries
        if state not in ("sent", "unsure"):
            yield f"{head.person.chat}: a message is {state}: {text[:40]!r}"
        if state == "sent" and arrived.get(message) != text:
            yield f"{head.person.chat}: settled as message {message}, which is not that: {text[:40]!r}"
    for text, times in Counter(message.text for message in head.person.messages).items():
        if times > tried[text]:
            yield f"{head.person.chat}: arrived {times} times, tried {tried[text]} times: {text[:40]!r}"
