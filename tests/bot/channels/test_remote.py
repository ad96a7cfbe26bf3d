"""Files by URL: what is fetched, and everything that must never be asked for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels import remote
from bot.channels.remote import ZALO_HOSTS, Patience, fetch, is_public
from bot.messages import FileGone, FileTooLarge
from tests.certificate import Certificate, make

pytestmark = pytest.mark.anyio

HERE = ("127.0.0.1", "localhost")
LIMIT = 1000
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make(tmp_path_factory.mktemp("tls"))


class Asked:
    """A name service of the test's own: never the network's."""

    def __init__(self, *addresses: str) -> None:
        self.addresses, self.names = addresses or ("127.0.0.1",), []

    async def __call__(self, host: str, port: int) -> Collection[str]:
        self.names.append(host)
        if self.addresses == ("none",):
            raise OSError("no such name")
        return self.addresses


@asynccontextmanager
async def serving(serve: Serve, **options: Any) -> AsyncIterator[int]:
    """A server on loopback that answers each connection with ``serve``; its port."""
    tasks: set[asyncio.Task[Any]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await reader.readuntil(b"\r\n\r\n")
            await serve(reader, writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0, **options)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def saying(*pieces: str | bytes) -> Serve:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece.encode() if isinstance(piece, str) else piece)

    return serve


def answer(body: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> Serve:
    said = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {said}", *headers, "", ""]
    return saying("\r\n".join(lines), body)


async def got(serve: Serve, path: str = "/a.jpg", limit: int = LIMIT, **options: Any) -> bytes:
    async with serving(serve) as port:
        return await fetch(f"http://127.0.0.1:{port}{path}", HERE, limit, Asked(), **options)


# What is fetched


async def test_the_bytes() -> None:
    assert await got(answer(b"\xff\xd8 photo")) == b"\xff\xd8 photo"


async def test_exactly_the_limit() -> None:
    assert len(await got(answer(b"x" * LIMIT))) == LIMIT


async def test_the_name_is_asked_for_once_and_the_connection_goes_to_that_answer() -> None:
    heads: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await answer(b"ok")(reader, writer)

    async def note(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        await serve(reader, writer)
        writer.close()

    server = await asyncio.start_server(note, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    asked = Asked()
    # "localhost" may mean ::1 to the system, where nobody listens: it is never asked.
    assert await fetch(f"http://localhost:{port}/a?b=1", HERE, LIMIT, asked) == b"ok"
    server.close()
    assert asked.names == ["localhost"]
    head = heads[0].decode()
    assert head.startswith("GET /a?b=1 HTTP/1.1\r\n") and f"\r\nHost: localhost:{port}\r\n" in head


async def test_the_certificate_must_be_of_the_name_although_the_address_is_connected_to(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "_context", certificate.client)
    async with serving(answer(b"safe"), ssl=certificate.server()) as port:
        assert await fetch(f"https://localhost:{port}/", HERE, LIMIT, Asked()) == b"safe"
        with pytest.raises(ConnectionError):
            await fetch(f"https://127.0.0.1:{port}/", HERE, LIMIT, Asked())


# What it is not fetched from


@pytest.mark.parametrize(
    "url",
    [
        "http://photo.zdn.vn/a.jpg",
        "https://zdn.vn.evil.example/a.jpg",
        "https://evilzdn.vn/a.jpg",
        "https://photo.zdn.vn:8443/a.jpg",
        "https://photo.zdn.vn:22/a.jpg",
        "https://photo.zdn.vn@evil.example/a.jpg",
        "https://user@photo.zdn.vn/a.jpg",
        "https://photo.zdn.vn\\@evil.example/a.jpg",
        "https://evil.example#.zdn.vn/",
        "https://evil.example?.zdn.vn/",
        "https://photo.zdn.vn\n.evil.example/",
        "https://photo.zdn.vn./a.jpg",
        "https://phôto.zdn.vn/a.jpg",
        "https://ｐhoto.zdn.vn/a.jpg",
        "https://photo。zdn.vn/a.jpg",
        "https://127.0.0.1/a.jpg",
        "https://2130706433/a.jpg",
        "https://0177.0.0.1/a.jpg",
        "https://0x7f.1/a.jpg",
        "https://127.1/a.jpg",
        "https://[::1]/a.jpg",
        "https://[::ffff:127.0.0.1]/a.jpg",
        "https://[fe80::1%25eth0]/a.jpg",
        "https://localhost/a.jpg",
        "https://169.254.169.254/latest",
        "file:///etc/passwd",
        "ftp://photo.zdn.vn/a.jpg",
        "//photo.zdn.vn/a.jpg",
        "photo.zdn.vn/a.jpg",
        "https://",
        "https://.zdn.vn/",
        "https://[",
        "",
        "\0",
    ],
)
async def test_refused_without_asking_anybody(url: str) -> None:
    asked = Asked("203.0.113.7")
    with pytest.raises(FileGone):
        await fetch(url, ZALO_HOSTS, LIMIT, asked)
    assert asked.names == []


async def test_a_number_is_under_no_host_even_where_one_is_listed() -> None:
    asked = Asked()
    for url in ("https://1.127.0.0.1/", "https://127.0.0.2/", "https://0x7f000001/"):
        with pytest.raises(FileGone):
            await fetch(url, (*HERE, "127.0.0.2", "0x7f000001"), LIMIT, asked)
    assert asked.names == []


PRIVATE = [
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
    *("224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.0.1", "198.18.0.1", "203.0.113.1"),
    *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1"),
    *(
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2002:a00:1::",
    ),
    *("2001:0:1::80ff:fffe", "::ffff:169.254.169.254", "fec0::1", "64:ff9b:1::1", "64:ff9b::808:808%eth0"),
]


@pytest.mark.parametrize("address", PRIVATE)
async def test_a_known_name_that_means_an_address_of_ones_own(address: str) -> None:
    assert not is_public(ip_address(address))
    for found in ((address,), ("8.8.8.8", address), (address, "8.8.8.8")):
        with pytest.raises(ConnectionError, match="not a public address"):
            await fetch("https://photo.zdn.vn/a.jpg", ZALO_HOSTS, LIMIT, Asked(*found))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "2002:808:808::", "64:ff9b::808:808"]
)
def test_addresses_of_computers_anywhere(address: str) -> None:
    assert is_public(ip_address(address)) or address.startswith("2002")


@given(st.ip_addresses(v=4))
def test_no_way_of_writing_a_private_ipv4_address_in_ipv6_is_public(address: IPv4Address) -> None:
    number = int(address)
    written = [
        IPv6Address(0xFFFF << 32 | number),
        IPv6Address(number),
        IPv6Address((0x64FF9B << 96) | number),
        IPv6Address((0x2002 << 112) | number << 80),
        IPv6Address((0x20010000 << 96) | (number ^ 0xFFFFFFFF)),
    ]
    if not is_public(address):
        assert not any(map(is_public, written))


@given(
    st.ip_addresses(network=IPv4Network("10.0.0.0/8")) | st.ip_addresses(network=IPv4Network("127.0.0.0/8"))
)
def test_private_networks_are_private_to_the_last_address(address: IPv4Address) -> None:
    assert not is_public(address)


async def test_a_listed_loopback_name_that_means_something_else() -> None:
    with pytest.raises(ConnectionError):
        await fetch("http://localhost:1/a", HERE, LIMIT, Asked("8.8.8.8"))


async def test_a_name_that_means_nothing_may_be_found_later() -> None:
    with pytest.raises(ConnectionError):
        await fetch("https://photo.zdn.vn/a.jpg", ZALO_HOSTS, LIMIT, Asked("none"))


def test_the_request_goes_to_the_address_in_the_names_name() -> None:
    target = remote._target("https://Photo.zdn.vn/a.jpg?x=1", ZALO_HOSTS)
    for text, shown in (("8.8.4.4", "8.8.4.4"), ("2001:4860:4860::8844", "[2001:4860:4860::8844]")):
        pinned = remote._pinned(target, ip_address(text))
        request = httpx.Request("GET", **pinned)
        assert str(request.url) == f"https://{shown}/a.jpg?x=1"
        assert request.headers["host"] == request.extensions["sni_hostname"] == "photo.zdn.vn"


# Redirects


@pytest.mark.parametrize(
    "where",
    [
        *(
            "http://169.254.169.254/latest",
            "https://169.254.169.254/",
            "https://evil.example/",
            "file:///etc",
        ),
        *("//evil.example/a", "http://[::1]/", "http://user@127.0.0.1/"),
    ],
)
async def test_a_redirect_is_a_new_url(where: str) -> None:
    with pytest.raises(FileGone):
        await got(answer(b"", f"Location: {where}", status="302 Found"))


async def test_a_redirect_to_where_one_may_go_is_followed_and_not_for_ever() -> None:
    asked = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        to = answer(b"there") if asked == 2 else answer(b"", "Location: /b", status="302 Found")
        await to(reader, writer)

    assert await got(serve) == b"there"
    with pytest.raises(FileGone):
        await got(answer(b"", "Location: /again", status="301 Moved"))


# What comes back


@pytest.mark.parametrize(
    ("serve", "error"),
    [
        (answer(b"", status="404 Not Found"), FileGone),
        (answer(b"", status="403 Forbidden"), FileGone),
        (answer(b"", status="410 Gone"), FileGone),
        (answer(b"", status="500 Oops"), ConnectionError),
        (answer(b"", status="429 Slow"), ConnectionError),
        (answer(b"", status="302 Found"), FileGone),  # to itself, for ever
        (answer(b"x" * (LIMIT + 1)), FileTooLarge),
        (answer(b"", length=10**12), FileTooLarge),
        (answer(b"x" * 10, length=20), ConnectionError),
        (answer(b"\x1f\x8b", "Content-Encoding: gzip"), FileGone),
        (saying("HTTP/1.1 200 OK\r\n\r\n", b"x" * (LIMIT * 50)), FileTooLarge),
        (
            saying("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "7d1\r\n" + "x" * 2001),
            FileTooLarge,
        ),
        (saying("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "5\r\nab"), ConnectionError),
        (saying("not http at all\r\n\r\n"), ConnectionError),
        (saying(""), ConnectionError),
    ],
)
async def test_what_is_not_a_file(serve: Serve, error: type[Exception]) -> None:
    with pytest.raises(error):
        await got(serve)


async def test_more_bytes_than_announced_are_not_taken() -> None:
    assert await got(answer(b"abcdef", length=3)) == b"abc"


async def test_a_body_that_trickles_ends_after_all_of_its_time() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    with pytest.raises(ConnectionError):
        await got(serve, patience=Patience(whole=0.2))


async def test_silence_ends_too() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    with pytest.raises(ConnectionError):
        await got(serve, patience=Patience(piece=0.05))


async def test_nobody_there() -> None:
    async with serving(saying("")) as port:
        pass
    with pytest.raises(ConnectionError):
        await fetch(f"http://127.0.0.1:{port}/", HERE, LIMIT, Asked())
