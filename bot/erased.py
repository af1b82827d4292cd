"""Who was erased, kept beside the database: an older backup must not bring them back."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterable
from pathlib import Path

from bot.settings import SettingsError
from db import audit, people
from db.engine import Connection
from handlers.cases.forgetting import forget_person

FILE = "erased.list"
Erased = tuple[int, dt.datetime]
"""The number somebody had, and when they were erased."""


def write(file: Path, found: Iterable[Erased]) -> None:
    """Write the list, whole or not at all; what stands there already stays."""
    known = sorted({*read(file), *found})
    with tempfile.NamedTemporaryFile("w", dir=file.parent, delete=False) as new:
        new.writelines(f"{number} {at.isoformat()}\n" for number, at in known)
    Path(new.name).replace(file)


def read(file: Path) -> list[Erased]:
    """Read the list, nothing where there is none; raises SettingsError where it is no such list."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
        pairs = [line.split(" ") for line in lines]
        return [(int(number), dt.datetime.fromisoformat(at)) for number, at in pairs]
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise SettingsError(f"BOT_DATA_DIR: {file}: this is no list of who was erased") from error


async def again(conn: Connection, found: Iterable[Erased], now: dt.datetime) -> int:
    """Erase those of a list who are there again; gives how many. Who came later is not meant."""
    count = 0
    for number, at in sorted(set(found)):
        person = await people.by_id(conn, number)
        if person is None or await people.came(conn, person) > at:
            continue
        await forget_person(conn, number, now)
        await people.erase(conn, person)
        await audit.note(conn, audit.ERASED, str(number), actor=None, now=at)
        count += 1
    return count
