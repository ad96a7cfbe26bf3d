"""The conversations of the year written down, and the chat in which the person at the computer goes on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot import app as house
from bot import serve
from bot.app import App
from bot.config import Settings
from bot.context import unit_of
from bot.demo.screen import Screen
from bot.demo.stage import Heard
from storage import people
from storage.database import Tx
from templates.commune import HANOI
from templates.style import short_day


def written(heard: Sequence[Heard], names: Mapping[str, str]) -> str:
    """All that was said in the year, as it passed, by days; ``names`` of people by their address."""
    said: list[str] = []
    day = who = ""
    for one in heard:
        local = one.at.astimezone(HANOI)
        if (today := short_day(local.date())) != day:
            said.append(f"\n══ {today} ══")
            day, who = today, ""
        if one.who != who:
            said.append(f"\n{local:%H:%M}  {names.get(one.who, one.who)}")
            who = one.who
        mark = "▸" if one.said else "●"
        said.append(f"{mark} " + one.text.replace("\n", "\n  "))
    return "\n".join(said).strip() + "\n"


async def go_on(settings: Settings, since: datetime, screen: Screen) -> None:
    """A chat in the sample commune, as one of its people, at the year's end."""
    began = time.monotonic()

    def now() -> datetime:
        return since + timedelta(seconds=time.monotonic() - began)

    async with house.opened(settings, now) as app:
        address = await _chosen(app, screen)
        if address is not None:
            screen.say("chat_hint")
            await serve.talk(app, address, address)


async def _chosen(app: App, screen: Screen) -> str | None:
    """The account to go on as, by its number in the list; None where none was chosen."""
    people_here = await app.db.read(lambda tx: parts(tx, app))
    screen.say("chat")
    for number, (_, label) in enumerate(people_here, 1):
        screen.say("chat_part", number=number, label=label)
    try:
        answer = (await asyncio.to_thread(input, "▸ ")).strip()
    except EOFError:
        return None
    chosen = int(answer) if answer.isdecimal() and len(answer) < 4 else 0
    return people_here[chosen - 1][0] if 1 <= chosen <= len(people_here) else None


def parts(tx: Tx, app: App) -> list[tuple[str, str]]:
    """Everybody who takes part: the account's address, and name and post."""
    number, voice = app.house.number, app.house.voice(None)
    found = []
    for person in people.members(tx, number, app.house.purpose):
        role = person.roles[0]
        unit = app.house.commune.title if role.hamlet is None else unit_of(tx, app.house, role.hamlet)
        for account in people.addresses(tx, number, person.person)[:1]:
            found.append((account.address, f"{person.name}, {voice.say(f'post.{role.kind}', unit=unit)}"))
    return found
