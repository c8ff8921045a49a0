"""The first line: today against usual, overdue now, in time this week, and how it goes against the days before.

Everything is made of one list of days, so that the line, the chart and the trends cannot differ.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from otklik.faces.region import kept
from otklik.faces.region.choices import Choices
from otklik.faces.region.measuring import SHOWN, Shown
from otklik.insight.definitions import WEEKS_OF_USUAL, today
from otklik.insight.measures import Measures, parts_of, total
from otklik.insight.slices import Slice

WEEK = 7
YEAR = timedelta(weeks=52)  # the same weekdays
MOST_BARS = 120  # longer periods are drawn by weeks
FEW_SCOPES = 12  # a city with its inner districts
COMPARED = ("received", "in_time_share")
COUNTED = parts_of(*COMPARED)


@dataclass(frozen=True)
class Change:
    """One figure against an earlier time. `arrow`: up, down, same, "" where there is nothing to compare with."""

    figure: Shown
    now: float | None
    before: float | None
    year: float | None

    @property
    def arrow(self) -> str:
        """Against the days just before."""
        return self._against(self.before)

    @property
    def year_arrow(self) -> str:
        """Against a year ago."""
        return self._against(self.year)

    def _against(self, other: float | None) -> str:
        """What reads the same is the same: no arrow between 94 % and 94 %."""
        known = self.now is not None and other is not None
        return "same" if known and self.figure.text(self.now) == self.figure.text(other) else arrow(self.now, other)


@dataclass(frozen=True)
class Line:
    """The first line. `usual` is None until there are two like days to compare with."""

    today: int
    usual: float | None
    week: Measures
    changes: tuple[Change, ...]
    days: tuple[dict[str, Any], ...]  # rows of the chart «days»


def arrow(value: float | None, before: float | None) -> str:
    """up, down or same; "" where one of the two is not known."""
    if value is None or before is None:
        return ""
    return "same" if value == before else "up" if value > before else "down"


def line_of(choice: Choices, scopes: frozenset[int], now: datetime, mark: str = "") -> Line:
    """The first line of these scopes. Two queries; of a few places one, which then reads the days between, too."""
    given, this_day = choice.slice(now, scopes), today(now)
    length = given.until - given.since + timedelta(days=1)
    first = min(given.since - length, this_day - timedelta(weeks=WEEKS_OF_USUAL))
    days, year = _days(given, first, max(given.until, this_day), now, mark)
    period = _between(days, given.since, given.until)
    earlier = _between(days, given.since - length, given.since - timedelta(days=1))
    year_ago = total(year.values())
    return Line(
        today=days.get(this_day, Measures()).received,
        usual=_usual(days, this_day),
        week=_between(days, this_day - timedelta(days=WEEK - 1), this_day),
        changes=tuple(_change(SHOWN[code], period, earlier, year_ago) for code in COMPARED),
        days=tuple(day_rows(given.since, given.until, days, year)),
    )


def _days(
    given: Slice, first: date, last: date, now: datetime, mark: str
) -> tuple[Mapping[date, Measures], Mapping[date, Measures]]:
    """The days from `first` to `last`, and those of a year before the slice."""
    begins, ends = given.since - YEAR, given.until - YEAR
    if given.scopes is None or len(given.scopes) > FEW_SCOPES:
        return (
            kept.measured(mark, replace(given, since=first, until=last), "day", now, COUNTED),
            kept.measured(mark, replace(given, since=begins, until=ends), "day", now, COUNTED),
        )
    found = kept.measured(mark, replace(given, since=min(first, begins), until=last), "day", now, COUNTED)
    return (
        {day: m for day, m in found.items() if day >= first},
        {day: m for day, m in found.items() if begins <= day <= ends},
    )


def _between(days: Mapping[date, Measures], first: date, last: date) -> Measures:
    return total(m for day, m in days.items() if first <= day <= last)


def _usual(days: Mapping[date, Measures], this_day: date) -> float | None:
    start = min(days, default=this_day)
    like = [this_day - timedelta(weeks=n) for n in range(1, WEEKS_OF_USUAL + 1)]
    usual = [days.get(day, Measures()).received for day in like if day >= start]
    return median(usual) if len(usual) > 1 else None


def _change(figure: Shown, period: Measures, earlier: Measures, year: Measures) -> Change:
    def of(measures: Measures) -> float | None:
        return figure.value(measures) if measures.received else None

    return Change(figure, figure.value(period), of(earlier), of(year))


def day_rows(
    first: date, last: date, days: Mapping[date, Measures], year: Mapping[date, Measures]
) -> list[dict[str, Any]]:
    """Rows of the chart «days», by weeks where there are too many days; before a year nothing is known: None."""
    step = 1 if (last - first).days < MOST_BARS else WEEK
    out: list[dict[str, Any]] = []
    day = first
    while day <= last:
        end = min(day + timedelta(days=step - 1), last)
        before = _between(year, day - YEAR, end - YEAR).received if year else None
        out.append({"day": day.isoformat(), "n": _between(days, day, end).received, "before": before})
        day += timedelta(days=step)
    return out
