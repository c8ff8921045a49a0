"""The bound of triage by keys: one case, from its opening to its executor, under eight requests of the person's own."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from otklik.cases.models import Case
from tests.making import make_case, make_user, reread

pytestmark = pytest.mark.browser
NEWS = ("/desk/events/", "/desk/alarms/bell/")  # what comes to everybody, whatever this person does


def test_one_case_is_triaged_by_keys_in_under_eight_requests(newcomer: Callable[..., BrowserContext]) -> None:
    cases = [make_case("Не горит фонарь у школы"), make_case("Яма на дороге у моста")]
    desk = newcomer(make_user(("coordinator", "gorod-kamyshin"))).new_page()
    desk.goto("/desk/?tab=triage", timeout=60_000)
    expect(desk.locator("#case")).to_be_visible()
    asked: list[str] = []
    desk.on("request", lambda request: asked.append(f"{request.method} {request.url.split('/desk/', 1)[-1]}")
            if "/desk/" in request.url and not any(part in request.url for part in NEWS) else None)  # fmt: skip
    second = desk.locator(".case-row").nth(1).get_attribute("data-number") or ""
    desk.keyboard.press("j")
    expect(desk.locator("#case")).to_have_attribute("data-number", second)
    desk.keyboard.press("1")
    expect(desk.locator("#heard")).to_contain_text("Сохранено")
    desk.keyboard.press("Enter")
    desk.locator("#assign_org_list input").first.check()
    desk.locator("#assign_task").fill("Посмотреть и исправить")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#case")).not_to_have_attribute("data-number", second)
    expect(desk.locator(f'.case-row[data-number="{second}"]')).to_have_count(0)
    own = [line for line in asked if second in line or line.startswith("GET changes/")]
    assert len(own) < 8, own
    assert sum(reread(case.pk).state == Case.State.ASSIGNED for case in cases) == 1
