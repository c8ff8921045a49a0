"""Warnings at 50, 80, 100 % of a clock: told along the escalation chain, kept in the journal. Never for history."""

from datetime import datetime

from otklik.acting import System, acting
from otklik.cases.escalating import warn_about
from otklik.cases.gate import passing
from otklik.cases.lifecycle import IN_WORK
from otklik.cases.models import Clock
from otklik.failures import Refused

ACTOR = System("clocks")
PERCENT = (50, 80, 100)
# The moment after those that were warned of. The database looks: of a region's clocks only a few pass one in a minute.
NEXT_HAS_PASSED = "(cases_clock.warn_at ->> cases_clock.warned::int)::timestamptz <= %s"


def warn_due(now: datetime, limit: int = 500) -> int:
    """Note the percents that running clocks have passed since last time. Returns how many clocks were warned."""
    with acting(ACTOR, read_only=True):
        waiting = Clock.objects.filter(
            stopped_at=None, paused_at=None, warned__lt=len(PERCENT), started_at__lte=now, case__notifies=True,
            case__state__in=IN_WORK,
        ).extra(where=[NEXT_HAS_PASSED], params=[now]).order_by("control_at", "id")
        due = list(waiting.values_list("pk", "case_id")[:limit])
    warned = 0
    for clock_id, case_id in due:
        try:
            warned += _warn(clock_id, case_id, now)
        except Refused:  # answered or closed meanwhile
            continue
    return warned


def _warn(clock_id: int, case_id: int, now: datetime) -> bool:
    """Warn of one clock, looked at again under the lock of its case: somebody may have been faster."""
    with passing(ACTOR, case_id, "warn", now=now, verb="clock_warned") as gate:
        clock = Clock.objects.get(pk=clock_id)
        passed = _passed(clock, now)
        if clock.stopped_at or clock.paused_at or passed <= clock.warned:
            gate.unchanged = True
            return False
        percents = PERCENT[clock.warned : passed]
        clock.warned = passed
        clock.save(update_fields=["warned"])
        gate.fields |= {"kind": clock.kind, "percent": PERCENT[passed - 1]}
        warn_about(gate, clock, percents)
        return True


def _passed(clock: Clock, now: datetime) -> int:
    return sum(datetime.fromisoformat(at) <= now for at in clock.warn_at)
