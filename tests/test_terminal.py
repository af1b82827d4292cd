"""The terminal channel: lines in, words out, numbers press buttons."""

from __future__ import annotations

import io
from pathlib import Path

from bot.channels.terminal import Terminal
from tests.conftest import Motcua
from tests.talk import Talk


def run(talk: Talk, *lines: str) -> str:
    """Type lines into the terminal; gives all that was printed."""
    printed = io.StringIO()
    typed = io.StringIO("\n".join(lines) + "\n")
    talk.wait(Terminal(talk.service, talk.lang, typed, printed).run())
    return printed.getvalue()


def test_a_question_is_answered_and_a_number_presses(lan: Talk) -> None:
    printed = run(lan, "lệ phí làm hộ chiếu bao nhiêu tiền", "1", "")
    assert "Lệ phí:" in printed
    assert "1. Xem tóm tắt thủ tục" in printed
    assert "Cấp hộ chiếu phổ thông" in printed


def test_the_end_of_the_input_ends_the_talk(lan: Talk) -> None:
    assert "Một Cửa" in run(lan)


def test_what_people_type_is_no_markup(lan: Talk) -> None:
    assert "MarkupError" not in run(lan, "[bold]x[/nope]", "")


def test_the_command_ends_with_its_input(motcua: Motcua, tmp_path: Path) -> None:
    ran = motcua("chat", stdin="/help\nxin chào\n", BOT_DATA_DIR=str(tmp_path))
    assert (ran.code, ran.err) == (0, "")
    assert "Một Cửa" in ran.out
