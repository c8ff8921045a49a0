"""The shipped region's places as the gazetteer sees them, built from its files without a database."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from otklik.territory.gazetteer import Gazetteer, Place
from otklik.territory.naming import place_key
from otklik.territory.oktmo import OktmoFile, read_oktmo
from otklik.territory.regionfile import RegionFiles, read_region

ROOT = Path(__file__).resolve().parents[2]
REGION = ROOT / "otklik" / "regions" / "volgograd"
TRIAL = Path(os.environ.get("OTKLIK_TRIAL_DATA", ROOT.parent / "shared" / "data"))
OKTMO_LIST = TRIAL / "geo" / "oktmo_volgograd_settlements.csv"


@cache
def region_files() -> RegionFiles:
    return read_region(REGION)


@cache
def oktmo_list() -> OktmoFile:
    return read_oktmo(OKTMO_LIST.read_bytes())


def places(with_list: bool = False) -> list[Place]:
    """Ids: 1 the region, 101… municipalities, 201… inner districts, 1001… settlements."""
    files = region_files()
    other: dict[str, list[str]] = {}
    for code, alias in files.aliases:
        other.setdefault(code, []).append(alias)
    made = [
        Place(1, "region", files.info.name, "область", (files.info.name, *other.get(files.info.code, [])))
    ]
    ids: dict[str, int] = {}
    for number, row in enumerate(files.municipalities, 101):
        ids[row.code] = number
        city = "район" not in row.short_name
        made.append(
            Place(
                number,
                "municipality",
                row.short_name,
                "город" if city else row.type_name,
                (row.short_name, *other.get(row.code, [])),
                number,
                row.population or 0,
                True,
            )
        )
    for number, district in enumerate(files.districts, 201):
        names = (district.short_name, *other.get(district.code, []))
        city_id = ids[district.municipality]
        made.append(
            Place(number, "district", district.short_name, district.type_name, names, city_id, 0, True)
        )
    seen: set[tuple[int, str]] = set()
    for number, place in enumerate(files.settlements, 1001):
        municipality = ids[place.municipality]
        seen.add((municipality, place_key(place.name)))
        made.append(
            Place(
                number,
                "settlement",
                place.name,
                place.type_name,
                (place.name, *place.aliases),
                municipality,
                5000 if place.geonameid else 0,
                bool(place.geonameid),
            )
        )
    if with_list:
        by_code = {row.oktmo: ids[row.code] for row in files.municipalities}
        for number, line in enumerate(oktmo_list().settlements, 2001):
            municipality = by_code[line.municipality_oktmo]
            if (municipality, place_key(line.name)) in seen:
                continue
            made.append(Place(number, "settlement", line.name, line.type_name, (line.name,), municipality))
    return made


@cache
def gazetteer(with_list: bool = False) -> Gazetteer:
    return Gazetteer.build(places(with_list))


def names_found(text: str, with_list: bool = False) -> list[str]:
    """Names of the places found, surest first of each span; low ones are marked with «?»."""
    return [
        hit.name if hit.confidence >= 0.5 else f"{hit.name}?"
        for hit in gazetteer(with_list).find_in_text(text)
    ]
