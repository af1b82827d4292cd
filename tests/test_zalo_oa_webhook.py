"""The webhook of the Official Account: only what Zalo signed is taken, and only once."""

from __future__ import annotations

import json
import logging

import pytest

from bot.channels.webhook import MOST_BYTES
from tests.zalooa.fixtures import (
    LAN,
    QUESTION,
    bot,
    zalo,
)
from tests.zalooa.running import HEADER, Zalo, sign
from tests.zalooa.state import OA_SECRET

__all__ = ["bot", "zalo"]


@pytest.mark.usefixtures("bot")
def test_only_what_zalo_signed_not_long_ago_is_taken(
    zalo: Zalo, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    event = zalo.event(
        "user_send_text", sender={"id": LAN}, message={"msg_id": "m", "text": "bí mật của Lan"}
    )
    stamp = event["timestamp"]
    body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
    right = sign(body, stamp)
    assert OA_SECRET not in right
    zalo.person(LAN).last = zalo.state.clock()
    refused: list[tuple[bytes, dict[str, str | bytes]]] = [
        (body.replace("mật".encode(), "mậu".encode()), {HEADER: right}),
        (json.dumps(event).encode(), {HEADER: right}),
        (body, {HEADER: sign(body, stamp, "another")}),
        (body, {HEADER: right.removeprefix("mac=")}),
        (body, {HEADER: "mac=ő".encode()}),
        (body, {}),
        (b"", {}),
        (b"{", {}),
        (b"[]", {HEADER: right}),
    ]
    for given, headers in refused:
        assert zalo.post(given, headers).status_code == 403
    assert zalo.post(b"\xff{", {HEADER: right}).status_code == 400
    assert zalo.post(b"[" * 100_000, {HEADER: right}).status_code == 400
    assert zalo.post(b"1" * (MOST_BYTES + 1), {HEADER: right}).status_code == 413
    zalo.state.clock.forward(hours=4)
    assert zalo.post(body, {HEADER: right}).status_code == 403
    zalo.state.clock.forward(hours=-5)
    assert zalo.post(body, {HEADER: right}).status_code == 403
    assert "mật" not in caplog.text
    assert LAN not in caplog.text
    zalo.state.clock.forward(hours=1)
    assert zalo.post(body, {HEADER: right}).status_code == 200
    zalo.wait_for(lambda: zalo.shown(LAN))
    assert len(zalo.shown(LAN)) == 1


@pytest.mark.usefixtures("bot")
def test_what_staff_write_and_what_makes_no_sense_is_passed_over(zalo: Zalo) -> None:
    zalo.person(LAN).last = zalo.state.clock()
    said = {"msg_id": "x", "text": QUESTION}
    for event in (
        zalo.event("oa_send_text", sender={"id": "oa-9", "admin_id": "1"}, message=said),
        zalo.event("user_send_text", sender={"id": LAN}),
        zalo.event("user_send_text", sender=LAN, message=said),
        zalo.event("user_send_text", sender={"id": "7" * 200}, message=said),
        zalo.event("user_send_text", anonymous_id="a", message=said),
        zalo.event("user_send_location", sender={"id": LAN}, message={"msg_id": "y"}),
        zalo.event("user_send_image", sender={"id": LAN}, message={**said, "attachments": 5}),
        zalo.event("follow", sender={"id": LAN}),
        zalo.event("user_seen_message", message={"msg_ids": ["out-1"]}),
        zalo.event("change_oa_daily_quota"),
    ):
        assert zalo.bring(event).status_code == 200
    event = zalo.event(
        "user_send_text", sender={"id": LAN}, message={**said, "text": "cảm ơn\0 \ud800"}
    )
    body = json.dumps(event).encode()
    assert zalo.post(body, {HEADER: sign(body, event["timestamp"])}).status_code == 200
    zalo.wait_for(lambda: zalo.shown(LAN))
    assert len(zalo.shown(LAN)) == 1
