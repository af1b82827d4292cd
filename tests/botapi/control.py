"""The people's side over HTTP, for a bot that is watched from another process."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from tests.botapi.chats import Shown
from tests.botapi.errors import RefusedError, bad
from tests.botapi.wire import Http

if TYPE_CHECKING:
    from tests.botapi.running import BotApi

Given = dict[str, Any]
_NAMES = """
say group_say edit press press_data inline location block unblock join leave upgrade migrate
raw again fault calm limits unanswered_presses
"""
_PEOPLE = frozenset(_NAMES.split())
"""The methods of the people's side that are routes with the same name and the same words."""


def make_control(api: BotApi) -> Callable[[Http], Any]:
    """Make what answers `/control/<name>`."""

    async def control(http: Http) -> None:
        name = http.path.removeprefix("/control/")
        try:
            result = _do(api, name, await http.given())
        except RefusedError as refused:
            await http.refuse(refused)
        except (AssertionError, LookupError, TypeError, ValueError) as error:
            await http.refuse(bad(f"{type(error).__name__}: {error}"))
        else:
            await http.json({"ok": True, "result": result})

    return control


def _do(api: BotApi, name: str, given: Given) -> Any:
    if name in _PEOPLE:
        return _plain(getattr(api, name)(**given))
    if name not in _OTHERS:
        raise RefusedError(404, f"Not Found: no control {name}")
    return _plain(_OTHERS[name](api, given))


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _plain(vars(value))
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return f"{len(value)} bytes" if isinstance(value, bytes) else value


def _file(send: str) -> Callable[[BotApi, Given], Any]:
    def attach(api: BotApi, given: Given) -> Any:
        return getattr(api, send)(**{**given, "data": base64.b64decode(given["data"])})

    return attach


def _user(api: BotApi, given: Given) -> Any:
    api.user(given["user"], given.get("language_code"))
    return True


def _chat(api: BotApi, given: Given) -> Any:
    with api.state.changed:
        return [_shown(message) for message in api.chat(int(given["user"]))]


def _shown(message: Shown) -> Given:
    names = ("id", "by_bot", "text", "html", "edits", "reply_to", "date")
    return {**{name: getattr(message, name) for name in names}, "rows": message.rows}


def _calls(api: BotApi, given: Given) -> Any:
    found = api.calls(given.get("method"))[int(given.get("since", 0)) :]
    return [{"at": call.at, "method": call.method, "given": dict(call)} for call in found]


def _state(api: BotApi, given: Given) -> Any:
    del given
    with api.state.changed:
        return {
            "chats": len(api.state.chats),
            "pending_updates": len(api.state.updates),
            "calls": len(api.state.calls),
            "refusals": list(api.refusals),
            "violations": list(api.violations),
            "unanswered_presses": api.unanswered_presses(),
            "highest": api.state.rates.highest,
            "highest_in": max(api.state.rates.highest_in.values(), default=0),
        }


def _outage(api: BotApi, given: Given) -> Any:
    api.outage(float(given.get("seconds", 1)))
    return True


_OTHERS: Mapping[str, Callable[[BotApi, Given], Any]] = {
    "start": lambda api, given: api.begin(**given),
    "photo": _file("photo"),
    "document": _file("document"),
    "user": _user,
    "chat": _chat,
    "calls": _calls,
    "state": _state,
    "outage": _outage,
}
