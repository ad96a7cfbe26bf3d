"""Settings, from matran.toml and MATRAN_* variables: read once, checked, errors with file, key and remedy."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from templates.commune import HANOI, Commune, Deadlines, HamletInfo, Seat
from templates.errors import TemplateError, from_validation

CONFIG_NAME = "matran.toml"
# Within the data folder, readable by their owner only.
TOKEN_FILE = "telegram-token"
ZALO_TOKEN_FILE = "zalo-token"  # one token a line
PASSWORD_FILE = "smtp-password"


class SettingsError(Exception):
    """Something in the configuration keeps the program from starting; the text says where and what to do."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, frozen=True)


Text = Annotated[str, Field(min_length=1)]
Post = Literal[
    "chu_tich", "pho_chu_tich", "uy_vien_thuong_truc", "uy_vien", "truong_ban", "pho_ban", "thanh_vien"
]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Day = Annotated[str, Field(pattern=r"^(0?[1-9]|[12]\d|3[01])/(0?[1-9]|1[0-2])$")]


class SeatTable(_Table):
    """One seat of a board: [[ap.ban]] or [[don_vi.uy_ban]]."""

    chuc: Post
    ten: Text


class UnitTable(_Table):
    """[don_vi]: the commune that signs."""

    ma: Annotated[str, Field(pattern=r"^[a-z0-9-]+$", max_length=40)]
    ten: Text
    loai: Text = "xã"
    loai_ap: Text = "ấp"
    dia_danh: str = ""
    cap_tren: str = ""
    dien_thoai: str = ""
    dia_chi: str = ""
    noi_nhan: Sequence[Text] = ()
    chuc_vu_ky: Text = "Chủ tịch"
    ky_thay: bool = False
    nam_dai_hoi: int | None = None
    dia_diem: Sequence[Text] = ()
    uy_ban: Sequence[SeatTable] = ()


class DueTable(_Table):
    """[han]: when months and the year are due."""

    ngay_bao: Annotated[int, Field(ge=1, le=31)] = 25
    nhac: Sequence[Annotated[int, Field(ge=-15, le=15)]] = (-3, 0, 2)
    gio: Clock = "08:00"
    gui_tu: Clock = "07:00"
    gui_den: Clock = "20:00"
    ngay_cuoi_thang: Annotated[int, Field(ge=1, le=31)] | None = None
    ngay_cuoi_nam: Day = "31/12"
    bao_cao_nam: Day = "15/11"


class HamletTable(_Table):
    """[[ap]]: one hamlet, with its board where attendance is to be taken."""

    ma: Annotated[str, Field(pattern=r"^[a-z0-9-]+$", max_length=20)]
    ten: Text
    ban: Sequence[SeatTable] = ()


Port = Annotated[int, Field(ge=1, le=65535)]
HostName = Annotated[str, Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$")]


class WebTable(_Table):
    """[web]: the program's own pages, where the commune has an address that phones reach."""

    dia_chi: Annotated[str, Field(pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$")] = ""
    nghe: Text = "127.0.0.1"
    cong: Port = 8088


class ZaloTable(_Table):
    """[zalo]: how messages are received, and from which hosts (and those under them) photos are taken."""

    nhan_qua: Literal["hoi", "webhook"] = "hoi"
    may_chu_anh: Sequence[HostName] = ()


class MailTable(_Table):
    """[thu]: the mail server that documents go out by; the password is MATRAN_SMTP_PASSWORD or a file."""

    may_chu: HostName
    cong: Port = 587
    bao_mat: Literal["starttls", "tls", "khong"] = "starttls"
    tai_khoan: str = ""
    tu: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]
    den: Annotated[Sequence[Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]], Field(min_length=1)]


class CommuneFile(_Table):
    """The whole of matran.toml."""

    don_vi: UnitTable
    han: DueTable = DueTable()
    web: WebTable = WebTable()
    zalo: ZaloTable = ZaloTable()
    thu: MailTable | None = None
    ap: Annotated[Sequence[HamletTable], Field(min_length=1)]

    @field_validator("ap")
    @classmethod
    def _codes_differ(cls, hamlets: Sequence[HamletTable]) -> Sequence[HamletTable]:
        codes = [hamlet.ma for hamlet in hamlets]
        if twice := next((code for code in codes if codes.count(code) > 1), None):
            raise ValueError(f"hai ấp cùng mang mã “{twice}”")
        for hamlet in hamlets:
            names = {
                " ".join(unicodedata.normalize("NFC", seat.ten).split()).casefold() for seat in hamlet.ban
            }
            if len(names) < len(hamlet.ban):
                raise ValueError(f"ban của {hamlet.ten} có một tên ghi hai lần")
        return hamlets


class Variables(BaseSettings):
    """MATRAN_* in the environment."""

    model_config = SettingsConfigDict(env_prefix="MATRAN_", hide_input_in_errors=True, frozen=True)

    config: Path = Path(CONFIG_NAME)
    data: Path | None = None
    telegram_token: SecretStr | None = None
    telegram_api: str | None = None
    zalo_token: SecretStr | None = None
    zalo_api: str | None = None
    smtp_password: SecretStr | None = None
    clock: str | None = None


class Settings:
    """What the program was told: the commune, the data folder, the tokens, the clock."""

    def __init__(self, variables: Variables, read: CommuneFile) -> None:
        self.commune = _commune(read)
        self.web, self.zalo, self.mail = read.web, read.zalo, read.thu
        self.config = variables.config
        self.data = (variables.data or variables.config.parent / "du-lieu").absolute()
        self.telegram_api, self.zalo_api = variables.telegram_api, variables.zalo_api
        self._variables, self._clock = variables, variables.clock

    @property
    def database(self) -> Path:
        return self.data / "matran.db"

    def telegram_token(self) -> str | None:
        """From the environment, else from a file that only its owner may read; None where there is none.

        Raises SettingsError for a file that others may read.
        """
        return self._secret(self._variables.telegram_token, TOKEN_FILE)

    def zalo_tokens(self) -> list[str]:
        """One for each bot, from the environment (comma-separated) or a file like Telegram's; in order."""
        said = self._secret(self._variables.zalo_token, ZALO_TOKEN_FILE) or ""
        return list(dict.fromkeys(said.replace(",", " ").split()))

    def smtp_password(self) -> str | None:
        """Of the mail account, from the environment or a file like Telegram's."""
        return self._secret(self._variables.smtp_password, PASSWORD_FILE)

    def _secret(self, said: SecretStr | None, name: str) -> str | None:
        if said is not None:
            return said.get_secret_value().strip() or None
        file = self.data / name
        if not file.is_file():
            return None
        if file.stat().st_mode & 0o077:
            raise SettingsError(f"{file}: người khác đọc được tệp này. Chạy: chmod 600 {file}")
        return file.read_text(encoding="utf-8").strip() or None

    def now(self) -> datetime:
        """The one clock: the computer's, or MATRAN_CLOCK's (a moment, or a file that holds one)."""
        return read_clock(self._clock) if self._clock else datetime.now(UTC)


def read_clock(text: str) -> datetime:
    """An ISO moment, or the one in the file of that name, read anew; local where no zone is given."""
    file = Path(text)
    said = file.read_text(encoding="utf-8").strip() if file.is_file() else text
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        raise SettingsError(f"MATRAN_CLOCK: “{said}” không phải thời điểm, ví dụ 2024-12-09T08:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=HANOI)


def load(variables: Variables | None = None) -> Settings:
    """All settings; raises SettingsError or TemplateError with file, key and what to do."""
    try:
        variables = variables or Variables()
    except ValidationError as error:
        problem = from_validation("biến môi trường", error)
        raise SettingsError(f"MATRAN_{problem.key.upper()}: {problem.expected}") from None
    if variables.clock:
        read_clock(variables.clock)
    return Settings(variables, read_file(variables.config))


def read_file(file: Path) -> CommuneFile:
    """matran.toml, checked."""
    try:
        tree = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"Chưa có tệp {file}. Chạy: matran init") from None
    except OSError as error:
        raise SettingsError(f"{file}: không đọc được ({error.strerror}). Xem lại quyền của tệp.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TemplateError(file, "(cả tệp)", f"không đúng dạng TOML: {error}") from None
    return _checked(tree, file)


def commune_from(tree: dict[str, Any], file: Path | str) -> Commune:
    """A commune from the tree of a matran.toml; raises TemplateError."""
    return _commune(_checked(tree, file))


def _checked(tree: dict[str, Any], file: Path | str) -> CommuneFile:
    try:
        return CommuneFile.model_validate(tree)
    except ValidationError as error:
        raise from_validation(file, error) from None


def _commune(read: CommuneFile) -> Commune:
    unit = read.don_vi
    return Commune(
        code=unit.ma,
        name=unit.ten,
        kind=unit.loai,
        hamlet_word=unit.loai_ap,
        place=unit.dia_danh or unit.ten,
        superior=unit.cap_tren,
        phone=unit.dien_thoai,
        address=unit.dia_chi,
        recipients=tuple(unit.noi_nhan),
        signer_post=unit.chuc_vu_ky,
        signer_by_proxy=unit.ky_thay,
        congress_year=unit.nam_dai_hoi,
        committee=_seats(unit.uy_ban),
        hamlets=tuple(HamletInfo(h.ma, h.ten, _seats(h.ban)) for h in read.ap),
        deadlines=_deadlines(read.han),
        places=tuple(unit.dia_diem),
    )


def _seats(tables: Sequence[SeatTable]) -> tuple[Seat, ...]:
    return tuple(Seat(table.chuc, table.ten) for table in tables)


def _deadlines(due: DueTable) -> Deadlines:
    return Deadlines(
        report_day=due.ngay_bao,
        remind=tuple(sorted(due.nhac)),
        at=time.fromisoformat(due.gio),
        quiet_until=time.fromisoformat(due.gui_tu),
        quiet_from=time.fromisoformat(due.gui_den),
        month_end=due.ngay_cuoi_thang,
        year_end=_month_day(due.ngay_cuoi_nam),
        annual_report=_month_day(due.bao_cao_nam),
    )


def _month_day(text: str) -> tuple[int, int]:
    """ "15/11" as (month, day)."""
    day, month = text.split("/")
    return int(month), int(day)
