"""The place read in a text is lit, taken by one key, put right or put back."""

import re

import pytest
from django.test import Client

from otklik.acting import acting
from otklik.cases.jobs import understand_case
from otklik.cases.models import Case
from otklik.journal.models import Entry
from otklik.territory.models import LearnedName
from tests.making import SYSTEM, at, logged_in, make_case, make_user, place, reread

pytestmark = pytest.mark.django_db
CITY = "gorod-volgograd"
NOW = at("2026-03-04 11:00")


def read_case(text: str, code: str = CITY) -> Case:
    case = make_case(text, code)
    understand_case(case.pk, NOW)
    return reread(case.pk)


def page(client: Client, case: Case) -> str:
    return client.get(f"/desk/case/{shown(case)}/").content.decode()


def shown(case: Case) -> str:
    from otklik.cases.numbers import shown as shown_number

    return shown_number(case.number)


def hidden(html: str) -> dict[str, str]:
    """The hidden fields of the form of the place."""
    form = re.search(r'class="place-guess".*?</form>', html, re.S)
    assert form is not None
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form.group()))


@pytest.fixture
def client(db) -> Client:
    return logged_in(make_user(("coordinator", CITY)))


def test_place_street_and_landmark_are_lit_with_what_they_are(client):
    html = page(client, read_case("В Бекетовке, ул. Мира, 5, за ДК ВГС яма"))
    assert '<mark title="Место: Бекетовка">Бекетовке</mark>' in html
    assert '<mark title="Адрес: ул. Мира, 5">ул. Мира, 5</mark>' in html
    assert '<mark title="Ориентир">ДК ВГС</mark>' in html
    assert 'data-key="4"' in html and "Бекетовка, ул. Мира, 5" in html


def test_it_is_taken_whole_by_one_press_and_put_back_by_another(client):
    case = read_case("В Бекетовке, ул. Мира, 5 яма")
    before = (case.territory_id, case.street, case.house)
    taken = client.post(f"/desk/case/{shown(case)}/triage/", hidden(page(client, case)), headers={"HX-Request": "true"})
    assert taken.status_code == 200
    now = reread(case.pk)
    assert (now.territory.short_name, now.street, now.house) == ("Бекетовка", "ул. Мира", "5")
    undo = hidden(taken.content.decode())
    assert undo["place_act"] == "undo"
    client.post(f"/desk/case/{shown(case)}/triage/", undo, headers={"HX-Request": "true"})
    now = reread(case.pk)
    assert (now.territory_id, now.street, now.house) == before
    with acting(SYSTEM):
        assert Entry.objects.filter(stream=f"case:{case.pk}", verb__in=["triage", "correct"]).count() == 2
        assert not LearnedName.objects.exists()  # what was put back teaches nothing


def test_what_a_person_wrote_is_not_offered_to_be_overwritten(client):
    case = read_case("В Бекетовке, ул. Мира, 5 яма")
    client.post(
        f"/desk/case/{shown(case)}/triage/",
        {"territory": place("volgograd-kirovskiy-rayon").pk, "street": "ул. Новая", "house": "7"},
    )
    html = page(client, reread(case.pk))
    assert "Бекетовка, ул. Мира" not in html


def test_a_place_of_another_municipality_is_told_not_offered(client):
    html = page(client, read_case("В Урюпинске нет света"))
    assert "В тексте названо «Урюпинск», это другой муниципалитет" in html
    assert 'data-key="4"' not in html


def test_nothing_is_offered_where_the_text_says_nothing(client):
    assert 'class="place-guess"' not in page(client, read_case("Яма во дворе, помогите"))


def test_somebody_elses_place_cannot_be_slipped_in(client):
    case = read_case("В Бекетовке яма")
    answer = client.post(
        f"/desk/case/{shown(case)}/triage/",
        {"place_act": "take", "territory": place("gorod-uryupinsk").pk}, headers={"HX-Request": "true"},
    )
    assert answer.status_code == 422
    assert reread(case.pk).territory_id == case.territory_id
