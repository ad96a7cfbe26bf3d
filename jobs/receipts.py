"""Prints the receipts that were asked for: a document from a child process, and its way to who asked.

A request is open until one transaction has queued the document: whatever dies before, the next look prints it
again from what is recorded then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jobs import outgoing, render
from jobs.attending import address_form, answer_open, attend_requests, reply
from jobs.complaints import log
from storage import communes, funds, records, reports
from storage.database import Database, Tx
from storage.errors import StorageUnavailable
from storage.rows import Record, Request
from templates import fund_names, receipt, style
from templates import funds as book
from templates.commune import Commune
from templates.forms import Catalog
from templates.receipt import Receipt
from templates.wording import Voice, Wording

FOLDER = "documents"  # within the data folder
ASKED = f"{book.RECEIPT}:"  # before the record's number, in what a request asks for


@dataclass(slots=True)
class Receipts:
    """``data`` is the data folder, ``communes`` those served here by number."""

    db: Database
    data: Path
    wording: Wording
    catalog: Catalog
    communes: Mapping[int, Commune]
    now: Callable[[], datetime]
    timeout: float = render.LIMIT  # seconds for the child

    async def run(self) -> None:
        """Prints what is asked for, until cancelled."""
        await attend_requests(self.db, self.print_open, self.wording)

    async def print_open(self) -> int:
        """Answers each open request once, one after the other; how many there were."""
        return await answer_open(
            self.db, self.communes, lambda report: report.startswith(ASKED), self._answer
        )

    async def _answer(self, commune: int, request: Request) -> None:
        try:
            made = await self.db.read(lambda tx: self._read(tx, commune, request))
            path = await self._printed(commune, made) if made else None
            await self.db.write(lambda tx: self._send(tx, commune, request, made, path))
        except StorageUnavailable:
            raise  # no fault of the receipt: the request stays open
        except Exception as error:
            log.exception(self.wording.say("jobs.log.report", ky=request.label, ly_do=str(error)))
            reason = f"{type(error).__name__}: {error}"
            await self.db.write(lambda tx: self._apologise(tx, commune, request, reason))

    def _read(self, tx: Tx, commune: int, request: Request) -> Receipt | None:
        """The receipt as it is recorded now; None where it was withdrawn in the meantime."""
        number = int(request.report.removeprefix(ASKED))
        record, counted = records.get(tx, commune, number), funds.number_of(tx, commune, number)
        if record is None or counted is None or record.state != "valid":
            return None
        fund = self._fund(commune, record.answers)
        code = book.hamlet_of(record)
        return Receipt(
            *counted,
            day=record.day,
            payer=self._payer(tx, commune, record, code),
            fund=fund,
            amount=book.amount(record),
            reason=str(record.answers.get("ly_do") or "")
            or self._say(commune, f"funds.receipt.reason_{'handover' if code else 'donation'}", fund=fund),
            corrected=record.revision > 1,
        )

    def _payer(self, tx: Tx, commune: int, record: Record, code: str | None) -> str:
        if code is None:
            return str(record.answers.get("nguoi_nop", ""))
        settings = self.communes[commune]
        names = {h.hamlet: h.name for h in communes.hamlets(tx, commune)}
        unit = style.within_sentence(names.get(code, code), settings.hamlet_word)
        return self._say(commune, "funds.receipt.board", unit=f"{unit}, {settings.title}")

    def _fund(self, commune: int, answers: Mapping[str, Any]) -> str:
        if own := fund_names.label(answers):
            return own
        name = str(answers.get(fund_names.FUND))
        choices = self.catalog.lists.get(fund_names.FUND, ())
        label = next((choice.said or choice.label for choice in choices if choice.name == name), name)
        return self._voice(commune).fill(label)

    def _say(self, commune: int, key: str, xung: str | None = None, /, **values: object) -> str:
        return self._voice(commune, xung).say(key, **values)

    def _voice(self, commune: int, xung: str | None = None) -> Voice:
        return Voice(self.wording, xung, self.communes[commune].words)

    async def _printed(self, commune: int, made: Receipt) -> str:
        """The document's path within the data folder; a later print takes the place of the one before."""
        folder = self.data / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / made.file_name
        template = receipt.template(self.data / "reports")
        said = receipt.context(made, self.communes[commune])
        await render.render(render.Job(template, said, path), self.timeout)
        return path.relative_to(self.data).as_posix()

    def _send(self, tx: Tx, commune: int, request: Request, made: Receipt | None, path: str | None) -> None:
        """Queues the document, or says that there is none any more, and ends the request."""
        now = self.now()
        xung = address_form(tx, commune, request)
        if made is None or path is None:
            words = self._say(commune, "funds.receipt.withdrawn", xung, number=request.label)
            reply(tx, commune, request, outgoing.ANSWER, outgoing.text(words), now)
        else:
            words = self._say(
                *(commune, "funds.receipt.caption", xung),
                number=f"{made.number}/{made.year}",
                payer=made.payer,
                amount=style.money(made.amount),
            )
            body = outgoing.document(path, made.file_name, words)
            reply(tx, commune, request, outgoing.DOCUMENT, body, now)
        reports.finish(tx, commune, request.request, None, now)

    def _apologise(self, tx: Tx, commune: int, request: Request, reason: str) -> None:
        now, xung = self.now(), address_form(tx, commune, request)
        words = self._say(commune, "funds.receipt.failed", xung, number=request.label)
        reply(tx, commune, request, outgoing.ANSWER, outgoing.text(words), now)
        reports.fail_request(tx, commune, request.request, reason, now)
