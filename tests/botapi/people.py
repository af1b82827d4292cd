"""The people's side of the server: they say, press, send files, and see what the bot sent."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

from tests.botapi import files, updates
from tests.botapi.chats import ME, Chat, Shown, chat_json, message_json
from tests.botapi.faults import Fault, Faults
from tests.botapi.markup import units
from tests.botapi.state import Call, Refusal, State

PATIENCE = 20.0
"""Seconds until something that should happen counts as not happening."""
_MARKS = re.compile(r"(?<!\S)(?:/[A-Za-z0-9_]{1,32}(?:@\w+)?|@\w{3,32})")


class People:
    """What people do on Telegram, and what they see; safe to use from any thread."""

    def __init__(self, state: State) -> None:
        self.state = state

    @property
    def faults(self) -> Faults:
        """What goes wrong on purpose; `faults.add(kind, method, share=…, times=…)`."""
        return self.state.faults

    @property
    def refusals(self) -> list[Refusal]:
        """The calls that were refused, and why."""
        return self.state.refusals

    @property
    def violations(self) -> list[str]:
        """What came faster than Telegram takes."""
        return self.state.violations

    def chat(self, user: int) -> Chat:
        """Give a chat as it stands."""
        return self.state.chat(user)

    def user(self, user: int, language_code: str | None = None) -> Chat:
        """Set the language of somebody's app."""
        chat = self.state.chat(user)
        chat.lang = language_code
        return chat

    def say(
        self,
        user: int,
        text: str,
        *,
        group: int | None = None,
        chat: int | None = None,
        reply_to: int | None = None,
        **more: Any,
    ) -> int:
        """Write to the bot, in private or in a group; gives the update's number."""
        with self.state.changed:
            place = self.open(user, group or chat)
            shown = Shown(
                next(self.state.numbers),
                False,
                text,
                reply_to=reply_to,
                entities=_entities(text),
                sender=self.person(user),
                content=more,
            )
            place.messages.append(shown)
            return updates.put(self.state, "message", message_json(place, shown))

    def begin(self, user: int, payload: str = "") -> int:
        """Press Start, as from a link that may carry a word."""
        return self.say(user, f"/start {payload}".strip())

    def group_say(self, chat: int, user: int, text: str, **more: Any) -> int:
        """Write into a group."""
        return self.say(user, text, group=chat, **more)

    def edit(self, user: int, message_id: int, text: str, *, group: int | None = None) -> int:
        """Change what one wrote before."""
        with self.state.changed:
            chat = self.open(user, group)
            shown = chat.message(message_id)
            assert shown is not None, f"no message {message_id}"
            shown.text, shown.entities = text, _entities(text)
            shown.edits += 1
            return updates.put(self.state, "edited_message", message_json(chat, shown))

    def press(
        self,
        user: int,
        label: str,
        *,
        message_id: int | None = None,
        group: int | None = None,
    ) -> int:
        """Press the newest button whose label or data begins so, or that of one message."""
        with self.state.changed:
            chat = self.open(user, group)
            for shown in reversed(chat.bots):
                if message_id in (None, shown.id):
                    for text, data in (button for row in shown.rows for button in row):
                        if text.startswith(label) or (data and data.startswith(label)):
                            return self.press_data(user, data, shown, group=group)
        raise AssertionError(f"no button {label!r} in {chat.bots[-1:]}")

    def press_data(
        self, user: int, data: str, shown: Shown | None = None, *, group: int | None = None
    ) -> int:
        """Send what a button would send, offered or not."""
        with self.state.changed:
            chat = self.open(user, group)
            shown = shown or Shown(next(self.state.numbers), True, "x")
            press = f"press-{next(self.state.numbers)}"
            self.state.presses[press] = None
            self.state.ask(press)
            query = {
                "id": press,
                "from": self.person(user),
                "message": message_json(chat, shown),
                "chat_instance": str(chat.id),
                "data": data,
            }
            return updates.put(self.state, "callback_query", query)

    def unanswered_presses(self) -> list[str]:
        """Give the presses that still show their waiting sign."""
        return [press for press, notice in self.state.presses.items() if notice is None]

    def search(self, user: int, text: str) -> str:
        """Type after the bot's name in another chat; gives the search's number."""
        with self.state.changed:
            number = f"search-{next(self.state.numbers)}"
            self.state.searches[number] = None
            self.state.ask(number)
            query = {"id": number, "from": self.person(user), "query": text, "offset": ""}
            updates.put(self.state, "inline_query", query)
            return number

    inline = search

    def attach(self, user: int, name: str, data: bytes, kind: str, caption: str = "") -> int:
        """Send a file; a photo where `kind` is image/jpeg."""
        with self.state.changed:
            part = "photo" if kind == "image/jpeg" else "document"
            return self.say(user, caption, **files.keep(self.state, part, (name, data), kind))

    def photo(self, user: int, data: bytes, caption: str = "") -> int:
        """Send a photo."""
        return self.attach(user, "photo.jpg", data, "image/jpeg", caption)

    def document(self, user: int, name: str, mime: str, data: bytes, caption: str = "") -> int:
        """Send a file as a document, a picture too."""
        with self.state.changed:
            return self.say(user, caption, **files.keep(self.state, "document", (name, data), mime))

    def location(self, user: int, lat: float, lon: float) -> int:
        """Send a place."""
        return self.say(user, "", location={"latitude": lat, "longitude": lon})

    def raw(self, update: Any) -> int:
        """Send any update at all; its number is put in where there is none."""
        with self.state.changed:
            return updates.put_raw(self.state, update)

    def again(self, update: dict[str, Any]) -> None:
        """Send an update once more, as Telegram does after a lost answer."""
        with self.state.changed:
            updates.put_again(self.state, update)

    def fault(self, kind: str, **how: Any) -> Fault:
        """Let calls go wrong from now on; see Fault."""
        with self.state.changed:
            return self.state.faults.add(kind, **how)

    def calm(self) -> None:
        """Let nothing go wrong any more."""
        with self.state.changed:
            self.state.faults.clear()

    def limits(self, *, on: bool = True) -> None:
        """Refuse what comes too fast, or only count it."""
        self.state.limited = on

    def wait_for(self, true: Callable[[], Any], seconds: float = PATIENCE) -> None:
        """Wait until something is true; looks whenever anything changed."""
        with self.state.changed:
            if not self.state.changed.wait_for(lambda: bool(true()), seconds):
                last = {number: chat.messages[-2:] for number, chat in self.state.chats.items()}
                raise AssertionError(f"not within {seconds} s; the chats end with {last}")

    wait_until = wait_for

    def calls(self, method: str | None = None) -> list[Call]:
        """Give what the bot sent, accepted calls only; each knows its method and when it came."""
        with self.state.changed:
            return [call for call in self.state.calls if method in (None, call.method)]

    @contextlib.contextmanager
    def language(self, user: int, code: str | None) -> Iterator[None]:
        """Let somebody's app speak another language within the block."""
        chat = self.state.chat(user)
        chat.lang, before = code, chat.lang
        yield
        chat.lang = before

    def open(self, user: int, group: int | None = None) -> Chat:
        """Give the chat somebody writes in, which the bot may write to from then on."""
        chat = self.state.chat(group or user)
        chat.open = True
        return chat

    def person(self, user: int) -> dict[str, Any]:
        """Give somebody as the Bot API does."""
        lang = self.state.chat(user).lang
        told: dict[str, Any] = {"id": user, "is_bot": False, "first_name": "An"}
        return {**told, "language_code": lang} if lang else told

    def member(self, chat: Chat, user: int, old: str, new: str) -> int:
        """Tell the bot that what it is in a chat has changed."""
        change = {
            "chat": chat_json(chat),
            "from": self.person(user),
            "date": int(time.time()),
            "old_chat_member": _member(old),
            "new_chat_member": _member(new),
        }
        return updates.put(self.state, "my_chat_member", change)


def _member(status: str) -> dict[str, Any]:
    gone = {"until_date": 0} if status == "kicked" else {}
    return {"status": status, "user": ME, **gone}


def _entities(text: str) -> list[dict[str, Any]]:
    """Mark commands and names, as Telegram does with what people type."""
    return [
        {
            "type": "bot_command" if found[0].startswith("/") else "mention",
            "offset": units(text[: found.start()]),
            "length": units(found[0]),
        }
        for found in _MARKS.finditer(text)
    ]
