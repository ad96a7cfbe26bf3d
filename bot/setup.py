"""The acts of the person at the computer: setting up, inviting, taking a report, backing up."""

from __future__ import annotations

import asyncio
import re
import shutil
import tomllib
from base64 import b64decode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import typer

from bot import app as house
from bot import config, doors, troubles
from bot.answers.normal import clean, fold
from bot.app import App
from bot.commands import joining
from bot.config import Settings, SettingsError, Variables
from jobs import backups
from jobs.backlog import ALL, OWN
from jobs.render import RenderFailed
from jobs.reports import Made
from templates import periods, style, wording
from templates.commune import HANOI

UNITS = ("xã", "phường", "đặc khu")
KINDS = ("standing_committee", "hamlet_head", "hamlet_deputy", "observer")


def init() -> None:
    """`matran init`: asks, writes matran.toml, prints the first invitation."""
    file = Variables().config
    if file.exists():
        raise SettingsError(f"{file} đã có. Sửa ngay trong tệp đó, hoặc đổi tên nó rồi chạy lại.")
    kind = _one_of("Loại đơn vị (xã, phường, đặc khu)", UNITS)
    name = _asked("Tên đơn vị, ví dụ: Tân An", said="không để trống")
    hamlet_word = _asked(
        "Đơn vị bên dưới gọi là gì (ấp, thôn, khóm, khu phố…)", "ấp", said="không để trống"
    ).lower()
    count = int(_asked(f"Có bao nhiêu {hamlet_word}", "7", r"[1-9]\d?", "một số từ 1 đến 99"))
    phone = _asked("Số điện thoại để bà con gọi khi cần giúp (có thể bỏ trống)", "", ".*")
    address = _asked("Địa chỉ của Ban Thường trực (có thể bỏ trống)", "", ".*")
    asked = "Mặt trận cấp trên, ví dụ: Ủy ban MTTQ Việt Nam tỉnh Cà Mau (có thể bỏ trống)"
    superior = _asked(asked, "", ".*")
    day = _asked("Ngày hạn báo mỗi tháng", "25", r"([1-9]|[12]\d|3[01])", "một số từ 1 đến 31")
    chairman = _asked("Họ tên Chủ tịch (người được mời đầu tiên)", said="không để trống")
    text = _toml(kind, name, hamlet_word, count, phone, address, superior, day, chairman)
    config.commune_from(tomllib.loads(text), file)  # what cannot be used is not written
    with _files(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    typer.echo(f"\nĐã ghi {file}. Mở tệp này để sửa tên {hamlet_word}, thêm người trong ban, nơi nhận, hạn.")
    settings = config.load()
    typer.echo(asyncio.run(invite(settings, "standing_committee", chairman, None, "đồng chí", None)))
    tokens = "MATRAN_ZALO_TOKEN hoặc MATRAN_TELEGRAM_TOKEN"
    typer.echo(f"\nTiếp theo: ghi mã bot vào {tokens} rồi chạy: matran run")
    again = 'matran invite --chuc-vu standing_committee --ten "…" --xung-ho "đồng chí"'
    typer.echo(f"Bot đã chạy thì thư mời có tên bot. Lấy lại thư mời của Chủ tịch bằng: {again}")


def _asked(question: str, default: str | None = None, pattern: str = ".+", said: str = "") -> str:
    """An answer typed at the computer, asked again until it fits; ``said``: what it has to be."""
    while True:
        try:
            typed = clean(str(typer.prompt(question, default=default)))
        except typer.Abort:  # Ctrl-C, or no more input
            raise SettingsError("\nĐã dừng, chưa ghi gì. Muốn làm lại thì chạy: matran init") from None
        if re.fullmatch(pattern, typed):
            return typed
        typer.echo(f"  Chưa đúng, cần {said}. Xin gõ lại.")


def _one_of(question: str, options: Sequence[str]) -> str:
    """One of the options, the first where nothing is typed; with or without capitals and diacritics."""
    known = {fold(option): option for option in options}
    while (typed := fold(_asked(question, options[0], ".*"))) not in known:
        typer.echo(f"  Chưa đúng, cần một trong: {', '.join(options)}. Xin gõ lại.")
    return known[typed]


def _toml(
    kind: str, name: str, hamlet_word: str, count: int, phone: str, address: str, superior: str, day: str,
    chairman: str,
) -> str:  # fmt: skip
    code = "-".join(re.findall("[a-z0-9]+", fold(f"{kind} {name}")))[:40].strip("-")
    recipients = [superior, "Thường trực Đảng ủy", f"Thành viên Ủy ban MTTQ Việt Nam {kind}"]
    hamlets = "".join(
        f'\n[[ap]]\nma = "{number}"\nten = {_quoted(f"{style.capitalised(hamlet_word)} {number}")}\n'
        for number in range(1, count + 1)
    )
    return f"""# Cấu hình của Matran. Dòng bắt đầu bằng dấu # là lời giải thích.

[don_vi]
ma = {_quoted(code or "don-vi")}
# Dữ liệu mang mã trên: có dữ liệu rồi thì giữ nguyên mã.
ten = {_quoted(name)}
loai = {_quoted(kind)}
loai_ap = {_quoted(hamlet_word)}
dia_danh = {_quoted(name)}            # trước ngày tháng của văn bản
cap_tren = {_quoted(superior)}
dien_thoai = {_quoted(phone)}
dia_chi = {_quoted(address)}
noi_nhan = [{", ".join(_quoted(one) for one in recipients if one)}]
chuc_vu_ky = "Chủ tịch"
# nam_dai_hoi = 2029          # năm có Đại hội: báo cáo thêm mục 5.1
# dia_diem = ["kinh Xáng"]    # tên nơi chốn, để ghi lại cho đủ dấu

[[don_vi.uy_ban]]
chuc = "chu_tich"             # chu_tich, pho_chu_tich, uy_vien_thuong_truc, uy_vien
ten = {_quoted(chairman)}

[han]
ngay_bao = {day}              # hạn báo mỗi tháng
nhac = [-3, 0, 2]             # nhắc trước, đúng và sau hạn mấy ngày
gio = "08:00"
# ngay_cuoi_thang = 15        # nếu tháng báo cáo không hết vào cuối tháng
ngay_cuoi_nam = "31/12"       # số liệu năm tính đến ngày này
bao_cao_nam = "15/11"         # ngày tự lập dự thảo báo cáo năm
{hamlets}
# Ban Công tác Mặt trận của một {hamlet_word}, để điểm danh. Ghi dưới [[ap]] của nó:
# [[ap.ban]]
# chuc = "truong_ban"         # truong_ban, pho_ban, thanh_vien
# ten = "Họ và tên"
# tu = "01/07/2024"           # vào ban từ ngày nào, nếu muốn ghi; den: ngày cuối cùng
# {style.capitalised(hamlet_word)} đã nhập vào {hamlet_word} khác thì không xóa, ghi thêm dưới [[ap]] của nó:
# den = "30/06/2024"          # ngày cuối cùng của nó
# nhap_vao = "1"              # mã của {hamlet_word} đã nhận nó; {hamlet_word} mới lập thì ghi tu

# [zalo]
# nhan_qua = "hoi"            # hoi: chương trình tự hỏi Zalo; webhook: cần [web] và matran zalo webhook set
# may_chu_anh = ["anh.example.vn"]         # máy chủ khác mà ảnh được lấy về, ngoài máy chủ của Zalo

# Zalo không chuyển tệp. Có địa chỉ công khai thì chương trình gửi đường dẫn để tải về và gửi lên:
# [web]
# dia_chi = "https://mattran.example.vn"   # địa chỉ mà điện thoại mở được
# nghe = "127.0.0.1"          # máy chủ trung gian (proxy) chạy cùng máy thì để vậy
# cong = 8088

# Không có địa chỉ công khai thì báo cáo nằm trong máy này, và đi bằng thư điện tử nếu ghi:
# [thu]
# may_chu = "smtp.example.vn"
# cong = 587
# bao_mat = "starttls"        # starttls, tls, khong
# tai_khoan = "mattran@example.vn"         # mật khẩu: MATRAN_SMTP_PASSWORD, hoặc tệp smtp-password
# tu = "mattran@example.vn"
# den = ["banthuongtruc@example.vn"]
"""


def _quoted(text: str) -> str:
    """A TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


async def invite(
    settings: Settings, kind: str, name: str, hamlet: str | None, address_form: str | None, qr: Path | None
) -> str:
    """`matran invite`: the text to forward; with ``qr`` the picture goes to that file."""
    if kind not in KINDS:
        raise SettingsError(f"--chuc-vu phải là một trong: {', '.join(KINDS)}")
    codes = _here(settings)
    if kind.startswith("hamlet_") and hamlet not in codes:
        raise SettingsError(f"--ap phải là một trong: {', '.join(codes)}")
    if not clean(name):
        raise SettingsError("--ten không được để trống")
    of_hamlet = hamlet if kind.startswith("hamlet_") else None
    async with house.opened(settings) as app:
        now, person = app.now(), clean(name)
        here = await app.db.read(lambda tx: doors.doors(tx, now))
        if (
            qr is not None and doors.code_link(here.open_ones, "") is None
        ):  # before a code is made that nobody would see
            raise SettingsError("Chưa có mã quét: chạy matran run một lần để biết tên bot, rồi mời lại.")
        code = await app.db.write(
            lambda tx: joining.issue(
                tx, app.house, kind, of_hamlet, person, address_form, None, now, here.kept
            )
        )
        text = await app.db.read(
            lambda tx: joining.invitation_text(
                tx, app.house, code, kind, of_hamlet, person, address_form, now, here
            )
        )
        link = doors.code_link(here.open_ones, code)
        full = joining.told_full(app.house.voice(None), here)
    if qr is not None and link is not None:
        picture = b64decode(doors.qr_picture(link).partition(",")[2])
        with _files(qr):
            await asyncio.to_thread(qr.write_bytes, picture)
    return "\n\n".join([text, *full])


def _here(settings: Settings) -> list[str]:
    """The codes of the hamlets that there are today."""
    today = settings.now().astimezone(HANOI).date()
    return [hamlet.code for hamlet in settings.commune.hamlets if hamlet.exists_on(today)]


async def report(settings: Settings, text: str, out: Path) -> str:
    """`matran report`: the same document as in the chat, written to ``out``."""
    spec = periods.parse(text)
    if isinstance(spec, periods.PeriodProblem):
        raise SettingsError(f"Chưa rõ kỳ “{text}”. Ví dụ: 2024, 6t 2024, quy 3 2024, thang 11 2024")
    _room_for(out, "bao-cao-2024.docx")
    async with house.opened(settings) as app:
        deadlines = settings.commune.deadlines
        period = periods.resolve(spec, deadlines.year_end, deadlines.month_end)
        with _files():
            made = await _made(app, period)
        with _files(out):
            shutil.copyfile(settings.data / made.path, out)
        return f"{made.cover}\n\nĐã ghi: {out}"


def _room_for(out: Path, example: str | None) -> None:
    """Makes the folder of a file that is going to be written, or with no ``example`` of a name the folder
    itself; SettingsError where it cannot be there.

    Before the work: a report that took a minute is not lost for its name.
    """
    with _files(out):
        if example is not None and out.is_dir():
            named = f"ví dụ: --out {out / example}"
            raise SettingsError(f"--out: {out} là thư mục, cần một tệp. Ghi thêm tên tệp, {named}")
        (out.parent if example is not None else out).mkdir(parents=True, exist_ok=True)


@contextmanager
def _files(file: Path | None = None) -> Iterator[None]:
    """What the system says of files, in words; ``file`` as the person named it."""
    try:
        yield
    except OSError as error:
        raise SettingsError(troubles.of_file(error, file)) from error


async def _made(app: App, period: periods.Period) -> Made:
    try:
        return await app.reports.make(app.house.number, period)
    except RenderFailed as error:
        raise SettingsError(f"Chưa lập được báo cáo: {_why(error)}. Chạy: matran check") from error


def _why(error: RenderFailed) -> str:
    return "đĩa đầy, hoặc không ghi được tệp" if error.reason == "disk" else str(error)


async def backlog(settings: Settings, hamlet: str | None, out: Path) -> str:
    """`matran backlog`: a hamlet's book for past months; without a hamlet all of them, and the commune's."""
    codes = _here(settings)
    if hamlet is not None and hamlet not in (*codes, OWN):
        raise SettingsError(f"--ap phải là một trong: {', '.join((*codes, OWN))}")
    _room_for(out, "nhap-bu.xlsx" if hamlet else None)
    async with house.opened(settings) as app:
        try:
            with _files():
                made = await app.backlog.make(app.house.number, hamlet or ALL)
                made += [] if hamlet else await app.backlog.make(app.house.number, OWN)
        except RenderFailed as error:
            raise SettingsError(f"Chưa làm được tệp nhập bù: {_why(error)}. Chạy: matran check") from error
    targets = [out] if hamlet else [out / path.name for path, _ in made]
    for (path, _), target in zip(made, targets, strict=True):
        with _files(target):
            shutil.copyfile(path, target)
    return "\n".join(f"Đã ghi: {target}" for target in targets)


def backup(settings: Settings, out: Path | None) -> str:
    """`matran backup`: a whole copy beside running work."""
    if not settings.database.is_file():
        raise SettingsError(f"Chưa có dữ liệu trong {settings.data}.")
    if out is not None:
        _room_for(out, "matran.zip")
    with _files(out):
        path = backups.backup(settings.database, settings.data, datetime.now(UTC), photos=True, to=out)
    return f"Đã sao lưu: {path}"


def restore(settings: Settings, file: Path) -> str:
    """`matran restore`: only while nothing else runs on the data folder."""
    if not file.is_file():
        raise SettingsError(f"Không có tệp {file}.")
    try:
        held = house.lock(settings)
    except house.AlreadyRunning:
        raise SettingsError("Matran đang chạy. Dừng lại trước khi lấy lại dữ liệu.") from None
    say = wording.load(settings.data / "wording").say
    try:
        with _files():
            restored = backups.restore(file, settings.database, settings.data, datetime.now(UTC))
    except backups.RestoreRefused as error:
        where = {"file": file, "folder": settings.data / backups.FOLDER, "data": settings.data}
        said = say(f"jobs.restore.{error.reason}", **where), say("jobs.restore.unchanged")
        raise SettingsError(" ".join(said)) from error
    finally:
        held.release()
    kept = f" Dữ liệu trước đó cất ở {restored.replaced}." if restored.replaced else ""
    return f"Đã lấy lại dữ liệu từ {file}.{kept}"
