"""The fake Telegram behaves as the real one where our tests lean on it, and can be steered as a process."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fake_platform import CUT, HANG, Fault
from tests.fake_telegram import TOKEN, FakeTelegram

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False, verify=False, timeout=5) as http:
        yield http


async def call(
    client: httpx.AsyncClient, telegram: FakeTelegram, method: str, token: str = TOKEN, **fields: Any
) -> dict[str, Any]:
    files = fields.pop("files", None)
    answer = await client.post(f"{telegram.root}/bot{token}/{method}", data=fields, files=files)
    body: dict[str, Any] = answer.json()
    assert body["ok"] is (answer.status_code == 200)
    return body


def numbers(answer: dict[str, Any]) -> list[int]:
    return [update["update_id"] for update in answer["result"]]


async def test_an_offset_confirms_what_came_before_it(
    telegram: FakeTelegram, client: httpx.AsyncClient
) -> None:
    for text in "abc":
        telegram.person().says(text)
    assert numbers(await call(client, telegram, "getUpdates")) == [1001, 1002, 1003]
    assert numbers(await call(client, telegram, "getUpdates")) == [1001, 1002, 1003]
    assert numbers(await call(client, telegram, "getUpdates", offset=1003)) == [1003]
    assert numbers(await call(client, telegram, "getUpdates", offset=1)) == [1003]
    assert numbers(await call(client, telegram, "getUpdates", offset=1004)) == []


async def test_at_most_a_hundred_at_a_time(telegram: FakeTelegram, client: httpx.AsyncClient) -> None:
    for number in range(120):
        telegram.person().says(str(number))
    assert len(numbers(await call(client, telegram, "getUpdates", limit=100))) == 100
    assert (await call(client, telegram, "getUpdates", limit=101))["error_code"] == 400


async def test_a_long_poll_ends_with_the_first_update(
    telegram: FakeTelegram, client: httpx.AsyncClient
) -> None:
    polling = asyncio.create_task(call(client, telegram, "getUpdates", timeout=30))
    await telegram.called("getUpdates", 1)
    telegram.person().says("a")
    assert numbers(await polling) == [1001]


async def test_a_second_poll_ends_the_first(telegram: FakeTelegram, client: httpx.AsyncClient) -> None:
    first = asyncio.create_task(call(client, telegram, "getUpdates", timeout=30))
    await telegram.called("getUpdates", 1)
    second = asyncio.create_task(call(client, telegram, "getUpdates", timeout=30))
    assert (await first)["error_code"] == 409
    telegram.person().says("a")
    assert numbers(await second) == [1001]


async def test_kinds_that_are_not_asked_for_do_not_come(
    telegram: FakeTelegram, client: httpx.AsyncClient
) -> None:
    await call(client, telegram, "getUpdates", allowed_updates='["message"]')
    telegram.person().blocks()
    telegram.person().says("a")
    assert numbers(await call(client, telegram, "getUpdates")) == [1002]


@pytest.mark.parametrize(
    ("method", "fields", "code"),
    [
        ("sendMessage", {"chat_id": 7001, "text": ""}, 400),
        ("sendMessage", {"chat_id": 7001, "text": "a" * 4097}, 400),
        ("sendMessage", {"chat_id": 9, "text": "a"}, 400),
        ("sendPhoto", {"chat_id": 7001, "files": {"photo": ("a.png", b"no picture")}}, 400),
        ("sendDocument", {"chat_id": 7001, "caption": "a" * 1025, "files": {"document": ("a", b"x")}}, 400),
        ("sendDocument", {"chat_id": 7001}, 400),
        ("sendDocument", {"chat_id": 7001, "files": {"document": ("a", bytes((50 << 20) + 1))}}, 413),
        ("answerCallbackQuery", {"callback_query_id": "1"}, 400),
        ("getFile", {"file_id": "x"}, 400),
        ("sendNothing", {}, 404),
        ("getMe", {"token": "1:x"}, 401),
    ],
)
async def test_what_telegram_would_refuse_is_refused(
    telegram: FakeTelegram, client: httpx.AsyncClient, method: str, fields: dict[str, Any], code: int
) -> None:
    telegram.person()
    assert (await call(client, telegram, method, **fields))["error_code"] == code
    assert telegram.person().messages == []


@pytest.mark.parametrize(("data", "ok"), [("a" * 64, True), ("a" * 65, False), ("", False)])
async def test_data_of_a_button(
    telegram: FakeTelegram, client: httpx.AsyncClient, data: str, ok: bool
) -> None:
    telegram.person()
    markup = json.dumps({"inline_keyboard": [[{"text": "x", "callback_data": data}]]})
    answer = await call(client, telegram, "sendMessage", chat_id=7001, text="a", reply_markup=markup)
    assert answer["ok"] is ok


async def test_people_tap_only_what_they_see(telegram: FakeTelegram, client: httpx.AsyncClient) -> None:
    person = telegram.person()
    with pytest.raises(AssertionError):
        person.taps("Chốt")
    keyboard = json.dumps({"keyboard": [[{"text": "Chốt"}]]})
    await call(client, telegram, "sendMessage", chat_id=7001, text="a", reply_markup=keyboard)
    assert person.taps("Chốt")["message"]["text"] == "Chốt"
    gone = json.dumps({"remove_keyboard": True})
    await call(client, telegram, "sendMessage", chat_id=7001, text="a", reply_markup=gone)
    with pytest.raises(AssertionError):
        person.taps("Chốt")


async def test_faults_come_once_each_in_order(telegram: FakeTelegram, client: httpx.AsyncClient) -> None:
    person = telegram.person()
    telegram.fail("sendMessage", Fault(500), CUT, Fault(cut=True, accepted=True), HANG)
    assert (await call(client, telegram, "sendMessage", chat_id=7001, text="1"))["error_code"] == 500
    for text in "23":
        with pytest.raises(httpx.RemoteProtocolError):
            await call(client, telegram, "sendMessage", chat_id=7001, text=text)
    client.timeout = httpx.Timeout(0.05)
    with pytest.raises(httpx.ReadTimeout):
        await call(client, telegram, "sendMessage", chat_id=7001, text="4")
    await call(client, telegram, "sendMessage", chat_id=7001, text="5")
    assert person.texts == ["3", "5"]


async def test_as_a_process_it_is_steered_over_http(client: httpx.AsyncClient) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fake_telegram", "--port", "0",
        stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[1],
    )  # fmt: skip
    try:
        assert process.stdout is not None
        root = (await process.stdout.readline()).decode().strip()

        async def control(path: str, **body: Any) -> dict[str, Any]:
            answer = await client.post(f"{root}/control/{path}", json=body)
            result: dict[str, Any] = answer.json()
            return result

        assert await control("say", chat=5, text="chào", name="Tư") == {"update_id": 1001}
        await control("photo", chat=5, caption="ảnh", album=2)
        updates = (await client.post(f"{root}/bot{TOKEN}/getUpdates")).json()["result"]
        assert [update["update_id"] for update in updates] == [1001, 1002, 1003]
        keyboard = json.dumps({"inline_keyboard": [[{"text": "Chốt", "callback_data": "/chot"}]]})
        await control("fault", method="sendMessage", status=500)
        for _ in range(2):
            fields = {"chat_id": 5, "text": "dạ", "reply_markup": keyboard}
            await client.post(f"{root}/bot{TOKEN}/sendMessage", data=fields)
        heard = (await client.get(f"{root}/control/chat/5?after=0&wait=5")).json()["messages"]
        assert [(message["text"], message["commands"]) for message in heard] == [("dạ", {"Chốt": "/chot"})]
        assert (await control("tap", chat=5, button="Chốt"))["update_id"] == 1004
        assert "error" in await control("tap", chat=5, button="Không có")
        status = (await client.get(f"{root}/control/status")).json()
        assert (status["unconfirmed"], status["calls"]["sendMessage"]) == (4, 2)
    finally:
        process.terminate()
        await process.wait()
