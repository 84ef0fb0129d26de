"""What an administrator copies: units, a container, web servers and alerts that speak of things that are there."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from bot.__main__ import main
from bot.figures import FIGURES
from bot.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "config" / "deploy"
ALL = "\n".join(path.read_text("utf-8") for path in sorted(DEPLOY.iterdir()))


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not here to read the units")
@pytest.mark.parametrize("unit", ["wadul.service", "wadul-backup.service", "wadul-backup.timer"])
def test_systemd_reads_the_units(unit: str, tmp_path: Path) -> None:
    """Nothing to complain of but that the program is not installed there."""
    for path in DEPLOY.glob("wadul*"):
        text = path.read_text("utf-8").replace("/opt/wadul/.venv/bin/wadul", "/bin/true")
        (tmp_path / path.name).write_text(text, "utf-8")
    told = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(tmp_path / unit)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert [line for line in told.stderr.splitlines() if unit in line] == []


def test_every_command_that_is_named_exists(capsys: pytest.CaptureFixture[str]) -> None:
    """``wadul x`` in units, container and guide is a command with those options."""
    told = ALL + (ROOT / "docs" / "running.md").read_text("utf-8")
    named = {found[1] for found in re.finditer(r"(?:bin/|`|=\S+ |^    )wadul ([a-z]+)", told, re.MULTILINE)}
    assert {"serve", "backup", "restore", "move", "check", "doctor", "init"} <= named
    for command in named:
        with pytest.raises(SystemExit) as ended:
            main([command, "--help"])
        assert ended.value.code == 0, command
    assert "--only {web,doors,deliver}" in capsys.readouterr().out


def test_every_setting_that_is_named_exists() -> None:
    """A misspelt environment variable would be ignored without a word."""
    known = {f"WADUL_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"WADUL_[A-Z_]+", ALL)) <= known


def test_the_container_copies_what_is_there() -> None:
    """A folder that is renamed would break a build that nobody runs here."""
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    sources = [part for line in re.findall(r"^COPY (?!--from)(.+)", text, re.MULTILINE) for part in line.split()[:-1]]
    assert len(sources) >= 9
    assert [source for source in sources if not (ROOT / source).exists()] == []
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert packages <= set(sources)


def test_the_composition_starts_every_part_once() -> None:
    """Every role is somebody's, the work is one process's, and files that are mounted lie beside it."""
    read = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    commands = [service["command"] for service in read["services"].values() if "command" in service]
    assert {role for command in commands for role in command if role in {"web", "doors", "deliver"}} == {
        "web", "doors", "deliver",
    }  # fmt: skip
    assert (DEPLOY / read["x-wadul"]["build"]["context"] / read["x-wadul"]["build"]["dockerfile"]).is_file()
    proxy = read["services"]["proxy"]["networks"]["inside"]["ipv4_address"]
    assert read["x-wadul"]["environment"]["WADUL_PROXIES"] == proxy


def test_alerts_look_at_figures_that_are_told() -> None:
    """Each rule's figure is one of ours, and each rule says what to do."""
    known = {figure.name for figure in FIGURES} | {"wadul_channel_up", "wadul_loop_lag_seconds", "wadul_spool"}
    (group,) = yaml.safe_load((DEPLOY / "alerts.yaml").read_text("utf-8"))["groups"]
    for rule in group["rules"]:
        assert set(re.findall(r"wadul_\w+", rule["expr"])) <= known, rule
        assert rule["annotations"]["summary"]


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not here to read its file")
def test_nginx_reads_its_file(tmp_path: Path) -> None:
    """Certificates aside, which are the office's."""
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    text = re.sub(r"\n\s*(?:ssl_certificate|listen \S*443).*", "", text)
    (tmp_path / "nginx.conf").write_text(f"events {{}}\nhttp {{\n{text}\n}}\n", "utf-8")
    told = subprocess.run(
        ["nginx", "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "syntax is ok" in told.stderr
