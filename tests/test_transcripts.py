"""The same conversations, word for word, on all five channels."""

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
from tests.zalobot.bot import bot_on_zalo as bot_on_zalo_bot
from tests.zalobot.running import ZaloApi
from tests.zalooa.bot import bot_on_zalo as bot_on_zalo_oa
from tests.zalooa.fixtures import LAN, number_of
from tests.zalooa.running import running as zalo_running

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
    "feedback": (
        ("/phananh", "muốn gửi gì"),
        (">Phản ánh", "bằng lời của mình"),
        ("đèn hỏng", "viết thêm"),
        ("ở ấp 3 tối đi rất nguy hiểm", "sắp gửi"),
        (">Tôi đồng ý", "Mã của anh/chị"),
        ("/cuatoi", "Phản ánh của anh/chị"),
    ),
    "a form that is left": (
        ("/phananh", "muốn gửi gì"),
        (">Kiến nghị", "bằng lời của mình"),
        ("/huy", ""),
        ("lệ phí cấp hộ chiếu là bao nhiêu tiền", "Lệ phí:"),
    ),
    "not for everybody": (
        ("/baocao", "không có lệnh này"),
        ("/dangky", ""),
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


def typed(line: str, shown: Sequence[str]) -> str:
    """Give what is typed where there are no buttons: the number before the label."""
    return number_of(shown[-1], line[1:]) if line.startswith(">") else line


@contextmanager
def on_a_zalo_account(library: Library, folder: Path) -> Iterator[Send]:
    with zalo_running() as zalo, bot_on_zalo_oa(library, folder, zalo):

        def send(line: str) -> str:
            shown = [str(part["text"]) for part in zalo.shown(LAN)]
            zalo.asked(LAN, typed(line, shown))
            return "\n".join(part["text"] for part in zalo.shown(LAN)[len(shown) :])

        yield send


@contextmanager
def on_a_zalo_bot(library: Library, folder: Path) -> Iterator[Send]:
    with ZaloApi.running() as api, bot_on_zalo_bot(library, folder, api):

        def send(line: str) -> str:
            shown = api.texts("lan")
            api.say("lan", typed(line, shown))
            api.wait_for(lambda: len(api.texts("lan")) > len(shown))
            return "\n".join(api.texts("lan")[len(shown) :])

        yield send


CHANNELS = {
    "web": in_the_web_chat,
    "terminal": on_the_terminal,
    "telegram": on_telegram,
    "zalo-oa": on_a_zalo_account,
    "zalo-bot": on_a_zalo_bot,
}


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_a_transcript_passes(library: Library, tmp_path: Path, channel: str, name: str) -> None:
    with CHANNELS[channel](library, tmp_path) as send:
        for line, wanted in TRANSCRIPTS[name]:
            assert wanted in send(line), line
