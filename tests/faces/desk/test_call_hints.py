"""What a clerk is told while the caller speaks, and a whole call by keys alone."""

import time
from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, expect

from otklik.acting import acting
from otklik.cases.models import Case
from otklik.cases.numbers import shown
from otklik.territory.models import Street
from tests.making import SYSTEM, logged_in, make_case, make_user, place

HOME = "gorod-kamyshin"
PHONE = "8 900 000-11-22"


def operator(code: str = HOME) -> Client:
    return logged_in(make_user(("operator", code)))


@pytest.mark.django_db
def test_a_caller_is_known_by_the_number_with_what_they_wrote_before():
    case = make_case(name="Звонкова Ия", phone=PHONE, street="Мира", house="12")
    page = operator().post("/desk/call/known/", {"phone": "+79000001122"}).content.decode()
    assert "Звонкова Ия" in page
    assert shown(case.number) in page
    assert 'data-street="Мира"' in page


@pytest.mark.django_db
def test_nobody_is_told_of_the_residents_of_another_centre_nor_by_half_a_number():
    make_case(name="Звонкова Ия", phone=PHONE)
    assert "Звонкова" not in operator("gorod-volzhskiy").post("/desk/call/known/", {"phone": PHONE}).content.decode()
    for half in ("", "8900", "900000", "\x00", "к" * 100):
        assert operator().post("/desk/call/known/", {"phone": half}).content.decode().strip() == ""
    assert operator().get("/desk/call/known/").status_code == 405


@pytest.mark.django_db
def test_streets_of_the_place_are_offered_and_the_house_says_what_it_has():
    case = make_case(street="Ленинградская", house="7")
    home = place(HOME)
    Street.objects.create(territory=home, name="Базарная", type_name="ул.", name_key="базарная")
    client = operator()
    options = client.get("/desk/call/streets/", {"territory": home.pk}).content.decode()
    assert 'value="ул. Базарная"' in options
    assert 'value="Ленинградская"' in options
    there = {"territory": home.pk, "street": "ул. Ленинградская", "house": "д. 7"}
    assert shown(case.number) in client.get("/desk/call/there/", there).content.decode()
    assert client.get("/desk/call/there/", there | {"territory": "чепуха"}).content.decode().strip() == ""
    stranger = operator("gorod-volzhskiy")
    assert stranger.get("/desk/call/there/", there).content.decode().strip() == ""
    assert "Ленинградская" not in stranger.get("/desk/call/streets/", {"territory": home.pk}).content.decode()


@pytest.mark.browser
def test_a_whole_call_is_written_down_by_keys_in_under_a_minute(site: str, newcomer: Callable[..., BrowserContext]):
    known = make_case(name="Звонкова Ия", phone=PHONE, street="Мира", house="12")
    page = newcomer(make_user(("operator", HOME))).new_page()
    page.goto("/desk/call/")
    began, keys = time.monotonic(), 0

    def press(*names: str) -> None:
        nonlocal keys
        for name in names:
            page.keyboard.press(name)
            keys += 1

    def write(text: str) -> None:
        nonlocal keys
        page.keyboard.type(text)
        keys += len(text)

    write("89000001122")
    expect(page.locator("#call-known")).to_contain_text(shown(known.number))
    press("Enter")
    write("Звонкова Ия")
    press("Enter")
    write("У дома провалился люк, дети могут упасть")
    press("Tab")
    write("Камыш")
    press("Enter")
    expect(page.locator("#call_street")).to_be_focused()
    write("Мира")
    press("Enter")
    write("12")
    expect(page.locator("#call-there")).to_contain_text(shown(known.number))
    press("Control+Enter")
    expect(page.get_by_text("Скажите человеку номер")).to_be_visible()
    took = time.monotonic() - began
    with acting(SYSTEM):
        made = Case.objects.exclude(pk=known.pk).get()
    assert (made.street, made.house, made.answer_by) == ("Мира", "12", "phone")
    assert made.resident_id == known.resident_id
    assert keys < 100, keys  # about 80 letters that had to be said, and a few keys between them
    assert took < 30, took  # by a machine; a person who types 200 letters a minute needs half a minute more
