"""The program as a process that is killed and started again at little cost.

A parent reads content and index once, and forks a child for each start: the child opens database,
channels and web as `motcua demo` does, is a process of its own, and dies by SIGKILL. The parent
has neither loop nor threads, so that a child begins as a fresh process does.
"""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bot import logs
from bot.commands.run import listen, serve
from bot.library import Library, open_library
from bot.settings import Settings, load
from handlers.cases.routing import router_of
from tests.conftest import ROOT, environment

LONGEST = 10_000
"""Signs of the log that are shown where something went wrong."""
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


class Killable:
    """The program on one data folder; what it logs stands in `log`."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self.log = folder / "log.txt"
        told = {"BOT_PORT": "0", "BOT_LOG_LEVEL": "warning", **ONE_THREAD, **settings}
        with self.log.open("wb") as log:
            self.parent = subprocess.Popen(
                [sys.executable, "-m", "tests.forking"],
                cwd=folder,
                env=environment(ROOT / "content", folder / "data", told),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        self.child = 0

    def start(self) -> None:
        """Start; returns at once."""
        self.child = int(self._ask(b"start\n"))

    def kill(self) -> None:
        """End it with no chance to tidy up; it must not have ended before."""
        os.kill(self.child, signal.SIGKILL)
        ended = self._gone()
        assert ended == -signal.SIGKILL, f"it ended by itself with {ended}: {self.told()}"

    def stacks(self) -> str:
        """Let it write down what all its threads and tasks are doing, and end it."""
        os.kill(self.child, signal.SIGUSR1)
        self._gone()
        return self.told()[-LONGEST:]

    def told(self) -> str:
        """Give what it wrote to its log."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def close(self) -> None:
        """End the child if there is one, and the parent."""
        if self.child:
            os.kill(self.child, signal.SIGKILL)
            self._gone()
        self.parent.communicate(timeout=30)

    def _gone(self) -> int:
        """Wait for the child's end; until then its number is no other process's."""
        ended, self.child = int(self._ask(b"wait\n")), 0
        return ended

    def _ask(self, word: bytes) -> bytes:
        assert self.parent.stdin is not None, "it is a pipe"
        assert self.parent.stdout is not None, "it is a pipe"
        self.parent.stdin.write(word)
        self.parent.stdin.flush()
        answer = self.parent.stdout.readline()
        assert answer, f"the parent has ended: {self.told()}"
        return answer


@contextlib.contextmanager
def killable(folder: Path, settings: dict[str, str]) -> Iterator[Killable]:
    """Give a program that is ready to be started."""
    program = Killable(folder, settings)
    try:
        yield program
    finally:
        program.close()


def main() -> None:
    """Fork at each `start`, and give the child's number; say how it ended at each `wait`."""
    settings = load()
    logs.set_up(settings.log_level)
    library = open_library(settings.content_dir, settings.data_dir)
    router_of(library.content, library.index)
    listening = listen(settings.host, settings.port)  # who calls meanwhile waits for the next child
    child = 0
    for word in sys.stdin:
        if word == "start\n":
            threads = list(Path("/proc/self/task").iterdir())
            assert len(threads) == 1, "a fork takes one thread along only"
            child = os.fork()
            if not child:
                _live(settings, library, listening)
            print(child, flush=True)
        else:
            _, status = os.waitpid(child, 0)
            print(os.waitstatus_to_exitcode(status), flush=True)


def _live(settings: Settings, library: Library, listening: socket.socket) -> None:
    """Be the program."""
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.dup2(0, 1)
    signal.signal(signal.SIGUSR1, _tell)
    asyncio.run(serve(settings, library, listening, by_itself=True))
    os._exit(0)


def _tell(*_: object) -> None:
    faulthandler.dump_traceback(all_threads=True)
    for task in asyncio.all_tasks():
        task.print_stack(file=sys.stderr)
    os._exit(1)


if __name__ == "__main__":
    main()
