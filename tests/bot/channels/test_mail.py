"""E-mail against a real SMTP server on loopback, which can refuse, hang and cut at every step."""

from __future__ import annotations

import asyncio
import email
import email.policy
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from bot.channels.mail import MailChannel
from bot.messages import (
    FileGone,
    Gone,
    Identity,
    Later,
    Outgoing,
    Rejected,
    Result,
    Sent,
    TokenRefused,
    Unsure,
)
from templates import wording
from tests.bot.channels.house import NOW, FakeTime, Notebook
from tests.certificate import Certificate, make

pytestmark = pytest.mark.anyio

SENDER, TO = "mattran@xa.example", "btt@xa.example"
PATH, NAME = "documents/bao-cao.docx", "Báo cáo năm 2024.docx"
DOCUMENT = Outgoing("Mặt trận xã Tân An: báo cáo\n\nKính gửi.", document=PATH, name=NAME)
CONTENT = b"PK\x03\x04" + bytes(range(256)) * 40
SAY = wording.load()


class Hang(Exception):
    """The server says nothing more."""


@dataclass
class Handler:
    """An aiosmtpd handler: answers each step with what it is told to; keeps the letters."""

    mail: str = "250 OK"
    rcpt: str = "250 OK"
    data: str = "250 OK"
    cut_after_data: bool = False
    hang: asyncio.Event | None = None
    letters: list[Envelope] = field(default_factory=list)
    signed_in: list[tuple[bytes, bytes]] = field(default_factory=list)
    server: SMTP | None = None

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        envelope.mail_from = address
        return self.mail

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.hang is not None:
            await self.hang.wait()
        self.letters.append(envelope)
        if self.cut_after_data:
            assert server.transport is not None
            server.transport.abort()
        return self.data

    def sign_in(self, server: SMTP, session: Session, envelope: Envelope, how: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.signed_in.append((data.login, data.password))
        return AuthResult(success=data.password == b"right", handled=False, message=None)


@asynccontextmanager
async def server(handler: Handler, **options: Any) -> AsyncIterator[int]:
    """An SMTP server with this handler; its port. ``tls``: a context to speak TLS with from the beginning."""
    tls = options.pop("tls", None)
    loop = asyncio.get_running_loop()
    made: list[SMTP] = []

    def make() -> SMTP:
        made.append(SMTP(handler, loop=loop, hostname="localhost", timeout=5, **options))
        return made[-1]

    serving = await loop.create_server(make, "127.0.0.1", 0, ssl=tls)
    try:
        yield serving.sockets[0].getsockname()[1]
    finally:
        if handler.hang is not None:
            handler.hang.set()
        serving.close()
        for one in made:
            if one.transport is not None and not one.transport.is_closing():
                one.transport.abort()
        await asyncio.sleep(0)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    file = tmp_path / PATH
    file.parent.mkdir()
    file.write_bytes(CONTENT)
    return tmp_path


def channel(port: int, data: Path, **more: Any) -> MailChannel:
    usual: dict[str, Any] = {"security": "khong", "sender": SENDER, "account": "", "password": None}
    fields = usual | {"host": "127.0.0.1", "clock": FakeTime().clock, "timeout": 5.0} | more
    return MailChannel(port=port, data=data, now=lambda: NOW, wording=SAY, **fields)


async def sent(handler: Handler, data: Path, outgoing: Outgoing = DOCUMENT, **more: Any) -> Result:
    async with server(handler) as port:
        return await channel(port, data, **more).send(TO, outgoing)


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the owner was told; the server in the test writes a log of its own."""
    return [record.getMessage() for record in caplog.records if record.name.startswith("bot.")]


async def test_a_document_arrives_as_it_is(data: Path) -> None:
    handler = Handler()
    assert await sent(handler, data) == Sent()
    (envelope,) = handler.letters
    assert (envelope.mail_from, envelope.rcpt_tos) == (SENDER, [TO])
    assert isinstance(envelope.content, bytes) and envelope.content.isascii()
    letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
    assert letter["subject"] == "Mặt trận xã Tân An: báo cáo"
    assert (letter["from"], letter["to"]) == (SENDER, TO)
    assert letter["message-id"].endswith("@xa.example>") and letter["date"].datetime == NOW
    body, attachment = letter.get_body(), next(iter(letter.iter_attachments()))
    assert body.get_content().strip() == "Kính gửi."
    assert attachment.get_filename() == NAME
    assert attachment.get_content() == CONTENT
    assert "wordprocessingml" in attachment.get_content_type()


async def test_a_line_of_a_name_starts_no_header(data: Path) -> None:
    handler = Handler()
    outgoing = Outgoing(
        "Chủ đề\r\nBcc: ai@do.example\n\nthư", document=PATH, name="a\r\nBcc: x@y.example.docx"
    )
    result = await sent(handler, data, outgoing)
    for envelope in handler.letters:
        assert isinstance(envelope.content, bytes)
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert "bcc" not in letter and envelope.rcpt_tos == [TO]
    assert result == Sent()


@pytest.mark.parametrize(
    ("step", "answer", "kind"),
    [
        ("mail", "451 later", Later),
        ("mail", "550 not you", Later),
        ("rcpt", "450 mailbox busy", Later),
        ("rcpt", "550 no such user", Gone),
        ("rcpt", "552 full", Rejected),
        ("rcpt", "554 policy", Rejected),
        ("data", "452 no room", Later),
        ("data", "552 too large", Rejected),
    ],
)
async def test_what_the_server_says(data: Path, step: str, answer: str, kind: type) -> None:
    result = await sent(Handler(**{step: answer}), data)
    assert isinstance(result, kind)
    if isinstance(result, Gone | Rejected):
        assert result.reason.startswith(answer[:3])
    if isinstance(result, Later):
        assert result.everyone == (step == "mail") and result.seconds >= 1


async def test_a_letter_cut_off_when_it_was_handed_over_may_have_arrived(data: Path) -> None:
    handler = Handler(cut_after_data=True)
    assert isinstance(await sent(handler, data), Unsure)
    assert len(handler.letters) == 1


async def test_no_answer_to_the_letter_is_unsure_too(data: Path) -> None:
    handler = Handler(hang=asyncio.Event())
    assert isinstance(await sent(handler, data, timeout=0.2), Unsure)


async def test_nobody_there_is_told_once_and_waits_longer(
    data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    time = FakeTime()
    mail = channel(port, data, clock=time.clock)
    waits = []
    for _ in range(3):
        result = await mail.send(TO, DOCUMENT)
        assert isinstance(result, Later) and result.everyone
        waits.append(result.seconds)
        time.seconds += result.seconds
    assert waits == [1.0, 2.0, 4.0]
    assert len(told(caplog)) == 1 and "127.0.0.1" in told(caplog)[0]
    handler = Handler()
    with caplog.at_level(logging.INFO):
        async with server(handler) as other:
            mail._port = other
            assert await mail.send(TO, DOCUMENT) == Sent()
    mail._port = port
    again = await mail.send(TO, DOCUMENT)
    assert isinstance(again, Later) and again.seconds == 1.0
    assert len(told(caplog)) == 3  # it was over, and began again


async def test_what_is_not_there_is_not_sent(data: Path) -> None:
    for outgoing in (
        Outgoing("a", document="documents/none.docx"),
        Outgoing("a", document="../outside.docx"),
        Outgoing("a"),
    ):
        assert isinstance(await sent(Handler(), data, outgoing), Rejected)


# Signing in, and the line to the server


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make(tmp_path_factory.mktemp("tls"))


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_signing_in_over_tls(data: Path, certificate: Certificate, security: str) -> None:
    handler = Handler()
    theirs, trusting = certificate.server(), certificate.client()
    options: dict[str, Any] = {"authenticator": handler.sign_in}
    options |= {"tls": theirs} if security == "tls" else {"tls_context": theirs, "require_starttls": True}
    options |= {"auth_require_tls": security == "starttls"}
    async with server(handler, **options) as port:
        mail = channel(
            port, data, host="localhost", security=security, account="xa", password="right", context=trusting
        )
        assert await mail.identity() == Identity("mail", SENDER)
        assert await mail.send(TO, DOCUMENT) == Sent()
    assert set(handler.signed_in) == {(b"xa", b"right")} and len(handler.letters) == 1


async def test_a_certificate_of_somebody_else_ends_it(
    data: Path, certificate: Certificate, caplog: pytest.LogCaptureFixture
) -> None:
    handler = Handler()
    theirs, trusting = certificate.server(), certificate.client()
    async with server(handler, tls_context=theirs) as port:
        for context in (None, trusting):  # unknown; for another name
            mail = channel(port, data, security="starttls", context=context)
            assert isinstance(await mail.send(TO, DOCUMENT), Later)
    assert handler.letters == [] and all("mã hóa" in line for line in told(caplog))


async def test_no_password_goes_over_an_open_line_where_starttls_is_asked_for(
    data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    handler = Handler()
    async with server(handler, authenticator=handler.sign_in, auth_require_tls=False) as port:
        mail = channel(port, data, security="starttls", account="xa", password="right")
        assert isinstance(await mail.send(TO, DOCUMENT), Later)
    assert handler.signed_in == [] and handler.letters == []
    assert "mã hóa" in caplog.text and "right" not in caplog.text


async def test_a_wrong_password_holds_everything_back_and_is_told_once(
    data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    handler = Handler()
    async with server(handler, authenticator=handler.sign_in, auth_require_tls=False) as port:
        mail = channel(port, data, account="xa", password="wrong")
        for _ in range(3):
            result = await mail.send(TO, DOCUMENT)
            assert isinstance(result, Later) and result.everyone
        with pytest.raises(TokenRefused):
            await mail.identity()
    assert handler.letters == []
    assert len(told(caplog)) == 1 and "mật khẩu" in caplog.text and "wrong" not in caplog.text


async def test_nothing_comes_by_mail(data: Path) -> None:
    mail = channel(1, data)
    with pytest.raises(FileGone):
        await mail.fetch("x", 1)
    waiting = asyncio.create_task(mail.run(Notebook()))
    await asyncio.sleep(0)
    assert not waiting.done()
    waiting.cancel()
