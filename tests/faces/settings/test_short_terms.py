"""Короткие сроки: the region's administrator adds what the region's law gives; others only read."""

import pytest

from otklik.acting import acting
from otklik.cases.shorter_terms import terms
from tests.making import SYSTEM, logged_in, make_user

pytestmark = pytest.mark.django_db
GIVEN = {"name": "Семьи с детьми", "regime": "law59", "days": "15", "source": "закон области № 1, статья 2"}
ADDRESS = "/settings/registers/terms/"


def own():
    with acting(SYSTEM):
        return [term for term in terms() if term.own]


def test_a_term_is_added_shown_and_taken_away():
    client = logged_in(make_user(("administrator", "volgograd")))
    assert "не проверено по тексту закона" in client.get(ADDRESS).content.decode()
    assert client.post(ADDRESS, GIVEN).status_code == 302
    assert client.post(ADDRESS, GIVEN | {"name": "Ветераны"}).status_code == 302
    assert client.post(ADDRESS, GIVEN).status_code == 302
    first, second = own()
    assert "закон области № 1" in client.get(ADDRESS).content.decode()
    client.post(ADDRESS, {"remove": first.code})
    assert own() == [second]
    client.post(ADDRESS, GIVEN)
    assert own() == [second, first], "a card that remembers the code finds the same term again"


@pytest.mark.parametrize("wrong", [{"days": "30"}, {"days": "x"}, {"name": ""}, {"source": " "}, {"regime": "pos"}])
def test_a_wrong_one_is_refused_beside_its_field(wrong):
    client = logged_in(make_user(("administrator", "volgograd")))
    assert client.post(ADDRESS, GIVEN | wrong).status_code == 422
    assert own() == []


def test_a_centres_administrator_reads_and_changes_nothing():
    client = logged_in(make_user(("administrator", "gorod-kamyshin")))
    assert "<form class=\"card settings-form\"" not in client.get(ADDRESS).content.decode()
    assert client.post(ADDRESS, GIVEN).status_code == 403
    assert logged_in(make_user(("operator", "gorod-kamyshin"))).get(ADDRESS).status_code == 403
    assert own() == []
