"""The short beats of the worker: positions, followers, seals."""

from datetime import datetime

from otklik.acting import System, acting
from otklik.insight.following import catch_up
from otklik.journal.sequencing import seal, sequence

ACTOR = System("journal")


def follow_journal(now: datetime) -> int:
    """Number what was committed and let the aggregates follow. Returns how many entries were numbered."""
    numbered = 0
    with acting(ACTOR):
        while batch := sequence():
            numbered += batch
    catch_up(now)
    return numbered


def seal_journal(now: datetime) -> None:
    """Seal the positions since the last seal."""
    with acting(ACTOR):
        seal(now)
