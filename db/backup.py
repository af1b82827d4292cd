"""Copies the database while it is used, and puts a copy back after it was checked."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa

from db.engine import LOCKED, DatabaseError, SchemaError, cause, refuse_newer, upgrade_at
from db.schema import metadata

PATIENCE = 1.0
"""Seconds to wait for others to leave a database that is about to be replaced."""
BEFORE = ".before-restore"
"""What the name of a database that was replaced ends in."""
CUSTOM = ("--format=custom", "--no-owner", "--no-privileges")
"""The form of a PostgreSQL backup: packed, and without the names of this server's users."""
NO_CLIENT = (
    "{} is not installed: install PostgreSQL's client programs "
    "(Debian and Ubuntu: apt install postgresql-client)"
)


def backup(url: str, target: Path) -> int:
    """Write all that is in the database now into a new file, and give its size.

    The database goes on meanwhile.
    """
    address = _address(url)
    with _errors(target), _new_file(target) as unfinished:
        if address.get_backend_name() == "sqlite":
            _copy(_file(address), unfinished)
        else:
            _run("pg_dump", *CUSTOM, f"--file={unfinished}", address=address)
    return target.stat().st_size


def restore(url: str, source: Path) -> Path | None:
    """Put a backup in the place of the database, if it is whole; gives where the old one is now.

    None where there was no database. A backup of an older program is brought to this one's schema.
    """
    address = _address(url)
    with _errors(source), tempfile.TemporaryDirectory(dir=_near(address)) as folder:
        if not source.is_file():
            raise DatabaseError(f"{source}: there is no such file")
        if address.get_backend_name() == "sqlite":
            return _restore_file(_file(address), source, Path(folder) / "checked.db")
        return _restore_dump(url, address, source, Path(folder) / "checked.sql")


def is_there(url: str) -> bool:
    """Tell whether there may be a database; to look into one on SQLite would make it."""
    address = _address(url)
    return address.get_backend_name() != "sqlite" or _file(address).exists()


def _address(url: str) -> sa.URL:
    try:
        address = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise DatabaseError("BOT_DATABASE_URL: not an address of a database") from None
    if address.get_backend_name() not in ("sqlite", "postgresql"):
        raise DatabaseError("only SQLite and PostgreSQL can be backed up")
    return address


def _file(address: sa.URL) -> Path:
    if address.database in (None, "", ":memory:"):
        raise DatabaseError("a database in memory cannot be backed up")
    return Path(str(address.database))


def _near(address: sa.URL) -> Path | None:
    """Give the folder to prepare a restore in: the database's, whose disk has to hold it anyway."""
    return _file(address).absolute().parent if address.get_backend_name() == "sqlite" else None


@contextlib.contextmanager
def _errors(file: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise DatabaseError(f"{file}: {cause(error)}") from error
    except OSError as error:
        where = error.filename or file
        raise DatabaseError(f"{where}: {error.strerror or type(error).__name__}") from error


@contextlib.contextmanager
def _new_file(target: Path) -> Iterator[Path]:
    """Give a file to write that becomes the target at the end, whole or not at all."""
    if target.exists():
        raise DatabaseError(f"{target}: exists already, and is not overwritten")
    with tempfile.TemporaryDirectory(dir=target.absolute().parent) as folder:
        unfinished = Path(folder) / target.name
        yield unfinished
        unfinished.chmod(0o600)
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.rename(_claimed(target))


def _claimed(target: Path) -> Path:
    """Take the name, so that of two backups under one name the later one is refused."""
    try:
        target.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        raise DatabaseError(f"{target}: exists already, and is not overwritten") from None
    return target


# SQLite


def _open(file: Path, mode: str) -> sqlite3.Connection:
    """Open a file that must be there: "rw" for our own, which may have a log, "ro" for others."""
    if not file.is_file():
        raise DatabaseError(f"{file}: there is no such file")
    where = f"file:{quote(str(file.absolute()))}?mode={mode}"
    return sqlite3.connect(where, uri=True, timeout=PATIENCE, isolation_level=None)


def _copy(source: Path, target: Path, mode: str = "rw") -> None:
    """Copy a database as it is at one moment, into one file without a log beside it."""
    with (
        contextlib.closing(_open(source, mode)) as old,
        contextlib.closing(sqlite3.connect(target, isolation_level=None)) as new,
    ):
        old.backup(new)
        new.execute("PRAGMA journal_mode=DELETE")
        _check_whole(new, source)


def _check_whole(conn: sqlite3.Connection, file: Path) -> None:
    found = conn.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok" or conn.execute("PRAGMA foreign_key_check").fetchone():
        raise DatabaseError(f"{file}: the file is damaged")


def _restore_file(database: Path, source: Path, checked: Path) -> Path | None:
    if database.exists() and database.samefile(source):
        raise DatabaseError(f"{source}: this is the database itself")
    _copy(source, checked, "ro")
    with contextlib.closing(_open(checked, "rw")) as conn:
        _check_known(_version(conn), source)
    asyncio.run(upgrade_at(f"sqlite+aiosqlite:///{checked}"))
    return _replace(database, checked)


def _version(conn: sqlite3.Connection) -> str | None:
    try:
        row = conn.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError:
        return None
    return str(row[0]) if row else None


def _check_known(version: str | None, source: Path) -> None:
    if version is None:
        raise SchemaError(f"{source}: this is no backup of this program")
    refuse_newer(version)


def _replace(database: Path, checked: Path) -> Path | None:
    """Write the new content over the old in one transaction, while nobody else has it open."""
    if not database.exists():
        _copy(checked, database)
        return None
    try:
        held = _hold(database)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        return _set_aside(database, checked)
    with contextlib.closing(held), contextlib.closing(_open(checked, "ro")) as new:
        before = _free_name(database)
        with contextlib.closing(sqlite3.connect(before, isolation_level=None)) as kept:
            held.backup(kept)
        new.backup(held)
    return before


def _hold(database: Path) -> sqlite3.Connection:
    """Open a database for us alone; refused while anybody else has it open, even at rest."""
    conn = _open(database, "rw")
    try:
        conn.execute("PRAGMA locking_mode=EXCLUSIVE")
        # Leaving the log is allowed only to the last one who has the database open.
        conn.execute("PRAGMA journal_mode=DELETE")
        conn.execute("BEGIN EXCLUSIVE")
        conn.execute("COMMIT")
    except sqlite3.Error as error:
        conn.close()
        if cause(error) == LOCKED:
            raise DatabaseError(f"{database}: in use; stop the bot, then restore") from error
        raise
    return conn


def _set_aside(database: Path, checked: Path) -> Path:
    """Replace a file that SQLite cannot read any more, and so cannot hold either."""
    before = _free_name(database)
    for end in ("", "-wal", "-shm"):
        part = database.with_name(database.name + end)
        if part.exists():
            part.rename(before.with_name(before.name + end))
    _copy(checked, database)
    return before


def _free_name(file: Path) -> Path:
    names = (f"{file.name}{BEFORE}{number or ''}" for number in itertools.count())
    return next(path for path in map(file.with_name, names) if not path.exists())


# PostgreSQL


def _restore_dump(url: str, address: sa.URL, source: Path, script: Path) -> Path:
    _run("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(source))
    _check_known(_version_in(script), source)
    before = _free_name(source.absolute())
    backup(url, before)
    names = ", ".join(f'"{name}"' for name in (*metadata.tables, "alembic_version"))
    first = script.with_name("first.sql")
    first.write_text(
        f"SET lock_timeout = '{int(PATIENCE)}s';\nDROP TABLE IF EXISTS {names} CASCADE;\n"
    )
    quiet = ("--no-psqlrc", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1")
    files = (f"--file={first}", f"--file={script}")
    _run("psql", *quiet, "--single-transaction", *files, address=address)
    asyncio.run(upgrade_at(url))
    return before


def _version_in(script: Path) -> str | None:
    with script.open(encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("COPY public.alembic_version "):
                return next(lines).strip()
    return None


def _run(program: str, *args: str, address: sa.URL | None = None) -> None:
    """Run one of PostgreSQL's programs; where to and the password go by the environment."""
    found = shutil.which(program)
    if found is None:
        raise DatabaseError(NO_CLIENT.format(program))
    ended = subprocess.run(  # noqa: S603 - no shell, and the options are ours
        [found, *args],
        env={**os.environ, **(_environment(address) if address else {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if ended.returncode:
        raise DatabaseError(f"{program} failed: {_reason(ended.stderr.decode('utf-8', 'replace'))}")


def _environment(address: sa.URL) -> dict[str, str]:
    given = {
        "PGHOST": address.host or address.query.get("host"),
        "PGPORT": address.port or address.query.get("port"),
        "PGUSER": address.username,
        "PGPASSWORD": address.password,
        "PGDATABASE": address.database,
        "PGSSLMODE": address.query.get("ssl"),
    }
    return {name: str(value) for name, value in given.items() if value}


def _reason(said: str) -> str:
    """Take the first line of an error, without the address: it says where the server is."""
    lines = [line for line in said.splitlines() if "rror:" in line.lower()] or ["no reason given"]
    if "connection to server" in lines[0]:
        return "the server cannot be reached, or does not let us in"
    return lines[0].partition("rror:")[2].strip() or lines[0]
