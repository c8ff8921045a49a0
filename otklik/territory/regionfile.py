"""What the files of a region say: its node, municipalities, inner districts, settlements, bodies.

A region is a folder with `region.toml` and CSV files (utf-8, comma); this module reads them into
values and checks that they fit together. Pure but for reading the folder; writes nothing.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from otklik.territory.naming import name_key
from otklik.territory.region_rows import (
    BodyRow,
    CodeRow,
    DistrictRow,
    EndedBodyRow,
    MunicipalityRow,
    RegionInfo,
    SettlementRow,
)


class RegionFileError(ValueError):
    """A file of a region is missing or says something that cannot be; the text names file and line."""


@dataclass(frozen=True)
class RegionFiles:
    """Everything a region's folder says, checked."""

    folder: Path
    info: RegionInfo
    municipalities: tuple[MunicipalityRow, ...]
    districts: tuple[DistrictRow, ...]
    settlements: tuple[SettlementRow, ...]
    codes: tuple[CodeRow, ...]
    aliases: tuple[tuple[str, str], ...]
    listed_bodies: tuple[BodyRow, ...]
    ended_bodies: tuple[EndedBodyRow, ...] = ()

    @cached_property
    def bodies(self) -> tuple[BodyRow, ...]:
        """All bodies: those that every municipality has, made by rule, then the listed ones."""
        return (*self._bodies_by_rule(), *self.listed_bodies)

    def settlement_administration(self, genitive: str, municipality: str) -> tuple[str, str]:
        """Full and short name of the administration of a settlement body in a municipality (code)."""
        row = next(row for row in self.municipalities if row.code == municipality)
        names = self.info.names
        values = {"genitive": genitive, "municipality": row.genitive, "region": self.info.genitive}
        return (
            names["settlement_administration"].format(**values),
            names["settlement_administration_short"].format(**values),
        )

    def _bodies_by_rule(self) -> Iterator[BodyRow]:
        info, rule = self.info, "по правилу из файлов региона"
        centre = info.centre_of_region
        yield BodyRow(
            centre["code"], centre["name"], centre["short_name"], "regional_centre", info.code, rule, ""
        )
        for row in self.municipalities:
            values = {
                "genitive": row.genitive,
                "short_genitive": row.short_genitive,
                "region": info.genitive,
            }
            made = {key: text.format(**values, municipality=row.genitive) for key, text in info.names.items()}
            yield BodyRow(
                f"mcu-{row.code}",
                made["municipal_centre"],
                made["municipal_centre_short"],
                "municipal_centre",
                row.code,
                rule,
                "",
            )
            yield BodyRow(
                f"adm-{row.code}",
                row.administration or made["administration"],
                made["administration_short"],
                "administration",
                row.code,
                rule,
                "",
            )
        for district in self.districts:
            yield BodyRow(
                f"adm-{district.code}",
                district.administration,
                district.administration,
                "department",
                district.code,
                rule,
                "a territorial body of the city's administration",
            )


def read_region(folder: Path) -> RegionFiles:
    """Read and check the folder of a region.

    Raises `RegionFileError` with the file, the line and what is wrong.
    """
    info = _info(folder)
    files = RegionFiles(
        folder=folder,
        info=info,
        municipalities=tuple(
            MunicipalityRow(**_only(MunicipalityRow, row), **_numbers(row, where))
            for where, row in _rows(folder, "municipalities.csv")
        ),
        districts=tuple(
            DistrictRow(**_only(DistrictRow, row), **_numbers(row, where))
            for where, row in _rows(folder, "inner_districts.csv")
        ),
        settlements=tuple(
            SettlementRow(
                geonameid=_number(row["geonameid"], int, where),
                name=row["name"],
                type_name=row["type_name"],
                municipality=row["municipality"],
                district=row["district"],
                aliases=tuple(part.strip() for part in row["aliases"].split(";") if part.strip()),
            )
            for where, row in _rows(folder, "settlements.csv")
        ),
        codes=tuple(
            CodeRow(
                row["territory"],
                row["system"],
                row["code"],
                _day(row["valid_from"], where),
                _day(row["valid_to"], where),
                row["source"],
            )
            for where, row in _rows(folder, "codes.csv")
        ),
        aliases=tuple((row["territory"], row["alias"]) for _, row in _rows(folder, "aliases.csv")),
        listed_bodies=tuple(BodyRow(**row) for _, row in _rows(folder, "bodies.csv")),
        ended_bodies=tuple(
            EndedBodyRow(
                row["oktmo"],
                row["name"],
                row["municipality"],
                row["successor_oktmo"],
                row["successor"],
                _day(row["law_passed"], where),
                row["source"],
            )
            for where, row in _rows(folder, "ended_bodies.csv")
        ),
    )
    _check(files)
    return files


def _info(folder: Path) -> RegionInfo:
    path = folder / "region.toml"
    try:
        written: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise RegionFileError(f"{path}: нет такого файла") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RegionFileError(f"{path}: {error}") from error
    tables = ("phones", "defaults", "names", "geonames", "centre_of_region")
    optional = (*_NUMBERS, *tables)
    try:
        values: dict[str, Any] = {
            field: written[field] for field in RegionInfo.__slots__ if field not in optional
        }
    except KeyError as error:
        raise RegionFileError(f"{path}: нет поля {error.args[0]}") from error
    values |= {field: written.get(field) for field in _NUMBERS}
    values |= {field: dict(written.get(field, {})) for field in tables}
    return RegionInfo(**values)


def _rows(folder: Path, name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Lines of one CSV file with their place; a file that is not there has no lines."""
    path = folder / name
    if not path.exists():
        return
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        for row in reader:
            where = f"{path}, строка {reader.line_num}"
            if None in row or None in row.values():
                raise RegionFileError(f"{where}: число столбцов не то, что в заголовке")
            yield where, {key: value.strip() for key, value in row.items()}


_NUMBERS = ("population", "latitude", "longitude")


def _only(row_type: type, row: dict[str, str]) -> dict[str, Any]:
    fields: tuple[str, ...] = row_type.__slots__  # type: ignore[attr-defined]
    return {field: row[field] for field in fields if field not in _NUMBERS}


def _numbers(row: dict[str, str], where: str) -> dict[str, Any]:
    return {
        "population": _number(row["population"], int, where),
        "latitude": _number(row["latitude"], float, where),
        "longitude": _number(row["longitude"], float, where),
    }


def _number(text: str, number: Any, where: str) -> Any:
    if not text:
        return None
    try:
        return number(text)
    except ValueError as error:
        raise RegionFileError(f"{where}: «{text}» — не число") from error


def _day(text: str, where: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise RegionFileError(f"{where}: «{text}» — не дата вида 2024-12-31") from error


def _check(files: RegionFiles) -> None:
    """Refuse files that name what is not there, or name one code twice."""
    municipalities = {row.code for row in files.municipalities}
    districts = {row.code: row.municipality for row in files.districts}
    known = {files.info.code} | municipalities | set(districts)
    if len(known) != 1 + len(files.municipalities) + len(files.districts):
        raise RegionFileError(f"{files.folder}: один код территории дан дважды")
    for district in files.districts:
        if district.municipality not in municipalities:
            raise RegionFileError(f"inner_districts.csv: нет муниципалитета {district.municipality}")
    for settlement in files.settlements:
        if settlement.municipality not in municipalities:
            raise RegionFileError(f"settlements.csv: нет муниципалитета {settlement.municipality}")
        if settlement.district and districts.get(settlement.district) != settlement.municipality:
            raise RegionFileError(f"settlements.csv: нет района {settlement.district}")
        if not name_key(settlement.name):
            raise RegionFileError("settlements.csv: населённый пункт без названия")
    for name, codes in (
        ("codes.csv", [row.territory for row in files.codes]),
        ("aliases.csv", [code for code, _ in files.aliases]),
        ("bodies.csv", [row.territory for row in files.listed_bodies]),
        ("ended_bodies.csv", [row.municipality for row in files.ended_bodies]),
    ):
        for code in codes:
            if code not in known:
                raise RegionFileError(f"{name}: нет территории {code}")
