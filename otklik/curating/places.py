"""Municipalities as a curator counts them: a city with its inner districts is one. Directory reads only."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from django.core.cache import cache
from django.db.models import Q

from otklik.cases.clock_rules import zone
from otklik.territory.models import Kind, Territory

KEY, KEPT_SECONDS = "curating:municipality-of-scopes", 300  # the tree changes once a reform


def municipality_of_scopes() -> dict[int, int]:
    """Scope → the municipality it belongs to; the region's own scope belongs to itself. Kept for some minutes."""
    kept: dict[int, int] | None = cache.get(KEY)
    if kept is None:
        kept = _read()
        cache.set(KEY, kept, KEPT_SECONDS)
    return kept


def _read() -> dict[int, int]:
    rows = Territory.objects.filter(kind__in=[Kind.REGION, Kind.MUNICIPALITY, Kind.DISTRICT], active=True)
    return {
        pk: (municipality or pk) if kind == Kind.DISTRICT else pk
        for pk, kind, municipality in rows.values_list("pk", "kind", "municipality_id")
    }


def seen_municipalities(scopes: Collection[int] | None) -> list[Territory]:
    """The municipalities of these scopes (None: of the region) by name."""
    rows = Territory.objects.filter(kind=Kind.MUNICIPALITY, active=True)
    if scopes is not None:
        inner = Territory.objects.filter(kind=Kind.DISTRICT, pk__in=scopes).exclude(municipality=None)
        rows = rows.filter(Q(pk__in=scopes) | Q(pk__in=inner.values("municipality_id")))
    return list(rows.order_by("name_key", "pk"))


def week_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """The moments from the beginning of one day to the end of another, region's zone: since inclusive, until not."""
    begin = datetime.combine(first, time.min, zone())
    return begin, datetime.combine(last + timedelta(days=1), time.min, zone())
