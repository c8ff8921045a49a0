"""A big mailbox taken in one go: `python -m bench.mailbox [--letters 10000] [--json]`.

A small IMAP server in a process of its own gives letters that it makes when asked (every twentieth with a file of
300 KB); our side reads them as the worker does, keeps them, and takes them to the operator's question. Memory of our
process is looked at all the time: after the first thousand it must not grow with the number of letters.
"""

import argparse
import multiprocessing
import os
import threading
import time
from collections.abc import Iterator, Mapping
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from bench.home import Place, copy_of_set
from bench.lines import Line, show

FILE = 300_000
A_TURN = 200  # letters after which memory is compared
MOST_GROWTH = 60  # MB over what the first thousand letters took


class Letters(Mapping[int, bytes]):
    """Letters 1…n, each made when it is asked for."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __getitem__(self, uid: int) -> bytes:
        from tests.channels.email.letters import letter, mixed

        words = {"ident": f"<{uid}@example.net>", "sender": f"Житель {uid} <n{uid}@example.net>"}
        text = f"Во дворе дома {uid} не горит фонарь. " * 20
        if uid % 20:
            return letter(text, **words)
        return mixed(text, ('Content-Type: application/pdf; name="акт.pdf"', os.urandom(FILE)), **words)

    def __contains__(self, uid: object) -> bool:
        return isinstance(uid, int) and 1 <= uid <= self._count

    def __iter__(self) -> Iterator[int]:
        return iter(range(1, self._count + 1))

    def __len__(self) -> int:
        return self._count


def _serve(count: int, told: Any, stop: Event) -> None:
    from tests.channels.email.imap_peer import Peer, imap_on_loopback

    peer = Peer()
    peer.letters = Letters(count)  # type: ignore[assignment]
    with imap_on_loopback(peer):
        told.put(peer.port)
        stop.wait()


def measure(place: Place, letters: int, *, take: bool) -> list[Line]:
    """The lines `mailbox read` and `mailbox taken`."""
    os.environ.update(place.environment)
    told, stop = multiprocessing.Queue(), multiprocessing.Event()  # type: ignore[var-annotated]
    server = multiprocessing.Process(target=_serve, args=(letters, told, stop), daemon=True)
    server.start()
    try:
        return _read(told.get(timeout=30), letters, take=take)
    finally:
        stop.set()
        server.join(10)


def _read(port: int, letters: int, *, take: bool) -> list[Line]:
    os.environ["OTKLIK_INNER_HOSTS"] = f"127.0.0.1:{port}"
    import django

    django.setup()
    from otklik.channels.kit.polling import poll
    from otklik.intake.receiving import take_waiting

    account_id = _account(port)
    lines = []
    works = (("mailbox read", lambda: poll(account_id)), ("mailbox taken", lambda: take_waiting(account_id, A_TURN)))
    for name, more in works if take else works[:1]:
        with Memory() as memory:
            began, done = time.perf_counter(), 0
            while some := more():
                done += some
                memory.settled_at(done)
            spent = time.perf_counter() - began
        assert done == letters, (name, done)
        assert memory.growth < MOST_GROWTH, f"{name}: memory grew by {memory.growth} MB"
        note = f"{letters} letters in {spent:.0f} s; memory {memory.peak} MB at most, {memory.growth} MB over its start"
        lines.append(Line(name, None, None, done / spent, note=note))
    return lines


class Memory:
    """The memory of this process, looked at ten times a second (VmRSS, MB)."""

    def __init__(self) -> None:
        self.peak = self.base = 0
        self._over = threading.Event()

    def __enter__(self) -> "Memory":
        self._watch = threading.Thread(target=self._look, daemon=True)
        self._watch.start()
        return self

    def __exit__(self, *_what: object) -> None:
        self._over.set()
        self._watch.join()

    @property
    def growth(self) -> int:
        """What it took beyond the first turn of work."""
        return self.peak - self.base

    def settled_at(self, done: int) -> None:
        """A turn of work is over: what the first thousand letters took at most is what the others may take."""
        if done <= 1000 or not self.base:
            self.base = self.peak

    def _look(self) -> None:
        while not self._over.wait(0.1):
            status = Path("/proc/self/status").read_text()
            self.peak = max(self.peak, int(status.split("VmRSS:")[1].split()[0]) // 1024)


def _account(port: int) -> int:
    from otklik.acting import System, acting, widened
    from otklik.channels.kit import secrets
    from otklik.channels.models import Account, Setup
    from otklik.territory.models import Territory

    with acting(System("bench")), widened():
        home = Territory.objects.filter(kind="municipality").order_by("id").first()
        account = Account.objects.create(channel="email", code="bench-mail", name="Измерение", territory=home)
        setup = Setup(account=account, settings={
            "address": "priem@example.org", "imap_host": "127.0.0.1", "imap_port": port, "imap_security": "plain",
        })
        secrets.keep(setup, {"password": "a pass-word of the box"})
        setup.save()
    return account.pk


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--cases", type=int, default=1000)
    options.add_argument("--letters", type=int, default=10_000)
    options.add_argument("--no-take", action="store_true", help="only read the box, bring no letter to its question")
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    with copy_of_set(given.cases) as place:
        show(measure(place, given.letters, take=not given.no_take), given.json, cases=given.cases)


if __name__ == "__main__":
    main()
