"""Rows with coordinates: the point stays with the case, and names the municipality where the sheet names none."""

import csv
from pathlib import Path

import pytest

from otklik.acting import System, acting
from otklik.cases.models import Case
from otklik.intake import importing, taking
from otklik.intake.models import ImportRun
from tests.making import place
from tests.territory.shapes import load, two_districts

pytestmark = pytest.mark.django_db
ACTOR = System("import")
HEADERS = ["ID", "Дата создания", "Муниципалитет", "Текст инцидента", "Широта", "Долгота"]
TOWN, BESIDE = ("50.0652", "45.3844"), ("50,2", "45,3844")


def take(tmp_path: Path, *rows: tuple[str, str, str], into: str = "volgograd") -> ImportRun:
    path = tmp_path / "points.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADERS)
        for number, (named, latitude, longitude) in enumerate(rows, 1):
            writer.writerow([number, "01.03.2026 10:00", named, f"Яма у дома {number}", latitude, longitude])
    run = importing.begin(ACTOR, path, into=place(into))
    return taking.run(run.pk, path=path)


def cases() -> list[Case]:
    with acting(ACTOR):
        return list(Case.objects.select_related("territory").order_by("id"))


def test_a_point_names_the_municipality_where_the_sheet_does_not(tmp_path: Path) -> None:
    load(two_districts())
    run = take(tmp_path, ("", *TOWN), ("", *BESIDE), ("", "10.5", "10.5"), ("", "", ""))
    assert (run.created, run.rejected) == (2, 2)
    assert [case.territory.code for case in cases()] == ["gorod-kamyshin", "kamyshinskiy-rayon"]
    assert [(case.latitude, case.longitude) for case in cases()] == [(50.0652, 45.3844), (50.2, 45.3844)]


def test_a_named_municipality_stands_whatever_the_point_says(tmp_path: Path) -> None:
    load(two_districts())
    take(tmp_path, ("Камышинский район", *TOWN))
    assert [case.territory.code for case in cases()] == ["kamyshinskiy-rayon"]


def test_a_centre_that_loads_its_own_sheet_keeps_rows_whose_point_is_elsewhere(tmp_path: Path) -> None:
    load(two_districts())
    run = take(tmp_path, ("", *BESIDE), ("", *TOWN), into="gorod-kamyshin")
    assert run.created == 2 and {case.territory.code for case in cases()} == {"gorod-kamyshin"}


def test_without_boundaries_a_point_names_nothing(tmp_path: Path) -> None:
    assert take(tmp_path, ("", *TOWN)).rejected == 1


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [("abc", "45.4"), ("nan", "45.4"), ("inf", "45.4"), ("95.5", "45.4"), ("50", "45"), ("0", "0"), ("50.1", "")],
)
def test_what_is_no_point_leaves_the_case_without_one(tmp_path: Path, latitude: str, longitude: str) -> None:
    run = take(tmp_path, ("Камышин", latitude, longitude))
    assert run.created == 1
    assert [(case.latitude, case.longitude) for case in cases()] == [(None, None)]
