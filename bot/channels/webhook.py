"""What every call from outside is put through first: a secret, a body of bounded size, JSON."""

from __future__ import annotations

import hmac
import json
from typing import Any

from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response

MOST_BYTES = 512 * 1024
"""Updates are a few kilobytes; more is not from a platform."""


def has_secret(http: HttpRequest, header: str, secret: str) -> bool:
    """Tell whether a call names our secret; where there is none, no call does."""
    given = http.headers.get(header, "")
    return bool(secret) and hmac.compare_digest(given.encode(), secret.encode())


async def read_body(http: HttpRequest, most: int = MOST_BYTES) -> bytes | None:
    """Read the body; None where it is too large, without reading on."""
    data = bytearray()
    async for chunk in http.stream():
        data += chunk
        if len(data) > most:
            return None
    return bytes(data)


def read_json(data: bytes) -> Any:
    """Read JSON; None where it is none."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def answer(status: int) -> Response:
    """Answer the platform."""
    return JSONResponse({"ok": status == 200}, status)
