"""What the template part `maps/map.html` needs to know: `map_part(request, …)` gives it, and lets tiles through.

A map shows boundaries and settlements of our own; tiles come only from the address that the region's administrator
set, and only then may the page ask that one server for pictures.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.core.cache import cache
from django.db.models import Max, Min
from django.http import HttpRequest
from django.utils.translation import gettext as _

from otklik.organisations import region_settings
from otklik.territory import pointing
from otklik.territory.clustering import Box
from otklik.territory.models import Boundary, BoundaryEdition, Kind, Territory

ASPECT = 0.64  # how much shorter a degree of longitude is at our latitudes
EUROPEAN_RUSSIA = (27.0, 43.0, 60.0, 68.0)  # shown when no place of the region has a point
KEPT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class MapPart:
    """One map of a page.

    `points` is the address that answers `box` and `zoom` (see `points`); `areas` colours municipalities: for each code
    `grade` (a class of the stylesheet), `value`, `words` and `address`. `pick` names the two inputs that keep a point.
    """

    name: str
    view: str
    stamp: int
    tiles: str
    tiles_attribution: str
    attribution: tuple[str, ...]
    points: str = ""
    point: str = ""
    pick: str = ""
    areas: dict[str, dict[str, str]] = field(default_factory=dict)
    listed: bool = True
    words: dict[str, str] = field(default_factory=dict)

    @property
    def words_id(self) -> str:
        """Where the script finds what it says."""
        return f"{self.name}-words"

    @property
    def areas_id(self) -> str:
        """Where the script finds the colours."""
        return f"{self.name}-areas"

    @property
    def bare(self) -> bool:
        """Neither boundaries nor tiles: the page says so, and the list carries everything."""
        return not self.stamp and not self.tiles


def map_part(
    request: HttpRequest,
    name: str = "map",
    *,
    around: Territory | None = None,
    point: tuple[float, float] | None = None,
    points: str = "",
    pick: tuple[str, str] | None = None,
    areas: dict[str, dict[str, str]] | None = None,
    listed: bool = True,
) -> MapPart:
    """A map of a territory (the whole region by default). Inside `acting`.

    `point` is (latitude, longitude); `pick` are the ids of the inputs of latitude and longitude.
    """
    tiles, owner = tile_server()
    allow_tiles(request)
    return MapPart(
        name=name,
        view=",".join(f"{edge:.4f}" for edge in _view(around, point, near=bool(tiles))),
        stamp=pointing.stamp(),
        tiles=tiles,
        tiles_attribution=owner if tiles else "",
        attribution=attributions(),
        points=points,
        point=f"{point[0]:.6f},{point[1]:.6f}" if point else "",
        pick=f"{pick[0]} {pick[1]}" if pick else "",
        areas=areas or {},
        listed=listed,
        words=_words(),
    )


def allow_tiles(request: HttpRequest) -> None:
    """Let this page ask the tile server for pictures; nothing changes where none is set, or it is our own host."""
    parts = urlsplit(tile_server()[0])
    if parts.scheme and parts.netloc:
        request.pictures_from = f"{parts.scheme}://{parts.netloc}"  # type: ignore[attr-defined]


def tile_server() -> tuple[str, str]:
    """The tile server's address and what is written beside its map; both empty without one. Kept for a minute."""
    kept: tuple[str, str] | None = cache.get("map-tiles")
    if kept is None:
        kept = (region_settings.get("map_tiles"), region_settings.get("map_tiles_attribution"))
        cache.set("map-tiles", kept, KEPT_SECONDS)
    return kept


def attributions() -> tuple[str, ...]:
    """What must be written beside a map because of the data on it."""
    said = []
    for attribution, licence in BoundaryEdition.objects.exclude(attribution="").values_list("attribution", "licence"):
        said.append(_("границы: %(who)s") % {"who": f"{attribution}, {licence}" if licence else attribution})
    if Territory.objects.filter(latitude__isnull=False, source__startswith="GeoNames").exists():
        said.append(_("населённые пункты: GeoNames, CC BY 4.0"))
    if Territory.objects.filter(latitude__isnull=False, source__contains="OpenStreetMap").exists():
        said.append(_("населённые пункты: © участники OpenStreetMap, ODbL 1.0"))
    return tuple(dict.fromkeys(said))


def _view(
    around: Territory | None, point: tuple[float, float] | None, *, near: bool
) -> tuple[float, float, float, float]:
    """The window at first: around a point, else the territory, else the whole region. `near` is for maps with tiles:
    without them a street shows nothing, and towns and borders must come into sight."""
    if point:
        return _window(point[0], point[1], 0.012 if near else 0.25)
    if around is not None and around.kind != Kind.REGION:
        if around.latitude is not None and around.longitude is not None and around.kind == Kind.SETTLEMENT:
            return _window(around.latitude, around.longitude, 0.03 if near else 0.25)
        found = bounds(around)
        if found is not None:
            return (found.west, found.south, found.east, found.north)
        if around.latitude is not None and around.longitude is not None:
            return _window(around.latitude, around.longitude, 0.3)
    return _of_region()


def bounds(territory: Territory) -> Box | None:
    """The box of a territory's boundary, or of the municipality it lies in; None without one."""
    wanted = [pk for pk in (territory.pk, territory.scope_id, territory.municipality_id) if pk]
    rows = {row.territory_id: row for row in Boundary.objects.filter(territory_id__in=wanted)}
    row = next((rows[pk] for pk in wanted if pk in rows), None)
    if row is None:
        return None
    from shapely import from_wkb

    west, south, east, north = from_wkb(bytes(row.shape)).bounds
    return Box(west, south, east, north)


def _of_region() -> tuple[float, float, float, float]:
    edge = Territory.objects.filter(active=True).exclude(kind=Kind.REGION).aggregate(
        west=Min("longitude"), east=Max("longitude"), south=Min("latitude"), north=Max("latitude")
    )
    if edge["west"] is None or edge["south"] is None:
        return EUROPEAN_RUSSIA
    return (edge["west"] - 0.4, edge["south"] - 0.3, edge["east"] + 0.4, edge["north"] + 0.3)


def _window(latitude: float, longitude: float, half: float) -> tuple[float, float, float, float]:
    wide = half / ASPECT
    return (longitude - wide, latitude - half, longitude + wide, latitude + half)


def _words() -> dict[str, Any]:
    return {
        "nearer": _("Ближе"),
        "farther": _("Дальше"),
        "failed": _("Карта не загрузилась. Список рядом показывает то же самое."),
        "nothing": _("Здесь ничего нет. Подвиньте или отдалите карту."),
        "capped": _("Показано не всё: приблизьте карту."),
        "more": _("Остальное — на карте: приблизьте её."),
        "zoom_in": _("приблизить"),
        "here": _("Точка поставлена. Её можно перетащить."),
        "point": _("место"),
    }
