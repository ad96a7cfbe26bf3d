"""E-mail, which only sends: documents, for people whose channel carries none.

A letter is on its way once the server has taken the whole of it; what happens before is known not to have
arrived, what happens while it is handed over may have.
"""

from __future__ import annotations

import asyncio
import mimetypes
import ssl
import time
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Final, Literal

import aiosmtplib
from aiosmtplib import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from bot import files
from bot.channels.owner import Owner
from bot.channels.patience import Backoff
from bot.messages import (
    FileGone,
    Gone,
    Identity,
    Intake,
    Later,
    Limits,
    Outgoing,
    Pace,
    Rejected,
    Result,
    Sent,
    TokenRefused,
    Unsure,
)
from templates.wording import Wording

BOT: Final = "mail"
_NO_SUCH_MAILBOX = (550, 551, 553)
_LONGEST_PAUSE = 3600.0
_PLAIN = POLICY.clone(cte_type="7bit")  # nothing asks the server whether it takes more
Security = Literal["starttls", "tls", "khong"]


class MailChannel:
    """Sends from ``sender`` through the server ``host``; documents are paths within ``data``.

    ``security``: "starttls" insists on it, "tls" begins with it, "khong" is for a server on this computer.
    ``context`` replaces the system's idea of whom to trust; ``timeout`` is in seconds, for each answer.
    """

    bot: str = BOT
    pace: Final = Pace(overall=1.0)
    limits: Final = Limits()

    def __init__(
        self,
        host: str,
        port: int,
        security: Security,
        sender: str,
        account: str,
        password: str | None,
        data: Path,
        now: Callable[[], datetime],
        wording: Wording,
        context: ssl.SSLContext | None = None,
        timeout: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._host, self._port, self._security = host, port, security
        self._sender, self._account, self._password = sender, account, password
        self._data, self._now, self._wording = data, now, wording
        self._context, self._timeout = context, timeout
        self._owner = Owner(wording, wording.say("channel.mail.name"))
        self._backoff = Backoff(clock, _LONGEST_PAUSE)

    async def identity(self) -> Identity:
        """Signs in and out again."""
        server = self._server()
        try:
            await self._connect(server)
        except SMTPAuthenticationError:
            raise TokenRefused(self.bot) from None
        except (SMTPException, OSError) as error:
            raise ConnectionError(type(error).__name__) from None
        finally:
            await _leave(server)
        return Identity(self.bot, self._sender)

    async def run(self, intake: Intake) -> None:
        """Nothing ever comes: waits until cancelled."""
        await asyncio.Event().wait()

    async def send(self, address: str, outgoing: Outgoing) -> Result:
        """Sends the document to an e-mail address; the text's first line is the subject."""
        if outgoing.document is None:
            return Rejected(self._wording.say("mail.empty"))
        try:
            letter = await asyncio.to_thread(self._letter, address, outgoing, outgoing.document)
        except OSError:
            return Rejected(self._wording.say("mail.no_file", ten=Path(outgoing.document).name))
        server = self._server()
        try:
            result = await self._hand_over(server, address, letter)
        finally:
            await _leave(server)
        if not isinstance(result, Later):
            self._backoff.clear()
        return result

    async def typing(self, address: str) -> None:
        return

    async def fetch(self, address: str, limit: int) -> bytes:
        raise FileGone("no files come by e-mail")

    async def close(self) -> None:
        return

    def _server(self) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            use_tls=self._security == "tls",
            start_tls=self._security == "starttls",
            # What this computer calls itself is nobody's business, and asking the network for it takes time.
            local_hostname=self._sender.rpartition("@")[2],
            timeout=self._timeout,
            tls_context=self._context,
        )

    async def _connect(self, server: aiosmtplib.SMTP) -> None:
        await server.connect()
        if self._account:
            await server.login(self._account, self._password or "")

    async def _hand_over(self, server: aiosmtplib.SMTP, address: str, letter: bytes) -> Result:
        try:
            await self._connect(server)
            await server.mail(self._sender)
            await server.rcpt(address)
        except UnicodeError:
            return Rejected(self._wording.say("mail.address"))
        except (SMTPException, OSError) as error:
            return self._not_sent(error)
        self._owner.tell(None)
        try:
            await server.data(letter)
        except SMTPResponseException as error:
            return Rejected(_said(error)) if error.code >= 500 else Later(self._backoff.setback())
        except (SMTPException, OSError) as error:
            return Unsure(type(error).__name__)
        return Sent()

    def _not_sent(self, error: Exception) -> Result:
        """What went wrong before any of the letter was handed over."""
        if isinstance(error, SMTPRecipientRefused):
            if error.code < 500:
                return Later(self._backoff.setback())
            return (Gone if error.code in _NO_SUCH_MAILBOX else Rejected)(_said(error))
        self._owner.tell(
            f"mail.{_trouble(error)}",
            may_chu=self._host,
            tu=self._sender,
            loi=_said(error),
        )
        return Later(self._backoff.setback(), everyone=True)

    def _letter(self, address: str, outgoing: Outgoing, document: str) -> bytes:
        """The whole letter; raises OSError where the document is not there."""
        file = files.within(self._data, document)
        subject, _, body = outgoing.text.partition("\n")
        letter = EmailMessage(_PLAIN)
        letter["From"], letter["To"] = self._sender, address
        letter["Subject"] = " ".join(subject.split()) or file.name
        letter["Date"] = format_datetime(self._now())
        letter["Message-ID"] = make_msgid(domain=self._sender.rpartition("@")[2])
        letter["Auto-Submitted"] = "auto-generated"  # so that no absence note comes back
        letter.set_content(body.strip() + "\n")
        name = " ".join((outgoing.name or file.name).split())
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        main, _, sub = kind.partition("/")
        letter.add_attachment(file.read_bytes(), maintype=main, subtype=sub, filename=name)
        return letter.as_bytes()


async def _leave(server: aiosmtplib.SMTP) -> None:
    """Says goodbye where somebody listens; nothing of that matters."""
    try:
        if server.is_connected:
            await server.quit(timeout=2)
    except (SMTPException, OSError):
        pass
    finally:
        server.close()


def _trouble(error: Exception) -> str:
    """What the owner has to look at, as a key below "channel.mail"."""
    if isinstance(error, SMTPAuthenticationError) and error.code >= 500:
        return "refused"
    if isinstance(error, SMTPSenderRefused) and error.code >= 500:
        return "sender"
    # A bare SMTPException is the library's own word: the server offers no STARTTLS, or no login without it.
    insecure = type(error) is SMTPException or isinstance(error.__cause__ or error, ssl.SSLError)
    return "no_tls" if insecure else "network"


def _said(error: Exception) -> str:
    """What the server or the library says, on one line."""
    said = f"{error.code} {error.message}" if isinstance(error, SMTPResponseException) else str(error)
    return " ".join(said.split())[:200] or type(error).__name__
