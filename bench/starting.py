"""How long `otklik up` takes to the first answer, and from Ctrl-C to stopped; what memory it holds meanwhile.

    python -m bench.starting [--json] [--times 5]

The data folder is one of its own with a small demo in it; its making is the line `first`, once. Memory is PSS: of pages
shared between processes each counts its share, so that the sums add up.
"""

import argparse
import contextlib
import http.client
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.home import ROOT
from bench.lines import Line, show

PATHS = ("/", "/report/", "/accounts/login/")
VISITS = 60  # requests before the memory is read: enough for every module to have been loaded


@dataclass
class Start:
    """One start. Times in seconds, memory in MB. `spent` is processor time, the database's own not counted."""

    answered: float
    spent: float
    stopped: float = 0.0
    memory: dict[str, float] = field(default_factory=dict)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true")
    options.add_argument("--times", type=int, default=5)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="otklik-bench-", dir="/tmp", ignore_cleanup_errors=True) as scratch:
        Path(scratch).chmod(0o711)
        home = Path(scratch) / "home"
        first = _start(home)
        subprocess.run([sys.executable, "-m", "otklik", "demo", "--cases", "60", "--yes", "--json"], cwd=ROOT,
                       env=_environment(home), stdout=subprocess.DEVNULL, check=True)  # fmt: skip
        again = [_start(home, visits=VISITS) for _ in range(given.times)]
    lines = [
        Line("first", round(first.answered * 1000), note="new data folder: tables and directories are made"),
        _line("start", [one.answered for one in again], "from the command to the first 200"),
        _line("start, processor", [one.spent for one in again], "processor time of it: a quiet machine's least"),
        _line("stop", [one.stopped for one in again], "from Ctrl-C to stopped"),
    ]
    memory = {part: round(statistics.median(one.memory[part] for one in again), 1) for part in again[0].memory}
    if not given.json:
        print("memory, MB (PSS):", ", ".join(f"{part} {value}" for part, value in memory.items()))
    show(lines, given.json, memory_mb=memory)


def _line(work: str, seconds: list[float], note: str) -> Line:
    ordered = sorted(seconds)
    worst = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    return Line(work, round(statistics.median(ordered) * 1000), round(worst * 1000), note=note)


def _start(home: Path, visits: int = 0) -> Start:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "otklik", "up", "--no-demo", "--port", str(port)], cwd=ROOT,
        env=_environment(home), stdout=subprocess.DEVNULL,
    )
    try:
        while not _answers(port, "/"):
            if process.poll() is not None:
                raise SystemExit("otklik up did not start")
            time.sleep(0.02)
        start = Start(time.monotonic() - began, sum(_spent(number) for number, _part in _family(process.pid, "up")))
        for number in range(visits):
            _answers(port, PATHS[number % len(PATHS)])
        if visits:
            start.memory = _memory(process.pid)
    finally:
        asked = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.wait(60)
    start.stopped = time.monotonic() - asked
    return start


def _environment(home: Path) -> dict[str, str]:
    ours = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "OTKLIK_"))}
    return {**ours, "OTKLIK_HOME": str(home)}


def _answers(port: int, path: str) -> bool:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return False
        return answer.status == 200


def _memory(up: int) -> dict[str, float]:
    parts = {"up": 0.0, "web": 0.0, "worker": 0.0}
    for number, part in _family(up, "up"):
        parts[part] += _pss(number)
    return {**parts, "web_and_worker": parts["web"] + parts["worker"]}


def _family(number: int, part: str) -> Iterator[tuple[int, str]]:
    """The processes of the program by part; the database's are not among them, and are not ours to judge."""
    words = Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
    if b"otklik" in words:
        part = next((name for name in ("web", "worker") if name.encode() in words), part)
    elif any(word.endswith(b"postgres") for word in words[:1]):
        return
    yield number, part
    for task in Path(f"/proc/{number}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from _family(int(child), part)


def _spent(number: int) -> float:
    fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")  # its own, and that of children that ended


def _pss(number: int) -> float:
    for line in Path(f"/proc/{number}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    main()
