"""The wall in a browser: letters of 28 px and more at 1920 × 1080, dark, its parts exchanged, a lost line said."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.cases.problem_models import Problem
from otklik.insight.models import Burst
from tests.insight.following_steps import follow_all
from tests.insight.radar_steps import came, water
from tests.making import LONG_AGO, SYSTEM, make_user, place, send

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.live import Newcomer

pytestmark = pytest.mark.browser
WALL = {"width": 1920, "height": 1080}
LEAST = 28.0
# Every element with words of its own that can be seen: how great its letters are.
SIZES = """() => [...document.querySelectorAll('body *')].filter(one => {
  const own = [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
  const box = one.getBoundingClientRect();
  return own && !['SCRIPT', 'STYLE'].includes(one.tagName) && box.width > 1 && box.height > 1
    && getComputedStyle(one).visibility !== 'hidden' && one.className !== 'to-main' && !one.closest('.visually-hidden');
}).map(one => [one.textContent.trim().slice(0, 40), parseFloat(getComputedStyle(one).fontSize)])"""


def busy_region() -> None:
    """Overdue ones in some places, a burst, a problem."""
    now = timezone.now()
    for number, code in enumerate(("gorod-kamyshin", "gorod-volzhskiy", "gorod-mikhaylovka")):
        for n in range(1 + 4 * number):
            send(f"Фонарь не горит давно, {n}", code, now=now - LONG_AGO - timedelta(hours=n))
    ids = came(6, 12, until=now)
    follow_all()
    with acting(SYSTEM), widened():
        Burst.objects.create(
            scope=place("gorod-kamyshin"), level="theme", code=water().code, began_at=now, found_at=now, last_at=now,
            count=6, minutes=30, expected=0.2, per_hour=0.4, odds=0.001, cases=ids,
        )
        Problem.objects.create(
            scope=place("gorod-kamyshin"), territory=place("gorod-kamyshin"), title="Вода", theme=water(),
            opened_at=now, made_at=now,
        )


def opened(newcomer: "Newcomer", site: str, **options: object) -> "Page":
    page = newcomer(make_user(("curator", "volgograd")), **options).new_page()
    page.goto(site + "/region/wall/", timeout=60_000)  # may be the first that this server is asked
    return page


def test_letters_are_28_px_and_more_and_all_fits_without_a_menu(newcomer: "Newcomer", site: str) -> None:
    busy_region()
    page = opened(newcomer, site, viewport=WALL)
    sizes = page.evaluate(SIZES)
    assert len(sizes) > 80 and not [one for one in sizes if one[1] < LEAST], [one for one in sizes if one[1] < LEAST]
    assert page.locator("nav").count() == 0
    paper, ink = (
        page.evaluate(f"getComputedStyle(document.body).{name}") for name in ("backgroundColor", "color")
    )
    assert paper == "rgb(13, 20, 28)" and ink == "rgb(242, 246, 250)"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight + 1")
    phone = opened(newcomer, site, viewport={"width": 360, "height": 740})
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_its_parts_are_exchanged_and_a_lost_line_is_said(newcomer: "Newcomer", site: str) -> None:
    page = newcomer(make_user(("curator", "volgograd")), viewport=WALL).new_page()
    page.clock.install()
    page.goto(site + "/region/wall/")
    value = page.locator(".wall-figure").first.locator(".wall-value")
    assert value.text_content() == "0"
    send("Новое сообщение о фонаре")
    follow_all()
    page.clock.run_for(21_000)
    value.filter(has_text="1").wait_for()
    page.context.set_offline(True)
    lost = page.locator("[data-wall-lost]")
    assert lost.is_hidden()
    at = page.locator("[data-wall-clock]").text_content()
    page.clock.run_for(75_000)
    lost.filter(has_text=f"Связи нет с {at}: цифрам 1 мин").wait_for()
    assert not [one for one in page.evaluate(SIZES) if one[1] < LEAST]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.clock.fast_forward(3 * 3600_000)
    lost.filter(has_text="цифрам 3 ч").wait_for()
    page.clock.fast_forward(50 * 3600_000)
    lost.filter(has_text="цифрам 2 дн.").wait_for()
    page.context.set_offline(False)
    with page.expect_event("load"):  # so long without the program: its first answer loads the wall anew
        page.clock.run_for(21_000)
    page.locator("[data-wall-lost]").wait_for(state="hidden")


def test_it_loads_itself_anew_after_six_hours_but_only_when_the_line_holds(newcomer: "Newcomer", site: str) -> None:
    page = newcomer(make_user(("curator", "volgograd")), viewport=WALL).new_page()
    page.clock.install()
    page.goto(site + "/region/wall/")
    page.evaluate("window.before = true")
    with page.expect_response("**/region/wall/"):
        page.clock.fast_forward(5 * 3600_000)
    page.clock.run_for(21_000)
    assert page.evaluate("window.before")
    page.context.set_offline(True)
    page.clock.fast_forward(2 * 3600_000)
    page.locator("[data-wall-lost]").filter(has_text="Связи нет с").wait_for()
    assert page.evaluate("window.before") and page.locator(".wall-figure").count() == 4  # no empty screen
    page.context.set_offline(False)
    with page.expect_event("load"):
        page.clock.run_for(21_000)
    assert not page.evaluate("window.before") and page.locator(".wall-figure").count() == 4


def test_news_of_the_figures_are_asked_for_at_once_and_an_ended_log_in_is_said(newcomer: "Newcomer", site: str) -> None:
    page = newcomer(make_user(("curator", "volgograd")), viewport=WALL).new_page()
    page.clock.install()
    page.goto(site + "/region/wall/")
    send("Ещё одно сообщение о фонаре")
    follow_all()
    page.evaluate("document.body.dispatchEvent(new Event('figures'))")  # what the stream of all pages says
    page.locator(".wall-figure").first.locator(".wall-value").filter(has_text="1").wait_for()
    page.context.clear_cookies()
    page.evaluate("document.body.dispatchEvent(new Event('figures'))")
    lost = page.locator("[data-wall-lost]")
    lost.filter(has_text="Сеанс закончился: войдите заново. Цифры на").wait_for()
    page.clock.run_for(75_000)
    assert "Сеанс закончился" in (lost.text_content() or "")  # not said to be a lost line
    assert not [one for one in page.evaluate(SIZES) if one[1] < LEAST]
