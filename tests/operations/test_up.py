"""`otklik up` from the outside: one program that is started, looked at, stopped and killed."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from otklik import embedded
from tests.ports import free_port

READY = "Отклик работает"
STOPS_WITHIN = 5
# One worker takes them all: they share a data folder whose first start is the slow part.
pytestmark = pytest.mark.xdist_group("up")


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A data folder for all tests here: the first start takes its time, the later ones find it ready."""
    with tempfile.TemporaryDirectory(prefix="otklik-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        yield Path(folder)
        embedded.ensure_running(Path(folder))
        embedded.stop(Path(folder))


@pytest.fixture
def port() -> int:
    return free_port()


class Up:
    """One `otklik up` and what it printed."""

    def __init__(self, home: Path, port: int) -> None:
        own = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "OTKLIK_"))}
        self.port = port
        self.printed: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "otklik", "up", "--no-demo"],
            env={**own, "OTKLIK_HOME": str(home), "PORT": str(port), "LANG": "C"},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
        )  # fmt: skip

    def wait_until_ready(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.printed.append(line)
            if READY in line:
                return
        raise AssertionError("".join(self.printed))

    def open_page(self, path: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path)
        return connection.getresponse()

    def descendants(self) -> set[int]:
        parents = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                    if fields[0] not in "ZX":
                        parents[int(entry.name)] = int(fields[1])
        found: set[int] = set()
        wanted = {self.process.pid}
        while wanted:
            wanted = {number for number, parent in parents.items() if parent in wanted}
            found |= wanted
        return found

    def stop(self, asked: signal.Signals = signal.SIGINT) -> float:
        """Ask it to stop; returns how many seconds that took."""
        began = time.monotonic()
        self.process.send_signal(asked)
        rest, _ = self.process.communicate(timeout=60)
        self.printed.append(rest)
        return time.monotonic() - began


@pytest.fixture
def up(home: Path, port: int) -> Iterator[Up]:
    program = Up(home, port)
    try:
        program.wait_until_ready()
        yield program
    finally:
        if program.process.poll() is None:
            program.stop()


def gone(numbers: set[int]) -> bool:
    return not any(Path(f"/proc/{number}/cwd").exists() for number in numbers)


def wait_until_gone(numbers: set[int]) -> None:
    deadline = time.monotonic() + 10
    while not gone(numbers):
        assert time.monotonic() < deadline
        os.sched_yield()


def test_it_serves_pages_and_says_where(up: Up) -> None:
    assert any(f"http://127.0.0.1:{up.port}" in line for line in up.printed)
    page = up.open_page("/accounts/login/")
    assert page.status == 200
    assert "Отклик" in page.read().decode()


def test_ctrl_c_stops_everything_within_five_seconds_though_pages_are_open(up: Up, home: Path) -> None:
    kept_open = [socket.create_connection(("127.0.0.1", up.port)) for _ in range(3)]
    kept_open[0].sendall(b"GET /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    kept_open[0].recv(100)
    kept_open[1].sendall(b"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nhalf")
    below = up.descendants()
    assert len(below) >= 3
    assert up.stop() < STOPS_WITHIN
    assert up.process.returncode == 0
    wait_until_gone(below)
    assert not embedded.is_running(home)
    for connection in kept_open:
        connection.close()


def test_data_is_there_after_the_next_start(home: Path, port: int) -> None:
    first = Up(home, port)
    first.wait_until_ready()
    marker = embedded.ensure_running(home).owner_url
    with psycopg.connect(marker) as owner:
        owner.execute("CREATE TABLE kept_by_test AS SELECT 1 AS one")
    first.stop(signal.SIGTERM)
    embedded.stop(home)
    second = Up(home, port)
    second.wait_until_ready()
    with psycopg.connect(embedded.ensure_running(home).owner_url) as owner:
        assert owner.execute("SELECT one FROM kept_by_test").fetchone() == (1,)
        owner.execute("DROP TABLE kept_by_test")
    embedded.stop(home)
    second.stop()


def test_killed_outright_it_leaves_nothing_in_the_way_of_the_next_start(up: Up, home: Path, port: int) -> None:
    below = up.descendants()
    up.process.kill()
    up.process.wait()
    wait_until_gone(below)
    again = Up(home, up.port)
    again.wait_until_ready()
    assert again.open_page("/accounts/login/").status == 200
    assert again.stop() < STOPS_WITHIN
    assert not embedded.is_running(home)


def test_a_web_server_that_dies_is_started_again(up: Up) -> None:
    web = next(n for n in up.descendants() if b"otklik\0web" in Path(f"/proc/{n}/cmdline").read_bytes())
    os.kill(web, signal.SIGKILL)
    deadline = time.monotonic() + 60
    while True:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if web not in up.descendants() and up.open_page("/accounts/login/").status == 200:
                return
        assert time.monotonic() < deadline
        os.sched_yield()


def test_the_database_stopping_and_coming_back_is_survived(up: Up, home: Path) -> None:
    before = number_of_server(home)
    assert before is not None
    os.kill(before, signal.SIGQUIT)
    deadline = time.monotonic() + 60
    while number_of_server(home) in (before, None) or up.open_page("/accounts/login/").status != 200:
        assert time.monotonic() < deadline
        os.sched_yield()


def number_of_server(home: Path) -> int | None:
    try:
        return int((home / "postgresql" / "data" / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def test_a_taken_port_is_one_clear_line(home: Path, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        refused = Up(home, port)
        printed, _ = refused.process.communicate(timeout=60)
    assert refused.process.returncode == 1
    assert len(printed.strip().splitlines()) == 1
    assert f"Порт {port}" in printed
    assert "PORT=" in printed
