"""The short beats of the worker: positions, followers, seals."""

from datetime import datetime

from otklik.acting import System, acting
from otklik.insight.jobs import follow_journal as follow_by_insight
from otklik.journal.sequencing import seal, sequence

ACTOR = System("journal")


def follow_journal(now: datetime) -> int:
    """Number what was committed and let the aggregates follow. Returns how many entries were numbered."""
    numbered = 0
    with acting(ACTOR):
        while batch := sequence():
            numbered += batch
    follow_by_insight(now)
    return numbered


def seal_journal(now: datetime) -> None:
    """Seal the positions since the last seal."""
    with acting(ACTOR):
        seal(now)
