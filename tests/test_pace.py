"""No limit of a platform is passed, and nobody waits longer than the limits ask."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.pace import Gate, Pace

PACE = Pace(per_second=5, per_chat=1, chat_burst=3)
ASKED = st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 2)), max_size=60)


def moments(asked: list[tuple[str, float]]) -> list[tuple[str, float, float]]:
    """Give when each message was asked for and when it may go."""
    gate, now, out = Gate(PACE), 0.0, []
    for chat, later in asked:
        now += later
        out.append((chat, now, gate.reserve(chat, now)))
    return out


@given(ASKED)
def test_no_limit_is_passed(asked: list[tuple[str, float]]) -> None:
    found = moments(asked)
    assert all(at >= now for _, now, at in found)
    for chat, _, at in found:
        near = [other for name, _, other in found if at <= other < at + 0.999]
        assert len(near) <= PACE.per_second
        own = [other for name, _, other in found if name == chat and at <= other < at + 2.999]
        assert len(own) <= PACE.chat_burst + 2


@given(st.sampled_from("abc"), st.floats(0, 100))
def test_the_first_message_goes_at_once(chat: str, now: float) -> None:
    assert Gate(PACE).reserve(chat, now) == now


def test_nothing_goes_while_the_platform_asks_to_wait() -> None:
    gate = Gate(PACE)
    gate.close(10.0)
    assert gate.reserve("a", 3.0) == 10.0
    assert gate.wait(3.0) == 7.0
    assert gate.wait(11.0) == 0.0


@given(st.lists(st.floats(0, 0.5), max_size=120))
def test_those_who_come_late_together_do_not_go_within_one_second(later: list[float]) -> None:
    gate, now, gone = Gate(PACE), 0.0, []
    for pause in later:
        now += pause
        while wait := gate.late(now):
            assert 0 < wait <= 1
            now += wait
        gone.append(now)
    for at in gone:
        assert len([other for other in gone if at <= other < at + 0.999]) <= PACE.per_second
