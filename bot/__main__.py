"""The `matran` command. Everyone who uses it reads Vietnamese."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Coroutine
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import typer

from bot import troubles
from bot.config import SettingsError, load
from bot.interpreter import begin, prepare, stay
from storage.errors import DataFolderUnusable, ForeignDatabase, NewerDatabase, StorageUnavailable
from templates.commune import HANOI
from templates.errors import TemplateError

T = TypeVar("T")

app = typer.Typer(
    help="Matran: các ấp báo việc bằng điện thoại, Ban Thường trực lấy báo cáo Word.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Runs a command; what a person can mend is said in one line, without a traceback."""
    stay()
    try:
        app()
    except (SettingsError, TemplateError) as error:
        _stop(str(error))
    except NewerDatabase as error:
        _stop(f"{error}. Hãy cài bản Matran mới hơn, hoặc dùng lại bản đã ghi dữ liệu này.")
    except ForeignDatabase as error:
        _stop(f"{error}. Chọn thư mục dữ liệu khác bằng MATRAN_DATA.")
    except (DataFolderUnusable, StorageUnavailable) as error:
        _stop(troubles.of_data(error))


def _stop(text: str) -> None:
    typer.echo(text, err=True)
    sys.exit(1)


def _run(work: Coroutine[Any, Any, T]) -> T:
    prepare()
    return asyncio.run(work)


def _logging(level: int = logging.WARNING) -> None:
    logging.basicConfig(level=level, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")


@app.command()
def init() -> None:
    """Hỏi về đơn vị, các ấp và hạn báo; ghi matran.toml; in thư mời đầu tiên."""
    from bot import setup

    setup.init()


@app.command()
def run() -> None:
    """Chạy chương trình trên mọi kênh đã có mã (token)."""
    begin()
    from bot import serve

    _logging(logging.INFO)
    settings = load()
    _run(serve.run(settings))


@app.command()
def chat(
    as_: Annotated[str, typer.Option("--as", help="Tài khoản trên máy này, ví dụ: sau")],
    name: Annotated[str | None, typer.Option(help="Tên hiển thị")] = None,
) -> None:
    """Trò chuyện ngay trên máy này; mỗi dòng một tin."""
    from bot import serve

    _logging()
    _run(serve.chat(load(), as_, name))


@app.command()
def invite(
    chuc_vu: Annotated[str, typer.Option(help="standing_committee, hamlet_head, hamlet_deputy, observer")],
    ten: Annotated[str, typer.Option(help="Họ và tên")],
    ap: Annotated[str | None, typer.Option(help="Mã ấp, ví dụ 3")] = None,
    xung_ho: Annotated[str | None, typer.Option(help="chú, cô, bác, đồng chí…")] = None,
    qr: Annotated[Path | None, typer.Option(help="Ghi mã quét vào tệp PNG này")] = None,
) -> None:
    """In một thư mời để chuyển tiếp."""
    from bot import setup

    typer.echo(_run(setup.invite(load(), chuc_vu, ten, ap, xung_ho, qr)))


@app.command()
def report(
    period: Annotated[str, typer.Argument(help="2024, 6t 2024, quy 3 2024, thang 11 2024")],
    out: Annotated[Path, typer.Option("--out", help="Tệp .docx sẽ ghi")],
) -> None:
    """Lập báo cáo và ghi ra tệp Word."""
    from bot import setup

    typer.echo(_run(setup.report(load(), period, out)))


@app.command()
def backlog(
    out: Annotated[Path, typer.Option("--out", help="Tệp .xlsx sẽ ghi; không có --ap thì là thư mục")],
    ap: Annotated[str | None, typer.Option(help="Mã ấp, ví dụ 3; xa là tệp của đơn vị mình")] = None,
) -> None:
    """Làm tệp Excel để nhập bù những tháng đã qua."""
    from bot import setup

    typer.echo(_run(setup.backlog(load(), ap, out)))


@app.command()
def backup(out: Annotated[Path | None, typer.Option("--out", help="Tệp .zip sẽ ghi")] = None) -> None:
    """Sao lưu dữ liệu và ảnh ra một tệp .zip."""
    from bot import setup

    typer.echo(setup.backup(load(), out))


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="Tệp .zip đã sao lưu")]) -> None:
    """Lấy lại dữ liệu từ bản sao lưu; dữ liệu đang có được cất sang bên."""
    from bot import setup

    typer.echo(setup.restore(load(), file))


zalo = typer.Typer(help="Việc với Zalo.", no_args_is_help=True)
webhook = typer.Typer(help="Nơi Zalo gọi tới khi có tin (thay cho hỏi tin).", no_args_is_help=True)
zalo.add_typer(webhook, name="webhook")
app.add_typer(zalo, name="zalo")


@webhook.command("set")
def set_webhook() -> None:
    """Đặt webhook về địa chỉ công khai trong matran.toml, mục [web]."""
    _webhook("set")


@webhook.command("show")
def show_webhook() -> None:
    """Xem webhook đang đặt ở đâu."""
    _webhook("show")


@webhook.command("delete")
def delete_webhook() -> None:
    """Gỡ webhook; từ đó chương trình phải tự hỏi tin."""
    _webhook("delete")


def _webhook(act: Literal["set", "show", "delete"]) -> None:
    from bot import zalo_admin

    _logging()
    typer.echo(_run(zalo_admin.webhook(load(), act)))


@app.command()
def check() -> None:
    """Xem cấu hình, mã kênh, dữ liệu, mẫu báo cáo, tin chưa gửi, đĩa, đồng hồ; nói việc cần làm."""
    from bot import checkup

    settings = load()
    sys.exit(_run(checkup.run(settings)))


@app.command()
def parse(
    type_: Annotated[str, typer.Argument(metavar="TYPE", help="money, count, ratio, day, text")],
    text: Annotated[str | None, typer.Argument(help="Bỏ trống thì đọc từng dòng từ đầu vào")] = None,
    today: Annotated[str | None, typer.Option(help="Hôm nay là ngày, ví dụ 2024-12-09")] = None,
    planned: Annotated[bool, typer.Option("--planned", help="Ngày dự định, còn ở phía trước")] = False,
) -> None:
    """In cách chương trình hiểu một câu trả lời, mỗi câu một dòng JSON."""
    from bot.answers import parse as parsing
    from bot.answers import read
    from bot.answers.model import Asked
    from templates import wording

    types = ("money", "count", "ratio", "day", "text")  # the others need a list or a roster
    if type_ not in types:
        raise SettingsError(f"TYPE phải là một trong: {', '.join(types)}")
    here = _day(today) if today else datetime.now(HANOI).date()
    asked, sentences = Asked(type_, here, planned), wording.load()
    lines = [text] if text is not None else (line.rstrip("\n") for line in sys.stdin)
    for line in lines:
        print(
            json.dumps(parsing.as_json(read(line, asked), asked, sentences), ensure_ascii=False), flush=True
        )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SettingsError(f"--today: “{text}” không phải ngày, ví dụ 2024-12-09") from None


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", help="Thư mục để lại tài liệu")] = Path("demo-out"),
    chat: Annotated[bool | None, typer.Option(help="Trò chuyện sau khi xong")] = None,
    sample: Annotated[
        str, typer.Option(help="tan_an: một năm của xã; phuong: hai tháng của phường")
    ] = "tan_an",
) -> None:
    """Diễn lại một bản mẫu, từ tin nhắn đến dự thảo báo cáo."""
    from bot import demo as played

    _logging(logging.ERROR)
    _run(played.play(out, chat, played.named(sample)))


if __name__ == "__main__":
    main()
