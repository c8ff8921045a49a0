"""A region's files into the tables: region, municipalities, inner districts, codes, names, towns.

Idempotent: a second run finds the same rows by their codes and changes only what the files say
otherwise. Nothing is ever deleted; what left the files stays, so that cases keep their place.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction

from otklik import regions
from otklik.territory.geonames import GeoPoint, read_points
from otklik.territory.models import Alias, Kind, Territory, TerritoryCode
from otklik.territory.naming import name_key, place_key, slug, type_family
from otklik.territory.region_rows import SettlementRow
from otklik.territory.regionfile import RegionFiles, read_region


@dataclass
class LoadReport:
    """What a load did: counts of rows made, changed and found as they should be."""

    created: int = 0
    updated: int = 0
    existing: int = 0
    codes: int = 0
    aliases: int = 0
    without_point: list[str] = field(default_factory=list)


def region_folder(code: str) -> Path:
    """The folder of a region that the program ships."""
    return regions.SHIPPED / code


@transaction.atomic
def load_region(folder: Path) -> LoadReport:
    """Load a region's folder (`region_folder(code)` or one's own). Must run inside `acting`.

    Raises `RegionFileError` when the files do not fit together; then nothing is changed.
    """
    files = read_region(folder)
    report = LoadReport()
    region = _region(files, report)
    municipalities = _municipalities(files, region, report)
    districts = _districts(files, municipalities, report)
    _settlements(files, municipalities, districts, report)
    _mark_centres(files, municipalities)
    for code, name in files.aliases:
        known = {region.code: region, **municipalities, **districts}
        _alias(known[code], name, report)
    return report


def _upsert(report: LoadReport, code: str, **values: Any) -> Territory:
    territory = Territory.objects.filter(code=code).first()
    if territory is None:
        report.created += 1
        return Territory.objects.create(code=code, **values)
    changed = {name: value for name, value in values.items() if getattr(territory, name) != value}
    if not changed:
        report.existing += 1
        return territory
    for name, value in changed.items():
        setattr(territory, name, value)
    territory.save()
    report.updated += 1
    return territory


def _own_scope(territory: Territory) -> None:
    if territory.scope_id != territory.pk:
        territory.scope = territory
        territory.save(update_fields=["scope"])


def _region(files: RegionFiles, report: LoadReport) -> Territory:
    info = files.info
    region = _upsert(
        report,
        info.code,
        kind=Kind.REGION,
        name=info.name,
        short_name=info.name,
        type_name=info.type_name,
        latitude=info.latitude,
        longitude=info.longitude,
        population=info.population,
        source=info.source,
    )
    _own_scope(region)
    _code(region, info.oktmo, report, source="region.toml")
    return region


def _municipalities(files: RegionFiles, region: Territory, report: LoadReport) -> dict[str, Territory]:
    loaded = {}
    for row in files.municipalities:
        territory = _upsert(
            report,
            row.code,
            parent=region,
            kind=Kind.MUNICIPALITY,
            name=row.name,
            short_name=row.short_name,
            type_name=row.type_name,
            latitude=row.latitude,
            longitude=row.longitude,
            population=row.population,
            source=row.source,
        )
        _own_scope(territory)
        if territory.municipality_id != territory.pk:
            territory.municipality = territory
            territory.save(update_fields=["municipality"])
        loaded[row.code] = territory
        dated = [code for code in files.codes if code.territory == row.code]
        if not any(code.code == row.oktmo for code in dated):
            _code(territory, row.oktmo, report, source="ОКТМО")
        for code in dated:
            _code(
                territory,
                code.code,
                report,
                system=code.system,
                valid_from=code.valid_from,
                valid_to=code.valid_to,
                source=code.source,
            )
    return loaded


def _districts(
    files: RegionFiles, municipalities: dict[str, Territory], report: LoadReport
) -> dict[str, Territory]:
    loaded = {}
    for row in files.districts:
        city = municipalities[row.municipality]
        territory = _upsert(
            report,
            row.code,
            parent=city,
            municipality=city,
            kind=Kind.DISTRICT,
            name=row.name,
            short_name=row.short_name,
            type_name=row.type_name,
            latitude=row.latitude,
            longitude=row.longitude,
            population=row.population,
            source=row.source,
        )
        _own_scope(territory)
        loaded[row.code] = territory
    return loaded


def _settlements(
    files: RegionFiles,
    municipalities: dict[str, Territory],
    districts: dict[str, Territory],
    report: LoadReport,
) -> None:
    """Places the files name; a settlement that a list brought before is found by its name."""
    known: dict[tuple[int | None, str, str], Territory] = {}
    for territory in Territory.objects.filter(kind=Kind.SETTLEMENT).order_by("-id"):
        key = place_key(territory.short_name)
        known[territory.municipality_id, key, type_family(territory.type_name)] = territory

    def standing(row: SettlementRow) -> Territory | None:
        municipality = municipalities[row.municipality]
        return known.get((municipality.pk, place_key(row.name), type_family(row.type_name)))

    wanted = [row.geonameid for row in files.settlements if row.geonameid and _lacks_point(standing(row))]
    points: dict[int, GeoPoint] = {}
    if wanted and files.info.geonames:
        points = read_points(files.info.geonames["country"], files.info.geonames["admin1"], wanted)
    for row in files.settlements:
        point = points.get(row.geonameid or 0)
        municipality = municipalities[row.municipality]
        parent = districts[row.district] if row.district else municipality
        territory = standing(row) or Territory(
            code=f"{municipality.code}-{slug(row.name)}", kind=Kind.SETTLEMENT
        )
        fresh = territory.pk is None
        before = (territory.parent_id, territory.short_name, territory.type_name, territory.latitude)
        territory.parent = parent
        territory.scope = parent
        territory.municipality = municipality
        territory.short_name = row.name
        territory.type_name = row.type_name
        territory.name = f"{row.type_name} {row.name}"
        if point and territory.latitude is None:
            territory.latitude, territory.longitude = point.latitude, point.longitude
            territory.population = territory.population or point.population
            territory.source = f"GeoNames {row.geonameid}, CC BY 4.0"
        after = (territory.parent_id, territory.short_name, territory.type_name, territory.latitude)
        if fresh or before != after:
            territory.save()
        report.created += fresh
        report.updated += not fresh and before != after
        report.existing += not fresh and before == after
        if row.geonameid and territory.latitude is None:
            report.without_point.append(row.name)
        for alias in row.aliases:
            _alias(territory, alias, report)


def _mark_centres(files: RegionFiles, municipalities: dict[str, Territory]) -> None:
    """The settlements from which municipalities are governed, wherever they came from."""
    inside = Territory.objects.filter(kind=Kind.SETTLEMENT, municipality__in=municipalities.values())
    named: dict[tuple[int | None, str], list[Territory]] = defaultdict(list)
    for place in inside:
        named[place.municipality_id, place.name_key].append(place)
    centres: set[int] = set()
    for row in files.municipalities:
        found = [
            place for place in named[municipalities[row.code].pk, name_key(row.centre)]
            if type_family(place.type_name) == type_family(row.centre_type)
        ]
        if len(found) == 1:
            centres.add(found[0].pk)
    inside.filter(is_centre=True).exclude(pk__in=centres).update(is_centre=False)
    inside.filter(is_centre=False, pk__in=centres).update(is_centre=True)


def _lacks_point(territory: Territory | None) -> bool:
    return territory is None or territory.latitude is None


def _code(
    territory: Territory, code: str, report: LoadReport, *, system: str = "oktmo", **values: Any
) -> None:
    _, made = TerritoryCode.objects.update_or_create(
        territory=territory, system=system, code=code, defaults=values
    )
    report.codes += made


def _alias(territory: Territory, name: str, report: LoadReport) -> None:
    standing = Alias.objects.filter(territory=territory)
    alias = Alias(territory=territory, name=name)
    if not any(row.name == name or place_key(row.name) == place_key(name) for row in standing):
        alias.save()
        report.aliases += 1
