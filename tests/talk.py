"""A person in a test: says, presses, and sees what comes back, on a real database."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from bot.library import Library
from bot.turn import Service, Taken
from content.model import Lang
from db.engine import open_engine, upgrade
from db.messages import Message
from handlers.message import Address, File, Request

Result = TypeVar("Result")
NOON = dt.datetime(2026, 11, 25, 5, 0, tzinfo=dt.UTC)
"""12:00 in the province, on a Wednesday."""


class Talk:
    """One conversation; use it as a context manager."""

    def __init__(
        self,
        library: Library,
        folder: Path,
        lang: Lang = "vi",
        user: str = "lan",
        clock: Callable[[], dt.datetime] = lambda: NOON,
    ) -> None:
        self.lang: Lang = lang
        self.user = user
        self.engine = open_engine(f"sqlite+aiosqlite:///{folder / 'talk.db'}")
        self.service = Service(self.engine, library.content, library.index, clock)
        self.loop = asyncio.new_event_loop()
        self.numbers = itertools.count(1)
        self.last: Message | None = None
        self.taken = Taken()

    def __enter__(self) -> Self:
        """Open the database."""
        self.wait(upgrade(self.engine))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the database."""
        self.wait(self.engine.dispose())
        self.loop.close()

    def wait(self, what: Awaitable[Result]) -> Result:
        """Run to the end."""
        return self.loop.run_until_complete(_as_coroutine(what))

    def say(self, text: str, *, number: str = "", answers: str = "") -> str:
        """Type a message, perhaps in answer to one the platform numbers; gives the bot's words."""
        return self._send(text, "", number, answers=answers)

    def press(self, label: str) -> str:
        """Press the button whose label begins so; gives the bot's words."""
        for button in self.buttons:
            if button["label"].startswith(label):
                return self._send(button["label"], button["action"], "")
        raise AssertionError(f"no button {label!r} among {[b['label'] for b in self.buttons]}")

    def send(self, action: str) -> str:
        """Send an action that no button offered."""
        return self._send("", action, "")

    @property
    def buttons(self) -> list[dict[str, Any]]:
        """The buttons below the bot's last words."""
        assert self.last is not None
        return [button for row in self.last.body["buttons"] for button in row]

    @property
    def refs(self) -> list[str]:
        """What the bot's last words rest on."""
        assert self.last is not None
        return list(self.last.body["refs"])

    def send_file(self, name: str, data: bytes, text: str = "") -> str:
        """Send a file."""
        return self._send(text, "", "", (File(name, "application/octet-stream", data),))

    def _send(
        self,
        text: str,
        action: str,
        number: str,
        files: tuple[File, ...] = (),
        answers: str = "",
    ) -> str:
        request = Request(
            Address("web", self.user),
            number or f"{self.user}-{next(self.numbers)}",
            text,
            action,
            files,
            lang=self.lang,
            answers=answers,
        )
        self.taken = self.wait(self.service.take(request))
        bubbles = self.taken.bubbles
        if not bubbles:
            return ""
        self.last = bubbles[-1]
        return self.last.text


async def _as_coroutine(what: Awaitable[Result]) -> Result:
    return await what
