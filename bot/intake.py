"""An update in: one transaction in which it is recognised, answered and remembered.

Dedupe key, draft, records, audit and outgoing messages commit together. What raises is rolled back and kept
by a second transaction as a failed inbox row; a full disk or a locked database is no fault of the update.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from datetime import datetime

from bot import routing
from bot.context import Context, House, Reply
from bot.messages import ANSWER, Handled, Incoming, Outgoing
from storage import messages, outbox
from storage.database import Database, Tx
from storage.errors import StorageUnavailable

log = logging.getLogger(__name__)


class Desk:
    """Where the channels hand in what they received."""

    def __init__(self, db: Database, house: House, now: Callable[[], datetime]) -> None:
        self._db, self._house, self._now = db, house, now

    async def handle(self, incoming: Incoming) -> Handled:
        """Takes one update. Never raises but for cancellation."""
        now = self._now()
        try:
            return await self._db.write(lambda tx: receive(tx, self._house, incoming, now))
        except StorageUnavailable as trouble:
            log.error("Chưa lưu được tin nhắn, sẽ thử lại: %s", trouble)
            return Handled.RETRY
        except Exception:
            log.exception("Lỗi khi xử lý một tin nhắn; tin được giữ lại, xem bằng: matran check")
            return await self._keep_failed(incoming, now, traceback.format_exc())

    async def undecodable(self, bot: str, key: str, raw: str, trace: str) -> Handled:
        """Keeps an update that the channel could not read."""
        try:
            await self._db.write(lambda tx: messages.fail(tx, bot, "", key, self._now(), raw, trace))
        except StorageUnavailable:
            return Handled.RETRY
        return Handled.FAILED

    async def _keep_failed(self, incoming: Incoming, now: datetime, trace: str) -> Handled:
        try:
            await self._db.write(lambda tx: _keep_failed(tx, self._house, incoming, now, trace))
        except StorageUnavailable:
            return Handled.RETRY
        return Handled.FAILED


def receive(tx: Tx, house: House, incoming: Incoming, now: datetime) -> Handled:
    """The whole of one update, within the caller's transaction."""
    if messages.seen(tx, incoming.bot, incoming.chat, incoming.message, now):
        return Handled.SEEN
    if not incoming.private:
        return Handled.DONE  # a group is not where people are asked what they did
    ctx = Context.of(tx, house, now, incoming)
    reply = routing.answer(ctx)
    if reply is not None:
        send(ctx, reply)
    return Handled.DONE


def send(ctx: Context, reply: Reply) -> None:
    """Queues the answer, and writes down what numbers mean from now on."""
    first = Outgoing(reply.text, reply.buttons)
    for outgoing in (first, *reply.more):
        outbox.put(
            ctx.tx, ctx.commune, ctx.account.bot, ctx.account.address, ANSWER, outgoing.as_json(), ctx.now
        )
    if reply.draft is not None or reply.options:
        messages.make_offer(
            ctx.tx, ctx.account.bot, ctx.account.address, ctx.now, reply.options, reply.draft, reply.text
        )


def _keep_failed(tx: Tx, house: House, incoming: Incoming, now: datetime, trace: str) -> None:
    messages.fail(tx, incoming.bot, incoming.chat, incoming.message, now, incoming.raw, trace)
    if incoming.private:
        sorry = Outgoing(house.voice(None).say("routing.failed", phone=house.commune.phone or ""))
        body = sorry.as_json()
        outbox.put(tx, house.number, incoming.bot, incoming.chat, ANSWER, body, now)
