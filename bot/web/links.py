"""Links to the program's own pages, given to one account each: valid for two days and ten uses."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Final

from bot.web.signing import Seal
from storage import links
from storage.database import Tx
from storage.rows import Account, Link

VALID: Final = timedelta(hours=48)
MOST: Final = 10  # downloads, or files sent
DOCUMENT, UPLOAD = "document", "upload"
PATHS: Final = {DOCUMENT: "tai", UPLOAD: "gui"}  # the first part of the page's address


class Links:
    """``base`` is the public address, such as "https://mttq.example.vn"."""

    def __init__(self, base: str, seal: Seal) -> None:
        self.base, self.seal = base.rstrip("/"), seal

    def document(
        self, tx: Tx, account: Account, path: str, name: str, again: str | None, now: datetime
    ) -> tuple[str, Link]:
        """The address of a document's page for this account, and its row; the same while it lasts a while."""
        return self._issue(tx, DOCUMENT, account, path, name, again, now)

    def upload(self, tx: Tx, account: Account, again: str, now: datetime) -> tuple[str, Link]:
        """The address of a page that takes this account's files, and its row."""
        return self._issue(tx, UPLOAD, account, "", "", again, now)

    def _issue(
        self, tx: Tx, kind: str, account: Account, path: str, name: str, again: str | None, now: datetime
    ) -> tuple[str, Link]:
        nonce = secrets.token_hex(8)
        issued = (kind, account.person, account.bot, account.address, path, name, again, nonce, MOST)
        link = links.issue(tx, account.commune, *issued, now, now + VALID)
        return f"{self.base}/{PATHS[kind]}/{self.token(link)}", link

    def token(self, link: Link) -> str:
        return self.seal.sign(link.kind, link.commune, link.link, link.nonce)

    def find(self, tx: Tx, kind: str, token: str) -> Link | None:
        """The link behind the token, expired or not; None for one that was never given out."""
        parts = self.seal.read(kind, token)
        return self.named(tx, kind, *parts) if parts is not None and len(parts) == 3 else None

    def named(self, tx: Tx, kind: str, commune: str, number: str, nonce: str) -> Link | None:
        """The link of signed parts.

        A database taken back from a backup gives numbers anew: the nonce tells.
        """
        link = links.get(tx, int(commune), int(number))
        if link is None or link.kind != kind or not hmac.compare_digest(link.nonce, nonce):
            return None
        return link
