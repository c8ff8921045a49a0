"""Where the work is, as a drawing of a kilobyte that stands in the page itself: the point, and the places around it.

No tiles and no script: it is there on a line where nothing else arrives, and without any.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians
from typing import Final

from otklik.cases.models import Case
from otklik.territory.models import Kind, Territory

WIDTH, HEIGHT = 320, 180
_HALVES: Final = (1.5, 4.0, 10.0, 25.0)  # km from the point to the side
_KM_OF_DEGREE: Final = 111.2
_MOST: Final = 7
_ROW: Final = 15  # pixels between names


@dataclass(frozen=True, slots=True)
class Dot:
    """A place around: pixels and its name; `end` writes the name to the left of the dot."""

    x: int
    y: int
    name: str
    end: bool


@dataclass(frozen=True, slots=True)
class SmallMap:
    """What the template draws. `exact`: the point of the matter itself, not only of its village."""

    latitude: str
    longitude: str
    exact: bool
    dots: tuple[Dot, ...]
    bar: int  # pixels
    bar_km: str


def small_map(case: Case) -> SmallMap | None:
    """The drawing for a case, or None where no point is known. Inside `acting`."""
    exact = case.latitude is not None and case.longitude is not None
    latitude = case.latitude if exact else case.territory.latitude
    longitude = case.longitude if exact else case.territory.longitude
    if latitude is None or longitude is None:
        return None
    widest = _HALVES[-1]
    wide, high = widest / (_KM_OF_DEGREE * cos(radians(latitude))), widest / _KM_OF_DEGREE * HEIGHT / WIDTH
    around = list(
        Territory.objects.filter(
            active=True, kind__in=[Kind.SETTLEMENT, Kind.MUNICIPALITY],
            latitude__range=(latitude - high, latitude + high), longitude__range=(longitude - wide, longitude + wide),
        ).exclude(name_key__contains="район").order_by("-population", "id")
        .values_list("short_name", "latitude", "longitude")[:200]
    )
    for half in _HALVES:
        scale = WIDTH / 2 / half
        dots = _dots([(name, lat, lon) for name, lat, lon in around if lat and lon], latitude, longitude, scale)
        if len(dots) >= 3 or half == widest:
            break
    bar_km = next(km for km in (10, 5, 2, 1, 0.5) if km * scale <= WIDTH / 3)
    return SmallMap(
        f"{latitude:.5f}", f"{longitude:.5f}", exact, tuple(dots), round(bar_km * scale),
        f"{bar_km:g}".replace(".", ","),
    )


def _dots(around: list[tuple[str, float, float]], latitude: float, longitude: float, scale: float) -> list[Dot]:
    """Places inside the drawing, the bigger ones first, no two names over each other; one name stands once."""
    dots: list[Dot] = []
    for name, lat, lon in around:
        x = round(WIDTH / 2 + (lon - longitude) * _KM_OF_DEGREE * cos(radians(latitude)) * scale)
        y = round(HEIGHT / 2 - (lat - latitude) * _KM_OF_DEGREE * scale)
        if not (8 <= x <= WIDTH - 8 and _ROW <= y <= HEIGHT - 24):
            continue
        if any(dot.name == name or abs(dot.y - y) < _ROW for dot in dots):
            continue
        dots.append(Dot(x, y, name, x > WIDTH * 0.6))
        if len(dots) == _MOST:
            break
    return dots
