"""The small living centre of `world.py`, made once for a process: `world` leads a test into a database that has it.

Each test works there in a transaction that is rolled back, as with `db`; a test that must commit (a browser) makes a
world of its own with `make_world`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.browser.world import World


@pytest.fixture(scope="session")
def world_made(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[tuple[str, World]]:
    """The name of the database and the world in it; nobody may change either."""
    from tests.browser.world import make_world
    from tests.operations import clones

    with django_db_blocker.unblock(), clones.clone_of(os.environ["OTKLIK_TEST_TEMPLATE"]) as name:
        with clones.inside(name):
            made = make_world(tmp_path_factory.mktemp("world"))
        yield name, made


@pytest.fixture
def in_world(world_made: tuple[str, World], django_db_blocker: Any) -> Iterator[None]:
    """Django works in the database of the world."""
    from tests.operations import clones

    with django_db_blocker.unblock():
        inside = clones.inside(world_made[0])
        inside.__enter__()
    yield
    with django_db_blocker.unblock():
        inside.__exit__(None, None, None)


@pytest.fixture
def world(world_made: tuple[str, World], in_world: None, db: None) -> World:
    """The world, standing; what the test does to it is rolled back. `db` comes after `in_world` and goes before it."""
    return deepcopy(world_made[1])
