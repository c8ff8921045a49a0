"""The files of the region fit together, and a wrong file is refused with its place."""

import csv
import shutil
from pathlib import Path

import pytest

from otklik.territory.oktmo import check_digit
from otklik.territory.regionfile import RegionFileError, read_region
from tests.territory.region_places import REGION, region_files

KINDS = {
    "regional_centre",
    "municipal_centre",
    "administration",
    "settlement_administration",
    "department",
    "utility",
    "housing_company",
    "regional_body",
    "regional_operator",
    "federal_body",
}


def test_the_region_has_its_38_municipalities_and_8_inner_districts() -> None:
    files = region_files()
    assert len(files.municipalities) == 38
    assert len({row.oktmo for row in files.municipalities}) == 38
    assert len(files.districts) == 8
    assert sum("район" in row.short_name for row in files.municipalities) == 32


def test_mikhaylovka_is_a_municipal_okrug() -> None:
    row = next(row for row in region_files().municipalities if row.oktmo == "18720000")
    assert row.type_name == "муниципальный округ"
    assert "72-ОД" in row.source


def test_every_fact_names_its_source() -> None:
    files = region_files()
    assert all(row.source for row in (*files.municipalities, *files.districts, *files.bodies))


def test_every_municipality_has_a_centre_and_an_administration_called_in_good_grammar() -> None:
    bodies = {body.code: body for body in region_files().bodies}
    for row in region_files().municipalities:
        assert bodies[f"mcu-{row.code}"].kind == "municipal_centre"
        assert bodies[f"adm-{row.code}"].kind == "administration"
    assert bodies["adm-kletskiy-rayon"].name == (
        "Администрация Клетского муниципального района Волгоградской области"
    )
    assert bodies["mcu-kletskiy-rayon"].short_name == "МЦУ Клетского района"
    assert bodies["adm-gorod-mikhaylovka"].name == (
        "Администрация муниципального округа город Михайловка Волгоградской области"
    )
    assert bodies["adm-gorod-volgograd"].name == "Администрация Волгограда"


def test_bodies_have_known_kinds_and_codes_of_their_own() -> None:
    bodies = region_files().bodies
    assert {body.kind for body in bodies} <= KINDS
    assert len({body.code for body in bodies}) == len(bodies)
    assert sum(body.kind == "regional_body" for body in bodies) >= 20
    assert sum(body.kind == "regional_operator" for body in bodies) >= 2


def test_the_administration_of_a_settlement_is_named_after_its_municipality() -> None:
    full, short = region_files().settlement_administration(
        "Ларинского сельского поселения", "alekseevskiy-rayon"
    )
    assert full == "Администрация Ларинского сельского поселения Алексеевского муниципального района"
    assert short == "Администрация Ларинского сельского поселения"


def test_points_lie_in_the_region() -> None:
    for row in (*region_files().municipalities, *region_files().districts):
        assert row.latitude is not None and row.longitude is not None
        assert 47 < row.latitude < 51.5 and 41 < row.longitude < 47.5, row.code


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "region"
    shutil.copytree(REGION, folder)
    return folder


def _rewrite(path: Path, change: dict[str, str]) -> None:
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    rows[0] |= change
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("municipalities.csv", {"population": "много"}, "строка 2: «много» — не число"),
        ("municipalities.csv", {"code": "volgograd"}, "дважды"),
        ("inner_districts.csv", {"municipality": "gorod-nigde"}, "нет муниципалитета gorod-nigde"),
        ("settlements.csv", {"municipality": "nigde"}, "нет муниципалитета nigde"),
        ("settlements.csv", {"district": "nigde"}, "нет района nigde"),
        ("bodies.csv", {"territory": "nigde"}, "нет территории nigde"),
        ("codes.csv", {"valid_from": "вчера"}, "не дата"),
    ],
)
def test_a_wrong_line_is_refused_with_its_place(
    copy: Path, name: str, change: dict[str, str], said: str
) -> None:
    _rewrite(copy / name, change)
    with pytest.raises(RegionFileError, match=said):
        read_region(copy)


def test_a_ragged_line_and_a_missing_file_are_refused(copy: Path) -> None:
    with (copy / "aliases.csv").open("a", encoding="utf-8") as stream:
        stream.write("volgograd\n")
    with pytest.raises(RegionFileError, match="число столбцов"):
        read_region(copy)
    (copy / "region.toml").unlink()
    with pytest.raises(RegionFileError, match="нет такого файла"):
        read_region(copy)


def test_check_digits_follow_the_rule_of_the_classifier() -> None:
    # Published with the classifier: code and check digit.
    assert check_digit("18602405101") == 9
    assert check_digit("18701000001") == 0
