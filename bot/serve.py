"""Running for real: the bot on its channels, and the chat at the computer."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from bot import app as house
from bot.app import AlreadyRunning, App
from bot.channels.terminal import TerminalChannel
from bot.config import TOKEN_FILE, Settings, SettingsError
from bot.messages import Channel, TokenRefused
from jobs import render
from storage import people
from templates import trials
from templates.errors import TemplateError

log = logging.getLogger(__name__)
_RETRY_SECONDS = 30.0


async def run(settings: Settings) -> None:
    """`matran run`: every channel that has a token, until the computer or its owner ends it."""
    token = settings.telegram_token()
    if token is None:
        raise SettingsError(
            "Chưa có kênh nào. Ghi mã bot vào MATRAN_TELEGRAM_TOKEN, hoặc vào tệp "
            f"{settings.data / TOKEN_FILE}"
        )
    try:
        with _only_one(settings):
            await _serve(settings, token)
    except AlreadyRunning:
        raise SettingsError(
            f"Matran đang chạy với dữ liệu ở {settings.data}. Mỗi thư mục dữ liệu chỉ một lần chạy."
        ) from None


async def _serve(settings: Settings, token: str) -> None:
    async with house.opened(settings) as app:
        channel = _telegram(app, token)
        channels = [channel, *_mail(app)]
        try:
            with _ended_by_signal():
                # Both take a moment, and neither needs the other.
                await asyncio.gather(_introduced(app, channel), _tried(app))
                log.info("Matran đã chạy: %s (%s).", app.house.commune.title, channel.bot)
                await app.serve(channels, public=True)
        finally:
            await asyncio.gather(*(one.close() for one in channels))


def _telegram(app: App, token: str) -> Channel:
    from bot.channels.telegram import API, TelegramChannel

    say = app.house.wording.say
    menu = {name: say(f"telegram.menu.{name}") for name in ("menu", "dabao", "chotthang", "trogiup")}
    root = app.settings.telegram_api or API
    try:
        return TelegramChannel(
            token, app.settings.data, app.now, root=root, menu=menu, wording=app.house.wording
        )
    except ValueError:
        raise SettingsError(
            "MATRAN_TELEGRAM_TOKEN: không đúng dạng mã bot. Chép lại nguyên dòng mã mà BotFather đã gửi."
        ) from None


def _mail(app: App) -> list[Channel]:
    """The way of documents by e-mail, where matran.toml says how; asked nothing before one is to be sent."""
    told = app.settings.mail
    if told is None:
        return []
    from bot.channels.mail import MailChannel

    account = (told.tu, told.tai_khoan, app.settings.smtp_password())
    here = (app.settings.data, app.now, app.house.wording)
    return [MailChannel(told.may_chu, told.cong, told.bao_mat, *account, *here)]


async def _tried(app: App) -> None:
    """Trial renderings of the templates that the commune has made itself.

    They take a second. Ours are tried by the tests, and by `matran check` in case a file was damaged.
    """
    for trial in trials.of(app.reports.report, app.settings.data / "reports"):
        if not trial.own:
            continue
        try:
            await render.check(trial.template, trial.contexts)
        except render.RenderFailed as error:
            wrong = error.key or "(cả tệp)"
            raise TemplateError(trial.template, wrong, error.detail or error.reason) from None


async def _introduced(app: App, channel: Channel) -> None:
    """Asks the platform who the bot is, for invitations' links; without a network it goes on without."""
    try:
        async with asyncio.timeout(_RETRY_SECONDS):
            identity = await channel.identity()
    except TokenRefused:
        raise SettingsError(
            "MATRAN_TELEGRAM_TOKEN: Telegram không nhận mã này. Lấy lại mã ở BotFather, lệnh /mybots."
        ) from None
    except (ConnectionError, TimeoutError):
        log.warning("Chưa nối được với Telegram, sẽ thử lại. Xem lại mạng của máy.")
        return
    if identity.link:
        username = identity.link.rpartition("/")[2]
        await app.db.write(lambda tx: people.introduce_bot(tx, channel.bot, "telegram", username))


async def chat(settings: Settings, address: str, name: str | None = None) -> None:
    """`matran chat`: one account at this computer. Works by itself where no `matran run` does."""
    async with house.opened(settings) as app:
        await talk(app, address, name)


async def talk(app: App, address: str, name: str | None = None) -> None:
    """The terminal as a channel, until its input ends."""
    terminal = TerminalChannel(
        address,
        app.settings.data,
        app.now,
        name=name,
        quiet=lambda: app.quiet(TerminalChannel.bot, address),
        wording=app.house.wording,
    )
    try:
        with _only_one(app.settings):
            await app.serve([terminal], until=terminal)
    except AlreadyRunning:
        await app.serve([terminal], until=terminal, jobs=False)


@contextmanager
def _only_one(settings: Settings) -> Iterator[None]:
    held = house.lock(settings)
    try:
        yield
    finally:
        held.release()


@contextmanager
def _ended_by_signal() -> Iterator[None]:
    """SIGTERM ends the program as Ctrl-C does: what is known is settled first."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    with suppress(NotImplementedError):  # Windows
        loop.add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        yield
    except asyncio.CancelledError:
        log.info("Matran đã dừng.")
