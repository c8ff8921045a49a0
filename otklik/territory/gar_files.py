"""Reading an extract of ГАР (the state address register, «ГАР БД ФИАС», XML): streets, their settlements, houses.

The files of one region, in a folder or a ZIP: AS_ADDR_OBJ (objects: a street is level 8, a settlement 6, a city 5, a
municipality 3, a district 2), AS_MUN_HIERARCHY or AS_ADM_HIERARCHY (what lies in what), and, where given,
AS_ADDR_OBJ_PARAMS (type 7 is ОКТМО) and AS_HOUSES. Schemes: «Описание выгрузки ГАР», ФНС России.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from otklik.failures import BadInput
from otklik.territory.street_lines import StreetLine
from otklik.territory.street_names import house_number, plain_name, street_type
from otklik.territory.xml_records import records

OKTMO_PARAM: Final = "7"
STREET_LEVEL: Final = "8"
SETTLEMENT_LEVELS: Final = ("5", "6")
MUNICIPAL_LEVELS: Final = ("2", "3")
MAX_MEMBER: Final = 8 * 2**30  # one file, unpacked
_KIND: Final = re.compile(r"^AS_(ADDR_OBJ_PARAMS|ADDR_OBJ|ADM_HIERARCHY|MUN_HIERARCHY|HOUSES)_\d", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Object:
    name: str
    type_name: str
    level: str
    guid: str


def is_gar(path: Path) -> bool:
    """Whether this is a folder or ZIP of ГАР, or one of its files."""
    return any(True for _kind in _members(path))


def read_gar(path: Path) -> Iterator[StreetLine]:
    """The streets of an extract. Raises `BadInput` when its files are not there or are not what they should be."""
    kinds = {kind for kind, _name in _members(path)}
    if "ADDR_OBJ" not in kinds or not kinds & {"ADM_HIERARCHY", "MUN_HIERARCHY"}:
        raise BadInput(
            "Для улиц из ГАР нужны файлы AS_ADDR_OBJ и AS_MUN_HIERARCHY (или AS_ADM_HIERARCHY) "
            "в одной папке или архиве."
        )
    objects = _objects(path)
    hierarchy = "MUN_HIERARCHY" if "MUN_HIERARCHY" in kinds else "ADM_HIERARCHY"
    parents, codes, houses_of = _hierarchy(path, hierarchy, objects, "HOUSES" in kinds)
    codes |= _codes(path, objects)
    houses = _houses(path, houses_of)
    for object_id, street in objects.items():
        if street.level == STREET_LEVEL:
            yield _line(object_id, street, objects, parents, codes, houses.get(object_id, set()))


def _line(
    object_id: int, street: _Object, objects: dict[int, _Object], parents: dict[int, int], codes: dict[int, str],
    houses: set[str],
) -> StreetLine:
    settlement = municipality = None
    found = [codes[object_id]] if object_id in codes else []
    above, steps = parents.get(object_id), 0
    while above is not None and steps < 12:  # a file may hold a ring
        one = objects.get(above)
        if one is not None and one.level in SETTLEMENT_LEVELS and settlement is None:
            settlement = one
            if above in codes:  # the settlement's own code is finer than the street's, which may be the council's
                found.insert(0, codes[above])
        elif one is not None and one.level in MUNICIPAL_LEVELS and municipality is None:
            municipality = one
        above, steps = parents.get(above), steps + 1
    written = street_type(street.type_name) or street.type_name[:40]
    return StreetLine(
        plain_name(street.name), written, f"gar:{street.guid}", tuple(dict.fromkeys(found)),
        f"{municipality.name} {municipality.type_name}" if municipality else "",
        f"{settlement.type_name} {settlement.name}" if settlement else "", houses=houses,
    )


def _objects(path: Path) -> dict[int, _Object]:
    found = {}
    for one in _records(path, "ADDR_OBJ", "OBJECT"):
        if one.get("ISACTUAL", "1") == "1" and one.get("ISACTIVE", "1") == "1" and one.get("NAME", "").strip():
            found[_number(one, "OBJECTID")] = _Object(
                " ".join(one["NAME"].split())[:150], one.get("TYPENAME", "").strip(), one.get("LEVEL", ""),
                one.get("OBJECTGUID", "")[:60],
            )
    return found


def _hierarchy(
    path: Path, kind: str, objects: dict[int, _Object], with_houses: bool
) -> tuple[dict[int, int], dict[int, str], dict[int, int]]:
    """The parent of each object, the ОКТМО that the municipal hierarchy gives, and the street of each house."""
    parents: dict[int, int] = {}
    codes: dict[int, str] = {}
    houses_of: dict[int, int] = {}
    for one in _records(path, kind, "ITEM"):
        if one.get("ISACTIVE", "1") != "1" or not one.get("PARENTOBJID", "").strip():
            continue
        child, parent = _number(one, "OBJECTID"), _number(one, "PARENTOBJID")
        if child in objects:
            parents[child] = parent
            if one.get("OKTMO", "").strip():
                codes[child] = one["OKTMO"].strip()
        elif with_houses and parent in objects and objects[parent].level == STREET_LEVEL:
            houses_of[child] = parent
    return parents, codes, houses_of


def _codes(path: Path, objects: dict[int, _Object]) -> dict[int, str]:
    found = {}
    for one in _records(path, "ADDR_OBJ_PARAMS", "PARAM"):
        stands = one.get("CHANGEIDEND", "") in ("", "0")  # else another value came after it
        if one.get("TYPEID") == OKTMO_PARAM and stands and _number(one, "OBJECTID") in objects:
            found[_number(one, "OBJECTID")] = one.get("VALUE", "").strip()
    return found


def _houses(path: Path, houses_of: dict[int, int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for one in _records(path, "HOUSES", "HOUSE"):
        street = houses_of.get(_number(one, "OBJECTID"))
        if street is None or one.get("ISACTUAL", "1") != "1" or one.get("ISACTIVE", "1") != "1":
            continue
        number = house_number(one.get("HOUSENUM", ""), one.get("ADDNUM1", ""), one.get("ADDNUM2", ""))
        if number:
            found.setdefault(street, set()).add(number)
    return found


def _number(one: dict[str, str], name: str) -> int:
    try:
        return int(one[name])
    except (KeyError, ValueError):
        raise BadInput(f"В файле ГАР есть запись без числа {name}: это не выгрузка ГАР.") from None


def _records(path: Path, kind: str, element: str) -> Iterator[dict[str, str]]:
    for found, name in _members(path):
        if found == kind:
            with _opened(path, name) as stream:
                for record in records(stream, (element,), Path(name).name):
                    yield record.attributes


def _members(path: Path) -> Iterator[tuple[str, str]]:
    """(Kind, name) of each file of ГАР in a folder, a ZIP, or of the file itself."""
    if path.is_dir():
        names = [str(one.relative_to(path)) for one in sorted(path.rglob("*.[xX][mM][lL]")) if one.is_file()]
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            names = sorted(archive.namelist())
    else:
        names = [path.name]
    for name in names:
        match = _KIND.match(Path(name).name)
        if match and name.lower().endswith(".xml"):
            yield match[1].upper(), name


@contextmanager
def _opened(path: Path, name: str) -> Iterator[IO[bytes]]:
    if path.is_dir():
        with (path / name).open("rb") as stream:
            yield stream
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo(name).file_size > MAX_MEMBER:
                raise BadInput(f"{name}: больше {MAX_MEMBER // 2**30} ГБ, это выгрузка не одного региона.")
            with closing(archive.open(name)) as member:
                yield member
    else:
        with path.open("rb") as stream:
            yield stream
