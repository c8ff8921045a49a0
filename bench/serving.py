"""The real web process on a bench database, people who are logged in there, and what a page asks of the database."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.home import ROOT, Place, folder

READY_WITHIN = 30.0


@dataclass(frozen=True)
class Web:
    """A running web process."""

    port: int
    pid: int

    def spent(self) -> float:
        """Seconds of processor that it and its children have used."""
        return sum(_spent(pid) for pid in _family(self.pid))


def database_spent() -> float:
    """Seconds of processor that the database's processes have used, those that ended included."""
    main = int((folder() / "postgresql" / "data" / "postmaster.pid").read_text().split()[0])
    return sum(_spent(pid) for pid in _family(main))


def _family(first: int) -> list[int]:
    try:
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
    except OSError:  # ended since its parent named it
        return []
    return [first, *(pid for child in children for pid in _family(int(child)))]


def _spent(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(ticks) for ticks in fields[11:15]) / os.sysconf("SC_CLK_TCK")  # own and waited-for children's


@contextlib.contextmanager
def web(place: Place, **environment: str) -> Iterator[Web]:
    """The web process as `otklik up` starts it."""
    from otklik.operations.up import web_command

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        web_command("127.0.0.1", port), env={**place.environment, "OTKLIK_DB_POOL": "1", **environment}, cwd=ROOT
    )
    try:
        _wait_for(port, process)
        yield Web(port, process.pid)
    finally:
        process.terminate()
        process.wait(15)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.05)
    sys.exit("Веб-процесс не запустился.")


def make_person(*roles: tuple[str, str]) -> tuple[Any, str]:
    """A member of staff with roles as (role, territory code), and the cookie of their open session."""
    from django.conf import settings

    from tests.making import logged_in, make_user

    user = make_user(*roles, name="Измеряющая Анна Петровна")
    client = logged_in(user)
    return user, f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


@dataclass(frozen=True)
class Asked:
    """What one page asks of the database: how many statements, and their time alone, in milliseconds."""

    queries: int
    bare_ms: float


def asked_by(place: Place, ask: Callable[[], Any], times: int = 15) -> Asked:
    """Do `ask` in this process, gather its statements, and run them alone as the same roles: their median time.

    Statements that set the role and the scope are run, for they are part of the price; transactions are kept.
    """
    import psycopg
    from django.db import connection

    statements: list[tuple[Any, Any]] = []

    def gather(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        statements.append((sql, params))
        return execute(sql, params, many, context)

    ask()  # caches of the process are warm, as in a server that has run for a while
    with connection.execute_wrapper(gather):
        ask()
    # All run in one transaction here, which one that only reads must not close for the others.
    closing = ", set_config('transaction_read_only', 'on', true)"
    counted = [
        (str(sql).replace(closing, ""), params) for sql, params in statements
        if not str(sql).startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))
    ]
    with psycopg.connect(place.app_url, autocommit=False, cursor_factory=psycopg.ClientCursor) as bare:
        spent = sorted(_alone(bare, counted) for _ in range(times))
    return Asked(len(counted), round(spent[len(spent) // 2], 1))


def _alone(bare: Any, statements: Sequence[tuple[Any, Any]]) -> float:
    began = time.perf_counter()
    with bare.cursor() as cursor:
        for sql, params in statements:
            cursor.execute(sql, params)
            if cursor.description:
                cursor.fetchall()
    bare.rollback()
    return (time.perf_counter() - began) * 1000
