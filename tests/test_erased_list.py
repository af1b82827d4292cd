"""Who had themselves erased stays erased when an older backup is restored."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest

from bot import erased
from bot.settings import SettingsError
from tests.conftest import Motcua
from tests.test_database import NOON


def rows(file: Path, query: str) -> list[tuple[object, ...]]:
    with contextlib.closing(sqlite3.connect(file)) as raw:
        return raw.execute(query).fetchall()


@pytest.mark.parametrize("lost", [False, True])
def test_an_older_backup_brings_nobody_back(motcua: Motcua, tmp_path: Path, *, lost: bool) -> None:
    where = {"BOT_DATA_DIR": str(tmp_path)}
    file = tmp_path / "motcua.db"
    motcua("chat", stdin="làm hộ chiếu ở đâu\n", **where)
    assert motcua("db", "backup", str(tmp_path / "copy"), **where).code == 0
    motcua("chat", stdin="/dulieu\n2\n1\n", **where)
    ((number, at),) = rows(file, "SELECT target, at FROM audit WHERE act = 'person erased'")
    if lost:  # only what stands beside the database tells
        erased.write(tmp_path / erased.FILE, [(int(str(number)), NOON.fromisoformat(f"{at}Z"))])
        file.unlink()
    ran = motcua("db", "restore", str(tmp_path / "copy"), **where)
    assert ran.code == 0, ran.err
    assert "1 people who had themselves erased" in ran.out
    assert rows(file, "SELECT * FROM people") == []
    assert rows(file, "SELECT target FROM audit WHERE act = 'person erased'") == [(number,)]


def test_a_list_grows_and_a_broken_one_is_refused(tmp_path: Path) -> None:
    file = tmp_path / erased.FILE
    erased.write(file, [(7, NOON)])
    erased.write(file, [(3, NOON)])
    assert erased.read(file) == [(3, NOON), (7, NOON)]
    file.write_text("junk")
    with pytest.raises(SettingsError, match="no list"):
        erased.read(file)
