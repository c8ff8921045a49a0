"""What rating the demo region has: the last months as the job would have made them, day by day."""

from datetime import datetime, time, timedelta

from otklik.acting import acting
from otklik.cases.clock_rules import zone
from otklik.insight.rating_formula import in_force
from otklik.insight.rating_running import ACTOR, formulas, month_before, work

MONTHS = 2


def make_rating(now: datetime) -> int:
    """Draft and publish them after the aggregates have followed; a second run makes nothing twice. Returns how many."""
    today = now.astimezone(zone()).date()
    with acting(ACTOR, read_only=True):
        formula = in_force(formulas(), month_before(today))
    starts, first = [], today.replace(day=1)
    for _step in range(MONTHS):
        starts.append(first)
        first = month_before(first)
    done = 0
    for start in reversed(starts):
        drafted = start.replace(day=formula.draft_day)
        for day in (drafted, drafted + timedelta(days=formula.dispute_days + 1)):
            moment = datetime.combine(day, time(4, 17), zone())
            if moment <= now:
                done += len(work(moment))
    return done
