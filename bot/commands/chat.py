"""`chat`: the bot in the terminal."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import sys
from typing import Annotated

import typer

from bot.channels.terminal import Terminal
from bot.console import known_lang
from bot.library import Library, open_library
from bot.settings import load, make_folder
from bot.turn import Service
from content.model import Lang
from db.engine import open_engine, upgrade


def chat(lang: Annotated[str, typer.Option(help="vi or en.")] = "vi") -> None:
    """Talk with the bot here; an empty line or Ctrl+D ends it."""
    known_lang(lang)
    settings = load()
    make_folder(settings.data_dir)
    library = open_library(settings.content_dir, settings.data_dir)
    with contextlib.suppress(EOFError, KeyboardInterrupt):
        asyncio.run(_chat(settings.database, library, "en" if lang == "en" else "vi"))


async def _chat(database: str, library: Library, lang: Lang) -> None:
    engine = open_engine(database)
    try:
        await upgrade(engine)
        service = Service(engine, library.content, library.index, lambda: dt.datetime.now(dt.UTC))
        await Terminal(service, lang, sys.stdin, sys.stdout).run()
    finally:
        await engine.dispose()
