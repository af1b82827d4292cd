"""Files on Zalo: fetches what people send, and says which files it takes from us."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Literal

import httpx

from bot.channels.zalo_oa_read import Attached
from handlers.message import MOST_FILE_BYTES, File, Request

LOG = logging.getLogger("motcua.zalo")
PATIENCE = 8.0
"""Seconds for all files of one message: a slow answer to the webhook makes Zalo send it again."""
MOST_FILES = 10
MOST_IMAGE_BYTES = 1024 * 1024
MOST_DOCUMENT_BYTES = 5 * 1024 * 1024
_IMAGES = ("image/jpeg", "image/png")
_DOCUMENTS = (".pdf", ".doc", ".docx", ".csv")


def kind(name: str, type_: str, size: int) -> Literal["image", "file"] | None:
    """Say how a file can be uploaded; None where Zalo takes no such file."""
    if type_ in _IMAGES and size <= MOST_IMAGE_BYTES:
        return "image"
    if PurePath(name).suffix.lower() in _DOCUMENTS and size <= MOST_DOCUMENT_BYTES:
        return "file"
    return None


async def fetch(
    client: httpx.AsyncClient, request: Request, files: Sequence[Attached], base_url: str
) -> Request:
    """Give the request with the bytes of its files; one too large or gone comes without bytes."""
    if not files:
        return request
    found: list[File] = []
    try:
        async with asyncio.timeout(PATIENCE):
            for attached in files[:MOST_FILES]:
                data = await _bytes(client, attached, base_url)
                found.append(File(attached.name, attached.type, data))
    except TimeoutError:
        LOG.warning("files of a message come too slowly")
        rest = files[len(found) : MOST_FILES]
        found += [File(late.name, late.type, b"") for late in rest]
    return replace(request, files=tuple(found))


async def _bytes(client: httpx.AsyncClient, attached: Attached, base_url: str) -> bytes:
    # The addresses come signed from Zalo; still, nothing inside our own network is asked by HTTP.
    if not attached.url.startswith(("https://", f"{base_url}/")):
        return b""
    data = bytearray()
    try:
        async with client.stream("GET", attached.url) as answer:
            answer.raise_for_status()
            async for chunk in answer.aiter_bytes():
                data += chunk
                if len(data) > MOST_FILE_BYTES:
                    return b""
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        LOG.warning("a file cannot be fetched", extra={"why": type(error).__name__})
        return b""
    return bytes(data)
