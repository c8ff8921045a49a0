"""One calendar year: which days are off and why. Values only, no files and no clock.

The law (article 112 of the Labour Code) says which days are holidays and how a day off that meets one moves;
a government decree moves further days, year by year. A year without a seen decree is provisional.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from otklik.failures import BadInput

LAST_YEAR = 2100  # a date beyond it is a slip of the pen, not a deadline


class CalendarError(BadInput):
    """The calendar cannot answer, or its file is wrong."""


@dataclass(frozen=True)
class HolidayLaw:
    """Article 112 and 95 of the Labour Code as data.

    `holidays` and `not_transferred` are keyed by "MM-DD"; `since` is the first year the wording holds for.
    """

    country: str
    since: int
    holidays: Mapping[str, str]
    not_transferred: frozenset[str]
    source: str
    transfer_source: str
    short_source: str

    def holiday(self, day: date) -> str | None:
        """Return the name of the holiday on `day`, or None."""
        return self.holidays.get(f"{day:%m-%d}")


@dataclass(frozen=True)
class MovedDay:
    """A day off moved from one date to another, with the act or rule that moved it."""

    origin: date
    to: date
    source: str


@dataclass(frozen=True)
class CalendarYear:
    """A year of the working calendar (five-day week).

    `decree` holds only the moves of the government's decree; transfers that the law itself makes are computed.
    `short` lists the days that end an hour earlier.
    """

    year: int
    law: HolidayLaw
    decree: tuple[MovedDay, ...]
    short: frozenset[date]
    provisional: bool
    source: str

    def __post_init__(self) -> None:
        _check(self)

    @cached_property
    def moved_to(self) -> Mapping[date, MovedDay]:
        """Days off that exist because another day off was moved to them, keyed by the new date."""
        moves = [*_transferred_by_law(self.year, self.law, self.decree), *self.decree]
        return {move.to: move for move in moves}

    @cached_property
    def moved_from(self) -> Mapping[date, MovedDay]:
        """Former days off on which people work, keyed by that date (a holiday stays off when moved)."""
        return {m.origin: m for m in self.decree if self.law.holiday(m.origin) is None}

    def is_working(self, day: date) -> bool:
        """Tell whether people work on `day` of this year."""
        if self.law.holiday(day) is not None or day in self.moved_to:
            return False
        return day.weekday() < 5 or day in self.moved_from


def year_by_law(year: int, law: HolidayLaw) -> CalendarYear:
    """Compute a year from the law alone: holidays, weekends, its own transfers, shortened days.

    Such a year is provisional: the decree's moves are unknown and none is invented.
    Raises CalendarError outside the years the wording of the law holds for.
    """
    if not law.since <= year <= LAST_YEAR:
        raise CalendarError(f"Календарь считает с {law.since} по {LAST_YEAR} год, а нужен {year} год.")
    bare = CalendarYear(year, law, (), frozenset(), True, f"{law.source}, без постановления о переносах")
    return CalendarYear(year, law, (), short_days(bare), True, bare.source)


def short_days(year: CalendarYear) -> frozenset[date]:
    """Compute the shortened days of a year.

    The working day right before a holiday is an hour shorter (part 1 of article 95 of the Labour Code). A day off
    turned into a working day is as long as the day it was exchanged with (order 588n of 13.08.2009).
    """
    eves = set()
    for day in _days(year.year):
        lengths_of = year.moved_from[day].to if day in year.moved_from else day
        before_holiday = year.law.holiday(lengths_of + timedelta(days=1)) is not None
        if year.is_working(day) and before_holiday:
            eves.add(day)
    return frozenset(eves)


def _days(year: int) -> Iterable[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))


def _transferred_by_law(year: int, law: HolidayLaw, decree: tuple[MovedDay, ...]) -> list[MovedDay]:
    """Transfers of part 2 of article 112: a day off that meets a holiday moves to the next working day.

    January's holidays are excepted by the same part; a day that the decree moves elsewhere does not move twice.
    """
    elsewhere = {move.origin for move in decree}
    taken: set[date] = set()
    result = []
    for day in _days(year):
        key = f"{day:%m-%d}"
        if day.weekday() < 5 or key not in law.holidays or key in law.not_transferred or day in elsewhere:
            continue
        to = day + timedelta(days=1)
        while to.weekday() >= 5 or law.holiday(to) is not None or to in taken:
            to += timedelta(days=1)
        taken.add(to)
        if to not in elsewhere:
            result.append(MovedDay(day, to, law.transfer_source))
    return result


def _check(year: CalendarYear) -> None:
    """Refuse a year whose data contradict themselves, naming the date."""
    by_law = {m.to for m in _transferred_by_law(year.year, year.law, ())}
    if year.provisional and year.decree:
        raise CalendarError(
            f"{year.year} год предварительный, но в нём вписаны переносы: укажите постановление."
        )
    for move in year.decree:
        if move.origin.year != year.year or move.to.year != year.year:
            raise CalendarError(
                f"Перенос {move.origin:%d.%m.%Y} → {move.to:%d.%m.%Y} не из {year.year} года."
            )
        if move.origin.weekday() < 5 and move.origin not in by_law:
            raise CalendarError(f"Перенос с {move.origin:%d.%m.%Y}: это не выходной день.")
        if move.to.weekday() >= 5 or year.law.holiday(move.to) is not None:
            raise CalendarError(f"Перенос на {move.to:%d.%m.%Y}: это и так нерабочий день.")
    if len({m.to for m in year.decree}) < len(year.decree) or len({m.origin for m in year.decree}) < len(
        year.decree
    ):
        raise CalendarError(f"В календаре {year.year} года один день перенесён дважды.")
    for day in year.short:
        if day.year != year.year or not year.is_working(day):
            raise CalendarError(f"Сокращённый день {day:%d.%m.%Y} не рабочий или не из {year.year} года.")
