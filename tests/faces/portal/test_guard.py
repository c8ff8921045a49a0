"""Programs that fill in the form: a hidden field, and in a flood a small work or a sum."""

import hashlib
import re
from itertools import count

import pytest
from django.test import Client

from otklik.acting import System, acting
from otklik.cases.models import Case
from otklik.intake.accepting import issue_key
from otklik.organisations import region_settings
from tests.making import SYSTEM, place

pytestmark = pytest.mark.django_db
STRANGER = "203.0.113.7"


def form(text: str = "На улице Мира не горит фонарь", **more: str) -> dict[str, str]:
    return {"key": issue_key(), "text": text, "territory": str(place("gorod-kamyshin").pk), "near_seen": "1", **more}


def send(given: dict[str, str], address: str = STRANGER):
    return Client(REMOTE_ADDR=address).post("/report/", given)


def cases() -> int:
    with acting(System("test"), read_only=True):
        return Case.objects.count()


def always() -> None:
    region_settings.put(SYSTEM, "form_guard", "always")


def worked(key: str) -> str:
    """What the browser finds."""
    return next(str(n) for n in count() if hashlib.sha256(f"{key}:{n}".encode()).digest()[:2] == b"\0\0")


def summed(page: str) -> str:
    words = ["", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять"]
    one, two = re.search(r"Сколько будет (\w+) плюс (\w+)\?", page).groups()
    return str(words.index(one) + words.index(two))


def test_on_an_ordinary_day_nothing_is_asked():
    assert "Сколько будет" not in Client(REMOTE_ADDR=STRANGER).get("/report/").content.decode()
    assert send(form()).status_code == 303
    assert cases() == 1


def test_whoever_fills_in_the_hidden_field_gets_the_form_back_with_the_text():
    answer = send(form(company_site="https://spam.example"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "не горит фонарь" in page
    assert "spam.example" not in page
    assert cases() == 0


@pytest.mark.parametrize("how", ["work", "sum"])
def test_in_a_flood_a_work_or_a_sum_opens_the_door(how):
    always()
    given = form()
    page = send(given)
    assert page.status_code == 422
    assert "не горит фонарь" in page.content.decode()
    assert cases() == 0
    more = {"work": worked(given["key"])} if how == "work" else {"sum": summed(page.content.decode())}
    assert send({**given, **more}).status_code == 303
    assert cases() == 1


def test_a_wrong_sum_anothers_work_and_nonsense_do_not():
    always()
    given = form()
    for more in ({"sum": "99"}, {"work": worked(issue_key())}, {"work": "1" * 5000}, {"work": "²"}, {"sum": "x" * 900}):
        assert send({**given, **more}).status_code == 422, more
    assert cases() == 0


def test_one_work_does_not_open_it_for_a_thousand():
    always()
    given = form()
    work = worked(given["key"])
    said = [send({**given, "work": work, "text": f"Яма № {n} на улице Мира"}).status_code for n in range(7)]
    assert said.count(303) == 5


def test_a_flood_from_one_address_asks_that_address_only():
    for n in range(10):
        assert send(form(f"Яма № {n} на улице Мира")).status_code == 303
    assert send(form("Яма № 11 на улице Мира")).status_code == 422
    assert send(form("Не горит фонарь на Мира"), "203.0.113.8").status_code == 303


def test_the_framed_form_is_guarded_alike():
    region_settings.put(SYSTEM, "embed_hosts", ["site.example"], place("gorod-kamyshin").pk)
    always()
    address = "/embed/gorod-kamyshin/"
    given = form()
    page = Client(REMOTE_ADDR=STRANGER).post(address, given)
    assert page.status_code == 422
    assert cases() == 0
    right = {**given, "sum": summed(page.content.decode())}
    assert Client(REMOTE_ADDR=STRANGER).post(address, {**right, "company_site": "x"}).status_code == 422
    assert Client(REMOTE_ADDR=STRANGER).post(address, right).status_code == 200
    assert cases() == 1


def test_danger_to_life_is_never_asked():
    always()
    assert send(form("Пахнет газом в подъезде, дышать нечем")).status_code == 303
    assert cases() == 1
