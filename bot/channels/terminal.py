"""The terminal: a line is a message, a number presses the button that carries it."""

from __future__ import annotations

import asyncio
import getpass
import secrets
from collections.abc import Mapping
from typing import Any, TextIO

from rich.console import Console
from rich.text import Text

from bot.turn import Service
from content.catalogue import Translator, translator
from content.model import Lang
from db import messages, people
from db.messages import Message
from handlers.message import Address, Request

CHANNEL = "terminal"


class Terminal:
    """A conversation over two text streams."""

    def __init__(self, service: Service, lang: Lang, source: TextIO, target: TextIO) -> None:
        self.service = service
        self.lang = lang
        self.source = source
        self.console = Console(file=target, highlight=False, soft_wrap=True)
        self.choices: Mapping[str, dict[str, str]] = {}
        self.seen = 0

    async def run(self) -> None:
        """Greet, then answer line by line until the input ends or an empty line comes."""
        await self._turn("/start", "")
        self.console.print("› ", end="")
        while await self.answer_line():
            self.console.print("› ", end="")

    async def answer_line(self) -> bool:
        """Answer one line; False where the input has ended or the line is empty."""
        typed = (await asyncio.to_thread(self.source.readline)).strip()
        button = self.choices.get(typed)
        if not typed:
            return False
        if button and "url" in button:
            self.console.print(Text(button["url"]))
        elif button:
            await self._turn(button["label"], button["action"])
        else:
            await self._turn(typed, "")
        return True

    async def _turn(self, text: str, action: str) -> None:
        request = Request(
            Address(CHANNEL, getpass.getuser()), secrets.token_hex(16), text, action, lang=self.lang
        )
        if self.seen:
            await self._show_what_came()
        for message in (await self.service.take(request)).bubbles:
            self.seen = max(self.seen, message.id)
            if not message.mine:
                self._show(message, translator(self.lang))

    async def _show_what_came(self) -> None:
        """Show what came since the last look without being asked for, such as a reminder."""
        async with self.service.engine.begin() as conn:
            person = await people.find(conn, CHANNEL, getpass.getuser())
            found = await messages.history(conn, person, after=self.seen) if person else []
        for message in found:
            self.seen = message.id
            self._show(message, translator(self.lang))

    def _show(self, message: Message, t: Translator) -> None:
        buttons: list[dict[str, Any]] = [b for row in message.body.get("buttons", []) for b in row]
        self.choices = {str(at): button for at, button in enumerate(buttons, 1)}
        title, _, rest = message.text.partition("\n")
        self.console.print(Text(title, "bold" if rest else ""))
        if rest:
            self.console.print(Text(rest))
        for number, button in self.choices.items():
            self.console.print(Text(f"  {number}. {button['label']}", "cyan"))
        if self.choices:
            self.console.print(Text(t("Type a number to choose, or another question."), "dim"))
        self.console.print()
