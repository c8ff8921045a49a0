"""Points of a map's window, near ones as one spot: a grid over the window, counted by the database.

So a page gets a few hundred spots at most, whether ten points lie in the window or a hundred thousand, and only rows
of the query it was given (one's scopes, one's filter) are counted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, FloatField, Func, Max, Min, QuerySet, Value

from otklik.failures import BadInput

CELL_PIXELS: Final = 60  # a spot with its number takes some 40
MOST_SPOTS: Final = 400
MOST_KEYS: Final = 20  # so many rows of one spot are told by name
WHOLE_ZOOM: Final = 17  # from here only what lies at the very same place is one spot
MAX_ZOOM: Final = 19


@dataclass(frozen=True, slots=True)
class Box:
    """A map's window, degrees (WGS 84)."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class Spot:
    """Points that are shown as one. `keys` are the first of their ids, `box` is what to zoom into."""

    latitude: float
    longitude: float
    count: int
    keys: tuple[int, ...]
    box: Box


def box_of(text: str) -> Box:
    """A window from `west,south,east,north`. Raises `BadInput` for anything else."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise BadInput("box: west,south,east,north") from None
    if not all(map(math.isfinite, (west, south, east, north))) or west > east or south > north:
        raise BadInput("box: west,south,east,north")
    return Box(max(west, -180.0), max(south, -90.0), min(east, 180.0), min(north, 90.0))


def zoom_of(text: str) -> int:
    """A whole zoom of a map, 0–19; what is no number is seen from afar."""
    return min(int(text), MAX_ZOOM) if text.isascii() and text.isdecimal() and len(text) < 4 else 0


def spots(rows: QuerySet[Any], box: Box, zoom: int) -> list[Spot]:
    """The spots of a window, the greatest first; `rows` have `latitude` and `longitude`. One query."""
    side = 360 / 2**zoom / 256 * CELL_PIXELS if zoom < WHOLE_ZOOM else 1e-5
    # A degree of latitude is longer on the map than one of longitude: rounded, so that the grid stands still.
    height = side * max(0.2, round(math.cos(math.radians((box.south + box.north) / 2)), 1))
    found = (
        rows.filter(
            latitude__gte=box.south, latitude__lte=box.north, longitude__gte=box.west, longitude__lte=box.east
        )
        .order_by()
        .annotate(column=_cell("longitude", side), line=_cell("latitude", height))
        .values("column", "line")
        .annotate(
            count=Count("pk"),
            west=Min("longitude"), east=Max("longitude"), south=Min("latitude"), north=Max("latitude"),
            keys=ArrayAgg("pk"),
        )
        .annotate(some=Func(F("keys"), template=f"(%(expressions)s)[1:{MOST_KEYS}]"))
        .order_by("-count", "column", "line")
        .values_list("count", "some", "west", "south", "east", "north")
    )
    # The middle of what is there, not the mean: two sums of every point less to reckon.
    return [
        Spot((south + north) / 2, (west + east) / 2, count, tuple(keys), Box(west, south, east, north))
        for count, keys, west, south, east, north in found[:MOST_SPOTS]
    ]


def _cell(field: str, side: float) -> Func:
    return Func(F(field) / Value(side), function="floor", output_field=FloatField())
