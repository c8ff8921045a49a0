"""What lies under a node, which scopes that makes, and whose a code is."""

from datetime import date

import pytest

from otklik.territory import tree
from otklik.territory.models import Territory, TerritoryCode
from tests.making import place

pytestmark = pytest.mark.django_db


def codes(ids: set[int]) -> set[str]:
    return set(Territory.objects.filter(pk__in=ids).values_list("code", flat=True))


def test_the_scopes_of_a_city_are_itself_and_its_inner_districts() -> None:
    scopes = codes(tree.scope_ids(place("gorod-volgograd")))
    assert "gorod-volgograd" in scopes and "volgograd-sovetskiy-rayon" in scopes
    assert len(scopes) == 9


def test_the_scope_of_a_district_is_only_itself() -> None:
    assert codes(tree.scope_ids(place("kamyshinskiy-rayon"))) == {"kamyshinskiy-rayon"}
    assert codes(tree.scope_ids(place("volgograd-sovetskiy-rayon"))) == {"volgograd-sovetskiy-rayon"}


def test_a_settlement_gives_the_scope_it_lies_in() -> None:
    assert codes(tree.scope_ids(place("kamyshinskiy-rayon-petrov-val"))) == {"kamyshinskiy-rayon"}


def test_the_region_reaches_every_scope() -> None:
    assert len(tree.scope_ids(tree.region())) == 1 + 38 + 8


def test_descendants_include_the_node_and_the_lowest_level() -> None:
    found = set(tree.descendants(place("gorod-volgograd")).values_list("code", flat=True))
    assert {"gorod-volgograd", "volgograd-traktorozavodskiy-rayon", "gorod-volgograd-vodstroy"} <= found
    assert "gorod-volzhskiy" not in found


def test_inactive_territories_are_left_out() -> None:
    Territory.objects.filter(code="kamyshinskiy-rayon-petrov-val").update(active=False)
    found = tree.descendants(place("kamyshinskiy-rayon")).values_list("code", flat=True)
    assert "kamyshinskiy-rayon-petrov-val" not in found


def test_a_municipality_is_found_by_its_code_of_8_or_11_digits() -> None:
    city = place("gorod-volgograd")
    assert tree.by_oktmo("18701000") == tree.by_oktmo("18701000000") == city
    assert tree.by_oktmo("18 701 000") == city
    assert tree.by_oktmo("99999999") is None
    assert tree.by_oktmo("") is None


def test_without_a_day_the_code_in_force_wins_over_an_ended_one() -> None:
    ended = TerritoryCode.objects.create(
        territory=place("kletskiy-rayon"), code="18999000", valid_to=date(2020, 1, 1)
    )
    TerritoryCode.objects.create(
        territory=place("gorod-kamyshin"), code="18999000", valid_from=date(2020, 1, 2)
    )
    assert tree.by_oktmo("18999000") == place("gorod-kamyshin")
    assert tree.by_oktmo("18999000", on=date(2019, 1, 1)) == ended.territory


def test_municipalities_come_in_the_order_of_their_names() -> None:
    names = [territory.short_name for territory in tree.municipalities()]
    assert len(names) == 38
    assert names[0] == "Алексеевский район" and names[-1] == "Чернышковский район"
