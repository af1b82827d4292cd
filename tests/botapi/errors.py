"""What the Bot API answers when it refuses."""

from __future__ import annotations


class RefusedError(Exception):
    """What Telegram answers: a code, a description, and sometimes parameters."""

    def __init__(self, code: int, why: str, **parameters: int) -> None:
        self.code = code
        self.parameters = parameters
        super().__init__(why)


def bad(why: str) -> RefusedError:
    """Make the refusal of a call that is wrong in itself."""
    return RefusedError(400, f"Bad Request: {why}")


def too_many(seconds: int) -> RefusedError:
    """Make the refusal of a call that came too soon."""
    return RefusedError(
        429, f"Too Many Requests: retry after {seconds}", retry_after=max(seconds, 1)
    )
