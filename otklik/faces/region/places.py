"""The places that make rows of figures, in order, and which scopes go into each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.failures import NotYours
from otklik.insight.people import people_of
from otklik.territory.models import Kind, Territory

KEY, PEOPLE, KEPT_SECONDS = "region-places", "region-people", 60


@dataclass(frozen=True)
class Place:
    """One row. A region's own cases (place unknown) are the ЦУР's, and by no count of people."""

    id: int
    code: str
    name: str
    population: int | None = None
    region: bool = False
    full: str = ""
    people: int = 0  # who work with cases there; of a city with those of its districts


@dataclass(frozen=True)
class Places:
    """Rows by name, the region last; `home` says into which row a scope goes."""

    rows: list[Place]
    home: Mapping[int, int]
    each: Mapping[int, Place]  # by scope: inner districts, too

    def scopes(self, codes: Collection[str] = ()) -> frozenset[int]:
        """All scopes of the rows with these codes; of all rows without any. NotYours for a code that is not there."""
        if not codes:
            return frozenset(self.home)
        wanted = {row.id for row in self.rows if row.code in codes}
        if len(wanted) < len(set(codes)):
            raise NotYours(_("Такого места нет, или оно не ваше."))
        return frozenset(scope for scope, row in self.home.items() if row in wanted)

    def one(self, code: str) -> tuple[Place, frozenset[int]]:
        """A place by code, an inner district too, with the scopes that are its own. NotYours for a stranger's."""
        place = next((p for p in self.each.values() if p.code == code), None)
        if place is None:
            raise NotYours(_("Такого места нет, или оно не ваше."))
        return place, frozenset({place.id, *(s for s, row in self.home.items() if row == place.id)})

    def named(self, codes: Collection[str]) -> list[Place]:
        """The rows of these codes in the order given."""
        by_code = {row.code: row for row in self.rows}
        return [by_code[code] for code in codes if code in by_code]


def places_of(seen: Collection[int] | None) -> Places:
    """The rows that somebody who sees these scopes sees: a city as one row, or only their districts."""
    kept: list[tuple[bool, str, Place]] = []
    home: dict[int, int] = {}
    each: dict[int, Place] = {}
    people = _people()
    for pk, kind, code, name, full, population, city, active, key in _all():
        if seen is not None and pk not in seen:
            continue
        region = kind == Kind.REGION
        place = Place(
            pk, code, _("ЦУР") if region else name, None if region else population, region, full, people.get(pk, 0)
        )
        if kind == Kind.DISTRICT and city in home:
            home[pk] = city
        elif active:
            home[pk] = pk
            kept.append((region, key, place))
        if pk in home:
            each[pk] = place
    kept.sort(key=lambda one: one[:2])
    return Places([place for _region, _key, place in kept], home, each)


def _all() -> list[tuple[Any, ...]]:
    """The tree as it stood at most a minute ago: names and people change once a year, and every page asks."""
    found: list[tuple[Any, ...]] | None = cache.get(KEY)
    if found is None:
        rows = Territory.objects.filter(kind__in=[Kind.REGION, Kind.MUNICIPALITY, Kind.DISTRICT]).values_list(
            "id", "kind", "code", "short_name", "name", "population", "municipality_id", "active", "name_key"
        )
        found = sorted(rows, key=lambda t: (t[1] == Kind.REGION, t[1] == Kind.DISTRICT, t[8]))
        cache.set(KEY, found, KEPT_SECONDS)
    return found


def _people() -> dict[int, int]:
    """How many work where, as of at most a minute ago."""
    found: dict[int, int] | None = cache.get(PEOPLE)
    if found is None:
        found = people_of(timezone.now())
        cache.set(PEOPLE, found, KEPT_SECONDS)
    return found
