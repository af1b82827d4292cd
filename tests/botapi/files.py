"""Files: what people and the bot sent, by number, and what Telegram takes and gives back."""

from __future__ import annotations

from typing import Any

from tests.botapi.errors import RefusedError, bad
from tests.botapi.state import State

File = tuple[str, bytes]
MOST_PHOTO, MOST_DOCUMENT, MOST_FETCHED = 10 << 20, 50 << 20, 20 << 20
_IMAGES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"RIFF", b"BM")
"""How the pictures begin that Telegram can read."""


def sent_file(state: State, kind: str, given: Any) -> tuple[dict[str, Any], File]:
    """Check a file the bot sends, new or by number; gives its part of the message."""
    if isinstance(given, tuple):
        return keep(state, kind, _checked(kind, given)), given
    if not given:
        raise bad(f"there is no {kind} in the request")
    known = state.files.get(str(given))
    if known is None:
        raise bad("wrong remote file identifier specified: can't unserialize it")
    return content(kind, str(given), known), known


def _checked(kind: str, file: File) -> File:
    size = len(file[1])
    if not size:
        raise bad("file must be non-empty")
    if size > MOST_DOCUMENT:
        raise RefusedError(413, "Request Entity Too Large")
    if kind == "photo" and size > MOST_PHOTO:
        raise bad(f"file of size {size} bytes is too big for a photo")
    if kind == "photo" and not file[1].startswith(_IMAGES):
        raise bad("IMAGE_PROCESS_FAILED")
    return file


def keep(state: State, kind: str, file: File, mime: str = "") -> dict[str, Any]:
    """Keep a file under a new number; gives its part of a message."""
    number = f"{kind}-{next(state.numbers)}"
    state.files[number] = file
    return content(kind, number, file, mime)


def content(kind: str, number: str, file: File, mime: str = "") -> dict[str, Any]:
    """Give a file's part of a message; a photo comes in several sizes, the best last."""
    told = {"file_id": number, "file_unique_id": f"u{number}", "file_size": len(file[1])}
    if kind == "photo":
        small = {**told, "file_id": f"{number}-s", "file_unique_id": f"u{number}-s"}
        return {
            "photo": [
                {**small, "width": 90, "height": 67},
                {**told, "width": 800, "height": 600},
            ]
        }
    mime = mime or "application/octet-stream"
    return {"document": {**told, "file_name": file[0], "mime_type": mime}}


def find(state: State, number: Any) -> File | None:
    """Give a file by its number, or by that of its smaller size."""
    return state.files.get(str(number).removesuffix("-s"))


def file_json(state: State, number: Any) -> dict[str, Any]:
    """Give where a file can be fetched."""
    found = find(state, number or "")
    if found is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    if len(found[1]) > MOST_FETCHED:
        raise bad("file is too big")
    folder = "photos" if str(number).startswith("photo") else "documents"
    return {
        "file_id": number,
        "file_unique_id": f"u{number}",
        "file_size": len(found[1]),
        "file_path": f"{folder}/{number}",
    }
