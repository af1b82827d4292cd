"""What the tests share: all content, a small content folder, and the program run as people do."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bot.library import Library, open_library
from content.load import load
from content.whole import HERE, Content
from tests.small_content import write_content
from tests.talk import Talk

# A slow machine is no mistake, and a run that failed should fail again.
settings.register_profile(
    "calm", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("calm")
ROOT = Path(__file__).parents[1]
PATIENCE = 120
"""Seconds after which a command counts as hanging."""


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str


Motcua = Callable[..., Ran]


@pytest.fixture(scope="session")
def all_content() -> Content:
    """Read the real content once."""
    return load()


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the small content folder once; tests that change content write their own."""
    return write_content(tmp_path_factory.mktemp("content"))


@pytest.fixture(scope="session")
def motcua(small_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Motcua:
    """Give a function that runs a command on the small content, far from a developer's `.env`."""
    folder = tmp_path_factory.mktemp("run")

    def run(*args: str, stdin: str = "", **settings: str) -> Ran:
        ended = subprocess.run(
            [sys.executable, "-m", "bot", *args],
            cwd=folder,
            env=environment(small_folder, folder / "data", settings),
            input=stdin.encode(),
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        return Ran(ended.returncode, ended.stdout.decode(), ended.stderr.decode(errors="replace"))

    return run


def environment(content: Path, data: Path, settings: dict[str, str]) -> dict[str, str]:
    """Give the variables a command runs with: nothing of the developer's own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "BOT_CONTENT_DIR": str(content),
        "BOT_DATA_DIR": str(data),
        **settings,
    }


@pytest.fixture(scope="session")
def library() -> Library:
    """Open the real content with its index; the cache in `data` serves all runs of the tests."""
    return open_library(HERE, ROOT / "data")


@pytest.fixture
def lan(library: Library, tmp_path: Path) -> Iterator[Talk]:
    """Give Lan, a citizen who writes Vietnamese."""
    with Talk(library, tmp_path) as talk:
        yield talk


@pytest.fixture
def minh(library: Library, tmp_path: Path) -> Iterator[Talk]:
    """Give Minh, who reads English."""
    with Talk(library, tmp_path, "en", "minh") as talk:
        yield talk
