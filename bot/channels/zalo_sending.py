"""Sending on Zalo: a message as one call or several, and what their outcome means for it."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Final, TypeAlias, TypeVar

from bot.channels import plain
from bot.channels.owner import Owner
from bot.channels.patience import Backoff
from bot.channels.zalo_calls import (
    BAD_TOKEN,
    QUOTA,
    SERVER_ERROR,
    TIMED_OUT,
    Broken,
    Calls,
    NotConnected,
    Refused,
    Strange,
    Trouble,
)
from bot.messages import Exhausted, Gone, Later, Outgoing, Rejected, Result, Sent, Shelf, Unsure
from storage.errors import StorageUnavailable
from templates.wording import Wording

K = TypeVar("K")
V = TypeVar("V")
_Setback: TypeAlias = Later | Gone | Rejected | Unsure | Exhausted
_NO_SUCH_PERSON = ("chat not found", "user not found", "chat_id not found", "blocked", "not follow")
_NO_ANSWER = (TIMED_OUT, 504)  # the server itself heard nothing in time from what stands behind it
_LONGEST_PAUSE: Final = 3600.0  # for one chat, of which nobody knows what is wrong
_CHATS: Final = 1000
_KEPT_SECONDS: Final = 1800.0  # a picture's address holds an hour


@dataclass(frozen=True, slots=True)
class _Part:
    """One call. ``instead``: what is sent where Zalo does not take it; None: then the message is refused."""

    method: str
    body: Mapping[str, str]
    instead: tuple[_Part, ...] | None = None


@dataclass(slots=True)
class _Parcel:
    """What is left to send of a message, when it was made up; ``doubted``: a part of it may have arrived."""

    made_at: float
    parts: list[_Part]
    doubted: bool = False


class Sending:
    """Sends for one bot; what it must tell its owner goes to ``owner``."""

    def __init__(
        self,
        bot: str,
        calls: Calls,
        shelf: Shelf,
        owner: Owner,
        wording: Wording,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bot, self._calls, self._shelf = bot, calls, shelf
        self._owner, self._wording, self._clock = owner, wording, clock
        self._backoff = Backoff(clock)
        self._chats: OrderedDict[str, Backoff] = OrderedDict()  # that were refused, with nothing sent since
        self._refused: str | None = None  # who was refused last, with nobody served since
        self._parcels: OrderedDict[tuple[str, Outgoing], _Parcel] = OrderedDict()  # to go on with

    async def send(self, address: str, outgoing: Outgoing) -> Result:
        """One try; after `Later`, `Exhausted` or a first `Unsure` the next one goes on where this stopped."""
        try:
            parcel = self._parcels.pop((address, outgoing), None)
            if parcel is None or self._clock() - parcel.made_at > _KEPT_SECONDS:
                parcel = await self._packed(address, outgoing)
        except OSError as error:
            return Rejected(
                self._wording.say("channel.reason.no_file", ten=PurePath(str(error.filename)).name)
            )
        except StorageUnavailable:
            return Later(self._backoff.setback(), everyone=True)
        if not parcel.parts:
            return Rejected(self._nothing(outgoing))
        result = await self._send(address, parcel)
        # After a second doubt nobody tries again: the same words later are another message.
        if isinstance(result, Later | Exhausted) or (isinstance(result, Unsure) and not parcel.doubted):
            parcel.doubted |= isinstance(result, Unsure)
            _remember(self._parcels, (address, outgoing), parcel)
        return result

    def _nothing(self, outgoing: Outgoing) -> str:
        return self._wording.say(f"channel.reason.{'no_picture' if outgoing.picture else 'empty'}")

    async def _packed(self, address: str, outgoing: Outgoing) -> _Parcel:
        text = plain.spelled_out(outgoing, self._wording)
        if outgoing.document is not None:
            name = outgoing.name or PurePath(outgoing.document).name
            lines = await self._shelf.document(self._bot, address, outgoing.document, name)
            text = f"{text}\n{lines}".strip()
        parts = [_Part("sendMessage", {"chat_id": address, "text": one}) for one in plain.split(text)]
        if outgoing.picture is not None and (url := await self._shelf.picture(outgoing.picture)):
            parts = _with_photo(address, url, parts)
        return _Parcel(self._clock(), parts)

    async def _send(self, address: str, parcel: _Parcel) -> Result:
        message: str | None = None
        left = 0
        while parcel.parts:
            part = parcel.parts[0]
            try:
                sent = await self._calls.call(part.method, part.body)
            except Trouble as trouble:
                result = self._meaning(address, trouble)
                if not isinstance(result, Rejected) or part.instead is None:
                    return replace(result, parts=result.parts + left)
                parcel.parts[:1] = part.instead
                continue
            del parcel.parts[0]
            message = str(sent["message_id"]) if isinstance(sent, dict) and "message_id" in sent else None
            left += 1
            self._served(address)
        return Sent(message, left)

    def _served(self, address: str) -> None:
        self._backoff.clear()
        self._chats.pop(address, None)
        self._refused = None
        self._owner.tell(None)

    def _meaning(self, address: str, trouble: Trouble) -> _Setback:
        match trouble:
            case Refused():
                return self._refusal(address, trouble)
            case NotConnected():
                return Later(self._backoff.setback(), everyone=True)
            case Strange(status=status) if status >= 300 and status not in _NO_ANSWER:
                return Later(self._backoff.setback(), everyone=True)
        return Unsure(str(trouble) if isinstance(trouble, Broken | Strange) else type(trouble).__name__)

    def _refusal(self, address: str, refused: Refused) -> _Setback:
        code, said = refused.code, str(refused)
        if code == BAD_TOKEN:
            self._owner.tell("zalo.token")
            return Later(self._backoff.setback(), everyone=True)
        if code == QUOTA:
            self._owner.tell("zalo.quota", loi=said)
            return Exhausted(said)
        if code in _NO_ANSWER:
            return Unsure(said)
        if code == SERVER_ERROR or code >= 500:
            return self._not_now(address)
        gone = any(sign in refused.description.lower() for sign in _NO_SUCH_PERSON)
        return Gone(said) if gone else Rejected(said)

    def _not_now(self, address: str) -> Later:
        # Zalo does not say whether its trouble is with one chat or with all of them. Two chats refused with
        # nobody served in between: with all.
        everyone = self._refused not in (None, address)
        self._refused = address
        if everyone:
            return Later(self._backoff.setback(), everyone=True)
        pauses = self._chats.pop(address, None) or Backoff(self._clock, _LONGEST_PAUSE)
        _remember(self._chats, address, pauses)
        return Later(pauses.setback())


def _with_photo(address: str, url: str, texts: list[_Part]) -> list[_Part]:
    """The photo first, with the text as its caption where that is one message."""
    photo = {"chat_id": address, "photo": url}
    if len(texts) == 1:
        captioned = photo | {"caption": texts[0].body["text"]}
        return [_Part("sendPhoto", captioned, instead=tuple(texts))]
    # One that Zalo cannot fetch is left out where there is a text.
    return [_Part("sendPhoto", photo, instead=() if texts else None), *texts]


def _remember(kept: OrderedDict[K, V], key: K, value: V) -> None:
    kept[key] = value
    if len(kept) > _CHATS:
        kept.popitem(last=False)
