"""`matran check`: looks at everything that can be wrong before a commune notices, and says what to do."""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import typer

from bot import app as house
from bot import serve
from bot.app import App
from bot.config import Settings, SettingsError
from bot.messages import TokenRefused
from jobs import render
from storage import messages, outbox
from templates import trials

_LOW_DISK = 500 * 1024 * 1024
_EARLIEST = 2024  # a clock before the program was written is wrong

Check = Callable[[App], Awaitable[list[str]]]


async def run(settings: Settings) -> int:
    """Prints what was looked at; 0 where nothing has to be done, else 1."""
    troubles = 0
    commune = settings.commune
    typer.echo(f"Cấu hình: {settings.config}, {commune.title}, {len(commune.hamlets)} {commune.hamlet_word}")
    async with house.opened(settings) as app:
        typer.echo(f"Dữ liệu: {settings.data}")
        for name, look in _CHECKS.items():
            found = await look(app)
            troubles += len(found)
            typer.echo(f"{'✗' if found else '✓'} {name}")
            for line in found:
                typer.echo(f"    {line}")
    return 1 if troubles else 0


async def _token(app: App) -> list[str]:
    try:
        token = app.settings.telegram_token()
    except SettingsError as error:
        return [str(error)]
    return [] if token else ["Chưa có mã bot. Ghi vào MATRAN_TELEGRAM_TOKEN để dùng Telegram."]


async def _templates(app: App) -> list[str]:
    found = []
    for trial in trials.of(app.reports.report, app.settings.data / "reports"):
        try:
            await render.check(trial.template, trial.contexts)
        except render.RenderFailed as error:
            found.append(f"{trial.template}: {error.key or 'cả tệp'}: {error.detail or error.reason}")
    return found


async def _failed(app: App) -> list[str]:
    failed = await app.db.read(lambda tx: messages.failed(tx, 10))
    return [
        f"Tin lỗi lúc {one.at:%d/%m %H:%M} của {one.bot} {one.chat}: {_last(one.trace)}" for one in failed
    ]


def _last(trace: str | None) -> str:
    """The line of a traceback that says what happened."""
    return (trace or "").strip().rpartition("\n")[2]


async def _unsure(app: App) -> list[str]:
    rows = await app.db.read(lambda tx: outbox.unsure(tx, app.house.number))
    return [
        f"Không rõ đã tới chưa, xin hỏi lại người nhận {row.address}: {str(row.body.get('text', ''))[:60]!r}"
        for row in rows
    ]


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
    for channel in serve.mail(app):
        try:
            await channel.identity()
        except TokenRefused:
            return [say("web.check.mail_refused")]
        except ConnectionError as error:
            return [say("web.check.mail_away", may_chu=told.may_chu if told else "", loi=error)]
    return []


async def _disk(app: App) -> list[str]:
    free = shutil.disk_usage(app.settings.data).free
    return [f"Chỉ còn {free // 1024**2} MB trống. Xóa bớt tệp khác."] if free < _LOW_DISK else []


async def _clock(app: App) -> list[str]:
    now = datetime.now(UTC)
    return [f"Đồng hồ máy chỉ năm {now.year}. Chỉnh lại ngày giờ."] if now.year < _EARLIEST else []


_CHECKS: dict[str, Check] = {
    "Mã kênh": _token,
    "Mẫu Word": _templates,
    "Tin nhận": _failed,
    "Tin gửi": _unsure,
    "Trang riêng": _web,
    "Thư điện tử": _mail,
    "Đĩa": _disk,
    "Đồng hồ": _clock,
}
