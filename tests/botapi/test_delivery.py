"""What the server delivers and keeps: webhook, files, menus, cards, and all of it over HTTP."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from telegram import Bot, BotCommand, BotCommandScopeChat, InputFile
from telegram.error import TelegramError

from tests.botapi.calling import LAN, call, numbers, refused, run
from tests.botapi.running import BotApi

JPEG = b"\xff\xd8\xff" + b"0" * 20


@pytest.fixture
def api() -> Iterator[BotApi]:
    """Give a server that Lan has started to talk with."""
    with BotApi.running() as server:
        server.open(LAN)
        yield server


class Hook(ThreadingHTTPServer):
    """A bot's webhook: keeps what came, and fails as often as it is told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _HookCall)
        self.came: list[tuple[str | None, dict[str, Any]]] = []
        self.fails: list[int] = []
        self.url = f"http://127.0.0.1:{self.server_port}/hook"


class _HookCall(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        told = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.came.append((self.headers["x-telegram-bot-api-secret-token"], told))
        self.send_response(self.server.fails.pop() if self.server.fails else 200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def hook() -> Iterator[Hook]:
    """Give a webhook that listens."""
    with Hook() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_webhook_gets_each_update_until_it_takes_it_in_order(api: BotApi, hook: Hook) -> None:
    hook.fails = [503, 500]
    api.state.webhook_retry = 0.001
    assert call(api, "setWebhook", url=hook.url, secret_token="s-1").is_success  # noqa: S106 - a test's
    said = [api.say(LAN, str(number)) for number in range(3)]
    api.wait_for(lambda: not api.state.updates)
    assert [told["update_id"] for _, told in hook.came] == [said[0], said[0], *said]
    assert {secret for secret, _ in hook.came} == {"s-1"}
    info = call(api, "getWebhookInfo").json()["result"]
    assert info["last_error_message"].endswith("503 Service Unavailable") or (
        info["last_error_message"].endswith("500 Internal Server Error")
    )
    assert call(api, "getUpdates").status_code == 409
    assert call(api, "deleteWebhook").is_success
    assert numbers(api) == []


def test_a_webhook_may_get_the_same_update_twice(api: BotApi, hook: Hook) -> None:
    api.faults.add("duplicate", "webhook", times=1)
    call(api, "setWebhook", url=hook.url)
    number = api.say(LAN, "chào")
    api.wait_for(lambda: len(hook.came) == 2 and not api.state.updates)
    assert [told["update_id"] for _, told in hook.came] == [number, number]


def test_a_webhook_must_be_safe(api: BotApi) -> None:
    assert "HTTPS" in refused(api, "setWebhook", url="http://a.vn/")
    why = refused(api, "setWebhook", url="https://a.vn/", secret_token="mật khẩu")  # noqa: S106 - a test's
    assert why == "secret token contains unallowed characters"


def test_files_go_both_ways(api: BotApi) -> None:
    api.document(LAN, "đơn.pdf", "application/pdf", b"%PDF-1", "xem giúp")

    async def both(bot: Bot) -> None:
        (found,) = await bot.get_updates()
        assert found.message is not None
        document = found.message.document
        assert document is not None
        assert (document.file_name, found.message.caption) == ("đơn.pdf", "xem giúp")
        fetched = await bot.get_file(document.file_id)
        assert bytes(await fetched.download_as_bytearray()) == b"%PDF-1"
        sent = await bot.send_photo(LAN, JPEG, caption="<b>ảnh</b>", parse_mode="HTML")
        await bot.send_photo(LAN, sent.photo[-1].file_id)
        await bot.send_document(LAN, InputFile(b"a,b", "bảng.csv", attach=True))

    run(api, both)
    assert [shown.file for shown in api.chat(LAN).bots] == [
        ("application.octet-stream", JPEG),
        ("application.octet-stream", JPEG),
        ("bảng.csv", b"a,b"),
    ]
    assert api.chat(LAN).bots[0].text == "ảnh"


def test_files_too_large_or_not_pictures_are_refused(api: BotApi) -> None:
    api.document(LAN, "a.bin", "application/zip", bytes((20 << 20) + 1))
    (number,) = api.state.files
    assert refused(api, "getFile", file_id=number) == "file is too big"
    assert "temporarily unavailable" in refused(api, "getFile", file_id="x")
    for data, why in ((b"<svg>", "IMAGE_PROCESS_FAILED"), (JPEG * (500 << 10), "too big")):
        with pytest.raises(TelegramError, match=f"(?i){why}"):
            run(api, lambda bot, data=data: bot.send_photo(LAN, data))  # type: ignore[misc]


def test_menus_and_profile_are_kept_by_scope_and_language(api: BotApi) -> None:
    async def set_and_get(bot: Bot) -> list[Any]:
        await bot.set_my_commands([BotCommand("help", "Giúp")])
        await bot.set_my_commands([BotCommand("help", "Help")], language_code="en")
        chat = BotCommandScopeChat(LAN)
        await bot.set_my_commands([BotCommand("admin", "x")], scope=chat)
        await bot.delete_my_commands(scope=chat)
        await bot.set_my_name("Một Cửa")
        await bot.set_my_short_description("Hỏi là đáp", language_code="vi")
        about = await bot.get_my_short_description("vi")
        found = [await bot.get_my_commands(), await bot.get_my_commands(language_code="en")]
        name = await bot.get_my_name("en")
        full = await bot.get_chat(LAN)
        menu = await bot.get_my_commands(scope=chat)
        return [*(one[0].description for one in found), menu, name.name, about, full.id]

    found = run(api, set_and_get)
    assert found[:4] == ["Giúp", "Help", (), "Một Cửa"]
    assert (found[4].short_description, found[5]) == ("Hỏi là đáp", LAN)
    commands = [{"command": "Giúp", "description": "x"}]
    assert refused(api, "setMyCommands", commands=commands) == "BOT_COMMAND_INVALID"
    assert "BotCommandScope" in refused(api, "setMyCommands", commands=[], scope={"type": "me"})


def test_an_inline_search_is_answered_with_cards(api: BotApi) -> None:
    number = api.search(LAN, "khai sinh")
    card = {"type": "article", "id": "a", "title": "x"}
    card["input_message_content"] = {"message_text": "<b>x", "parse_mode": "HTML"}  # type: ignore[assignment]
    given = {"inline_query_id": number, "results": [card]}
    assert "end tag" in refused(api, "answerInlineQuery", **given)
    card["input_message_content"] = {"message_text": "x"}  # type: ignore[assignment]
    assert refused(api, "answerInlineQuery", **{**given, "results": [card] * 2}) == (
        "RESULT_ID_DUPLICATE"
    )
    assert call(api, "answerInlineQuery", **given).is_success
    assert api.state.searches[number] == [card]
    assert "query is too old" in refused(api, "answerInlineQuery", **given)


def test_as_a_process_it_is_led_over_http() -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "tests.botapi"]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.fullmatch(r"(http\S+) (\S+)\n", process.stdout.readline())
        assert found is not None
        try:
            _lead(*found.groups())
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def _lead(url: str, token: str) -> None:
    with httpx.Client(trust_env=False) as client:

        def control(name: str, **given: Any) -> Any:
            answer = client.post(f"{url}/control/{name}", json=given).json()
            assert answer["ok"], answer
            return answer["result"]

        number = control("start", user=LAN, payload="abc")
        updates = client.get(f"{url}/bot{token}/getUpdates").json()["result"]
        assert [one["update_id"] for one in updates] == [number]
        control("fault", kind="500", method="sendMessage", times=1)
        sent = {"chat_id": LAN, "text": "chào"}
        statuses = [client.post(f"{url}/bot{token}/sendMessage", data=sent) for _ in range(2)]
        assert [one.status_code for one in statuses] == [500, 200]
        assert [one["text"] for one in control("chat", user=LAN)] == ["/start abc", "chào"]
        assert control("calls")[0]["given"] == {"chat_id": str(LAN), "text": "chào"}
        assert control("state")["pending_updates"] == 1
        assert client.post(f"{url}/control/dance", json={}).status_code == 404
