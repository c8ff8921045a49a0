"""What the tests of this room share: number the journal, follow it, and tell what the tables hold."""

from typing import Any

from django.db import connection
from django.utils import timezone

from otklik.acting import System, acting
from otklik.insight.counting import aggregates
from otklik.insight.following import catch_up
from otklik.journal.sequencing import sequence


def number_entries() -> None:
    """Give committed entries their positions, as the worker does."""
    with acting(System("journal")):
        while sequence():
            pass


def follow_all(limit: int = 2000) -> None:
    """Number and follow everything, in steps of `limit`."""
    number_entries()
    while catch_up(timezone.now(), limit):
        pass


def tables() -> dict[str, set[Any]]:
    """The content of facts and of every aggregate, to compare."""
    with acting(System("test"), read_only=True), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM insight_casefact")
        found = {"insight_casefact": {tuple(map(str, row)) for row in cursor.fetchall()}}
        for one in aggregates():
            cursor.execute(f"SELECT {', '.join([*one.keys, *one.sums])} FROM {one.table}")
            found[one.table] = set(cursor.fetchall())
        return found
