"""Files by URL, from hosts that a platform names: fetched so that a URL can reach nothing else.

Whoever can send a message could otherwise make this computer ask its own network. So the host must be a known
one; its name is resolved once, every address it has must be a public one, and the connection goes to the
address that was looked at, not to whatever the name means a moment later. Each redirect is a new URL.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any, Final, TypeAlias

import httpx

import bot.channels.http  # noqa: F401 - silences httpx, whose log would show whose photos come from where
from bot.messages import FileGone, FileTooLarge

ZALO_HOSTS: Final = (
    "zalo.me",  # the service's own
    "zaloapp.com",  # its older name
    "zdn.vn",  # where its pictures are delivered from: photo-…zdn.vn
    "zadn.vn",  # the same, older
    "zaloplatforms.com",  # the bot platform
)
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
_NAME = re.compile(r"(?:[a-z0-9_-]+\.)+[a-z0-9-]+")
_HOPS = 3
_GONE = (400, 401, 403, 404, 410)
_REDIRECTS = (301, 302, 303, 307, 308)
_UNICAST = IPv6Network("2000::/3")  # all that was ever given to networks of the world
_NAT64 = IPv6Network("64:ff9b::/96")

Resolve: TypeAlias = Callable[[str, int], Awaitable[Collection[str]]]
"""``resolve(host, port)``: the addresses of a name; raises OSError."""
Address: TypeAlias = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: for a connection, for each piece of an answer, for all of it."""

    connect: float = 10.0
    piece: float = 20.0
    whole: float = 90.0


async def resolved(host: str, port: int) -> Collection[str]:
    """The addresses that the system finds for the name."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


async def fetch(
    url: str,
    hosts: Collection[str],
    limit: int,
    resolve: Resolve = resolved,
    patience: Patience | None = None,
) -> bytes:
    """The bytes behind ``url``, from one of ``hosts`` or a host under one of them.

    Plain http, and this computer itself, only where ``hosts`` names it ("127.0.0.1"). Raises FileTooLarge for
    more than ``limit`` bytes; FileGone for what will never be fetched; ConnectionError for what may be later.
    """
    patience = patience or Patience()
    try:
        async with asyncio.timeout(patience.whole):
            for _ in range(_HOPS + 1):
                found = await _hop(url, hosts, limit, resolve, patience)
                if isinstance(found, bytes):
                    return found
                url = found
    except TimeoutError:
        raise ConnectionError("timeout") from None
    except httpx.HTTPError as error:
        raise ConnectionError(type(error).__name__) from None
    raise FileGone("too many redirects")


@dataclass(frozen=True, slots=True)
class _Target:
    url: httpx.URL
    host: str  # in ASCII, without a dot at its end
    port: int
    here: bool  # this computer


async def _hop(
    url: str, hosts: Collection[str], limit: int, resolve: Resolve, patience: Patience
) -> bytes | str:
    """The bytes, or where a redirect leads to."""
    target = _target(url, hosts)
    address = await _address(target, resolve)
    timeout = httpx.Timeout(patience.piece, connect=patience.connect)
    # No proxy: it would look the name up anew.
    verify = _context() if target.url.scheme == "https" else False
    async with httpx.AsyncClient(verify=verify, trust_env=False, timeout=timeout) as client:
        request = client.build_request("GET", **_pinned(target, address))
        response = await client.send(request, stream=True)
        try:
            if response.status_code in _REDIRECTS:
                return str(target.url.join(response.headers.get("location", "")))
            return await _body(response, limit)
        finally:
            await response.aclose()


def _target(url: str, hosts: Collection[str]) -> _Target:
    """The URL, if it is one that may be fetched at all; raises FileGone."""
    if not url.isascii() or any(c in url for c in "\\ \t\r\n\0"):
        raise FileGone("strange characters")
    try:
        read = httpx.URL(url)
        host, port = read.raw_host.decode("ascii").lower(), read.port
    except (httpx.InvalidURL, ValueError):
        raise FileGone("no URL") from None
    here = host in _LOOPBACK and host in hosts
    if read.userinfo or read.scheme not in (("http", "https") if here else ("https",)):
        raise FileGone("no plain https URL")
    if not here and (port not in (None, 443) or not _listed(host, hosts)):
        raise FileGone("a host that nobody named")
    return _Target(read, host, port or (443 if read.scheme == "https" else 80), here)


def _listed(host: str, hosts: Collection[str]) -> bool:
    """Whether the host is a listed one or under one. Numbers are no names: "…1.2.3.4" is under nothing."""
    if not _NAME.fullmatch(host) or _is_number(host):
        return False
    return any(host == known or host.endswith(f".{known}") for known in map(str.lower, hosts))


def _is_number(host: str) -> bool:
    """Whether a system may read the host as an address: in dots, whole, octal, hexadecimal, or IPv6."""
    last = host.rstrip(".").rpartition(".")[2]
    return ":" in host or last.isdigit() or last.startswith("0x")


async def _address(target: _Target, resolve: Resolve) -> Address:
    """An address to connect to; raises ConnectionError where the name has none, or one that is not public.

    The latter may pass: a Wi-Fi that wants a login first answers every name with itself.
    """
    try:
        found = [ip_address(text) for text in await resolve(target.host, target.port)]
    except (OSError, ValueError) as error:
        raise ConnectionError(f"{target.host}: {type(error).__name__}") from None
    fits = is_loopback if target.here else is_public
    if not found or not all(map(fits, found)):
        raise ConnectionError(f"{target.host}: not a public address")
    return next((one for one in found if one.version == 4), found[0])


def is_loopback(address: Address) -> bool:
    return address.is_loopback


def is_public(address: Address) -> bool:
    """Whether the address is of a computer anywhere: not private, local, reserved, for many, or one of these
    within an IPv6 address. Where there is IPv6 only, an IPv4 address goes by the network's prefix for it."""
    inner = _within(address) if isinstance(address, IPv6Address) else None
    if inner is not None and not is_public(inner):
        return False
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return False
        if address in _NAT64:
            return True
        if address not in _UNICAST:
            return False
    return address.is_global and not (
        address.is_multicast
        or address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_reserved
        or address.is_unspecified
    )


def _within(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for, in any of the ways there are."""
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64 or int(address) >> 32 == 0:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def _pinned(target: _Target, address: Address) -> dict[str, Any]:
    """The request to that very address, for that very name: in its Host and in its certificate."""
    literal = f"[{address}]" if address.version == 6 else str(address)
    default = target.port == (443 if target.url.scheme == "https" else 80)
    return {
        "url": target.url.copy_with(host=literal, port=target.port),
        "headers": {
            "Host": target.host if default else f"{target.host}:{target.port}",
            "Accept-Encoding": "identity",  # what is counted is what comes
        },
        "extensions": {"sni_hostname": target.host},
    }


async def _body(response: httpx.Response, limit: int) -> bytes:
    if response.status_code in _GONE:
        raise FileGone(f"HTTP {response.status_code}")
    if response.status_code != 200:
        raise ConnectionError(f"HTTP {response.status_code}")
    if response.headers.get("content-encoding", "identity") != "identity":
        raise FileGone("packed")
    said = response.headers.get("content-length", "")
    if said.isdecimal() and int(said) > limit:
        raise FileTooLarge(f"{said} > {limit}")
    content = bytearray()
    async for piece in response.aiter_raw():
        content += piece
        if len(content) > limit:
            raise FileTooLarge(f"> {limit}")
    return bytes(content)


@lru_cache(maxsize=1)
def _context() -> Any:
    """Reading the system's certificates takes tens of milliseconds."""
    return httpx.create_ssl_context(trust_env=False)
