"""The preview of an announcement is what people get, byte for byte: compared over HTTP."""

from __future__ import annotations

import asyncio
import random
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.commands.announce import previews
from bot.library import Library
from bot.outgoing import letter_body
from content.announcement import LONGEST, Draft
from handlers.announcing.wording import shown, wording
from tests.botapi.running import running
from tests.phone import bot_on_telegram
from tests.zalooa.fixtures import LAN, bot, zalo
from tests.zalooa.running import Zalo

__all__ = ["bot", "zalo"]

MANY = 200
AN = 7
PIECES = (
    *(
        "Từ 1/4, Bộ phận Một cửa",
        "làm việc cả sáng thứ Bảy.",
        "phí 50.000đ/bản",
        "R&D",
        "1 < 2 > 0",
    ),
    *("“ngoặc kép”", "'đơn'", '"thẳng"', "`mã`", "«Tây»", "*đậm*", "_nghiêng_", "~~bỏ~~"),
    *("||ẩn||", "1 < 2 > 0", "#thẻ"),
    *("<b>không đậm</b>", "<a href='https://x.vn'>x</a>", "&lt;", "&amp;amp;", "<!--", "</pre>"),
    *(
        "[nhãn](https://example.vn/?a=1&b=2#c)",
        "https://example.vn/đường-dẫn?q=á",
        "C:\\x\\n",
        "#thẻ",
    ),
    *("😀", "👨‍👩‍👧‍👦", "🇻🇳", "1️⃣ 2️⃣", "👍🏽", "❤️", "שלום עולם", "مرحبا بالعالم", "abc אבג 123"),
    *("1. một\n2. hai", "- gạch\n- đầu dòng", "\n\n", "$x^2$ {y} %s %(z)s", "Ａ　全角", "ﬁ ½ ①"),
    unicodedata.normalize("NFD", "Đăng ký tạm trú ở phường Tân An"),
    "dài" * 120,
    "x" * 400,
)


def texts() -> Iterator[str]:
    """Give words as people write them, and as nobody should."""
    chance = random.Random(6)
    while True:
        text = chance.choice((" ", "\n", " — ")).join(
            chance.choices(PIECES, k=chance.randint(1, 9))
        )
        if 0 < len(text.strip()) <= LONGEST:
            yield text


def announced(number: int, text: str) -> dict[str, Any]:
    """Make an announcement of it, as a file is read."""
    links = [{"label": "Xem <thêm> & “hỏi”", "url": "https://example.vn/?a=1&b=2"}] * (number % 3)
    audience = {"channels": ["telegram"]}
    told = {"texts": {"vi": text}, "topic": "thu-tuc", "links": links, "audience": audience}
    return Draft.model_validate(told).model_dump(mode="json", exclude_none=True)


def many() -> list[dict[str, Any]]:
    return [announced(number, text) for number, text in zip(range(MANY), texts(), strict=False)]


def send(channel: Any, loop: Any, user: str, content: dict[str, Any]) -> None:
    body = letter_body(*wording(content, "vi"))
    asyncio.run_coroutine_threadsafe(channel.send(user, body), loop).result(30)


def test_on_telegram(library: Library, tmp_path: Path) -> None:
    with running() as api, bot_on_telegram(library, tmp_path, api) as phone:
        chat = api.open(AN)
        for content in many():
            send(phone.telegram, phone.loop, str(AN), content)
            got = chat.bots[-1]
            labels = [f"[ {label} ]" for row in got.rows for label, _ in row]
            there = "\n".join([got.text, *labels])
            assert next(previews(content)) == f"\n── vi · Telegram ──\n{there}"
            assert shown(content) == f"── vi ──\n{there}"
        assert len(chat.bots) == MANY
        assert api.state.refusals == []


@pytest.mark.usefixtures("bot")
def test_on_zalo(zalo: Zalo, request: pytest.FixtureRequest) -> None:
    account = request.getfixturevalue("bot")
    zalo.person(LAN).last = zalo.state.clock()
    for content in many():
        before = len(zalo.shown(LAN))
        send(account.oa, account.loop, LAN, content)
        there = "\n".join(one["text"] for one in zalo.shown(LAN)[before:])
        on_zalo = {**content, "audience": {"channels": ["zalo-oa"]}}
        assert next(previews(on_zalo)) == f"\n── vi · Zalo OA ──\n{there}"
