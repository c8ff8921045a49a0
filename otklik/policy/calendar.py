"""The working calendar: which days are worked, and how long working time takes. Pure, no files, no clock.

Days are plain dates of the region. Moments are aware datetimes in the region's zone (a `ZoneInfo`): working hours
are hours on the wall there, so a moment in UTC is refused rather than silently counted by another clock.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from otklik.policy.years import LAST_YEAR, CalendarError, CalendarYear, HolidayLaw, year_by_law

ONE_DAY = timedelta(days=1)
SHORTER = timedelta(hours=1)  # part 1 of article 95 of the Labour Code


@dataclass(frozen=True)
class WorkingHours:
    """Working hours of a day, local time; there is no break unless one is given.

    Raises CalendarError when the day or the break has no length, or the break lies outside the day.
    """

    start: time = time(9)
    end: time = time(18)
    pause: tuple[time, time] | None = None

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise CalendarError("Конец рабочего дня должен быть позже начала.")
        if self.pause and not self.start < self.pause[0] < self.pause[1] < self.end:
            raise CalendarError("Перерыв должен лежать внутри рабочего дня.")

    def __str__(self) -> str:
        text = f"{self.start:%H:%M}–{self.end:%H:%M}"
        return f"{text}, перерыв {self.pause[0]:%H:%M}–{self.pause[1]:%H:%M}" if self.pause else text


@dataclass(frozen=True)
class Spent:
    """How much working time was counted on one day, for explanations."""

    day: date
    since: datetime
    until: datetime
    amount: timedelta


class Calendar:
    """Working days of any years: those given, and by the law alone (provisional) those not given."""

    def __init__(self, years: Iterable[CalendarYear], law: HolidayLaw) -> None:
        self._years = {year.year: year for year in years}
        self.law = law

    def year(self, number: int) -> CalendarYear:
        """Return a year; one that was not given is computed by the law and provisional."""
        if number not in self._years:
            self._years[number] = year_by_law(number, self.law)
        return self._years[number]

    def is_provisional(self, first: date, last: date | None = None) -> bool:
        """Tell whether any year between the two dates (inclusive) is provisional."""
        return any(self.year(n).provisional for n in range(first.year, (last or first).year + 1))

    def is_working_day(self, day: date) -> bool:
        """Tell whether `day` is worked in a five-day week."""
        return self.year(day.year).is_working(day)

    def is_short_day(self, day: date) -> bool:
        """Tell whether `day` ends an hour earlier (part 1 of article 95 of the Labour Code)."""
        return day in self.year(day.year).short

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

    def working_minutes(self, day: date, hours: WorkingHours) -> int:
        """Return the length of the working time of `day` in whole minutes (0 on a day off)."""
        return sum(int((until - since).total_seconds() // 60) for since, until in self._stretches(day, hours))

    def next_working_moment(self, moment: datetime, hours: WorkingHours) -> datetime:
        """Return `moment` if it is in working time, else the next moment when work begins."""
        return next(self._ahead(moment, hours))[1]

    def add_working_time(self, start: datetime, amount: timedelta, hours: WorkingHours) -> datetime:
        """Return the first moment by which `amount` of working time has passed since `start`.

        `start` is aware, in the region's zone. The end of a working day counts to that day: eight hours from its
        ninth hour end that evening, not next morning. A zero amount gives `start` itself.
        """
        return self.spend(start, amount, hours)[0]

    def spend(
        self, start: datetime, amount: timedelta, hours: WorkingHours
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

    def working_time_between(self, start: datetime, end: datetime, hours: WorkingHours) -> timedelta:
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

    def _ahead(self, start: datetime, hours: WorkingHours) -> Iterator[tuple[date, datetime, datetime]]:
        """Yield the stretches of working time from `start` on, each clipped to it."""
        zone = _require_local(start)
        day = start.date()
        while day.year <= LAST_YEAR:
            for naive_since, naive_until in self._stretches(day, hours):
                since, until = naive_since.replace(tzinfo=zone), naive_until.replace(tzinfo=zone)
                if _utc(until) > _utc(start):
                    yield day, max(since, start, key=_utc), until
            day = _next(day)
        raise CalendarError("Срок выходит за пределы календаря.")

    def _stretches(self, day: date, hours: WorkingHours) -> list[tuple[datetime, datetime]]:
        """Return the stretches of working time of a day as naive local times."""
        if not self.is_working_day(day):
            return []
        start, end = datetime.combine(day, hours.start), datetime.combine(day, hours.end)
        if self.is_short_day(day):
            end -= SHORTER
        stretches = [(start, end)]
        if hours.pause:
            leave, back = (datetime.combine(day, t) for t in hours.pause)
            stretches = [(start, min(leave, end)), (back, end)]
        return [(since, until) for since, until in stretches if since < until]


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
