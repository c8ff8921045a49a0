"""Files of directories in which each cell carries each bad value in turn: themes, boundaries, streets, a region.

Each file is taken or refused in words; what is refused leaves nothing, what is taken shows nothing that nobody types.
"""

import csv
import io
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest
from django.db import transaction
from django.utils import timezone

from otklik.acting import acting
from otklik.classifier import loading, storing
from otklik.classifier.tabular import COLUMNS
from otklik.failures import Failure
from otklik.intake.editions.sheet import read_edition
from otklik.operations import region_making
from otklik.territory.boundaries import import_boundaries
from otklik.territory.models import Street
from otklik.territory.street_import import import_streets
from tests.bad_input.table import Kind, kinds_for
from tests.bad_input.trying import UNSEEN, changed, digest
from tests.making import SYSTEM
from tests.territory.shapes import around

pytestmark = pytest.mark.django_db
REGION = Path(region_making.__file__).parents[1] / "regions" / "volgograd"
NO_FILE_HOLDS = {"\0"}  # a cell of XML or CSV cannot


def cells() -> list[Kind]:
    """The bad values a file can carry."""
    return [kind for kind in kinds_for("cell") if not set(kind.value) & NO_FILE_HOLDS]


def tried(name: str, take: Callable[[], Any], holes: list[str]) -> str:
    """Take one file and undo it. «taken», «refused», or "" with a hole noted."""
    try:
        with transaction.atomic():
            try:
                take()
                unseen = _unseen()
            finally:
                transaction.set_rollback(True)
    except Failure as failure:
        if any("а" <= sign <= "я" for sign in str(failure).lower()):
            return "refused"
        holes.append(f"{name}: no words: {failure}")
        return ""
    except Exception as error:
        holes.append(f"{name}: {type(error).__name__}: {str(error)[:150]}")
        return ""
    if unseen:
        holes.append(f"{name}: kept as nobody types it: {unseen!r}")
        return ""
    return "taken"


def _unseen() -> str:
    """The first name of a street that carries signs nobody types."""
    names = Street.objects.values_list("name", flat=True)
    return next((name for name in names if UNSEEN.search(name)), "")


def told(outcomes: list[str], holes: list[str], before: Any) -> None:
    """No hole, some of both kinds, and nothing left behind."""
    print(f"\n{len(outcomes)} files: {outcomes.count('taken')} taken, {outcomes.count('refused')} refused")
    assert not holes, "\n" + "\n".join(holes)
    assert outcomes.count("taken") and not changed(before)


def test_each_cell_of_a_sheet_of_themes(tmp_path: Path) -> None:
    right = dict.fromkeys(COLUMNS, "") | {"Группа": "Дороги", "Тема": "Ямы", "Пояснение": "Яма на дороге"}
    other = right | {"Тема": "Лужи"}
    before, holes, outcomes = digest(), list[str](), list[str]()
    with acting(SYSTEM, read_only=True):
        known = storing.edition(loading.current())
    for column in COLUMNS:
        for kind in cells():
            written = io.StringIO()
            table = csv.DictWriter(written, COLUMNS, delimiter=";")
            table.writeheader()
            table.writerows([right | {column: kind.value}, other])
            path = tmp_path / "themes.csv"
            path.write_bytes(written.getvalue().encode("utf-8", "surrogatepass"))

            def take(path: Path = path) -> None:
                spec = read_edition(path, valid_from=timezone.localdate(), known=known, title="")
                for group in spec.groups:
                    assert not UNSEEN.search(group.name), group.name
                for theme in spec.themes:
                    assert not UNSEEN.search(theme.name + theme.help), theme

            outcomes.append(tried(f"{column} · {kind.name}", take, holes))
    told(outcomes, holes, before)


def test_each_member_of_a_file_of_boundaries() -> None:
    def file(**changes: Any) -> bytes:
        one = {"type": "Feature", "properties": {"name": "Камышин", "name:ru": "Камышин", "oktmo": "18715000"},
               "geometry": {"type": "Polygon", "coordinates": around("gorod-kamyshin")}}  # fmt: skip
        for where, value in changes.items():
            whole, _dot, part = where.partition("__")
            if part:
                one[whole][part] = value  # type: ignore[index]
            else:
                one[whole] = value
        return json.dumps({"type": "FeatureCollection", "features": [one]}).encode()

    def corner(value: Any) -> list[Any]:
        ring = [list(point) for point in around("gorod-kamyshin")[0]]
        ring[1][0] = value
        return [ring]

    before, holes, outcomes = digest(), list[str](), list[str]()
    wrong: list[Any] = [None, True, 7, -1, 1e400, [], {}, [[[]]], "50", *(kind.value for kind in cells())]
    wheres = ("type", "properties", "geometry", "properties__name", "properties__oktmo", "geometry__type",
              "geometry__coordinates")  # fmt: skip
    files = [(f"{where} · {value!r:.40}", {where: value}) for where in wheres for value in wrong]
    files += [(f"corner · {value!r:.40}", {"geometry__coordinates": corner(value)}) for value in wrong]
    for name, changes in [("right", {}), *files]:
        content = file(**changes)

        def take(content: bytes = content) -> None:
            with acting(SYSTEM):
                import_boundaries(content, file_name="one.geojson")

        outcomes.append(tried(name, take, holes))
    told(outcomes, holes, before)
    assert outcomes[0] == "taken"


GAR: dict[str, tuple[str, list[dict[str, str]]]] = {
    "AS_ADDR_OBJ": ("OBJECT", [
        {"OBJECTID": "1", "OBJECTGUID": "g1", "NAME": "город Камышин", "TYPENAME": "г.о.", "LEVEL": "3"},
        {"OBJECTID": "2", "OBJECTGUID": "g2", "NAME": "Камышин", "TYPENAME": "г", "LEVEL": "5"},
        {"OBJECTID": "3", "OBJECTGUID": "g3", "NAME": "Мира", "TYPENAME": "ул", "LEVEL": "8"},
    ]),
    "AS_MUN_HIERARCHY": ("ITEM", [
        {"OBJECTID": "2", "PARENTOBJID": "1", "OKTMO": "18715000001", "ISACTIVE": "1"},
        {"OBJECTID": "3", "PARENTOBJID": "2", "OKTMO": "18715000001", "ISACTIVE": "1"},
        {"OBJECTID": "4", "PARENTOBJID": "3", "OKTMO": "18715000001", "ISACTIVE": "1"},
    ]),
    "AS_HOUSES": ("HOUSE", [{"OBJECTID": "4", "HOUSENUM": "12", "ADDNUM1": "2", "ISACTUAL": "1", "ISACTIVE": "1"}]),
}  # fmt: skip
OSM_TAGS = {"highway": "residential", "name": "улица Мира", "addr:city": "Камышин", "addr:street": "улица Мира",
            "addr:housenumber": "12"}  # fmt: skip


def gar_files(changed_one: tuple[str, int, str] | None, value: str) -> Iterator[tuple[str, str]]:
    for name, (element, records) in GAR.items():
        lines = []
        for number, record in enumerate(records):
            cells_of = dict(record)
            if changed_one and changed_one[:2] == (name, number):
                cells_of[changed_one[2]] = value
            lines.append(f"<{element} " + " ".join(f"{key}={quoteattr(one)}" for key, one in cells_of.items()) + "/>")
        yield f"{name}_1.XML", f'<?xml version="1.0" encoding="utf-8"?><A>{"".join(lines)}</A>'


def osm_file(tag: str, value: str) -> str:
    def tags(given: dict[str, str]) -> str:
        return "".join(f"<tag k={quoteattr(key)} v={quoteattr(one)}/>" for key, one in given.items())

    given = OSM_TAGS | ({tag: value} if tag in OSM_TAGS else {})
    way = {key: one for key, one in given.items() if key in ("highway", "name", "addr:city")}
    house = {key: one for key, one in given.items() if key.startswith("addr:")}
    node = {"id": "1", "lat": "50.08", "lon": "45.40"} | ({tag: value} if tag in ("id", "lat", "lon") else {})
    at = " ".join(f"{key}={quoteattr(one)}" for key, one in node.items())
    return (
        f'<?xml version="1.0" encoding="utf-8"?><osm version="0.6"><node {at}>{tags(house)}</node>'
        f'<way id="9"><nd ref="1"/>{tags(way)}</way></osm>'
    )


def test_each_attribute_of_a_file_of_streets(tmp_path: Path) -> None:
    before, holes, outcomes = digest(), list[str](), list[str]()

    def streets(path: Path) -> Callable[[], None]:
        def take() -> None:
            with acting(SYSTEM):
                import_streets(path)

        return take

    wheres = [
        (file, n, key) for file, (_element, records) in GAR.items()
        for n in {0, len(records) - 1} for key in records[n]
    ]  # fmt: skip
    for where in [None, *wheres]:
        for kind in cells() if where else cells()[:1]:
            folder = tmp_path / "gar"
            folder.mkdir(exist_ok=True)
            for name, text in gar_files(where, kind.value):
                (folder / name).write_bytes(text.encode("utf-8", "surrogatepass"))
            outcomes.append(tried(f"ГАР {where} · {kind.name}", streets(folder), holes))
    assert outcomes[0] == "taken"
    for tag in ("", *OSM_TAGS, "id", "lat", "lon"):
        for kind in cells() if tag else cells()[:1]:
            path = tmp_path / "one.osm"
            path.write_bytes(osm_file(tag, kind.value).encode("utf-8", "surrogatepass"))
            outcomes.append(tried(f"OSM {tag} · {kind.name}", streets(path), holes))
    told(outcomes, holes, before)


def test_each_cell_of_the_files_of_a_region(tmp_path: Path) -> None:
    """Checked as `otklik region init FOLDER --check` does: every fault has its file, and nothing breaks."""
    folder = tmp_path / "region"
    shutil.copytree(REGION, folder)
    assert not region_making.check(folder)
    holes, count, found = list[str](), 0, 0
    for path in sorted(folder.glob("*.csv")):
        whole = path.read_bytes()
        with path.open(encoding="utf-8", newline="") as source:
            rows = list(csv.DictReader(source))
        for column in rows[0] if rows else ():
            for kind in cells():
                written = io.StringIO()
                table = csv.DictWriter(written, list(rows[0]), lineterminator="\n")
                table.writeheader()
                table.writerows([rows[0] | {column: kind.value}, *rows[1:]])
                path.write_bytes(written.getvalue().encode("utf-8", "surrogatepass"))
                count += 1
                try:
                    faults = region_making.check(folder)
                except Exception as error:
                    holes.append(f"{path.name} {column} · {kind.name}: {type(error).__name__}: {str(error)[:150]}")
                    continue
                found += bool(faults)
                if UNSEEN.search(kind.value) and not faults:
                    holes.append(f"{path.name} {column} · {kind.name}: signs nobody types are taken")
                holes += [f"{path.name} {column} · {kind.name}: no file told" for one in faults if not one.file]
        path.write_bytes(whole)
    print(f"\n{count} folders, {found} with faults told")
    assert not holes, "\n" + "\n".join(holes)
    assert found > count / 4
