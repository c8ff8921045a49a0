"""Loading a region's files fills the tree, and a second run changes nothing."""

import shutil
from pathlib import Path

import pytest

from otklik.acting import System, acting
from otklik.territory.gazetteer import gazetteer_from_db
from otklik.territory.loading import LoadReport, load_region
from otklik.territory.models import Alias, Kind, Territory, TerritoryCode
from tests.territory.region_places import REGION

pytestmark = pytest.mark.django_db


def load(folder: Path = REGION) -> LoadReport:
    with acting(System("test")):
        return load_region(folder)


def snapshot() -> list[tuple[object, ...]]:
    fields = (
        "code",
        "kind",
        "name",
        "parent__code",
        "scope__code",
        "municipality__code",
        "latitude",
        "population",
    )
    return [*Territory.objects.order_by("code").values_list(*fields)]


def test_a_second_run_changes_nothing() -> None:
    load()
    before, codes, aliases = snapshot(), TerritoryCode.objects.count(), Alias.objects.count()
    report = load()
    assert (report.created, report.updated, report.codes, report.aliases) == (0, 0, 0, 0)
    assert snapshot() == before
    assert (TerritoryCode.objects.count(), Alias.objects.count()) == (codes, aliases)


def test_the_tree_stands() -> None:
    load()
    region = Territory.objects.get(kind=Kind.REGION)
    assert region.scope == region
    assert Territory.objects.filter(kind=Kind.MUNICIPALITY, parent=region).count() == 38
    city = Territory.objects.get(code="gorod-volgograd")
    assert Territory.objects.filter(kind=Kind.DISTRICT, parent=city, municipality=city).count() == 8


def test_a_scope_is_the_municipality_or_the_inner_district() -> None:
    load()
    town = Territory.objects.get(code="kamyshinskiy-rayon-petrov-val")
    assert town.scope is not None and town.scope.code == "kamyshinskiy-rayon"
    part = Territory.objects.get(code="gorod-volgograd-vodstroy")
    assert part.scope is not None and part.scope.code == "volgograd-traktorozavodskiy-rayon"
    assert part.municipality is not None and part.municipality.code == "gorod-volgograd"


def test_towns_get_their_points_from_the_package() -> None:
    report = load()
    assert report.without_point == []
    petrov_val = Territory.objects.get(code="kamyshinskiy-rayon-petrov-val")
    assert petrov_val.latitude == pytest.approx(50.14, abs=0.05)
    assert (petrov_val.population or 0) > 10_000
    assert "GeoNames" in petrov_val.source


def test_what_a_file_corrects_is_corrected_and_nothing_is_deleted(tmp_path: Path) -> None:
    load()
    folder = tmp_path / "region"
    shutil.copytree(REGION, folder)
    path = folder / "municipalities.csv"
    text = path.read_text(encoding="utf-8")
    kept = [row for row in text.splitlines() if not row.startswith("bykovskiy-rayon")]
    path.write_text(
        "\n".join(kept).replace("Клетский муниципальный район", "Клетский муниципальный округ"), "utf-8"
    )
    settlements = folder / "settlements.csv"
    rows = settlements.read_text(encoding="utf-8").splitlines()
    settlements.write_text("\n".join(row for row in rows if "bykovskiy-rayon" not in row), "utf-8")
    count = Territory.objects.count()
    report = load(folder)
    assert (report.updated, report.created) == (1, 0)
    assert Territory.objects.get(code="kletskiy-rayon").name == "Клетский муниципальный округ"
    assert Territory.objects.count() == count


def test_a_wrong_folder_changes_nothing(tmp_path: Path) -> None:
    load()
    before = snapshot()
    with pytest.raises(ValueError):
        load(tmp_path)
    assert snapshot() == before


def test_the_gazetteer_of_the_tables_finds_places() -> None:
    load()
    index = gazetteer_from_db()
    hits = index.find_in_text("в Камышинском районе, г. Петров Вал; и в г. Волжском")
    codes = [Territory.objects.get(pk=hit.territory_id).code for hit in hits]
    assert codes == ["kamyshinskiy-rayon", "kamyshinskiy-rayon-petrov-val", "gorod-volzhskiy-volzhskiy"]
    assert [hit.confidence >= 0.9 for hit in hits] == [True, True, True]


def test_loading_again_costs_few_queries(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    load()
    with django_assert_max_num_queries(400):
        load()
