"""Likeness under somebody's hands: one key takes it, one press takes it back, in either layout."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from otklik.cases.numbers import shown
from tests.making import make_user, reread, send

pytestmark = pytest.mark.browser
Newcomer = Callable[..., BrowserContext]
PLACE = "gorod-kamyshin"


def test_one_key_joins_and_one_press_takes_it_back(newcomer: Newcomer, site: str) -> None:
    first = send("С утра нет воды во всём доме, ни холодной, ни горячей", street="ул. Мира", house="12")
    second = send("Второй день нет воды во всём доме, ни холодной, ни горячей!", street="ул. Мира", house="12")
    page = newcomer(make_user(("coordinator", PLACE))).new_page()
    page.goto(f"/desk/case/{shown(second.number)}/")
    expect(page.locator(".alike-one")).to_contain_text("Похоже на карточку")
    expect(page.locator(".alike-text mark").first).to_be_visible()
    page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'ы', code: 'KeyS', bubbles: true}))")
    expect(page.locator(".case-told")).to_contain_text("Присоединено к проблеме")
    assert reread(second.case_id).problem_id == reread(first.case_id).problem_id
    page.get_by_role("button", name="Отменить", exact=True).click()
    expect(page.locator(".case-told")).to_contain_text("всё как было")
    assert reread(second.case_id).problem_id is None
    expect(page.locator(".alike-one")).to_have_count(0)
