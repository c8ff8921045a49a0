"""Databases for tests: the owner builds one migrated, seeded template; each worker clones it and drops the clone."""

import contextlib
import fcntl
import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
KEPT_TEMPLATES = 4
SOURCES = ("otklik/*/migrations/*.py", "otklik/regions/**/*", "otklik/*/shipped/**/*", "otklik/acting/protection.py",
           "otklik/operations/reference.py", "otklik/organisations/directories.py", "otklik/territory/loading.py",
           "otklik/territory/regionfile.py")


def with_database(url: str, name: str) -> str:
    """The same server and role, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def digest() -> str:
    """Of everything that shapes a fresh database: the same digest, the same template."""
    seen = hashlib.sha256()
    for pattern in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                seen.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return seen.hexdigest()[:12]


def template(owner_url: str, app_url: str) -> str:
    """The name of the template database, built if it is not there yet. Safe for many runs at once."""
    name = f"otklik_tpl_{digest()}"
    server = hashlib.sha256(owner_url.encode()).hexdigest()[:12]  # who builds on another server is not waited for
    with (Path(tempfile.gettempdir()) / f"otklik-template-{os.geteuid()}-{server}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with psycopg.connect(owner_url, autocommit=True) as owner:
            if owner.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                return name
            _drop_old_templates(owner)
            building = f"{name}_building"
            drop(owner, building)
            owner.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(building)))
            _migrate(with_database(owner_url, building), with_database(app_url, building))
            owner.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(building), sql.Identifier(name))
            )
    return name


def clone(owner_url: str, source: str, name: str) -> None:
    """A fresh copy of the template: by its files, which is half the work of the usual way by the log."""
    with psycopg.connect(owner_url, autocommit=True) as owner:
        drop(owner, name)
        owner.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(source)
            )
        )


def drop(owner: psycopg.Connection, name: str) -> None:
    """Drop a database if it is there, whoever is connected."""
    owner.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def drop_abandoned(owner_url: str) -> None:
    """Drop clones whose run is no more (killed before it could tidy up)."""
    with psycopg.connect(owner_url, autocommit=True) as owner:
        for (name,) in owner.execute("SELECT datname FROM pg_database WHERE datname LIKE 'otklik\\_t\\_%'").fetchall():
            run = name.split("_")[2]
            if run.isdigit() and not Path(f"/proc/{run}").exists():
                # The server's own vacuum may be at work there, and nobody but a superuser ends it: next time.
                with contextlib.suppress(psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectInUse):
                    drop(owner, name)


def _drop_old_templates(owner: psycopg.Connection) -> None:
    rows = owner.execute(
        "SELECT datname FROM pg_database WHERE datname LIKE 'otklik\\_tpl\\_%' ORDER BY oid DESC"
    ).fetchall()
    for (name,) in rows[KEPT_TEMPLATES - 1 :]:
        drop(owner, name)


def _migrate(owner_url: str, app_url: str) -> None:
    environment = {
        **os.environ, "DATABASE_URL": app_url, "DATABASE_OWNER_URL": owner_url,
        "DJANGO_SETTINGS_MODULE": "otklik.settings",
    }
    with psycopg.connect(owner_url, autocommit=True) as owner:
        for name in ("pg_trgm", "unaccent", "btree_gin"):
            owner.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(name)))
    done = subprocess.run(
        [sys.executable, "-m", "otklik", "migrate"], cwd=ROOT, env=environment, capture_output=True, text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"otklik migrate failed for the test template:\n{done.stdout}\n{done.stderr}")
