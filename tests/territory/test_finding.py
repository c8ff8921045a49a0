"""Columns of outside sheets lead to the right place; what is uncertain is never guessed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otklik.acting import System, acting
from otklik.territory.finding import Finder
from otklik.territory.models import Kind, Territory
from otklik.territory.settlements import import_settlements
from otklik.territory.tree import region
from tests.making import place
from tests.territory.region_places import OKTMO_LIST, oktmo_list, region_files
from tests.territory.test_oktmo_list import HEAD, line

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("municipality", "settlement", "code"),
    [
        ("Городской округ город Волгоград", "", "gorod-volgograd"),
        ("Городской округ город-герой Волгоград", None, "gorod-volgograd"),
        ("Волгоград г", "", "gorod-volgograd"),
        ("г. Волгоград", "Волгоград г", "gorod-volgograd-volgograd"),
        ("Волгоград", "Красноармейский район", "volgograd-krasnoarmeyskiy-rayon"),
        ("Волгоград", "Водстрой п", "gorod-volgograd-vodstroy"),
        ("г.о. Камышин", "", "gorod-kamyshin"),
        ("Камышинский муниципальный район", "", "kamyshinskiy-rayon"),
        ("Камышинский район", "г Петров Вал", "kamyshinskiy-rayon-petrov-val"),
        ("Камышинский р-н", "Петров Вал", "kamyshinskiy-rayon-petrov-val"),
        ("Калачёвский район", "Калач на Дону", "kalachevskiy-rayon-kalach-na-donu"),
        ("Октябрьский район", "р.п. Октябрьский", "oktyabrskiy-rayon-oktyabrskiy"),
        ("Калачевский район", "Октябрьский", "kalachevskiy-rayon-oktyabrskiy"),
        ("Городской округ город Михайловка", "", "gorod-mikhaylovka"),
        ("муниципальный округ город Михайловка", "Себрово рп", "gorod-mikhaylovka-sebrovo"),
        ("Михайловский район", "", "gorod-mikhaylovka"),
        ("Красноармейский район", "", "volgograd-krasnoarmeyskiy-rayon"),
        ("Киквидзенский район", "Киквидзе", "kikvidzenskiy-rayon-preobrazhenskaya"),
        ("Администрация Клетского муниципального района", "ст-ца Клетская", "kletskiy-rayon-kletskaya"),
        ("", "Жирновск", "zhirnovskiy-rayon-zhirnovsk"),
        ("", "Среднеахтубинский район, г. Краснослободск", "sredneakhtubinskiy-rayon-krasnoslobodsk"),
        ("Волгоградская область", "Урюпинск", "gorod-uryupinsk-uryupinsk"),
    ],
)
def test_a_place_is_found(municipality: str, settlement: str | None, code: str) -> None:
    found = Finder(region()).find(municipality, settlement)
    assert found.territory is not None and found.territory.code == code
    assert found.exact and found.reason


@pytest.mark.parametrize("row", region_files().municipalities, ids=lambda row: row.code)
def test_every_municipality_is_found_by_all_its_names(row) -> None:  # type: ignore[no-untyped-def]
    finder = Finder(region())
    for spelling in (
        row.name,
        row.short_name,
        row.genitive,
        row.short_genitive,
        row.name.upper(),
        f"  {row.name} ",
    ):
        found = finder.find(spelling, "")
        if spelling == row.short_genitive and "район" not in row.short_name:
            continue  # sheets do not write the genitive of a city alone
        assert found.territory is not None and found.territory.code == row.code, spelling


def test_the_district_and_the_town_differ() -> None:
    finder = Finder(region())
    district, town = finder.find("Камышинский район", "").territory, finder.find("Камышин", "").territory
    assert district is not None and town is not None
    assert district.code == "kamyshinskiy-rayon"
    assert town.municipality is not None and town.municipality.code == "gorod-kamyshin"


def test_namesakes_need_their_municipality() -> None:
    finder = Finder(region())
    alone = finder.find("", "Октябрьский")
    assert alone.territory is None and len(alone.candidates) == 2
    assert "нужен муниципалитет" in alone.reason


def test_an_unknown_settlement_gives_its_municipality_and_says_so() -> None:
    found = Finder(region()).find("Клетский район", "х. Небывалый")
    assert found.territory == place("kletskiy-rayon")
    assert not found.exact and "не узнан" in found.reason


def test_a_settlement_of_another_municipality_is_offered_not_taken() -> None:
    found = Finder(region()).find("Камышинский район", "г. Камышин")
    assert found.territory == place("kamyshinskiy-rayon") and not found.exact
    assert [candidate.code for candidate in found.candidates] == ["gorod-kamyshin-kamyshin"]


def test_a_place_outside_the_region_is_not_found() -> None:
    for municipality in ("Курский район", "Городской округ город Астрахань", "???"):
        found = Finder(region()).find(municipality, "Небывалое")
        assert found.territory is None and found.reason


def test_a_misspelled_municipality_is_offered_not_taken() -> None:
    found = Finder(region()).find("Камышенский район", "")
    assert found.territory is None
    assert place("kamyshinskiy-rayon") in found.candidates


def test_inside_one_municipality_the_others_are_not_known() -> None:
    found = Finder(place("kamyshinskiy-rayon")).find("", "Жирновск")
    assert found.territory is None


def test_two_of_one_name_in_one_municipality_are_candidates() -> None:
    lines = (
        line("18602405901", "х Близнец") + line("18602405902", "х Близнец") + line("18602405903", "с Близнец")
    )
    with acting(System("test")):
        import_settlements((HEAD + lines).encode())
    finder = Finder(region())
    both = finder.find("Алексеевский район", "х. Близнец")
    assert both.territory == place("alekseevskiy-rayon") and len(both.candidates) == 2
    village = finder.find("Алексеевский район", "с. Близнец")
    assert village.territory is not None and village.territory.type_name == "село"


@pytest.mark.skipif(not OKTMO_LIST.exists(), reason="trial list of settlements is not there")
def test_every_settlement_of_the_list_is_found_by_its_own_spelling() -> None:
    with acting(System("test")):
        import_settlements(OKTMO_LIST.read_bytes())
    finder = Finder(region())
    names = {row.oktmo: row.name for row in region_files().municipalities}
    by_code = {
        code.code: code.territory_id
        for territory in Territory.objects.filter(kind=Kind.SETTLEMENT).prefetch_related("codes")
        for code in territory.codes.all()
    }
    undecided = []
    for item in oktmo_list().settlements:
        found = finder.find(names[item.municipality_oktmo], f"{item.type_name} {item.name}")
        own = by_code[item.oktmo]
        assert found.territory is not None
        if found.exact:
            assert found.territory.pk == own, item
        else:
            undecided.append(item)
            assert own in {candidate.pk for candidate in found.candidates}, item
    assert len(undecided) <= 16  # hamlets of one name and type in one municipality


_WORDS = st.sampled_from(["район", "г.", "Камышин", "Волгоград", "обл", ",", "х", "«", "с.", "1-й", "", " "])


def test_any_text_in_the_columns_is_answered() -> None:
    finder = Finder(region())

    @settings(max_examples=100, deadline=None, database=None)
    @given(st.text(max_size=60), st.lists(_WORDS, max_size=6).map(" ".join))
    def answered(municipality: str, settlement: str) -> None:
        found = finder.find(municipality, settlement)
        assert found.reason
        assert found.territory is not None or not found.exact

    answered()
