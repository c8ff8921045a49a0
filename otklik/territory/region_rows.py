"""The lines of a region's files as values; `regionfile` reads them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class RegionInfo:
    """`region.toml`: the region as a node, and what is called how in it."""

    code: str
    name: str
    genitive: str
    type_name: str
    subject_code: str
    oktmo: str
    zone: str
    centre: str
    latitude: float | None
    longitude: float | None
    population: int | None
    source: str
    phones: dict[str, str]
    defaults: dict[str, str]
    names: dict[str, str]
    geonames: dict[str, str]
    centre_of_region: dict[str, str]


@dataclass(frozen=True, slots=True)
class MunicipalityRow:
    """A line of `municipalities.csv`. The point is where the map shows it; `checked` is for people."""

    code: str
    oktmo: str
    name: str
    short_name: str
    type_name: str
    genitive: str
    short_genitive: str
    administration: str
    centre_type: str
    centre: str
    population: int | None
    latitude: float | None
    longitude: float | None
    source: str


@dataclass(frozen=True, slots=True)
class DistrictRow:
    """A line of `inner_districts.csv`: a district of a city, which is no municipality."""

    code: str
    municipality: str
    name: str
    short_name: str
    type_name: str
    genitive: str
    administration: str
    population: int | None
    latitude: float | None
    longitude: float | None
    source: str


@dataclass(frozen=True, slots=True)
class SettlementRow:
    """A line of `settlements.csv`: a place known before any list is imported.

    Coordinates and population come from GeoNames by `geonameid` (None for parts of a city).
    """

    geonameid: int | None
    name: str
    type_name: str
    municipality: str
    district: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A line of `codes.csv`: a code of an outside classifier with its days (both inclusive)."""

    territory: str
    system: str
    code: str
    valid_from: date | None
    valid_to: date | None
    source: str


@dataclass(frozen=True, slots=True)
class EndedBodyRow:
    """A line of `ended_bodies.csv`: a settlement municipality that lists still name but that is no more.

    Its places now belong to `successor` (both by ОКТМО of 8 digits).
    """

    oktmo: str
    name: str
    municipality: str
    successor_oktmo: str
    successor: str
    law_passed: date | None
    source: str


@dataclass(frozen=True, slots=True)
class BodyRow:
    """An organisation that the region's files know: `territory` is the code of its territory.

    Kinds: regional_centre, municipal_centre, administration, settlement_administration,
    department, utility, housing_company, regional_body, regional_operator, federal_body.
    """

    code: str
    name: str
    short_name: str
    kind: str
    territory: str
    source: str
    note: str
