"""Text as channels take and give it: made clean, counted, and cut into messages they can show."""

from __future__ import annotations

_CUTS = ("\n\n", "\n", ". ", " ")


def clean(text: str) -> str:
    """Join what JSON cut in two, and leave out what no database and no platform takes."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\0", "")


def units(text: str) -> int:
    """Count as platforms do: in UTF-16 units, in which an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parts(text: str, limit: int) -> list[str]:
    """Cut a text into pieces of at most `limit` units, at the best place in the second half."""
    pieces = []
    rest = text.strip()
    while units(rest) > limit:
        head = _head(rest, limit)
        at = max(_best_cut(head), 1)
        pieces.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [piece for piece in (*pieces, rest) if piece]


def _head(text: str, limit: int) -> str:
    """Give as many characters as fit, never half of one."""
    end = min(len(text), limit)
    while units(text[:end]) > limit:
        end -= max((units(text[:end]) - limit) // 2, 1)
    return text[:end]


def _best_cut(head: str) -> int:
    for cut in _CUTS:
        at = head.rfind(cut, len(head) // 2)
        if at > 0:
            return at + len(cut)
    return len(head)
