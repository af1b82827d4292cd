"""The HTTP side: calls of the bot, with faults as told, and polls that give one update each."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from tests.botapi.faults import ON_CALLS, Fault
from tests.botapi.wire import Http
from tests.zalobot.methods import METHODS, check, seconds
from tests.zalobot.state import TOKEN, RefusedError, State


def make_app(state: State) -> ASGIApp:
    """Make the application of a server."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await _method(state, Http(scope, receive, send))

    return app


async def _method(state: State, http: Http) -> None:
    token, _, name = http.path.removeprefix("/bot").partition("/")
    if token != TOKEN:
        await _refuse(state, http, RefusedError(401, "Unauthorized"))
        return
    with state.changed:
        fault = state.faults.draw(name, state.chance, ON_CALLS)
    if fault and await _before(state, http, fault):
        return
    try:
        told = {"ok": True, "result": await _result(state, http, name)}
    except RefusedError as refused:
        await _refuse(state, http, refused)
        return
    # What this server did not foresee must be seen by the test, not only by the bot.
    except Exception as error:  # noqa: BLE001
        await _refuse(state, http, RefusedError(500, repr(error)))
        return
    if fault:
        await (http.hold(fault.seconds) if "timeout" in fault.kind else http.cut())
    else:
        await http.json(told)


async def _result(state: State, http: Http, name: str) -> Any:
    if http.scope["method"] != "POST":
        raise RefusedError(400, "this server takes POST only")
    given = await http.given()
    check(name, given)
    with state.changed:
        state.calls.append(name)
        state.changed.notify_all()
    if name == "getUpdates":
        return await _update(state, http, given)
    with state.changed:
        result = METHODS[name](state, given)
        state.changed.notify_all()
    return result


async def _update(state: State, http: Http, given: Mapping[str, Any]) -> Any:
    """Wait for one update and give it; it is handed out once, whether or not it arrives."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds(given)
    gone = asyncio.ensure_future(http.gone())
    try:
        with state.changed.listening() as changed:
            _one_more(state, 1)
            while not gone.done() and loop.time() < end:
                changed.clear()
                with state.changed:
                    if state.updates and not state.webhook:
                        return _hand_out(state)
                woken = asyncio.ensure_future(changed.wait())
                left = end - loop.time()
                await asyncio.wait((gone, woken), timeout=left, return_when="FIRST_COMPLETED")
                woken.cancel()
    finally:
        gone.cancel()
        _one_more(state, -1)
    raise RefusedError(408, "Request timeout")


def _one_more(state: State, change: int) -> None:
    with state.changed:
        state.polling += change
        if state.polling > 1:
            state.refusals.append("two polls at once")


def _hand_out(state: State) -> Any:
    update = state.updates.popleft()
    message = update.get("message")
    state.handed_out.append(str(message.get("message_id")) if isinstance(message, dict) else "")
    state.changed.notify_all()
    return update


async def _refuse(state: State, http: Http, refused: RefusedError) -> None:
    if refused.code != 408:
        with state.changed:
            state.refusals.append(f"{refused.code} {refused}")
            state.changed.notify_all()
    told = {"ok": False, "error_code": refused.code, "description": str(refused)}
    await http.answer(json.dumps(told).encode(), refused.code if state.errors_as_status else 200)


async def _before(state: State, http: Http, fault: Fault) -> bool:
    """Go wrong before anything is done; tells whether that was all."""
    match fault.kind:
        case "429" | "500" | "502":
            await _refuse(state, http, RefusedError(int(fault.kind), "on purpose"))
        case "garbage":
            await http.answer(b"<html>502 Bad Gateway</html>", fault.status, b"text/html")
        case "timeout_before":
            await http.hold(fault.seconds)
        case "drop_before":
            await http.cut()
        case _:
            return False
    return True
