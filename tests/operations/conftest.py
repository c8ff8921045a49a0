"""A demo region made once for a process; tests take copies of it."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.operations import clones


@dataclass(frozen=True)
class DemoRegion:
    """A database with a small demo region, its photos, and its digest."""

    name: str
    files: Path
    digest: str


@pytest.fixture(scope="session")
def demo_region(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[DemoRegion]:
    """Made once; nobody may change it."""
    files = tmp_path_factory.mktemp("demo") / "files"
    with django_db_blocker.unblock(), clones.clone_of(os.environ["OTKLIK_TEST_TEMPLATE"]) as name:
        yield DemoRegion(name, files, clones.demo_in(name, files))


@pytest.fixture
def patient(demo_region, django_db_blocker) -> Iterator[psycopg.Connection]:
    """A copy of the demo region in which Django works; the value is the owner's connection, to break things with."""
    with (
        django_db_blocker.unblock(), clones.clone_of(demo_region.name) as name, clones.inside(name, demo_region.files),
        psycopg.connect(clones.owner_of(name), autocommit=True) as owner,
    ):
        yield owner
