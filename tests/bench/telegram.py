"""Part E: updates a second on Telegram, beside a bare echo bot of the library, on one server.

On SQLite by polling, and on PostgreSQL by webhook with one process and with two.
"""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
import psutil
import pytest
from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from bot.library import open_library
from bot.pace import Pace
from content.load import load
from content.whole import HERE
from db.engine import upgrade
from tests.bench.demo import ROOT
from tests.bench.tables import note, number, table
from tests.botapi.running import BotApi, running
from tests.phone import Bot
from tests.proxy import proxy
from tests.serving import free_port
from tests.test_database import on_postgresql, using

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
    for count in (1, 2):
        words = f"this bot on PostgreSQL, {count} process(es)"
        note(f"telegram: {words}")
        try:
            with on_postgresql() as database:
                lines.append([words, *_measure("ours", data, database, count)])
        except pytest.skip.Exception as why:
            note(str(why))
    head = ["bot", "updates/s", "p50, ms", "p99, ms", "CPU ms/update", "memory, MB"]
    legend = (
        f"{UPDATES} updates queued at once; then {ROUNDS} times {AT_ONCE} people at once.\n"
        "The echo bot keeps nothing; ours answers questions, with one transaction before the\n"
        "update is acknowledged and one after the reply. No pace is kept. CPU and memory\n"
        "are those of all processes of the bot, without PostgreSQL's own."
    )
    return f"{table('E. Telegram', head, lines)}\n{legend}"


def _measure(name: str, data: Path, database: str = "", count: int = 1) -> list[str]:
    with ExitStack() as stack:
        api = stack.enter_context(running(keep_calls=False))
        ports = [free_port() if database else 0 for _ in range(count)]
        if database:
            using(database, upgrade)
            front = stack.enter_context(proxy(*ports))
            api.state.webhook_at = f"http://127.0.0.1:{front.port}/telegram/webhook"
        told = [str(data), database]
        processes = [stack.enter_context(_worker(name, api, [*told, str(port)])) for port in ports]
        api.say(1, "/vi")
        api.wait_for(lambda: api.chat(1).bots, PATIENCE)
        _all_serve(ports)
        before = _cpu(processes)
        begun = time.perf_counter()
        _say(api, UPDATES)
        _wait(api, UPDATES)
        seconds = time.perf_counter() - begun
        cpu = _cpu(processes) - before
        late = [wait for at in range(ROUNDS) for wait in _round(api, at)]
        memory = sum(process.memory_info().rss for process in processes) / 1e6
    p50, p99 = np.percentile(late, [50, 99])
    return [
        number(UPDATES / seconds, 0),
        number(float(p50), 0),
        number(float(p99), 0),
        number(1000 * cpu / UPDATES, 1),
        number(memory, 0),
    ]


def _cpu(processes: Sequence[psutil.Process]) -> float:
    times = [process.cpu_times() for process in processes]
    return float(sum(one.user + one.system for one in times))


def _all_serve(ports: Sequence[int]) -> None:
    """Wait until each process takes calls."""
    for port in filter(None, ports):
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.1)


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
def _worker(name: str, api: BotApi, told: Sequence[str]) -> Iterator[psutil.Process]:
    command = [sys.executable, "-m", "tests.bench.telegram", name, api.url, api.token, *told]
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


def _run_ours(url: str, data: Path, database: str, port: str) -> None:
    there = BotApi(int(url.rpartition(":")[2]))
    webhook = f"http://127.0.0.1:{port}/telegram/webhook" if database else ""
    with tempfile.TemporaryDirectory() as folder:
        database = database or f"sqlite+aiosqlite:///{Path(folder) / 'bench.db'}"
        secret = "s" if webhook else ""
        library = open_library(HERE, data)
        bot = Bot(library, database, there, pace=Pace(), webhook=webhook, secret=secret)
        bot.start()
        bot.thread.join()


if __name__ == "__main__":
    _, which, at_url, with_token, folder_of_data, of_database, at_port = sys.argv
    if which == "echo":
        _run_echo(at_url, with_token)
    else:
        _run_ours(at_url, Path(folder_of_data), of_database, at_port)
