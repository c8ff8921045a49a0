"""The command for lists of settlements says what it did, for people and for programs."""

from pathlib import Path

import pytest

from otklik.failures import Failure
from otklik.territory.cli import import_with_progress, machine_readable, report_lines
from tests.territory.region_places import region_files
from tests.territory.test_oktmo_list import HEAD, SECTION, line

pytestmark = pytest.mark.django_db


def written(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "список.csv"
    path.write_text(HEAD + "".join(lines), encoding="utf-8")
    return path


def test_the_report_names_counts_and_rejected_lines(tmp_path: Path) -> None:
    path = written(tmp_path, line("18602405000", SECTION), line("18602405101", "х Пробный"), "1,2,3\n")
    said = list(report_lines(import_with_progress(path, quiet=True)))
    assert said[0] == (
        "Строк 3: новых населённых пунктов 1, уже были 0, исправлено 0, заголовков 1, отклонено 1."
    )
    assert said[1] == "Городских и сельских поселений в перечне: 1."
    assert said[2] == "  строка 4, столбец oktmo: код ОКТМО населённого пункта — 11 цифр"


def test_the_machine_readable_report_has_the_same_numbers(tmp_path: Path) -> None:
    path = written(tmp_path, line("18602405000", SECTION), line("18602405101", "х Пробный"))
    report = machine_readable(import_with_progress(path, quiet=False))
    assert (report["rows"], report["created"], report["sections"]) == (2, 1, 1)
    assert report["bodies"] == [
        {"name": "Пробное сельское поселение", "oktmo": "18602405", "municipality": "alekseevskiy-rayon"}
    ]


def test_a_settlement_body_that_is_no_more_makes_no_organisation(tmp_path: Path) -> None:
    ended = region_files().ended_bodies[0]
    section = (
        f"Населенные пункты, входящие в состав сельского поселения {ended.name.split()[0]} "
        "Жирновского муниципального района"
    )
    report = import_with_progress(written(tmp_path, line(ended.oktmo + "000", section)), quiet=True)
    assert report.bodies == []
    assert report.ended == [ended.name]
    assert ended.name in list(report_lines(report))[2]


def test_a_missing_file_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="нет. Проверьте путь"):
        import_with_progress(tmp_path / "нет.csv", quiet=True)
    with pytest.raises(Failure, match="не читается"):
        import_with_progress(tmp_path, quiet=True)
