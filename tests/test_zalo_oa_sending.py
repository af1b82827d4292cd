"""Sending on the Official Account: errors, doubt, parts, files, and no secret in any log."""

from __future__ import annotations

import asyncio
import base64
import logging
from typing import Any

import pytest

from bot.channels.channel import LaterError
from bot.channels.zalo_oa_token import NEEDED
from bot.logs import CHATTY
from tests.zalooa.bot import Bot
from tests.zalooa.fixtures import (
    LAN,
    QUESTION,
    blocked,
    bot,
    ends,
    picture,
    zalo,
)
from tests.zalooa.running import Zalo
from tests.zalooa.server import FILE, IMAGE, MESSAGE

__all__ = ["bot", "zalo"]


def test_outside_the_window_a_chat_is_closed_until_the_person_writes(zalo: Zalo, bot: Bot) -> None:
    zalo.asked(LAN, "cảm ơn")
    zalo.state.clock.forward(days=8)
    event = zalo.event("user_send_text", sender={"id": LAN}, message={"msg_id": "o", "text": "a"})
    zalo.bring(event)  # as if it had not counted
    zalo.wait_for(lambda: len(ends(bot)) == 2 and ends(bot)[1][0] != "queued")
    assert ends(bot)[1] == ("blocked", "window closed")
    assert blocked(bot)
    zalo.asked(LAN, "cảm ơn")
    assert not blocked(bot)


def test_errors_end_a_message_or_let_it_wait(
    zalo: Zalo, bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    zalo.state.fail("error", MESSAGE, code=-201)
    zalo.state.fail("error", MESSAGE, code=-213)
    zalo.state.fail("error", MESSAGE, code=-232)
    for _ in range(3):
        zalo.say(LAN, "cảm ơn")
    told = [("failed", "error -201"), ("blocked", "error -213"), ("blocked", "window closed")]
    zalo.wait_for(lambda: ends(bot) == told)
    zalo.state.fail("503", MESSAGE)
    zalo.state.fail("garbage", MESSAGE)
    zalo.state.fail("drop_before", MESSAGE)
    zalo.asked(LAN, "cảm ơn")
    assert zalo.shown(LAN)
    assert not [one for one in caplog.records if one.levelno >= logging.ERROR]
    zalo.state.fail("error", MESSAGE, code=-211)
    zalo.say(LAN, "cảm ơn")
    zalo.wait_for(lambda: bot.service.deliverers["zalo-oa"].gate.wait(0) > 100)
    assert "error -211" in [getattr(one, "why", "") for one in caplog.records]
    assert ends(bot)[-1][0] == "queued"


def test_an_answer_in_doubt_comes_again_and_a_part_that_went_does_not(zalo: Zalo, bot: Bot) -> None:
    del bot
    zalo.state.fail("drop_after", MESSAGE)
    zalo.say(LAN, "cảm ơn")
    zalo.wait_for(lambda: zalo.answers(MESSAGE) == [0, 0])
    assert len(zalo.shown(LAN)) == 2


def test_what_zalo_may_have_done_is_in_doubt_and_nothing_else(zalo: Zalo, bot: Bot) -> None:
    zalo.person(LAN).last = zalo.state.clock()
    doubts = {"500_after": True, "drop_after": True, "garbage": True, "503": False}
    for kind, doubt in doubts.items():
        zalo.state.fail(kind, MESSAGE)
        with pytest.raises(LaterError) as later:
            sent(bot, {"text": kind})
        assert later.value.doubt is doubt, kind
    bot.oa.calls.base_url = "http://127.0.0.1:1"
    with pytest.raises(LaterError) as later:
        sent(bot, {"text": "nobody there"})
    assert later.value.doubt is False


def sent(bot: Bot, body: dict[str, Any]) -> str:
    """Send a message to Lan past the queue."""
    assert bot.loop is not None, "the bot runs"
    done = asyncio.run_coroutine_threadsafe(bot.oa.send(LAN, body), bot.loop)
    return done.result(30)


def test_pictures_and_files_go_out_and_others_are_named(zalo: Zalo, bot: Bot) -> None:
    zalo.person(LAN).last = zalo.state.clock()
    data = base64.b64encode(picture()).decode()
    photo = {"name": "b.jpg", "type": "image/jpeg", "data": data}
    paper = {"name": "đơn.docx", "type": "application/x", "data": data}
    sheet = {"name": "số liệu.xlsx", "type": "application/y", "data": data}
    assert sent(bot, {"text": "Bảng", "files": [photo]})
    assert [set(one) for one in zalo.shown(LAN)] == [{"text", "attachment"}]
    sent(bot, {"text": "Xem", "files": [paper, sheet], "buttons": [[{"label": "a", "url": "u"}]]})
    *_, attachment, words = zalo.shown(LAN)
    assert set(attachment) == {"attachment"}
    assert "số liệu.xlsx" in words["text"]
    assert words["text"].endswith("\n\na: u")
    assert [zalo.answers(path) for path in (IMAGE, FILE)] == [[0], [0]]


def test_what_went_of_a_message_does_not_go_again(zalo: Zalo, bot: Bot) -> None:
    zalo.person(LAN).last = zalo.state.clock()
    body = {"text": "câu dài " * 600}
    zalo.state.per_minute = 2
    with pytest.raises(LaterError, match="-32"):
        sent(bot, body)
    zalo.state.per_minute = None
    sent(bot, body)
    sent(bot, body)
    assert len(zalo.shown(LAN)) == 6


def test_no_secret_is_ever_logged(zalo: Zalo, bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for silent in CHATTY:  # as the program does at every level: they tell what is stored
        caplog.set_level(logging.WARNING, silent)
    zalo.asked(LAN, QUESTION)
    zalo.state.access = "taken away"
    zalo.asked(LAN, "cảm ơn")
    zalo.state.access, zalo.state.refresh = "taken", "away"
    zalo.say(LAN, "cảm ơn")
    zalo.wait_for(lambda: NEEDED in caplog.text)
    caplog.set_level(logging.ERROR)
    told = [f"{one.getMessage()} {one.__dict__}" for one in caplog.records]
    for secret in zalo.state.secrets:
        assert not [line for line in told if secret in line]
    assert secret_free(bot)


def secret_free(bot: Bot) -> bool:
    """Tell whether the objects of the channel can be shown."""
    shown = repr([bot.oa.signer, bot.oa.tokens.grant, bot.oa.tokens.pair])
    return "geheim" not in shown and "refresh-" not in shown and "access-" not in shown
