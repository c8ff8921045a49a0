"""Which days a report is of: the last whole week, month, quarter, year; and what comes before them. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Period:
    """Days from `since` to `until`, both included, of the region's calendar."""

    since: date
    until: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.until - self.since).days + 1

    @property
    def before(self) -> "Period":
        """The like period right before: of whole months the same number of months, else the same number of days."""
        months = self._months()
        if months:
            return Period(_shifted(self.since, -months), self.since - timedelta(days=1))
        return Period(self.since - timedelta(days=self.days), self.since - timedelta(days=1))

    @property
    def year_ago(self) -> "Period":
        """The same days a year earlier; of weeks the same weekdays."""
        if self._months():
            since = _shifted(self.since, -12)
            return Period(since, _shifted(self.until + timedelta(days=1), -12) - timedelta(days=1))
        return Period(self.since - timedelta(weeks=52), self.until - timedelta(weeks=52))

    def _months(self) -> int:
        after = self.until + timedelta(days=1)
        if self.since.day != 1 or after.day != 1:
            return 0
        return (after.year - self.since.year) * 12 + after.month - self.since.month


def _shifted(first: date, months: int) -> date:
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, first.day)


def last(unit: str, today: date) -> Period:
    """The last whole `day`, `week`, `month`, `quarter` or `year` before today. Raises KeyError for another word."""
    first = {
        "day": today,
        "week": today - timedelta(days=today.weekday()),
        "month": today.replace(day=1),
        "quarter": date(today.year, (today.month - 1) // 3 * 3 + 1, 1),
        "year": date(today.year, 1, 1),
    }[unit]
    end = first - timedelta(days=1)
    if unit == "day":
        return Period(end, end)
    if unit == "week":
        return Period(first - timedelta(days=7), end)
    return Period(_shifted(first, {"month": -1, "quarter": -3, "year": -12}[unit]), end)
