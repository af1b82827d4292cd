"""Structured logs: one JSON object a line, never a word of what people wrote."""

from __future__ import annotations

import datetime as dt
import json
import logging

FIELDS = ("error_id", "kind", "channel", "count", "ms", "why", "update", "row")
"""Extra fields a log line may carry; anything else is left out."""

CHATTY = ("uvicorn.access", "aiosqlite", "sqlalchemy.engine", "alembic", "apscheduler")
"""Loggers of libraries that say more than anybody reads."""


class JsonLines(logging.Formatter):
    """Writes time, level, place, message and the allowed extra fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line; an exception is named by its type only: its text may quote a person."""
        at = dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds")
        line = {"at": at, "level": record.levelname.lower(), "from": record.name}
        line["message"] = record.getMessage()
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[0]:
            line["kind"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False)


def set_up(level: str) -> None:
    """Send all logs of the process to standard error as JSON lines."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # httpx logs addresses, and Telegram's hold the token: they must not be logged at any level.
    for chatty in (*CHATTY, "httpx", "httpcore", "telegram"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
