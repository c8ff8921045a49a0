"""Boundaries come from a file as one step: what fits no place is told of, a wrong file changes nothing."""

import json
import threading
from pathlib import Path

import pytest
from django.db import connection

from otklik.acting import System, acting
from otklik.failures import BadInput
from otklik.journal.models import Entry
from otklik.territory import boundary_file
from otklik.territory.boundary_file import OSM_ATTRIBUTION
from otklik.territory.cli import boundary_lines, without_shapes
from otklik.territory.models import Boundary, BoundaryEdition, Kind, Territory
from otklik.territory.pointing import lies_in
from tests.territory.shapes import around, collection, feature, load, square, two_districts

pytestmark = pytest.mark.django_db
KAMYSHIN = (50.0833, 45.4)


def codes() -> set[str]:
    return set(Boundary.objects.values_list("territory__code", flat=True))


def at(latitude: float, longitude: float) -> str:
    found = lies_in(latitude, longitude).territory_id
    return Territory.objects.get(pk=found).code if found else ""


def test_a_feature_finds_its_municipality_by_code_name_or_other_name() -> None:
    report = load(
        collection(
            feature(around("gorod-kamyshin"), oktmo="18715000", name="как угодно"),
            feature(around("alekseevskiy-rayon"), **{"name:ru": "Алексеевский муниципальный район"}),
            feature(around("gorod-volgograd"), district="город-герой Волгоград"),
            feature(around("gorod-frolovo"), code="gorod-frolovo"),
        )
    )
    assert report.taken == 4 and not report.rejected
    assert codes() == {"gorod-kamyshin", "alekseevskiy-rayon", "gorod-volgograd", "gorod-frolovo"}
    assert "Камышинский район" in report.without and "Камышин" not in report.without


def test_what_fits_no_place_is_told_with_its_reason_and_the_rest_is_loaded() -> None:
    report = load(
        collection(
            feature(around("gorod-kamyshin"), name="Камышин"),
            feature(square(44, 48), name="Тридевятый район"),
            feature(square(44, 48)),
            feature([44.5, 48.7], kind="Point", name="Волгоград"),
            feature(square(60, 60), name="Октябрьский район"),
            feature(around("gorod-kamyshin"), name="г. Камышин"),
            {"type": "Feature", "properties": None, "geometry": None},
            "не объект",
        )
    )
    reasons = {one.number: one.reason for one in report.rejected}
    assert report.taken == 1 and report.features == 8 and set(reasons) == {2, 3, 4, 5, 6, 7, 8}
    assert "нет такого муниципалитета" in reasons[2] and "нет ни названия" in reasons[3]
    assert "не площадь" in reasons[4] and "далеко" in reasons[5] and "перекрывает первую" in reasons[6]
    said = list(boundary_lines(report))
    assert "границ загружено 1, не подошло 7" in said[0] and any("Тридевятый" in line for line in said)
    json.dumps(without_shapes(report))


def test_parts_that_do_not_overlap_make_one_boundary() -> None:
    west, south = around("gorod-kamyshin")[0][0]
    load(
        collection(
            feature(square(west, south, 0.1), name="Камышин"),
            feature([square(west + 0.2, south, 0.1)], kind="MultiPolygon", name="Камышин"),
        )
    )
    assert at(south + 0.05, west + 0.05) == at(south + 0.05, west + 0.25) == "gorod-kamyshin"
    assert not at(south + 0.05, west + 0.15)


def test_a_point_lies_where_the_polygon_says_not_where_the_nearest_place_is() -> None:
    load(two_districts())
    assert at(*KAMYSHIN) == "gorod-kamyshin"
    assert at(KAMYSHIN[0] + 0.15, KAMYSHIN[1]) == "kamyshinskiy-rayon"  # the town is nearer than any centre of it
    assert lies_in(10.0, 10.0).known and lies_in(10.0, 10.0).territory_id is None


def test_an_inner_district_goes_before_its_city_and_loading_districts_leaves_municipalities() -> None:
    load(collection(feature(around("gorod-volgograd", 1.0), name="Волгоград")))
    district = Territory.objects.filter(kind=Kind.DISTRICT, parent__code="gorod-volgograd").first()
    assert district
    load(collection(feature(around("gorod-volgograd", 0.1), name=district.short_name, code=district.code)))
    assert codes() == {"gorod-volgograd", district.code}
    city = Territory.objects.get(code="gorod-volgograd")
    assert city.latitude is not None and city.longitude is not None
    assert at(city.latitude, city.longitude) == district.code
    assert at(city.latitude + 0.4, city.longitude) == "gorod-volgograd"
    assert lies_in(city.latitude, city.longitude).municipality_id == city.pk


def test_without_boundaries_nothing_is_claimed() -> None:
    assert not lies_in(*KAMYSHIN).known


def test_a_new_file_replaces_the_old_one_and_every_process_sees_it() -> None:
    load(two_districts())
    assert at(*KAMYSHIN) == "gorod-kamyshin"
    wide = collection(
        feature(around("gorod-kamyshin", 1.5), name="Камышинский район"),
        feature(around("gorod-frolovo"), name="Фролово"),
    )
    report = load(wide)
    assert report.replaced == 2 and codes() == {"kamyshinskiy-rayon", "gorod-frolovo"}
    assert BoundaryEdition.objects.count() == 1
    assert at(*KAMYSHIN) == "kamyshinskiy-rayon"


def test_a_file_with_fewer_boundaries_is_taken_only_when_that_is_meant() -> None:
    load(two_districts())
    one = collection(feature(around("gorod-frolovo"), name="Фролово"))
    with pytest.raises(BadInput, match="а сейчас загружено 2"):
        load(one)
    assert codes() == {"kamyshinskiy-rayon", "gorod-kamyshin"}
    assert load(one, fewer=True).taken == 1 and codes() == {"gorod-frolovo"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "пустой"),
        (b"  \n", "пустой"),
        (b"\xff\xfe\x00a", "UTF-8"),
        (b'{"type": "FeatureCollection", "features": [{"type"', "не GeoJSON"),
        (b"[" * 100_000, "не GeoJSON"),
        (b"[]", "FeatureCollection"),
        (b'{"type": "Topology", "objects": {}}', "FeatureCollection"),
        (b'{"type": "FeatureCollection"}', "нет ни одной границы"),
        (b'{"type": "FeatureCollection", "features": []}', "нет ни одной границы"),
        (b'{"type": "FeatureCollection", "features": [1, null, {}]}', "Ни одна граница"),
        (collection(feature(square(4_500_000, 6_000_000), name="Камышин")), "не в градусах"),
        (collection(feature(square(1, 1), name="Камышин"), crs={"properties": {"name": "EPSG:3857"}}), "WGS 84"),
        (collection(feature([[[float("nan"), 1], [1, 1], [1, 2]]], name="Камышин")), "не числа"),
        (collection(feature([[["45", "50"], [1, 1], [1, 2]]], name="Камышин")), "не числа"),
        (collection(feature([[[45, 50], [45, 50], [45, 50], [45, 50]]], name="Камышин")), "не складывается"),
        (collection(feature([[[45, 50]]], name="Камышин")), "не складывается"),
        (collection(feature([], name="Камышин")), "не складывается"),
        (collection(feature({"x": 1}, name="Камышин")), "не по правилам"),
        (collection(feature([[[[[[[45, 50]]]]]]], name="Камышин")), "не по правилам"),
        (collection(feature([[[10**400, 1], [1, 1], [1, 2]]], name="Камышин")), "не в градусах"),
        (collection(feature(square(50.1, 45.4, 0.1), name="Камышин")), "перепутаны координаты"),
    ],
)
def test_a_wrong_file_is_refused_with_its_reason_and_nothing_is_lost(content: bytes, said: str) -> None:
    load(two_districts())
    with pytest.raises(BadInput, match=said):
        load(content, fewer=True)
    assert codes() == {"kamyshinskiy-rayon", "gorod-kamyshin"}
    assert at(*KAMYSHIN) == "gorod-kamyshin"


def test_a_file_beyond_the_limits_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boundary_file, "MAX_FEATURES", 1)
    with pytest.raises(BadInput, match="не больше 1"):
        load(two_districts())
    monkeypatch.undo()
    monkeypatch.setattr(boundary_file, "MAX_POINTS", 5)
    with pytest.raises(BadInput, match="больше 5 точек"):
        load(two_districts())
    monkeypatch.undo()
    monkeypatch.setattr(boundary_file, "MAX_BYTES", 100)
    with pytest.raises(BadInput, match="Упростите"):
        load(two_districts())


def test_a_crossing_line_is_mended_and_told() -> None:
    west, south = around("gorod-kamyshin")[0][0]
    bow = [[[west, south], [west + 0.2, south + 0.2], [west + 0.2, south], [west, south + 0.2], [west, south]]]
    report = load(collection(feature(bow, name="Камышин")))
    assert report.mended == ["Камышин"]
    assert at(south + 0.02, west + 0.1) == "" and at(south + 0.1, west + 0.02) == "gorod-kamyshin"


def test_source_attribution_and_licence_are_kept_and_osm_is_recognised() -> None:
    town = feature(around("gorod-kamyshin"), name="Камышин")
    assert load(collection(town), file_name="regions_osm.geojson").attribution == OSM_ATTRIBUTION
    assert load(collection(town | {"id": "relation/12"})).licence == "ODbL 1.0"
    assert load(collection(town, copyright="… from www.openstreetmap.org …")).attribution == OSM_ATTRIBUTION
    assert load(collection(town)).attribution == ""
    load(collection(town), source="Росреестр", attribution="© Росреестр", licence="свободно")
    kept = BoundaryEdition.objects.get()
    assert (kept.source, kept.attribution, kept.licence) == ("Росреестр", "© Росреестр", "свободно")


def test_an_import_stands_in_the_journal_with_counts_and_the_files_digest() -> None:
    load(two_districts())
    entry = Entry.objects.get(verb="boundaries_imported")
    assert entry.stream.startswith("territory:") and len(entry.fields["digest"]) == 64
    assert (entry.fields["features"], entry.fields["taken"]) == (2, 2)


@pytest.mark.usefixtures("committed")
def test_two_imports_at_once_leave_one_whole_edition() -> None:
    files = [two_districts(), collection(*json.loads(two_districts())["features"][::-1])]
    wrong: list[BaseException] = []

    def run(content: bytes) -> None:
        try:
            load(content)
        except BaseException as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(content,)) for content in files * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    with acting(System("test"), read_only=True):
        assert Boundary.objects.count() == 2 and BoundaryEdition.objects.count() == 1


def test_the_real_file_gives_every_municipality_its_boundary(trial_data: Path) -> None:
    path = trial_data / "geo" / "volgograd_municipalities_osm.geojson"
    report = load(path.read_bytes(), file_name=path.name)
    assert report.taken == 38 and not report.rejected and not report.without
    assert report.attribution == OSM_ATTRIBUTION
    outlines = Boundary.objects.values_list("outline", flat=True)
    assert sum(map(len, outlines)) < 200_000
    wrong = []
    for place in Territory.objects.filter(kind=Kind.SETTLEMENT, latitude__isnull=False):
        assert place.latitude is not None and place.longitude is not None
        if lies_in(place.latitude, place.longitude).municipality_id != place.municipality_id:
            wrong.append(place.code)
    assert len(wrong) <= 2, wrong  # a village's point on a border
