"""The units for systemd are what systemd itself accepts, closed tightly, and alike for one region and for several."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.databases import ROOT

UNITS = ROOT / "deploy" / "systemd"
LOOSEST = 20  # of 100, by systemd-analyze's own reckoning
needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze on this machine")


@pytest.fixture
def units(tmp_path: Path) -> list[Path]:
    """Copies whose program is there: the check looks for it."""
    program = tmp_path / "otklik"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for unit in UNITS.iterdir():
        (tmp_path / unit.name).write_text(unit.read_text().replace("/opt/otklik/current/bin/otklik", str(program)))
    return [path for path in sorted(tmp_path.iterdir()) if path != program]


@needs_systemd
def test_systemd_accepts_them(units):
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, units)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@needs_systemd
@pytest.mark.parametrize("name", sorted(path.name for path in UNITS.glob("*.service")))
def test_each_is_closed_tightly(units, name):
    unit = next(path for path in units if path.name == name)
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", f"--threshold={LOOSEST}", "--no-pager", str(unit)],
        capture_output=True, text=True, check=False,
    )
    if "unrecognized option" in done.stderr:
        pytest.skip("this systemd-analyze cannot judge a unit that is not installed")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", ["otklik-web", "otklik-worker", "otklik-backup"])
def test_a_region_of_its_own_runs_by_the_same_rules(name):
    def rules(path: Path) -> set[str]:
        return {line for line in path.read_text().splitlines() if re.match("[A-Z]", line)}

    one, many = rules(UNITS / f"{name}.service"), rules(UNITS / f"{name}@.service")
    assert {line for line in many - one if "%i" not in line} == set()
    assert {line.split("=")[0] for line in one - many} <= {"Description", "Requires", "ExecStart", "EnvironmentFile"}


def test_only_the_backup_is_told_the_owner():
    told = {path.name for path in UNITS.iterdir() if "/owner" in path.read_text()}
    assert told == {"otklik-backup.service", "otklik-backup@.service"}


def test_the_program_is_where_the_installer_puts_it():
    programs = {line.split()[0] for path in UNITS.glob("*.service") for line in path.read_text().splitlines()
                if line.startswith("ExecStart=")}
    assert programs == {"ExecStart=/opt/otklik/current/bin/otklik"}
