"""Seals addresses of anonymous citizens: the database alone does not tell who they are."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from bot.channels.channel import GoneError
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
    """Read the key of this installation, or make one that only its owner can read."""
    file = data_dir / FILE
    try:
        return Sealer(file.read_bytes())
    except FileNotFoundError:
        key = Fernet.generate_key()
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as made:
            made.write(key)
        return Sealer(key)
