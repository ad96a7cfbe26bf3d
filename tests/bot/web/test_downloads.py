"""A document by its link: looked at freely, taken ten times in two days, by whoever it was given to."""

from __future__ import annotations

import asyncio
from datetime import date
from urllib.parse import unquote

import httpx
import pytest

from bot.web.downloads import STARTS
from storage import links, people, reports
from tests.bot.web.conftest import BASE, CONTENT, NAME, Commune

pytestmark = pytest.mark.anyio


async def taken(phone: httpx.AsyncClient, page: str, **more: object) -> httpx.Response:
    """Presses the button, and follows to the file."""
    pressed = await phone.post(page)
    assert pressed.status_code == 303
    return await phone.get(str(pressed.url.join(pressed.headers["location"])), **more)  # type: ignore[arg-type]


async def test_the_page_says_what_there_is_and_the_button_gives_it(commune: Commune) -> None:
    page = await commune.document()
    async with commune.phone() as phone:
        seen = await phone.get(page)
        assert seen.status_code == 200
        for words in (NAME, "50 KB", "Tải về", "10 lần", "08:05,\u00a010/12", "Mặt trận xã Tân An"):
            assert words in seen.text
        assert '<form method="post"><button type="submit">Tải về</button></form>' in seen.text
        assert "<script" not in seen.text and 'lang="vi"' in seen.text and "width=device-width" in seen.text
        file = await taken(phone, page)
    assert file.content == CONTENT
    assert file.headers["content-type"].startswith("application/vnd.openxmlformats-officedocument.word")
    said = file.headers["content-disposition"]
    assert said.startswith("attachment; filename=\"Bao cao nam 2024 - du thao.docx\"; filename*=UTF-8''")
    assert unquote(said.partition("UTF-8''")[2]) == NAME
    assert (await commune.link()).uses == 1


async def test_looking_never_uses_it_up(commune: Commune) -> None:
    page = await commune.document()
    async with commune.phone() as phone:
        for _ in range(30):
            assert (await phone.get(page)).status_code == 200
            head = await phone.head(page)
            assert head.status_code == 200 and head.content == b""
    assert (await commune.link()).uses == 0


async def test_ten_downloads_and_no_more(commune: Commune) -> None:
    page = await commune.document()
    async with commune.phone() as phone:
        for _ in range(10):
            assert (await taken(phone, page)).content == CONTENT
        for answer in (await phone.post(page), await phone.get(page)):
            assert answer.status_code == 410 and "đã dùng đủ số lần" in answer.text
    assert (await commune.link()).uses == 10
    assert await commune.document() != page  # asked for again, there is a new one


async def test_ten_at_once_and_one_more(commune: Commune) -> None:
    page = await commune.document()
    async with commune.phone() as phone:
        pressed = await asyncio.gather(*(phone.post(page) for _ in range(14)))
    assert sorted(answer.status_code for answer in pressed) == [303] * 10 + [410] * 4


async def test_a_broken_line_goes_on_where_it_broke(commune: Commune) -> None:
    page = await commune.document()
    async with commune.phone() as phone:
        pressed = await phone.post(page)
        file = str(pressed.url.join(pressed.headers["location"]))
        first = await phone.get(file, headers={"Range": "bytes=0-999"})
        assert first.status_code == 206 and len(first.content) == 1000
        for start in range(1000, len(CONTENT), 5000):
            rest = await phone.get(file, headers={"Range": f"bytes={start}-{start + 4999}"})
            assert rest.status_code == 206 and rest.content == CONTENT[start : start + 5000]
        whole = await phone.head(file)
        assert whole.headers["content-length"] == str(len(CONTENT)) and whole.content == b""
    assert (await commune.link()).uses == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Range": "bytes=-99999999"},
        {"Range": "bytes=0-"},
        {"Range": "bytes=1-,0-0"},
        {"Range": "bytes=00-"},
        {"Range": "bytes=1-", "If-Range": '"another"'},
    ],
)
async def test_what_gives_the_file_from_its_beginning_is_a_beginning(
    commune: Commune, headers: dict[str, str]
) -> None:
    page = await commune.document()
    async with commune.phone() as phone:
        pressed = await phone.post(page)
        file = str(pressed.url.join(pressed.headers["location"]))
        begun = [(await phone.get(file, headers=headers)).status_code for _ in range(STARTS + 2)]
    assert 410 not in begun[:STARTS] and begun[STARTS:] == [410] * 2


async def test_going_on_has_an_end_too(commune: Commune) -> None:
    page = await commune.document()
    async with commune.phone() as phone:
        pressed = await phone.post(page)
        file = str(pressed.url.join(pressed.headers["location"]))
        etag = (await phone.get(file)).headers["etag"]
        rest = {"Range": "bytes=1-", "If-Range": etag}
        assert [(await phone.get(file, headers=rest)).status_code for _ in range(3)] == [206, 206, 410]
        assert (await phone.get(file)).status_code == 200


async def test_the_files_own_address_begins_a_few_times_within_half_an_hour(commune: Commune) -> None:
    page = await commune.document()
    async with commune.phone() as phone:
        pressed = await phone.post(page)
        file = str(pressed.url.join(pressed.headers["location"]))
        begun = [(await phone.get(file)).status_code for _ in range(STARTS + 2)]
        assert begun == [200] * STARTS + [410] * 2
        pressed = await phone.post(page)
        file = str(pressed.url.join(pressed.headers["location"]))
        commune.passes(minutes=29)
        assert (await phone.get(file)).status_code == 200
        commune.passes(minutes=1)
        assert (await phone.get(file)).status_code == 410


async def test_after_two_days_it_says_what_to_type(commune: Commune) -> None:
    days = (date(2023, 12, 10), date(2024, 12, 9))
    path = "documents/bao-cao-2024-du-thao-2.docx"
    await commune.write(
        lambda tx: reports.add_edition(
            tx, commune.number, "nam", *days, "năm 2024", 2, "f", {}, "", path, "s", commune.now
        )
    )
    page = await commune.document()
    commune.passes(hours=48)
    async with commune.phone() as phone:
        for answer in (await phone.get(page), await phone.post(page)):
            assert answer.status_code == 410
            assert "đã hết hạn" in answer.text and "báo cáo 2024" in answer.text


async def test_one_that_no_command_gives_anew_sends_to_the_commune(commune: Commune) -> None:
    page = await commune.document("sau")
    commune.passes(hours=48)
    async with commune.phone() as phone:
        answer = await phone.get(page)
    assert "hoặc hỏi Mặt trận xã Tân An" in answer.text and "0900 000 000" in answer.text


@pytest.mark.parametrize("how", ["withdrawn", "dismissed"])
async def test_one_that_was_taken_back(commune: Commune, how: str) -> None:
    page, person = await commune.document(), commune.people["minh"]
    async with commune.phone() as phone:
        pressed = await phone.post(page)
        if how == "withdrawn":
            await commune.write(lambda tx: links.withdraw(tx, commune.number, person, commune.now))
        else:
            await commune.write(lambda tx: people.end_roles(tx, commune.number, person, commune.now))
        file = str(pressed.url.join(pressed.headers["location"]))
        for answer in (await phone.get(page), await phone.post(page), await phone.get(file)):
            assert answer.status_code == 410 and "không còn dùng được" in answer.text
            assert NAME not in answer.text


async def test_a_document_that_is_no_longer_there(commune: Commune) -> None:
    page = await commune.document()
    (commune.data / "documents/bao-cao-2024-du-thao-2.docx").unlink()
    async with commune.phone() as phone:
        for answer in (await phone.get(page), await phone.post(page)):
            assert answer.status_code == 410 and "Không còn tệp này" in answer.text
    assert (await commune.link()).uses == 0


@pytest.mark.parametrize(
    "path", ["link-key", "../secret.txt", "/etc/passwd", "documents/../link-key", "documents"]
)
async def test_no_row_opens_what_lies_elsewhere(commune: Commune, path: str) -> None:
    (commune.data.parent / "secret.txt").write_text("secret")
    page = await commune.document(path=path)
    async with commune.phone() as phone:
        assert (await phone.get(page)).status_code == 410
        assert (await phone.post(page)).status_code == 410


async def test_a_way_out_by_a_symbolic_link_is_no_way(commune: Commune) -> None:
    (commune.data.parent / "secret.txt").write_text("secret")
    (commune.data / "documents/a.docx").symlink_to(commune.data.parent / "secret.txt")
    page = await commune.document(path="documents/a.docx")
    async with commune.phone() as phone:
        assert (await phone.get(page)).status_code == 410


async def test_wrong_addresses_open_nothing(commune: Commune) -> None:
    page = await commune.document()
    upload = await commune.upload()
    token = page.rpartition("/")[2]
    paths = [
        page[:-1],
        page + "x",
        f"{BASE}/gui/{token}",  # a document's token takes no files
        upload.replace("/gui/", "/tai/"),
        f"{BASE}/tep/{token}/a.docx",
        f"{BASE}/tai/",
        f"{BASE}/tai/1.1.abc.def",
        f"{BASE}/tai/..%2f..%2flink-key",
        f"{BASE}/tep/x/..%2f..%2fmatran.db",
        f"{BASE}/anh/../link-key",
        f"{BASE}/",
        f"{BASE}/link-key",
        f"{BASE}/tai/{'%F0%9F%98%80' * 3}",
    ]
    async with commune.phone() as phone:
        for path in paths:
            for answer in (await phone.get(path), await phone.post(path)):
                assert answer.status_code == 404, path
                assert "Không có trang này" in answer.text and NAME not in answer.text


async def test_a_number_that_was_given_again_opens_nothing(commune: Commune) -> None:
    page = await commune.document()
    # As after `matran restore`: the row is another's, with the same number.
    await commune.write(lambda tx: tx.run("UPDATE link SET nonce = 'another'"))
    async with commune.phone() as phone:
        assert (await phone.get(page)).status_code == 404


async def test_every_answer_keeps_search_engines_caches_and_frames_out(commune: Commune) -> None:
    page = await commune.document()
    async with commune.phone() as phone:
        pressed = await phone.post(page)
        file = await phone.get(str(pressed.url.join(pressed.headers["location"])))
        for answer in (await phone.get(page), pressed, file, await phone.get(BASE + "/x")):
            headers = answer.headers
            assert headers["x-robots-tag"] == "noindex, nofollow"
            assert headers["cache-control"] == "private, no-store"
            assert headers["referrer-policy"] == "no-referrer"
            assert headers["x-content-type-options"] == "nosniff"
            assert "default-src 'none'" in headers["content-security-policy"]
            assert "set-cookie" not in headers


async def test_a_name_is_shown_as_text_and_breaks_no_header(commune: Commune) -> None:
    name = 'a"<script>alert(1)</script>\r\nX: y;.docx'
    page = await commune.document(name=name)
    async with commune.phone() as phone:
        assert "<script>" not in (await phone.get(page)).text
        file = await taken(phone, page)
    assert file.status_code == 200 and "x" not in file.headers
    assert file.headers["content-disposition"].count('"') == 2


async def test_who_guesses_waits_and_who_has_a_link_does_not(commune: Commune) -> None:
    page = await commune.document()
    async with commune.phone() as phone:
        got = [(await phone.get(f"{page}x")).status_code for _ in range(22)]
        assert got == [404] * 20 + [429] * 2
        assert (await phone.get(page)).status_code == 200
        commune.seconds += 60
        assert (await phone.get(f"{page}x")).status_code == 404


async def test_an_address_with_a_path_works_however_the_proxy_passes_it_on(commune: Commune) -> None:
    commune.base = f"{BASE}/matran"
    commune.__post_init__()
    page = await commune.document()
    assert page.startswith(f"{BASE}/matran/tai/")
    async with commune.phone() as phone:
        for seen in (page, page.replace("/matran/", "/")):
            assert (await phone.get(seen)).status_code == 200
            assert (await taken(phone, seen)).content == CONTENT


async def test_trouble_of_our_own_is_a_page_too_and_names_no_address(
    commune: Commune, caplog: pytest.LogCaptureFixture
) -> None:
    page = await commune.document()
    await commune.write(lambda tx: tx.run("DROP TABLE link"))
    async with commune.phone() as phone:
        answer = await phone.get(page)
    assert answer.status_code == 500 and "Máy đang trục trặc" in answer.text
    assert page.rpartition("/")[2] not in caplog.text and "Trang riêng" in caplog.text
