"""A theme under somebody's hands: one key takes it, another puts it back; its help opens beside it."""

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from otklik.cases.numbers import shown
from tests.browser.live import PHONE
from tests.making import make_case, make_user, reread

pytestmark = pytest.mark.browser
CITY = "gorod-kamyshin"


def test_one_takes_the_theme_and_z_takes_it_back(site: str, newcomer: Callable[..., BrowserContext]) -> None:
    case = make_case("На улице Мира второй день не горит фонарь", CITY)
    page = newcomer(make_user(("coordinator", CITY))).new_page()
    page.goto(f"/desk/case/{shown(case.number)}/")
    first = page.locator(".guess").first
    expect(first.locator(".guess-sure")).to_contain_text("%")
    first.get_by_text("Что сюда?").click()
    expect(first).to_contain_text("Не путать с")
    look(page, "help")
    page.keyboard.press("1")
    undo = page.locator(".triage-undo")
    expect(undo).to_contain_text("Карточка разобрана.")
    assert reread(case.pk).theme_id
    look(page, "triaged")
    page.keyboard.press("KeyZ")
    expect(page.locator(".guess").first).to_be_visible()
    expect(page.locator(".case-told")).to_contain_text("Разбор отменён.")
    again = reread(case.pk)
    assert (again.state, again.theme_id) == ("new", None)


def look(page, name: str) -> None:
    """Pictures for the eye, where a folder for them is named."""
    folder = os.environ.get("OTKLIK_PICTURES")
    if folder:
        for width, size in (("wide", {"width": 1280, "height": 800}), ("phone", PHONE)):
            for scheme in ("light", "dark"):
                page.set_viewport_size(size)
                page.emulate_media(color_scheme=scheme)
                page.screenshot(path=f"{folder}/{name}-{width}-{scheme}.png")
        page.set_viewport_size({"width": 1280, "height": 800})
        page.emulate_media(color_scheme="light")
