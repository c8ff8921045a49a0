"""Where measurements are made: a PostgreSQL of our own that syncs its disk, and sets of cases kept between runs.

The folder is OTKLIK_BENCH_HOME, or one in the system's temporary folder. A set is a database that is never written to:
each run clones it, so that what one run created is not there in the next.
"""

import contextlib
import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from otklik.embedded import ensure_running
from tests import databases

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Place:
    """A database to measure on. `app_url` logs in as the application does, `owner_url` as the owner."""

    app_url: str
    owner_url: str

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to work on it."""
        return {
            **os.environ, "DATABASE_URL": self.app_url, "DATABASE_OWNER_URL": self.owner_url,
            "DJANGO_SETTINGS_MODULE": "otklik.settings", "OTKLIK_HOME": str(folder()), "PYTHONUTF8": "1",
        }


def folder() -> Path:
    """The data folder of measurements."""
    given = os.environ.get("OTKLIK_BENCH_HOME")
    return Path(given) if given else Path(tempfile.gettempdir()) / f"otklik-bench-{os.geteuid()}"


def _server() -> tuple[str, str]:
    folder().mkdir(mode=0o700, exist_ok=True, parents=True)
    server = ensure_running(folder())
    return server.owner_url, server.app_url


def _digest(maker: str) -> str:
    """Of the makers of a set's rows. Tables may change meanwhile: an older set is migrated like any database."""
    makers = [ROOT / "bench" / f"{maker}.py", ROOT / "bench" / "words.py"]
    return hashlib.sha256("".join(path.read_text(encoding="utf-8") for path in makers).encode()).hexdigest()[:10]


def set_itself(maker: str, cases: int) -> Place:
    """The set made by `bench.<maker>`, made first if it is not there: for what a copy of would take too long.

    Whoever writes to it takes that back, or it is another set the next time.
    """
    owner, app = _server()
    name = _made(owner, app, cases, maker)
    return Place(databases.with_database(app, name), databases.with_database(owner, name))


def drop_set(maker: str, cases: int) -> None:
    """Give the disk back."""
    owner, _app = _server()
    _leave()
    with psycopg.connect(owner, autocommit=True) as connection:
        databases.drop(connection, _name(maker, cases))


@contextlib.contextmanager
def copy_of_set(cases: int) -> Iterator[Place]:
    """A fresh copy of the set of so many cases, made first if it is not there; dropped afterwards."""
    owner, app = _server()
    name = _made(owner, app, cases)
    copy = f"otklik_b_{os.getpid()}"
    _drop_abandoned(owner)
    with psycopg.connect(owner, autocommit=True) as connection:
        databases.drop(connection, copy)
        # Files are copied instead of going through the log: seconds instead of minutes for a gigabyte.
        connection.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{name}" STRATEGY FILE_COPY'.encode())
    try:
        yield Place(databases.with_database(app, copy), databases.with_database(owner, copy))
    finally:
        _leave()
        # The server's own vacuum may be at work there, and nobody but a superuser ends it: the next run drops it.
        with (
            psycopg.connect(owner, autocommit=True) as connection,
            contextlib.suppress(psycopg.errors.InsufficientPrivilege),
        ):
            databases.drop(connection, copy)


def _leave() -> None:
    """Close what Django of this process holds open, if it was used."""
    if "django.db" in sys.modules:
        from django.db import connections

        connections.close_all()


def _drop_abandoned(owner: str) -> None:
    """Copies of runs that are no more."""
    with psycopg.connect(owner, autocommit=True) as connection:
        rows = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'otklik\\_b\\_%'").fetchall()
        for (name,) in rows:
            if not Path(f"/proc/{name.rpartition('_')[2]}").exists():
                with contextlib.suppress(psycopg.errors.InsufficientPrivilege):
                    databases.drop(connection, name)


def _name(maker: str, cases: int) -> str:
    return f"{_stem(maker, cases)}{_digest(maker)}"


def _stem(maker: str, cases: int) -> str:
    return f"otklik_set_{cases}_" if maker == "sets" else f"otklik_{maker}_{cases}_"


def _made(owner: str, app: str, cases: int, maker: str = "sets") -> str:
    """The name of the set's database, made or brought to the present tables."""
    name = _name(maker, cases)
    with psycopg.connect(owner, autocommit=True) as connection:
        names = [row[0] for row in connection.execute("SELECT datname FROM pg_database").fetchall()]
        if name in names:
            _bring_up_to_date(connection, owner, app, name)
            return name
        for old in names:
            if old.startswith(_stem(maker, cases)):
                databases.drop(connection, old)
        print(f"Делаю набор: {cases} карточек (один раз)", file=sys.stderr, flush=True)
        building = f"otklik_making_{maker}_{cases}"
        databases.clone(owner, databases.template(owner, app), building)
        place = Place(databases.with_database(app, building), databases.with_database(owner, building))
        environment = {**place.environment, "OTKLIK_DB_AS": "owner"}
        subprocess.run(
            [sys.executable, "-m", f"bench.{maker}", str(cases)], env=environment, cwd=ROOT, check=True,
            stdout=sys.stderr,
        )
        connection.execute(f'ALTER DATABASE "{building}" RENAME TO "{name}"'.encode())
        _remember(connection, name)
    return name


def _bring_up_to_date(connection: psycopg.Connection, owner: str, app: str, name: str) -> None:
    kept = connection.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
    ).fetchone()
    if kept and kept[0] == databases.digest():
        return
    place = Place(databases.with_database(app, name), databases.with_database(owner, name))
    subprocess.run([sys.executable, "-m", "otklik", "migrate"], env=place.environment, cwd=ROOT, check=True)
    _remember(connection, name)


def _remember(connection: psycopg.Connection, name: str) -> None:
    connection.execute(f"COMMENT ON DATABASE \"{name}\" IS '{databases.digest()}'".encode())
