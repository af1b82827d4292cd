"""`db …`: looks after the database."""

from __future__ import annotations

import asyncio

import typer

from bot.console import fail, say
from bot.settings import load, make_folder
from db.engine import SchemaError, open_engine, upgrade

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
        asyncio.run(_upgrade(settings.database))
    except SchemaError as error:
        fail(str(error), usage=True)
    say("The database has the schema of this program.")


async def _upgrade(url: str) -> None:
    engine = open_engine(url)
    try:
        await upgrade(engine)
    finally:
        await engine.dispose()
