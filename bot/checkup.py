"""`matran check`: looks at everything that can be wrong before a commune notices, and says what to do."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import TypeVar

import typer

from bot import app as house
from bot import doors, greeting, meter, platforms, serve
from bot import troubles as troubles_of
from bot.app import App
from bot.config import PASSWORD_FILE, Settings, SettingsError
from bot.messages import REMINDER, Outgoing, TokenRefused
from jobs import render
from storage import bots, communes, holding, messages, outbox, people, spending
from storage.bots import channel
from storage.database import Tx
from storage.errors import DataFolderUnusable, StorageError, StorageUnavailable
from storage.outbox import Undelivered
from storage.rows import Bot, Spending
from templates import style, trials
from templates.commune import HANOI
from templates.quota import Month, month_of

_LOW_DISK = 500 * 1024 * 1024
_BEGINS = 60  # characters of a message that are shown
_EARLIEST = 2024  # a clock before the program was written is wrong

T = TypeVar("T")
Check = Callable[[App], Awaitable[Sequence[str]]]


class Note(str):
    """A line that says how things stand, and is no trouble."""

    __slots__ = ()


async def run(settings: Settings) -> int:
    """Prints what was looked at; 0 where nothing has to be done, else 1."""
    troubles = 0
    commune = settings.commune
    here = [h for h in commune.hamlets if h.exists_on(settings.now().astimezone(HANOI).date())]
    typer.echo(f"Cấu hình: {settings.config}, {commune.title}, {len(here)} {commune.hamlet_word}")
    typer.echo(f"Dữ liệu: {settings.data}")
    # First of all: where nothing can be written, the rest is a consequence.
    troubles += _told("Đĩa", await _seen(_disk, settings))
    async with AsyncExitStack() as stack:
        app, without = await _opened(stack, settings)
        if without is not None:
            troubles += _told("Dữ liệu", [without])
        for name, look in _CHECKS.items():
            unseen = app is None or (without is not None and name in _OF_DATA)
            troubles += _told(name, [_UNSEEN] if app is None or unseen else await _seen(look, app))
    return 1 if troubles else 0


async def _opened(stack: AsyncExitStack, settings: Settings) -> tuple[App | None, str | None]:
    """The program on its data; where that cannot be opened now, on an empty stand-in, and why.

    A computer that has no room for a stand-in either has none for the program.
    """
    try:
        return await stack.enter_async_context(house.opened(settings)), None
    except (DataFolderUnusable, StorageUnavailable) as error:
        why = troubles_of.of_data(error)
    try:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        return await stack.enter_async_context(house.opened(settings, database=folder / "matran.db")), why
    except (OSError, StorageError):
        return None, why


def _told(name: str, found: Sequence[str]) -> int:
    """Prints what a look came to; how many troubles there are."""
    wrong = sum(not isinstance(line, Note) for line in found)
    typer.echo(f"{'✗' if wrong else '✓'} {name}")
    for line in found:
        typer.echo(f"    {line}")
    return wrong


async def _seen(look: Callable[[T], Awaitable[Sequence[str]]], at: T) -> Sequence[str]:
    try:
        return await look(at)
    except SettingsError as error:  # a secret that others can read, most likely
        return [str(error)]
    except OSError as error:
        return [troubles_of.of_file(error)]


async def _token(app: App) -> list[str]:
    """Whether there are tokens, the platforms know them, and messages can come here."""
    found = platforms.channels(app)
    try:
        told = await asyncio.gather(*(greeting.greet(app, one) for one in found))
    finally:
        await asyncio.gather(*(channel.close() for channel in found))
    lines: list[str] = [line if wrong else Note(line) for lines in told for line, wrong in lines]
    try:
        platforms.routes(app, found)
    except SettingsError as error:  # platforms that are to call us have no address for it
        lines.append(str(error))
    return lines


async def _bots(app: App) -> list[str]:
    """Each bot that is served: its people, its messages of the month, what to do about them."""
    now = app.now()
    served = await app.db.read(lambda tx: bots.served(tx, now))
    lines: list[str] = []
    for bot in served:
        spent = await app.db.read(lambda tx, bot=bot: spending.of_month(tx, bot.bot, month_of(now)))  # type: ignore[misc]
        lines.append(Note(_standing(app, bot, spent or Spending(), now)))
        lines += _of_bot(app, bot, spent or Spending())
    lines += await app.db.read(lambda tx: _to_call(tx, app, served))
    return lines


def _standing(app: App, bot: Bot, spent: Spending, now: datetime) -> str:
    """ "Zalo “Mặt trận xã” (zalo:12): 31/50 người; 412/3.000 tin tháng 12/2024; …"."""
    say, by_webhook = app.house.wording.say, app.settings.zalo.nhan_qua == "webhook"
    parts = [say("channel.check.people", so=_of(bot.accounts, bot.users))]
    if bot.monthly is not None:
        month = style.month(month_of(now))
        parts.append(say("channel.check.messages", so=_of(spent.messages, bot.monthly), thang=month))
    if channel(bot.bot) == "zalo":
        parts.append(say("channel.check.webhook" if by_webhook else "channel.check.polling"))
    named = doors.channel_name(app.house.voice(None), bot.bot)
    return say("channel.check.bot", kenh=named, ten=bot.name or "?", bot=bot.bot, con_lai="; ".join(parts))


def _of(number: int, limit: int | None) -> str:
    """ "412/3.000", or without a limit "412"."""
    return style.number(number) if limit is None else f"{style.number(number)}/{style.number(limit)}"


def _of_bot(app: App, bot: Bot, spent: Spending) -> list[str]:
    """What has to be done about a bot."""
    say, found = app.house.wording.say, []
    if bot.name is None:
        found.append(say("channel.check.unknown", bot=bot.bot))
    if bot.full:
        found.append(say("channel.check.full", bot=bot.bot, moi=bot.invited))
    if spent.exhausted_at is not None and spent.retry_at is not None:
        since, again = spent.exhausted_at.astimezone(HANOI), spent.retry_at.astimezone(HANOI)
        luc = {"tu": f"{since:%H:%M %d/%m}", "luc": f"{again:%H:%M %d/%m}"}
        found.append(say("channel.check.exhausted", bot=bot.bot, **luc))
    elif bot.monthly is not None and Month(bot.monthly, spent.messages).warned:
        found.append(say("channel.check.short", bot=bot.bot))
    return found


def _to_call(tx: Tx, app: App, served: Sequence[Bot]) -> list[str]:
    """Whom nobody has reminded, since their bot had no messages left."""
    rows = [row for bot in served for row in holding.held(tx, bot.bot, REMINDER)]
    who = meter.to_call(tx, app.house, rows)
    return [app.house.wording.say("channel.check.call", ai=who)] if who else []


async def _templates(app: App) -> list[str]:
    own, say = app.settings.data / "reports", app.house.wording.say
    unused = trials.strange(app.reports.report, own)
    found = [say("report.check.unused", tep=file, thu_muc=own) for file in unused]
    for trial in trials.of(app.reports.report, own):
        try:
            await render.check(trial.template, trial.contexts)
        except render.RenderFailed as error:
            found.append(f"{trial.template}: {error.key or 'cả tệp'}: {error.detail or error.reason}")
    return found + serve.old_template(app)


async def _hamlets(app: App) -> list[str]:
    """Those that are no longer in matran.toml: since when they count as ended, and how to set another day."""
    configured = {hamlet.code for hamlet in app.settings.commune.hamlets}
    known = await app.db.read(lambda tx: communes.hamlets(tx, app.house.number))
    return [
        Note(
            f"{one.name} không còn trong {app.settings.config.name}, tính đến hết ngày"
            f" {style.short_day(one.until_day)}. Nếu nhập từ ngày khác thì ghi lại [[ap]] đó,"
            " thêm den và nhap_vao."
        )
        for one in known
        if one.hamlet not in configured and one.until_day is not None
    ]


async def _failed(app: App) -> list[str]:
    failed, left = await app.db.read(lambda tx: (messages.failed(tx, 10), messages.left(tx)))
    waiting = [app.house.wording.say("channel.check.left", bot=bot, so=count) for bot, count in left.items()]
    return waiting + [
        f"Tin lỗi lúc {one.at:%d/%m %H:%M} của {one.bot} {one.chat}: {_last(one.trace)}" for one in failed
    ]


def _last(trace: str | None) -> str:
    """The line of a traceback that says what happened."""
    return (trace or "").strip().rpartition("\n")[2]


async def _unsure(app: App) -> list[str]:
    return await app.db.read(lambda tx: [_to_ask(tx, row) for row in outbox.unsure(tx, app.house.number)])


def _to_ask(tx: Tx, row: Undelivered) -> str:
    """Whom to ask for a message that may not have come, and what it was."""
    known = people.account(tx, row.bot, row.address)
    name = people.person(tx, known.commune, known.person, "").name if known is not None else ""
    who = f"{name} ({row.bot} {row.address})" if name else f"{row.bot} {row.address}"
    doubt = "Không gửi được" if row.state == "rejected" else "Không rõ đã tới chưa"
    return f"{doubt}, xin hỏi lại {who}: {_shown(Outgoing.from_json(row.body))}"


def _shown(sent: Outgoing) -> str:
    """A message so that it is known again: the name of its document, its picture, or how its text begins."""
    if sent.document is not None:
        return f"tệp “{sent.name or PurePath(sent.document).name}”"
    text = " ".join(sent.text.split())
    said = f"“{text[:_BEGINS]}{'…' if len(text) > _BEGINS else ''}”" if text else ""
    return " ".join(filter(None, ("ảnh" if sent.picture is not None else "", said))) or "tin trống"


async def _web(app: App) -> list[str]:
    """The program's own pages: whose key others can read, whose address is not safe."""
    say, told = app.house.wording.say, app.settings.web
    if app.pages is None:
        return []
    from bot.web.signing import KeyExposed

    found = []
    try:
        app.pages.links.seal.prepare()
    except KeyExposed as error:
        found.append(say("web.log.key", tep=error.file))
    if not told.dia_chi.startswith("https:"):
        found.append(say("web.check.open", dia_chi=told.dia_chi))
    return found


async def _mail(app: App) -> list[str]:
    """Whether the mail server lets us in."""
    told, say = app.settings.mail, app.house.wording.say
    if told is not None and told.tai_khoan and app.settings.smtp_password() is None:
        return [
            say("channel.check.no_password", tai_khoan=told.tai_khoan, tep=app.settings.data / PASSWORD_FILE)
        ]
    for way in serve.mail(app):
        try:
            await way.identity()
        except TokenRefused:
            return [say("web.check.mail_refused")]
        except ConnectionError as error:
            return [say("web.check.mail_away", may_chu=told.may_chu if told else "", loi=error)]
    return []


async def _disk(settings: Settings) -> list[str]:
    """How much is free where the data lies, or is going to."""
    there = next(folder for folder in (settings.data, *settings.data.parents) if folder.exists())
    free = shutil.disk_usage(there).free
    return [f"Chỉ còn {free // 1024**2} MB trống. Xóa bớt tệp khác."] if free < _LOW_DISK else []


async def _clock(app: App) -> list[str]:
    now = datetime.now(UTC)
    return [f"Đồng hồ máy chỉ năm {now.year}. Chỉnh lại ngày giờ."] if now.year < _EARLIEST else []


_CHECKS: dict[str, Check] = {
    "Mã kênh": _token,
    "Các bot": _bots,
    "Đơn vị": _hamlets,
    "Mẫu Word": _templates,
    "Tin nhận": _failed,
    "Tin gửi": _unsure,
    "Trang riêng": _web,
    "Thư điện tử": _mail,
    "Đồng hồ": _clock,
}
_OF_DATA = ("Các bot", "Đơn vị", "Tin nhận", "Tin gửi")
_UNSEEN = "Chưa xem được, vì chưa mở được dữ liệu."
