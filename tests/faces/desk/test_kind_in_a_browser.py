"""Kind and tone under somebody's hands: one key sets spam aside, covered words open, restricted access is told."""

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from otklik.cases.numbers import shown
from tests.browser.live import PHONE
from tests.making import make_case, make_user, reread

pytestmark = pytest.mark.browser
HERE = "gorod-kamyshin"


def test_one_key_sets_spam_aside_and_rude_words_open_when_asked_for(
    site: str, newcomer: Callable[..., BrowserContext]
) -> None:
    rude = make_case("Заебали вы, третий день нет воды на улице Мира, идиоты!")
    spam = make_case("Займ без отказа за пять минут, переходите по ссылке")
    page = newcomer(make_user(("operator", HERE))).new_page()
    page.goto(f"/desk/case/{shown(rude.number)}/")
    whole = page.locator(".words-whole .words-text")
    expect(whole).to_be_hidden()
    look(page, "rude")
    page.locator(".words-whole summary").click()
    expect(whole).to_contain_text("Заебали")
    page.goto(f"/desk/case/{shown(spam.number)}/")
    expect(page.locator(".kind-block")).to_contain_text("Отложить как спам")
    look(page, "spam")
    page.keyboard.press("d")
    expect(page.locator(".case-told")).to_contain_text("тложен")
    assert (reread(spam.pk).state, reread(spam.pk).outcome) == ("closed", "spam")


def test_not_ours_opens_its_panel_with_words_to_send(site: str, newcomer: Callable[..., BrowserContext]) -> None:
    case = make_case("Пенсионный фонд неправильно посчитал мне стаж")
    page = newcomer(make_user(("operator", HERE))).new_page()
    page.goto(f"/desk/case/{shown(case.number)}/")
    page.keyboard.press("d")
    reason = page.locator("#aside_reason")
    expect(reason).to_be_visible()
    assert "Социальн" in reason.input_value()
    look(page, "not-ours")


def test_a_closed_case_as_its_readers_and_as_others_see_it(site: str, newcomer: Callable[..., BrowserContext]) -> None:
    make_case("На улице Мира не горит фонарь")
    case = make_case("Взорвём офис, в подвале пахнет газом, все на площадь с канистрами!")
    page = newcomer(make_user(("coordinator", HERE))).new_page()
    page.goto("/desk/?tab=restricted")
    expect(page.locator(".kind-panic").first).to_contain_text("Доступ ограничен")
    look(page, "queue")
    page.locator(".desk-filters summary").click()
    expect(page.locator("#f_tone")).to_be_visible()
    look(page, "filters")
    page.goto(f"/desk/case/{shown(case.number)}/")
    look(page, "restricted")
    other = newcomer(make_user(("operator", HERE))).new_page()
    other.goto("/desk/alarms/")
    expect(other.locator("#alarms")).to_contain_text("Карточка с ограниченным доступом")
    look(other, "closed-alarm")


def look(page: Page, name: str) -> None:
    """Pictures for the eye, where a folder for them is named."""
    folder = os.environ.get("OTKLIK_PICTURES")
    if not folder:
        return
    for width, size in (("wide", {"width": 1280, "height": 800}), ("phone", PHONE)):
        page.set_viewport_size(size)
        for scheme in ("light", "dark"):
            page.evaluate("name => document.documentElement.setAttribute('data-bs-theme', name)", scheme)
            page.screenshot(path=f"{folder}/{name}-{width}-{scheme}.png", full_page=width == "phone")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.evaluate("() => document.documentElement.setAttribute('data-bs-theme', 'light')")
