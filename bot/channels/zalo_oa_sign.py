"""Tells whether a webhook call comes from Zalo: the signature over its bytes, and its age."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Any

HEADER = "x-zevent-signature"
_MARK = "mac="
OLDEST = dt.timedelta(hours=3)
"""Zalo tries again for almost two hours; nothing else stops a call from being played back."""
AHEAD = dt.timedelta(minutes=5)
"""How far Zalo's clock may be ahead of ours."""
_LONGEST = 16
"""Digits of a time in milliseconds, with room to spare."""


@dataclass(frozen=True)
class Signer:
    """What signatures are made with: the application's number, and the account's secret key."""

    app_id: str
    secret: str = field(repr=False)

    def holds(self, header: str, body: bytes, told: Any, now: dt.datetime) -> bool:
        """Tell whether the header signs exactly these bytes, which hold `told`, not long ago."""
        stamp = _stamp(told)
        if not (self.secret and stamp and header.startswith(_MARK)):
            return False
        given = header.removeprefix(_MARK).strip().lower().encode()
        return hmac.compare_digest(given, self.sign(body, stamp).encode()) and _is_new(stamp, now)

    def sign(self, body: bytes, stamp: str) -> str:
        """Sign as Zalo does: a plain SHA-256 with the secret at the end, no HMAC."""
        told = b"".join((self.app_id.encode(), body, stamp.encode(), self.secret.encode()))
        return hashlib.sha256(told).hexdigest()


def _stamp(told: Any) -> str:
    """Give the time as it stands in the body; "" where it is none."""
    given = told.get("timestamp") if isinstance(told, dict) else None
    stamp = str(given) if isinstance(given, str | int) and not isinstance(given, bool) else ""
    return stamp if stamp.isascii() and stamp.isdigit() and len(stamp) <= _LONGEST else ""


def _is_new(stamp: str, now: dt.datetime) -> bool:
    age = now.timestamp() - int(stamp) / 1000
    return -AHEAD.total_seconds() <= age <= OLDEST.total_seconds()
