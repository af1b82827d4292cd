"""The same conversations, word for word, on the terminal, in the web chat and on Telegram."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.channels.terminal import Terminal
from bot.library import Library
from tests.botapi.running import running
from tests.phone import bot_on_telegram
from tests.talk import Talk

Line = tuple[str, str]
"""What the person says (or presses, after a >), and what the answer must hold."""
Send = Callable[[str], str]

TRANSCRIPTS: dict[str, Sequence[Line]] = {
    "a procedure and its facts": (
        ("Muốn đổi bằng lái xe thì làm sao?", "Nguồn:"),
        ("vậy tốn bao nhiêu tiền?", "Lệ phí:"),
        (">Các bước", "Các bước:"),
        (">Xem tóm tắt thủ tục", "Kiểm tra ngày"),
    ),
    "not known, then near": (
        ("giá vàng hôm nay", "chưa có câu trả lời đã kiểm tra"),
        (">Gặp cán bộ", "Trung tâm Phục vụ hành chính công"),
    ),
    "the language changes": (
        ("/start", "Một Cửa"),
        (">English", "Hello!"),
        ("How do I get a passport?", "passport"),
    ),
    "all duties": (("Liệt kê tất cả nhiệm vụ của Sở Tư pháp trong kế hoạch", "1346/QĐ-UBND"),),
    "did it help": (
        ("lệ phí cấp hộ chiếu là bao nhiêu tiền", "Lệ phí:"),
        (">👎", "Người biên tập"),
        ("cảm ơn", "anh/chị"),
    ),
    "my data": (
        ("/dulieu", "đang được lưu"),
        (">Xóa tất cả", "không lấy lại được"),
        (">Có, xóa tất cả", "đã được xóa"),
    ),
}


@contextmanager
def in_the_web_chat(library: Library, folder: Path) -> Iterator[Send]:
    with Talk(library, folder) as talk:
        yield lambda line: talk.press(line[1:]) if line.startswith(">") else talk.say(line)


@contextmanager
def on_the_terminal(library: Library, folder: Path) -> Iterator[Send]:
    with Talk(library, folder) as talk:
        screen = io.StringIO()
        terminal = Terminal(talk.service, "vi", io.StringIO(), screen)

        def send(line: str) -> str:
            screen.truncate(0)
            if line.startswith(">"):
                wanted = (n for n, b in terminal.choices.items() if b["label"].startswith(line[1:]))
                terminal.source = io.StringIO(f"{next(wanted)}\n")
            else:
                terminal.source = io.StringIO(f"{line}\n")
            talk.wait(terminal.answer_line())
            return screen.getvalue()

        yield send


@contextmanager
def on_telegram(library: Library, folder: Path) -> Iterator[Send]:
    with running() as api, bot_on_telegram(library, folder, api):
        chat = api.chat(7)

        def send(line: str) -> str:
            before = [(shown.id, shown.edits) for shown in chat.bots]
            if line.startswith(">"):
                api.press(7, line[1:])
            else:
                api.say(7, line)
            api.wait_for(lambda: [(shown.id, shown.edits) for shown in chat.bots] != before)
            return chat.bots[-1].text

        yield send


CHANNELS = {"web": in_the_web_chat, "terminal": on_the_terminal, "telegram": on_telegram}


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_a_transcript_passes(library: Library, tmp_path: Path, channel: str, name: str) -> None:
    with CHANNELS[channel](library, tmp_path) as send:
        for line, wanted in TRANSCRIPTS[name]:
            assert wanted in send(line), line
