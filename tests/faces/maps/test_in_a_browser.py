"""The maps under somebody's hands: spots by keyboard, a point set without a mouse, streets offered as one types."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from otklik.acting import acting
from otklik.cases.numbers import shown
from otklik.territory.models import Street
from tests.browser.live import PHONE
from tests.browser.looking import Look, look_at, watched_page
from tests.making import SYSTEM, make_case, make_user, place, reread
from tests.territory.shapes import load, two_districts

pytestmark = pytest.mark.browser
Newcomer = Callable[..., BrowserContext]
HOME = "gorod-kamyshin"


def watched(context: BrowserContext) -> tuple[Page, list[str]]:
    """A page, and what its console complains about."""
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda one: wrong.append(one.url) if "127.0.0.1" not in one.url else None)
    return page, wrong


def test_the_queue_on_the_map_is_walked_by_keyboard(newcomer: Newcomer, site: str) -> None:
    load(two_districts(), attribution="© Пробный источник")
    cases = [make_case(latitude=latitude, longitude=45.39) for latitude in (50.0651, 50.0652, 50.0790)]
    page, wrong = watched(newcomer(make_user(("coordinator", HOME)), viewport=PHONE, color_scheme="dark"))
    page.goto("/desk/map/?tab=open")
    expect(page.locator("[data-map-ready]")).to_be_visible()
    expect(page.locator(".map-area")).to_have_count(2)
    expect(page.get_by_text("© Пробный источник")).to_be_visible()
    spot = page.locator(".map-spot-many").first
    expect(spot).to_be_visible()
    spot.focus()
    page.keyboard.press("Enter")  # comes nearer until the spot parts
    page.get_by_role("button", name="2 сообщения").or_(page.locator(".map-spot:not(.map-spot-many)")).first.wait_for()
    expect(page.locator("[data-map-list] li").first).to_be_visible()
    links = page.locator("[data-map-list] a, [data-map-list] button")
    assert links.count() >= 1
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert not wrong
    assert len(cases) == 3


def test_a_point_is_set_on_the_case_page_without_a_mouse(newcomer: Newcomer, site: str) -> None:
    case = make_case()
    page, wrong = watched(newcomer(make_user(("coordinator", HOME))))
    page.goto(f"/desk/case/{shown(case.number)}/")
    summary = page.locator(".case-point summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#case-map[data-map-ready]")).to_be_visible()
    page.get_by_role("button", name="Поставить точку в середину карты").press("Enter")
    expect(page.locator(".map-spot-here")).to_be_visible()
    page.get_by_role("button", name="Сохранить точку").press("Enter")
    expect(page.get_by_text("Точка сохранена.").first).to_be_visible()
    latitude = reread(case.pk).latitude
    assert latitude is not None and abs(latitude - 50.07) < 0.2
    assert not wrong


def test_the_region_is_coloured_and_every_area_has_its_value_in_text(newcomer: Newcomer, site: str) -> None:
    load(two_districts())
    page, wrong = watched(newcomer(make_user(("curator", "volgograd"))))
    page.goto("/region/?shape=map&tiles=received")
    expect(page.locator("path[class*=map-grade-load]")).to_have_count(2)
    expect(page.locator(".map-name b").first).to_be_visible()
    page.get_by_role("link", name="Просрочено").first.click()
    expect(page.locator("path[class*=map-grade-bad]")).to_have_count(2)
    assert "shape=map" in page.url and not wrong


def test_streets_and_houses_are_offered_to_a_resident(newcomer: Newcomer, site: str) -> None:
    with acting(SYSTEM):
        Street.objects.create(territory=place(HOME), name="Пробная", type_name="ул.", houses=["5", "7"])
    page, wrong = watched(newcomer(viewport=PHONE))
    page.goto("/report/")
    page.locator("#id_text").fill("Не горит фонарь у дома")
    page.locator("[data-next]").click()
    page.locator("#place_search").fill("Камышин")
    page.locator("#places [data-place]").first.click()
    page.locator("#id_street").press_sequentially("проб")
    expect(page.locator("#id_street_offers option")).to_have_attribute("value", "ул. Пробная")
    page.locator("#id_street").fill("ул. Пробная")
    page.locator("#id_house").focus()
    expect(page.locator("#id_house_offers option")).to_have_count(2)
    page.locator("[data-point] summary").click()
    expect(page.locator("#report-map[data-map-ready]")).to_be_visible()
    page.get_by_role("button", name="Поставить точку в середину карты").click()
    expect(page.locator("[data-point-told]")).to_contain_text("Точка поставлена")
    assert page.locator("#report_latitude").input_value()
    assert not wrong


def test_pages_with_a_map_stand_on_a_phone_by_day_and_night(newcomer: Newcomer, site: str) -> None:
    load(two_districts(), attribution="© Пробный источник")
    for latitude in (50.0651, 50.0652, 50.1790):
        make_case(latitude=latitude, longitude=45.39)
    look = Look(site)
    person = make_user(("curator", "volgograd"), ("administrator", "volgograd"))
    for scheme in ("light", "dark"):
        page = watched_page(newcomer(person, viewport=PHONE, reduced_motion="reduce"), look)
        for address in ("/desk/map/?tab=open", "/region/?shape=map&tiles=received", "/settings/map/"):
            look_at(page, address, look, scheme)
    assert not look.findings
