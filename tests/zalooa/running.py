"""The server in a thread, with people who write to the account."""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx

from tests.serving import served
from tests.zalooa.server import Server
from tests.zalooa.state import APP_ID, OA_SECRET, Person, State

PATIENCE = 15.0
HEADER = "X-ZEvent-Signature"


class Zalo:
    """The platform: `say` and the like bring an event to the webhook and give its answer."""

    def __init__(self, url: str, state: State) -> None:
        self.url = url
        self.state = state
        self.webhook = ""

    def say(self, user: str, text: str, number: str = "") -> httpx.Response:
        """Let a person write."""
        return self.sends(user, "text", {"text": text}, number)

    def attach(self, user: str, kind: str, *payloads: dict[str, Any]) -> httpx.Response:
        """Let a person send something that is no text."""
        attached = [{"type": kind, "payload": payload} for payload in payloads]
        return self.sends(user, kind, {"attachments": attached})

    def sends(
        self, user: str, kind: str, message: dict[str, Any], number: str = ""
    ) -> httpx.Response:
        """Let a person send anything."""
        number = number or f"in-{next(self.state.numbers)}"
        self.person(user).last = self.state.clock()
        event = {"sender": {"id": user}, "message": {"msg_id": number, **message}}
        return self.bring(self.event(f"user_send_{kind}", **event))

    def follow(self, user: str, *, gone: bool = False) -> httpx.Response:
        """Let a person follow the account, or follow it no more."""
        person = self.person(user)
        person.follows = not gone
        person.last = self.state.clock()
        name = "unfollow" if gone else "follow"
        return self.bring(self.event(name, oa_id="oa-9", follower={"id": user}))

    def event(self, name: str, **fields: Any) -> dict[str, Any]:
        """Make an event of now."""
        stamp = str(int(self.state.clock().timestamp() * 1000))
        told = {"app_id": APP_ID, "event_name": name, "user_id_by_app": "5501"}
        return {**told, **fields, "timestamp": stamp}

    def bring(self, event: dict[str, Any]) -> httpx.Response:
        """Bring an event as Zalo does: signed over exactly these bytes."""
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        return self.post(body, {HEADER: sign(body, event["timestamp"])})

    def post(self, body: bytes, headers: Mapping[str, str | bytes]) -> httpx.Response:
        """Bring any bytes."""
        raw = {
            name.encode(): value.encode() if isinstance(value, str) else value
            for name, value in headers.items()
        }
        return httpx.post(self.webhook, content=body, headers=raw, timeout=PATIENCE)

    def person(self, user: str) -> Person:
        """Give a person, who is on Zalo from now on."""
        return self.state.people.setdefault(user, Person())

    def shown(self, user: str) -> list[dict[str, Any]]:
        """Give what the bot sent to a person."""
        return self.person(user).shown

    def answers(self, path: str) -> list[int]:
        """Give how the calls of a path were answered."""
        return [answer for called, answer in self.state.calls if called == path]

    def wait_for(self, condition: Callable[[], Any], patience: float = PATIENCE) -> None:
        """Wait until something holds."""
        end = time.monotonic() + patience
        with self.state.changed:
            while not condition():
                left = end - time.monotonic()
                assert left > 0, f"it never came; calls: {self.state.calls}"
                # Not everything a test waits for is a call of the server.
                self.state.changed.wait(min(left, 0.05))

    def asked(self, user: str, text: str) -> str:
        """Let a person write, and give the text the bot then sends."""
        before = len(self.shown(user))
        assert self.say(user, text).status_code == 200
        self.wait_for(lambda: len(self.shown(user)) > before)
        return str(self.shown(user)[-1]["text"])


def sign(body: bytes, stamp: str, secret: str = OA_SECRET) -> str:
    """Sign as Zalo does."""
    told = APP_ID.encode() + body + stamp.encode() + secret.encode()
    return f"mac={hashlib.sha256(told).hexdigest()}"


@contextlib.contextmanager
def running(state: State | None = None) -> Iterator[Zalo]:
    """Give a platform that takes calls."""
    state = state or State()
    with served(Server(state).app()) as url:
        yield Zalo(url, state)
