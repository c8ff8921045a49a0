"""Extra databases for tests that break, replace or restore one: Django is led into a clone and back."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import count
from pathlib import Path

import psycopg
from django.db import connections
from django.test import override_settings

from otklik.operations import demo_radar, demo_sheets, demo_wide
from tests import databases, harness
from tests.making import at

NOW = at("2026-11-25 13:00")
CASES, SEED = 60, 7
# With what stands beside the stories.
STANDING = CASES + len(demo_wide.MATTERS) + len(demo_sheets.ROWS) + len(demo_radar.TEXTS)
_numbers = count(1)


def new_name() -> str:
    """A name that belongs to this run, so that it is dropped even when the run is killed."""
    return f"{harness.CLONE}_x{next(_numbers)}"


def owner_of(name: str) -> str:
    """The owner's address of a database."""
    return databases.with_database(os.environ["OTKLIK_TEST_OWNER"], name)


def app_of(name: str) -> str:
    """The application's address of a database."""
    return databases.with_database(os.environ["OTKLIK_TEST_APP"], name)


@contextmanager
def clone_of(source: str) -> Iterator[str]:
    """A database that is a copy of another, dropped afterwards."""
    name = new_name()
    databases.clone(os.environ["OTKLIK_TEST_OWNER"], source, name)
    try:
        yield name
    finally:
        drop(name)


def drop(name: str) -> None:
    """Drop a database of ours; one that autovacuum reads just now is left to the next run."""
    with (
        psycopg.connect(os.environ["OTKLIK_TEST_OWNER"], autocommit=True) as owner,
        suppress(psycopg.errors.InsufficientPrivilege),
    ):
        databases.drop(owner, name)


@contextmanager
def empty() -> Iterator[str]:
    """A database with nothing in it but the extensions that its administrator made."""
    name = new_name()
    databases.clone(os.environ["OTKLIK_TEST_OWNER"], "template0", name)
    try:
        with psycopg.connect(owner_of(name), autocommit=True) as owner:
            for extension in ("pg_trgm", "unaccent", "btree_gin"):
                owner.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}".encode())
        yield name
    finally:
        drop(name)


@contextmanager
def inside(name: str, files: Path | None = None) -> Iterator[None]:
    """Django works in another database (as the application) until the end of the block."""
    connection = connections["default"]
    connections.close_all()
    before = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = name
    try:
        with override_settings(**({"OTKLIK_FILES": files} if files else {})):
            yield
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = before


def light_passwords() -> "override_settings":
    """Hash passwords lightly: the demo sets nine of them."""
    return override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])


def demo_in(name: str, files: Path, *, now: datetime = NOW, cases: int = CASES, seed: int = SEED) -> str:
    """Make a demo region in a clone; returns its digest."""
    from otklik.operations.demo import make_demo

    with inside(name, files), light_passwords():
        return make_demo(cases, seed, now=now).digest
