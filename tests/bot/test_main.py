"""The `matran` command: what is wrong is said in one line, to whoever can mend it."""

from __future__ import annotations

import asyncio
import io
import json
import re
import sqlite3
import zipfile
from pathlib import Path

import pytest
import typer
from docx import Document

from bot import __main__ as program
from bot import app, checkup, config, serve
from bot.messages import NOTICE, Outgoing
from storage import engine, outbox
from storage.errors import StorageUnavailable
from templates import documents, receipt
from templates.errors import TemplateError
from tests.bot.test_config import SMALL
from tests.templates import old


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a configuration, in which the command runs."""
    monkeypatch.chdir(tmp_path)
    for name in ("CONFIG", "DATA", "CLOCK", "TELEGRAM_TOKEN", "TELEGRAM_API"):
        monkeypatch.delenv(f"MATRAN_{name}", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))  # for the child that renders
    (tmp_path / "matran.toml").write_text(SMALL, encoding="utf-8")
    return tmp_path


@pytest.fixture
def matran(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    """Runs a command; (exit code, what it printed, what it complained)."""

    def run(*args: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["matran", *args])
        with pytest.raises(SystemExit) as ended:
            program.main()
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return int(ended.value.code or 0), printed.out, printed.err

    return run


def test_a_chat_shows_only_what_is_for_its_own_account(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def put(*messages: tuple[str, str]) -> None:
        async with app.opened(config.load()) as opened:
            here = (opened.house.number, "terminal")
            for address, text in messages:
                what = (address, NOTICE, Outgoing(text).as_json(), opened.now())
                await opened.db.write(lambda tx, what=what: outbox.put(tx, *here, *what))

    def chat(address: str, typed: str = "") -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        asyncio.run(serve.chat(config.load(), address))
        return capsys.readouterr().out

    asyncio.run(put(("sau", "cho Sáu, một"), ("tu", "cho Tư"), ("sau", "cho Sáu, hai")))

    assert chat("tu").splitlines() == ["cho Tư"]
    said = chat("bay", "xin chào\n")
    assert "mã mời" in said and not any(name in said for name in ("Sáu", "Tư"))
    asyncio.run(put(("sau", "cho Sáu, ba")))
    assert chat("sau").splitlines() == ["cho Sáu, một", "cho Sáu, hai", "cho Sáu, ba"]
    assert chat("sau") == chat("tu") == ""


INVITE = ("invite", "--chuc-vu", "standing_committee", "--ten", "Nguyễn Văn Minh", "--xung-ho", "đồng chí")


def test_an_invitation_is_printed_and_its_code_is_not_kept(here: Path, matran) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = matran(*INVITE)

    assert code == 0
    assert "Kính gửi đồng chí Nguyễn Văn Minh, Ban Thường trực" in out
    typed = out.partition("Gõ mã: ")[2][:9]
    assert len(typed.replace(" ", "")) == 8
    content = (here / "du-lieu" / "matran.db").read_bytes()
    assert typed.encode() not in content and typed.replace(" ", "").encode() not in content


@pytest.mark.parametrize(
    ("args", "complaint"),
    [
        (("invite", "--chuc-vu", "sep", "--ten", "X"), "--chuc-vu phải là một trong"),
        (("invite", "--chuc-vu", "hamlet_head", "--ten", "X", "--ap", "9"), "--ap phải là một trong: 1"),
        (("invite", "--chuc-vu", "observer", "--ten", " "), "--ten không được để trống"),
        ((*INVITE, "--qr", "ma.png"), "Chưa có mã quét"),
        (("report", "20244", "--out", "x.docx"), "Chưa rõ kỳ “20244”"),
        (("run",), "MATRAN_TELEGRAM_TOKEN"),
        (("restore", "khong-co.zip"), "khong-co.zip"),
        (("backup",), "Chưa có dữ liệu"),
        (("parse", "tien"), "TYPE phải là một trong"),
        (("init",), "matran.toml đã có"),
    ],
)
def test_what_cannot_be_done_is_said(here: Path, matran, args: tuple[str, ...], complaint: str) -> None:  # type: ignore[no-untyped-def]
    code, _, err = matran(*args)

    assert code == 1
    assert complaint in err
    assert not (here / "x.docx").exists() and not (here / "ma.png").exists()


@pytest.mark.parametrize(
    ("args", "complaint"),
    [
        (("report", "2024", "--out", "folder"), "folder là thư mục, cần một tệp.*folder/bao-cao-2024.docx"),
        (("report", "2024", "--out", "file/x.docx"), "file/x.docx: một tệp đang nằm ở chỗ cần thư mục"),
        (("backlog", "--ap", "1", "--out", "folder"), "folder là thư mục.*folder/nhap-bu.xlsx"),
        (("backlog", "--ap", "1", "--out", "file/x.xlsx"), "file/x.xlsx: một tệp đang nằm"),
        (("backlog", "--out", "file"), "file: một tệp đang nằm ở chỗ cần thư mục"),
        (("backup", "--out", "folder"), "folder là thư mục.*folder/matran.zip"),
        (("backup", "--out", "file/x.zip"), "file/x.zip: một tệp đang nằm ở chỗ cần thư mục"),
        (("report", "2024", "--out", "a" * 300 + ".docx"), "tên dài quá"),
        (("backup", "--out", "a" * 300 + ".zip"), "tên dài quá"),
        (("demo", "--out", "file"), "vào file: một tệp đang nằm ở chỗ cần thư mục. Chọn thư mục khác"),
        (("backlog", "--ap", "1", "--out", "/proc/x.xlsx"), "/proc/x.xlsx: không có|/proc/x.xlsx: không ghi"),
    ],
)
def test_where_a_file_cannot_be_written(here: Path, matran, args: tuple[str, ...], complaint: str) -> None:  # type: ignore[no-untyped-def]
    assert matran(*INVITE)[0] == 0
    (here / "folder").mkdir()
    (here / "file").write_text("mine")

    code, _, err = matran(*args)

    assert code == 1 and re.search(complaint, err), err
    assert "No such file" not in err and "exists" not in err
    assert (here / "file").read_text() == "mine" and not any((here / "folder").iterdir())


def test_an_init_that_is_broken_off(here: Path, matran, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    (here / "matran.toml").unlink()

    def stopped(question: str, default: str | None = None) -> str:
        raise typer.Abort

    monkeypatch.setattr("typer.prompt", stopped)
    code, _, err = matran("init")

    assert code == 1 and "Đã dừng, chưa ghi gì" in err and "Abort" not in err
    assert not (here / "matran.toml").exists()


def test_a_refused_picture_leaves_no_invitation(here: Path, matran) -> None:  # type: ignore[no-untyped-def]
    matran(*INVITE, "--qr", "ma.png")

    with sqlite3.connect(here / "du-lieu" / "matran.db") as db:
        assert db.execute("SELECT count(*) FROM invitation").fetchone() == (0,)


@pytest.mark.parametrize(
    ("folder", "text", "complaint"),
    [
        ("forms", "name = 3", "rieng.toml: "),
        ("wording", "[menu]\nwhta = 'x'", "menu.whta"),
    ],
)
def test_a_broken_file_of_the_communes_own(
    here: Path, matran, folder: str, text: str, complaint: str
) -> None:  # type: ignore[no-untyped-def]
    own = here / "du-lieu" / folder
    own.mkdir(parents=True)
    (own / "rieng.toml").write_text(text, encoding="utf-8")

    code, _, err = matran("check")

    assert code == 1
    assert complaint in err and str(own / "rieng.toml") in err


@pytest.mark.parametrize("name", ["bao_cao_nam", "phieu_thu"])
def test_a_broken_word_template_is_found(here: Path, matran, name: str) -> None:  # type: ignore[no-untyped-def]
    own = here / "du-lieu" / "reports"
    own.mkdir(parents=True)
    (own / f"{name}.docx").write_bytes(b"no zip at all")

    code, out, err = matran("check")

    assert code == 1
    assert f"{name}.docx" in out + err


def test_files_in_the_folder_of_own_templates_that_nothing_uses_are_named(here: Path, matran) -> None:  # type: ignore[no-untyped-def]
    own = here / "du-lieu" / "reports"
    own.mkdir(parents=True)
    (own / "mau_moi.docx").write_bytes(b"x")

    code, out, _ = matran("check")

    assert code == 1
    assert f"Tệp {own / 'mau_moi.docx'} không được dùng." in out and "bao_cao.docx, figures.toml" in out


@pytest.mark.parametrize("name", ["bao_cao_nam", "phieu_thu"])
def test_a_template_of_the_communes_own_is_tried_at_start(here: Path, name: str) -> None:
    """One that names what does not exist, as somebody might leave it in Word."""
    own = here / "du-lieu" / "reports"
    own.mkdir(parents=True)
    template = documents.load().template if name == documents.ANNUAL else receipt.template()
    document = Document(str(template))
    document.add_paragraph("Số {{ khong_co }}")
    document.save(str(own / f"{name}.docx"))

    async def start() -> None:
        async with app.opened(config.load()) as opened:
            await serve._tried(opened)

    with pytest.raises(TemplateError) as wrong:
        asyncio.run(start())
    assert "khong_co" in str(wrong.value) and f"{name}.docx" in str(wrong.value)


def test_a_template_of_before_the_photo_annex_is_said_with_the_remedy(
    here: Path, matran, caplog: pytest.LogCaptureFixture
) -> None:  # type: ignore[no-untyped-def]
    """The report is made all the same."""
    copy = old.without_photos(here / "du-lieu" / "reports")

    async def start() -> None:
        async with app.opened(config.load()) as opened:
            assert not opened.house.shows_photos
            await serve._tried(opened)

    asyncio.run(start())
    code, out, _ = matran("check")
    (told,) = [line for line in out.splitlines() if "chưa có chỗ cho ảnh" in line]

    assert code == 1 and "✗ Mẫu Word" in out
    for part in (str(copy), "bao_cao_nam/bao_cao.docx", "{%p if anh %}", "{%p endif %}", "hang[0].hinh"):
        assert part in told and part in caplog.text

    old.mend(copy)
    assert "✓ Mẫu Word" in matran("check")[1]


@pytest.mark.parametrize(
    "args", [("check",), ("chat", "--as", "sau"), ("report", "2024", "--out", "x.docx"), INVITE]
)
def test_another_code_of_the_commune_is_refused_with_the_remedy(
    here: Path, matran, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...]
) -> None:  # type: ignore[no-untyped-def]
    """The people of the data would be strangers in a commune of another code."""
    monkeypatch.setattr("sys.stdin", io.StringIO("xin chào\n"))
    assert matran(*INVITE)[0] == 0
    file = here / "matran.toml"
    file.write_text(SMALL.replace('ma = "tan-an"', 'ma = "xa-tan-an"'), encoding="utf-8")

    code, _, err = matran(*args)

    assert code == 1 and not (here / "x.docx").exists()
    for part in ("matran.toml", "[don_vi] ma", "“tan-an” (xã Tân An)", 'ma = "tan-an"', "MATRAN_DATA"):
        assert part in err
    with sqlite3.connect(here / "du-lieu" / "matran.db") as db:
        assert db.execute("SELECT code FROM commune").fetchall() == [("tan-an",)]
    db.close()
    file.write_text(SMALL, encoding="utf-8")
    assert matran(*INVITE)[0] == 0


def test_a_restore_that_is_refused_says_why_and_changes_nothing(here: Path, matran) -> None:  # type: ignore[no-untyped-def]
    assert matran(*INVITE)[0] == 0
    before = (here / "du-lieu" / "matran.db").read_bytes()
    assert matran("backup", "--out", "whole.zip")[0] == 0
    whole = (here / "whole.zip").read_bytes()
    files = {"a.zip": b"no zip", "b.zip": whole[: len(whole) // 2]}
    for name, content in files.items():
        (here / name).write_bytes(content)
    with zipfile.ZipFile(here / "c.zip", "w") as foreign:
        foreign.writestr("photo.jpg", "x")
    listed = {"format": 99, "attachments": []}
    with zipfile.ZipFile(here / "d.zip", "w") as newer:
        newer.writestr("matran-sao-luu.json", json.dumps(listed))
        newer.writestr("matran.db", b"x")

    said = {name: matran("restore", name) for name in ("a.zip", "b.zip", "c.zip", "d.zip")}
    with sqlite3.connect(here / "du-lieu" / "matran.db") as reading:
        reading.execute("SELECT count(*) FROM person").fetchone()
        said["in use"] = matran("restore", "whole.zip")
    reading.close()

    words = {
        "a.zip": "a.zip không phải bản sao lưu của Matran", "b.zip": "b.zip bị hỏng hoặc chép chưa hết",
        "c.zip": "c.zip không phải bản sao lưu", "d.zip": "Cài bản mới", "in use": "Đóng chương trình đó",
    }  # fmt: skip
    for case, (code, out, err) in said.items():
        assert (code, out) == (1, "") and words[case] in err and "vẫn giữ nguyên" in err
    assert (here / "du-lieu" / "matran.db").read_bytes() == before


def test_missing_configuration(here: Path, matran) -> None:  # type: ignore[no-untyped-def]
    (here / "matran.toml").unlink()

    assert matran("check")[0] == 1
    assert "matran init" in matran("check")[2]


def test_a_data_folder_that_cannot_be_written(here: Path, matran) -> None:  # type: ignore[no-untyped-def]
    (here / "du-lieu").write_text("a file where the folder should be")

    for command in (("check",), INVITE):
        code, out, err = matran(*command)

        assert code == 1
        assert "du-lieu: một tệp đang nằm ở chỗ cần thư mục" in out + err and "MATRAN_DATA" in out + err


@pytest.mark.parametrize(("reason", "said"), [("full", "Đĩa đầy"), ("io", "Xem ổ đĩa")])
def test_data_that_cannot_be_written_leaves_the_other_lines(
    here: Path, matran, monkeypatch: pytest.MonkeyPatch, reason: str, said: str
) -> None:  # type: ignore[no-untyped-def]
    """On a full disk one asks the check: the disk stands first, the rest is looked at all the same."""
    assert matran(*INVITE)[0] == 0
    opening = engine.open_writer

    def full(path: Path) -> sqlite3.Connection:
        if path == here / "du-lieu" / "matran.db":
            raise StorageUnavailable(reason, "disk I/O error")
        return opening(path)

    monkeypatch.setattr(engine, "open_writer", full)
    monkeypatch.setattr(checkup, "_LOW_DISK", 2**80)

    code, out, _ = matran("check")
    lines = [line for line in out.splitlines() if not line.startswith(" ")]

    assert code == 1 and said in out and "disk I/O error" not in out
    assert lines[2:] == [
        "✗ Đĩa", "✗ Dữ liệu", "✗ Mã kênh", "✗ Các bot", "✗ Đơn vị", "✓ Mẫu Word", "✗ Tin nhận", "✗ Tin gửi",
        "✓ Trang riêng", "✓ Thư điện tử", "✓ Đồng hồ",
    ]  # fmt: skip
    code, _, err = matran(*INVITE)
    assert code == 1 and said in err and "disk I/O error" not in err


def test_no_room_for_a_stand_in_either(here: Path, matran, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    def full(path: Path) -> sqlite3.Connection:
        raise StorageUnavailable("full", "database or disk is full")

    monkeypatch.setattr(engine, "open_writer", full)

    code, out, _ = matran("check")

    assert code == 1 and out.count("Chưa xem được") == 9 and "Đĩa đầy" in out


@pytest.mark.parametrize(
    ("statement", "complaint"),
    [("PRAGMA user_version = 9999", "mới hơn"), ("PRAGMA application_id = 7", "không phải cơ sở dữ liệu")],
)
def test_a_database_of_a_newer_or_another_program(here: Path, matran, statement: str, complaint: str) -> None:  # type: ignore[no-untyped-def]
    assert matran(*INVITE)[0] == 0
    file = here / "du-lieu" / "matran.db"
    with sqlite3.connect(file) as db:
        db.execute(statement)
    db.close()
    before = file.read_bytes()

    code, _, err = matran("check")

    assert code == 1
    assert complaint in err
    assert file.read_bytes() == before


def test_check_of_a_fresh_commune_says_what_is_missing(here: Path, matran) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = matran("check")

    assert code == 1  # no token yet
    assert "✗ Mã kênh" in out and "MATRAN_TELEGRAM_TOKEN" in out
    assert "✓ Mẫu Word" in out and "✓ Đồng hồ" in out


def test_init_asks_and_writes_a_configuration_that_works(
    here: Path, matran, monkeypatch: pytest.MonkeyPatch
) -> None:  # type: ignore[no-untyped-def]
    (here / "matran.toml").unlink()
    superior = "Ủy ban MTTQ Việt Nam tỉnh Cà Mau"
    unit = ("huyện", "Phuong", " ", 'An "Hòa" \\', "khóm", "0", "12", "", "", superior)
    answers = iter([*unit, "40", "20", " ", "Lê Thị Lan"])
    monkeypatch.setattr("typer.prompt", lambda question, default=None: next(answers) or default or "")

    code, out, _ = matran("init")

    assert code == 0
    assert "Kính gửi đồng chí Lê Thị Lan" in out and "phường" in out
    text = (here / "matran.toml").read_text(encoding="utf-8")
    assert "cần một trong: xã, phường, đặc khu" in out and "không để trống" in out
    assert 'loai = "phường"' in text and 'noi_nhan = ["Ủy ban MTTQ Việt Nam tỉnh Cà Mau", ' in text
    assert text.count("[[ap]]\nma") == 12 and 'ten = "Khóm 12"' in text and "ngay_bao = 20" in text
    assert matran("check")[1].startswith("Cấu hình:")


def test_the_code_of_a_long_name_fits(here: Path, matran, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    (here / "matran.toml").unlink()
    answers = iter(["", "Một Cái Tên Rất Dài Của Một Đơn Vị Ở Xa", *[""] * 6, "Lê Thị Lan"])
    monkeypatch.setattr("typer.prompt", lambda question, default=None: next(answers) or default or "")

    assert matran("init")[0] == 0
    assert config.load().commune.code == "xa-mot-cai-ten-rat-dai-cua-mot-don-vi-o"
