"""A Zalo Bot Platform that runs in a thread, on a port that stays its own, and its people."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import httpx

from tests.serving import InThread, free_port, listen, serving
from tests.zalobot.server import make_app
from tests.zalobot.state import TOKEN, State

PATIENCE = 20.0
"""Seconds something may take before a test fails."""


class ZaloApi:
    """A server with its people; `stop` and `start` keep state and port."""

    token = TOKEN

    def __init__(self, **state: Any) -> None:
        self.state = State(**state)
        self.faults = self.state.faults
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.thread: InThread | None = None

    @classmethod
    @contextlib.contextmanager
    def running(cls, **state: Any) -> Iterator[ZaloApi]:
        """Give a server that takes calls; see State for what can be set."""
        api = cls(**state)
        api.start()
        try:
            yield api
        finally:
            api.stop()

    def start(self) -> None:
        """Take calls, from now or again."""
        listening = listen(self.port)
        self.thread = InThread(lambda: serving(make_app(self.state), listening))
        self.thread.start()

    def stop(self) -> None:
        """Refuse connections, and cut those there are."""
        assert self.thread is not None, "the server was started"
        with self.state.changed:
            self.state.changed.notify_all()
        self.thread.stop()

    def say(self, user: str, text: str, **more: Any) -> str:
        """Let somebody write; gives the message's id."""
        return self.tell(user, "message.text.received", text=text, **more)

    def tell(self, user: str, event: str, *, group: str = "", **fields: Any) -> str:
        """Let an update of any kind happen; gives the message's id."""
        number = f"m-{next(self.state.numbers)}"
        self.raw(update(user, number, event, group=group, **fields), group or user)
        return number

    def raw(self, what: dict[str, Any], user: str = "") -> None:
        """Let anything at all be what comes next."""
        with self.state.changed:
            self.state.people.add(user)
            self.state.updates.append(what)
            self.state.changed.notify_all()
            webhook = dict(self.state.webhook)
        if webhook:
            self.deliver(webhook)

    def deliver(self, webhook: dict[str, str]) -> None:
        """Bring what waits to the webhook, once: nobody knows whether Zalo would try again."""
        while self.state.updates:
            told = {"ok": True, "result": self.state.updates.popleft()}
            headers = {
                "X-Bot-Api-Secret-Token": webhook["secret"],
                "User-Agent": "Java/1.8.0_192",
            }
            answer = httpx.post(webhook["url"], json=told, headers=headers, timeout=PATIENCE)
            self.state.deliveries.append(answer.status_code)

    def texts(self, user: str) -> list[str]:
        """Give what somebody was sent."""
        with self.state.changed:
            return [text for who, text in self.state.sent if who == user]

    def wait_for(self, true: Callable[[], Any], patience: float = PATIENCE) -> None:
        """Wait until something is true; looks whenever anything changed."""
        with self.state.changed:
            if not self.state.changed.wait_for(lambda: bool(true()), patience):
                raise AssertionError(
                    f"not within {patience} s; sent {self.state.sent[-3:]}, {self.state.refusals}"
                )


def update(user: str, number: str, event: str, *, group: str = "", **fields: Any) -> dict[str, Any]:
    """Make an update as Zalo does."""
    chat = {"id": group or user, "chat_type": "GROUP" if group else "PRIVATE"}
    message = {
        "message_id": number,
        "date": 1795400000000,
        "from": {"id": user, "display_name": "Chị Lan", "is_bot": False},
        "chat": chat,
        **fields,
    }
    return {"event_name": event, "message": message}
