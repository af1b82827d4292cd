"""`db …`: looks after the database."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.console import fail, say
from bot.settings import load, make_folder
from db.backup import backup, restore
from db.engine import SchemaError, upgrade_at

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
    old = restore(settings.database, file)
    say("The copy is in place and has the schema of this program.")
    if old:
        say(f"What was there before is kept as {old}.")
