"""Points of settlements from an OSM export: `place=village|hamlet|…` with a name gives a known settlement its point.

Only settlements that are in the tree and have no point get one; none is made. Namesakes are told apart by the
municipality in which the point lies, so boundaries must be loaded; without them only a name that is one of a kind
in the region is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from otklik.territory.finding import Finder
from otklik.territory.models import Kind, Territory
from otklik.territory.pointing import Boundaries, boundaries

PLACES: Final = frozenset({"city", "town", "village", "hamlet", "isolated_dwelling", "suburb", "locality"})
SOURCE: Final = "OpenStreetMap, ODbL 1.0"


def is_place(tags: Mapping[str, str]) -> bool:
    """Whether these tags are of a settlement."""
    return tags.get("place", "") in PLACES and bool(tags.get("name"))


class PlacePoints:
    """Gathers the points of a file and gives them to the settlements at the end."""

    def __init__(self, finder: Finder) -> None:
        """`finder` knows the names of the region."""
        self._finder = finder
        self._boundaries: Boundaries = boundaries()
        self._units: dict[int, Territory] = {}
        self._found: dict[int, tuple[float, float]] = {}

    def take(self, tags: Mapping[str, str], point: tuple[float, float]) -> None:
        """One place of the file."""
        lies = self._boundaries.lies_in(*point)
        unit = ""
        if lies.known:
            if lies.territory_id is None:
                return
            if lies.territory_id not in self._units:
                self._units[lies.territory_id] = Territory.objects.get(pk=lies.territory_id)
            unit = self._units[lies.territory_id].name
        answer = self._finder.find(unit, tags.get("name:ru") or tags["name"])
        place = answer.territory
        if answer.exact and place is not None and place.kind == Kind.SETTLEMENT and place.latitude is None:
            self._found.setdefault(place.pk, point)

    def save(self) -> int:
        """Store the points. Returns how many settlements got one."""
        rows = list(Territory.objects.select_for_update().filter(pk__in=self._found, latitude=None))
        for row in rows:
            row.latitude, row.longitude = self._found[row.pk]
            row.source = f"{row.source}; точка: {SOURCE}".strip("; ")
        Territory.objects.bulk_update(rows, ["latitude", "longitude", "source"], batch_size=500)
        return len(rows)
