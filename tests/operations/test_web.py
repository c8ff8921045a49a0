"""`otklik web`: workers, and the whole program, are replaced while people go on asking, and nobody is refused."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from otklik.operations.sockets import bound
from tests.databases import ROOT

PAGE = "/accounts/login/"
AFTER_REPLACING = 20  # answered pages that show that the new one works


class Asking:
    """Somebody who opens a page again and again, each time by a new connection."""

    def __init__(self, port: int) -> None:
        self.port, self.answers, self._ended = port, [], threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def _ask(self) -> None:
        while not self._ended.is_set():
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            try:
                connection.request("GET", PAGE)
                answer = connection.getresponse()
                answer.read()
                self.answers.append(answer.status)
            except (OSError, http.client.HTTPException) as error:
                self.answers.append(repr(error))
            finally:
                connection.close()

    def until(self, answers: int) -> None:
        deadline = time.monotonic() + 120
        while len(self.answers) < answers:
            assert time.monotonic() < deadline, self.answers[-3:]
            time.sleep(0.02)  # gives the processor away; what is waited for is the count

    def __enter__(self) -> "Asking":
        self._thread.start()
        self.until(3)
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "otklik.settings", **more}


def workers(main: int) -> set[int]:
    """The processes below a running site that serve pages."""
    found = set()
    for task in Path(f"/proc/{main}/task").iterdir():
        found |= {int(number) for number in (task / "children").read_text().split()}
    return {n for n in found if b"resource_tracker" not in Path(f"/proc/{n}/cmdline").read_bytes()}


@contextlib.contextmanager
def handed_over(listening: socket.socket) -> Iterator[subprocess.Popen]:
    """A site started as systemd starts it: the socket is descriptor 3, and LISTEN_PID names the program itself."""
    start = "import os, sys; os.environ['LISTEN_PID'] = str(os.getpid()); os.execv(sys.executable, sys.argv[1:])"
    script = f"import os; os.dup2({listening.fileno()}, 3); os.set_inheritable(3, True); {start}"
    process = subprocess.Popen(
        [sys.executable, "-c", script, sys.executable, "-m", "otklik", "web", "--port", "1"],
        cwd=ROOT, env=environment(LISTEN_FDS="1"), pass_fds=[listening.fileno()],
    )
    try:
        yield process
    finally:
        process.terminate()
        assert process.wait(30) == 0


@pytest.fixture
def listening(django_db_setup) -> Iterator[socket.socket]:
    with contextlib.closing(bound("127.0.0.1", 0)) as one:
        yield one


def test_a_worker_is_replaced_and_nobody_is_refused(listening):
    with handed_over(listening) as site, Asking(listening.getsockname()[1]) as asking:
        before = workers(site.pid)
        site.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 60
        while workers(site.pid) & before or not workers(site.pid):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        asking.until(len(asking.answers) + AFTER_REPLACING)
    assert set(asking.answers) == {200}


def test_the_program_is_replaced_under_a_socket_of_systemd_and_nobody_is_refused(listening):
    with contextlib.ExitStack() as stack:
        with handed_over(listening):
            asking = stack.enter_context(Asking(listening.getsockname()[1]))
        with handed_over(listening):
            asking.until(len(asking.answers) + AFTER_REPLACING)
            stack.close()
    assert set(asking.answers) == {200}


def test_a_region_of_its_own_listens_on_a_path_for_the_proxy(django_db_setup):
    with tempfile.TemporaryDirectory(prefix="otklik-", dir="/tmp") as folder, contextlib.closing(
        socket.socket(socket.AF_UNIX)
    ) as listening:
        listening.bind(f"{folder}/primer.sock")
        listening.listen()
        with handed_over(listening), contextlib.closing(http.client.HTTPConnection("127.0.0.1")) as connection:
            connection.sock = socket.socket(socket.AF_UNIX)
            connection.sock.connect(f"{folder}/primer.sock")
            connection.request("GET", PAGE, headers={"X-Forwarded-For": "192.0.2.7"})
            assert connection.getresponse().status == 200


def test_a_taken_port_is_said_in_one_line(listening):
    port = listening.getsockname()[1]
    done = subprocess.run(
        [sys.executable, "-m", "otklik", "web", "--port", str(port)], cwd=ROOT, env=environment(),
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1 and done.stdout == ""
    assert f"Порт {port}" in done.stderr and len(done.stderr.strip().splitlines()) == 1
