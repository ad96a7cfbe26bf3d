"""Messages on their way out: rows that intake and jobs put, and the sender takes, sends and settles.

A row goes waiting → sending → sent | unsure | rejected | gone; a waiting one may be dropped. What was found
half-sent, or timed out, is *unsure*: an answer is sent once more unless the person has written since; any
other never, since a reminder that comes twice is worse than one that an owner has to look into.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from storage import moments
from storage.database import Tx
from storage.encoding import to_json

_PUT = """
INSERT INTO outbox (commune, outbox, bot, address, class, body, offer, dedupe, not_before, created_at)
VALUES (?, (SELECT coalesce(max(outbox), 0) + 1 FROM outbox WHERE commune = ?), ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (commune, dedupe) DO NOTHING
RETURNING outbox
"""


def put(
    tx: Tx,
    commune: int,
    bot: str,
    address: str,
    class_: int,
    body: Mapping[str, Any],
    now: datetime,
    offer: Mapping[str, Any] | None = None,
    dedupe: str | None = None,
    not_before: datetime | None = None,
) -> int | None:
    """Queues a message; its number within the commune, or None where ``dedupe`` was used before.

    ``offer`` is ``{"options": {…}, "draft": number or None, "about": text}``: what numbers mean once the
    message is sent. ``not_before`` holds back this row alone. Raises the signal "outbox".
    """
    row = tx.one(
        _PUT,
        (
            commune,
            commune,
            bot,
            address,
            class_,
            to_json(body),
            None if offer is None else to_json(offer),
            dedupe,
            None if not_before is None else moments.to_text(not_before),
            moments.to_text(now),
        ),
    )
    if row is None:
        return None
    tx.signal("outbox")
    return int(row[0])
