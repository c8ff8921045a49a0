"""A region's places straight from its files, for reading texts without a database. Pure but for reading files."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from otklik.territory.gazetteer import Gazetteer, Place
from otklik.territory.naming import place_key, type_family
from otklik.territory.oktmo import SettlementLine, read_oktmo
from otklik.territory.region_rows import MunicipalityRow, SettlementRow
from otklik.territory.regionfile import RegionFiles, read_region

OWN_LIST: Final = "settlements_oktmo.csv"  # the whole list of ОКТМО, where a region keeps it in its folder
_KNOWN: Final = 500  # people; a place of GeoNames has so many at least
_REGION, _MUNICIPALITIES, _DISTRICTS, _SETTLEMENTS = 1, 101, 501, 1001


def gazetteer_of(folder: Path, settlements: Path | None = None) -> Gazetteer:
    """The gazetteer of a region's folder, with the settlements of a list of ОКТМО if one is given or lies in it.

    Ids are numbers of lines and mean nothing outside. Raises `RegionFileError` or `BadInput` for files that cannot
    be read.
    """
    return Gazetteer.build(places_of(folder, settlements))


def settlement_list(folder: Path) -> Path | None:
    """The list of ОКТМО for a region's folder: in it, where OTKLIK_SETTLEMENTS says, or among the trial data.

    Without a database nothing was imported, so the villages come from here; None when there is no list.
    """
    trial = Path(os.environ.get("OTKLIK_TRIAL_DATA") or Path("..") / "shared" / "data")
    named = os.environ.get("OTKLIK_SETTLEMENTS", "")
    places = [folder / OWN_LIST, trial / "geo" / f"oktmo_{folder.name}_settlements.csv"]
    if named:
        places.insert(0, Path(named))
    return next((path for path in places if path.is_file()), None)


def places_of(folder: Path, settlements: Path | None = None) -> list[Place]:
    """The region, its municipalities, inner districts and settlements as places."""
    files = read_region(folder)
    listed = settlements or settlement_list(folder)
    lines = read_oktmo(listed.read_bytes()).settlements if listed else ()
    return list(_places(files, lines))


def _places(files: RegionFiles, lines: tuple[SettlementLine, ...] | list[SettlementLine]) -> Iterator[Place]:
    other: dict[str, list[str]] = defaultdict(list)
    for code, alias in files.aliases:
        other[code].append(alias)
    info = files.info
    yield Place(_REGION, "region", info.name, info.type_name, (info.name, *other[info.code]))
    ids = {row.code: number for number, row in enumerate(files.municipalities, _MUNICIPALITIES)}
    for row in files.municipalities:
        is_city = "район" not in row.short_name.lower()
        names = (row.short_name, *other[row.code])
        yield Place(
            ids[row.code], "municipality", row.short_name, "город" if is_city else row.type_name, names,
            ids[row.code], row.population or 0, known=True, point=_point(row.latitude, row.longitude),
        )
    for number, district in enumerate(files.districts, _DISTRICTS):
        names = (district.short_name, *other[district.code])
        yield Place(
            number, "district", district.short_name, district.type_name, names, ids[district.municipality],
            district.population or 0, known=True, point=_point(district.latitude, district.longitude),
        )
    yield from _settlements(files, ids, lines)


def _settlements(
    files: RegionFiles, ids: dict[str, int], lines: tuple[SettlementLine, ...] | list[SettlementLine]
) -> Iterator[Place]:
    above = {row.code: row for row in files.municipalities}
    seen: set[tuple[int, str, str]] = set()
    number = _SETTLEMENTS
    for place in files.settlements:
        municipality = above[place.municipality]
        seen.add((ids[place.municipality], place_key(place.name), type_family(place.type_name)))
        centre = _is_centre(place, municipality)
        is_city = centre and municipality.short_name == place.name
        people = (municipality.population or 0) if is_city else _KNOWN if place.geonameid else 0
        yield Place(
            number, "settlement", place.name, place.type_name, (place.name, *place.aliases), ids[place.municipality],
            people, known=bool(place.geonameid), centre=centre,
            point=_point(municipality.latitude, municipality.longitude) if centre else None,
        )
        number += 1
    by_oktmo = {row.oktmo: ids[row.code] for row in files.municipalities}
    for line in lines:
        inside = by_oktmo.get(line.municipality_oktmo)
        if inside is None or (inside, place_key(line.name), type_family(line.type_name)) in seen:
            continue
        yield Place(number, "settlement", line.name, line.type_name, (line.name,), inside)
        number += 1


def _is_centre(place: SettlementRow, municipality: MunicipalityRow) -> bool:
    return place.name == municipality.centre and place.type_name == municipality.centre_type


def _point(latitude: float | None, longitude: float | None) -> tuple[float, float] | None:
    return None if latitude is None or longitude is None else (latitude, longitude)
