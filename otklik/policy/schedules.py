"""When one organisation works: hours by weekday, its breaks, its own days. Values only, no calendar and no clock.

A schedule never says which days are holidays: that is the country's calendar, which `calendar.Calendar.of` joins with
it. Times are local, on the wall of the organisation.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property

from otklik.policy.years import CalendarError

Stretch = tuple[int, int]  # minutes from midnight: since, until
WHOLE_DAY: tuple[Stretch, ...] = ((0, 24 * 60),)
SHORTER_BY = 60  # minutes; part 1 of article 95 of the Labour Code
WEEKDAYS = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
FIVE_DAYS = range(5)


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

    @cached_property
    def stretches(self) -> tuple[Stretch, ...]:
        """The working time of such a day, before and after the break."""
        if self.pause is None:
            return ((_minute(self.start), _minute(self.end)),)
        return ((_minute(self.start), _minute(self.pause[0])), (_minute(self.pause[1]), _minute(self.end)))


@dataclass(frozen=True)
class Week:
    """Hours by weekday (Monday first; None: not worked), holding from a day on. `always`: round the clock."""

    days: tuple[WorkingHours | None, ...] = (WorkingHours(),) * 5 + (None, None)
    since: date | None = None
    always: bool = False

    def __post_init__(self) -> None:
        if len(self.days) != len(WEEKDAYS):
            raise CalendarError("В неделе семь дней.")
        if not self.always and not any(self.days):
            raise CalendarError("Отметьте хотя бы один рабочий день недели.")

    def __str__(self) -> str:
        if self.always:
            return "круглосуточно"
        groups = _alike(self.days)
        if len(groups) == 1 and groups[0][:2] == (0, 4):
            return str(groups[0][2])
        return "; ".join(
            f"{WEEKDAYS[first]}{f'–{WEEKDAYS[last]}' if last > first else ''} {hours}" for first, last, hours in groups
        )


def _alike(days: Iterable[WorkingHours | None]) -> list[tuple[int, int, WorkingHours]]:
    """Neighbouring weekdays with the same hours together: (first, last, hours)."""
    groups: list[tuple[int, int, WorkingHours]] = []
    for number, hours in enumerate(days):
        if hours is None:
            continue
        if groups and groups[-1][1] == number - 1 and groups[-1][2] == hours:
            groups[-1] = (groups[-1][0], number, hours)
        else:
            groups.append((number, number, hours))
    return groups


@dataclass(frozen=True)
class OwnDay:
    """A day on which one organisation differs from its week: `hours` None — closed. `note` says why, for people."""

    day: date
    hours: WorkingHours | None = None
    shortened: bool = False  # by an hour, by a local act; its hours are those of the week
    note: str = ""

    def __post_init__(self) -> None:
        if self.shortened and self.hours:
            raise CalendarError("Укажите или часы этого дня, или что он сокращён.")


@dataclass(frozen=True)
class Schedule:
    """Working hours of one organisation: weeks, one after the other, and its own days.

    The first week holds from the beginning of time, whatever its `since`. Round the clock, nothing is shortened
    (article 95, part 2, of the Labour Code: extra pay or rest instead) and no day is off.
    """

    weeks: tuple[Week, ...] = (Week(),)
    own: tuple[OwnDay, ...] = ()

    def __post_init__(self) -> None:
        later = [week.since for week in self.weeks[1:]]
        if not self.weeks or None in later or later != sorted(set(later), key=lambda day: day or date.min):
            raise CalendarError("Новые часы работы должны начинаться позже прежних.")
        if len({one.day for one in self.own}) < len(self.own):
            raise CalendarError("Один и тот же день указан дважды.")

    @classmethod
    def usual(cls, hours: WorkingHours) -> "Schedule":
        """The same hours from Monday to Friday."""
        return cls((Week((hours,) * len(FIVE_DAYS) + (None, None)),))

    def week(self, day: date) -> Week:
        """The week that holds on a day."""
        found = self.weeks[0]
        for week in self.weeks[1:]:
            if week.since is not None and week.since <= day:
                found = week
        return found

    @cached_property
    def own_days(self) -> Mapping[date, OwnDay]:
        """The organisation's own days by date."""
        return {one.day: one for one in self.own}

    def __str__(self) -> str:
        return self.described(None)

    def described(self, day: date | None) -> str:
        """The hours in words: those that hold on a day, or the last ones."""
        return str(self.week(day) if day else self.weeks[-1])


Hours = WorkingHours | Schedule


def schedule_of(hours: Hours) -> Schedule:
    """Working hours from Monday to Friday as a schedule; a schedule as it is."""
    return hours if isinstance(hours, Schedule) else Schedule.usual(hours)


def shorter(stretches: Iterable[Stretch], by: int = SHORTER_BY) -> tuple[Stretch, ...]:
    """The same day without its last minutes of work, wherever the break lies (decision 160)."""
    left: list[Stretch] = list(stretches)
    while by and left:
        since, until = left.pop()
        take = min(by, until - since)
        by -= take
        if until - take > since:
            left.append((since, until - take))
    return tuple(left)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
