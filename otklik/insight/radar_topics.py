"""New topics that nobody has named: growing heaps of like messages of which the reader of themes is unsure. Every hour.

What comes within minutes the radar hears by itself; here is what grows over days.
"""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db import connection

from otklik.acting import acting, widened
from otklik.insight.models import Burst
from otklik.insight.radar import TOPIC, at_least
from otklik.insight.radar_alike import Heaps
from otklik.insight.radar_concerned import places_of, tell_places
from otklik.insight.radar_looking import ACTOR, MOST_KEPT, Came, entry
from otklik.insight.radar_telling import tell
from otklik.territory.models import Kind, Territory

WITHIN = timedelta(days=7)
NEWEST = timedelta(hours=48)
LEAST = 5  # people
LEAST_NEWEST = 3  # of them lately: it grows
RARE = 1e-4
MOST = 20_000

UNSURE = """SELECT c.id, c.received_at, c.scope_id, c.resident_id, '' FROM cases_case c
WHERE c.received_at > %(since)s AND c.received_at <= %(now)s AND c.notifies AND c.theme_id IS NULL
 AND c.outcome NOT IN ('spam', 'thanks') AND c.kind NOT IN ('spam', 'thanks') AND c.suggestion IS NOT NULL
 AND (c.suggestion ->> 'abstains' = 'true' OR coalesce((c.suggestion #>> '{themes,0,p}')::float, 0) < 0.25)
ORDER BY c.received_at DESC LIMIT %(most)s"""


def look_for_topics(now: datetime) -> int:
    """Look once; returns how many new topics were found."""
    with acting(ACTOR), widened():
        with connection.cursor() as cursor:
            cursor.execute(UNSURE, {"since": now - WITHIN, "now": now, "most": MOST})
            came = {row[0]: Came(*row) for row in cursor.fetchall()}
        heaps = Heaps(list(came), now, WITHIN)
        by_heap: dict[int, list[Came]] = defaultdict(list)
        for case, like in heaps.of_case.items():
            by_heap[like].append(came[case])
        known = list(Burst.objects.filter(level=TOPIC, found_at__gt=now - 3 * WITHIN).order_by("-pk"))
        return sum(
            _taken(like, sorted(some, key=lambda one: one.at), known, heaps, now) for like, some in by_heap.items()
        )


def _taken(like: int, some: list[Came], known: list[Burst], heaps: Heaps, now: datetime) -> bool:
    """One heap: into the topic it belongs to, or a new topic. True for a new one."""
    ids = {one.case for one in some}
    row = next((one for one in known if ids & set(one.cases)), None)
    if row is not None:
        more = [one.case for one in some if one.case not in set(row.cases)]
        if more and row.ended_at is None:
            before = row.cases
            row.cases, row.alike = [*row.cases, *more][:MOST_KEPT], len(row.cases) + len(more)
            row.last_at = max(row.last_at, some[-1].at)
            row.places = places_of(row.cases)
            row.save(update_fields=["cases", "places", "alike", "last_at"])
            if row.state == Burst.State.ACTIVE:
                tell_places(row, now, before)
        return False
    people = {one.who or -one.case for one in some}
    newest = {one.who or -one.case for one in some if one.at > now - NEWEST}
    if len(people) < LEAST or len(newest) < LEAST_NEWEST:
        return False
    weekly, founded = heaps(like)
    odds = at_least(len(people) - 1, weekly, founded)
    if odds > RARE:
        return False
    places = {one.place for one in some}
    fresh = Burst.objects.create(
        scope_id=_around(places), places=sorted(places), level=TOPIC, code=str(like), began_at=some[0].at,
        found_at=now, last_at=some[-1].at,
        count=len(people), minutes=round(WITHIN.total_seconds() / 60), expected=weekly, per_hour=weekly / 168,
        odds=odds, alike=len(some), cases=[one.case for one in some][:MOST_KEPT],
    )
    entry(fresh, "burst_found", ACTOR.reference, now, count=fresh.count, minutes=fresh.minutes)
    tell(fresh, now)
    tell_places(fresh, now)
    return True


def _around(places: set[int]) -> int:
    """The place, or the city that all of them are in, or the region."""
    if len(places) == 1:
        return next(iter(places))
    cities = set(Territory.objects.filter(pk__in=places).values_list("municipality_id", flat=True))
    city = cities.pop()
    return city if city and not cities else Territory.objects.get(kind=Kind.REGION).pk
