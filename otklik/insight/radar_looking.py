"""The radar's job, every minute: the messages of the last day once more, in the order of their coming.

Nothing is kept between two looks but the bursts themselves, so the job may be killed at any moment, a message may come
late, and a theme may be corrected afterwards.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection

from otklik.acting import System, acting, widened
from otklik.cases.clock_rules import zone
from otklik.insight import radar
from otklik.insight.models import Burst, RadarUsual
from otklik.insight.radar_alike import Heaps
from otklik.insight.radar_concerned import places_of, tell_places
from otklik.insight.radar_learning import learn_if_due, usual_now
from otklik.insight.radar_telling import tell
from otklik.insight.radar_usual import MONDAY, Key, Usual
from otklik.journal.appending import NewEntry, append
from otklik.territory.models import Kind, Territory

ACTOR = System("radar")
WITHIN = timedelta(hours=radar.MEMORY + 1)
NEWS = 2.0  # hours: what was found further back, and is over, is no news
LEAST_SURE = 0.25  # a guess of the reader that is less sure than this names no theme
MOST_KEPT = 2_000  # cases of one burst

# What counts: not history, spam or thanks; of a sheet no row whose moment is a bare date.
RECENT = """SELECT c.id, c.received_at, c.scope_id, c.resident_id, coalesce(t.code, CASE WHEN
 coalesce((c.suggestion #>> '{themes,0,p}')::float, 0) >= %(sure)s THEN c.suggestion #>> '{themes,0,code}' END, '')
FROM cases_case c JOIN channels_account a ON a.id = c.account_id LEFT JOIN classifier_theme t ON t.id = c.theme_id
WHERE c.received_at > %(since)s AND c.received_at <= %(now)s AND c.notifies AND c.outcome NOT IN ('spam', 'thanks')
 AND c.kind NOT IN ('spam', 'thanks') AND NOT (a.channel = 'sheet'
 AND (c.received_at AT TIME ZONE current_setting('TimeZone'))::time = '00:00')
ORDER BY c.received_at, c.id"""


class Came(NamedTuple):
    """A message as the database gives it."""

    case: int
    at: datetime
    place: int
    who: int | None
    theme: str


@dataclass(frozen=True)
class Look:
    """What came of a look: how many bursts were found and how many went quiet."""

    found: int = 0
    over: int = 0


def look(now: datetime) -> Look:
    """Look once. Every minute; two at once wait for each other."""
    with acting(ACTOR), widened():
        learn_if_due(now)
        list(RadarUsual.objects.select_for_update())
        usual = usual_now(now)
        if usual is None:
            return Look()
        came = recent(now)
        heaps = Heaps([one.case for one in came], now, WITHIN)
        known = list(Burst.objects.select_related("scope").filter(
            found_at__gt=now - timedelta(hours=radar.LONGEST + 24)
        ))
        region = Territory.objects.filter(kind=Kind.REGION).values_list("pk", flat=True).first() or 0
        running = {row.pk: _running(row, came, heaps) for row in known if row.ended_at is None}
        fresh = _replayed(usual, running.values(), came, {case for row in known for case in row.cases}, heaps, now)
        for row in known:
            if row.pk in running:
                _follow(row, running[row.pk], usual, came, heaps, now)
        for one in fresh:
            _keep(one, usual, came, heaps, region, now)
        return Look(len(fresh), sum(row.ended_at == now for row in known))


def recent(now: datetime) -> list[Came]:
    """The messages that the radar looks at, in the order of their coming."""
    with connection.cursor() as cursor:
        cursor.execute(RECENT, {"since": now - WITHIN, "now": now, "sure": LEAST_SURE})
        return [Came(*row) for row in cursor.fetchall()]


def clock(moment: datetime) -> float:
    """Hours of the region's clock from the Monday from which the radar counts."""
    local = moment.astimezone(zone())
    return (local.date() - MONDAY).days * 24 + local.hour + local.minute / 60 + local.second / 3600


def _running(row: Burst, came: Iterable[Came], heaps: Heaps) -> radar.Burst:
    """A kept burst as the method knows it; of its messages only the last day's have times."""
    inside = set(row.cases)
    mine = [one for one in came if one.case in inside]
    key = Key(row.level, 0 if row.level in radar.ALL else row.scope_id, row.code)
    evidence = radar.Evidence(row.count, row.minutes / 60, row.expected, 0.0, row.odds)
    times = [clock(one.at) for one in mine] or [clock(row.last_at)]
    return radar.Burst(
        key, clock(row.began_at), clock(row.found_at), evidence, list(row.cases), times, name=row.pk,
        like=heaps.text_of(row.cases),
    )


def _replayed(
    usual: Usual, running: Iterable[radar.Burst], came: Iterable[Came], taken: set[int], heaps: Heaps, now: datetime
) -> list[radar.Burst]:
    """The bursts that nobody knew of. Messages of known bursts (`taken`) are no evidence of another one."""
    scanner = radar.Scanner(usual, running, likes=heaps)
    found, at = [], clock(now)
    for one in came:
        if one.case in taken:
            continue
        like = heaps.of_case.get(one.case, 0)
        burst = scanner.take(radar.Arrival(clock(one.at), one.place, one.theme, one.case, one.who, like))
        if burst is not None:
            found.append(burst)
    return [one for one in found if one.found > at - NEWS or (one.ended is None and not radar.is_over(usual, one, at))]


def _follow(
    row: Burst, burst: radar.Burst, usual: Usual, came: Iterable[Came], heaps: Heaps, now: datetime
) -> None:
    """A running burst: what came to it, and whether it is over."""
    grown = len(burst.cases) > row.total
    before = row.cases
    if grown:
        row.cases = burst.cases[:MOST_KEPT]
        row.places = places_of(row.cases)
        times = {one.case: one.at for one in came}
        row.last_at = max([row.last_at, *(times[case] for case in burst.cases if case in times)])
        row.alike = heaps.most(row.cases)
        row.count = max(row.count, _densest(row.cases, row.minutes, came))
    if burst.ended is not None or radar.is_over(usual, burst, clock(now)):
        row.ended_at = now
        if row.state == Burst.State.ACTIVE:
            row.state = Burst.State.QUIET
        entry(row, "burst_over", ACTOR.reference, now)
    if grown or row.ended_at:
        row.save(update_fields=["cases", "places", "count", "last_at", "alike", "ended_at", "state"])
    if grown and row.state == Burst.State.ACTIVE:
        tell_places(row, now, before)


def _keep(
    burst: radar.Burst, usual: Usual, came: Iterable[Came], heaps: Heaps, region: int, now: datetime
) -> Burst:
    times = {one.case: one.at for one in came}
    at = [times[case] for case in burst.cases]
    over = burst.ended is not None or radar.is_over(usual, burst, clock(now))
    minutes = round(burst.evidence.hours * 60)
    row = Burst.objects.create(
        scope_id=burst.key.place or region, places=places_of(burst.cases[:MOST_KEPT]), level=burst.key.level,
        code=burst.key.code, began_at=min(at),
        found_at=now, last_at=max(at), minutes=minutes,
        count=max(burst.evidence.count, _densest(burst.cases, minutes, came)),
        expected=burst.evidence.expected, per_hour=usual.per_hour(burst.key, burst.found),
        odds=burst.evidence.a_week, alike=heaps.most(burst.cases), cases=burst.cases[:MOST_KEPT],
        ended_at=now if over else None, state=Burst.State.QUIET if over else Burst.State.ACTIVE,
    )
    entry(row, "burst_found", ACTOR.reference, now, count=row.count, minutes=row.minutes)
    if not over:
        tell(row, now)
        tell_places(row, now)
    return row


def _densest(cases: Iterable[int], minutes: int, came: Iterable[Came]) -> int:
    """How many people wrote within so many minutes, where it was most."""
    inside = set(cases)
    mine = [one for one in came if one.case in inside]
    span = timedelta(minutes=minutes)
    return max(
        (len({one.who or -one.case for one in mine if last.at - span < one.at <= last.at}) for last in mine), default=0
    )


def entry(row: Burst, verb: str, who: str, now: datetime, **fields: object) -> None:
    """A line of the journal about a burst, in the stream of its place."""
    append(NewEntry(f"burst:{row.scope_id}", verb, who, now, {"burst": row.pk, **fields}))
