"""Open pages in a browser: news come by themselves, by the line or, without it, by asking."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from otklik.cases.numbers import shown
from otklik.operations.beats import follow_journal
from tests.making import make_case, make_user

pytestmark = pytest.mark.browser
HOME = "gorod-kamyshin"


def asked(page: Page, part: str) -> list[str]:
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url) if part in request.url else None)
    return found


def test_a_new_case_comes_by_the_line_while_nobody_asks(site: str, newcomer: Callable[..., BrowserContext]) -> None:
    page = newcomer(make_user(("operator", HOME))).new_page()
    page.goto("/desk/?tab=triage")
    expect(page.locator("html")).to_have_attribute("data-news", "told")
    page.wait_for_timeout(1500)  # what the opening itself asks
    questions = asked(page, "/desk/changes/")
    page.wait_for_timeout(6000)
    assert not questions, "an open line makes asking needless"
    case = make_case()
    follow_journal(timezone.now())
    expect(page.locator(f'.case-row[data-number="{shown(case.number)}"]')).to_be_visible()
    assert questions


def test_without_a_line_the_page_asks_as_it_always_did(site: str, newcomer: Callable[..., BrowserContext]) -> None:
    context = newcomer(make_user(("operator", HOME)))
    context.route("**/desk/events/", lambda route: route.fulfill(status=502, body="bad gateway"))
    page = context.new_page()
    page.goto("/desk/?tab=triage")
    case = make_case()
    expect(page.locator(f'.case-row[data-number="{shown(case.number)}"]')).to_be_visible(timeout=12_000)
    expect(page.locator("html")).to_have_attribute("data-news", "asked")


def test_open_figures_are_drawn_anew(site: str, newcomer: Callable[..., BrowserContext]) -> None:
    page = newcomer(make_user(("head", HOME))).new_page()
    page.goto("/region/")
    expect(page.locator("html")).to_have_attribute("data-news", "told")
    value = page.locator('[data-live="cards"] .figure-value').first
    expect(value).to_have_text("0")
    make_case()
    follow_journal(timezone.now())
    expect(value).to_have_text("1", timeout=20_000)
