"""Streets and house numbers of an OSM export: `.osm` XML (osmium, JOSM, Overpass) or GeoJSON (Overpass Turbo).

A street is a `highway=*` with a name, or whatever `addr:street` names; a house is `addr:housenumber` with its street.
The settlement is `addr:city`/`addr:place`, else the point of the object decides. Data © участники OpenStreetMap, ODbL.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from otklik.failures import BadInput
from otklik.territory.osm_places import is_place
from otklik.territory.street_lines import StreetLine
from otklik.territory.street_names import house_number, split_street
from otklik.territory.xml_records import records

Point = tuple[float, float]  # latitude, longitude
MAX_GEOJSON: Final = 256 * 2**20
_NO_STREETS: Final = {"bus_stop", "platform", "crossing", "traffic_signals", "services", "rest_area", "street_lamp"}


GEOJSON: Final = (".geojson", ".json")
OnPlace = Callable[[Mapping[str, str], Point], None]


def tell_places(path: Path, on_place: OnPlace) -> None:
    """Tell of every settlement of an export that has a point: a walk of its own, so that streets find them known."""
    if path.suffix.lower() in GEOJSON:
        for tags, geometry in _features(path):
            point = _point_of(geometry)
            if is_place(tags) and point is not None and geometry.get("type") == "Point":
                on_place(tags, point)
        return
    for node in _records(path, ("node",)):
        tags, point = _tags(node.inside), _point(node.attributes.get("lat"), node.attributes.get("lon"))
        if is_place(tags) and point is not None:
            on_place(tags, point)


def read_osm_xml(path: Path) -> Iterator[StreetLine]:
    """Walks over the file: ways say which nodes are needed, nodes give their points."""
    wanted: set[str] = set()
    for way in _records(path, ("way",)):
        first = _middle([one["ref"] for name, one in way.inside if name == "nd" and "ref" in one])
        if first is not None and _is_of_use(_tags(way.inside)):
            wanted.add(first)
    points: dict[str, Point] = {}
    for node in _records(path, ("node",)):
        point = _point(node.attributes.get("lat"), node.attributes.get("lon"))
        if point is None:
            continue
        if node.attributes.get("id") in wanted:
            points[node.attributes["id"]] = point
        tags = _tags(node.inside)
        if _is_of_use(tags):
            yield from _lines(tags, point)
    for way in _records(path, ("way",)):
        tags = _tags(way.inside)
        if _is_of_use(tags):
            first = _middle([one["ref"] for name, one in way.inside if name == "nd" and "ref" in one])
            yield from _lines(tags, points.get(first or ""))


def read_osm_geojson(path: Path) -> Iterator[StreetLine]:
    """The features of a GeoJSON export. Raises `BadInput` for anything else."""
    for tags, geometry in _features(path):
        if _is_of_use(tags):
            yield from _lines(tags, _point_of(geometry))


def _features(path: Path) -> Iterator[tuple[dict[str, str], Any]]:
    """Tags and geometry of each feature."""
    if path.stat().st_size > MAX_GEOJSON:
        raise BadInput(f"Файл больше {MAX_GEOJSON // 2**20} МБ. Выгрузите его в формате .osm: он читается по частям.")
    try:
        whole = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise BadInput("Это не GeoJSON: файл не читается. Он мог загрузиться не целиком.") from None
    features = whole.get("features") if isinstance(whole, dict) else None
    if not isinstance(features, list):
        raise BadInput("Нужен GeoJSON вида FeatureCollection: улицы и дома с тегами OSM.")
    for feature in features:
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(properties, dict):
            continue
        inner = properties.get("tags")
        given: Mapping[str, Any] = inner if isinstance(inner, dict) else properties
        yield {key: value for key, value in given.items() if isinstance(value, str)}, feature.get("geometry")


def _records(path: Path, names: tuple[str, ...]) -> Any:
    with path.open("rb") as stream:
        yield from records(stream, names, path.name)


def _tags(inside: list[tuple[str, dict[str, str]]]) -> dict[str, str]:
    return {one["k"]: one["v"] for name, one in inside if name == "tag" and "k" in one and "v" in one}


def _is_of_use(tags: Mapping[str, str]) -> bool:
    return bool(tags.get("addr:street")) or ("name" in tags and tags.get("highway", "") not in {"", *_NO_STREETS})


def _lines(tags: Mapping[str, str], point: Point | None) -> Iterator[StreetLine]:
    settlement = tags.get("addr:city") or tags.get("addr:place") or ""
    municipality = tags.get("addr:district") or ""
    written = tags.get("addr:street") or tags.get("name:ru") or tags["name"]
    kind, name = split_street(written)
    if not name or len(name) > 150:
        return
    line = StreetLine(
        name, kind, f"osm:{written[:150]}", municipality=municipality, settlement=settlement, point=point
    )
    if "addr:street" in tags:
        number = house_number(tags.get("addr:housenumber", ""))
        line.houses = {number} if number else set()
    yield line


def _middle(refs: list[str]) -> str | None:
    """A street may begin at the border of the next village: its middle says better where it is."""
    return refs[len(refs) // 2] if refs else None


def _point(latitude: Any, longitude: Any) -> Point | None:
    try:
        point = float(latitude), float(longitude)
    except (TypeError, ValueError):
        return None
    return point if abs(point[0]) <= 90 and abs(point[1]) <= 180 else None


def _point_of(geometry: Any) -> Point | None:
    """The middle position of whatever geometry."""
    part = geometry.get("coordinates") if isinstance(geometry, dict) else None
    for _level in range(5):
        if not isinstance(part, list) or not part:
            return None
        if not isinstance(part[0], list):
            return _point(part[1], part[0]) if len(part) > 1 else None
        part = part[len(part) // 2]
    return None
