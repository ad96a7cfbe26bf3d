"""Settings: read once, checked, errors that name file, key and remedy."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from bot import config
from bot.config import Settings, SettingsError, Variables
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


@pytest.mark.parametrize(
    ("old", "new", "key", "expected"),
    [
        ('ma = "tan-an"', 'ma = "Tân An"', "don_vi.ma", "không đúng dạng"),
        ('ma = "tan-an"\n', "", "don_vi.ma", "thiếu khóa"),
        ('ten = "Tân An"', 'tne = "Tân An"', "don_vi.ten", "thiếu khóa"),
        ('ten = "Tân An"', 'ten = "Tân An"\nso = 1', "don_vi.so", "không có khóa nào"),
        ('ten = "Tân An"', 'ten = ""', "don_vi.ten", "không được để trống"),
        ('chuc = "truong_ban"', 'chuc = "sep"', "ap.1.ban.1.chuc", "phải là một trong"),
        ("[[ap]]", '[han]\nngay_bao = 32\n\n[[ap]]', "han.ngay_bao", "lớn nhất là 31"),
        ("[[ap]]", '[han]\ngio = "25:00"\n\n[[ap]]', "han.gio", "không đúng dạng"),
        ("[[ap]]", '[han]\nnhac = ["mai"]\n\n[[ap]]', "han.nhac.1", "số nguyên"),
        ("[[ap]]", '[[ap]]\nma = "1"\nten = "Ấp Một"\n\n[[ap]]', "ap", "cùng mang mã"),
        ('ten = "Trần Văn Sáu"',
         'ten = "Trần Văn Sáu"\n[[ap.ban]]\nchuc = "thanh_vien"\nten = "Trần  Văn Sáu"', "ap",
         "ban của Ấp 1 có một tên ghi hai lần"),
        ("[don_vi]", "[don_vi", "(cả tệp)", "không đúng dạng TOML"),
        ("[don_vi]", "\udcff", "(cả tệp)", "không đúng dạng TOML"),
    ],
)  # fmt: skip
def test_an_error_names_file_key_and_expected(
    tmp_path: Path, old: str, new: str, key: str, expected: str
) -> None:
    assert old in SMALL
    file = tmp_path / "matran.toml"
    file.write_bytes(SMALL.replace(old, new, 1).encode("utf-8", "surrogateescape"))

    with pytest.raises(TemplateError) as error:
        config.load(Variables(config=file))

    assert (error.value.file, error.value.key) == (str(file), key)
    assert expected in error.value.expected


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"matran\.toml.*matran init"):
        config.load(Variables(config=tmp_path / "matran.toml"))


def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "matran.toml").mkdir()

    with pytest.raises(SettingsError, match=r"matran\.toml: không đọc được"):
        config.load(Variables(config=tmp_path / "matran.toml"))


# The token


def test_the_token_comes_from_the_environment_or_a_private_file(tmp_path: Path) -> None:
    read = settings(tmp_path)
    assert read.telegram_token() is None

    read.data.mkdir()
    file = read.data / config.TOKEN_FILE
    file.write_text(f"{SECRET}\n", encoding="utf-8")
    file.chmod(0o600)
    assert read.telegram_token() == SECRET

    file.chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        read.telegram_token()
    assert settings(tmp_path, telegram_token=f" {SECRET} ").telegram_token() == SECRET


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
