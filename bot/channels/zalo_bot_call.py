"""Calls the Zalo Bot Platform, and says what its errors mean for a delivery."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import httpx

from bot.channels.channel import ClosedError, DeliveryError, GoneError, LaterError

LOG = logging.getLogger("motcua.zalo")
PATIENCE = 10.0
"""Seconds an answer may take."""
LONG = 600.0
"""Seconds without a try when only a person can help: a quota may be gone for the month."""
TROUBLE: Mapping[int, str] = {
    HTTPStatus.TOO_MANY_REQUESTS: "quota",
    HTTPStatus.UNAUTHORIZED: "token",
}
"""What stops all messages, by Zalo's code."""
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class ZaloTokenError(Exception):
    """Zalo does not know the token; only who runs the bot can help."""


class ZaloError(Exception):
    """Zalo refused a call; the code is all that is repeated of it. 0: the answer was none."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(f"error {code}")


Failed = (ZaloError, httpx.HTTPError)
"""What a call may raise: refused, or nothing heard."""


class Api:
    """One bot's methods over HTTP. The token stands in every address: none may be logged."""

    def __init__(self, token: str, base_url: str) -> None:
        limits = httpx.Limits(max_connections=16, keepalive_expiry=60)
        self.base = f"{base_url}/bot{token}"
        self.client = httpx.AsyncClient(limits=limits)
        self.patience = PATIENCE

    async def call(self, method: str, *, longer: float = 0.0, **given: Any) -> Any:
        """Call a method; gives its result, raises ZaloError or httpx.HTTPError.

        `longer` is how many seconds Zalo may take over the usual.
        """
        timeout = httpx.Timeout(self.patience, read=self.patience + longer)
        answer = await self.client.post(f"{self.base}/{method}", json=given, timeout=timeout)
        return _result(answer)

    async def close(self) -> None:
        """Close the connections."""
        await self.client.aclose()


def _result(answer: httpx.Response) -> Any:
    """Give the result; a refusal may come with any status, 200 as well."""
    try:
        told = answer.json()
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, Mapping):
        raise ZaloError(answer.status_code if answer.is_error else 0)
    if told.get("ok") is True and not answer.is_error:
        return told.get("result")
    code = str(told.get("error_code", told.get("errorCode")))  # one method was seen to spell it so
    raise ZaloError(int(code) if re.fullmatch("-?[0-9]{1,9}", code) else answer.status_code)


def why(error: ZaloError | httpx.HTTPError) -> str:
    """Say what went wrong, for the log: an error of httpx may name the address."""
    return str(error) if isinstance(error, ZaloError) else type(error).__name__


def meaning(error: ZaloError | httpx.HTTPError) -> DeliveryError:
    """Say what a failed sending means for the message.

    A timeout after the call was written leaves doubt: Zalo may have sent the message.
    """
    if isinstance(error, httpx.HTTPError):
        return LaterError(why(error), doubt=not isinstance(error, _UNSENT))
    told = why(error)
    match error.code:
        case HTTPStatus.TOO_MANY_REQUESTS | HTTPStatus.UNAUTHORIZED:
            return LaterError(TROUBLE[error.code], LONG, all_chats=True, spent=True)
        case 0 | HTTPStatus.REQUEST_TIMEOUT | HTTPStatus.GATEWAY_TIMEOUT:
            return LaterError(told, doubt=True)
        case HTTPStatus.FORBIDDEN:
            return ClosedError(told)
        case code if code < HTTPStatus.INTERNAL_SERVER_ERROR:
            return GoneError(told)
    return LaterError(told)


class Alarm:
    """Calls whoever looks after the bot, once for each trouble until it is over."""

    def __init__(self) -> None:
        self.raised = ""

    def ring(self, why: str) -> None:
        """Say that somebody must look into it."""
        if self.raised != why:
            self.raised = why
            LOG.error("Zalo takes no messages until somebody looks into it", extra={"why": why})

    def over(self) -> None:
        """Note that messages go out again."""
        self.raised = ""
