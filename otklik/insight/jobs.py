"""The jobs of this room: plain functions; `operations` schedules them."""

from datetime import datetime

from otklik.insight.following import catch_up

STEP = 2000


def follow_journal(now: datetime) -> int:
    """Take in all that the journal has; returns how many entries. Run it every few seconds."""
    taken = 0
    while step := catch_up(now, STEP):
        taken += step
        if step < STEP:
            break
    return taken
