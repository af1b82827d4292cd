"""Part E: updates a second on Telegram, beside a bare echo bot of the library, on one server."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil
from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from bot.library import open_library
from bot.pace import Pace
from content.load import HERE, load
from tests.bench.demo import ROOT
from tests.bench.tables import note, number, table
from tests.botapi.running import BotApi, running
from tests.phone import Bot

UPDATES = 600
ROUNDS, AT_ONCE = 12, 50
PEOPLE = range(1000, 1300)
ASKED = [question.q for question in load().questions if not question.before][::17]
"""Over a thousand questions of every kind, so that few are asked twice."""
PATIENCE = 300.0


def report(data: Path) -> str:
    """Measure both bots, one after the other; gives the table."""
    lines = []
    for name, words in (("echo", "bare echo bot"), ("ours", "this bot, everything durable")):
        note(f"telegram: {words}")
        lines.append([words, *_measure(name, data)])
    head = ["bot", "updates/s", "p50, ms", "p99, ms", "CPU ms/update", "memory, MB"]
    legend = (
        f"{UPDATES} updates queued at once; then {ROUNDS} times {AT_ONCE} people at once.\n"
        "The echo bot keeps nothing; ours answers questions, with one transaction before the\n"
        "update is acknowledged and one after the reply. No pace is kept in either."
    )
    return f"{table('E. Telegram', head, lines)}\n{legend}"


def _measure(name: str, data: Path) -> list[str]:
    with running(keep_calls=False) as api, _worker(name, api, data) as process:
        api.say(1, "/vi")
        api.wait_for(lambda: api.chat(1).bots, PATIENCE)
        before = process.cpu_times()
        begun = time.perf_counter()
        _say(api, UPDATES)
        _wait(api, UPDATES)
        seconds = time.perf_counter() - begun
        after = process.cpu_times()
        cpu = after.user + after.system - before.user - before.system
        late = [wait for at in range(ROUNDS) for wait in _round(api, at)]
        memory = process.memory_info().rss / 1e6
    p50, p99 = np.percentile(late, [50, 99])
    return [
        number(UPDATES / seconds, 0),
        number(float(p50), 0),
        number(float(p99), 0),
        number(1000 * cpu / UPDATES, 1),
        number(memory, 0),
    ]


def _say(api: BotApi, count: int) -> None:
    with api.state.changed:
        for at in range(count):
            api.say(PEOPLE[at % len(PEOPLE)], ASKED[at])


def _wait(api: BotApi, count: int) -> None:
    api.wait_for(lambda: sum(len(api.chat(user).bots) for user in PEOPLE) >= count, PATIENCE)


def _round(api: BotApi, at: int) -> Iterator[float]:
    """Let fifty people ask at the same moment; gives what each waited, in milliseconds."""
    users = range(10_000 + at * AT_ONCE, 10_000 + (at + 1) * AT_ONCE)
    answered: dict[int, float] = {}

    def look() -> bool:
        for user in users:
            if user not in answered and api.chat(user).bots:
                answered[user] = time.perf_counter()
        return len(answered) == AT_ONCE

    begun = time.perf_counter()
    with api.state.changed:
        for user, words in zip(users, ASKED[at * AT_ONCE :], strict=False):
            api.say(user, words)
    api.wait_for(look, PATIENCE)
    yield from (1000 * (moment - begun) for moment in answered.values())


@contextmanager
def _worker(name: str, api: BotApi, data: Path) -> Iterator[psutil.Process]:
    command = [sys.executable, "-m", "tests.bench.telegram", name, api.url, api.token, str(data)]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        yield psutil.Process(process.pid)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


async def _echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    del context
    assert update.message is not None
    await update.message.reply_text(update.message.text or "")


def _run_echo(url: str, token: str) -> None:
    builder = Application.builder().token(token).base_url(f"{url}/bot")
    application = builder.job_queue(None).build()
    application.add_handler(MessageHandler(filters.ALL, _echo))
    application.run_polling(bootstrap_retries=5)


def _run_ours(url: str, data: Path) -> None:
    there = BotApi(int(url.rpartition(":")[2]))
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite+aiosqlite:///{Path(folder) / 'bench.db'}"
        bot = Bot(open_library(HERE, data), database, there, pace=Pace())
        bot.start()
        bot.thread.join()


if __name__ == "__main__":
    _, which, at_url, with_token, folder_of_data = sys.argv
    if which == "echo":
        _run_echo(at_url, with_token)
    else:
        _run_ours(at_url, Path(folder_of_data))
