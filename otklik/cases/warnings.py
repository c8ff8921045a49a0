"""Warnings at 50, 80, 100 % of a clock: an entry in the journal, which the desk shows. Never for history."""

from datetime import datetime

from otklik.acting import System, acting, widened
from otklik.cases.lifecycle import IN_WORK
from otklik.cases.models import Case, Clock
from otklik.journal.appending import NewEntry, append

ACTOR = System("clocks")


def warn_due(now: datetime, limit: int = 500) -> int:
    """Note the percents that running clocks have passed since last time. Returns how many clocks were warned."""
    with acting(ACTOR), widened():
        rows = Clock.objects.filter(
            stopped_at=None, warned__lt=3, started_at__lte=now, case__notifies=True, case__state__in=IN_WORK
        ).order_by("control_at")[:5000]
        warned = 0
        for clock in rows:
            passed = sum(datetime.fromisoformat(at) <= now for at in clock.warn_at)
            if passed <= clock.warned:
                continue
            case = Case.objects.select_for_update().get(pk=clock.case_id)
            clock.warned = passed
            clock.save(update_fields=["warned"])
            percent = (50, 80, 100)[passed - 1]
            append(
                NewEntry(
                    f"case:{case.pk}", "clock_warned", ACTOR.reference, now, {"kind": clock.kind, "percent": percent}
                )
            )
            warned += 1
            if warned >= limit:
                break
    return warned
