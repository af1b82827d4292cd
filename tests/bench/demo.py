"""Starts the bot as a person does and takes the time until it answers over HTTP."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
import uuid
from dataclasses import dataclass
from pathlib import Path

from tests.bench.memory import Watch
from tests.serving import free_port

ROOT = Path(__file__).parents[2]
PATIENCE = 1200
"""Seconds after which a start counts as failed."""
ASKED = "đăng ký khai sinh cần giấy tờ gì?"
_BUILT = re.compile(r'"search index built".*?"ms": (\d+)')


@dataclass(frozen=True)
class Started:
    """How a start went: seconds to the first answer and of building, and the peak memory."""

    seconds: float
    building: float | None
    peak: float | None


def start(data: Path) -> Started:
    """Run `python -m bot demo` on a data folder until its first answer, then stop it."""
    port = free_port()
    log = data.parent / f"{data.name}.log"
    begun = time.perf_counter()
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "demo"],
            cwd=data.parent,  # Away from a developer's .env.
            env=_environment(port, data),
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            with Watch(process.pid) as watch:
                _first_answer(process, port, log)
                seconds = time.perf_counter() - begun
        finally:
            process.terminate()
            process.wait(timeout=30)
    built = _BUILT.search(log.read_text(encoding="utf-8", errors="replace"))
    return Started(seconds, int(built[1]) / 1000 if built else None, watch.peak)


def _environment(port: int, data: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    own = {"PYTHONPATH": str(ROOT), "BOT_PORT": str(port), "BOT_DATA_DIR": str(data)}
    return {**kept, **own}


def _first_answer(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if _answers(port):
            return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise SystemExit(
        f"the bot did not answer:\n{log.read_text(encoding='utf-8', errors='replace')}"
    )


def _answers(port: int) -> bool:
    """Ask over HTTP; tells whether an answer with a source came back."""
    body = json.dumps({"id": uuid.uuid4().hex, "text": ASKED}).encode()
    headers = {"content-type": "application/json"}
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/api/chat", body, headers)
    try:
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:  # noqa: S310 - our own
            return any(not message["mine"] for message in json.load(answer)["messages"])
    except OSError:
        return False
