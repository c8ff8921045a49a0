"""When a member of staff is left in peace. Pure: hours, days and moments in, a moment out.

Moments are aware and in the region's zone. Quiet hours may go over midnight (20:00–08:00).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from otklik.policy.calendar import Calendar

LONGEST = 40  # days off in a row that anybody waits for


@dataclass(frozen=True)
class Quiet:
    """`since` till `until` of each day, and (with `days_off`) the whole of days off. Both the same: no such hours."""

    since: time = time(20)
    until: time = time(8)
    days_off: bool = True

    def holds(self, moment: datetime, calendar: Calendar) -> bool:
        """Whether the moment is quiet."""
        if self.days_off and not calendar.is_working_day(moment.date()):
            return True
        at = moment.time()
        if self.since <= self.until:
            return self.since <= at < self.until
        return at >= self.since or at < self.until

    def over_at(self, moment: datetime, calendar: Calendar) -> datetime:
        """The first moment from this one on that is not quiet: the moment itself, if it is not."""
        if not self.holds(moment, calendar):
            return moment
        day = moment.date()
        for _day in range(LONGEST):
            for at in sorted({time(0), self.until}):
                edge = datetime.combine(day, at, moment.tzinfo)
                if edge.astimezone(UTC) > moment.astimezone(UTC) and not self.holds(edge, calendar):
                    return edge
            day += timedelta(days=1)
        return moment  # quiet round the clock is nobody's wish: it goes out
