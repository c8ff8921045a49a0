"""Streets come from ГАР and OSM into the settlements they lie in, once however often, and are offered by letters."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from django.test import Client

from otklik.acting import System, acting
from otklik.failures import BadInput
from otklik.journal.models import Entry
from otklik.territory.cli import street_lines, street_numbers
from otklik.territory.models import Kind, Street, Territory, TerritoryCode
from otklik.territory.street_import import StreetImport, import_streets
from otklik.territory.street_names import house_order, split_street, street_key
from tests.making import place
from tests.territory.shapes import collection, feature, load, square, two_districts

pytestmark = pytest.mark.django_db


def settlement(above: str, name: str, oktmo: str = "", **point: float) -> Territory:
    owner = place(above)
    made = Territory.objects.create(
        parent=owner, scope=owner, municipality=owner, kind=Kind.SETTLEMENT, code=f"{above}-probnoe-{name.lower()}",
        name=f"село {name}", short_name=name, type_name="село", **point,
    )
    if oktmo:
        TerritoryCode.objects.create(territory=made, system="oktmo", code=oktmo)
    return made


@pytest.fixture
def ivanovki(db: None) -> tuple[Territory, Territory]:
    """Two villages of one name in two districts."""
    return settlement("uryupinskiy-rayon", "Пробновка", "18654499101"), settlement("frolovskiy-rayon", "Пробновка")


def gar(folder: Path, *, houses: bool = True, oktmo: bool = True) -> Path:
    """A hand-made extract: a district with two villages and their streets, one without a village."""
    folder.mkdir(exist_ok=True)
    objects = [
        (1, "Урюпинский", "м.р-н", 3), (2, "Пробновка", "с", 6), (3, "Мира", "ул", 8), (4, "Фроловский", "м.р-н", 3),
        (5, "Пробновка", "с", 6), (6, "Мира", "ул", 8), (7, "им. Ленина", "пр-кт", 8), (8, "Ничейная", "ул", 8),
        (9, "Старая", "ул", 8),
    ]  # fmt: skip
    rows = "".join(
        f'<OBJECT ID="{n}" OBJECTID="{n}" OBJECTGUID="guid-{n}" NAME="{name}" TYPENAME="{kind}" LEVEL="{level}" '
        f'ISACTUAL="{0 if n == 9 else 1}" ISACTIVE="1"/>' for n, name, kind, level in objects
    )  # fmt: skip
    write(folder / "AS_ADDR_OBJ_20261101_x.XML", f"<ADDRESSOBJECTS>{rows}</ADDRESSOBJECTS>")
    links = [(2, 1), (3, 2), (5, 4), (6, 5), (7, 2), (8, 777), (21, 3), (22, 3), (23, 3), (9, 2)]
    items = "".join(f'<ITEM OBJECTID="{a}" PARENTOBJID="{b}" ISACTIVE="1"/>' for a, b in links)
    write(folder / "AS_MUN_HIERARCHY_20261101_x.XML", f"<ITEMS>{items}</ITEMS>")
    if oktmo:
        write(folder / "AS_ADDR_OBJ_PARAMS_20261101_x.XML",
              '<PARAMS><PARAM OBJECTID="2" TYPEID="7" VALUE="18654499101" CHANGEIDEND="0"/>'
              '<PARAM OBJECTID="2" TYPEID="7" VALUE="99999999999" CHANGEIDEND="5"/></PARAMS>')  # fmt: skip
    if houses:
        write(folder / "AS_HOUSES_20261101_x.XML",
              '<HOUSES><HOUSE OBJECTID="21" HOUSENUM="12" ISACTUAL="1" ISACTIVE="1"/>'
              '<HOUSE OBJECTID="22" HOUSENUM="2" ADDNUM1="А" ISACTUAL="1" ISACTIVE="1"/>'
              '<HOUSE OBJECTID="23" HOUSENUM="99" ISACTUAL="0" ISACTIVE="1"/></HOUSES>')  # fmt: skip
    return folder


def write(path: Path, text: str) -> Path:
    path.write_text('<?xml version="1.0" encoding="utf-8"?>' + text, encoding="utf-8")
    return path


def run(path: Path) -> StreetImport:
    with acting(System("test")):
        return import_streets(path)


def streets() -> set[tuple[str, str]]:
    return {(row.territory.code, str(row)) for row in Street.objects.select_related("territory")}


@pytest.mark.parametrize(
    ("written", "parted"),
    [
        ("ул. Мира", ("ул.", "Мира")), ("Мира улица", ("ул.", "Мира")), ("проспект имени Ленина", ("пр-кт", "Ленина")),
        ("ул.Мира", ("ул.", "Мира")), ("Мира", ("", "Мира")), ("Набережная", ("", "Набережная")),
        ("ул. Набережная", ("ул.", "Набережная")), ("", ("", "")), ("ул.", ("", "ул.")),
        ("1-я Линия", ("линия", "1-я")),
    ],
)  # fmt: skip
def test_a_written_street_is_parted_into_type_and_name(written: str, parted: tuple[str, str]) -> None:
    assert split_street(written) == parted


def test_keys_and_orders_are_those_people_expect() -> None:
    assert street_key("1-й Мирный") == street_key("1й мирный")
    assert sorted(["12", "2", "12а", "корпус"], key=house_order) == ["2", "12", "12а", "корпус"]


def test_streets_of_gar_go_to_their_villages_and_namesakes_stay_apart(ivanovki: object, tmp_path: Path) -> None:
    report = run(gar(tmp_path / "gar"))
    assert (report.lines, report.created, report.unplaced_total, report.houses) == (4, 3, 1, 2)
    assert streets() == {
        ("uryupinskiy-rayon-probnoe-пробновка", "ул. Мира"),
        ("uryupinskiy-rayon-probnoe-пробновка", "пр-кт Ленина"),
        ("frolovskiy-rayon-probnoe-пробновка", "ул. Мира"),
    }  # fmt: skip
    mira = Street.objects.get(territory__code__startswith="uryupinskiy", name="Мира")
    assert mira.houses == ["2 А", "12"] and mira.outside == ["gar:guid-3"] and "ГАР" in mira.source
    assert report.unplaced[0][0].startswith("ул. Ничейная")
    said = list(street_lines(report))
    assert "новых улиц 3" in said[0] and any("Ничейная" in line for line in said)
    json.dumps(street_numbers(report))


def test_a_second_import_changes_nothing_and_a_richer_one_only_adds(ivanovki: object, tmp_path: Path) -> None:
    run(gar(tmp_path / "bare", houses=False))
    again = run(gar(tmp_path / "again", houses=False))
    assert (again.created, again.updated, again.existing) == (0, 0, 3)
    richer = run(gar(tmp_path / "richer"))
    assert (richer.created, richer.updated, richer.existing) == (0, 1, 2)
    assert Street.objects.count() == 3
    assert Entry.objects.filter(verb="streets_imported").count() == 3


def test_a_zip_of_gar_is_read_as_its_folder_is(ivanovki: object, tmp_path: Path) -> None:
    folder = gar(tmp_path / "gar", oktmo=False)  # then names decide
    packed = tmp_path / "34.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for one in folder.iterdir():
            archive.write(one, f"34/{one.name}")
    assert run(packed).created == 3


def osm(*, nodes: str = "", ways: str = "") -> str:
    return f'<osm version="0.6">{nodes}{ways}</osm>'


def tags(**given: str) -> str:
    return "".join(f'<tag k="{key.replace("_", ":")}" v="{value}"/>' for key, value in given.items())


def test_streets_of_osm_are_placed_by_name_of_the_city_or_by_their_middle(tmp_path: Path) -> None:
    load(two_districts())
    town = place("gorod-kamyshin")
    nodes = "".join(
        f'<node id="{n}" lat="{latitude}" lon="{town.longitude}"/>'
        for n, latitude in ((1, 10.0), (2, town.latitude), (3, 10.0), (4, 60.0))
    ) + (
        f'<node id="9" lat="{town.latitude}" lon="{town.longitude}">'
        + tags(addr_street="улица Мира", addr_housenumber="7", addr_city="Камышин") + "</node>"
    )  # fmt: skip
    ways = (
        '<way id="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/>'
        + tags(highway="residential", name="улица Мира") + "</way>"
        '<way id="2"><nd ref="4"/>' + tags(highway="residential", name="Далёкая улица") + "</way>"
        '<way id="3"><nd ref="2"/>' + tags(highway="bus_stop", name="Остановка") + "</way>"
        '<way id="4"><nd ref="2"/>' + tags(building="yes", name="Дворец") + "</way>"
    )  # fmt: skip
    report = run(write(tmp_path / "town.osm", osm(nodes=nodes, ways=ways)))
    assert (report.created, report.unplaced_total) == (1, 1)
    assert streets() == {("gorod-kamyshin", "ул. Мира")}
    assert Street.objects.get().houses == ["7"] and "OpenStreetMap" in Street.objects.get().source
    assert report.unplaced[0][1] == "точка вне региона"


def test_a_geojson_of_overpass_gives_the_same(tmp_path: Path) -> None:
    load(two_districts())
    town = place("gorod-kamyshin")
    line = {"type": "LineString", "coordinates": [[town.longitude, town.latitude]] * 2}
    features = [
        {"type": "Feature", "properties": {"@id": "way/1", "highway": "residential", "name": "улица Мира"},
         "geometry": line},
        {"type": "Feature", "properties": {"tags": {"addr:street": "улица Мира", "addr:housenumber": "5"}},
         "geometry": {"type": "Point", "coordinates": [town.longitude, town.latitude]}},
        {"type": "Feature", "properties": {"highway": "residential", "name": "Без места"}, "geometry": None},
        {"type": "Feature", "properties": None}, "чушь",
    ]  # fmt: skip
    path = tmp_path / "streets.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    report = run(path)
    assert (report.lines, report.created, report.unplaced_total) == (3, 1, 1)
    assert Street.objects.get().houses == ["5"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.osm", b"", "не XML"),
        ("x.osm", b"<osm><node", "не XML"),
        ("x.osm", b"<osm/>", "нет ни одной улицы"),
        ("x.osm", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><osm>&a;</osm>', "DOCTYPE"),
        ("x.geojson", b"{", "не GeoJSON"),
        ("x.geojson", b'{"type": "Topology"}', "FeatureCollection"),
        ("x.pdf", b"%PDF", "Нужна выгрузка"),
        ("AS_ADDR_OBJ_1.XML", b"<ADDRESSOBJECTS/>", "AS_MUN_HIERARCHY"),
        ("x.zip", b"PK\x03\x04broken", "Нужна выгрузка"),
    ],
)
def test_a_wrong_file_is_refused_and_changes_nothing(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadInput, match=said):
        run(path)
    assert not Street.objects.exists()


def test_a_broken_file_in_the_middle_leaves_no_half_of_it(ivanovki: object, tmp_path: Path) -> None:
    folder = gar(tmp_path / "gar")
    write(folder / "AS_HOUSES_20261101_x.XML", "<HOUSES><HOUSE OBJECTID='x' ISACTUAL='1'/></HOUSES>")
    with pytest.raises(BadInput, match="не выгрузка ГАР"):
        run(folder)
    with pytest.raises(BadInput, match="Проверьте путь"):
        run(tmp_path / "нет")
    assert not Street.objects.exists()


def offers(path: str, **query: object) -> list[tuple[str, str]]:
    answer = Client().get(f"/map/{path}/", {name: str(value) for name, value in query.items()})
    assert answer.status_code == 200
    return [(one["value"], one["label"]) for one in json.load(io.BytesIO(answer.content))["offers"]]


def test_the_address_field_offers_streets_of_the_place_and_houses_of_the_street(
    ivanovki: tuple[Territory, Territory], tmp_path: Path
) -> None:
    run(gar(tmp_path / "gar"))
    first, second = ivanovki
    assert offers("streets", territory=first.pk, q="ми") == [("ул. Мира", "")]
    assert offers("streets", territory=first.pk, q="ул. ми") == [("ул. Мира", "")]
    assert offers("streets", territory=first.pk, q="пер. ми") == []
    assert offers("streets", territory=first.municipality_id, q="мир") == [("ул. Мира", "Пробновка")]
    assert offers("streets", territory=first.municipality_id, settlement="Пробновка", q="мир") == [("ул. Мира", "")]
    assert offers("houses", territory=first.pk, street="ул. Мира", q="") == [("2 А", ""), ("12", "")]
    assert offers("houses", territory=first.pk, street="Мира", q="1") == [("12", "")]
    assert offers("houses", territory=second.pk, street="ул. Мира", q="") == []


@pytest.mark.parametrize("territory", ["", "0", "x", "99999999", "9" * 30, "\x00", "1 OR 1=1", "²"])
def test_nonsense_offers_nothing(territory: str) -> None:
    assert offers("streets", territory=territory, q="мира") == []
    assert offers("houses", territory=territory, street="мира", q="") == []


def test_an_inner_district_offers_the_streets_of_its_city() -> None:
    city = place("gorod-volgograd")
    Street.objects.create(territory=city, name="Мира", type_name="ул.", name_key="мира")
    district = Territory.objects.filter(kind=Kind.DISTRICT, parent=city).first()
    assert district and offers("streets", territory=district.pk, q="мира") == [("ул. Мира", "")]
    assert offers("streets", territory=city.pk, q="") == [] == offers("streets", territory=city.pk, q="ул.")


def test_the_portal_and_the_desk_have_the_address_field() -> None:
    assert "data-address-street" in Client().get("/report/").content.decode()


def test_villages_of_osm_give_known_settlements_their_point(
    ivanovki: tuple[Territory, Territory], tmp_path: Path
) -> None:
    first, second = ivanovki
    load(collection(
        feature(square(42, 50), name="Урюпинский район"), feature(square(43.5, 49), name="Фроловский район"),
    ))  # fmt: skip
    villages = ((50.5, 42.5, "Пробновка"), (49.5, 44.0, "Пробновка"), (50.4, 42.4, "Нигде"), (1.0, 1.0, "Пробновка"))
    nodes = "".join(
        f'<node id="{n}" lat="{latitude}" lon="{longitude}">{tags(place="village", name=name)}</node>'
        for n, (latitude, longitude, name) in enumerate(villages, 1)
    )
    ways = '<way id="7"><nd ref="1"/>' + tags(highway="residential", name="улица Мира") + "</way>"
    path = write(tmp_path / "places.osm", osm(nodes=nodes, ways=ways))
    report = run(path)
    assert report.points == 2 and "получили точку на карте: 2" in list(street_lines(report))[1]
    assert streets() == {("uryupinskiy-rayon-probnoe-пробновка", "ул. Мира")}  # placed by the point just learnt
    for place_, point in ((first, (50.5, 42.5)), (second, (49.5, 44.0))):
        place_.refresh_from_db()
        assert (place_.latitude, place_.longitude) == point and "OpenStreetMap" in place_.source
    assert run(path).points == 0
