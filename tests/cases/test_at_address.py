"""Other cases of the same house, however the address is written."""

import pytest
from django.db import connection

from otklik.acting import Staff, acting
from otklik.cases.at_address import at_address, others_there
from otklik.cases.models import Case
from tests.cases.test_exporting import many
from tests.making import make_case, make_staff, place

pytestmark = pytest.mark.django_db
HOME = "gorod-kamyshin"


def operator(code: str = HOME) -> Staff:
    return make_staff(("operator", code))


def there(actor: Staff, street: str, house: str) -> list[int]:
    with acting(actor, read_only=True):
        return [case.pk for case in at_address(actor, place(HOME).pk, street, house)]


@pytest.mark.parametrize(
    ("street", "house"),
    [
        ("Мира", "12"), ("ул. Мира", "д. 12"), ("УЛИЦА МИРА", "дом 12"), ("мира ул", "12 "), ("ул.Мира", "№12"),
    ],
)  # fmt: skip
def test_one_house_is_found_however_it_is_written(street, house):
    old = make_case(street="ул. Мира", house="12")
    new = make_case("Яма", street="Мира", house="д.12")
    assert there(operator(), street, house) == [new.pk, old.pk]


@pytest.mark.parametrize(
    ("street", "house"), [("Мира", "12а"), ("Мира", "1"), ("Мира", ""), ("Ленина", "12"), ("", "12"), ("Мира", "—")]
)
def test_another_house_is_another_one(street, house):
    make_case(street="ул. Мира", house="12")
    assert there(operator(), street, house) == []


def test_buildings_with_letters_and_parts():
    one = make_case(street="пр-т Ленина", house="5 корп. 2")
    assert there(operator(), "Ленина проспект", "5к2") == [one.pk]
    assert there(operator(), "Ленина", "5, корпус 2") == [one.pk]
    assert there(operator(), "Ленина", "52") == []


def test_a_case_shows_the_others_of_its_house_and_strangers_see_none():
    cases = [make_case(f"Яма {n}", street="Мира", house="12") for n in range(3)]
    make_case("Яма", code="gorod-volzhskiy", street="Мира", house="12")
    me = operator()
    with acting(me, read_only=True):
        assert [one.pk for one in others_there(me, cases[1])] == [cases[2].pk, cases[0].pk]
    assert there(operator("gorod-volzhskiy"), "Мира", "12") == []


def test_the_database_finds_them_by_an_index_also_for_staff_of_one_place():
    many(make_case(street="Мира", house="12").pk, 3000)  # so many that an index is worth its while
    me = operator()
    with acting(me, read_only=True), connection.cursor() as cursor:
        cursor.execute(
            "EXPLAIN SELECT id FROM cases_case WHERE territory_id = %s AND address_key = 'мира|12'", [place(HOME).pk]
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "cases_case_address" in plan
    assert Case._meta.db_table in plan
