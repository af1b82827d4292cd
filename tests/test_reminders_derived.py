"""Every reminder of some years, as `simulate` says it, against a derivation that shares no code."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from bot.cli import app
from content.load import load
from content.whole import HERE, Content
from tests.derived_reminders import derive

KEYS = ("at", "report", "year", "agency", "step", "to", "due")


@pytest.fixture(scope="module")
def content() -> Content:
    return load(HERE)


@pytest.fixture(scope="module")
def frame(content: Content, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The YAML with the bodies that report, in the form the derivation reads."""
    told = yaml.safe_load((HERE / "reports.yaml").read_text(encoding="utf-8"))
    days = told["calendar"]
    told["calendar"] = {"off": days["days_off"], "worked": days["days_worked"]}
    told["bodies"] = [
        {"id": a.id, "from": _day(a.valid_from), "to": _day(a.valid_to)}
        for a in content.agencies.values()
        if a.role == "reporting"
    ]
    file = tmp_path_factory.mktemp("derived") / "reports.yaml"
    file.write_text(yaml.safe_dump(told, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return file


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def simulated(first: str, last: str) -> list[dict[str, Any]]:
    result = CliRunner().invoke(app, ["simulate", "--from", first, "--to", last, "--json"])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize("year", [2019, 2025, 2026, 2027, 2028, 2030])
def test_a_year_of_reminders_is_what_the_rules_say(frame: Path, year: int) -> None:
    first, last = f"{year}-01-01", f"{year}-12-31"
    told = simulated(first, last)
    derived = derive(frame, dt.date(year, 1, 1), dt.date(year, 12, 31))
    assert [{key: line[key] for key in KEYS} for line in told] == derived
    assert len(told) > 500
    assert all(line["why"] for line in told)


def test_no_notice_is_told_twice() -> None:
    told = simulated("2026-01-01", "2027-12-31")
    keys = [(n["report"], n["year"], n["agency"], n["step"]) for n in told]
    assert len(set(keys)) == len(keys)
