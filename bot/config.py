"""Settings, from matran.toml and MATRAN_* variables: read once, checked, errors with file, key and remedy."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot import config_errors, files, troubles
from templates import style
from templates.commune import HANOI, Commune, Deadlines, HamletInfo, Seat
from templates.errors import from_validation

CONFIG_NAME = "matran.toml"
# Within the data folder, readable by their owner only.
TOKEN_FILE = "telegram-token"
ZALO_TOKEN_FILE = "zalo-token"  # one token a line
PASSWORD_FILE = "smtp-password"


class SettingsError(Exception):
    """Something in the configuration keeps the program from starting; the text says where and what to do."""


def _must(what: str, example: object, **limits: Any) -> Any:
    """A key's limits, and both what they are in words and an example, which errors say."""
    return Field(description=what, examples=[example], **limits)


def _whole_number(value: object) -> object:
    if isinstance(value, bool):  # to Python it is a number too
        raise ValueError("số nguyên")
    return value


def _day_of_the_year(text: str) -> str:
    month, day = _month_day(text)
    date(2024, month, day)  # of a leap year
    if (month, day) == (2, 29):
        raise _said('ngày 29/02 không phải năm nào cũng có. Ghi lại: "28/02"')
    return text


def _full_day(value: object) -> object:
    """ "30/06/2024", also as TOML writes days itself: the day."""
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    return datetime.strptime(str(value).strip(), "%d/%m/%Y").date()


def _said(sentence: str) -> PydanticCustomError:
    """An error that needs no more words."""
    return PydanticCustomError(config_errors.SAID, "{sentence}", {"sentence": sentence})


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, frozen=True)


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Number = Annotated[int, BeforeValidator(_whole_number)]
Post = Literal[
    "chu_tich", "pho_chu_tich", "uy_vien_thuong_truc", "uy_vien", "truong_ban", "pho_ban", "thanh_vien"
]
_CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"
_CODE = r"^[a-z0-9-]+$"
_CODE_SAID = "mã chỉ gồm chữ thường không dấu, số và dấu gạch nối, nhiều nhất {} ký tự, trong dấu nháy"
_TEXT_SAID = "chữ trong dấu nháy, không để trống"
_MAYBE_SAID = "chữ trong dấu nháy"
_CLOCK_SAID = "giờ và phút đủ hai số, từ 00:00 đến 23:59, trong dấu nháy"
_DAY_SAID = "ngày và tháng có thật, cách nhau bằng dấu /, trong dấu nháy"
_DAY = r"^(0?[1-9]|[12]\d|3[01])/(0?[1-9]|1[0-2])$"
_ADDRESS = r"^[^@\s]+@[^@\s]+$"
_MONTH_DAY_SAID = "số nguyên từ 1 đến 31"
Day = Annotated[str, Field(pattern=_DAY), AfterValidator(_day_of_the_year)]
MonthDay = Annotated[Number, Field(ge=1, le=31)]
_FULL_DAY_SAID = "ngày, tháng, năm có thật, cách nhau bằng dấu /, trong dấu nháy"
FullDay = Annotated[date, BeforeValidator(_full_day)]
Year = Annotated[Number, Field(ge=1900, le=2999)]


class _Dated(_Table):
    """What is there from its first day ``tu`` to its last day ``den``, both included."""

    tu: Annotated[FullDay | None, _must(_FULL_DAY_SAID, "01/07/2024")] = None
    den: Annotated[FullDay | None, _must(_FULL_DAY_SAID, "30/06/2024", validate_default=True)] = None

    @field_validator("den")
    @classmethod
    def _not_before(cls, until: date | None, info: ValidationInfo) -> date | None:
        since = info.data.get("tu")
        if since is not None and until is not None and until < since:
            right = 'tu = "01/01/2024" và den = "30/06/2024"'
            raise _said(
                f"den ({style.short_day(until)}) trước tu ({style.short_day(since)}). Ví dụ đúng: {right}"
            )
        return until

    def meets(self, other: _Dated) -> bool:
        """Whether both are there on some day."""
        return (self.tu or date.min) <= (other.den or date.max) and (other.tu or date.min) <= (
            self.den or date.max
        )


class SeatTable(_Dated):
    """One seat of a board: [[ap.ban]] or [[don_vi.uy_ban]]."""

    chuc: Annotated[Post, _must("{expected}", "truong_ban")]
    ten: Annotated[Text, _must("họ và tên trong dấu nháy, không để trống", "Trần Văn Sáu")]

    @property
    def name(self) -> str:
        """To compare: letters of either case, composed or not, are the same."""
        return " ".join(unicodedata.normalize("NFC", self.ten).split()).casefold()


def _pairs(seats: Sequence[SeatTable]) -> Iterator[tuple[SeatTable, SeatTable]]:
    """Each two seats that are held at the same time."""
    return ((one, other) for one, other in combinations(seats, 2) if one.meets(other))


# Posts that one person holds at a time, and what another one may be written as.
_HEADS = {
    "truong_ban": ("trưởng ban", "pho_ban hoặc thanh_vien"),
    "chu_tich": ("chủ tịch", "pho_chu_tich, uy_vien_thuong_truc hoặc uy_vien"),
}


def _one_head(seats: Sequence[SeatTable]) -> Sequence[SeatTable]:
    for one, other in _pairs(seats):
        if one.chuc == other.chuc and one.chuc in _HEADS:
            post, instead = _HEADS[one.chuc]
            raise _said(
                f"có hai {post} cùng lúc: {one.ten} và {other.ten}. Ghi một người là {instead};"
                ' người đã thôi thì ghi ngày cuối cùng, ví dụ: den = "30/06/2024"'
            )
    return seats


Board = Annotated[Sequence[SeatTable], AfterValidator(_one_head)]


class UnitTable(_Table):
    """[don_vi]: the commune that signs."""

    ma: Annotated[str, _must(_CODE_SAID.format(40), "tan-an", pattern=_CODE, max_length=40)]
    ten: Annotated[Text, _must(_TEXT_SAID, "Tân An")]
    loai: Annotated[Text, _must(_TEXT_SAID, "xã")] = "xã"
    loai_ap: Annotated[Text, _must(_TEXT_SAID, "ấp")] = "ấp"
    dia_danh: Annotated[str, _must(_MAYBE_SAID, "Tân An")] = ""
    cap_tren: Annotated[str, _must(_MAYBE_SAID, "Ủy ban MTTQ Việt Nam tỉnh Cà Mau")] = ""
    dien_thoai: Annotated[str, _must("số điện thoại trong dấu nháy", "0900 000 001")] = ""
    dia_chi: Annotated[str, _must(_MAYBE_SAID, "ấp 1, xã Tân An")] = ""
    noi_nhan: Annotated[
        Sequence[Text],
        _must("các nơi nhận, mỗi nơi trong dấu nháy, tất cả trong ngoặc vuông", ["Thường trực Đảng ủy"]),
    ] = ()
    chuc_vu_ky: Annotated[Text, _must(_TEXT_SAID, "Chủ tịch")] = "Chủ tịch"
    ky_thay: Annotated[bool, _must("true (ký thay) hoặc false, không có dấu nháy", True)] = False
    nam_dai_hoi: Annotated[Year | None, _must("năm gồm bốn chữ số", 2029)] = None
    dia_diem: Annotated[
        Sequence[Text],
        _must("tên các nơi, mỗi nơi trong dấu nháy, tất cả trong ngoặc vuông", ["kinh Xáng", "chợ Tân An"]),
    ] = ()
    uy_ban: Annotated[Board, _must("mỗi người một mục như sau", None)] = ()


class DueTable(_Table):
    """[han]: when months and the year are due."""

    ngay_bao: Annotated[MonthDay, _must(_MONTH_DAY_SAID, 25)] = 25
    nhac: Annotated[
        Sequence[Annotated[Number, Field(ge=-15, le=15)]],
        _must("các số nguyên từ -15 đến 15 trong ngoặc vuông (số âm là trước hạn)", [-3, 0, 2]),
    ] = (-3, 0, 2)
    gio: Annotated[str, _must(_CLOCK_SAID, "08:00", pattern=_CLOCK)] = "08:00"
    gui_tu: Annotated[str, _must(_CLOCK_SAID, "07:00", pattern=_CLOCK)] = "07:00"
    gui_den: Annotated[str, _must(_CLOCK_SAID, "20:00", pattern=_CLOCK, validate_default=True)] = "20:00"
    ngay_cuoi_thang: Annotated[MonthDay | None, _must(_MONTH_DAY_SAID, 15)] = None
    ngay_cuoi_nam: Annotated[Day, _must(_DAY_SAID, "31/12")] = "31/12"
    bao_cao_nam: Annotated[Day, _must(_DAY_SAID, "15/11")] = "15/11"

    @field_validator("gui_den")
    @classmethod
    def _later(cls, until: str, info: ValidationInfo) -> str:
        since = info.data.get("gui_tu", "")
        if until <= since:
            right = 'gui_tu = "07:00" và gui_den = "20:00"'
            raise _said(f"gui_den ({until}) phải sau gui_tu ({since}). Ví dụ đúng: {right}")
        return until


class HamletTable(_Dated):
    """[[ap]]: one hamlet, with its board where attendance is to be taken.

    One that was merged stays, with its last day and the code of the one that it belongs to since.
    """

    ma: Annotated[str, _must(_CODE_SAID.format(20), "1", pattern=_CODE, max_length=20)]
    ten: Annotated[Text, _must(_TEXT_SAID, "Ấp 1")]
    nhap_vao: Annotated[str | None, _must("mã của đơn vị đã nhận nó, trong dấu nháy", "6")] = None
    ban: Annotated[Board, _must("mỗi người một mục như sau", None)] = ()


_PORT_SAID = "số nguyên từ 1 đến 65535"
Port = Annotated[Number, Field(ge=1, le=65535)]
HostName = Annotated[str, Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$")]
MailAddress = Annotated[str, Field(pattern=_ADDRESS)]


class WebTable(_Table):
    """[web]: the program's own pages, where the commune has an address that phones reach."""

    dia_chi: Annotated[
        str,
        _must(
            "địa chỉ bắt đầu bằng https://, không có dấu cách, dấu ? hay dấu #, trong dấu nháy",
            "https://mattran.example.vn",
            pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$",
        ),
    ] = ""
    nghe: Annotated[Text, _must("địa chỉ của máy này, trong dấu nháy", "127.0.0.1")] = "127.0.0.1"
    cong: Annotated[Port, _must(_PORT_SAID, 8088)] = 8088


class ZaloTable(_Table):
    """[zalo]: how messages are received, and from which hosts (and those under them) photos are taken."""

    nhan_qua: Annotated[Literal["hoi", "webhook"], _must("{expected}", "hoi")] = "hoi"
    may_chu_anh: Annotated[
        Sequence[HostName],
        _must(
            "tên các máy chủ, không có https://, mỗi tên trong dấu nháy, tất cả trong ngoặc vuông",
            ["anh.example.vn"],
        ),
    ] = ()


class MailTable(_Table):
    """[thu]: the mail server that documents go out by; the password is MATRAN_SMTP_PASSWORD or a file."""

    may_chu: Annotated[
        HostName, _must("tên máy chủ thư, không có cổng và https://, trong dấu nháy", "smtp.example.vn")
    ]
    cong: Annotated[Port, _must(_PORT_SAID, 587)] = 587
    bao_mat: Annotated[Literal["starttls", "tls", "khong"], _must("{expected}", "starttls")] = "starttls"
    tai_khoan: Annotated[str, _must(_MAYBE_SAID, "mattran@example.vn")] = ""
    tu: Annotated[MailAddress, _must("một địa chỉ thư điện tử trong dấu nháy", "mattran@example.vn")]
    den: Annotated[
        Sequence[MailAddress],
        _must(
            "các địa chỉ thư điện tử, ít nhất một, mỗi địa chỉ trong dấu nháy, tất cả trong ngoặc vuông",
            ["banthuongtruc@example.vn"],
            min_length=1,
        ),
    ]


class CommuneFile(_Table):
    """The whole of matran.toml."""

    don_vi: UnitTable
    han: DueTable = DueTable()
    web: WebTable = WebTable()
    zalo: ZaloTable = ZaloTable()
    thu: MailTable | None = None
    ap: Annotated[Sequence[HamletTable], _must("mỗi đơn vị một mục, ít nhất một", None, min_length=1)]

    @field_validator("ap")
    @classmethod
    def _codes_differ(cls, hamlets: Sequence[HamletTable]) -> Sequence[HamletTable]:
        codes = [hamlet.ma for hamlet in hamlets]
        if twice := next((code for code in codes if codes.count(code) > 1), None):
            raise _said(f'hai đơn vị cùng mang mã “{twice}”. Đổi một mã, ví dụ: ma = "{len(codes) + 1}"')
        for hamlet in hamlets:
            if any(one.name == other.name for one, other in _pairs(hamlet.ban)):
                raise _said(
                    f"ban của {hamlet.ten} có một tên ghi hai lần. Bỏ một chỗ,"
                    ' hoặc ghi cho khác nhau, ví dụ: ten = "Nguyễn Văn Minh (1970)"'
                )
            _check_merger(hamlet, {one.ma: one for one in hamlets})
        return hamlets


def _check_merger(hamlet: HamletTable, known: Mapping[str, HamletTable]) -> None:
    """That a merged hamlet names its last day, and another hamlet that was there on the day after."""
    if hamlet.nhap_vao is None:
        return
    if hamlet.den is None:
        raise _said(
            f'{hamlet.ten} có nhap_vao mà chưa ghi ngày cuối cùng của nó. Ghi thêm, ví dụ: den = "30/06/2024"'
        )
    into = known.get(hamlet.nhap_vao)
    if into is None or into is hamlet:
        others = ", ".join(f'"{code}"' for code in known if code != hamlet.ma)
        raise _said(f"nhap_vao của {hamlet.ten} phải là mã của một đơn vị khác trong tệp: {others}")
    if into.den is not None and into.den <= hamlet.den:
        raise _said(
            f"{hamlet.ten} không thể nhập vào {into.ten}, vì {into.ten} chỉ còn đến"
            f" {style.short_day(into.den)}. Xem lại nhap_vao và den."
        )


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
        if files.read_by_others(file):
            raise SettingsError(f"{file}: người khác đọc được tệp này. Chạy: chmod 600 {file}")
        try:
            return config_errors.decoded(file, file.read_bytes()).strip() or None
        except OSError as error:
            raise SettingsError(
                f"{file}: không đọc được. Xem lại quyền của tệp ({troubles.cause(error)})."
            ) from None

    def now(self) -> datetime:
        """The one clock: the computer's, or MATRAN_CLOCK's (a moment, or a file that holds one)."""
        return read_clock(self._clock) if self._clock else datetime.now(UTC)


def read_clock(text: str) -> datetime:
    """An ISO moment, or the one in the file of that name, read anew; local where no zone is given."""
    file = Path(text)
    said = config_errors.decoded(file, file.read_bytes()).strip() if file.is_file() else text
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
    """matran.toml, checked; raises SettingsError where it cannot be read, TemplateError for what it says."""
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        raise SettingsError(f"Chưa có tệp {file}. Chạy: matran init") from None
    except PermissionError:
        if not file.is_dir():  # which Windows does not let anybody read either
            raise SettingsError(f"{file}: không có quyền đọc tệp này. Chạy: chmod u+r {file}") from None
        raise _folder(file) from None
    except IsADirectoryError:
        raise _folder(file) from None
    except OSError as error:
        raise SettingsError(
            f"{file}: không đọc được. Xem lại ổ đĩa và đường dẫn ({troubles.cause(error)})."
        ) from None
    return _checked(config_errors.tree(file, config_errors.decoded(file, data)), file)


def _folder(file: Path) -> SettingsError:
    meant = file / CONFIG_NAME
    return SettingsError(f"{file}: đây là thư mục, cần một tệp. Đặt MATRAN_CONFIG là tệp, ví dụ: {meant}")


def commune_from(tree: dict[str, Any], file: Path | str) -> Commune:
    """A commune from the tree of a matran.toml; raises TemplateError."""
    return _commune(_checked(tree, file))


def _checked(tree: dict[str, Any], file: Path | str) -> CommuneFile:
    try:
        return CommuneFile.model_validate(tree)
    except ValidationError as error:
        raise config_errors.of_value(CommuneFile, file, tree, error) from None


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
        hamlets=tuple(HamletInfo(h.ma, h.ten, _seats(h.ban), h.tu, h.den, h.nhap_vao) for h in read.ap),
        deadlines=_deadlines(read.han),
        places=tuple(unit.dia_diem),
    )


def _seats(tables: Sequence[SeatTable]) -> tuple[Seat, ...]:
    return tuple(Seat(table.chuc, table.ten, table.tu, table.den) for table in tables)


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
