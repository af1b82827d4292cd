"""The HTTP side: calls of bots, with faults as told, long polling, files, and the people's side."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from tests.botapi import checks, updates
from tests.botapi.about import call
from tests.botapi.errors import RefusedError, too_many
from tests.botapi.faults import Fault
from tests.botapi.files import find
from tests.botapi.state import Call, State
from tests.botapi.wire import Http

TOKEN = "99:" + "t" * 35
MOST_SECONDS = 50
"""Seconds a long poll takes at most."""
_WEBHOOK = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first"
_OTHER = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is"
    " running"
)
Answer = dict[str, Any] | RefusedError
Control = Callable[[Http], Awaitable[None]]


def make_app(state: State, control: Control | None = None) -> ASGIApp:
    """Make the application of a server."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        http = Http(scope, receive, send)
        if control and http.path.startswith("/control/"):
            await control(http)
        elif http.path.startswith("/file/bot"):
            await _file(state, http)
        else:
            await _method(state, http)

    return app


async def _method(state: State, http: Http) -> None:
    token, _, name = http.path.removeprefix("/bot").partition("/")
    if refused := _stranger(http, token):
        await http.refuse(refused)
        return
    with state.changed:
        fault = state.fault(name)
    if fault and await _before(state, http, fault):
        return
    answer = await _answer(state, http, name)
    if fault:
        await (http.hold(fault.seconds) if "timeout" in fault.kind else http.cut())
    elif isinstance(answer, RefusedError):
        await http.refuse(answer)
    else:
        await http.json(answer)


def _stranger(http: Http, token: str) -> RefusedError | None:
    if not http.path.startswith("/bot") or http.scope["method"] not in ("GET", "POST"):
        return RefusedError(404, "Not Found")
    return None if token == TOKEN else RefusedError(401, "Unauthorized")


async def _answer(state: State, http: Http, name: str) -> Answer:
    try:
        given = await http.given()
        if name == "getUpdates":
            return {"ok": True, "result": await _get_updates(state, given, http)}
        return {"ok": True, "result": _act(state, name, given)}
    except RefusedError as refused:
        return _log(state, name, refused)
    # What this server did not foresee must be seen by the test, not only by the bot.
    except Exception as error:  # noqa: BLE001
        return _log(state, name, RefusedError(500, f"Internal Server Error: {error!r}"))


def _log(state: State, name: str, refused: RefusedError) -> RefusedError:
    with state.changed:
        state.refuse(name, refused)
        state.changed.notify_all()
    return refused


def _act(state: State, name: str, given: Mapping[str, Any]) -> Any:
    with state.changed:
        result = call(state, name, given)
        if state.keep_calls:
            state.calls.append(Call(state.clock(), name, dict(given)))
        state.changed.notify_all()
    return result


async def _before(state: State, http: Http, fault: Fault) -> bool:
    """Go wrong before anything is done; tells whether that was all."""
    match fault.kind:
        case "429":
            with state.changed:
                state.close(fault.retry_after)
            await http.refuse(too_many(fault.retry_after))
        case "500":
            await http.refuse(RefusedError(500, "Internal Server Error"))
        case "502":
            await http.refuse(RefusedError(502, "Bad Gateway"))
        case "garbage":
            page = b"<html><h1>502 Bad Gateway</h1></html>"
            await http.answer(page, fault.status, b"text/html")
        case "timeout_before":
            await http.hold(fault.seconds)
        case "drop_before":
            await http.cut()
        case _:
            return False
    return True


async def _file(state: State, http: Http) -> None:
    token, _, path = http.path.removeprefix("/file/bot").partition("/")
    if refused := None if token == TOKEN else RefusedError(401, "Unauthorized"):
        await http.refuse(refused)
        return
    with state.changed:
        found, fault = find(state, path.rpartition("/")[2]), state.fault("file")
    if fault and await _before(state, http, fault):
        return
    if fault:
        await (http.hold(fault.seconds) if "timeout" in fault.kind else http.cut())
    elif found is None:
        await http.refuse(RefusedError(404, "Not Found"))
    else:
        await http.answer(found[1], kind=b"application/octet-stream")


async def _get_updates(state: State, given: Mapping[str, Any], http: Http) -> list[Any]:
    told = checks.parameters("getUpdates", given)
    with state.changed:
        if state.webhook:
            raise RefusedError(409, _WEBHOOK)
        state.polls += 1
        mine = state.polls
        updates.ask_for(state, told)
        updates.confirm(state, told.get("offset", 0))
        state.changed.notify_all()
    await _until_something(state, http, mine, min(told.get("timeout", 0), MOST_SECONDS))
    with state.changed:
        return updates.batch(state, told.get("limit", updates.MOST))


async def _until_something(state: State, http: Http, mine: int, seconds: float) -> None:
    """Wait for updates; raises where another poll or a webhook takes this one's place."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    with state.changed.listening() as changed:
        gone = asyncio.ensure_future(http.gone())
        try:
            while not state.updates and not gone.done() and loop.time() < end:
                changed.clear()
                woken = asyncio.ensure_future(changed.wait())
                left = end - loop.time()
                await asyncio.wait((gone, woken), timeout=left, return_when="FIRST_COMPLETED")
                woken.cancel()
                if not gone.done():
                    _still_ours(state, mine)
        finally:
            gone.cancel()


def _still_ours(state: State, mine: int) -> None:
    if state.webhook:
        raise RefusedError(409, "Conflict: terminated by setWebhook request")
    if state.polls != mine:
        raise RefusedError(409, _OTHER)
