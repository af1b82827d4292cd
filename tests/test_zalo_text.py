"""Buttons as numbered lines: what somebody types for one is that one, and no other."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.zalo_bot_read import as_json, from_json, read
from bot.channels.zalo_text import chosen, menu, messages, plain
from bot.parts import units
from handlers.message import Address, Request
from tests.zalobot.running import update

ROWS = [
    [{"label": "Đồng ý, gửi", "action": "a:1"}, {"label": "Xem luật", "url": "https://x.vn/l"}],
    [{"label": "Lệ phí", "action": "a:2"}, {"label": "👍 Đúng ý tôi", "action": "a:3"}],
]
STARS = [[{"label": "★" * count, "action": f"rate:{count}"}] for count in range(5, 0, -1)]


@pytest.mark.parametrize(
    ("typed", "action"),
    [
        *((one, "a:2") for one in ("2", " 2. ", "2)", "(2)", "số 2", "So 2.", "chọn số 2", "2️⃣")),
        *((one, "a:2") for one in ("Lệ phí", "lệ phí", "LE PHI", "le  phi", "Lê\u0323 phi\u0301")),
        *((one, "a:1") for one in ("1", "dong y, gui", "đồng ý gửi", "Dong y gui!")),
        *((one, "a:3") for one in ("3", "👍 Đúng ý tôi", "dung y toi")),
        *((one, None) for one in ("0", "4", "12", "2 3", "", "/2", "Xem luật", "phí", "2,5")),
    ],
)
def test_a_choice_is_known_by_number_and_label(typed: str, action: str | None) -> None:
    found = chosen(typed, ROWS)
    assert (found and found[1]) == action


def test_stars_are_chosen_by_how_many_they_are() -> None:
    assert menu(STARS, "vi").startswith("5. ★★★★★\n4. ★★★★\n")
    assert [chosen(str(count), STARS) for count in (1, 5)] == [
        ("★", "rate:1"),
        ("★★★★★", "rate:5"),
    ]


def test_labels_that_read_the_same_decide_nothing_but_accents_do() -> None:
    rows = [[{"label": "Đất", "action": "a:1"}, {"label": "Đặt", "action": "a:2"}]]
    assert chosen("dat", rows) is None
    assert chosen("đặt", rows) == ("Đặt", "a:2")


def test_a_link_is_a_line_and_files_are_named() -> None:
    body: dict[str, Any] = {"text": "Xong.", "buttons": ROWS, "files": [{"name": "lich.ics"}]}
    (text,) = messages(body, "vi", 2000)
    assert text.startswith("Xong.\n\nZalo không nhận được tệp")
    assert "lich.ics" in text
    assert "Xem luật: https://x.vn/l\n1. Đồng ý, gửi\n2. Lệ phí\n" in text
    assert "Zalo takes no files" in messages(body, "en", 2000)[0]


WORDS = st.text("aăâđê ộ\u0323\u0302\n.😀", min_size=1, max_size=5000)
LABELS = st.lists(st.text("abcđệ😀", min_size=1, max_size=90), max_size=40)


@given(text=WORDS, labels=LABELS)
def test_no_message_is_too_long_and_nothing_is_lost(text: str, labels: list[str]) -> None:
    rows = [[{"label": label, "action": f"a:{at}"}] for at, label in enumerate(labels)]
    found = messages({"text": text, "buttons": rows}, "vi", 2000)
    assert all(0 < units(one) <= 2000 for one in found)
    lines = [line for one in found for line in one.splitlines()]
    for number, label in enumerate(labels, 1):
        assert f"{number}. {label}" in lines
        assert chosen(str(number), rows) == (label, f"a:{number - 1}")


@given(text=st.text())
def test_a_text_without_accents_stays_as_it_is(text: str) -> None:
    assert plain(plain(text)) == plain(text)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(["result", "message", "chat", "id", "from", "text", "message_id"]),
            inner,
        )
    ),
    max_leaves=20,
)


@given(raw=ANYTHING)
def test_anything_can_be_read_and_what_is_read_can_be_kept(raw: Any) -> None:
    found = read(raw, "bot")
    assert found is None or from_json(as_json(found)) == found


def test_an_update_is_read_as_it_comes_and_in_its_envelope() -> None:
    raw = update("u-1", "m-1", "message.text.received", text=" xin chào ")
    expected = Request(Address("zalo-bot", "u-1"), "m-1", "xin chào")
    assert read(raw) == read({"ok": True, "result": raw}) == expected
    raw["message"]["from"]["is_bot"] = True
    assert read(raw) is None


def test_a_long_number_of_a_message_is_told_from_others() -> None:
    found = [
        read(update("u-1", "m" * 200 + end, "message.text.received", text="a")) for end in "ab"
    ]
    assert len({one.id for one in found if one}) == 2
    assert all(one and len(one.id) <= 64 for one in found)


def test_below_a_numbered_list_the_numbers_go_on() -> None:
    text = "Hồ sơ gồm:\n1. Tờ khai\n2. Giấy chứng sinh"
    first = chosen("1", ROWS)
    assert first is not None
    assert f"\n3. {first[0]}\n" in messages({"text": text, "buttons": ROWS}, "vi", 2000)[0]
    assert chosen("3", ROWS, text) == first
    assert chosen("1", ROWS, text) is None
