"""Pages that are open on a screen follow what happens: nobody presses F5."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from otklik.cases.numbers import shown
from otklik.organisations.directories import save_duty
from tests.making import SYSTEM, make_case, make_user, place

pytestmark = pytest.mark.browser
WITHIN_MS = 10_000  # issue: new cases show within 10 s without reload; so do alarms
Newcomer = Callable[..., BrowserContext]


def test_a_new_case_comes_into_an_open_queue(newcomer: Newcomer, worker: None) -> None:
    desk = newcomer(make_user(("operator", "gorod-kamyshin"))).new_page()
    desk.goto("/desk/?tab=triage")
    expect(desk.locator(".case-row")).to_have_count(0)
    loads: list[str] = []
    desk.on("framenavigated", lambda frame: loads.append(frame.url))
    case = make_case("Во дворе третий день не вывозят мусор")
    elsewhere = make_case("Во дворе третий день не вывозят мусор", "gorod-volzhskiy")
    row = desk.locator(f'.case-row[data-number="{shown(case.number)}"]')
    expect(row).to_be_visible(timeout=WITHIN_MS)
    expect(desk.locator(f'.case-row[data-number="{shown(elsewhere.number)}"]')).to_have_count(0)
    assert not loads, "the page was loaded again"


def test_danger_to_life_comes_onto_the_open_page_of_alarms(newcomer: Newcomer, worker: None) -> None:
    save_duty(SYSTEM, place("gorod-kamyshin").pk, [("Дежурная Ольга Петровна", "+79000000001")])
    context = newcomer(make_user(("operator", "gorod-kamyshin")))
    alarms, desk = context.new_page(), context.new_page()
    alarms.goto("/desk/alarms/")
    desk.goto("/desk/")
    expect(alarms.get_by_text("Тревог нет")).to_be_visible()
    case = make_case("На детской площадке оголённый провод под напряжением, рядом дети")
    began = time.monotonic()
    line = alarms.locator("section.alarm")
    expect(line).to_contain_text(shown(case.number), timeout=WITHIN_MS)
    expect(line).to_contain_text("Дежурная Ольга Петровна")
    expect(line).to_contain_text("+79000000001")
    left = max(1.0, WITHIN_MS - (time.monotonic() - began) * 1000)
    expect(desk.locator(".alarm-bar")).to_contain_text("Угроза жизни", timeout=left)
    field = line.get_by_label("Кто принял: фамилия")
    field.fill("Дежур")
    make_case("Сильно пахнет газом в подъезде, люди кашляют")
    expect(alarms.locator("section.alarm")).to_have_count(2, timeout=WITHIN_MS)
    first = alarms.locator("section.alarm", has_text=shown(case.number))
    expect(first.get_by_label("Кто принял: фамилия")).to_have_value("Дежур")
    first.get_by_role("button", name="Передал").click()
    expect(alarms.locator("section.alarm")).to_have_count(1)
    expect(alarms.locator(".handed")).to_contain_text("принял: Дежур")
