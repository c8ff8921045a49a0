"""When the steps of a demo case happen: in working time, as a share of the limit, and never after the end. Pure."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from otklik.operations.demo_courses import FRESH, Course
from otklik.operations.demo_plan import Story
from otklik.policy.calendar import Calendar, WorkingHours

STEP = timedelta(seconds=20)
HOURS = WorkingHours()
USUAL_LIMIT = 480  # working minutes; what an overdue case is counted from before its clock is known


def received_at(story: Story, end: datetime, calendar: Calendar) -> datetime:
    """When a story's message comes. `end` is aware, in the region's zone."""
    if story.course == Course.OVERDUE:
        return _working_time_before(end, timedelta(minutes=USUAL_LIMIT + story.over), calendar)
    if story.course in FRESH:
        return end - timedelta(minutes=story.minute)
    midnight = end.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=story.days_ago) + timedelta(minutes=story.minute)


def _working_time_before(end: datetime, amount: timedelta, calendar: Calendar) -> datetime:
    """The latest whole minute from which `amount` of working time has passed by `end`."""
    early = end - timedelta(days=1)
    while calendar.working_time_between(early, end, HOURS) < amount:
        early -= timedelta(days=1)
    late = end
    while late - early > timedelta(minutes=1):
        middle = early + (late - early) / 2
        if calendar.working_time_between(middle, end, HOURS) < amount:
            late = middle
        else:
            early = middle
    return early.replace(second=0, microsecond=0)


class Moments:
    """The times of one case. Every step is later than the one before and not after the end of the demo."""

    def __init__(
        self, received: datetime, end: datetime, calendar: Calendar, *, limit: int, pace: float
    ) -> None:
        self.received = received
        self._end, self._calendar = end, calendar
        self._last = received
        self._from, self._minutes = received, limit * pace

    @property
    def zone(self) -> ZoneInfo:
        """The region's zone."""
        zone = self._end.tzinfo
        assert isinstance(zone, ZoneInfo)
        return zone

    def limit(self, minutes: int, pace: float) -> None:
        """Count shares anew from the same start: the limit changed with the importance."""
        self._minutes = minutes * pace

    def turn(self, moment: datetime, minutes: int, pace: float) -> None:
        """Count shares from the beginning of the next turn."""
        self._from, self._minutes = moment, minutes * pace
        self._last = max(self._last, moment)

    def share(self, part: float) -> datetime:
        """The moment by which this part of the way to the answer has passed: in working hours, where time allows.

        Where the end of the demo is too near (a weekend lies before it), people answer on days off.
        """
        if self._working(1.0) > self._end - timedelta(minutes=2):
            return self.step(self._from + (self._end - self._from) * (0.9 * part))
        return self.step(self._working(part))

    def later(self, amount: timedelta) -> datetime:
        """So long after the step before."""
        return self.step(self._last + amount)

    def silence(self, days: int) -> datetime:
        """When the program closes by silence: in the small hours after so many working days."""
        day = self._calendar.add_working_days(self._last.astimezone(self.zone).date(), days) + timedelta(days=1)
        return self.step(datetime(day.year, day.month, day.day, 0, 15, tzinfo=self.zone))

    def step(self, moment: datetime) -> datetime:
        """The next step at about this moment."""
        self._last = max(self._last + STEP, min(moment, self._end - STEP))
        return self._last

    def _working(self, part: float) -> datetime:
        local = self._from.astimezone(self.zone)
        return self._calendar.add_working_time(local, timedelta(minutes=round(self._minutes * part)), HOURS)
