"""Boundaries and settlements as GeoJSON: public, the same for everybody, kept ready and compressed by each process."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from otklik.territory import pointing
from otklik.territory.models import Boundary, Kind, Territory

FRESH_SECONDS: Final = 300  # after it the browser asks whether anything changed
GEOJSON: Final = "application/geo+json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class _Ready:
    """An answer as it goes out."""

    stamp: str
    plain: bytes
    packed: bytes
    etag: str


_ready: dict[str, _Ready] = {}


@require_safe
def boundaries(request: HttpRequest) -> HttpResponse:
    """`/map/boundaries/`: simplified boundaries of municipalities and inner districts."""
    return _answer(request, "boundaries", str(pointing.stamp()), _boundaries)


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """`/map/places/`: settlements whose point is known, the bigger ones first."""
    newest = Territory.objects.filter(latitude__isnull=False).order_by("-id").values_list("id", flat=True).first()
    count = Territory.objects.filter(latitude__isnull=False, active=True).count()
    return _answer(request, "places", f"{newest}.{count}", _places)


def _answer(request: HttpRequest, name: str, stamp: str, draw: Any) -> HttpResponse:
    """The prepared answer, or 304 where the browser has it."""
    ready = _ready.get(name)
    if ready is None or ready.stamp != stamp:
        plain = json.dumps(
            {"type": "FeatureCollection", "features": draw()}, ensure_ascii=False, separators=(",", ":")
        ).encode()
        etag = quote_etag(hashlib.sha256(plain).hexdigest()[:20])
        ready = _ready[name] = _Ready(stamp, plain, gzip.compress(plain, 6, mtime=0), etag)
    if ready.etag in request.headers.get("If-None-Match", ""):
        response = HttpResponse(status=304)
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(ready.packed, content_type=GEOJSON)
        response["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(ready.plain, content_type=GEOJSON)
    response["ETag"] = ready.etag
    response["Cache-Control"] = f"public, max-age={FRESH_SECONDS}"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _boundaries() -> list[dict[str, Any]]:
    rows = list(
        Boundary.objects.filter(territory__active=True)
        .order_by("territory__kind", "territory__name_key")
        .values_list("territory__code", "territory__short_name", "territory__kind", "outline", "shape")
    )
    return [
        {
            "type": "Feature",
            "geometry": json.loads(outline),
            "properties": {
                "code": code, "name": name, "inner": kind == Kind.DISTRICT, "label": _label_point(bytes(shape)),
            },
        }
        for code, name, kind, outline, shape in rows
    ]


def _label_point(shape: bytes) -> list[float]:
    """Where a name is written: the middle of the widest place inside, as latitude and longitude."""
    from shapely import from_wkb, maximum_inscribed_circle
    from shapely.geometry import Point

    middle = Point(maximum_inscribed_circle(from_wkb(shape), tolerance=0.01).coords[0])
    return [round(middle.y, 4), round(middle.x, 4)]


def _places() -> list[dict[str, Any]]:
    known = Territory.objects.filter(active=True, latitude__isnull=False, longitude__isnull=False)
    towns = known.filter(kind=Kind.SETTLEMENT).exclude(name_key=F("municipality__name_key"))  # stands once
    cities = known.filter(kind=Kind.MUNICIPALITY).exclude(name_key__contains="район")
    wanted = ("code", "short_name", "population", "latitude", "longitude")
    rows = [*cities.order_by("name_key").values_list(*wanted), *towns.order_by("name_key").values_list(*wanted)]
    return [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [round(longitude or 0, 4), round(latitude or 0, 4)]},
            "properties": {"code": code, "name": name, "population": population or 0},
        }
        for code, name, population, latitude, longitude in sorted(rows, key=lambda row: -(row[2] or 0))
    ]
