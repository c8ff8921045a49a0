"""Which municipality (or inner district) a point lies in, by the imported boundaries; without them nobody knows.

Each process keeps the boundaries in memory as a tree of their boxes (STRtree) and reads them anew when the stamp says
that another file was imported. To be called inside `acting`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Max

from otklik.territory.models import Boundary, BoundaryEdition, Kind

if TYPE_CHECKING:
    from shapely import STRtree

# A point so near to the outer border of the region still is ours: borders are drawn as roughly as GPS measures.
NEAR_DEGREES: Final = 0.003  # some 200–300 m


@dataclass(frozen=True, slots=True)
class Lies:
    """Where a point lies. `territory_id` is the finest unit with a boundary; None when outside of all of them.

    `known` says whether there are boundaries at all: without them nothing can be said.
    """

    known: bool
    territory_id: int | None = None
    municipality_id: int | None = None


@dataclass(frozen=True, slots=True)
class Boundaries:
    """The boundaries as they were at one moment: asks no database, for runs of many points."""

    stamp: int
    tree: STRtree | None
    units: tuple[tuple[int, int | None, bool], ...]  # territory, municipality, is an inner district

    def lies_in(self, latitude: float, longitude: float) -> Lies:
        """Where a point lies (WGS 84, degrees)."""
        if self.tree is None:
            return Lies(known=False)
        from shapely.geometry import Point

        point = Point(longitude, latitude)
        hits = list(self.tree.query(point, predicate="intersects"))
        if not hits:
            hits = list(self.tree.query_nearest(point, max_distance=NEAR_DEGREES))
        if not hits:
            return Lies(known=True)
        # An inner district before its city; on a common border the first by id, the same each time.
        territory_id, municipality_id, _inner = min(
            (self.units[int(hit)] for hit in hits), key=lambda unit: (not unit[2], unit[0])
        )
        return Lies(True, territory_id, municipality_id)


_loaded: Boundaries | None = None


def stamp() -> int:
    """A number that grows with each import of boundaries; 0 without any."""
    return BoundaryEdition.objects.aggregate(newest=Max("id"))["newest"] or 0


def lies_in(latitude: float, longitude: float) -> Lies:
    """Where a point lies (WGS 84, degrees). One small query, and more only after an import."""
    return boundaries().lies_in(latitude, longitude)


def boundaries() -> Boundaries:
    """The boundaries of now, read anew when another file was imported since."""
    global _loaded
    newest = stamp()
    if _loaded is None or _loaded.stamp != newest:
        _loaded = _read(newest)
    return _loaded


def _read(newest: int) -> Boundaries:
    rows = list(
        Boundary.objects.filter(territory__active=True)
        .order_by("territory_id")
        .values_list("territory_id", "territory__municipality_id", "territory__kind", "shape")
    )
    if not rows:
        return Boundaries(newest, None, ())
    from shapely import STRtree, from_wkb, prepare

    shapes = from_wkb([bytes(shape) for *_unit, shape in rows])
    prepare(shapes)
    units = tuple((pk, municipality, kind == Kind.DISTRICT) for pk, municipality, kind, _shape in rows)
    return Boundaries(newest, STRtree(shapes), units)
