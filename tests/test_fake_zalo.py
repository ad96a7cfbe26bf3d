"""The fake Zalo behaves as the facts say, in each of the ways that they leave open."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fake_http import HttpServer, Request, Response
from tests.fake_platform import CUT, HANG, HTML, Fault
from tests.fake_zalo import TOKEN, Delivery, FakeZalo

pytestmark = pytest.mark.anyio
CHAT = "zalo-7001"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def zalo() -> AsyncIterator[FakeZalo]:
    async with FakeZalo() as fake:
        yield fake


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False, verify=False, timeout=5) as http:
        yield http


async def call(
    client: httpx.AsyncClient, zalo: FakeZalo, method: str, token: str = TOKEN, **said: Any
) -> dict[str, Any]:
    answer = await client.post(f"{zalo.root}/bot{token}/{method}", json=said)
    body: dict[str, Any] = answer.json()
    refused = body.get("error_code", 200)
    right = refused if zalo.real_statuses or refused == 408 else 200
    assert answer.status_code == right
    assert body["ok"] is ("result" in body)
    return body


async def texts(client: httpx.AsyncClient, zalo: FakeZalo, times: int, patience: float = 0) -> list[Any]:
    """What so many polls bring; None for an idle one."""
    found = []
    for _ in range(times):
        body = await call(client, zalo, "getUpdates", timeout=patience)
        got = body.get("result")
        found.append([one["message"]["text"] for one in got] if isinstance(got, list) else got)
    return [one["message"]["text"] if isinstance(one, dict) else one for one in found]


async def test_an_idle_poll_is_a_timeout(zalo: FakeZalo, client: httpx.AsyncClient) -> None:
    body = await call(client, zalo, "getUpdates", timeout=0)
    assert body == {"ok": False, "error_code": 408, "description": "Request timeout"}


async def test_again_and_again_the_last_update(zalo: FakeZalo, client: httpx.AsyncClient) -> None:
    zalo.delivery = Delivery.AGAIN
    zalo.person().says("a")
    zalo.person().says("b")
    assert await texts(client, zalo, 4) == ["a", "b", "b", "b"]
    zalo.person().says("c")
    assert await texts(client, zalo, 2) == ["c", "c"]


async def test_each_update_once(zalo: FakeZalo, client: httpx.AsyncClient) -> None:
    zalo.person().says("a")
    zalo.person().says("b")
    assert await texts(client, zalo, 3) == ["a", "b", None]


async def test_only_to_a_poll_that_is_open(zalo: FakeZalo, client: httpx.AsyncClient) -> None:
    zalo.delivery = Delivery.LIVE
    zalo.person().says("lỡ")
    assert await texts(client, zalo, 1) == [None]
    polling = asyncio.create_task(texts(client, zalo, 1, patience=30))
    await zalo.polled()
    zalo.person().says("a")
    zalo.person().says("b")  # the poll has its update already
    assert await polling == ["a"]
    assert [update["message"]["text"] for update in zalo.lost] == ["lỡ", "b"]


async def test_a_poll_that_nobody_waits_for_takes_nothing(zalo: FakeZalo, client: httpx.AsyncClient) -> None:
    zalo.delivery = Delivery.LIVE
    polling = asyncio.create_task(texts(client, zalo, 1, patience=30))
    await zalo.polled()
    polling.cancel()
    await asyncio.wait([polling])
    polling = asyncio.create_task(texts(client, zalo, 1, patience=30))
    await zalo.called("getUpdates", 2)
    zalo.person().says("a")
    assert await polling == ["a"]


async def test_a_list_of_updates(zalo: FakeZalo, client: httpx.AsyncClient) -> None:
    zalo.lists = True
    zalo.person().says("a")
    zalo.person().says("b")
    assert await texts(client, zalo, 2) == [["a", "b"], None]


async def test_an_answer_that_is_cut_takes_its_update_along(
    zalo: FakeZalo, client: httpx.AsyncClient
) -> None:
    zalo.person().says("a")
    zalo.fail("getUpdates", Fault(cut=True, accepted=True))
    with pytest.raises(httpx.RemoteProtocolError):
        await call(client, zalo, "getUpdates")
    assert await texts(client, zalo, 1) == [None]


async def test_what_an_update_says(zalo: FakeZalo, client: httpx.AsyncClient) -> None:
    person = zalo.person(CHAT, "Bà Tư")
    update = person.sends_photo("https://anh.example.vn/1.jpg", "vệ sinh")
    assert update["event_name"] == "message.image.received"
    message = update["message"]
    assert message["from"] == {"id": CHAT, "display_name": "Bà Tư", "is_bot": False}
    assert message["chat"] == {"id": CHAT, "chat_type": "PRIVATE"}
    assert (message["photo_url"], message["caption"]) == ("https://anh.example.vn/1.jpg", "vệ sinh")
    assert isinstance(message["message_id"], str)
    assert message["date"] > 1_700_000_000_000
    zalo.photo_key = "photo"
    assert "photo" in person.sends_photo()["message"]
    kinds = [person.sends_sticker(), person.speaks(), person.sends_unsupported()]
    assert [update["event_name"].split(".")[1] for update in kinds] == ["sticker", "voice", "unsupported"]
    group = zalo.person("nhom", kind="GROUP").says("a")["message"]
    assert group["chat"]["chat_type"] == "GROUP"
    assert group["from"]["id"] != group["chat"]["id"]


@pytest.mark.parametrize("real", [True, False])
@pytest.mark.parametrize(
    ("method", "said", "code"),
    [
        ("sendMessage", {"chat_id": CHAT, "text": ""}, 400),
        ("sendMessage", {"chat_id": CHAT, "text": " \n"}, 400),
        ("sendMessage", {"chat_id": CHAT, "text": "a" * 2001}, 400),
        ("sendMessage", {"chat_id": CHAT, "text": "🎋" * 1001}, 400),
        ("sendMessage", {"chat_id": CHAT}, 400),
        ("sendMessage", {"chat_id": 7001, "text": "a"}, 400),
        ("sendMessage", {"chat_id": "x", "text": "a"}, 400),
        ("sendmessage", {"chat_id": CHAT, "text": "a"}, 404),
        ("sendDocument", {"chat_id": CHAT}, 404),
        ("sendPhoto", {"chat_id": CHAT, "photo": "anh.jpg"}, 400),
        ("sendPhoto", {"chat_id": CHAT, "photo": "data:image/png;base64,AAAA"}, 400),
        ("sendPhoto", {"chat_id": CHAT, "photo": "https://a.vn/1.jpg", "caption": "a" * 2001}, 400),
        ("sendChatAction", {"chat_id": CHAT, "action": "dancing"}, 400),
        ("setWebhook", {"url": "http://a.example.vn/x", "secret_token": "12345678"}, 400),
        ("setWebhook", {"url": "https://127.0.0.1/x", "secret_token": "12345678"}, 400),
        ("setWebhook", {"url": "https://a.example.vn/x", "secret_token": "1234567"}, 400),
        ("setWebhook", {"url": "https://a.example.vn/x", "secret_token": "1" * 257}, 400),
        ("getWebhookInfo", {}, 404),
        ("getMe", {"token": "1:x"}, 401),
    ],
)
async def test_what_zalo_would_refuse_is_refused(
    zalo: FakeZalo, client: httpx.AsyncClient, method: str, said: dict[str, Any], code: int, real: bool
) -> None:
    zalo.real_statuses = real
    zalo.person(CHAT)
    assert (await call(client, zalo, method, **said))["error_code"] == code
    assert zalo.person(CHAT).messages == []


async def test_only_json_is_read(zalo: FakeZalo, client: httpx.AsyncClient) -> None:
    zalo.person(CHAT)
    url = f"{zalo.root}/bot{TOKEN}/sendMessage"
    said = {"chat_id": CHAT, "text": "a"}
    for answer in (
        await client.post(url, data=said),
        await client.post(url, data=said, files={"photo": b"x"}),
    ):
        assert answer.json()["error_code"] == 400
    assert zalo.person(CHAT).messages == []


async def test_what_is_sent_arrives(zalo: FakeZalo, client: httpx.AsyncClient) -> None:
    person = zalo.person(CHAT)
    sent = await call(client, zalo, "sendMessage", chat_id=CHAT, text="ắ" * 2000)
    assert sent["result"]["message_id"] == person.last.message_id
    await call(client, zalo, "sendPhoto", chat_id=CHAT, photo="https://a.vn/1.png", caption="mã")
    assert (person.last.url, person.last.text) == ("https://a.vn/1.png", "mã")
    await call(client, zalo, "sendChatAction", chat_id=CHAT, action="typing")
    assert (person.typing, len(person.messages)) == (1, 2)


async def test_after_so_many_messages_the_quota_is_used_up(zalo: FakeZalo, client: httpx.AsyncClient) -> None:
    zalo.person(CHAT)
    zalo.quota = 2
    codes = [
        (await call(client, zalo, "sendMessage", chat_id=CHAT, text="a")).get("error_code") for _ in range(3)
    ]
    assert codes == [None, None, 429]
    assert len(zalo.person(CHAT).messages) == 2


async def test_faults_come_once_each_in_order(zalo: FakeZalo, client: httpx.AsyncClient) -> None:
    person = zalo.person(CHAT)
    zalo.fail("sendMessage", Fault(403), HTML, CUT, Fault(cut=True, accepted=True), HANG)
    assert (await call(client, zalo, "sendMessage", chat_id=CHAT, text="1"))["error_code"] == 403
    page = await client.post(f"{zalo.root}/bot{TOKEN}/sendMessage", json={"chat_id": CHAT, "text": "2"})
    assert page.text.startswith("<html>")
    for text in "34":
        with pytest.raises(httpx.RemoteProtocolError):
            await call(client, zalo, "sendMessage", chat_id=CHAT, text=text)
    client.timeout = httpx.Timeout(0.05)
    with pytest.raises(httpx.ReadTimeout):
        await call(client, zalo, "sendMessage", chat_id=CHAT, text="5")
    await call(client, zalo, "sendMessage", chat_id=CHAT, text="6")
    assert person.texts == ["4", "6"]


@pytest.mark.parametrize("bare", [True, False])
async def test_a_webhook_gets_what_people_say_and_polls_nothing(
    zalo: FakeZalo, client: httpx.AsyncClient, bare: bool
) -> None:
    got: list[Request] = []
    statuses = [503, 200]

    async def take(request: Request) -> Response:
        got.append(request)
        return Response(statuses.pop(0), b"")

    server = HttpServer(take)
    zalo.forward = f"http://127.0.0.1:{await server.start()}"
    zalo.bare = bare
    try:
        await call(client, zalo, "setWebhook", url="https://a.example.vn/zalo/1", secret_token="12345678")
        info = await call(client, zalo, "getWebhookInfo")
        assert info["result"]["url"] == "https://a.example.vn/zalo/1"
        assert (await call(client, zalo, "getUpdates"))["error_code"] == 400
        said = zalo.person().says("a")
        assert await zalo.deliver() == [503]
        assert await zalo.deliver() == [200]
        assert await zalo.deliver() == []
    finally:
        await server.close()
    assert [request.path for request in got] == ["/zalo/1"] * 2
    assert got[1].json == (said if bare else {"ok": True, "result": said})
    await call(client, zalo, "deleteWebhook")
    assert (await call(client, zalo, "getWebhookInfo"))["error_code"] == 404


async def test_as_a_process_it_is_steered_over_http(client: httpx.AsyncClient) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fake_zalo", "--port", "0",
        stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[1],
    )  # fmt: skip
    try:
        assert process.stdout is not None
        root = (await process.stdout.readline()).decode().strip()

        async def control(path: str, **body: Any) -> dict[str, Any]:
            answer = await client.post(f"{root}/control/{path}", json=body)
            result: dict[str, Any] = answer.json()
            return result

        async def bot(method: str, **body: Any) -> dict[str, Any]:
            answer = await client.post(f"{root}/bot{TOKEN}/{method}", json=body)
            result: dict[str, Any] = answer.json()
            return result

        said = await control("say", chat="5", text="chào", name="Tư")
        assert (await bot("getUpdates"))["result"]["message"]["message_id"] == said["message_id"]
        await control("settings", delivery="again", lists=True, photo_key="photo")
        assert "error" in await control("settings", token="x")
        await control("photo", chat="5", url="https://a.vn/1.jpg")
        for _ in range(2):
            assert (await bot("getUpdates"))["result"][0]["message"]["photo"] == "https://a.vn/1.jpg"
        await control("fault", method="sendMessage", status=403)
        for _ in range(2):
            await bot("sendMessage", chat_id="5", text="dạ")
        heard = (await client.get(f"{root}/control/chat/5?after=0&wait=5")).json()["messages"]
        assert [message["text"] for message in heard] == ["dạ"]
        status = (await client.get(f"{root}/control/status")).json()
        assert (status["undelivered"], status["calls"]["sendMessage"]) == (0, 2)
    finally:
        process.terminate()
        await process.wait()
