"""The methods about the bot itself: its menus, what it says of itself, its webhook, files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.botapi import checks, updates
from tests.botapi.chats import ME
from tests.botapi.files import file_json
from tests.botapi.methods import METHODS as IN_CHATS
from tests.botapi.methods import Given, Method
from tests.botapi.state import State


def call(state: State, method: str, given: Given) -> Any:
    """Do what a method does; raises RefusedError."""
    told = checks.parameters(method, given)
    return METHODS[method](state, told)


def _menu(state: State, given: Given) -> str:
    """Give where a menu is kept: one for each scope and language."""
    scope = checks.scope(given)
    if scope.get("chat_id"):
        state.known(scope["chat_id"])
    member = f":{scope['user_id']}" if "user_id" in scope else ""
    return f"{scope['type']}:{scope.get('chat_id', '')}{member}:{checks.language(given)}"


def _set_commands(state: State, given: Given) -> Any:
    state.menus[_menu(state, given)] = checks.commands(given)
    return True


def _get_commands(state: State, given: Given) -> Any:
    return state.menus.get(_menu(state, given), [])


def _delete_commands(state: State, given: Given) -> Any:
    state.menus.pop(_menu(state, given), None)
    return True


def _set_profile(name: str) -> Method:
    def change(state: State, given: Given) -> Any:
        state.profile[name, checks.language(given)] = checks.profile(name, given)
        return True

    return change


def _get_profile(name: str) -> Method:
    def give(state: State, given: Given) -> Any:
        general = state.profile.get((name, ""), "")
        return {name: state.profile.get((name, checks.language(given))) or general}

    return give


def _set_webhook(state: State, given: Given) -> Any:
    if not given.get("url"):
        return _delete_webhook(state, given)
    updates.ask_for(state, given)
    state.webhook, state.webhook_error = checks.webhook(given), {}
    if given.get("drop_pending_updates"):
        state.updates.clear()
    return True


def _delete_webhook(state: State, given: Given) -> Any:
    state.webhook = {}
    if given.get("drop_pending_updates"):
        state.updates.clear()
    return True


def _webhook_info(state: State, given: Given) -> Any:
    del given
    told: dict[str, Any] = {
        "url": state.webhook.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": len(state.updates),
        **state.webhook_error,
    }
    if state.webhook:
        told["max_connections"] = state.webhook.get("max_connections", 40)
    if state.allowed:
        told["allowed_updates"] = sorted(state.allowed)
    return told


METHODS: Mapping[str, Method] = {
    **IN_CHATS,
    "getMe": lambda _state, _given: ME,
    "logOut": lambda _state, _given: True,
    "close": lambda _state, _given: True,
    "getFile": lambda state, given: file_json(state, given.get("file_id")),
    "setMyCommands": _set_commands,
    "getMyCommands": _get_commands,
    "deleteMyCommands": _delete_commands,
    "setWebhook": _set_webhook,
    "deleteWebhook": _delete_webhook,
    "getWebhookInfo": _webhook_info,
    "setMyName": _set_profile("name"),
    "getMyName": _get_profile("name"),
    "setMyDescription": _set_profile("description"),
    "getMyDescription": _get_profile("description"),
    "setMyShortDescription": _set_profile("short_description"),
    "getMyShortDescription": _get_profile("short_description"),
}
