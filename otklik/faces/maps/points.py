"""Points of a map's window as GeoJSON: the one shape of answer that `map.js` draws, whatever the points are.

`?box=west,south,east,north&zoom=N` in, a FeatureCollection out. A feature is a single thing (`title`, `note`,
`address`, `mark`) or a spot of several (`count`, `box` to zoom into, `items` where they cannot be told apart by
zooming). See docs/developing.md, «A map».
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from otklik.failures import BadInput
from otklik.territory.clustering import MOST_SPOTS, WHOLE_ZOOM, Spot, box_of, spots, zoom_of


@dataclass(frozen=True, slots=True)
class Item:
    """One thing on the map: its words, where a click leads, and its mark (`late`, `soon`, `open`, `done`)."""

    title: str
    note: str = ""
    address: str = ""
    mark: str = "open"


Describe = Callable[[Collection[int]], Mapping[int, Item]]


def messages_in_words(count: int) -> str:
    """«12 сообщений»."""
    return ngettext("%(n)s сообщение", "%(n)s сообщений", count) % {"n": count}


def points_answer(
    request: HttpRequest, rows: QuerySet[Any], describe: Describe, counted: Callable[[int], str] = messages_in_words
) -> HttpResponse:
    """The spots of the window asked for. `describe` gives the words of the rows with these ids, in one query;
    `counted` says how many there are at a spot."""
    try:
        box = box_of(request.GET.get("box", "-180,-90,180,90"))
    except BadInput as wrong:
        return JsonResponse({"error": str(wrong)}, status=400)
    zoom = zoom_of(request.GET.get("zoom", ""))
    found = spots(rows, box, zoom)
    told = [key for spot in found if _is_told(spot, zoom) for key in spot.keys]
    items = describe(told) if told else {}
    answer = {
        "type": "FeatureCollection",
        "features": [_feature(spot, [items[key] for key in spot.keys if key in items], counted) for spot in found],
        "total": sum(spot.count for spot in found),
        "capped": len(found) == MOST_SPOTS,
    }
    response = JsonResponse(answer, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "private, no-store"
    return response


def _is_told(spot: Spot, zoom: int) -> bool:
    at_one_place = spot.box.west == spot.box.east and spot.box.south == spot.box.north
    return spot.count == 1 or zoom >= WHOLE_ZOOM or at_one_place


def _feature(spot: Spot, items: list[Item], counted: Callable[[int], str]) -> dict[str, Any]:
    if spot.count == 1 and items:
        properties: dict[str, Any] = {"count": 1, **asdict(items[0])}
    else:
        box = [spot.box.west, spot.box.south, spot.box.east, spot.box.north]
        properties = {"count": spot.count, "title": counted(spot.count), "box": box}
        properties["items"] = [asdict(item) for item in items]
        if len(items) < spot.count and items:
            properties["note"] = _("показаны первые %(n)s") % {"n": len(items)}
    point = [round(spot.longitude, 6), round(spot.latitude, 6)]
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": point}, "properties": properties}
