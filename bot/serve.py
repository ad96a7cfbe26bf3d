"""Running for real: the bot on its channels, and the chat at the computer."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from bot import app as house
from bot import platforms
from bot.app import AlreadyRunning, App
from bot.channels.terminal import TerminalChannel
from bot.config import Settings, SettingsError
from bot.messages import Channel
from jobs import render
from templates import documents, trials
from templates.errors import TemplateError

log = logging.getLogger(__name__)


async def run(settings: Settings) -> None:
    """`matran run`: every channel that has a token, until the computer or its owner ends it."""
    try:
        with _only_one(settings):
            await _serve(settings)
    except AlreadyRunning:
        raise SettingsError(
            f"Matran đang chạy với dữ liệu ở {settings.data}. Mỗi thư mục dữ liệu chỉ một lần chạy."
        ) from None


async def _serve(settings: Settings) -> None:
    async with house.opened(settings) as app:
        talking = platforms.channels(app)
        channels = [*talking, *mail(app)]
        try:
            with _ended_by_signal():
                await platforms.registered(app, talking)
                # All take a moment, and none needs the others.
                await asyncio.gather(_tried(app), *(platforms.introduced(app, one) for one in talking))
                bots = ", ".join(one.bot for one in talking)
                log.info("Matran đã chạy: %s (%s).", app.house.commune.title, bots)
                await app.serve(channels, public=True, routes=platforms.routes(app, talking))
        finally:
            await asyncio.gather(*(one.close() for one in channels))


def mail(app: App) -> list[Channel]:
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
    for line in old_template(app):
        log.warning(line)
    for trial in trials.of(app.reports.report, app.settings.data / "reports"):
        if not trial.own:
            continue
        try:
            await render.check(trial.template, trial.contexts)
        except render.RenderFailed as error:
            wrong = error.key or "(cả tệp)"
            raise TemplateError(trial.template, wrong, error.detail or error.reason) from None


def old_template(app: App) -> list[str]:
    """What to do about a report's template of the commune's own that has no place for photos."""
    report = app.reports.report
    ours = documents.own_without_photos(report)
    if ours is None:
        return []
    tags = {"dau": "{%p if anh %}", "cuoi": "{%p endif %}", "bang": "{{ hang[0].hinh }}"}
    return [app.house.wording.say("photos.check.no_place", tep=report.template, mau=ours, **tags)]


async def chat(settings: Settings, address: str, name: str | None = None) -> None:
    """`matran chat`: one account at this computer. Works by itself where no `matran run` does."""
    async with house.opened(settings) as app:
        await talk(app, address, name)


async def talk(app: App, address: str, name: str | None = None) -> None:
    """The terminal as a channel, until its input ends.

    What is for other accounts of the terminal waits until somebody talks as they.
    """
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
            await app.serve([terminal], until=terminal, only=address)
    except AlreadyRunning:
        await app.serve([terminal], until=terminal, jobs=False, only=address)


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
