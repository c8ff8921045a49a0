"""The working calendar: which days are worked, and how long working time takes. Pure, no files, no clock.

Days are plain dates of the region. Moments are aware datetimes in the region's zone (a `ZoneInfo`): working hours
are hours on the wall there, so a moment in UTC is refused rather than silently counted by another clock.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from otklik.policy.schedules import WHOLE_DAY, Hours, Schedule, Stretch, WorkingHours, schedule_of, shorter
from otklik.policy.years import LAST_YEAR, CalendarError, CalendarYear, HolidayLaw, year_by_law

__all__ = ["ONE_DAY", "Calendar", "CalendarError", "Hours", "Schedule", "Spent", "WorkingHours"]
ONE_DAY, ONE_HOUR, ONE_MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@dataclass(frozen=True)
class Spent:
    """How much working time was counted on one day, for explanations."""

    day: date
    since: datetime
    until: datetime
    amount: timedelta


class Calendar:
    """Working days of any years: those given, and by the law alone (provisional) those not given.

    Without a `schedule` it is the country's five-day week; `of` makes it the calendar of one organisation.
    """

    def __init__(self, years: Iterable[CalendarYear], law: HolidayLaw) -> None:
        self._years = {year.year: year for year in years}
        self.law = law
        self.schedule: Schedule | None = None
        self._organisations: dict[Schedule, Calendar] = {}
        self._worked: dict[date, tuple[Stretch, ...]] = {}

    def of(self, hours: Hours) -> "Calendar":
        """The same years for an organisation with these hours and days of its own."""
        schedule = schedule_of(hours)
        if schedule == self.schedule:
            return self
        if schedule not in self._organisations:
            own = Calendar((), self.law)
            own._years, own.schedule, own._organisations = self._years, schedule, self._organisations
            self._organisations[schedule] = own
        return self._organisations[schedule]

    def year(self, number: int) -> CalendarYear:
        """Return a year; one that was not given is computed by the law and provisional."""
        if number not in self._years:
            self._years[number] = year_by_law(number, self.law)
        return self._years[number]

    def is_provisional(self, first: date, last: date | None = None) -> bool:
        """Tell whether any year between the two dates (inclusive) is provisional."""
        return any(self.year(n).provisional for n in range(first.year, (last or first).year + 1))

    def is_working_day(self, day: date) -> bool:
        """Tell whether `day` is worked: in a five-day week, or at all by the organisation whose calendar this is."""
        return self.year(day.year).is_working(day) if self.schedule is None else bool(self.stretches(day))

    def is_short_day(self, day: date) -> bool:
        """Tell whether `day` is an hour shorter: before a holiday (Labour Code, article 95, part 1), by a local act."""
        country = self.year(day.year)
        if self.schedule is None:
            return day in country.short
        if self.schedule.week(day).always:
            return False
        if own := self.schedule.own_days.get(day):
            return own.shortened
        return self._before_holiday(day)

    def _before_holiday(self, day: date) -> bool:
        country = self.year(day.year)
        if country.is_working(day):
            return day in country.short
        return self.law.holiday(day + ONE_DAY) is not None

    def stretches(self, day: date) -> tuple[Stretch, ...]:
        """The working time of a day, in minutes from its midnight; of the usual hours where no others were given."""
        if self.schedule is None:
            return self.of(Schedule()).stretches(day)
        if day not in self._worked:
            self._worked[day] = self._looked_up(day, self.schedule)
        return self._worked[day]

    def _looked_up(self, day: date, schedule: Schedule) -> tuple[Stretch, ...]:
        """A Saturday or Sunday of the organisation's own week is worked unless it is a holiday. A day off turned into
        a working day has the hours of the day that it stands for (order 588n of 13.08.2009)."""
        week, country = schedule.week(day), self.year(day.year)
        if week.always:
            return WHOLE_DAY
        own = schedule.own_days.get(day)
        if own and not own.shortened:
            return own.hours.stretches if own.hours else ()
        by_week = day.weekday() >= 5 and week.days[day.weekday()] and self.law.holiday(day) is None
        if not country.is_working(day) and not by_week:
            return ()
        stands_for = country.moved_from[day].to if day in country.moved_from else day
        hours = week.days[stands_for.weekday()]
        if hours is None:
            return ()
        return shorter(hours.stretches) if own or self._before_holiday(day) else hours.stretches

    def add_working_days(self, day: date, count: int) -> date:
        """Return the `count`-th working day after `day`; day one is the next working day, zero is `day` itself."""
        if count < 0:
            raise ValueError("count must not be negative")
        while count:
            day = _next(day)
            count -= self.is_working_day(day)
        return day

    def working_days_between(self, first: date, last: date) -> int:
        """Count the working days after `first` up to and including `last` (0 when `last` is not later)."""
        return sum(self.is_working_day(first + n * ONE_DAY) for n in range(1, (last - first).days + 1))

    def last_working_day_not_later(self, day: date) -> date:
        """Return `day` if it is worked, else the nearest working day before it."""
        while not self.is_working_day(day):
            day -= ONE_DAY
        return day

    def working_minutes(self, day: date, hours: Hours) -> int:
        """Return the length of the working time of `day` in whole minutes (0 on a day off)."""
        return sum(until - since for since, until in self.of(hours).stretches(day))

    def next_working_moment(self, moment: datetime, hours: Hours) -> datetime:
        """Return `moment` if it is in working time, else the next moment when work begins."""
        return next(self._ahead(moment, hours))[1]

    def add_working_time(self, start: datetime, amount: timedelta, hours: Hours) -> datetime:
        """Return the first moment by which `amount` of working time has passed since `start`.

        `start` is aware, in the region's zone. The end of a working day counts to that day: eight hours from its
        ninth hour end that evening, not next morning. A zero amount gives `start` itself.
        """
        return self.spend(start, amount, hours)[0]

    def spend(
        self, start: datetime, amount: timedelta, hours: Hours
    ) -> tuple[datetime, tuple[Spent, ...]]:
        """Do as `add_working_time` and also tell what was counted on which day."""
        _require_local(start)
        if amount < timedelta():
            raise ValueError("amount must not be negative")
        spent: list[Spent] = []
        if not amount:
            return start, ()
        for day, since, until in self._ahead(start, hours):
            take = min(amount, _elapsed(since, until))
            end = _later(since, take)
            if spent and spent[-1].day == day:
                spent[-1] = Spent(day, spent[-1].since, end, spent[-1].amount + take)
            else:
                spent.append(Spent(day, since, end, take))
            amount -= take
            if not amount:
                return end, tuple(spent)
        raise CalendarError("Срок выходит за пределы календаря.")

    def working_time_between(self, start: datetime, end: datetime, hours: Hours) -> timedelta:
        """Return how much working time lies between two moments (zero when `end` is not later)."""
        _require_local(end)
        total = timedelta()
        if end <= start:
            return total
        for _, since, until in self._ahead(start, hours):
            if since >= end:
                break
            total += _elapsed(since, min(until, end, key=_utc))
        return total

    def _ahead(self, start: datetime, hours: Hours) -> Iterator[tuple[date, datetime, datetime]]:
        """Yield the stretches of working time from `start` on, each clipped to it."""
        zone, here = _require_local(start), self.of(hours)
        day = start.date()
        while day.year <= LAST_YEAR:
            for since, until in _on_the_clock(day, here.stretches(day), zone):
                if _utc(until) > _utc(start):
                    yield day, max(since, start, key=_utc), until
            day = _next(day)
        raise CalendarError("Срок выходит за пределы календаря.")


def _on_the_clock(
    day: date, stretches: tuple[Stretch, ...], zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    """Stretches of a local day as real moments: an hour that the clock shows twice is two, a skipped one is none."""
    midnight = datetime.combine(day, time(), UTC)
    for offset, first, last in _offsets(day, zone):
        for since, until in stretches:
            begin = max(midnight + timedelta(minutes=since) - offset, first)
            end = min(midnight + timedelta(minutes=until) - offset, last)
            if begin < end:
                yield begin.astimezone(zone), end.astimezone(zone)


@lru_cache(maxsize=4096)
def _offsets(day: date, zone: ZoneInfo) -> tuple[tuple[timedelta, datetime, datetime], ...]:
    """The offsets from UTC of a local day, each with the moments (UTC) between which it holds; mostly just one."""
    midnight = datetime.combine(day, time(), UTC)
    first, last = midnight - 15 * ONE_HOUR, midnight + 39 * ONE_HOUR
    before, after = (moment.astimezone(zone).utcoffset() or timedelta() for moment in (first, last))
    if before == after:
        return ((before, first, last),)
    low, high = 0, int((last - first) / ONE_MINUTE)
    while high - low > 1:  # the minute at which the clocks were changed
        middle = (low + high) // 2
        if (first + middle * ONE_MINUTE).astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    changed = first + high * ONE_MINUTE
    return (before, first, changed), (after, changed, last)


def _next(day: date) -> date:
    """The day after; a deadline beyond the calendar is an error and not an endless search."""
    if day.year > LAST_YEAR:
        raise CalendarError("Срок выходит за пределы календаря.")
    return day + ONE_DAY


def _require_local(moment: datetime) -> ZoneInfo:
    if not isinstance(moment.tzinfo, ZoneInfo):
        raise TypeError("a moment must be aware and in the region's zone (ZoneInfo)")
    return moment.tzinfo


def _utc(moment: datetime) -> datetime:
    """Compare and subtract in UTC: Python ignores the change of an offset inside one zone."""
    return moment.astimezone(UTC)


def _elapsed(since: datetime, until: datetime) -> timedelta:
    return _utc(until) - _utc(since)


def _later(moment: datetime, amount: timedelta) -> datetime:
    return (_utc(moment) + amount).astimezone(moment.tzinfo)
