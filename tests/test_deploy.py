"""The files for operators say what the program has: metrics, settings, commands, files."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.metrics import REGISTRY
from bot.settings import Settings
from tests.conftest import ROOT, Motcua, environment

DEPLOY = ROOT / "deploy"
COMPOSE = ("compose.yaml", "compose.postgres.yaml")
PAGE = (ROOT / "HUONG-DAN-VAN-HANH.md").read_text(encoding="utf-8")


def read(name: str) -> Any:
    return yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))


def alerts() -> list[dict[str, Any]]:
    return [rule for group in read("prometheus-rules.yml")["groups"] for rule in group["rules"]]


def exposed() -> set[str]:
    """Give the names a scrape can bring, those of metrics without a value yet too."""
    names = set()
    for metric in REGISTRY.collect():
        ends = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}
        names |= {metric.name + end for end in ends.get(metric.type, ("",))}
    return names


def test_each_alert_asks_for_metrics_that_there_are() -> None:
    for rule in alerts():
        asked = set(re.findall(r"\bmotcua_\w+", rule["expr"]))
        assert asked <= exposed(), rule["alert"]
        assert asked or 'up{job="motcua"}' in rule["expr"]


def test_the_page_for_operators_says_what_to_do_about_each_alert() -> None:
    assert [rule["alert"] for rule in alerts() if f"`{rule['alert']}`" not in PAGE] == []


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
def test_the_rules_are_rules() -> None:
    subprocess.run(["promtool", "check", "rules", DEPLOY / "prometheus-rules.yml"], check=True)


@pytest.mark.parametrize("name", COMPOSE)
def test_a_bot_in_a_container_may_do_little(name: str) -> None:
    found = read(name)
    bots = [one for one in found["services"].values() if one["image"] == "motcua"]
    assert len(bots) == (3 if "postgres" in name else 2)
    for one in bots:
        assert one["read_only"] is True
        assert one["cap_drop"] == ["ALL"]
        assert "ports" not in one, "whoever reaches it is believed: only the proxy may"
        assert (DEPLOY / one["build"]["context"] / one["build"]["dockerfile"]).exists()
    volumes = {v.partition(":")[0] for s in found["services"].values() for v in s["volumes"]}
    assert {volume for volume in volumes if not volume.startswith(".")} == set(found["volumes"])


def test_the_container_file_copies_what_there_is_and_runs_as_nobody() -> None:
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE):
        assert all((ROOT / path).exists() for path in line.split()[:-1]), line
    assert re.search(r"^USER 10001", text, re.MULTILINE)
    assert "--require-hashes -r requirements.lock" in text


def test_every_setting_that_is_named_is_one() -> None:
    texts = [path.read_text(encoding="utf-8") for path in DEPLOY.iterdir() if path.is_file()]
    named = set(re.findall(r"\bBOT_([A-Z_]+)\b", " ".join([*texts, PAGE])))
    known = {name.upper() for name in Settings.model_fields}
    assert {name.removesuffix("_FILE") for name in named} <= known


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_the_unit_is_understood_by_systemd(tmp_path: Path) -> None:
    unit = (DEPLOY / "motcua.service").read_text(encoding="utf-8")
    here = tmp_path / "motcua.service"
    here.write_text(unit.replace("/opt/motcua/bin/motcua", "/bin/true"), encoding="utf-8")
    ran = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", here],
        capture_output=True,
        text=True,
        check=False,
    )
    assert [line for line in ran.stderr.splitlines() if "motcua.service" in line] == []


def test_the_drill_restores_a_backup_and_says_so(
    motcua: Motcua, small_folder: Path, tmp_path: Path
) -> None:
    assert motcua("db", "upgrade", BOT_DATA_DIR=str(tmp_path / "data")).code == 0
    command = tmp_path / "motcua"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m bot "$@"\n')
    command.chmod(0o755)
    settings = environment(small_folder, tmp_path / "data", {"MOTCUA": str(command)})
    drill = [DEPLOY / "restore-drill"]
    ran = subprocess.run(drill, env=settings, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "The backup is whole" in ran.stdout
    (tmp_path / "torn").write_bytes(b"torn")
    ran = subprocess.run(
        [*drill, tmp_path / "torn"], env=settings, capture_output=True, text=True, check=False
    )
    assert ran.returncode != 0
    assert "torn" in ran.stderr
