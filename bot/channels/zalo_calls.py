"""Calls to the Zalo Bot Platform: one JSON request each, and what came of it.

Zalo mostly says what is wrong within an answer of HTTP 200; so an answer is judged by its ``ok`` and
``error_code`` first, by its HTTP status only where it is no answer of Zalo's at all. The token is part of
every URL: nothing that is raised here holds it, nor the exception of httpx that might.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import httpx

from bot.channels import http
from bot.channels.patience import Patience
from bot.messages import How, Unreachable

TIMED_OUT, BAD_TOKEN, SERVER_ERROR, NOT_FOUND, QUOTA = 408, 401, 403, 404, 429
_LONGEST_DESCRIPTION = 200
JSON: TypeAlias = Any


class Trouble(Exception):
    """A call that came to nothing, as far as we know."""


class Refused(Trouble):
    """Zalo itself said no: ``code`` is its own, or the HTTP status; 0 where there is neither."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(f"{code} {description}".strip())
        self.code, self.description = code, description


class Strange(Trouble):
    """An answer that is not Zalo's: a proxy's, a login page's, a page of a server that is down."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


class NotConnected(Trouble):
    """The request never left this computer; ``how`` as in `bot.messages.Unreachable`."""

    def __init__(self, description: str, how: How = "connect") -> None:
        super().__init__(description)
        self.how: How = how


class Broken(Trouble):
    """No answer came, or only part of it: what was asked for may have been done."""


def unreachable(trouble: Trouble) -> Unreachable:
    """Why Zalo was not asked, or did not answer."""
    match trouble:
        case NotConnected(how=how):
            return Unreachable(how, str(trouble))
        case Strange(status=status) if status < 500:
            return Unreachable("strange", str(trouble))
        case Broken():
            return Unreachable("silent", str(trouble))
    return Unreachable("server", str(trouble))


class Calls:
    """An HTTP client for one bot; raises Trouble. ``connections`` are open at once at most."""

    def __init__(self, token: str, root: str, patience: Patience, connections: int) -> None:
        self._base: Final = f"{root.rstrip('/')}/bot{token}"
        self._token, self._patience = token, patience
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(patience.answer, connect=patience.connect),
            limits=httpx.Limits(max_connections=connections),
            **http.options(root),
        )

    async def call(self, method: str, body: Mapping[str, JSON] | None = None, wait: float = 0) -> JSON:
        """The result. ``wait``: seconds that the server may take before it begins to answer."""
        timeout = httpx.Timeout(self._patience.answer + wait, connect=self._patience.connect)
        try:
            response = await self._client.post(f"{self._base}/{method}", json=body or {}, timeout=timeout)
        except http.NOT_CONNECTED as error:
            trouble: Trouble = NotConnected(type(error).__name__, http.unconnected(error))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            trouble = Broken(type(error).__name__)
        else:
            return self._result(response.status_code, response.content)
        raise trouble  # not within the handler: what httpx raised would hang on it

    async def close(self) -> None:
        await self._client.aclose()

    def _result(self, status: int, content: bytes) -> JSON:
        answer = _envelope(content)
        if answer is None:
            raise Strange(status)
        code = _number(answer.get("error_code"))
        if answer["ok"] is True and not code:
            return answer.get("result")
        raise self._refused(code or (status if status >= 400 else 0), answer.get("description"))

    def _refused(self, code: int, description: JSON) -> Refused:
        secret = self._token.partition(":")[2] or self._token
        return Refused(code, str(description or "").replace(secret, "…")[:_LONGEST_DESCRIPTION])


def _envelope(content: bytes) -> dict[str, JSON] | None:
    """What Zalo answers; None for something else."""
    try:
        body = json.loads(content)
    except ValueError:
        return None
    return body if isinstance(body, dict) and isinstance(body.get("ok"), bool) else None


def _number(code: JSON) -> int:
    """An error code, which might come as text."""
    if isinstance(code, str) and re.fullmatch(r"-?\d{1,6}", code):
        return int(code)
    return code if isinstance(code, int) else 0
