"""Programs that run below ``otklik up``: started together, restarted when they die, stopped together.

They end with their parent, even one killed outright: the system sends them the signal. Ctrl-C reaches only
the parent, since each child leads a process group of its own, and so the order of stopping is ours.
"""

import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Self

from otklik.failures import Failure

PR_SET_PDEATHSIG = 1
# Loaded before any fork: a child between fork and exec must not load libraries.
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

KILL_AFTER = 3.5  # seconds from the polite signal to the other one; the whole stop has five
DEATHS_ALLOWED = 5
DEATHS_WITHIN = 60.0
LONGEST_PAUSE = 15.0


@dataclass
class Child:
    """One program: how it is started, and how often it died lately."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)
    start_again_at: float | None = None


class Stop(Exception):
    """Somebody asked us to stop: Ctrl-C, a closed terminal, or the system."""


class Children:
    """The children of one ``up``. Use as a context: leaving it stops whatever still runs."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._children: list[Child] = []
        self._read, self._write = os.pipe()
        os.set_blocking(self._write, False)
        self._stopping = False
        self._former: dict[int, object] = {}

    def __enter__(self) -> Self:
        self._former_fd = signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._former[number] = signal.signal(number, self._ask_to_stop)
        self._former[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop_all()
        signal.set_wakeup_fd(self._former_fd)
        for number, former in self._former.items():
            signal.signal(number, former)  # type: ignore[arg-type]
        os.close(self._read)
        os.close(self._write)

    def _ask_to_stop(self, *_: object) -> None:
        self._stopping = True

    def check(self) -> None:
        """Raise Stop if somebody asked for it."""
        if self._stopping:
            raise Stop

    def start(self, name: str, command: Sequence[str], env: Mapping[str, str]) -> None:
        """Start a program that is to run for as long as we do."""
        child = Child(name, command, env)
        self._children.append(child)
        child.process = _launch(command, env)

    def finish(self, name: str, command: Sequence[str], env: Mapping[str, str]) -> None:
        """Run a program to its end. Raises Failure if it fails, Stop if we are asked to stop meanwhile."""
        self.finish_all([(name, command, env)])

    def finish_all(
        self, programs: Sequence[tuple[str, Sequence[str], Mapping[str, str]]], output: IO[bytes] | None = None
    ) -> None:
        """The same for several programs side by side."""
        running = [(name, _launch(command, env, output)) for name, command, env in programs]
        try:
            while running:
                self.check()
                for pair in list(running):
                    code = pair[1].poll()
                    if code is None:
                        continue
                    running.remove(pair)
                    if code != 0:
                        raise Failure(f"Не получилось: {pair[0]} (код {code}). Причина — выше.")
                if running:
                    self.wait(0.5)
        finally:
            _end([process for _, process in running])

    def ask(self, name: str, command: Sequence[str], env: Mapping[str, str]) -> str:
        """Run a program to its end and return what it printed, without the last line's end."""
        with tempfile.TemporaryFile() as printed:
            self.finish_all([(name, command, env)], printed)
            printed.seek(0)
            return printed.read().decode().strip()

    def wait(self, seconds: float) -> None:
        """Wait for a signal, a child's end or the given time."""
        ready, _, _ = select.select([self._read], [], [], seconds)
        if ready:
            os.read(self._read, 4096)

    def look_after(self, *, starting: bool = False) -> None:
        """Start again what died, after a growing pause. Raises Failure when that does not help.

        While `starting`, the first death is enough: what cannot start once will not start the fifth time.
        """
        self.check()
        now = time.monotonic()
        for child in self._children:
            if child.process is not None and (code := child.process.poll()) is not None:
                _end([child.process])  # whatever it had started itself
                child.process = None
                child.deaths = [moment for moment in child.deaths if now - moment < DEATHS_WITHIN] + [now]
                if starting:
                    raise Failure(f"{child.name}: не запускается (код {code}). Причина — в строках выше.")
                if len(child.deaths) >= DEATHS_ALLOWED:
                    raise Failure(
                        f"{child.name}: остановилась {DEATHS_ALLOWED} раз за минуту (код {code}). "
                        "Причина — в строках выше."
                    )
                pause = min(2.0 ** (len(child.deaths) - 1), LONGEST_PAUSE)
                child.start_again_at = now + pause
                self._say(f"{child.name}: остановилась (код {code}), запускаю снова через {pause:.0f} с")
            if child.process is None and child.start_again_at is not None and now >= child.start_again_at:
                child.start_again_at = None
                child.process = _launch(child.command, child.env)

    def stop_all(self) -> None:
        """Stop all children: politely at first, and after a few seconds without asking."""
        _end([child.process for child in self._children if child.process is not None])
        self._children.clear()


def _launch(
    command: Sequence[str], env: Mapping[str, str], output: IO[bytes] | None = None
) -> subprocess.Popen[bytes]:
    parent = os.getpid()
    return subprocess.Popen(
        command,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=output,
        process_group=0,
        preexec_fn=lambda: _end_with_parent(parent),  # noqa: PLW1509 (one thread only, and no locks taken)
    )


def end_with_parent() -> None:
    """Have the system end this process when its parent does, even one killed outright."""
    if _LIBC is not None:
        _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _end_with_parent(parent: int) -> None:
    end_with_parent()
    if os.getppid() != parent:  # it died before the line above
        os._exit(1)


def _end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        _signal(process, signal.SIGTERM)
    deadline = time.monotonic() + KILL_AFTER
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
        # The group outlives its leader when a grandchild hangs on an open page.
        _signal(process, signal.SIGKILL)
        process.wait()


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        if number == signal.SIGTERM:
            process.send_signal(number)  # its own children are its own matter
        else:
            os.killpg(process.pid, number)
    except ProcessLookupError:
        pass
