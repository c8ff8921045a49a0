"""The embedded server is started once, shared, and survives what happens to programs."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from otklik.embedded import EmbeddedError, Server, database_urls, ensure_running, is_running, stop
from otklik.embedded.home import home_folder

# A program that uses the server for as long as its standard input stays open.
USER = """
import sys
import time
from collections.abc import Callable
from pathlib import Path
from otklik.embedded import ensure_running
ensure_running(Path(sys.argv[1]), purpose="test")
print("ready", flush=True)
sys.stdin.read()
"""


def ask(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def tell(url: str, statement: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(statement.encode())


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline


def postmaster(folder: Path) -> int:
    return int((folder / "data" / "postmaster.pid").read_text().split("\n", 1)[0])


def start_user(home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", USER, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def is_ready(user: subprocess.Popen[str]) -> bool:
    assert user.stdout is not None
    return user.stdout.readline() == "ready\n"


def test_both_roles_log_in_and_neither_is_a_superuser(server: Server) -> None:
    for url, name in ((server.app_url, "otklik_app"), (server.owner_url, "otklik_owner")):
        assert ask(url, "SELECT current_user::text") == name
        assert ask(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False


def test_nothing_listens_on_the_network(server: Server) -> None:
    assert ask(server.owner_url, "SHOW listen_addresses") == ""


def test_socket_and_passwords_are_closed_to_others(server: Server) -> None:
    assert stat.S_IMODE(server.socket_dir.stat().st_mode) == 0o700
    assert stat.S_IMODE((server.folder / "passwords.json").stat().st_mode) == 0o600


def test_a_wrong_password_is_refused(server: Server) -> None:
    parts = urlsplit(server.app_url)
    wrong = server.app_url.replace(str(parts.password), "wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_the_address_names_the_socket_folder(server: Server) -> None:
    assert parse_qs(urlsplit(server.app_url).query)["host"] == [str(server.socket_dir)]


def test_asking_again_gives_the_same_server(home: Path) -> None:
    first = ensure_running(home, purpose="test")
    number = postmaster(first.folder)
    assert ensure_running(home, purpose="test") == first
    assert postmaster(first.folder) == number


def test_data_outlives_a_stop(home: Path) -> None:
    url = ensure_running(home, purpose="test").owner_url
    tell(url, "CREATE TABLE kept AS SELECT 1 AS one")
    assert stop(home, purpose="test")
    assert not is_running(home, purpose="test")
    assert ask(ensure_running(home, purpose="test").owner_url, "SELECT one FROM kept") == 1


def test_main_and_test_servers_do_not_share_anything(home: Path) -> None:
    test = ensure_running(home, purpose="test")
    assert not is_running(home, purpose="main")
    assert test.folder.name == "postgresql-test"


def test_two_programs_starting_at_once_share_one_server_and_the_last_stops_it(home: Path) -> None:
    first, second = start_user(home), start_user(home)
    assert is_ready(first)
    assert is_ready(second)
    number = postmaster(home / "postgresql-test")
    first.communicate()
    assert is_running(home, purpose="test")
    assert postmaster(home / "postgresql-test") == number
    second.communicate()
    assert not is_running(home, purpose="test")


def test_a_killed_program_leaves_a_server_that_the_next_one_uses_and_stops(home: Path) -> None:
    killed = start_user(home)
    assert is_ready(killed)
    killed.kill()
    killed.communicate()
    assert is_running(home, purpose="test")
    ensure_running(home, purpose="test")
    assert stop(home, purpose="test")


def test_a_killed_server_starts_again_with_its_data(home: Path) -> None:
    server = ensure_running(home, purpose="main")
    tell(server.owner_url, "CREATE TABLE kept AS SELECT 1 AS one")
    os.kill(postmaster(server.folder), signal.SIGKILL)
    wait_until(lambda: not is_running(home, purpose="main"))
    assert ask(ensure_running(home, purpose="main").owner_url, "SELECT one FROM kept") == 1


def test_a_number_left_behind_that_now_belongs_to_another_process_is_not_believed(home: Path) -> None:
    server = ensure_running(home, purpose="test")
    left_behind = (server.folder / "data" / "postmaster.pid").read_text()
    stop(home, purpose="test")
    mine = left_behind.replace(left_behind.split("\n", 1)[0], str(os.getpid()), 1)
    (server.folder / "data" / "postmaster.pid").write_text(mine)
    assert not is_running(home, purpose="test")
    assert ask(ensure_running(home, purpose="test").app_url, "SELECT 1") == 1


def test_a_first_start_cut_off_in_the_middle_is_made_anew(home: Path) -> None:
    draft = home / "postgresql-test" / "data.new"
    draft.mkdir(parents=True)
    (draft / "half").write_text("written")
    assert ask(ensure_running(home, purpose="test").app_url, "SELECT 1") == 1
    assert not draft.exists()


def test_a_data_folder_with_a_long_russian_name_works(home: Path) -> None:
    deep = home / ("данные-" * 12)
    server = ensure_running(deep, purpose="test")
    try:
        assert len(os.fsencode(server.socket_dir)) < 90
        assert ask(server.app_url, "SELECT 1") == 1
    finally:
        stop(deep, purpose="test")
    assert not server.socket_dir.exists()


def test_an_unknown_locale_of_the_session_does_not_matter(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", USER, str(home)],
        env={**os.environ, "LC_ALL": "xx_XX.UTF-8", "LANG": "C", "PGHOST": "nowhere", "PGDATA": "/nowhere"},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.stdout, done.returncode) == ("ready\n", 0)


def test_lost_passwords_are_said_and_the_data_stays(home: Path) -> None:
    server = ensure_running(home, purpose="test")
    stop(home, purpose="test")
    (server.folder / "passwords.json").rename(server.folder / "elsewhere")
    with pytest.raises(EmbeddedError, match="нет файла с её паролями"):
        ensure_running(home, purpose="test")
    (server.folder / "elsewhere").rename(server.folder / "passwords.json")
    assert ask(ensure_running(home, purpose="test").app_url, "SELECT 1") == 1


def test_data_of_another_major_version_is_refused_with_what_to_do(home: Path) -> None:
    server = ensure_running(home, purpose="test")
    stop(home, purpose="test")
    (server.folder / "data" / "PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedError, match="otklik backup"):
        ensure_running(home, purpose="test")


def test_given_addresses_are_used_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://app@db/x")
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://owner@db/x")
    assert database_urls() == ("postgresql://app@db/x", "postgresql://owner@db/x")
    monkeypatch.delenv("DATABASE_OWNER_URL")
    assert database_urls() == ("postgresql://app@db/x", None)


def test_an_owner_without_an_application_is_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://owner@db/x")
    with pytest.raises(EmbeddedError, match="DATABASE_URL"):
        database_urls()


def test_the_data_folder_can_be_moved(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OTKLIK_HOME", str(tmp_path / "there"))
    assert home_folder() == tmp_path / "there"
