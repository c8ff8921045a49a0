"""From a point to a place that a case can have: by the boundaries, without them by the nearest known place.

To be called inside `acting`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Final

from django.db.models import Q

from otklik.territory.models import Kind, Territory
from otklik.territory.pointing import lies_in

# A dot farther from every known place than this is not ours. Steppe settlements lie far apart.
NEAR_KM: Final = 40.0
# Within a known municipality a settlement is named only when the dot is in it or beside it.
IN_PLACE_KM: Final = 3.0
_TOWN_KM: Final = 8.0  # a big town reaches farther from its middle
_TOWN_PEOPLE: Final = 50_000


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a point is. `unit` is the municipality or inner district, `place` the finest known place in it.

    `by` is "boundary", "nearest" (no boundaries are loaded: the nearest known place, which may lie across a border) or
    "outside" (then there is neither unit nor place).
    """

    by: str
    unit: Territory | None = None
    place: Territory | None = None


OUTSIDE: Final = Whereabouts("outside")


def whereabouts(latitude: float, longitude: float) -> Whereabouts:
    """Where a point (WGS 84, degrees) is. Nonsense coordinates are outside."""
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        return OUTSIDE
    lies = lies_in(latitude, longitude)
    if not lies.known:
        place = _nearest(latitude, longitude, Q(), NEAR_KM)
        return Whereabouts("nearest", _unit_of(place), _itself(place)) if place else OUTSIDE
    if lies.territory_id is None:
        return OUTSIDE
    unit = Territory.objects.get(pk=lies.territory_id)
    inside = Q(scope_id=unit.pk) | Q(municipality_id=unit.pk) | Q(pk=unit.pk)
    place = _nearest(latitude, longitude, inside & Q(kind=Kind.SETTLEMENT), IN_PLACE_KM)
    return Whereabouts("boundary", unit, _itself(place) if place else unit)


def disagrees(territory: Territory, latitude: float | None, longitude: float | None) -> Territory | None:
    """The unit in which a case's point lies, when that is another municipality than the case's; None when all is well,
    when there is no point, and when no boundaries are loaded."""
    if latitude is None or longitude is None:
        return None
    lies = lies_in(latitude, longitude)
    own = territory.municipality_id or territory.pk
    if not lies.known or lies.territory_id is None or own in (lies.territory_id, lies.municipality_id):
        return None
    return Territory.objects.get(pk=lies.territory_id)


def _nearest(latitude: float, longitude: float, inside: Q, within: float) -> Territory | None:
    """The nearest place with a known point; one box query first, so that a region of thousands is not walked."""
    high = max(within, _TOWN_KM) / 111.0
    wide = high / max(0.1, cos(radians(latitude)))
    rows = (
        Territory.objects.filter(
            inside, active=True, latitude__gte=latitude - high, latitude__lte=latitude + high,
            longitude__gte=longitude - wide, longitude__lte=longitude + wide,
        )
        .exclude(kind=Kind.REGION)
        .values_list("pk", "latitude", "longitude", "population")
    )
    best: tuple[float, int] | None = None
    for pk, lat, lon, population in rows:
        far = kilometres(latitude, longitude, lat or 0.0, lon or 0.0)
        reach = max(within, _TOWN_KM) if (population or 0) >= _TOWN_PEOPLE else within
        if far <= reach and (best is None or far < best[0]):
            best = (far, pk)
    return Territory.objects.select_related("municipality", "scope").get(pk=best[1]) if best else None


def _itself(place: Territory) -> Territory:
    """A town that is a municipality by itself is that municipality."""
    above = place.municipality
    return above if above is not None and above.pk != place.pk and above.name_key == place.name_key else place


def _unit_of(place: Territory) -> Territory:
    return place if place.kind in (Kind.MUNICIPALITY, Kind.DISTRICT) else place.scope or place


def kilometres(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great-circle distance (haversine formula), kilometres."""
    a = (
        sin(radians(lat2 - lat1) / 2) ** 2
        + cos(radians(lat1)) * cos(radians(lat2)) * sin(radians(lon2 - lon1) / 2) ** 2
    )
    return 2 * 6371.0 * asin(sqrt(a))
