"""Updates of any shape, any words: nothing crashes, goes out unescaped, or tells a secret."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import User

from bot.channels import telegram_read
from bot.channels.telegram_read import Said
from bot.channels.telegram_write import as_html
from bot.parts import parts, units
from handlers.message import ACTION_BYTES
from tests.botapi.markup import marked
from tests.botapi.running import running
from tests.conftest import ROOT, environment
from tests.hostile_updates import UPDATE

ME = User(99, "Một Cửa", is_bot=True, username="motcua_bot")


@settings(max_examples=500)
@given(UPDATE)
def test_an_update_of_any_shape_is_read_or_dropped(raw: Any) -> None:
    update = telegram_read.parse({"update_id": 1, **raw} if isinstance(raw, dict) else raw)
    if update is None:
        return
    event = telegram_read.read(update, ME)
    if isinstance(event, Said):
        assert "\0" not in event.request.text
        assert len(event.request.action.encode("utf-8", "replace")) <= ACTION_BYTES


@settings(max_examples=500)
@given(st.text(max_size=3000))
def test_whatever_the_words_they_are_shown_as_they_are(text: str) -> None:
    assert marked(as_html(text), "HTML").text == text


@settings(max_examples=500)
@given(st.text(max_size=600), st.integers(4, 80))
def test_a_long_text_is_cut_without_losing_a_word(text: str, limit: int) -> None:
    pieces = parts(text, limit)
    assert all(0 < units(piece) <= limit for piece in pieces)
    assert re.sub(r"\s", "", "".join(pieces)) == re.sub(r"\s", "", text)


def test_neither_secrets_nor_words_are_logged(tmp_path: Path, library: object) -> None:
    del library
    shutil.copytree(ROOT / "data" / "index", tmp_path / "data" / "index")
    with running() as api:
        told = {
            "BOT_PORT": "0",
            "BOT_LOG_LEVEL": "debug",
            "BOT_TELEGRAM_TOKEN": api.token,
            "BOT_TELEGRAM_BASE_URL": api.url,
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "demo"],
            cwd=tmp_path,
            env=environment(ROOT / "content", tmp_path / "data", told),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        api.say(7, "chim hoàng yến hót ở đâu")
        api.wait_for(lambda: api.chat(7).bots, 60)
        api.faults.add("500", "sendMessage", times=1)
        api.say(7, "con chim thứ hai")
        api.wait_for(lambda: len(api.chat(7).bots) == 2, 60)
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=60)
    assert process.returncode in (0, -signal.SIGTERM)  # as uvicorn ends, after an orderly stop
    for secret in (api.token, "hoàng yến", "chim"):
        assert secret.encode() not in out
