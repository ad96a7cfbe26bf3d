"""Settings: read once, checked, errors that name file, key and remedy."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from bot import app, config, config_errors, files
from bot.config import Settings, SettingsError, Variables
from storage import communes
from storage.rows import Hamlet, Member
from templates.errors import TemplateError

SMALL = """
[don_vi]
ma = "tan-an"
ten = "Tân An"

[[ap]]
ma = "1"
ten = "Ấp 1"

[[ap.ban]]
chuc = "truong_ban"
ten = "Trần Văn Sáu"
"""
SECRET = "123456:never-shown_anywhere"


def settings(folder: Path, text: str = SMALL, **variables: object) -> Settings:
    (folder / "matran.toml").write_text(text, encoding="utf-8")
    return config.load(Variables(config=folder / "matran.toml", **variables))  # type: ignore[arg-type]


def test_little_is_needed(tmp_path: Path) -> None:
    read = settings(tmp_path)

    assert (read.commune.title, read.commune.place) == ("xã Tân An", "Tân An")
    assert read.commune.hamlets[0].board[0].name == "Trần Văn Sáu"
    assert (read.commune.deadlines.report_day, read.commune.deadlines.remind) == (25, (-3, 0, 2))
    assert read.data == tmp_path / "du-lieu"


def test_all_can_be_said(tmp_path: Path) -> None:
    text = SMALL.replace(
        'ten = "Tân An"',
        'ten = "Tân An"\nloai = "phường"\nloai_ap = "khóm"\ndia_danh = "Cà Mau"\nky_thay = true',
    )
    text += (
        '[han]\nngay_bao = 15\nnhac = [2, -5]\ngio = "07:30"\nngay_cuoi_thang = 15\nngay_cuoi_nam = "09/12"\n'
    )
    commune = settings(tmp_path, text, data=tmp_path / "khac").commune

    assert (commune.title, commune.hamlet_word, commune.place) == ("phường Tân An", "khóm", "Cà Mau")
    assert commune.signer_by_proxy
    assert commune.deadlines.remind == (-5, 2)
    assert (commune.deadlines.at, commune.deadlines.month_end) == (time(7, 30), 15)
    assert commune.deadlines.year_end == (12, 9)


def wrong(folder: Path, old: str, new: str) -> TemplateError:
    """What is said of the small file in which ``old`` is ``new``."""
    assert old in SMALL
    file = folder / "matran.toml"
    file.write_bytes(SMALL.replace(old, new, 1).encode("utf-8", "surrogateescape"))
    with pytest.raises(TemplateError) as error:
        config.load(Variables(config=file))
    assert error.value.file == str(file)
    assert str(error.value).startswith(str(file))
    return error.value


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


MERGED = """
[[ap]]
ma = "7"
ten = "Ấp 7"
tu = 2010-01-01
den = "30/06/2024"
nhap_vao = "1"

[[ap.ban]]
chuc = "truong_ban"
ten = "Lê Văn Tư"
den = "31/03/2024"

[[ap.ban]]
chuc = "truong_ban"
ten = "Võ Thị Năm"
tu = "01/04/2024"
"""


def test_a_hamlet_that_was_merged_stays_with_its_days(tmp_path: Path) -> None:
    read = settings(tmp_path, SMALL + MERGED)
    one, seven = read.commune.hamlets

    assert (seven.from_day, seven.until_day, seven.merged_into) == (
        date(2010, 1, 1), date(2024, 6, 30), "1"
    )  # fmt: skip
    assert seven.exists_on(date(2024, 6, 30)) and not seven.exists_on(date(2024, 7, 1))
    assert one.exists_on(date(2024, 7, 1)) and one.until_day is None
    assert [seat.until_day for seat in seven.board] == [date(2024, 3, 31), None]


@pytest.mark.anyio
async def test_its_days_and_those_of_its_board_are_kept(tmp_path: Path) -> None:
    """Also where the file said nothing of them at the starts before."""

    async def start(text: str) -> tuple[list[Hamlet], list[Member]]:
        async with app.opened(settings(tmp_path, text, clock="2024-11-20T08:00")) as opened:
            number = opened.house.number
            return await opened.db.read(
                lambda tx: (communes.hamlets(tx, number), communes.seats(tx, number, "7"))
            )

    await start(SMALL + MERGED.replace('den = "30/06/2024"\nnhap_vao', "# nhap_vao"))
    here, board = await start(SMALL + MERGED)

    assert [(h.hamlet, h.until_day) for h in here] == [("1", None), ("7", date(2024, 6, 30))]
    assert [(m.name, m.until_day) for m in board] == [
        ("Lê Văn Tư", date(2024, 3, 31)), ("Võ Thị Năm", date(2024, 6, 30))
    ]  # fmt: skip


AP, NAMED = "[[ap]]", 'ten = "Tân An"'
OF_AP, OF_BOARD = "[[ap]] thứ 1 (Ấp 1)", "[[ap]] thứ 1 (Ấp 1), [[ap.ban]] thứ 1 (Trần Văn Sáu)"


@pytest.mark.parametrize(
    ("old", "new", "key", "expected"),
    [
        ('ma = "tan-an"', 'ma = "Tân An"', "[don_vi] ma", '“Tân An” không dùng được.*ma = "tan-an"'),
        ('ma = "tan-an"\n', "", "[don_vi] ma", 'thiếu khóa này. Ghi thêm: ma = "tan-an"'),
        (NAMED, 'tne = "Tân An"', "[don_vi] tne", 'Có phải là “ten”.*ten = "Tân An"'),
        (NAMED, f"{NAMED}\nso = 1", "[don_vi] so", "không có tên này, cần xóa đi.*chỉ có: ma, ten"),
        (NAMED, f'{NAMED}\ngio = "08:00"', "[don_vi] gio", r"thuộc \[han\]"),
        (NAMED, f"{NAMED}\n[zaloo]\nx = 1", "zaloo", r"Có phải là “zalo”.*\[zalo\]"),
        ("[don_vi]", f'{NAMED}\n[don_vi]', "ten", r"thuộc \[don_vi\] hoặc"),
        (NAMED, 'ten = ""', "[don_vi] ten", 'chỗ để trống không dùng được.*ten = "Tân An"'),
        (NAMED, 'ten = " "', "[don_vi] ten", 'chỗ để trống không dùng được.*ten = "Tân An"'),
        (NAMED, "ten = [1]", "[don_vi] ten", "một danh sách không dùng được"),
        (NAMED, f"{NAMED}\nnoi_nhan = [true]", "[don_vi] noi_nhan, mục thứ 1", "true không dùng được"),
        (NAMED, f"{NAMED}\n[don_vi.uy_ban]", "[[don_vi.uy_ban]]", "một mục không dùng được"),
        (NAMED, f"{NAMED}\n[[don_vi.uy_ban]]\nten = 'A'", "[[don_vi.uy_ban]] thứ 1 (A), chuc", "thiếu khóa"),
        ("[don_vi]", "[x]", "[don_vi]", r'thiếu mục này.*\n\[don_vi\]\nma = "tan-an"\nten = "Tân An"'),
        ("[[ap]]", "[ap]", "[[ap]]", r'một mục không dùng được.*\n\[\[ap\]\]\nma = "1"'),
        ('ma = "1"', "ma = 1", f"{OF_AP}, ma", '1 không dùng được.*ma = "1"'),
        ('chuc = "truong_ban"', 'chuc = "sep"', f"{OF_BOARD}, chuc", "“sep”.*một trong.*truong_ban"),
        (AP, f"[han]\nngay_bao = 32\n{AP}", "[han] ngay_bao", "32 không dùng được.*ngay_bao = 25"),
        (AP, f"[han]\nngay_bao = true\n{AP}", "[han] ngay_bao", "true không dùng được.*ngay_bao = 25"),
        (AP, f'[han]\ngio = "25:00"\n{AP}', "[han] gio", '“25:00”.*gio = "08:00"'),
        (AP, f'[han]\nnhac = ["mai"]\n{AP}', "[han] nhac, mục thứ 1", r"“mai”.*nhac = \[-3, 0, 2\]"),
        (AP, f'[han]\nngay_cuoi_nam = "31/02"\n{AP}', "[han] ngay_cuoi_nam", "“31/02”.*có thật.*31/12"),
        (AP, f'[han]\ngui_tu = "21:00"\n{AP}', "[han] gui_den", r"phải sau gui_tu \(21:00\).*07:00"),
        ("[[ap]]", '[han]\nngay_cuoi_nam = "31/02"\n[[ap]]', "[han] ngay_cuoi_nam", "“31/02” không dùng"),
        ("[[ap]]", '[han]\nngay_cuoi_nam = "29/2"\n[[ap]]', "[han] ngay_cuoi_nam", 'Ghi lại: "28/02"'),
        ("[[ap]]", '[han]\nbao_cao_nam = "29/02"\n[[ap]]', "[han] bao_cao_nam", 'Ghi lại: "28/02"'),
        ('ten = "Trần Văn Sáu"', 'ten = "Trần Văn Sáu"\n[[ap.ban]]\nchuc = "truong_ban"\nten = "Lê Thị Ba"',
         f"{OF_AP}, [[ap.ban]]", "hai trưởng ban cùng lúc: Trần Văn Sáu và Lê Thị Ba.*pho_ban.*den = "),
        (NAMED, f'{NAMED}\n[[don_vi.uy_ban]]\nchuc = "chu_tich"\nten = "A"\n[[don_vi.uy_ban]]\n'
         'chuc = "chu_tich"\nten = "B"', "[[don_vi.uy_ban]]", "hai chủ tịch cùng lúc: A và B.*uy_vien"),
        (AP, f'{AP}\nden = "31/06/2024"', "[[ap]] thứ 1 (Ấp 1), den", r'“31/06/2024”.*den = "30/06/2024"'),
        (AP, f'{AP}\ntu = "02/01/2024"\nden = "01/01/2024"', "[[ap]] thứ 1 (Ấp 1), den",
         "den .01/01/2024. trước tu .02/01/2024."),
        (AP, f'{AP}\nnhap_vao = "2"', "[[ap]]", "Ấp 1 có nhap_vao mà chưa ghi ngày.*den = "),
        (AP, f'{AP}\nnhap_vao = "9"\nden = "30/06/2024"', "[[ap]]", "nhap_vao của Ấp 1 phải là mã"),
        (AP, f'{AP}\nnhap_vao = "1"\nden = "30/06/2024"', "[[ap]]", "nhap_vao của Ấp 1 phải là mã"),
        (AP, f'{AP}\nma = "1"\nten = "Ấp Một"\n{AP}', "[[ap]]", 'cùng mang mã “1”.*ma = "3"'),
        ('ten = "Trần Văn Sáu"',
         'ten = "Trần Văn Sáu"\n[[ap.ban]]\nchuc = "thanh_vien"\nten = "Trần  Văn Sáu"', "[[ap]]",
         "ban của Ấp 1 có một tên ghi hai lần.*ví dụ"),
    ],
)  # fmt: skip
def test_an_error_names_file_key_and_what_would_be_right(
    tmp_path: Path, old: str, new: str, key: str, expected: str
) -> None:
    error = wrong(tmp_path, old, new)

    assert error.key == key
    assert re.search(expected, error.expected, re.DOTALL), error.expected
    assert not re.search(r"\^|Input|should|valid", error.expected)


def fields(model: type[BaseModel]) -> Iterator[tuple[type[BaseModel], str, FieldInfo]]:
    """Every key of the settings, with the table that it is in."""
    for name, field in model.model_fields.items():
        table = config_errors._table(field)
        yield from fields(table) if table else [(model, name, field)]


KEYS = list(dict.fromkeys((model, name) for model, name, _ in fields(config.CommuneFile)))


@pytest.mark.parametrize(("model", "name"), KEYS)
def test_each_key_has_an_example_which_is_right_and_is_told(model: type[BaseModel], name: str) -> None:
    """Whatever is wrong with a key: plain words and an example, and nothing of the library's English."""
    field = model.model_fields[name]
    assert field.description and field.examples
    right = {
        key: one.examples[0]
        for key, one in model.model_fields.items()
        if one.examples and (key == name or one.is_required())
    }
    model.model_validate(right)

    for value in (3.5, -7, 10**6, True, "", "§ !", [], [3.5], ["§ !"], {}, {"a": 1}, date(2024, 1, 1)):
        try:
            model.model_validate(right | {name: value})
        except ValidationError as error:
            said = config_errors.of_value(model, "matran.toml", right | {name: value}, error).expected
            assert "không dùng được. Cần " in said or "phải sau" in said
            assert f"{name} = " in said and not re.search(r"[\^{]|Input|should|valid", said)


def test_a_value_beside_a_password_is_not_repeated(tmp_path: Path) -> None:
    error = wrong(tmp_path, "[[ap]]", '[thu]\nmay_chu = "mttq:bi-mat@smtp"\n[[ap]]')

    assert "bi-mat" not in str(error)
    assert error.key == "[thu] may_chu" and "smtp.example.vn" in error.expected


@pytest.mark.parametrize(
    ("new", "line", "remedy"),
    [
        ("[don_vi", "“[don_vi”", r"giữa \[ và \]"),
        ("[don_vi]\nten = Tân An", "“ten = Tân An”", 'nằm trong dấu nháy.*ten = "Tân An"'),
        ("[don_vi]\nten = “Tân An”", "“ten = “Tân An””", 'dấu nháy thẳng.*ten = "Tân An"'),
        ('[don_vi]\ntên = "Tân An"', "tên =", 'không dấu.*ten = "Tân An"'),
        ('[don_vi]\nten = "Tân An', "“ten = ", 'thiếu dấu nháy đóng.*ten = "Tân An"'),
        ("[don_vi]\nten = 'Tân An", "“ten = ", 'thiếu dấu nháy đóng.*ten = "Tân An"'),
        ("[don_vi]\ngio = 08:00", "“gio = 08:00”", 'trọn trong dấu nháy.*gio = "08:00"'),
        ('[don_vi]\nloai = "a\\d"', "“loai = ", r"ghi hai lần"),
        ("[don_vi]\nxin chào", "“xin chào”", "khóa = giá trị.*sau dấu #"),
        ('[don_vi]\nloai = "a"\nloai = "b"', '“loai = "b"”', "đã ghi ở trên"),
        ("[don_vi]\n[don_vi]", "“[don_vi]”", "đã ghi ở trên"),
        ('[don_vi]\nloai = "a\x01"', "“loai = ", "ký tự lạ"),
        ('[don_vi]\nnoi_nhan = ["a"\n', "“ma = ", "thiếu dấu phẩy hoặc dấu ]"),
    ],
)  # fmt: skip
def test_a_line_that_is_no_toml_is_shown_with_what_to_do(
    tmp_path: Path, new: str, line: str, remedy: str
) -> None:
    error = wrong(tmp_path, "[don_vi]", new)

    assert re.fullmatch(r"dòng \d+", error.key)
    assert line in error.expected and re.search(remedy, error.expected), error.expected
    words = re.sub(r" \((Expected|Invalid|Illegal|Cannot|Unescaped|Unclosed)[^“]*\)$", "", error.expected)
    assert words != error.expected and not re.search("Expected|Invalid|Illegal|Cannot|Un", words)


def test_marks_of_a_windows_editor_do_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "matran.toml"
    windows = SMALL.replace("\n", "\r\n")
    for data in (windows.encode("utf-8-sig"), windows.encode("utf-16")):
        file.write_bytes(data)
        assert config.load(Variables(config=file)).commune.name == "Tân An"


@pytest.mark.parametrize(("data", "key"), [(b"a = 1\nb = '\xe2p'", "dòng 2"), (b"\xff\xfea", "(cả tệp)")])
def test_another_encoding_is_said_with_how_to_save_it(tmp_path: Path, data: bytes, key: str) -> None:
    file = tmp_path / "matran.toml"
    file.write_bytes(data)
    with pytest.raises(TemplateError, match=r"matran\.toml.*UTF-8.*Notepad.*Encoding") as error:
        config.load(Variables(config=file))
    assert error.value.key == key


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"matran\.toml.*matran init"):
        config.load(Variables(config=tmp_path / "matran.toml"))


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "matran.toml").mkdir()

    with pytest.raises(SettingsError, match=r"matran\.toml: đây là thư mục.*MATRAN_CONFIG"):
        config.load(Variables(config=tmp_path / "matran.toml"))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), "không có quyền đọc.*chmod u\\+r"),
        (OSError(errno.EIO, "Input/output error"), "không đọc được.*ổ đĩa"),
    ],
)
def test_an_unreadable_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, said: str
) -> None:
    def fail(self: Path) -> bytes:
        raise error

    monkeypatch.setattr(Path, "read_bytes", fail)
    with pytest.raises(SettingsError, match=rf"matran\.toml: {said}"):
        config.read_file(tmp_path / "matran.toml")


# The token


def test_the_token_comes_from_the_environment_or_a_private_file(tmp_path: Path) -> None:
    read = settings(tmp_path)
    assert read.telegram_token() is None

    read.data.mkdir()
    file = read.data / config.TOKEN_FILE
    file.write_text(f"{SECRET}\n", encoding="utf-8")
    file.chmod(0o600)
    assert read.telegram_token() == SECRET

    file.write_bytes(f"{SECRET}\r\n".encode("utf-8-sig"))  # as Windows Notepad does
    assert read.telegram_token() == SECRET
    file.write_bytes(b"\xe9" + SECRET.encode())
    with pytest.raises(TemplateError, match="UTF-8") as error:
        read.telegram_token()
    assert SECRET not in str(error.value)

    file.chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        read.telegram_token()
    assert settings(tmp_path, telegram_token=f" {SECRET} ").telegram_token() == SECRET


def test_on_windows_where_a_files_mode_tells_nothing_the_token_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_MODES_TELL", False)
    read = settings(tmp_path)
    read.data.mkdir()
    file = read.data / config.TOKEN_FILE
    file.write_text(SECRET, encoding="utf-8")
    file.chmod(0o666)  # as Windows shows every file
    assert read.telegram_token() == SECRET


def test_the_token_is_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATRAN_TELEGRAM_TOKEN", SECRET)
    variables = Variables(config=tmp_path / "matran.toml")

    assert SECRET not in repr(variables)
    assert SECRET not in repr(vars(settings(tmp_path, telegram_token=SECRET)))


# The clock


def test_the_clock_is_a_moment_or_a_file_read_at_each_call(tmp_path: Path) -> None:
    moment = datetime(2024, 12, 9, 1, tzinfo=UTC)
    assert config.read_clock("2024-12-09T08:00") == moment
    assert config.read_clock("2024-12-09T01:00:00Z") == moment

    file = tmp_path / "gio"
    file.write_text("2024-12-09T08:00\n")
    read = settings(tmp_path, clock=str(file))
    assert read.now() == moment

    file.write_text("2024-12-10T08:00\n")
    assert read.now().day == 10


@pytest.mark.parametrize("text", ["mai", "", "2024-13-01"])
def test_a_clock_that_is_none(text: str) -> None:
    with pytest.raises(SettingsError, match="MATRAN_CLOCK"):
        config.read_clock(text)


def test_without_one_it_is_the_computers(tmp_path: Path) -> None:
    assert abs((settings(tmp_path).now() - datetime.now(UTC)).total_seconds()) < 60
