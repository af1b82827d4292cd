"""The bot on the Zalo Bot Platform when something goes wrong, the webhook, and a kill."""

from __future__ import annotations

import logging
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.channels.zalo_bot import PATH, SECRET_HEADER
from bot.channels.zalo_bot_call import ZaloTokenError
from bot.library import Library
from tests.conftest import ROOT, environment
from tests.serving import free_port
from tests.zalobot.bot import WORD, Bot, bot_on_zalo
from tests.zalobot.looking import (
    LAN,
    PASSPORT,
    asks_after,
    blocked,
    heard,
    numbers,
    pending,
    said,
    states,
    until,
)
from tests.zalobot.running import PATIENCE, ZaloApi, update


@pytest.fixture
def api(request: pytest.FixtureRequest) -> Iterator[ZaloApi]:
    """Give a Zalo."""
    with ZaloApi.running(errors_as_status=getattr(request, "param", False)) as server:
        yield server


in_both_ways = pytest.mark.parametrize(
    "api", [False, True], indirect=True, ids=["errors at 200", "errors by status"]
)
"""Zalo refuses with HTTP 200 or with the status of its code: nobody knows which."""


@pytest.fixture
def bot(library: Library, tmp_path: Path, api: ZaloApi) -> Iterator[Bot]:
    """Give a bot that polls it."""
    with bot_on_zalo(library, tmp_path, api, patience=2) as running_bot:
        yield running_bot


@in_both_ways
@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("kind", ["500", "502", "garbage", "drop_before", "timeout_before"])
def test_what_fails_before_it_is_sent_is_sent_once_it_can(api: ZaloApi, kind: str) -> None:
    api.faults.add(kind, "sendMessage", times=1)
    assert "Nguồn:" in said(api, PASSPORT)
    assert len(api.texts(LAN)) == 1


@pytest.mark.parametrize("kind", ["drop_after", "timeout_after"])
def test_an_answer_that_may_have_arrived_is_sent_again_and_ends_as_unknown(
    library: Library, tmp_path: Path, api: ZaloApi, kind: str
) -> None:
    with bot_on_zalo(library, tmp_path, api, patience=2):
        api.faults.add(kind, "sendMessage", times=1)
        api.say(LAN, PASSPORT)
        api.wait_for(lambda: len(api.texts(LAN)) == 2)
    assert states(tmp_path) == ["unknown"]


@in_both_ways
@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("kind", ["500", "garbage", "drop_before"])
def test_polls_that_fail_are_asked_again(api: ZaloApi, kind: str) -> None:
    api.faults.add(kind, "getUpdates", times=1)
    said(api, "cảm ơn")
    assert "Nguồn:" in said(api, PASSPORT)


@pytest.mark.usefixtures("bot")
def test_a_platform_that_was_away_is_found_again(api: ZaloApi) -> None:
    said(api, "cảm ơn")
    api.stop()
    api.start()
    assert "Nguồn:" in said(api, PASSPORT)


@in_both_ways
def test_when_the_quota_is_gone_one_alarm_rings_and_nothing_is_tried(
    library: Library, tmp_path: Path, api: ZaloApi, caplog: pytest.LogCaptureFixture
) -> None:
    api.state.quota = 0
    with bot_on_zalo(library, tmp_path, api):
        for text in ("cảm ơn", PASSPORT, "xin chào"):
            api.say(LAN, text)
        api.wait_for(lambda: asks_after(api, 3))
    assert states(tmp_path) == ["queued"] * 3
    rung = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert [getattr(one, "why", "") for one in rung] == ["quota"]
    assert len(api.state.refusals) <= 3


@in_both_ways
def test_a_chat_that_is_closed_is_written_to_again_when_it_writes(
    library: Library, tmp_path: Path, api: ZaloApi
) -> None:
    api.state.closed.add(LAN)
    with bot_on_zalo(library, tmp_path, api):
        api.say(LAN, "cảm ơn")
        api.wait_for(lambda: api.state.refusals and asks_after(api, 1))
    assert states(tmp_path) == ["blocked"]
    assert blocked(tmp_path)
    api.state.closed.clear()
    with bot_on_zalo(library, tmp_path, api):
        said(api, PASSPORT)
        assert not blocked(tmp_path)


@in_both_ways
def test_a_wrong_token_ends_the_channel(library: Library, tmp_path: Path, api: ZaloApi) -> None:
    with bot_on_zalo(library, tmp_path, api, token="1:wrong") as bot:  # noqa: S106 - a wrong one
        assert bot.ended.wait(PATIENCE)
        error = bot.errors.pop()
    assert isinstance(error, ZaloTokenError)
    assert "wrong" not in str(error)


def test_the_token_stands_in_no_log(tmp_path: Path, api: ZaloApi) -> None:
    api.state.closed.add("u-2")
    running = process(tmp_path, api, "whole")
    for kind in ("500", "drop_after"):
        api.faults.add(kind, "sendMessage", times=1)
    api.faults.add("drop_before", "getUpdates", times=1)
    said(api, PASSPORT)
    api.say("u-2", PASSPORT)
    api.raw({"message": 5})
    api.stop()
    api.start()
    said(api, "cảm ơn")
    running.kill()
    running.wait()
    told = (tmp_path / "log").read_text(encoding="utf-8")
    assert "motcua.zalo" in told
    assert '"debug"' in told
    assert api.token.partition(":")[2] not in told
    assert PASSPORT not in told


def test_by_webhook_an_update_is_answered_and_the_secret_is_asked_for(
    library: Library, tmp_path: Path, api: ZaloApi
) -> None:
    url = f"http://127.0.0.1:{free_port()}{PATH}"
    with bot_on_zalo(library, tmp_path, api, webhook=url, secret=WORD):
        api.wait_for(lambda: api.state.webhook)
        offered = numbers(said(api, PASSPORT))
        assert said(api, offered["Lệ phí"]).startswith("Lệ phí:")
        assert api.state.deliveries == [200, 200]
        told = {"ok": True, "result": update(LAN, "x-1", "message.text.received", text="hi")}
        for word in ("", "other", "mật"):
            wrong = {SECRET_HEADER.encode(): word.encode()}
            assert httpx.post(url, json=told, headers=wrong).status_code == 403
        assert httpx.post(url, json=told).status_code == 403
        right = {SECRET_HEADER: WORD}
        assert httpx.post(url, content=b"\xff{", headers=right).status_code == 400
        assert httpx.post(url, content=b"1" * 600_000, headers=right).status_code == 413
        assert httpx.post(url, json={"ok": True}, headers=right).status_code == 200
    assert len(api.texts(LAN)) == 2
    assert api.state.refusals == []


def test_a_webhook_without_a_secret_takes_nothing(
    library: Library, tmp_path: Path, api: ZaloApi
) -> None:
    url = f"http://127.0.0.1:{free_port()}{PATH}"
    with bot_on_zalo(library, tmp_path, api, webhook=url):
        told = {"ok": True, "result": update(LAN, "x-1", "message.text.received", text="hi")}
        empty = {SECRET_HEADER: ""}
        assert httpx.post(url, json=told, headers=empty).status_code == 403


def test_by_webhook_nothing_is_acknowledged_that_is_not_kept(
    library: Library, tmp_path: Path, api: ZaloApi
) -> None:
    url = f"http://127.0.0.1:{free_port()}{PATH}"
    told = {"ok": True, "result": update(LAN, "x-1", "message.text.received", text=PASSPORT)}
    right = {SECRET_HEADER: WORD}
    with bot_on_zalo(library, tmp_path, api, webhook=url, secret=WORD):
        api.wait_for(lambda: api.state.webhook)
        api.state.people.add(LAN)
        with sqlite3.connect(tmp_path / "zalo.db", isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            answer = httpx.post(url, json=told, headers=right, timeout=60)
            other.execute("ROLLBACK")
        assert answer.status_code == 503
        assert httpx.post(url, json=told, headers=right, timeout=60).status_code == 200
        api.wait_for(lambda: api.texts(LAN))


def test_a_webhook_left_from_before_is_taken_away_to_poll(
    library: Library, tmp_path: Path, api: ZaloApi
) -> None:
    api.state.webhook = {"url": "https://old.example.vn", "secret": WORD}
    with bot_on_zalo(library, tmp_path, api):
        api.wait_for(lambda: not api.state.webhook)
        assert "Nguồn:" in said(api, PASSPORT)


@pytest.mark.parametrize("kind", ["before", "after"])
def test_what_was_written_down_before_a_kill_is_answered_once_after_it(
    library: Library, tmp_path: Path, api: ZaloApi, kind: str
) -> None:
    killed = process(tmp_path, api, kind)
    api.say(LAN, PASSPORT)
    api.wait_for(lambda: api.state.handed_out)
    if kind == "after":
        api.wait_for(lambda: api.texts(LAN))
    until(lambda: PASSPORT in pending(tmp_path))
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    with bot_on_zalo(library, tmp_path, api):
        api.wait_for(lambda: api.texts(LAN))
        api.say(LAN, "cảm ơn")
        api.wait_for(lambda: asks_after(api, 2))
    told = api.texts(LAN)
    assert "Nguồn:" in told[0]
    assert sum("Nguồn:" in text for text in told) == (1 if states(tmp_path)[0] == "sent" else 2)
    assert pending(tmp_path) == ""
    assert heard(tmp_path) == 2


def process(folder: Path, api: ZaloApi, kind: str) -> subprocess.Popen[bytes]:
    """Start the bot as a process that logs all there is."""
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.zalobot.bot", folder, api.url, api.token, kind],
            cwd=ROOT,
            env=environment(ROOT / "content", folder, {}),
            stderr=log,
        )
