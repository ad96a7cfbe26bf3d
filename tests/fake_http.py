"""A small HTTP/1.1 server on loopback for fake platforms: it can answer, hang, and cut the connection."""

from __future__ import annotations

import asyncio
import email.parser
import email.policy
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass(frozen=True)
class Upload:
    name: str
    content: bytes


@dataclass(frozen=True)
class Request:
    method: str
    path: str  # decoded, without the query
    fields: dict[str, str]  # query and form together
    files: dict[str, Upload] = field(default_factory=dict)
    json: Any = None
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)  # set once nobody waits for the answer


@dataclass(frozen=True)
class Response:
    status: int
    body: bytes
    kind: str = "application/json"

    @classmethod
    def of(cls, status: int, body: Any) -> Response:
        return cls(status, json.dumps(body).encode())


class Cut(Exception):
    """Raised by a handler: the connection ends without an answer."""


class Hang(Exception):
    """Raised by a handler: no answer ever comes, the connection stays open."""


Handler = Callable[[Request], Awaitable[Response]]


class HttpServer:
    """Serves ``handler`` on 127.0.0.1 until closed; connections are kept alive."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def start(self, port: int = 0) -> int:
        """Listens; the port, chosen by the system where 0 was given."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", port)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Cuts all connections and stops listening: from now on connecting fails."""
        if self._server is not None:
            self._server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            hung_up = _end_of(reader)
            while (request := await _read(reader, hung_up)) is not None:
                response = await self._handler(request)
                writer.write(_encode(response))
                await writer.drain()
        except Hang:
            await reader.read()  # until the other side gives up
        except (Cut, ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._connections.discard(task)
            writer.close()


def _end_of(reader: asyncio.StreamReader) -> asyncio.Event:
    """Set once the other side has closed the connection, also while its request is being handled."""
    ended, feed_eof = asyncio.Event(), reader.feed_eof

    def noticed() -> None:
        ended.set()
        feed_eof()

    reader.feed_eof = noticed  # type: ignore[method-assign]
    return ended


async def _read(reader: asyncio.StreamReader, hung_up: asyncio.Event) -> Request | None:
    head = await reader.readuntil(b"\r\n\r\n") if not reader.at_eof() else b""
    if not head:
        return None
    start, _, rest = head.decode("latin-1").partition("\r\n")
    method, target, _ = start.split(" ")
    headers = email.parser.HeaderParser(policy=email.policy.HTTP).parsestr(rest)
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    url = urlsplit(target)
    fields = dict(parse_qsl(url.query, keep_blank_values=True))
    kind = headers.get("content-type", "")
    files: dict[str, Upload] = {}
    decoded: Any = None
    if kind.startswith("application/x-www-form-urlencoded"):
        fields |= parse_qsl(body.decode(), keep_blank_values=True)
    elif kind.startswith("multipart/form-data"):
        _read_multipart(kind, body, fields, files)
    elif kind.startswith("application/json") and body:
        decoded = json.loads(body)
    return Request(method, unquote(url.path), fields, files, decoded, hung_up)


def _read_multipart(kind: str, body: bytes, fields: dict[str, str], files: dict[str, Upload]) -> None:
    # By hand: the email package would touch line ends within a file.
    boundary = kind.partition("boundary=")[2].strip('"').encode()
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary)[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        headers = email.parser.HeaderParser(policy=email.policy.HTTP).parsestr(head.decode())
        parameters = headers["content-disposition"].params
        if "filename" in parameters:
            files[parameters["name"]] = Upload(parameters["filename"], content)
        else:
            fields[parameters["name"]] = content.decode()


def _encode(response: Response) -> bytes:
    head = (
        f"HTTP/1.1 {response.status} Status\r\n"
        f"Content-Type: {response.kind}\r\nContent-Length: {len(response.body)}\r\n\r\n"
    )
    return head.encode() + response.body
