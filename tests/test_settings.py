"""Settings are read from the environment, `.env` and files, and every mistake is named at once."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.settings import Settings, SettingsError, load

README = Path(__file__).parents[1] / "README.md"
SECRETS = [name for name, field in Settings.model_fields.items() if field.annotation is SecretStr]
ADDRESSES = [
    name for name in Settings.model_fields if name.endswith("_url") and name != "database_url"
]


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start each test with no setting at all, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("BOT_")]:
        monkeypatch.delenv(name)


def mistakes() -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load()
    return str(caught.value).splitlines()


def test_nothing_has_to_be_set() -> None:
    settings = load()
    assert settings.database == "sqlite+aiosqlite:///data/motcua.db"
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)


def test_the_database_of_the_environment_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_DATABASE_URL", "postgresql+asyncpg://db/motcua")
    assert load().database == "postgresql+asyncpg://db/motcua"


def test_what_does_not_fit_together_is_named_beside_what_is_wrong_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BOT_PORT", "99999")
    monkeypatch.setenv("BOT_TELEGRAM_TOKEN", "123")
    monkeypatch.setenv("BOT_TELEGRAM_MODE", "webhook")
    named = [line.partition(":")[0] for line in mistakes()]
    assert named == ["BOT_PORT", "BOT_PUBLIC_URL", "BOT_TELEGRAM_SECRET"]


def test_every_mistake_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TELEGRAM_TOCKEN", "123")
    monkeypatch.setenv("BOT_PORT", "99999")
    monkeypatch.setenv("BOT_LOG_LEVEL", "loud")
    monkeypatch.setenv("BOT_ZALO_BOT_TOKEN_FILE", "/nowhere/token")
    names = [line.partition(":")[0] for line in mistakes()]
    assert names == ["BOT_LOG_LEVEL", "BOT_PORT", "BOT_TELEGRAM_TOCKEN", "BOT_ZALO_BOT_TOKEN_FILE"]


@pytest.mark.parametrize("name", ["BOT_X", "BOT_", "BOT_FILE", "BOT_PORTS", "BOT_X_FILE"])
def test_an_unknown_name_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "1")
    assert mistakes() == [f"{name}: there is no such setting"]


def test_names_of_other_programs_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROBOT_BOT_ARM", "1")
    assert load().host == "127.0.0.1"


@pytest.mark.parametrize("name", ADDRESSES)
def test_an_address_needs_its_scheme(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"BOT_{name.upper()}", "example.vn")
    assert mistakes() == [f"BOT_{name.upper()}: must begin with http:// or https://"]


@pytest.mark.parametrize("name", ADDRESSES)
def test_an_address_loses_its_last_slash(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"BOT_{name.upper()}", "https://example.vn/")
    assert getattr(load(), name) == "https://example.vn"


def test_a_secret_is_read_from_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("1:geheim\n", encoding="utf-8")
    monkeypatch.setenv("BOT_TELEGRAM_TOKEN_FILE", str(tmp_path / "token"))
    assert load().telegram_token.get_secret_value() == "1:geheim"


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
) -> None:
    if content:
        (tmp_path / "token").write_bytes(content)
    monkeypatch.setenv("BOT_TELEGRAM_TOKEN_FILE", str(tmp_path / "token"))
    assert mistakes() == ["BOT_TELEGRAM_TOKEN_FILE: the file cannot be read"]


def test_dotenv_is_read_and_the_environment_wins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("BOT_PORT=1111\nBOT_HOST=0.0.0.0\nOTHER=1\n", encoding="utf-8")
    monkeypatch.setenv("BOT_PORT", "2222")
    settings = load()
    assert (settings.host, settings.port) == ("0.0.0.0", 2222)  # noqa: S104 - only read here


def test_dotenv_may_name_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("geheim", encoding="utf-8")
    (tmp_path / ".env").write_text("BOT_ZALO_BOT_SECRET_FILE=token\n", encoding="utf-8")
    assert load().zalo_bot_secret.get_secret_value() == "geheim"


def test_an_unknown_name_in_dotenv_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("BOT_TOKEN=1\n", encoding="utf-8")
    assert mistakes() == ["BOT_TOKEN: there is no such setting"]


def test_a_dotenv_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"BOT_PORT=\xff")
    assert mistakes()[0].startswith(".env")


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_never_shown(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"BOT_{name.upper()}", "geheim")
    assert "geheim" not in repr(load())
    monkeypatch.setenv("BOT_PORT", "geheim")
    monkeypatch.setenv("BOT_LOG_LEVEL", "geheim")
    monkeypatch.setenv("BOT_PUBLIC_URL", "geheim")
    assert not [line for line in mistakes() if "geheim" in line]


def test_the_password_of_the_database_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_DATABASE_URL", "postgresql+asyncpg://motcua:geheim@db/motcua")
    assert "geheim" not in repr(load())


def test_the_readme_names_exactly_the_settings_there_are() -> None:
    rows = re.findall(r"^\| *`(BOT_[A-Z_]+)` *\|", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(rows) == sorted(f"BOT_{name.upper()}" for name in Settings.model_fields)


def test_a_webhook_without_its_settings_names_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TELEGRAM_TOKEN", "1:x")
    monkeypatch.setenv("BOT_TELEGRAM_MODE", "webhook")
    assert [line.partition(":")[0] for line in mistakes()] == [
        "BOT_PUBLIC_URL",
        "BOT_TELEGRAM_SECRET",
    ]
