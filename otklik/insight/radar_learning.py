"""The radar learns what is usual: once a day, from the prepared counts by hour. Called as the program (`acting`)."""

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection

from otklik.insight.definitions import today
from otklik.insight.models import RadarUsual
from otklik.insight.radar_usual import HISTORY, HOURS_OF_WEEK, MONDAY, Usual, fit, from_plain
from otklik.territory.models import Kind, Territory

PROFILE_DAYS = 182
OLD = timedelta(hours=30)

DAYS = """SELECT (h.hour AT TIME ZONE current_setting('TimeZone'))::date, h.scope_id, t.code, sum(h.received)
FROM insight_hourcount h JOIN classifier_theme t ON t.id = h.theme_id WHERE h.hour >= %(since)s AND h.hour < %(until)s
GROUP BY 1, 2, 3"""
HOURS = """SELECT extract(isodow FROM l.at)::int, extract(hour FROM l.at)::int, t.code, sum(l.received)
FROM (SELECT h.hour AT TIME ZONE current_setting('TimeZone') AS at, h.theme_id, h.received FROM insight_hourcount h
      WHERE h.hour >= %(since)s AND h.hour < %(until)s) l
JOIN classifier_theme t ON t.id = l.theme_id GROUP BY 1, 2, 3"""


def usual_now(now: datetime) -> Usual | None:
    """What is usual, as it was learnt last; None while too little is known."""
    kept = RadarUsual.objects.order_by("-made_at").first()
    return from_plain(kept.kept) if kept and kept.kept else None


def learn_if_due(now: datetime) -> bool:
    """Learn anew when the kept figures are of another day. True if it did."""
    made = RadarUsual.objects.order_by("-made_at").values_list("made_at", flat=True).first()
    if made is not None and today(made) == today(now):
        return False
    learn(now)
    return True


def learn(now: datetime) -> Usual | None:
    """Fit to the year before today and keep it; what is too little to learn from is kept as nothing."""
    usual = _fitted(today(now))
    RadarUsual.objects.all().delete()
    RadarUsual.objects.create(made_at=now, kept=usual.plain() if usual else {})
    return usual


def _fitted(day: date) -> Usual | None:
    end = (day - MONDAY).days
    days = _rows(DAYS, day - timedelta(days=HISTORY), day)
    if not days:
        return None
    places = sorted({row[1] for row in days} | set(_places()))
    themes = sorted({row[2] for row in days})
    place_at, theme_at = ({one: n for n, one in enumerate(some)} for some in (places, themes))
    first = min((row[0] - MONDAY).days for row in days)
    counts = np.zeros((end - first, len(places), len(themes)), dtype=np.float32)
    for when, place, code, received in days:
        counts[(when - MONDAY).days - first, place_at[place], theme_at[code]] += received
    groups = list(dict.fromkeys(code.partition(".")[0] for code in themes))
    hours = np.zeros((HOURS_OF_WEEK, len(groups)))
    for weekday, hour, code, received in _rows(HOURS, day - timedelta(days=PROFILE_DAYS), day):
        hours[(weekday - 1) * 24 + hour, groups.index(code.partition(".")[0])] += received
    return fit(counts, hours, day=end, places=places, themes=themes, cities=_cities())


def _places() -> list[int]:
    kinds = [Kind.MUNICIPALITY, Kind.DISTRICT, Kind.REGION]
    return list(Territory.objects.filter(kind__in=kinds, active=True).values_list("pk", flat=True))


def _cities() -> dict[int, int]:
    """Inner districts, and the city itself for what has no district → the city."""
    rows = Territory.objects.filter(kind=Kind.DISTRICT, active=True, municipality__active=True)
    inner = dict(rows.values_list("pk", "municipality_id"))
    return inner | {city: city for city in inner.values()}


def _rows(question: str, since: date, until: date) -> list[Any]:
    """Rows of whole days of the region."""
    with connection.cursor() as cursor:
        cursor.execute(question, {"since": since, "until": until})
        return [tuple(row) for row in cursor.fetchall()]
