"""Programs below `otklik up` live and die with it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from otklik.failures import Failure
from otklik.operations.children import Children, Stop

# A parent with one child that writes its number and stays.
PARENT = """
import os, sys
from otklik.operations.children import Children, Stop
with Children(print) as children:
    children.start("ребёнок", [sys.executable, "-c", sys.argv[1], sys.argv[2]], os.environ)
    try:
        while True:
            children.look_after()
            children.wait(1)
    except Stop:
        pass
"""
STAY = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(600)"
STAY_AND_REFUSE = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + STAY
STAY_WITH_GRANDCHILD = (
    "import subprocess, sys, signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    f"subprocess.run([sys.executable, '-c', \"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {STAY}\","
    " sys.argv[1]])"
)


def wait_until(holds: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        os.sched_yield()


def runs(number: int) -> bool:
    """Whether the process is there and not a corpse that nobody has collected yet."""
    try:
        state = Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def number_in(file: Path) -> int:
    wait_until(lambda: file.exists() and file.read_text().isdigit())
    return int(file.read_text())


def parent_of(child: str, file: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", PARENT, child, str(file)], stdout=subprocess.DEVNULL)


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stopping_the_parent_stops_the_child(tmp_path: Path, asked: signal.Signals) -> None:
    parent = parent_of(STAY, tmp_path / "number")
    child = number_in(tmp_path / "number")
    parent.send_signal(asked)
    assert parent.wait(5) == 0
    assert not runs(child)


@pytest.mark.parametrize("stubborn", [STAY_AND_REFUSE, STAY_WITH_GRANDCHILD], ids=["child", "grandchild"])
def test_one_that_refuses_to_stop_is_ended_within_five_seconds(tmp_path: Path, stubborn: str) -> None:
    parent = parent_of(stubborn, tmp_path / "number")
    last = number_in(tmp_path / "number")
    parent.send_signal(signal.SIGINT)
    assert parent.wait(5) == 0
    wait_until(lambda: not runs(last), 1)


def test_a_killed_parent_leaves_no_child(tmp_path: Path) -> None:
    parent = parent_of(STAY, tmp_path / "number")
    child = number_in(tmp_path / "number")
    parent.kill()
    parent.wait()
    wait_until(lambda: not runs(child))


def test_a_child_that_dies_is_started_again(tmp_path: Path) -> None:
    file = tmp_path / "number"
    parent = parent_of(STAY, file)
    first = number_in(file)
    file.unlink()
    os.kill(first, signal.SIGKILL)
    assert number_in(file) != first
    parent.terminate()
    parent.wait(5)


def test_a_child_that_cannot_live_stops_everything_with_its_name() -> None:
    with Children(lambda line: None) as children:
        children.start("Сайт", [sys.executable, "-c", "raise SystemExit(3)"], os.environ)
        with pytest.raises(Failure, match=r"Сайт: остановилась .* \(код 3\)"):
            wait_for_failure(children)


def test_one_that_cannot_even_start_is_not_tried_again() -> None:
    with Children(lambda line: None) as children:
        children.start("Сайт", [sys.executable, "-c", "raise SystemExit(3)"], os.environ)
        with pytest.raises(Failure, match=r"Сайт: не запускается \(код 3\)"):
            wait_for_failure(children, starting=True)


def wait_for_failure(children: Children, *, starting: bool = False) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        children.look_after(starting=starting)
        children.wait(0.2)


def test_a_step_that_fails_is_named(tmp_path: Path) -> None:
    with Children(print) as children, pytest.raises(Failure, match=r"таблицы \(код 2\)"):
        children.finish("таблицы", [sys.executable, "-c", "raise SystemExit(2)"], os.environ)


def test_being_asked_to_stop_in_the_middle_of_a_step_ends_the_step(tmp_path: Path) -> None:
    file = tmp_path / "number"
    with Children(print) as children, pytest.raises(Stop):
        os.kill(os.getpid(), signal.SIGTERM)
        children.finish("долго", [sys.executable, "-c", STAY, str(file)], os.environ)
    assert not file.exists() or not runs(int(file.read_text() or 0))
