"""The demo: a year in a folder of its own, told in messages, with the figures that the report must print."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from filelock import FileLock

from bot import demo
from bot.config import SettingsError
from bot.demo import script
from bot.demo.folder import LIST
from storage import attachments, communes, messages, records, reports
from storage import funds as stored
from storage.database import Database, Tx
from templates import funds
from templates.errors import TemplateError
from templates.periods import PeriodSpec, resolve

SAMPLE = demo.named("tan_an")
WARD = demo.named("phuong")
DOCUMENT = "bao-cao-2024-du-thao-1.docx"
YEAR = resolve(PeriodSpec(2024), (12, 9))
OF_OTHERS = re.compile(r"\b(?:ấp|xã(?! hội)|huyện|Tân An)\b", re.IGNORECASE)
SHORT = """\
== 08/12/2024 08:00
minh ▸ {mã}
minh ▸ 1
● Cảm ơn đồng chí
minh ▸ công ty Lúa Vàng ủng hộ quỹ vì người nghèo 2 triệu
minh ▸ 1
minh ▸ Đ
● Đã ghi: phiếu số 1
== 09/12/2024 08:30
minh ● DỰ THẢO LẦN 1
"""


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The whole year, played once into a folder that holds somebody's files already."""
    folder = tmp_path_factory.mktemp("demo") / "ra"
    (folder / "documents").mkdir(parents=True)
    (folder / "so-tay.txt").write_text("của tôi", encoding="utf-8")
    (folder / "documents" / "thu.docx").write_bytes(b"thu")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MATRAN_DATA", str(folder.parent / "that"))
        patch.setenv("MATRAN_CLOCK", "2030-01-01T08:00")
        asyncio.run(demo.play(folder, None))
    yield folder


@pytest.fixture
def short(tmp_path: Path) -> Path:
    """A sample of two days in the same commune."""
    return _sample(tmp_path / "mau", SHORT)


def _sample(folder: Path, text: str) -> Path:
    folder.mkdir()
    shutil.copyfile(SAMPLE / "matran.toml", folder / "matran.toml")
    (folder / "nam.txt").write_text(text, encoding="utf-8")
    return folder


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def _text(file: Path) -> str:
    document = docx.Document(str(file))
    return " ".join(paragraph.text for paragraph in document.paragraphs)


def _asked(folder: Path, function: object) -> object:
    async def ask() -> object:
        db = await Database.open(folder / "matran.db")
        try:
            return await db.read(function)  # type: ignore[arg-type]
        finally:
            await db.close()

    return asyncio.run(ask())


PRINTED = (  # every figure of a real annual report, as it is printed, in the order of its sections
    "với 60 đầu công việc",
    "71 văn bản, gồm 20 kế hoạch, 10 công văn, 04 tờ trình, 22 báo cáo và 15 quyết định",
    "Kế hoạch số 94/KH-MTTQ-BTT ngày 10/10/2023",
    "Kế hoạch số 100/KH-MTTQ-BTT ngày 12/01/2024",
    "trên 10 hội nghị",
    "12 cuộc tuyên truyền với trên 800 người",
    "07 Ban Công tác Mặt trận",
    "“Gia đình văn hóa” đạt 100% tổng số hộ",
    "1.562.410.000 đồng cho Quỹ “Vì người nghèo”",
    "đã tặng quà 7.370 lượt người",
    "giúp đột xuất 06 người",
    "đã chi từ Quỹ là 1.547.170.000 đồng",
    "góp 18.090.000 đồng để cứu trợ",
    "đã chuyển về cấp trên là 18.090.000 đồng",
    "14 căn nhà Đại đoàn kết được bàn giao, trong đó cất mới 09 căn, sửa chữa 05 căn",
    "tổng kinh phí 680.000.000 đồng (280.000.000 đồng",
    "120.000.000 đồng của Ban Dân vận tỉnh",
    "08 cuộc tuyên truyền với 403 người",
    "bảo hiểm y tế là 93,64% (ước)",
    "02 ban của Hội đồng nhân dân xã",
    "giám sát 09 cơ quan, đơn vị",
    "đã thực hiện 08 cuộc giám sát",
    "625 lượt cử tri đến dự, nêu 78 ý kiến",
    "nhiệm kỳ 2024–2026",
    "nhiệm kỳ 2024–2029",
    "gồm 35 ủy viên. Ban Thường trực có 03 vị, gồm 01 Chủ tịch, 01 Phó Chủ tịch và 01 Ủy viên Thường trực",
    "07 ấp có 63 vị, gồm 07 Trưởng ban, 07 Phó Trưởng ban và 49 thành viên",
    "15 lượt đồng chí dự tập huấn",
    "01 bộ máy vi tính",
    "biên chế 02 người",
    "từ ngày 10/12/2023 đến ngày 09/12/2024",
)
BLANK = "…………"  # a blank of the document


def test_the_document_prints_what_the_year_told(out: Path) -> None:
    text = _text(out / DOCUMENT)
    assert [figure for figure in PRINTED if figure not in text] == []


def test_nothing_is_left_blank(out: Path) -> None:
    assert BLANK not in _text(out / DOCUMENT)


def test_the_fund_book_balances(out: Path) -> None:
    """Everything was handed over and receipted; what is left is what came in less what went out."""

    def ask(tx: Tx) -> tuple[dict[str, tuple[int, int]], int]:
        commune = communes.find(tx, "tan-an")
        assert commune is not None
        rows = stored.of_forms(tx, commune, funds.FORMS)
        book = funds.book(rows, YEAR.from_day, YEAR.until_day)
        return {name: (fund.held, fund.left) for name, fund in book.items()}, len(
            funds.mismatches(rows, YEAR.until_day)
        )

    assert _asked(out, ask) == ({"vi_nguoi_ngheo": (0, 15_240_000), "cuu_tro": (0, 0)}, 0)


def test_the_figures_stand_in_no_message(out: Path) -> None:
    """The sums are the program's own: nobody in the script says one of them."""
    said = "\n".join(line.text for line in script.read(SAMPLE / "nam.txt") if isinstance(line, script.Says))
    for total in ("1.562.410.000", "1562410000", "1.547.170.000", "18.090.000", "7.370", "403", "625", "680"):
        assert total not in said


def test_it_leaves_its_files_and_others_alone(out: Path) -> None:
    own = (out / LIST).read_text(encoding="utf-8").splitlines()[1:]
    assert _files(out) <= {*own, LIST, "so-tay.txt", "documents/thu.docx"}
    assert {DOCUMENT, "matran.db", "matran.toml", "hoi-thoai.txt", f"documents/{DOCUMENT}"} <= _files(out)
    assert (out / "so-tay.txt").read_text(encoding="utf-8") == "của tôi"
    assert (out / "documents" / "thu.docx").read_bytes() == b"thu"
    assert not [path for path in out.iterdir() if path.name.startswith(".")]


def test_matran_data_is_left_alone(out: Path) -> None:
    assert not (out.parent / "that").exists()


def test_the_second_request_finds_the_same_edition(out: Path) -> None:
    def ask(tx: Tx) -> tuple[int, int]:
        commune = communes.find(tx, "tan-an")
        assert commune is not None
        found = reports.editions(tx, commune, "bao_cao_nam", YEAR.from_day, YEAR.until_day)
        return len(found), len(reports.open_requests(tx))

    assert _asked(out, ask) == (1, 0)
    talk = (out / "hoi-thoai.txt").read_text(encoding="utf-8")
    assert "Số liệu không đổi, đây vẫn là dự thảo lần 1." in talk
    assert (out / DOCUMENT).read_bytes() == (out / "documents" / DOCUMENT).read_bytes()


def test_photos_are_kept_and_no_message_failed(out: Path) -> None:
    def ask(tx: Tx) -> tuple[list[str], int]:
        commune = communes.find(tx, "tan-an")
        assert commune is not None
        own = records.in_period(tx, commune, YEAR.from_day, YEAR.until_day)
        kept = [photo for record in own for photo in attachments.of_record(tx, commune, record.record)]
        return [photo.path or "" for photo in kept], len(messages.failed(tx, 10))

    paths, failed = _asked(out, ask)  # type: ignore[misc]
    assert failed == 0
    assert len(paths) == 12
    assert all((out / path).is_file() for path in paths)


def test_the_draft_shows_photos_with_captions(out: Path) -> None:
    document = docx.Document(str(out / DOCUMENT))
    captions = [c.text.strip() for row in document.tables[-1].rows for c in row.cells if c.text.strip()]
    assert len(captions) == 11  # a picture that was sent for two records is shown once
    assert captions[0] == "Ảnh 1. Vệ sinh môi trường tại kinh Xáng (ấp 3, ngày 17/12/2023)"
    assert len(document.inline_shapes) == 11
    said = "Phụ lục III có 11 ảnh, chương trình tự chọn trong 12 ảnh. Muốn chọn ảnh khác, gõ: chọn ảnh"
    assert said in (out / "hoi-thoai.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("sample", [SAMPLE, WARD])
def test_every_moment_of_the_script_expects_something(sample: Path) -> None:
    """A dialogue that changes must stop the sample, not slip through it."""
    expected: dict[int, int] = {}
    moment = 0
    for line in script.read(sample / "nam.txt"):
        if isinstance(line, script.Moves):
            moment = line.line
            expected[moment] = 0
        elif isinstance(line, script.Expects):
            expected[moment] += 1
    assert [line for line, count in expected.items() if not count] == []


def test_another_kind_of_commune_has_words_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A phường of khu phố, its months ending on the 15th: no word of the other sample is said or written."""
    asyncio.run(demo.play(tmp_path, None, WARD))
    printed = _text(tmp_path / "bao-cao-quy-i-2026-du-thao-1.docx")
    talk = (tmp_path / "hoi-thoai.txt").read_text(encoding="utf-8")
    written = [_everything(file) for file in (tmp_path / "documents").rglob("*.docx")]
    for text in (talk, printed, *written, capsys.readouterr().out):
        assert OF_OTHERS.findall(text) == []
    assert len(written) == 2  # the report and a receipt
    assert "từ ngày 16/12/2025 đến ngày 15/03/2026" in printed
    assert "Ủy ban MTTQ Việt Nam thành phố" in printed
    assert "12 Ban Công tác Mặt trận" in printed


def _everything(file: Path) -> str:
    """The text of a document with its tables, and what its header says."""
    document = docx.Document(str(file))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    heads = [paragraph.text for part in document.sections for paragraph in part.header.paragraphs]
    return "\n".join([_text(file), *cells, *heads])


def test_a_sample_that_is_none_is_named() -> None:
    with pytest.raises(SettingsError, match=r"“huyen”. Chọn một trong: phuong, tan_an"):
        demo.named("huyen")


def test_a_second_run_replaces_its_own(
    tmp_path: Path, short: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "ra"
    asyncio.run(demo.play(out, None, short))
    first = (out / "matran.db").read_bytes()
    (out / "cua-toi.txt").write_text("ở lại", encoding="utf-8")
    stale = out / "backups" / "matran-2020-01-01.zip"
    stale.write_bytes(b"")
    with (out / LIST).open("a", encoding="utf-8") as listed:
        listed.write("backups/matran-2020-01-01.zip\n../ngoai.txt\n")
    (tmp_path / "ngoai.txt").write_text("ngoài thư mục", encoding="utf-8")
    asyncio.run(demo.play(out, None, short))
    assert (out / "matran.db").read_bytes() != first
    assert (out / "cua-toi.txt").read_text(encoding="utf-8") == "ở lại"
    assert not stale.exists()
    assert (tmp_path / "ngoai.txt").exists()
    assert _asked(out, lambda tx: communes.find(tx, "tan-an")) == 1
    said = capsys.readouterr().out
    assert "Tên người và cách chia số đều do người viết đặt ra." in said
    assert "2.000.000 đồng" in said
    assert "Tháng 12/2024: 5 tin" in said


@pytest.mark.parametrize("name", ["matran.db", "matran.toml", "hoi-thoai.txt", LIST])
def test_a_foreign_file_is_never_replaced(tmp_path: Path, short: Path, name: str) -> None:
    out = tmp_path / "ra"
    out.mkdir()
    (out / name).write_text("của xã\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=name):
        asyncio.run(demo.play(out, None, short))
    assert (out / name).read_text(encoding="utf-8") == "của xã\n"
    assert _files(out) == {name}


def test_nothing_is_replaced_while_somebody_chats(tmp_path: Path, short: Path) -> None:
    out = tmp_path / "ra"
    asyncio.run(demo.play(out, None, short))
    before = (out / "matran.db").read_bytes()
    with FileLock(out / "matran.lock"), pytest.raises(SettingsError, match="đang được dùng"):
        asyncio.run(demo.play(out, None, short))
    assert (out / "matran.db").read_bytes() == before


def test_a_dialogue_that_changed_stops_the_sample(tmp_path: Path) -> None:
    sample = _sample(tmp_path / "mau", SHORT.replace("● Đã ghi: phiếu số 1", "● Đã ghi: phiếu số 7"))
    out = tmp_path / "ra"
    with pytest.raises(SettingsError, match=r"dòng 8: minh phải nhận được “Đã ghi: phiếu số 7”") as raised:
        asyncio.run(demo.play(out, None, sample))
    assert "Đã ghi: phiếu số 1." in str(raised.value)
    assert _files(out) == set()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("== 09/12/2024 08:00\nminh ▸ a\n== 08/12/2024 08:00\n", "dòng 3"),
        ("minh ▸ a\n", "dòng 1"),
        ("== 09/12/2024 08:00\n● không ai hỏi\n", "dòng 2"),
        ("== 09/12/2024 08:00\nminh > a\n", "dòng 2"),
        ("== 31/11/2024 08:00\n", "dòng 1"),
    ],
)
def test_a_line_that_is_none_is_named(tmp_path: Path, text: str, line: str) -> None:
    file = tmp_path / "nam.txt"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(TemplateError, match=line):
        script.read(file)


def test_a_message_may_have_lines_and_photos(tmp_path: Path) -> None:
    file = tmp_path / "nam.txt"
    file.write_text(
        "# lời giải thích\n== 09/12/2024 08:00\n\nsau ▸ [a.png, b.png] ảnh đây\n  dòng hai\n"
        "sau ▸ [a.png]\nlan ● x\n",
        encoding="utf-8",
    )
    _, said, photo, expected = script.read(file)
    assert said == script.Says(4, "sau", "ảnh đây\ndòng hai", ("a.png", "b.png"))
    assert photo == script.Says(6, "sau", "", ("a.png",))
    assert expected == script.Expects(7, "lan", "x", unasked=True)
