"""Problems with a real browser: what is near before sending, the map, the form in another site's frame, the key M."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import answer_two_questions
from tests.cases.problems_steps import (
    HOME,
    cases_of,
    coordinator,
    leak,
    problem,
    released,
    switched_on,
    twin,
)
from tests.making import make_user

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    Newcomer = Callable[..., BrowserContext]

pytestmark = pytest.mark.browser


def test_a_neighbour_joins_before_sending_and_loses_no_word(phone: Page) -> None:
    who = coordinator()
    switched_on()
    made = problem(who)
    released(who, made.pk, title="Течь у школы")
    phone.goto("/report/")
    answer_two_questions(phone, "На улице снова прорвало трубу и бежит вода")
    near = phone.get_by_role("region", name="Рядом уже сообщили")
    expect(near).to_contain_text("Течь у школы")
    near.get_by_role("link", name="У меня так же").click()
    expect(near.get_by_role("link", name="Ваша страница с новостями")).to_be_focused()
    shown = twin(made.pk)
    assert shown and shown.same == 1
    phone.get_by_role("button", name="Отправить", exact=True).click()  # something else happened there as well
    phone.wait_for_url("**/accepted/")


def test_the_map_of_the_portal_leads_to_a_problem(phone: Page) -> None:
    who = coordinator()
    switched_on()
    made = problem(who)
    released(who, made.pk, title="Течь у школы")
    phone.goto("/problems/?place=" + HOME)
    spot = phone.locator(".leaflet-marker-icon.map-spot")
    spot.scroll_into_view_if_needed()
    spot.first.click()
    phone.locator(".leaflet-popup").get_by_role("link", name="Течь у школы").click()
    phone.wait_for_url(f"**/problems/{made.pk}/")
    phone.get_by_role("button", name="У меня так же").click()
    phone.wait_for_url("**/same/**")
    expect(phone.get_by_role("heading", name="Течь у школы")).to_be_visible()


def on_a_site(page: Page, site: str, host: str) -> None:
    """Open a page of another site that has our form in a frame.

    Both sites have names: a browser lets no page of the internet show a frame from the loopback.
    """
    ours = "https://otklik.example.org"
    frame = f'<iframe src="{ours}/embed/{HOME}/" width="600" height="760"></iframe>'
    page.route(
        f"{ours}/**",
        lambda route: route.fulfill(response=route.fetch(url=site + route.request.url.removeprefix(ours))),
    )
    page.route(
        f"https://{host}/",
        lambda route: route.fulfill(content_type="text/html; charset=utf-8", body=f"<!doctype html>{frame}"),
    )
    page.goto(f"https://{host}/")


def test_the_form_works_in_the_frame_of_a_listed_site_and_leads_out_of_it(phone: Page, site: str) -> None:
    switched_on(hosts=("kamyshin.example.ru",))
    on_a_site(phone, site, "kamyshin.example.ru")
    form = phone.frame_locator("iframe")
    form.get_by_label("Что случилось?").fill("Во дворе не горит фонарь")
    form.get_by_role("button", name="Отправить").click()
    expect(form.get_by_role("heading", name="Сообщение принято")).to_be_visible()
    with phone.expect_popup() as opened:
        form.get_by_role("link", name="Открыть мою страницу").click()
    expect(opened.value.get_by_role("heading", name="Сообщение принято")).to_be_visible()
    assert phone.context.cookies() == []


def test_the_frame_stays_empty_on_a_site_that_is_not_listed(phone: Page, site: str) -> None:
    switched_on(hosts=("kamyshin.example.ru",))
    on_a_site(phone, site, "other.example.ru")
    phone.wait_for_load_state("networkidle")
    expect(phone.frame_locator("iframe").get_by_label("Что случилось?")).to_have_count(0)


def test_m_joins_the_likeliest_problem(newcomer: Newcomer) -> None:
    who = coordinator()
    made = problem(who)
    case = leak(who)
    desk = newcomer(make_user(("coordinator", HOME))).new_page()
    desk.goto("/desk/?tab=all")
    panel = desk.locator("#step-join_problem")
    expect(panel).to_contain_text(f"Похоже на проблему № {made.pk}")
    desk.keyboard.press("m")
    expect(panel.get_by_role("button", name="Присоединить", exact=True)).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.get_by_text(f"Присоединено к проблеме № {made.pk}").first).to_be_visible()
    assert case in cases_of(made.pk)
