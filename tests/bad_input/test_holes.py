"""Holes that the table found once, each by its name."""

import pytest
from django.test import Client

from otklik.organisations import region_settings
from otklik.organisations.models import DutyPerson, Organisation
from tests.faces.test_every_page import region_code
from tests.making import logged_in, make_user, organisation, place

HOME = "gorod-kamyshin"
pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> Client:
    return logged_in(make_user(("administrator", region_code())))


def test_too_long_a_phone_of_a_centre_is_refused_and_given_back_not_cut_short(administrator: Client) -> None:
    address = f"/settings/centres/{place(HOME).pk}/"
    answer = administrator.post(address, {"centre_phone": "8" * 41, "one_person": "1"})
    assert answer.status_code == 422
    assert "Слишком длинно" in answer.text and "8" * 41 in answer.text
    assert not region_settings.get("centre_phone", place(HOME).pk)


def test_the_duty_list_refuses_a_name_that_is_too_long(administrator: Client) -> None:
    answer = administrator.post(f"/settings/duty/{place(HOME).pk}/", {"name": "Ж" * 201, "phone": "112"})
    assert answer.status_code == 422 and "Ж" * 201 in answer.text
    assert not DutyPerson.objects.filter(territory=place(HOME)).exists()


def test_signs_that_nobody_types_do_not_come_into_the_settings(administrator: Client) -> None:
    administrator.post(f"/settings/centres/{place(HOME).pk}/", {"centre_phone": "\u202e8 800\x07\u2066"})
    assert region_settings.get("centre_phone", place(HOME).pk) == "8 800"
    row = organisation()
    sent = {"name": "Проба\u202eа", "kind": row.kind, "territory": row.territory_id, "active": "on"}
    answer = administrator.post("/settings/organisations/add/", sent, follow=True)
    assert "\u202e" not in answer.text
    assert Organisation.objects.filter(name="Пробаа").exists()
