"""«Отменить» in a browser: the next case has come already, one key brings the other one back as it was."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from otklik.cases.actions.triage import triage
from otklik.cases.models import Case
from otklik.classifier.models import Theme
from tests.making import make_case, make_staff, make_user, reread

pytestmark = pytest.mark.browser
PLACE = "gorod-kamyshin"


def test_a_slip_is_taken_back_by_one_key_though_the_next_case_has_come(
    newcomer: Callable[..., BrowserContext],
) -> None:
    who = make_staff(("coordinator", PLACE))
    cases = [make_case("Не горит фонарь у школы"), make_case("Яма на дороге у моста")]
    for case in cases:
        triage(who, case.pk, theme_id=Theme.objects.order_by("id")[0].pk)
    desk = newcomer(make_user(("coordinator", PLACE))).new_page()
    desk.goto("/desk/?tab=open")
    expect(desk.locator("#case")).to_be_visible()
    first = desk.locator("#case").get_attribute("data-number") or ""
    desk.keyboard.press("o")
    desk.locator("#step-set_aside select, #step-set_aside input[type=radio]").first.wait_for()
    desk.locator("#step-set_aside [value=spam]").first.evaluate(
        "one => { if (one.tagName === 'OPTION') { one.parentElement.value = 'spam'; } else { one.checked = true; } }"
    )
    desk.locator("#step-set_aside button[type=submit]").click()
    bar = desk.locator(".undo-bar")
    expect(bar).to_contain_text("Отменить")
    expect(desk.locator("#case")).not_to_have_attribute("data-number", first)
    desk.keyboard.press("z")
    expect(desk.locator(".case-told")).to_contain_text("Отменено")
    expect(desk.locator("#case")).to_have_attribute("data-number", first)
    expect(desk.locator(f'.case-row[data-number="{first}"]')).to_have_attribute("aria-current", "true")
    expect(bar).to_have_count(0)
    assert {reread(case.pk).state for case in cases} == {Case.State.TRIAGED}
