"""The pages by which an officer erases a person."""

import pytest
from django.test import Client

from otklik.acting import acting
from otklik.intake.erasing.models import Erasure
from tests.making import SYSTEM, logged_in, make_user, reread, send

pytestmark = pytest.mark.django_db
PHONE = "+79005557711"


def officer(code: str = "gorod-kamyshin") -> Client:
    return logged_in(make_user(("security", code)))


def found(client: Client, sought: str = PHONE):
    return client.post("/settings/erasure/", {"sought": sought, "reason": "вх. 17"})


def test_an_officer_finds_looks_confirms_and_prints_the_certificate():
    sent = send("Пишет Ковыльная, тел. 8 900 555 77 11", name="Ковыльная Анна", phone=PHONE)
    client = officer()
    page = found(client)
    assert page.status_code == 302
    address = page["Location"]
    shown = client.get(address).content.decode()
    assert "[имя убрано]" in shown and "Ковыльн" not in shown and "…77-11" in shown
    wrong = client.post(address, {"confirmed": "да"})
    assert wrong.status_code == 422 and "вернуть стёртое нельзя" in wrong.content.decode()
    done = client.post(address, {"confirmed": "Стереть"}, follow=True).content.decode()
    assert "Акт об уничтожении данных" in done and "№ 179" in done and "контактов — 1" in done
    assert reread(sent.case_id).text == "Пишет [имя убрано], тел. [телефон убран]"
    assert "стёрто" in client.get("/settings/erasure/").content.decode()
    assert "Стёрт человек" in client.get("/settings/journal/").content.decode()


def test_nobody_found_is_said_beside_the_field_and_nothing_typed_is_lost():
    page = found(officer(), "+79000000000")
    assert page.status_code == 422
    told = page.content.decode()
    assert "Никого не нашли" in told and "+79000000000" in told and "вх. 17" in told


def test_an_officer_of_another_centre_does_not_find_or_open():
    send("x", phone=PHONE)
    address = found(officer())["Location"]
    stranger = officer("gorod-volzhskiy")
    assert found(stranger).status_code == 422
    assert stranger.get(address).status_code == 404
    assert stranger.post(address, {"confirmed": "стереть"}).status_code == 404
    assert stranger.post(address + "drop/").status_code == 404


@pytest.mark.parametrize("role", ["operator", "coordinator", "head", "approver"])
def test_who_works_with_cases_does_not_come_here(role):
    client = logged_in(make_user((role, "gorod-kamyshin")))
    assert client.get("/settings/erasure/").status_code == 403
    assert found(client).status_code == 403


def test_a_request_is_closed_without_erasing():
    sent = send("Нет света", phone=PHONE)
    client = officer()
    address = found(client)["Location"]
    assert "ничего не стёрто" in client.post(address + "drop/", follow=True).content.decode()
    with acting(SYSTEM):
        assert Erasure.objects.get().state == "dropped"
    assert reread(sent.case_id).text == "Нет света"
