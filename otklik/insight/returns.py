"""How often a fix that was reported came back: by executor and by theme, with how many it is of.

A report came back when the resident said «не исправлено», a recheck found it not done, or staff opened the case again.
Rows of few reports are hidden: from a handful nothing follows about anybody's work.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db import connection
from django.utils import timezone

from otklik.cases.models import DoneReport

LEAST = 10  # reports
PERIODS = (30, 90, 365)  # days
MOST = 200
By = Literal["organisation", "theme"]
_COLUMNS: dict[str, tuple[str, str, str]] = {
    "organisation": ("r.organisation_id", "organisations_organisation o", "o.short_name"),
    "theme": ("r.theme_id", "classifier_theme o", "o.name"),
}


@dataclass(frozen=True)
class Row:
    """Figures of one executor or theme. Shares are in per cent; None where there is nothing to divide."""

    key: int
    name: str
    reports: int
    returned: int
    shown: int
    confirmed: int
    rated: int
    stars: float | None

    @property
    def share(self) -> float:
        """Returned of all reports."""
        return round(100 * self.returned / self.reports, 1)

    @property
    def with_photo(self) -> int:
        """Reports with a photo «после»."""
        return round(100 * self.shown / self.reports)

    @property
    def mean(self) -> float | None:
        """Stars, where enough residents rated."""
        return round(self.stars, 1) if self.stars is not None and self.rated >= LEAST else None


@dataclass(frozen=True)
class Returns:
    """The table, how many rows were hidden for having too few reports, and the whole."""

    rows: list[Row]
    hidden: int
    total: Row | None


def returns(by: By, days: int, scopes: Sequence[int] | None, now: datetime | None = None) -> Returns:
    """Of the reports of the last `days`, in one query over the index of their times. Inside `acting`.

    `scopes`: the places asked for; None is everything the actor sees (row-level security holds it).
    """
    since = (now or timezone.now()) - timedelta(days=days)
    key, table, name = _COLUMNS[by]
    where = "r.reported_at >= %(since)s"
    given: dict[str, Any] = {"since": since, "back": list(DoneReport.RETURNED)}
    if scopes is not None:
        where += " AND r.scope_id = ANY (%(scopes)s)"
        given["scopes"] = list(scopes)
    figures = (
        "count(*), count(*) FILTER (WHERE r.came_of = ANY (%(back)s)), count(*) FILTER (WHERE r.shown),"
        " count(*) FILTER (WHERE r.came_of IN ('confirmed', 'checked')), count(s.stars), avg(s.stars)"
    )
    joined = "cases_donereport r LEFT JOIN cases_rating s ON s.case_id = r.case_id AND s.turn = r.turn"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key}, coalesce(min({name}), ''), {figures} FROM {joined}"  # noqa: S608 - columns of our own table above
            f" LEFT JOIN {table} ON o.id = {key} WHERE {where} GROUP BY {key}",
            given,
        )
        found = [_row(one) for one in cursor.fetchall()]
    rows = sorted((row for row in found if row.reports >= LEAST), key=lambda row: (-row.share, -row.reports, row.name))
    total = _joined(found)
    return Returns(rows[:MOST], len(found) - len(rows), total if total and total.reports >= LEAST else None)


def _row(given: Sequence[Any]) -> Row:
    key, name, reports, returned, shown, confirmed, rated, stars = given
    return Row(key or 0, name, reports, returned, shown, confirmed, rated, float(stars) if stars is not None else None)


def _joined(rows: Sequence[Row]) -> Row | None:
    if not rows:
        return None
    rated = sum(row.rated for row in rows)
    stars = sum((row.stars or 0) * row.rated for row in rows) / rated if rated else None
    return Row(
        0, "", sum(r.reports for r in rows), sum(r.returned for r in rows), sum(r.shown for r in rows),
        sum(r.confirmed for r in rows), rated, stars,
    )
