"""Who uses the server: file locks, which the system releases even when a program is killed."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from otklik.embedded.errors import EmbeddedError


@contextmanager
def exclusive(path: Path, limit_seconds: float) -> Iterator[None]:
    """Hold the lock alone while the server is started or stopped; these take turns between programs."""
    descriptor = _open(path)
    try:
        deadline = time.monotonic() + limit_seconds
        while not _try(descriptor, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                raise EmbeddedError(
                    f"Другая программа уже {limit_seconds:.0f} с запускает или останавливает PostgreSQL "
                    f"(замок {path}). Подождите и повторите."
                )
            time.sleep(0.05)
        yield
    finally:
        os.close(descriptor)


class Use:
    """A shared lock held for as long as this program uses the server."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = _open(path)
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def end(self) -> bool:
        """Leave. True if nobody else is left; ask only while holding the exclusive lock."""
        fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        alone = _try(self._descriptor, fcntl.LOCK_EX)
        self.forget()
        return alone

    def forget(self) -> None:
        """Close our side without asking: for a forked child, whose parent goes on using the server."""
        os.close(self._descriptor)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _try(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
