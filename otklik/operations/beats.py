"""The short beats of the worker: positions, followers, seals; and who is told that something is new."""

from datetime import datetime

from otklik.acting import System, acting
from otklik.cases import changes
from otklik.insight.jobs import follow_journal as follow_by_insight
from otklik.journal.sequencing import seal, sequence

ACTOR = System("journal")


def follow_journal(now: datetime) -> int:
    """Number what was committed, let the aggregates follow, and tell the open pages of whom both speak.

    Returns how many entries were numbered.
    """
    numbered = 0
    with acting(ACTOR):
        before = changes.last_position()
        while batch := sequence():
            numbered += batch
        scopes = changes.scopes_since(before) if numbered else set()
        changes.tell("cases", scopes)
    follow_by_insight(now)
    with acting(ACTOR):
        changes.tell("figures", scopes)
    return numbered


def seal_journal(now: datetime) -> None:
    """Seal the positions since the last seal."""
    with acting(ACTOR):
        seal(now)
