"""Codes of cases: every slip and every swap is seen, and none can be found by trying."""

from __future__ import annotations

import datetime as dt
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from handlers.cases.codes import LENGTH, check, is_code, new_code, read_code, shown
from tests.office import Office
from tests.test_feedback import LAMP, office, send

__all__ = ["office"]
FIGURES = "0123456789"


def test_every_slip_of_one_figure_and_every_swap_is_seen() -> None:
    # All codes of three figures and their check figure stand for all longer ones: Damm's check
    # looks at one figure after the other.
    for told in map("".join, product(FIGURES, repeat=3)):
        code = told + check(told)
        for at in range(len(code)):
            for other in FIGURES:
                slip = code[:at] + other + code[at + 1 :]
                assert (check(slip[:-1]) == slip[-1]) == (slip == code)
        for at in range(len(code) - 1):
            swap = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
            assert (check(swap[:-1]) == swap[-1]) == (swap == code)


def test_codes_as_given_out_survive_no_slip_and_no_swap() -> None:
    for code in [new_code() for _ in range(200)]:
        assert is_code(code)
        assert read_code(shown(code)) == code
        slips = {code[:at] + f + code[at + 1 :] for at in range(LENGTH) for f in FIGURES} - {code}
        swaps = {code[:i] + code[i + 1] + code[i] + code[i + 2 :] for i in range(LENGTH - 1)}
        assert not any(map(is_code, slips))
        assert not any(map(is_code, swaps - {code}))


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_codes(text: str) -> None:
    assert read_code(text) is None or is_code(read_code(text) or "")


def test_codes_cannot_be_tried_one_after_the_other(office: Office) -> None:
    code = send(office.talks["an"], how="Gửi ẩn danh")
    thief = office.person("ke-do")
    for _ in range(10):
        assert "không có phản ánh nào" in thief.say(f"/cuatoi {new_code()}").lower()
    assert "quá nhiều mã" in thief.say(f"/cuatoi {code}").lower()
    office.now += dt.timedelta(hours=2)
    for number in range(40):
        office.now += dt.timedelta(seconds=3)
        assert "cuộc trò chuyện cũ" in thief.send(f"mine:show:{new_code()}"), number
    assert "cuộc trò chuyện cũ" in thief.send(f"mine:show:{code}")
    assert LAMP in office.talks["an"].send(f"mine:show:{code}")
