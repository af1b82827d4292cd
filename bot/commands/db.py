"""`db …`: looks after the database."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import Annotated

import typer

from bot import erased
from bot.console import fail, say
from bot.database import with_database
from bot.settings import load, make_folder
from db import audit
from db.backup import backup, is_there, restore
from db.engine import DatabaseError, SchemaError, open_engine, scrub, upgrade_at

app = typer.Typer(help="Look after the database.", no_args_is_help=True)


@app.callback()
def database() -> None:
    """Look after the database."""


@app.command("upgrade")
def bring_up() -> None:
    """Bring the database to this program's schema."""
    settings = load()
    make_folder(settings.data_dir)
    try:
        asyncio.run(upgrade_at(settings.database))
    except SchemaError as error:
        fail(str(error), usage=True)
    say("The database has the schema of this program.")


@app.command("backup")
def back_up(
    file: Annotated[Path, typer.Argument(help="The new file the copy goes to.")],
) -> None:
    """Copy the database to a file, while the bot runs."""
    size = backup(load().database, file)
    say(f"{file}: {size / 1_000_000:.1f} MB, checked. It holds personal data: keep it safe.")


@app.command("restore")
def bring_back(
    file: Annotated[Path, typer.Argument(help="A file that `db backup` made.")],
) -> None:
    """Put a copy in the database's place, after it was checked; the bot must be stopped."""
    settings = load()
    make_folder(settings.data_dir)
    known = erased.read(settings.data_dir / erased.FILE)
    if is_there(settings.database):
        with contextlib.suppress(DatabaseError):  # what is broken tells nothing
            known += with_database(settings, lambda conn, _: audit.erased(conn))
    old = restore(settings.database, file)
    say("The copy is in place and has the schema of this program.")
    again = with_database(settings, lambda conn, now: erased.again(conn, known, now))
    if again:
        asyncio.run(_scrub(settings.database))
        say(f"{again} people who had themselves erased after the copy was made are erased again.")
    if old:
        say(f"What was there before is kept as {old}.")


async def _scrub(url: str) -> None:
    engine = open_engine(url)
    try:
        await scrub(engine)
    finally:
        await engine.dispose()
