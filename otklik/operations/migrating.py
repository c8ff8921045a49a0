"""Bring the database to this version of the program: tables, rights, reference data."""

import os
from typing import TYPE_CHECKING

import psycopg

from otklik.embedded import database_urls
from otklik.failures import Failure
from otklik.operations.readiness import forget, remember

if TYPE_CHECKING:
    from otklik.operations.reference import Loaded

# Any number will do, as long as every migrating program takes the same one.
ONE_AT_A_TIME = 0x07C11C


def run_migrate(*, verbosity: int = 0) -> "Loaded":
    """Migrate and load the reference data as the owner of the database. Safe to repeat and to start twice.

    Sets up Django in this process under the owner's role, so it must be the process's first use of Django.
    Raises Failure without ``DATABASE_OWNER_URL`` or when the database cannot be reached.
    """
    urls = database_urls()
    if urls.owner is None:
        raise Failure(
            "Чтобы изменить таблицы, нужен владелец базы: задайте DATABASE_OWNER_URL рядом с DATABASE_URL "
            "(otklik migrate --print-roles покажет, как их завести)."
        )
    os.environ.update(
        DATABASE_URL=urls.app,
        DATABASE_OWNER_URL=_without_waiting_for_the_disk(urls.owner),
        OTKLIK_DB_AS="owner",
        DJANGO_SETTINGS_MODULE="otklik.settings",
    )
    try:
        guard = psycopg.connect(urls.owner, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise Failure(f"База данных недоступна: {error}".strip()) from error
    with guard:
        guard.execute("SELECT pg_advisory_lock(%s)", (ONE_AT_A_TIME,))
        forget(guard)
        loaded = _migrate(verbosity)
        remember(guard)
        return loaded


def _without_waiting_for_the_disk(url: str) -> str:
    """Do not wait for the disk at each of some hundred commits: a first start takes half the time.

    Nothing is risked: after a power cut the last steps may be missing, and the next start makes them again.
    """
    if "options=" in url:
        return url
    return f"{url}{'&' if '?' in url else '?'}options=-c%20synchronous_commit%3Doff"


def _migrate(verbosity: int) -> "Loaded":
    import django
    from django.core.management import call_command

    django.setup()
    from otklik.operations.quick_migrating import one_model_at_a_time

    with one_model_at_a_time():
        call_command("migrate", interactive=False, verbosity=verbosity)

    from django.db import connection

    from otklik.acting.protection import apply_grants
    from otklik.operations.reference import load_all

    apply_grants(connection)
    return load_all()
