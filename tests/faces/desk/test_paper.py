"""A case on paper: what stands on it, and what only for a reason."""

import pytest
from django.utils import timezone

from otklik.cases.actions.notes import note
from otklik.cases.numbers import shown
from otklik.organisations.staffing import staff_actor
from tests.cases.steps import assigned, entries
from tests.making import logged_in, make_case, make_user

pytestmark = pytest.mark.django_db
HOME = "gorod-kamyshin"


def made():
    case = make_case("Яма. Звоните 8 900 000-11-22", name="Непридуманова Ольга", phone="+79000001122", house="7")
    user = make_user(("coordinator", HOME))
    actor = staff_actor(user, timezone.localdate())
    assigned(actor, case.pk, timezone.now(), task="Засыпать яму")
    note(actor, case.pk, text="секретная заметка")
    return case, logged_in(user), f"/desk/case/{shown(case.number)}/paper/"


def test_the_sheet_has_the_matter_and_no_contacts_nor_notes():
    _case, client, address = made()
    page = client.get(address).content.decode()
    assert "Засыпать яму" in page
    assert "Назначен исполнитель" in page
    for secret in ("000-11-22", "79000001122", "Непридуманова", "секретная"):
        assert secret not in page


def test_contacts_come_on_it_for_a_reason_which_is_an_entry():
    case, client, address = made()
    assert client.post(address, {"reason": ""}).status_code == 422
    assert not entries(case.pk, "reveal")
    page = client.post(address, {"reason": "Выезд комиссии"}).content.decode()
    assert "+79000001122" in page
    assert "Непридуманова" in page
    assert "секретная" not in page
    assert len(entries(case.pk, "reveal")) == 1


def test_who_may_not_reveal_is_told_so_and_strangers_find_nothing():
    case, _client, address = made()
    approver = logged_in(make_user(("approver", HOME)))
    assert approver.get(address).status_code == 200
    answer = approver.post(address, {"reason": "Хочу"})
    assert answer.status_code == 422
    assert "79000001122" not in answer.content.decode()
    assert logged_in(make_user(("operator", "gorod-volzhskiy"))).get(address).status_code == 404
    assert not entries(case.pk, "reveal")


def test_the_page_of_a_case_shows_the_others_of_its_house():
    one, two = make_case(street="Мира", house="12"), make_case("Яма", street="ул. Мира", house="д. 12")
    client = logged_in(make_user(("operator", HOME)))
    address = f"/desk/case/{shown(one.number)}/around/"
    assert f'hx-get="{address}"' in client.get(f"/desk/case/{shown(one.number)}/").content.decode()
    page = client.get(address).content.decode()
    assert "По этому адресу" in page
    assert shown(two.number) in page
