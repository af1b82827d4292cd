"""How states of announcements and of their messages are called."""

from __future__ import annotations

from content.catalogue import msg

STATES = {
    "waiting": msg("waits for approval"),
    "approved": msg("approved, not begun"),
    "sending": msg("being sent"),
    "paused": msg("paused"),
    "stopped": msg("stopped"),
    "returned": msg("returned to the writer"),
}
ENDS = {
    "queued": msg("in the queue"),
    "paused": msg("paused"),
    "sent": msg("arrived"),
    "failed": msg("cannot arrive"),
    "blocked": msg("blocked by the person"),
    "opted-out": msg("refused by the person"),
    "too-many": msg("held back: had enough this week"),
    "expired": msg("too late to be sent"),
    "unknown": msg("not known whether it arrived"),
    "stopped": msg("stopped"),
}
