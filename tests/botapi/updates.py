"""The updates of the bot: put in line, given, confirmed, and given again where asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.botapi.errors import bad
from tests.botapi.faults import DUPLICATE, OUT_OF_ORDER
from tests.botapi.state import Pending, State

MOST = 100
MOST_REPEATED = 3


def put(state: State, kind: str, value: Mapping[str, Any]) -> int:
    """Put an update in line, where the bot asked for such; gives its number."""
    number = next(state.update_numbers)
    if state.wants(kind):
        state.updates.append(Pending(number, {"update_id": number, kind: value}))
    state.changed.notify_all()
    return number


def put_raw(state: State, update: Any) -> int:
    """Put anything in line; an object without a number gets one."""
    number = next(state.update_numbers)
    if isinstance(update, dict):
        update = {"update_id": number, **update}
    state.updates.append(Pending(number, update))
    state.changed.notify_all()
    return number


def put_again(state: State, update: Mapping[str, Any]) -> None:
    """Put an update in line that the bot may have confirmed before."""
    state.updates.append(Pending(int(update["update_id"]), update, again=True))
    state.changed.notify_all()


def ask_for(state: State, given: Mapping[str, Any]) -> None:
    """Note which updates the bot wants; what is left out stays as it was."""
    wanted = given.get("allowed_updates")
    if wanted is None:
        return
    if not isinstance(wanted, list) or not all(isinstance(one, str) for one in wanted):
        raise bad("can't parse allowed_updates")
    state.allowed = frozenset(wanted)


def confirm(state: State, offset: int) -> None:
    """Forget what is below an offset; a negative one keeps that many from the end."""
    if offset < 0:
        while len(state.updates) > -offset:
            state.updates.popleft()
        return
    for pending in [one for one in state.updates if _is_over(one, offset)]:
        done(state, pending)


def done(state: State, pending: Pending) -> None:
    """Take a confirmed update out of the line."""
    state.updates.remove(pending)
    if not pending.again:
        state.confirmed.append(pending)


def _is_over(pending: Pending, offset: int) -> bool:
    return pending.given if pending.again else pending.number < offset


def batch(state: State, limit: int) -> list[Any]:
    """Give what waits, oldest first, unless a fault says otherwise."""
    if state.updates and state.fault("getUpdates", DUPLICATE):
        _repeat(state)
    found = list(state.updates)[: max(1, min(limit, MOST))]
    if len(found) > 1 and state.fault("getUpdates", OUT_OF_ORDER):
        state.chance.shuffle(found)
    for pending in found:
        pending.given = True
    return [pending.update for pending in found]


def _repeat(state: State) -> None:
    """Put what was confirmed last in front of the line, to be given once more."""
    last = list(state.confirmed)[-MOST_REPEATED:]
    state.updates.extendleft(Pending(one.number, one.update, again=True) for one in reversed(last))
