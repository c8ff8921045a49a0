"""Making all figures anew from the cases, and comparing: what followed the journal must be the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Max

from otklik.acting import System, acting
from otklik.insight.counting import make_anew, wrong_rows
from otklik.insight.deriving import DERIVED, OWN, REPEATED, store_range
from otklik.insight.following import FOLLOWER, locked_follower, stand_at, touched_cases
from otklik.insight.grouping import bring_up_to_date
from otklik.insight.models import CaseFact
from otklik.journal.models import Follower, Pending, Position

BATCH = 20_000  # ids


@dataclass(frozen=True)
class Differences:
    """Where the stored figures and the cases disagree; empty when all is well."""

    cases: list[int]
    days: list[tuple[int, date]]  # scope (0: the region), and the day, or the first of the month

    def __bool__(self) -> bool:
        return bool(self.cases or self.days)


def is_new() -> bool:
    """Whether figures were never made here, or are of an older program: an upgrade forgets how far they had come."""
    with acting(System("insight"), read_only=True):
        return not Follower.objects.filter(name=FOLLOWER).exists()


def rebuild(now: datetime) -> int:
    """Make facts and aggregates from the cases, whatever they are now; returns how many cases there are.

    What is right already is not written again. One transaction under the follower's lock: pages show the old figures
    until it ends, no step comes between, and afterwards following goes on from the last position.
    """
    with acting(System("insight")):
        locked_follower()
        bring_up_to_date()
        last = Position.objects.aggregate(last=Max("number"))["last"] or 0
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM insight_casefact f WHERE NOT EXISTS (SELECT FROM cases_case c WHERE c.id = f.case_id)"
            )
            for first, until in _ranges():
                store_range(first, until)
            cursor.execute(f"UPDATE insight_casefact f SET repeated = NOT f.repeated WHERE f.repeated <> {REPEATED}")  # noqa: S608
        make_anew()
        stand_at(last, now)
        return CaseFact.objects.count()


def differences() -> Differences:
    """Compare facts with the cases and aggregates with the facts, without changing anything; people may work meanwhile.

    The follower stands still for so long, so facts and aggregates do. A case that was touched since is on its way: its
    entry has no position yet, or one that was not followed, and its fact is not judged.
    """
    with acting(System("insight")):
        follower = locked_follower()
        doubtful = {case_id for first, until in _ranges() for case_id in _differing(first, until)}
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT f.case_id FROM insight_casefact f"
                " WHERE NOT EXISTS (SELECT FROM cases_case c WHERE c.id = f.case_id)"
            )
            doubtful |= {case_id for (case_id,) in cursor.fetchall()}
            doubtful -= _on_the_way(follower.position)
            cursor.execute(f"SELECT f.case_id FROM insight_casefact f WHERE f.repeated <> {REPEATED}")  # noqa: S608
            doubtful |= {case_id for (case_id,) in cursor.fetchall()}
        days = {_place_of(table, keys) for table, keys in wrong_rows()}
    return Differences(sorted(doubtful), sorted(days))


def _differing(first: int, until: int) -> list[int]:
    """Cases of a range whose stored fact is not there, or not what their rows say."""
    own = ", ".join(f"f.{name}" for name in OWN)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT n.case_id FROM ({DERIVED} WHERE c.id BETWEEN %(first)s AND %(until)s) n"  # noqa: S608 - our own
            " LEFT JOIN insight_casefact f ON f.case_id = n.case_id"
            f" WHERE ({own}) IS DISTINCT FROM ({own.replace('f.', 'n.')})",
            {"first": first, "until": until, "zone": settings.TIME_ZONE},
        )
        return [case_id for (case_id,) in cursor.fetchall()]


def _place_of(table: str, keys: tuple[Any, ...]) -> tuple[int, date]:
    """Where a wrong row stands: its scope and day."""
    if table == "insight_hourcount":
        return keys[1], keys[0].date()
    return (keys[3], keys[2]) if table == "insight_cell" else (keys[4], keys[3])


def _on_the_way(position: int) -> set[int]:
    """The cases with entries that nobody has followed past this position. The follower is locked by the caller."""
    # In this order: an entry that gets its position between the two questions is met by the second.
    pending = [row.entry for row in Pending.objects.select_related("entry")]
    numbered = [row.entry for row in Position.objects.filter(number__gt=position).select_related("entry")]
    return touched_cases([*pending, *numbered])


def _ranges() -> Iterator[tuple[int, int]]:
    """Ranges of ids of all cases, so that memory does not grow with the region."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id), max(id) FROM cases_case")
        least, most = cursor.fetchone()
    for first in range(least or 0, (most or -1) + 1, BATCH):
        yield first, first + BATCH - 1
