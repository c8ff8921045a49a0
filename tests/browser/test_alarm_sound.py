"""Danger to life goes over every page that is open, and is heard where the sound was switched on."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from otklik.territory.models import Kind, Territory
from tests.making import make_case, make_user

pytestmark = pytest.mark.browser
WITHIN_MS = 10_000
FIRST_MS = 60_000  # the first page of a server that has just begun, on a busy machine
Newcomer = Callable[..., BrowserContext]
DANGER = "На детской площадке оголённый провод под напряжением, рядом дети"


def sound(page: Page) -> str:
    return page.locator(".sound-button").get_attribute("data-state") or ""


def rung(page: Page) -> int:
    return int(page.evaluate("Number(document.documentElement.dataset.alarmsRung || 0)"))


def test_the_alarm_is_seen_and_heard_on_every_open_page_of_the_desk(newcomer: Newcomer, worker: None) -> None:
    context = newcomer(make_user(("operator", "gorod-kamyshin")))
    pages = [context.new_page() for _ in range(3)]
    for page, address in zip(pages, ("/desk/", "/desk/call/", "/desk/problems/"), strict=True):
        page.goto(address, timeout=FIRST_MS)
    assert sound(pages[0]) == "off"
    pages[0].locator(".sound-button").click()
    expect(pages[0].locator(".sound-button")).to_have_attribute("data-state", "on")
    before = rung(pages[0])  # switching on lets it be heard once
    # The other pages know of it; the browser lets them play after the first touch.
    for page in pages[1:]:
        expect(page.locator(".sound-button")).not_to_have_attribute("data-state", "off")
        page.locator("h1").first.click()
        expect(page.locator(".sound-button")).to_have_attribute("data-state", "on")
    make_case(DANGER)
    for page in pages:
        expect(page.locator(".alarm-bar")).to_contain_text("Угроза жизни", timeout=WITHIN_MS)
        page.wait_for_function(
            "least => Number(document.documentElement.dataset.alarmsRung || 0) > least",
            arg=before if page is pages[0] else 0, timeout=WITHIN_MS,
        )  # fmt: skip
    pages[0].locator(".sound-button").click()
    expect(pages[0].locator(".sound-button")).to_have_attribute("data-state", "off")


def test_the_curator_sees_and_hears_it_on_a_page_of_the_region(newcomer: Newcomer, worker: None) -> None:
    page = newcomer(make_user(("curator", Territory.objects.get(kind=Kind.REGION).code))).new_page()
    page.goto("/region/", timeout=FIRST_MS)
    page.locator(".sound-button").click()
    expect(page.locator(".sound-button")).to_have_attribute("data-state", "on")
    heard = rung(page)
    make_case(DANGER)
    expect(page.locator(".alarm-bar")).to_contain_text("Угроза жизни", timeout=WITHIN_MS)
    page.wait_for_function(
        "least => Number(document.documentElement.dataset.alarmsRung || 0) > least", arg=heard, timeout=WITHIN_MS
    )


def test_without_the_sound_switched_on_nothing_is_played(newcomer: Newcomer, worker: None) -> None:
    page = newcomer(make_user(("operator", "gorod-kamyshin"))).new_page()
    page.goto("/desk/", timeout=FIRST_MS)
    make_case(DANGER)
    expect(page.locator(".alarm-bar")).to_be_visible(timeout=WITHIN_MS)
    assert sound(page) == "off" and rung(page) == 0
