"""Everything that is wrong with a region's folder, line by line, before any of it is loaded.

`regionfile` stops at the first fault, since it feeds the tables; a person who writes the files wants all of them.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from otklik.regions import CODE
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
from otklik.typed_text import typed

NUMBERS = ("population", "latitude", "longitude")
COLUMNS: dict[str, tuple[str, ...]] = {
    "municipalities.csv": tuple(MunicipalityRow.__slots__),
    "inner_districts.csv": tuple(DistrictRow.__slots__),
    "settlements.csv": tuple(SettlementRow.__slots__),
    "codes.csv": tuple(CodeRow.__slots__),
    "aliases.csv": ("territory", "alias"),
    "bodies.csv": tuple(BodyRow.__slots__),
    "ended_bodies.csv": tuple(EndedBodyRow.__slots__),
}
FILLED = {
    "municipalities.csv": ("code", "oktmo", "name", "short_name", "type_name", "genitive", "short_genitive"),
    "inner_districts.csv": ("code", "municipality", "name", "short_name", "administration"),
    "settlements.csv": ("name", "type_name", "municipality"),
    "codes.csv": ("territory", "system", "code"),
    "aliases.csv": ("territory", "alias"),
    "bodies.csv": ("code", "name", "short_name", "kind", "territory"),
    "ended_bodies.csv": ("oktmo", "name", "municipality"),
}
BODY_KINDS = ("administration", "department", "utility", "housing_company", "regional_body", "regional_operator",
              "federal_body", "settlement_administration")  # fmt: skip
NAME_RULES = ("municipal_centre", "municipal_centre_short", "administration", "administration_short",
              "settlement_administration", "settlement_administration_short")  # fmt: skip
_EXAMPLE = {"genitive": "А", "short_genitive": "А", "region": "Б", "municipality": "В"}


@dataclass(frozen=True)
class Fault:
    """What is wrong, and where. `line` counts from 1 (the heading); 0 is the file as a whole."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}, строка {self.line}: {self.text}" if self.line else f"{self.file}: {self.text}"


@dataclass(frozen=True)
class _Line:
    number: int
    values: dict[str, str]


def faults(folder: Path) -> list[Fault]:
    """All faults of region.toml and the directories of territories and bodies, in the order of files and lines."""
    found = list(_region(folder))
    tables: dict[str, list[_Line]] = {}
    for name, columns in COLUMNS.items():
        tables[name] = []
        found += _table(folder / name, name, columns, tables[name])
    if not tables["municipalities.csv"] and not any(fault.file == "municipalities.csv" for fault in found):
        found.append(Fault("municipalities.csv", 0, "нет ни одного муниципалитета"))
    return found + list(_references(_region_code(folder), tables))


def _written(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "region.toml").read_text(encoding="utf-8"))


def _region_code(folder: Path) -> str:
    try:
        return str(_written(folder).get("code", ""))
    except (OSError, ValueError):
        return ""


def _region(folder: Path) -> Iterator[Fault]:
    name = "region.toml"
    try:
        written = _written(folder)
    except OSError:
        yield Fault(name, 0, "нет такого файла")
        return
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        yield Fault(name, 0, f"не читается: {error}")
        return
    tables = ("phones", "defaults", "names", "geonames", "centre_of_region")
    for field in RegionInfo.__slots__:
        if field not in (*tables, *NUMBERS) and not str(written.get(field, "")).strip():
            yield Fault(name, 0, f"не заполнено «{field}»")
    if (code := written.get("code")) and not CODE.fullmatch(str(code)):
        yield Fault(name, 0, f"code «{code}»: строчные латинские буквы, цифры и дефис")
    if (subject := written.get("subject_code")) and not re.fullmatch(r"[0-9]{2,3}", str(subject)):
        yield Fault(name, 0, f"subject_code «{subject}»: две-три цифры, с них начинаются номера карточек")
    if zone := written.get("zone"):
        try:
            ZoneInfo(str(zone))
        except (ZoneInfoNotFoundError, ValueError):
            yield Fault(name, 0, f"zone «{zone}»: нет такого часового пояса")
    for field in NUMBERS:
        if field in written and (isinstance(written[field], bool) or not isinstance(written[field], int | float)):
            yield Fault(name, 0, f"{field}: должно быть число")
    centre = written.get("centre_of_region", {})
    for field in ("code", "name", "short_name"):
        if not centre.get(field):
            yield Fault(name, 0, f"[centre_of_region]: не заполнено «{field}»")
    for rule in NAME_RULES:
        try:
            if not str(written.get("names", {})[rule]).format(**_EXAMPLE).strip():
                yield Fault(name, 0, f"[names] {rule}: пусто")
        except KeyError as error:
            missing = error.args[0] == rule
            text = "нет такого правила" if missing else f"неизвестная вставка {{{error.args[0]}}}"
            yield Fault(name, 0, f"[names] {rule}: {text}")
        except (ValueError, IndexError):
            yield Fault(name, 0, f"[names] {rule}: фигурные скобки не парные")


def _table(path: Path, name: str, columns: tuple[str, ...], into: list[_Line]) -> Iterator[Fault]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        if name == "municipalities.csv":
            yield Fault(name, 0, "нет такого файла")
        return
    except UnicodeDecodeError:
        yield Fault(name, 0, "не в кодировке UTF-8")
        return
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = [column for column in columns if column not in (reader.fieldnames or ())]
    if missing:
        yield Fault(name, 1, f"нет столбцов: {', '.join(missing)} (разделитель — запятая)")
        return
    for row in reader:
        number = reader.line_num
        if None in row or None in row.values():
            yield Fault(name, number, "число столбцов не то, что в заголовке")
            continue
        values = {key: value.strip() for key, value in row.items()}
        into.append(_Line(number, values))
        yield from (Fault(name, number, text) for text in _line_faults(name, values))


def _line_faults(name: str, values: dict[str, str]) -> Iterator[str]:
    for column, value in values.items():
        if typed(value) != value:
            yield f"{column}: есть невидимые знаки, которых никто не набирает"
    for column in FILLED[name]:
        if not values[column]:
            yield f"не заполнено «{column}»"
    for column, (check, text) in _VALUES.items():
        if values.get(column) and not check(values[column]):
            yield f"{column} «{values[column]}»: {text}"
    if name in ("municipalities.csv", "inner_districts.csv") and values["code"] and not CODE.fullmatch(values["code"]):
        yield f"code «{values['code']}»: строчные латинские буквы, цифры и дефис"
    if name == "municipalities.csv" and values["oktmo"] and not re.fullmatch(r"[0-9]{8}", values["oktmo"]):
        yield f"oktmo «{values['oktmo']}»: восемь цифр"
    if name == "settlements.csv" and values["name"] and not name_key(values["name"]):
        yield f"name «{values['name']}»: в названии нет букв"
    if name == "bodies.csv" and values["kind"] and values["kind"] not in BODY_KINDS:
        yield f"kind «{values['kind']}»: одно из {', '.join(BODY_KINDS)}"
    if name == "codes.csv" and values["valid_to"] and values["valid_to"] < values["valid_from"]:
        yield "код кончился раньше, чем начался"


def _is(number: type, low: float, high: float) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        try:
            return bool(low <= number(text) <= high)
        except ValueError:
            return False

    return check


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


_DAY = (_is_day, "нужна дата вида 2024-12-31")
_VALUES: dict[str, tuple[Callable[[str], bool], str]] = {
    "population": (_is(int, 0, 30_000_000), "целое число жителей"),
    "latitude": (_is(float, -90, 90), "число от -90 до 90, через точку"),
    "longitude": (_is(float, -180, 180), "число от -180 до 180, через точку"),
    "geonameid": (_is(int, 1, 10**9), "номер GeoNames — целое число"),
    "valid_from": _DAY, "valid_to": _DAY, "law_passed": _DAY,
}  # fmt: skip


def _references(region: str, tables: dict[str, list[_Line]]) -> Iterator[Fault]:
    municipalities = {line.values["code"] for line in tables["municipalities.csv"]}
    districts = {line.values["code"]: line.values["municipality"] for line in tables["inner_districts.csv"]}
    known = {region, *municipalities, *districts}
    seen: dict[str, str] = {region: "region.toml"}
    for name in ("municipalities.csv", "inner_districts.csv"):
        for line in tables[name]:
            code = line.values["code"]
            if code and code in seen:
                yield Fault(name, line.number, f"code «{code}» уже есть: {seen[code]}")
            seen.setdefault(code, f"{name}, строка {line.number}")
    yield from _doubles("municipalities.csv", "oktmo", tables)
    yield from _doubles("bodies.csv", "code", tables)
    for name, column, among in (
        ("inner_districts.csv", "municipality", municipalities), ("settlements.csv", "municipality", municipalities),
        ("codes.csv", "territory", known), ("aliases.csv", "territory", known), ("bodies.csv", "territory", known),
        ("ended_bodies.csv", "municipality", known),
    ):
        for line in tables[name]:
            if line.values[column] and line.values[column] not in among:
                yield Fault(name, line.number, f"{column} «{line.values[column]}»: такого кода нет")
    for line in tables["settlements.csv"]:
        district = line.values["district"]
        if district and districts.get(district) != line.values["municipality"]:
            yield Fault("settlements.csv", line.number, f"district «{district}»: нет в этом муниципалитете")


def _doubles(name: str, column: str, tables: dict[str, list[_Line]]) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for line in tables[name]:
        value = line.values[column]
        if value and value in first:
            yield Fault(name, line.number, f"{column} «{value}» уже есть в строке {first[value]}")
        first.setdefault(value, line.number)
