"""The key that seals addresses: made once, whole, for its owner alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.sealing import FILE, open_sealer
from bot.settings import SettingsError
from handlers.message import Address

LAN = Address("telegram", "7")


def test_processes_that_start_together_share_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as starts:
        sealers = list(starts.map(open_sealer, [tmp_path] * 8))
    sealed = sealers[0].seal(LAN)
    assert [sealer.unseal(sealed) for sealer in sealers] == ["7"] * 8
    assert [file.name for file in tmp_path.iterdir()] == [FILE]
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


def test_a_file_that_is_no_key_is_said_and_not_written_over(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"half a k")
    with pytest.raises(SettingsError, match="no key"):
        open_sealer(tmp_path)
    assert (tmp_path / FILE).read_bytes() == b"half a k"
