"""Seals addresses of anonymous citizens: the database alone does not tell who they are."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from bot.channels.channel import GoneError
from bot.settings import SettingsError
from handlers.message import Address

PREFIX = "sealed:"
FILE = "sealing.key"


class Sealer:
    """Seals with the key in the data folder; whoever has only the database cannot unseal."""

    def __init__(self, key: bytes) -> None:
        self.box = Fernet(key)

    def seal(self, address: Address) -> str:
        """Make an address unreadable; never twice the same."""
        return PREFIX + self.box.encrypt(address.user.encode()).decode()

    def unseal(self, user: str) -> str:
        """Give the address back; one that is not sealed stays. Raises GoneError for another key."""
        if not user.startswith(PREFIX):
            return user
        try:
            return self.box.decrypt(user.removeprefix(PREFIX).encode()).decode()
        except InvalidToken as error:
            raise GoneError("the address was sealed with a key that is not here") from error


def open_sealer(data_dir: Path) -> Sealer:
    """Read the key of this installation, or make one that only its owner can read.

    Raises SettingsError where it cannot be read or is no key: another one would reach nobody whose
    address was sealed before.
    """
    file = data_dir / FILE
    try:
        if not file.exists():
            _make_key(file)
        return Sealer(file.read_bytes())
    except OSError as error:
        why = error.strerror or type(error).__name__
    except ValueError:
        why = "this is no key. Take it from a backup; without one, move it away"
    raise SettingsError(f"BOT_DATA_DIR: {file}: {why}")


def _make_key(file: Path) -> None:
    """Put a new key there whole, and not in the place of one another process has just made."""
    handle, made = tempfile.mkstemp(dir=file.parent)  # readable for the owner alone
    with os.fdopen(handle, "wb") as key:
        key.write(Fernet.generate_key())
    try:
        with contextlib.suppress(FileExistsError):
            os.link(made, file)
    finally:
        Path(made).unlink()
