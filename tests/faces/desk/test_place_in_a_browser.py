"""The place of a text under somebody's hands: one key takes it, one press puts it back."""

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from otklik.cases.numbers import shown
from tests.browser.live import PHONE
from tests.making import make_case, make_user, reread

pytestmark = pytest.mark.browser
CITY = "gorod-volgograd"


def test_four_takes_the_place_and_a_press_puts_it_back(
    site: str, newcomer: Callable[..., BrowserContext], tmp_path
) -> None:
    case = make_case("В Бекетовке, ул. Мира, 5, за ДК ВГС второй день не горит фонарь", CITY)
    page = newcomer(make_user(("coordinator", CITY))).new_page()
    page.goto(f"/desk/case/{shown(case.number)}/")
    told = page.locator(".place-guess")
    expect(told).to_contain_text("Бекетовка, ул. Мира, 5")
    assert page.locator('mark[title="Место: Бекетовка"]').inner_text() == "Бекетовке"
    look(page, "offered")
    page.keyboard.press("4")
    expect(told).to_contain_text("Место взято из текста")
    assert reread(case.pk).territory.short_name == "Бекетовка"
    look(page, "taken")
    told.get_by_role("button", name="Вернуть как было").click()
    expect(told).to_contain_text("Бекетовка, ул. Мира, 5")
    assert reread(case.pk).street == ""


def look(page, name: str) -> None:
    """Pictures for the eye, where a folder for them is named."""
    folder = os.environ.get("OTKLIK_PICTURES")
    if folder:
        for width, size in (("wide", {"width": 1280, "height": 800}), ("phone", PHONE)):
            for scheme in ("light", "dark"):
                page.set_viewport_size(size)
                page.emulate_media(color_scheme=scheme)
                page.locator(".place-guess").scroll_into_view_if_needed()
                page.screenshot(path=f"{folder}/{name}-{width}-{scheme}.png")
        page.set_viewport_size({"width": 1280, "height": 800})
        page.emulate_media(color_scheme="light")
