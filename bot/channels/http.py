"""What every client of a platform needs of httpx: no word in the logs, no proxy to this computer."""

from __future__ import annotations

import logging
import socket
import ssl
from typing import Any, Final

import httpx

from bot.messages import How

# They print the URL, which holds the token, and payloads.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)

NOT_CONNECTED: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
"""With these the request never left this computer."""


def unconnected(error: BaseException) -> How:
    """Why there was no connection, of an error of httpx with one of `NOT_CONNECTED` behind it."""
    behind: BaseException | None = error
    while behind is not None:
        if isinstance(behind, socket.gaierror):
            return "name"
        if isinstance(behind, ssl.SSLCertVerificationError):
            return "certificate"
        behind = behind.__cause__ or behind.__context__
    return "connect"


def options(root: str) -> dict[str, Any]:
    """httpx's settings for all clients of the server ``root``.

    One context for all connections: each would read the certificates anew. A server without TLS is one on
    this computer, never behind a proxy.
    """
    secure = root.startswith("https:")
    return {"verify": httpx.create_ssl_context() if secure else False, "trust_env": secure}
