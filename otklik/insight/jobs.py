"""The jobs of this room: plain functions; `operations` schedules them."""

from datetime import datetime

from otklik.acting import System, acting
from otklik.insight.following import catch_up
from otklik.insight.public_figures import is_fresh, prepare
from otklik.insight.rebuilding import is_new, rebuild

STEP = 2000


def follow_journal(now: datetime) -> int:
    """Take in all that the journal has; returns how many entries. Run it every few seconds.

    Where nothing was counted yet, or by an older program, all is made from the cases first: minutes for a million.
    """
    if is_new():
        rebuild(now)
    taken = 0
    while step := catch_up(now, STEP):
        taken += step
        if step < STEP:
            break
    return taken


def publish_figures(now: datetime) -> int:
    """Prepare the figures that everybody may read; returns how many rows were made. Run it every few minutes.

    Once a day, and when a municipality switches its figures on or off: a figure that moves tells of one message.
    """
    with acting(System("insight")):
        return 0 if is_fresh(now) else prepare(now)
