"""Reads the settings from the environment or `.env`, and names every mistake in them at once."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from content.whole import HERE as BUILT_IN_CONTENT

PREFIX = "BOT_"
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_ZALO_SECRET = re.compile(r"[A-Za-z0-9_-]{8,256}")


class SettingsError(Exception):
    """Settings that cannot be used; the text has one line for each mistake."""


class Settings(BaseSettings):
    """What an administrator may set; every field is `BOT_` and its name in capitals."""

    # Unknown names are refused by `load`, which also knows the `_FILE` form of each.
    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    database_url: str = Field(
        "", repr=False, description="database; empty: SQLite in the data folder"
    )
    data_dir: Path = Field(Path("data"), description="folder for the database and the search index")
    content_dir: Path = Field(BUILT_IN_CONTENT, description="folder with the curated content")
    host: str = Field("127.0.0.1", description="address the web server listens on")
    port: int = Field(8080, ge=0, le=65535, description="port of the web server; 0: any free one")
    public_url: str = Field(
        "", description="address people see, such as https://hoi.tayninh.gov.vn"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="how much is logged"
    )
    telegram_token: SecretStr = Field(SecretStr(""), description="token from @BotFather")
    telegram_base_url: str = Field("https://api.telegram.org", description="Bot API server")
    telegram_mode: Literal["polling", "webhook"] = Field(
        "polling", description="how updates come in"
    )
    telegram_secret: SecretStr = Field(SecretStr(""), description="secret of the webhook")
    zalo_oa_app_id: str = Field("", description="application id of the Official Account")
    zalo_oa_app_secret: SecretStr = Field(SecretStr(""), description="application secret")
    zalo_oa_secret: SecretStr = Field(SecretStr(""), description="key that signs webhooks")
    zalo_oa_refresh_token: SecretStr = Field(SecretStr(""), description="first refresh token")
    zalo_oa_base_url: str = Field("https://openapi.zalo.me", description="Zalo OA API server")
    zalo_oa_oauth_url: str = Field("https://oauth.zaloapp.com", description="Zalo OAuth server")
    zalo_bot_token: SecretStr = Field(SecretStr(""), description="token of the Zalo bot")
    zalo_bot_base_url: str = Field("https://bot-api.zaloplatforms.com", description="Zalo bot API")
    zalo_bot_mode: Literal["polling", "webhook"] = Field(
        "polling", description="how updates come in"
    )
    zalo_bot_secret: SecretStr = Field(SecretStr(""), description="secret of the webhook")

    @field_validator(
        "public_url",
        "telegram_base_url",
        "zalo_oa_base_url",
        "zalo_oa_oauth_url",
        "zalo_bot_base_url",
    )
    @classmethod
    def _plain_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _webhook_is_whole(self) -> Settings:
        mistakes = [*self._of_zalo()]
        if self.telegram_token.get_secret_value() and self.telegram_mode == "webhook":
            if not self.public_url.startswith("https://"):
                mistakes.append("BOT_PUBLIC_URL: the Telegram webhook needs an https:// address")
            if not _SECRET.fullmatch(self.telegram_secret.get_secret_value()):
                mistakes.append(
                    "BOT_TELEGRAM_SECRET: the webhook needs 1 to 256 of A-Z a-z 0-9 _ and -"
                )
        if mistakes:
            raise ValueError("\n".join(mistakes))
        return self

    def _of_zalo(self) -> Iterator[str]:
        """Name what is missing where a channel of Zalo is turned on."""
        if self.zalo_oa_app_id:
            for name in ("app_secret", "secret"):
                given: SecretStr = getattr(self, f"zalo_oa_{name}")
                if not given.get_secret_value():
                    setting = f"BOT_ZALO_OA_{name.upper()}"
                    yield f"{setting}: the Official Account needs it beside its app id"
        if self.zalo_bot_token.get_secret_value() and self.zalo_bot_mode == "webhook":
            if not self.public_url.startswith("https://"):
                yield "BOT_PUBLIC_URL: the webhook of the Zalo bot needs an https:// address"
            if not _ZALO_SECRET.fullmatch(self.zalo_bot_secret.get_secret_value()):
                yield "BOT_ZALO_BOT_SECRET: the webhook needs 8 to 256 letters or figures"

    @property
    def database(self) -> str:
        """The address of the database, with an async driver."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'motcua.db'}"


def load(dotenv: Path | None = Path(".env")) -> Settings:
    """Read the settings of this process; raises SettingsError with a line for each mistake."""
    try:
        given = {**(dotenv_values(dotenv) if dotenv else {}), **os.environ}
    except UnicodeDecodeError:
        raise SettingsError(f"{dotenv}: this is not UTF-8 text") from None
    from_files, mistakes = _files(given)
    mistakes += [
        f"{name}: there is no such setting"
        for name in given
        if name.startswith(PREFIX) and not _field(name)
    ]
    given_here: dict[str, Any] = {"_env_file": dotenv, **from_files}
    try:
        settings = Settings(**given_here)
    except ValidationError as error:
        mistakes += _told(error)
        # What belongs together is looked at only where each is right by itself: try without.
        wrong = {str(found["loc"][0]) for found in error.errors() if found["loc"]}
        right = {name: Settings.model_fields[name].default for name in wrong}
        try:
            Settings(**{**given_here, **right})
        except ValidationError as more:
            mistakes += _told(more)
    if mistakes:
        raise SettingsError("\n".join(sorted(set("\n".join(mistakes).splitlines()))))
    return settings


def _told(error: ValidationError) -> list[str]:
    return [_say(found["loc"], found["msg"]) for found in error.errors()]


def make_folder(path: Path) -> None:
    """Make the data folder; raises SettingsError where that cannot be."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"BOT_DATA_DIR: {path} cannot be made: {error.strerror}") from None


def _field(name: str) -> str | None:
    """Name the field a variable sets, by itself or through a file."""
    field = name.removeprefix(PREFIX).lower()
    for candidate in (field, field.removesuffix("_file")):
        if candidate in Settings.model_fields:
            return candidate
    return None


def _files(given: Mapping[str, str | None]) -> tuple[dict[str, str], list[str]]:
    """Read the settings that name a file (`BOT_X_FILE`) instead of a value."""
    values: dict[str, str] = {}
    mistakes: list[str] = []
    for name, path in given.items():
        field = _field(name) if name.startswith(PREFIX) and name.endswith("_FILE") else None
        if field is None:
            continue
        try:
            values[field] = Path(path or "").read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            mistakes.append(f"{name}: the file cannot be read")
    return values, mistakes


def _say(loc: tuple[int | str, ...], message: str) -> str:
    """Name the setting and the mistake, never the value: it may be a secret."""
    if not loc:  # a mistake of several settings together names them itself
        return message.removeprefix("Value error, ")
    return f"{PREFIX}{str(loc[0]).upper()}: {message.removeprefix('Value error, ')}"
