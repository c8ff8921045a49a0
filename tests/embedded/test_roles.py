"""Logging in shows nothing; a role shows what was granted to it, for as long as it is put on."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from otklik.embedded import Server, client_program, roles_sql


@pytest.fixture(scope="module")
def secret(server: Server) -> str:
    """A table of the owner's that staff may read."""
    with psycopg.connect(server.owner_url) as connection:
        connection.execute("CREATE TABLE secret AS SELECT 'слова жителя' AS words")
        connection.execute("GRANT SELECT ON secret TO otklik_staff")
    return "secret"


@pytest.fixture
def app(server: Server, secret: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(server.app_url) as connection:
        yield connection


def test_logging_in_does_not_inherit_what_staff_may_read(app: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("SELECT * FROM secret")


def test_putting_the_role_on_shows_it_until_the_transaction_ends(app: psycopg.Connection) -> None:
    app.execute("SET LOCAL ROLE otklik_staff")
    assert app.execute("SELECT words FROM secret").fetchone() == ("слова жителя",)
    app.rollback()
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("SELECT * FROM secret")


@pytest.mark.parametrize("role", ["otklik_link", "otklik_wide"])
def test_another_role_does_not_show_it(app: psycopg.Connection, role: str) -> None:
    app.execute(f"SET LOCAL ROLE {role}".encode())
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("SELECT * FROM secret")


@pytest.mark.parametrize("role", ["otklik_owner", "postgres", "pg_read_all_data"])
def test_the_application_cannot_become_anybody_else(app: psycopg.Connection, role: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(f"SET ROLE {role}".encode())


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (one int)",
        "CREATE DATABASE mine",
        "CREATE ROLE mine",
        "GRANT otklik_staff TO otklik_link",
        "ALTER ROLE otklik_app INHERIT",
    ],
)
def test_the_application_makes_nothing_of_its_own(server: Server, statement: str) -> None:
    connect = psycopg.connect(server.app_url, autocommit=True)
    with connect as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement.encode())


def test_the_script_for_an_outside_cluster_can_be_run_again_and_again(server: Server, tmp_path: Path) -> None:
    script = tmp_path / "roles.sql"
    script.write_text(roles_sql("another_region"), encoding="utf-8")
    superuser = json.loads((server.folder / "passwords.json").read_text())["superuser"]
    passwords = json.loads((server.folder / "passwords.json").read_text())
    for variables in (
        ["-v", f"owner_password={passwords['owner']}", "-v", f"app_password={passwords['app']}"],
        [],
    ):
        done = subprocess.run(
            [client_program("psql"), "-X", "-q", "-h", server.socket_dir, "-U", "postgres", "-d", "postgres",
             *variables, "-f", script],
            env={"PGPASSWORD": superuser, "PGCLIENTENCODING": "UTF8"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    for url in (server.app_url, server.owner_url):
        with psycopg.connect(url.replace("/otklik?", "/another_region?")) as connection:
            assert connection.execute("SELECT similarity('ЯМА', 'яма')").fetchone() == (1.0,)
