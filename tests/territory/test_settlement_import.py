"""Lists of settlements are imported once however often they come, also across a reform of codes."""

from datetime import date

import pytest

from otklik.acting import System, acting
from otklik.journal.models import Entry
from otklik.territory.models import Kind, Territory, TerritoryCode
from otklik.territory.settlements import SettlementImport, import_settlements
from otklik.territory.tree import by_oktmo
from tests.territory.region_places import OKTMO_LIST
from tests.territory.test_oktmo_list import HEAD, SECTION, line

pytestmark = pytest.mark.django_db


def run(content: bytes) -> SettlementImport:
    with acting(System("test")):
        return import_settlements(content)


def of(*lines: tuple[str, str]) -> bytes:
    return (HEAD + "".join(line(code, name) for code, name in lines)).encode()


def test_a_settlement_is_made_in_its_municipality() -> None:
    report = run(of(("18602405101", "х Пробный Первый")))
    assert (report.rows, report.created, report.rejected) == (1, 1, [])
    territory = Territory.objects.get(code="alekseevskiy-rayon-probnyy-pervyy")
    assert territory.kind == Kind.SETTLEMENT and territory.type_name == "хутор"
    assert territory.parent_id == territory.scope_id == territory.municipality_id
    assert territory.parent is not None and territory.parent.code == "alekseevskiy-rayon"
    assert by_oktmo("18602405101") == territory


def test_a_second_run_makes_nothing() -> None:
    content = of(("18602405101", "х Пробный"), ("18602405106", "х Пробный"), ("18602405000", SECTION))
    assert run(content).created == 2
    again = run(content)
    assert (again.created, again.existing, again.updated, again.sections) == (0, 2, 0, 1)


def test_an_import_that_changed_something_stands_in_the_journal() -> None:
    content = of(("18602405101", "х Пробный"))
    run(content)
    run(content)
    entries = Entry.objects.filter(verb="settlements_imported")
    assert [entry.fields for entry in entries] == [{"rows": 1, "created": 1, "updated": 0}]
    assert entries[0].actor == "system:test"


def test_a_known_town_gets_its_code_and_keeps_its_point_and_spelling() -> None:
    town = Territory.objects.get(code="gorodishchenskiy-rayon-erzovka")
    report = run(of(("18605153051", "рп Ерзовка")))
    assert (report.created, report.existing) == (0, 1)
    town.refresh_from_db()
    assert town.short_name == "Ёрзовка" and town.latitude is not None
    assert by_oktmo("18605153051") == town


def test_a_renamed_settlement_keeps_its_row() -> None:
    run(of(("18602405101", "х Пробный")))
    row = Territory.objects.get(code="alekseevskiy-rayon-probnyy")
    report = run(of(("18602405101", "с Новый Пробный")))
    assert (report.created, report.updated) == (0, 1)
    row.refresh_from_db()
    assert (row.short_name, row.type_name, row.name) == ("Новый Пробный", "село", "село Новый Пробный")


def test_a_code_of_another_region_is_rejected_with_its_line() -> None:
    report = run(of(("18602405101", "х Пробный"), ("60601430101", "с Чужое")))
    assert report.created == 1
    rejected = report.rejected[0]
    assert (rejected.number, rejected.column) == (3, "oktmo")
    assert "другая область" in rejected.reason


def test_the_settlement_bodies_are_handed_back() -> None:
    body = run(of(("18602405000", SECTION))).bodies[0]
    assert body.name == "Пробное сельское поселение"
    assert body.genitive == "Пробного сельского поселения"
    assert (body.oktmo, body.municipality.code) == ("18602405", "alekseevskiy-rayon")


def test_editions_before_and_after_a_reform_lead_to_the_same_settlements() -> None:
    municipality = Territory.objects.get(code="gorod-mikhaylovka")
    TerritoryCode.objects.filter(territory=municipality).update(valid_to=date(2024, 12, 31))
    TerritoryCode.objects.create(territory=municipality, code="18520000", valid_from=date(2025, 1, 1))
    assert run(of(("18720000136", "х Пробный"), ("18720000141", "х Второй Пробный"))).created == 2
    report = run(of(("18520000136", "х Пробный"), ("18520000900", "х Третий Пробный")))
    assert (report.created, report.existing) == (1, 1)
    place = Territory.objects.get(code="gorod-mikhaylovka-probnyy")
    assert by_oktmo("18720000136") == by_oktmo("18520000136") == place
    assert by_oktmo("18720000136", on=date(2024, 6, 1)) == place
    assert by_oktmo("18720000136", on=date(2025, 6, 1)) is None
    assert by_oktmo("18520000136", on=date(2025, 6, 1)) == place
    again = run(of(("18720000136", "х Пробный")))
    assert (again.created, again.existing) == (0, 1)


@pytest.mark.skipif(not OKTMO_LIST.exists(), reason="trial list of settlements is not there")
def test_the_whole_list_of_the_region_is_imported_once() -> None:
    content = OKTMO_LIST.read_bytes()
    first = run(content)
    assert (first.rows, first.rejected) == (1938, [])
    assert first.created + first.existing + first.updated == 1494
    assert first.sections == 444 and len(first.bodies) == 437
    count = Territory.objects.count()
    second = run(content)
    assert (second.created, second.updated, second.existing) == (0, 0, 1494)
    assert Territory.objects.count() == count
    towns = Territory.objects.filter(kind=Kind.SETTLEMENT, latitude__isnull=False)
    # Two parts of a city are no settlements of the classifier.
    assert towns.filter(codes__isnull=True).count() == 2
