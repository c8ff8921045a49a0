"""The days of a letter by law in a browser: they come when «Отправлено» is opened, and one is taken off by a click."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from otklik.acting import acting
from otklik.answers.models import Promise
from otklik.cases.actions.transfer import transfer_regime
from tests.cases.registering import by_law
from tests.cases.steps import approved
from tests.making import SYSTEM, make_case, make_staff, make_user

pytestmark = pytest.mark.browser
PLACE = "gorod-kamyshin"


def test_the_days_of_a_letter_stand_where_its_sending_is_noted(newcomer: Callable[..., BrowserContext]) -> None:
    who, case, now = make_staff(("coordinator", PLACE)), make_case("Не горит фонарь у школы"), timezone.now()
    transfer_regime(who, case.pk, regime="law59", reason="подписано и с адресом")
    by_law(who, case.pk, registered_at=now, now=None)
    approved(who, case.pk, now, text="Фонарь на Мира, 8 заменит «Горсвет» завтра. Плафон помоем послезавтра.")
    desk = newcomer(make_user(("coordinator", PLACE))).new_page()
    desk.goto(f"/desk/case/{case.number}/")
    desk.locator(".registration-acts summary", has_text="Отправлено").click()
    form = desk.locator("form[action$='/sent/']")
    boxes = form.locator(".coach-promise input[type=checkbox]")
    expect(boxes).to_have_count(2)
    boxes.nth(1).uncheck()
    form.locator("[name=number]").fill("исх-9")
    form.locator("[name=signer]").fill("Глава")
    form.locator("[name=way]").select_option("post")
    form.get_by_role("button", name="Отметить отправку").click()
    expect(desk.locator(".two-clocks")).to_contain_text("обещано до")
    with acting(SYSTEM):
        row = Promise.objects.get()
    assert (row.words, row.until) == ("завтра", timezone.localdate() + timedelta(days=1))
