"""Deep links: what stands behind `start=` in a link, and back."""

from __future__ import annotations

LONGEST = 64
"""Characters a link may carry, of A-Z a-z 0-9 _ - (Telegram's deep links)."""
_ENTRY, _INVITATION = "r_", "i_"


def to_entry(ref: str) -> str:
    """Give what a link to an entry carries; "" where it would be too long."""
    told = _ENTRY + ref.replace(":", "_").replace(".", "__")
    return told if len(told) <= LONGEST else ""


def to_invitation(code: str) -> str:
    """Give what an invitation's link carries."""
    return _INVITATION + code


def entry(told: str) -> str:
    """Give the reference a link carries; "" where it is none."""
    if not told.startswith(_ENTRY):
        return ""
    return told.removeprefix(_ENTRY).replace("__", ".").replace("_", ":", 1)


def invitation(told: str) -> str:
    """Give the code a link carries; "" where it is none."""
    return told.removeprefix(_INVITATION) if told.startswith(_INVITATION) else ""
