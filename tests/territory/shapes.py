"""Hand-made boundaries and points, far from looking like the real ones."""

import json
from typing import Any

from otklik.acting import System, acting
from otklik.territory.boundaries import BoundaryImport, import_boundaries
from otklik.territory.models import Territory


def square(west: float, south: float, side: float = 1.0) -> list[list[list[float]]]:
    """The coordinates of a square polygon."""
    east, north = west + side, south + side
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def around(code: str, side: float = 0.4) -> list[list[list[float]]]:
    """A square around the known point of a territory."""
    place = Territory.objects.get(code=code)
    assert place.latitude is not None and place.longitude is not None
    return square(place.longitude - side / 2, place.latitude - side / 2, side)


def feature(coordinates: Any, kind: str = "Polygon", **properties: Any) -> dict[str, Any]:
    """One feature of a file."""
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


def collection(*features: Any, **members: Any) -> bytes:
    """A whole file."""
    return json.dumps({"type": "FeatureCollection", "features": list(features), **members}).encode()


def load(content: bytes, **options: Any) -> BoundaryImport:
    """Import as the command does."""
    with acting(System("test")):
        return import_boundaries(content, file_name=options.pop("file_name", "границы.geojson"), **options)


def two_districts() -> bytes:
    """Камышин (a small square) inside Камышинский район (a big one with a hole for it)."""
    town = around("gorod-kamyshin", 0.2)
    district = [*around("gorod-kamyshin", 1.2), town[0][::-1]]
    return collection(feature(district, name="Камышинский район"), feature(town, name="Камышин"))
