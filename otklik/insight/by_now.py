"""How many messages came today, and how many are usual by this time: from the prepared counts by hour."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, Sum

from otklik.insight.definitions import WEEKS_OF_USUAL
from otklik.insight.models import HourCount


@dataclass(frozen=True)
class ByNow:
    """`usual`: the median of the same weekday of the last weeks, from midnight to this minute; None without two."""

    today: int
    usual: int | None


def by_now(now: datetime, scopes: Collection[int] | None = None) -> ByNow:
    """Today against usual. Of the like days the hour that runs counts by the part of it that has passed. One query."""
    zone = ZoneInfo(settings.TIME_ZONE)
    local = now.astimezone(zone)
    days = [local.date() - timedelta(weeks=n) for n in range(WEEKS_OF_USUAL + 1)]
    begins = {day: datetime.combine(day, time(), zone) for day in days}
    hours = Q()
    for begin in begins.values():
        hours |= Q(hour__gte=begin, hour__lt=begin + timedelta(hours=local.hour + 1))
    rows = HourCount.objects.filter(hours)
    if scopes is not None:
        rows = rows.filter(scope_id__in=scopes)
    counts = dict.fromkeys(days, 0.0)
    seen = set()
    for hour, received in rows.values("hour").annotate(n=Sum("received")).values_list("hour", "n"):
        at = hour.astimezone(zone)
        seen.add(at.date())
        part = local.minute / 60 if at.hour == local.hour and at.date() != local.date() else 1
        counts[at.date()] += received * part
    known = [counts[day] for day in days[1:] if day >= min(seen, default=local.date())]
    return ByNow(round(counts[days[0]]), round(median(known)) if len(known) > 1 else None)
