"""Drift: by weeks, how often the reader is unsure and how often people correct it; an alarm when either grows.

The rule: the newest week with at least 50 texts is held against the weeks before it (up to twelve, at least three of
such weeks). The alarm rises when its share is greater by at least five points and by more than three standard errors
of the difference. So a quiet week says nothing, and a great one must differ by what matters.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.cases.learning import ACTOR
from otklik.cases.models import ReaderWeek

WEEKS = 13  # the running one and twelve before
LEAST, LEAST_WEEKS = 50, 3
POINTS, ERRORS = 0.05, 3.0

PREPARE = """
INSERT INTO cases_readerweek (scope_id, week, read, low, by_itself, decided, corrected)
SELECT scope_id, week, sum(read), sum(low), sum(by_itself), sum(decided), sum(corrected) FROM (
  SELECT scope_id, date_trunc('week', at AT TIME ZONE %(zone)s)::date AS week, 1 AS read, low::int AS low,
         (by_itself OR undone)::int AS by_itself, 0 AS decided, 0 AS corrected
  FROM cases_themereading WHERE at >= %(since)s
  UNION ALL
  SELECT scope_id, date_trunc('week', decided_at AT TIME ZONE %(zone)s)::date, 0, 0, 0, 1, (place <> 1)::int
  FROM cases_themereading WHERE decided_at >= %(since)s AND place IS NOT NULL
) AS told GROUP BY scope_id, week
ON CONFLICT (scope_id, week) DO UPDATE SET read = excluded.read, low = excluded.low, by_itself = excluded.by_itself,
  decided = excluded.decided, corrected = excluded.corrected
"""


@dataclass(frozen=True)
class Week:
    """One week: how many texts were read and how many unsurely; how many people decided and how many corrected."""

    monday: date
    read: int = 0
    low: int = 0
    decided: int = 0
    corrected: int = 0
    by_itself: int = 0

    @property
    def low_share(self) -> float | None:
        return self.low / self.read if self.read else None

    @property
    def corrected_share(self) -> float | None:
        return self.corrected / self.decided if self.decided else None


@dataclass(frozen=True)
class Growth:
    """A share that grew beyond the earlier weeks: `what` is "low" or "corrected"."""

    what: str
    monday: date
    share: float
    before: float


def prepare(now: datetime) -> None:
    """Reckon the last weeks anew. One statement over an index of moments."""
    zone = timezone.get_current_timezone()
    since = datetime.combine(first_monday(now), datetime.min.time(), zone)
    with acting(ACTOR), widened(), connection.cursor() as cursor:
        ReaderWeek.objects.filter(week__gte=first_monday(now)).delete()
        cursor.execute(PREPARE, {"zone": str(zone), "since": since})


def first_monday(now: datetime) -> date:
    """The Monday of the oldest week that is shown."""
    today = timezone.localtime(now).date()
    return today - timedelta(days=today.weekday() + 7 * (WEEKS - 1))


def weeks(now: datetime, scopes: Collection[int] | None = None) -> list[Week]:
    """The last weeks of some scopes (None: the region), oldest first, also those without a text."""
    rows = ReaderWeek.objects.filter(week__gte=first_monday(now))
    if scopes is not None:
        rows = rows.filter(scope_id__in=scopes)
    summed = {
        row["week"]: Week(row["week"], row["r"], row["l"], row["d"], row["c"], row["b"])
        for row in rows.values("week").annotate(
            r=Sum("read"), l=Sum("low"), d=Sum("decided"), c=Sum("corrected"), b=Sum("by_itself")
        )
    }
    mondays = [first_monday(now) + timedelta(weeks=number) for number in range(WEEKS)]
    return [summed.get(monday, Week(monday)) for monday in mondays]


def growth(told: Sequence[Week]) -> list[Growth]:
    """What grew beyond the earlier weeks, by the rule above."""
    found = []
    for what, of in (("low", "read"), ("corrected", "decided")):
        counted = [(week.monday, getattr(week, what), getattr(week, of)) for week in told if getattr(week, of) >= LEAST]
        if len(counted) <= LEAST_WEEKS:
            continue
        (monday, hits, n), earlier = counted[-1], counted[:-1]
        before_hits, before_n = sum(h for _m, h, _n in earlier), sum(n for _m, _h, n in earlier)
        share, before = hits / n, before_hits / before_n
        together = (hits + before_hits) / (n + before_n)
        error = math.sqrt(together * (1 - together) * (1 / n + 1 / before_n))
        if share - before >= POINTS and share - before > ERRORS * error:
            found.append(Growth(what, monday, share, before))
    return found
