"""The jobs of this room: plain functions; `operations` schedules them."""

from datetime import datetime

from otklik.acting import System, acting
from otklik.insight.following import catch_up
from otklik.insight.public_figures import prepare

STEP = 2000


def follow_journal(now: datetime) -> int:
    """Take in all that the journal has; returns how many entries. Run it every few seconds."""
    taken = 0
    while step := catch_up(now, STEP):
        taken += step
        if step < STEP:
            break
    return taken


def publish_figures(now: datetime) -> int:
    """Prepare the figures that everybody may read; returns how many rows there are. Run it every few minutes."""
    with acting(System("insight")):
        return prepare(now)
