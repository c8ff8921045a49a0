"""A PostgreSQL of one's own, prepared as docs/running.md says: by TCP, with passwords, without a superuser."""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.databases import ROOT
from tests.ports import free_port

pytestmark = pytest.mark.xdist_group("outside")
SCRIPT = ["sh", "scripts/outside-postgres.sh"]


def own_environment(**more: str) -> dict[str, str]:
    """Without what the tests' own server says."""
    ours = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "OTKLIK_")) or k == "OTKLIK_LOG"}
    return ours | more


@pytest.fixture(scope="module")
def server() -> Iterator[dict[str, str]]:
    """The two addresses of a fresh server."""
    port = str(free_port())
    with tempfile.TemporaryDirectory(prefix="otklik-", dir="/tmp", ignore_cleanup_errors=True) as scratch:
        Path(scratch).chmod(0o755)
        folder = f"{scratch}/server"
        done = subprocess.run(
            [*SCRIPT, "start", folder, port], cwd=ROOT, env=own_environment(),
            capture_output=True, text=True, check=False,
        )
        assert done.returncode == 0, done.stderr
        try:
            yield dict(re.findall(r"export (\w+)=(\S+)", done.stdout)) | {"OTKLIK_HOME": f"{scratch}/home"}
        finally:
            subprocess.run([*SCRIPT, "stop", folder], cwd=ROOT, env=own_environment(), check=True)


def otklik(server: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "otklik", *arguments], cwd=ROOT, env=own_environment(**server), capture_output=True,
        text=True, check=False,
    )


def test_the_program_needs_no_superuser_there(server, tmp_path):
    migrated = otklik(server, "migrate", "--json")
    assert migrated.returncode == 0, migrated.stderr
    said = json.loads(otklik(server, "doctor", "--json").stdout)
    assert said["ok"], said["findings"]
    with psycopg.connect(server["DATABASE_OWNER_URL"]) as owner:
        mine = owner.execute("SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user").fetchone()
        assert mine == (False, False)
        assert owner.info.server_version >= 160000 and owner.info.host == "127.0.0.1"
    made = otklik(server, "backup", str(tmp_path / "copy.tar"), "--json")
    assert made.returncode == 0, made.stderr
    back = otklik(server, "restore", "--replace", str(tmp_path / "copy.tar"), "--json")
    assert back.returncode == 0, back.stderr + back.stdout


def test_a_wrong_password_is_one_line_with_what_to_do(server):
    wrong = server | {"DATABASE_URL": re.sub(r":[0-9a-f]{32}@", ":wrong@", server["DATABASE_URL"])}
    done = otklik(wrong, "doctor")
    assert done.returncode == 1 and len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert "DATABASE_URL" in done.stderr


def test_preparing_it_again_spoils_nothing(server):
    roles = otklik(server, "migrate", "--print-roles").stdout
    for statement in re.findall(r"(?m)^(?:ALTER ROLE|GRANT|REVOKE|CREATE EXTENSION)[^;]*;", roles):
        assert "SUPERUSER" not in statement.replace("NOSUPERUSER", "")
    assert json.loads(otklik(server, "doctor", "--json").stdout)["ok"]


def test_the_page_for_administrators_says_what_the_script_does():
    page = (ROOT / "docs" / "running.md").read_text()
    lines = (
        "otklik migrate --print-roles > roles.sql", "psql -v owner_password=",
        "DATABASE_OWNER_URL=postgresql://otklik_owner:", "DATABASE_URL=postgresql://otklik_app:",
        "scripts/outside-postgres.sh start",
    )
    for line in lines:
        assert line in page
    for extension in ("pg_trgm", "unaccent", "btree_gin"):
        assert extension in page
