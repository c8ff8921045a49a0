"""A newcomer's first day, and a resident's first visit, in a real browser: what only a browser would notice."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from otklik.organisations import invitations
from tests.browser.live import PHONE
from tests.making import make_case, make_staff, make_user, place

pytestmark = pytest.mark.browser
Newcomer = Callable[..., BrowserContext]
PASSWORD = "семь тихих ворон"
LIGHT = 150_000  # bytes of a first visit to the portal: over a village line some ten seconds


def test_an_invited_colleague_sets_a_password_and_works(newcomer: Newcomer) -> None:
    administrator = make_staff(("administrator", "volgograd"))
    _user, token = invitations.invite(
        administrator, username="novaya", full_name="Новая Алла Игоревна",
        roles=[("operator", place("gorod-kamyshin").pk)], now=timezone.now(),
    )  # fmt: skip
    page = newcomer(viewport=PHONE).new_page()
    page.goto(f"/accounts/invitation/{token}/")
    page.get_by_label("Новый пароль").fill(PASSWORD)
    page.get_by_label("Он же ещё раз").fill("семь тихих ворот")
    page.get_by_role("button", name="Сохранить пароль").click()
    expect(page.get_by_text("Пароли не совпали")).to_be_visible()
    page.get_by_label("Новый пароль").fill(PASSWORD)
    page.get_by_label("Он же ещё раз").fill(PASSWORD)
    page.get_by_role("button", name="Сохранить пароль").click()
    page.get_by_label("Имя для входа").fill("novaya")
    page.get_by_label("Пароль", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Войти").click()
    page.wait_for_url("**/desk/**")


def test_enter_in_a_search_takes_the_first_found_and_what_is_missing_comes_into_sight(newcomer: Newcomer) -> None:
    make_case("Мостик через балку прогнил, по нему ходят дети")
    desk = newcomer(make_user(("operator", "gorod-kamyshin"))).new_page()
    desk.goto("/desk/?tab=triage")
    expect(desk.locator("#case")).to_be_visible()
    desk.keyboard.press("t")
    expect(desk.locator("#themes_q")).to_be_focused()
    desk.keyboard.type("фонари не горят")
    desk.keyboard.press("Enter")
    expect(desk.locator("#themes_list input:checked")).to_have_count(1)
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#case .case-side")).to_contain_text("Фонари не горят")
    expect(desk.get_by_text("Сохранено.").first).to_be_in_viewport()
    desk.keyboard.press("Enter")
    expect(desk.locator("#assign_org_q")).to_be_focused()
    desk.keyboard.press("Control+Enter")
    expect(desk.get_by_text("Выберите организацию.")).to_be_in_viewport()
    assert desk.url.split("?")[0].endswith("/desk/"), "the form left the page"


def test_a_first_visit_to_the_portal_is_light(newcomer: Newcomer) -> None:
    context = newcomer(viewport=PHONE)
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    sizes: list[float] = []
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    for address in ("/", "/report/"):
        page.goto(address, wait_until="networkidle")
    assert 10_000 < sum(sizes) < LIGHT, f"{sum(sizes):.0f} bytes"
    assert not context.cookies(), "a resident who only looks is given no cookie"


def test_the_menu_of_the_portal_needs_no_mouse(newcomer: Newcomer) -> None:
    page = newcomer(viewport=PHONE).new_page()
    page.goto("/")
    page.locator("summary", has=page.get_by_label("Вид страницы и вход")).press("Enter")
    page.get_by_role("button", name="Тёмный").press("Enter")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Вход для сотрудников")).to_be_hidden()
