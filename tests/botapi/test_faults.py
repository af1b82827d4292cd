"""What the server limits and what it breaks: rates, faults, outages."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator

import httpx
import pytest
from telegram import Bot
from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut

from tests.botapi.calling import LAN, call, numbers, run, send
from tests.botapi.running import BotApi

GROUP = -500


@pytest.fixture
def api() -> Iterator[BotApi]:
    """Give a server that Lan has started to talk with."""
    with BotApi.running() as server:
        server.open(LAN)
        yield server


@pytest.fixture
def now(api: BotApi) -> list[float]:
    """Give the server's clock, which stands still, with limits on."""
    found = [100.0]
    api.state.clock = lambda: found[0]
    api.limits()
    return found


def test_one_chat_takes_a_short_burst_and_then_one_a_second(api: BotApi, now: list[float]) -> None:
    assert [send(api) for _ in range(4)] == [200, 200, 200, 429]
    assert call(api, "sendMessage", chat_id=LAN, text="x").json()["parameters"] == {
        "retry_after": 1
    }
    now[0] += 1
    assert [send(api) for _ in range(2)] == [200, 429]
    assert len(api.violations) == 3
    assert api.state.rates.highest_in[LAN] == 3


def test_all_chats_together_take_thirty_a_second(api: BotApi, now: list[float]) -> None:
    for user in range(1, 32):
        api.open(user)
    assert [send(api, chat=user) for user in range(1, 32)] == [200] * 30 + [429]
    now[0] += 1
    assert send(api, chat=31) == 200
    assert api.violations == ["31 messages in a second (chat 31)"]
    assert api.state.rates.highest == 30


def test_a_group_takes_twenty_a_minute(api: BotApi, now: list[float]) -> None:
    api.open(LAN, GROUP)
    for _ in range(20):
        assert send(api, chat=GROUP) == 200
        now[0] += 2
    answer = call(api, "sendMessage", chat_id=GROUP, text="x").json()
    assert answer["parameters"]["retry_after"] == 20
    now[0] += 20
    assert send(api, chat=GROUP) == 200


def test_too_fast_is_noted_where_it_is_not_refused(api: BotApi) -> None:
    api.state.clock = lambda: 1.0
    assert [send(api) for _ in range(4)] == [200] * 4
    assert len(api.violations) == 1


@pytest.mark.filterwarnings("ignore:.*retry_after")
def test_after_a_429_whoever_does_not_wait_is_noted(api: BotApi, now: list[float]) -> None:
    api.faults.add("429", "sendMessage", times=1, retry_after=5)
    with pytest.raises(RetryAfter) as asked:
        run(api, lambda bot: bot.send_message(LAN, "x"))
    assert asked.value.retry_after in (5, dt.timedelta(seconds=5))  # as the library is set
    now[0] += 0.5  # what was sent before the answer was read has arrived
    assert send(api) == 429
    now[0] += 5
    assert send(api) == 200
    assert api.violations == [f"a message while asked to wait (chat {LAN})"]


@pytest.mark.parametrize(
    ("kind", "error", "shown"),
    [
        ("500", NetworkError, 0),
        ("502", NetworkError, 0),
        ("garbage", NetworkError, 0),
        ("drop_before", NetworkError, 0),
        ("drop_after", NetworkError, 1),
        ("timeout_before", TimedOut, 0),
        ("timeout_after", TimedOut, 1),
    ],
)
def test_a_fault_comes_before_or_after_the_call_is_done(
    api: BotApi, kind: str, error: type[TelegramError], shown: int
) -> None:
    api.faults.add(kind, "sendMessage", times=1)
    with pytest.raises(error) as failed:
        run(api, lambda bot: bot.send_message(LAN, "x"), patience=0.2)
    assert type(failed.value) is error
    assert len(api.chat(LAN).bots) == shown
    assert send(api) == 200


def test_a_cut_connection_gives_no_answer_at_all(api: BotApi) -> None:
    api.faults.add("drop_after", "sendMessage")
    with pytest.raises(httpx.RemoteProtocolError, match=r"without sending a response|reset"):
        send(api)


def test_a_share_of_faults_is_the_same_at_every_run() -> None:
    def statuses(seed: int) -> list[int]:
        with BotApi.running(seed=seed) as api:
            api.open(LAN)
            api.faults.add("500", share=0.5)
            return [send(api) for _ in range(12)]

    assert statuses(3) == statuses(3) != statuses(4)
    assert set(statuses(3)) == {200, 500}
    with pytest.raises(ValueError, match="no fault 'flood'"):
        BotApi().faults.add("flood")


def test_confirmed_updates_come_again_and_out_of_order(api: BotApi) -> None:
    api.faults.add("duplicate", "getUpdates", times=1)
    first = api.say(LAN, "một")
    assert numbers(api) == [first]
    second = api.say(LAN, "hai")
    assert numbers(api, offset=first + 1) == [second]
    api.faults.add("duplicate", "getUpdates", times=1)
    assert numbers(api, offset=first + 1) == [first, second]
    assert numbers(api, offset=first + 1) == [second]
    more = [second, *(api.say(LAN, str(number)) for number in range(8))]
    api.faults.add("out_of_order", "getUpdates", times=1)
    mixed = numbers(api)
    assert mixed != more == sorted(mixed)
    assert numbers(api) == more


def test_an_update_sent_again_is_given_once_whatever_the_offset(api: BotApi) -> None:
    last = api.say(LAN, "chào")
    (update,) = call(api, "getUpdates").json()["result"]
    assert numbers(api, offset=last + 1) == []
    api.again(update)
    assert numbers(api, offset=last + 1) == [last]
    assert numbers(api, offset=last + 1) == []


def test_a_server_that_was_down_comes_back_with_what_it_knew(api: BotApi) -> None:
    number = api.say(LAN, "chào")
    api.stop()
    with pytest.raises(httpx.ConnectError):
        send(api)
    api.start()
    assert numbers(api) == [number]


def test_a_press_of_down_ends_even_a_long_poll(api: BotApi) -> None:
    async def poll(bot: Bot) -> None:
        waiting = asyncio.create_task(bot.get_updates(timeout=30))
        await asyncio.to_thread(api.wait_for, lambda: api.state.polls == 1)
        await asyncio.to_thread(api.stop)
        with pytest.raises(NetworkError):
            await waiting
        api.start()

    run(api, poll, 40)


def test_a_condition_that_never_comes_shows_the_chat(api: BotApi) -> None:
    api.say(LAN, "còn đây")
    with pytest.raises(AssertionError, match="còn đây"):
        api.wait_until(lambda: False, 0.01)
