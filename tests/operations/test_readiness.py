"""A start prepares the tables only when something has changed, and never takes others' tables for its own."""

import psycopg
import pytest

from otklik.operations import readiness
from otklik.regions import DEFAULT, SHIPPED
from tests.operations import clones
from tests.operations.test_demo import otklik


@pytest.fixture
def prepared(django_db_setup, tmp_path):
    """A database that `otklik migrate` has just prepared."""
    import os

    with clones.clone_of(os.environ["OTKLIK_TEST_TEMPLATE"]) as name:
        assert not readiness.is_prepared(clones.app_of(name)), "a copy does not count as prepared by itself"
        otklik(name, tmp_path, "migrate")
        yield name


def test_what_is_prepared_stays_so_until_something_changes(prepared, monkeypatch, tmp_path):
    url = clones.app_of(prepared)
    assert readiness.is_prepared(url)
    (tmp_path / DEFAULT).mkdir()
    for path in (SHIPPED / DEFAULT).iterdir():
        (tmp_path / DEFAULT / path.name).write_bytes(path.read_bytes())
    monkeypatch.setenv("OTKLIK_REGIONS", str(tmp_path))
    assert readiness.is_prepared(url), "the same contents elsewhere are the same region"
    with (tmp_path / DEFAULT / "aliases.csv").open("a") as aliases:
        aliases.write("volgograd,Поволжье,\n")
    assert not readiness.is_prepared(url)


def test_another_versions_tables_are_not_taken_for_ours(prepared):
    with psycopg.connect(clones.owner_of(prepared), autocommit=True) as owner:
        owner.execute("DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations)")
        assert not readiness.is_prepared(clones.app_of(prepared))
        readiness.remember(owner)
        assert readiness.is_prepared(clones.app_of(prepared))
        readiness.forget(owner)
        assert not readiness.is_prepared(clones.app_of(prepared))


def test_an_empty_database_is_not_prepared():
    with clones.empty() as name:
        assert not readiness.is_prepared(clones.app_of(name))
