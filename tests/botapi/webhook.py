"""Brings updates to the webhook while one is set: each until it is taken, in order in each chat."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Any

import httpx

from tests.botapi import updates
from tests.botapi.faults import DUPLICATE
from tests.botapi.state import Pending, State

PATIENCE = 60.0
"""Seconds Telegram waits for an answer before it sends again."""
LONGEST_PAUSE = 1.0
SECRET = "x-telegram-bot-api-secret-token"  # noqa: S105 - the header's name


class Delivery:
    """The postman of one server."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.busy: dict[Any, asyncio.Task[None]] = {}
        self.client: httpx.AsyncClient | None = None

    async def run(self) -> None:
        """Deliver until cancelled."""
        try:
            with self.state.changed.listening() as changed:
                while True:
                    changed.clear()
                    self._begin()
                    await changed.wait()
        finally:
            await self._end()

    def _begin(self) -> None:
        """Start one letter for every chat that has none under way."""
        if not self.state.webhook:
            return
        with self.state.changed:
            waiting = list(self.state.updates)
        for pending in waiting:
            chat = _chat(pending.update)
            if chat not in self.busy and len(self.busy) < self._most():
                self.busy[chat] = asyncio.create_task(self._bring(chat, pending))

    def _most(self) -> int:
        return int(self.state.webhook.get("max_connections", 40))

    async def _bring(self, chat: Any, pending: Pending) -> None:
        pause = self.state.webhook_retry
        while (url := self.state.webhook.get("url")) and pending in self.state.updates:
            if await self._taken(self.state.webhook_at or url, pending):
                self._done(pending)
                break
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        del self.busy[chat]
        with self.state.changed:
            self.state.changed.notify_all()

    async def _taken(self, url: str, pending: Pending) -> bool:
        secret = self.state.webhook.get("secret_token")
        headers = {SECRET: secret} if secret else {}
        self.client = self.client or httpx.AsyncClient(timeout=PATIENCE, trust_env=False)
        try:
            answer = await self.client.post(url, json=pending.update, headers=headers)
        except httpx.HTTPError as error:
            return self._failed(str(error) or type(error).__name__)
        if answer.is_success:
            return True
        return self._failed(f"{answer.status_code} {answer.reason_phrase}")

    def _failed(self, why: str) -> bool:
        with self.state.changed:
            self.state.webhook_error = {
                "last_error_date": int(time.time()),
                "last_error_message": f"Wrong response from the webhook: {why}",
            }
            self.state.changed.notify_all()
        return False

    def _done(self, pending: Pending) -> None:
        with self.state.changed:
            if pending not in self.state.updates:
                return
            updates.done(self.state, pending)
            if not pending.again and self.state.fault("webhook", DUPLICATE):
                updates.put_again(self.state, pending.update)

    async def _end(self) -> None:
        for task in list(self.busy.values()):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        if self.client:
            await self.client.aclose()


def _chat(update: Any) -> Any:
    """Give what keeps its order: the chat, or else the person."""
    for value in update.values() if isinstance(update, dict) else ():
        if isinstance(value, dict):
            within = value.get("message")
            place = (within if isinstance(within, dict) else value).get("chat")
            place = place or value.get("from")
            if isinstance(place, dict):
                return place.get("id")
    return None
