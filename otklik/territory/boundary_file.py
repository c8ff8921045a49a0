"""Reading a GeoJSON file of boundaries (RFC 7946) into whole polygons. Pure: no database, no network.

A wrong file as a whole raises `BadInput`; a wrong feature is given back with its reason, the others are read.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from otklik.failures import BadInput
from otklik.typed_text import typed

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

MAX_BYTES: Final = 64 * 1024 * 1024
MAX_FEATURES: Final = 3_000
MAX_POINTS: Final = 2_000_000
# Properties by which sources name a unit, in the order in which they are believed.
CODE_NAMES: Final = ("oktmo", "oktmo:user", "ref:oktmo", "октмо", "code_oktmo", "code")
PLAIN_NAMES: Final = (
    "name", "name:ru", "official_name", "official_name:ru", "district", "short_name", "alt_name", "old_name",
    "название", "наименование", "муниципалитет", "municipality",
)
OSM_ATTRIBUTION: Final = "© участники OpenStreetMap"
OSM_LICENCE: Final = "ODbL 1.0"


@dataclass(frozen=True, slots=True)
class Outline:
    """One feature: what it calls itself, and its polygons. `mended` says that the geometry had to be repaired."""

    number: int
    codes: tuple[str, ...]
    names: tuple[str, ...]
    shape: BaseGeometry
    mended: bool = False

    @property
    def label(self) -> str:
        """How a report calls the feature."""
        return next(iter((*self.names, *self.codes)), _("без названия"))


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A feature that was left out, and why."""

    number: int
    label: str
    reason: str


@dataclass(slots=True)
class BoundaryFile:
    """What a file says. `attribution` and `licence` are empty where the file does not tell."""

    outlines: list[Outline] = field(default_factory=list)
    rejected: list[NotTaken] = field(default_factory=list)
    attribution: str = ""
    licence: str = ""


class _Unusable(Exception):
    """Why one feature cannot be taken."""


def read_boundaries(content: bytes, file_name: str = "", name_field: str = "") -> BoundaryFile:
    """Read the file. `name_field` is the property that names the unit, where it is none of the usual ones.

    Raises `BadInput` for what is no GeoJSON FeatureCollection in degrees (WGS 84), or too big.
    """
    features = _features(content)
    read = BoundaryFile()
    points = 0
    for number, feature in enumerate(features, start=1):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        properties = properties if isinstance(properties, dict) else {}
        codes, names = _called(properties, name_field)
        label = next(iter((*names, *codes)), _("без названия"))
        try:
            points += _count_points(feature)
            if points > MAX_POINTS:
                raise BadInput(
                    _("В файле больше %(most_points)s точек. Упростите границы (например, в QGIS) и загрузите снова.")
                    % {"most_points": MAX_POINTS}
                )
            shape, mended = _shape(feature)
            if not names and not codes:
                raise _Unusable(_("нет ни названия, ни кода ОКТМО: добавьте их в файл "
                                  "(в команде поле названия указывает --name-field)"))
        except _Unusable as wrong:
            read.rejected.append(NotTaken(number, label, str(wrong)))
            continue
        read.outlines.append(Outline(number, codes, names, shape, mended))
    if _from_osm(content, features, file_name):
        read.attribution, read.licence = OSM_ATTRIBUTION, OSM_LICENCE
    return read


def _features(content: bytes) -> list[Any]:
    if len(content) > MAX_BYTES:
        raise BadInput(
            _("Файл больше %(what)s МБ. Упростите границы и загрузите снова.")
            % {"what": MAX_BYTES // 2**20}
        )
    if not content.strip():
        raise BadInput(_("Файл пустой."))
    try:
        whole = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadInput(_("Это не текст в UTF-8. Нужен файл GeoJSON.")) from None
    except (ValueError, RecursionError):
        raise BadInput(_("Это не GeoJSON: файл не читается как JSON. Он мог загрузиться не целиком.")) from None
    if not isinstance(whole, dict) or whole.get("type") != "FeatureCollection":
        raise BadInput(_("Нужен GeoJSON вида FeatureCollection: список границ с названиями."))
    features = whole.get("features")
    if not isinstance(features, list) or not features:
        raise BadInput(_("В файле нет ни одной границы."))
    if len(features) > MAX_FEATURES:
        raise BadInput(
            _("В файле %(n)s объектов, а можно не больше %(most_features)s: это не границы районов.")
            % {"n": len(features), "most_features": MAX_FEATURES}
        )
    _check_reference_system(whole.get("crs"))
    return features


def _check_reference_system(crs: Any) -> None:
    """Old files name their system; only degrees of WGS 84 are ours."""
    if crs is None:
        return
    said = json.dumps(crs)
    if not any(known in said for known in ("CRS84", "EPSG::4326", "EPSG:4326", "epsg:4326")):
        raise BadInput(_("Координаты в файле не в градусах WGS 84. Переведите их в EPSG:4326 и загрузите снова."))


def _called(properties: Mapping[str, Any], name_field: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Codes and names of a feature, best first."""
    plain = {str(key).strip().casefold(): value for key, value in properties.items()}
    tags = plain.get("tags")  # some exports of OSM keep the tags apart
    if isinstance(tags, dict):
        plain = {str(key).casefold(): value for key, value in tags.items()} | plain
    codes = [text for key in CODE_NAMES if (text := _word(plain.get(key)))]
    wanted = (name_field.strip().casefold(),) if name_field.strip() else PLAIN_NAMES
    names = [text for key in wanted if (text := _word(plain.get(key)))]
    return tuple(dict.fromkeys(codes)), tuple(dict.fromkeys(names))


def _word(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return " ".join(typed(str(value)).split())[:200]


def _count_points(feature: Any) -> int:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    return sum(1 for _pair in _pairs(geometry)) if isinstance(geometry, dict) else 0


def _pairs(geometry: Mapping[str, Any]) -> Iterator[Any]:
    """Every position of a geometry, whatever its nesting. Raises `_Unusable` for what is none."""
    waiting: list[tuple[Any, int]] = [(geometry.get("coordinates"), 0)]
    while waiting:
        part, depth = waiting.pop()
        if not isinstance(part, list) or depth > 4:
            raise _Unusable(_("координаты записаны не по правилам GeoJSON"))
        if part and not isinstance(part[0], list):
            yield part
        else:
            waiting.extend((inner, depth + 1) for inner in part)


def _shape(feature: Any) -> tuple[BaseGeometry, bool]:
    from shapely import force_2d, make_valid
    from shapely.errors import ShapelyError
    from shapely.geometry import shape

    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(geometry, dict):
        raise _Unusable(_("нет геометрии"))
    if geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise _Unusable(_("это не площадь, а %(what)s") % {"what": _word(geometry.get("type")) or "?"})
    for pair in _pairs(geometry):
        _check_position(pair)
    try:
        found = force_2d(shape(geometry))
        mended = not found.is_valid
        whole = _area_of(make_valid(found) if mended else found)
    except (ShapelyError, ValueError, TypeError, IndexError):
        raise _Unusable(_("граница не складывается в площадь")) from None
    if whole.is_empty:
        raise _Unusable(_("граница не складывается в площадь"))
    return whole, mended


def _check_position(pair: list[Any]) -> None:
    numbers = [value for value in pair[:2] if isinstance(value, int | float) and not isinstance(value, bool)]
    if len(numbers) < 2 or any(isinstance(value, float) and math.isnan(value) for value in numbers):
        raise _Unusable(_("среди координат есть не числа"))
    longitude, latitude = numbers
    if not (abs(longitude) <= 180 and abs(latitude) <= 90):
        raise _Unusable(_("координаты не в градусах: переведите файл в EPSG:4326"))


def _area_of(shape: BaseGeometry) -> BaseGeometry:
    """The polygons of whatever mending gave: lines and points left over are dropped."""
    from shapely import get_parts, union_all

    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    parts = [part for part in get_parts(shape) if part.geom_type in ("Polygon", "MultiPolygon")]
    return union_all(parts)


def _from_osm(content: bytes, features: list[Any], file_name: str) -> bool:
    """Whether the file came from OpenStreetMap: it says so, its ids do, or its name does."""
    if "osm" in file_name.casefold() or b"openstreetmap" in content[:4096].lower():
        return True
    first = features[0] if isinstance(features[0], dict) else {}
    properties: Any = first.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    named = (first.get("id"), properties.get("@id"), properties.get("osm_id"))
    return "osm_id" in properties or any(str(value).startswith(("relation/", "way/")) for value in named)
