"""axe on what a page becomes: nothing there yet, a form sent wrong, a window open, a refusal, a code asked for."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from otklik.cases.numbers import shown
from otklik.organisations import region_settings
from tests.browser.world import HOME, World, make_world
from tests.faces.test_axe import everything
from tests.faces.test_limits import STRANGER, report
from tests.faces.test_second_factor import with_factor
from tests.making import SYSTEM, make_user

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from tests.browser.axe import Axe

    Newcomer = Callable[..., BrowserContext]

pytestmark = pytest.mark.browser
EMPTY = (
    "/", "/problems/", "/statistics/", "/desk/", "/desk/?tab=review", "/desk/?tab=all&text=нет", "/desk/alarms/",
    "/desk/map/", "/desk/problems/", "/desk/views/", "/region/", "/settings/imports/", "/settings/imports/words/",
    "/settings/imports/conflicts/", "/settings/imports/carry/", "/settings/erasure/", "/settings/audit/",
    "/settings/leave/", "/settings/duty/", "/settings/journal/", "/settings/staff/?text=нет",
)  # fmt: skip
ENDS = (("1280", 1280, 800, 1), ("320", 320, 640, 1))
# What ties the words of a refusal to the field they are about; and where the focus must be afterwards.
UNTIED = """
() => {
  const told = new Set([...document.querySelectorAll('[aria-describedby]')]
    .flatMap((one) => one.getAttribute('aria-describedby').split(' ')));
  const said = [...document.querySelectorAll('.invalid-feedback, .bad-word')].filter((one) => one.offsetParent);
  return said.filter((one) => !told.has(one.id)).map((one) => one.textContent.trim());
}
"""
ANSWERED = """
() => {
  const one = document.activeElement;
  const told = one.closest('[aria-invalid], [role=alert], [aria-describedby]');
  return told ? '' : one.outerHTML.slice(0, 150);
}
"""
SEND_EMPTY = """
(form) => {
  form.noValidate = true;
  for (const one of form.elements) {
    if (one.type === 'checkbox' || one.type === 'radio') one.checked = false;
    else if (!['hidden', 'submit', 'button', 'file', 'select-one'].includes(one.type)) one.value = '';
  }
  form.requestSubmit();
}
"""


def of_staff(world: World) -> list[tuple[str, str]]:
    """(address, form) of forms that nobody can send empty."""
    case = {state: f"/desk/case/{shown(one.number)}/" for state, one in world.cases.items()}
    return [
        (case["new"], "#step-assign form"), (case["new"], "#step-note form"),
        (case["new"], ".case-side .contacts form"),
        (case["triaged"], "#step-assign form"), (case["replied"], "#step-draft form"),
        (case["assigned"], "#step-redirect form"), ("/desk/call/", "main form[method=post]"),
        ("/desk/alarms/", "#alarms form"), ("/settings/staff/invite/", "main form[method=post]"),
        ("/settings/erasure/", "main form[method=post]"), ("/settings/imports/", "main form[method=post]"),
        ("/settings/staff/list/", "main form[method=post]"), ("/settings/leave/", "main form[method=post]"),
        ("/settings/security/", "main form[method=post]"), ("/settings/organisations/add/", "main form[method=post]"),
        ("/accounts/password/change/", "main form[method=post]"), ("/accounts/2fa/set-up/", "main form[method=post]"),
    ]  # fmt: skip


def send_empty(axe: "Axe", address: str, form: str) -> None:
    """Send a form with nothing in it; look at what comes back."""
    axe.open(address)
    with axe.page.expect_response(lambda answer: answer.request.method == "POST") as sent:
        axe.page.locator(form).first.evaluate(SEND_EMPTY)
    assert sent.value.status in (200, 422), (address, form, sent.value.status)
    sent.value.finished()
    axe.page.wait_for_load_state()
    axe.settled()
    said = axe.page.locator(".invalid-feedback:visible, .bad-word:visible, [role=alert]:visible")
    said.first.wait_for()
    assert axe.page.evaluate(UNTIED) == [], (address, form)
    deadline = time.monotonic() + 5  # a panel that is swapped in settles before it takes the focus
    while axe.page.evaluate(ANSWERED) and time.monotonic() < deadline:
        axe.page.wait_for_timeout(50)
    assert axe.page.evaluate(ANSWERED) == "", (address, form)
    axe.look(f"{form} sent empty", widths=ENDS)


@pytest.fixture
def axe(newcomer: "Newcomer", site: str) -> "Callable[..., Axe]":
    from tests.browser.axe import Axe, Findings

    return lambda *user: Axe(newcomer(*user, reduced_motion="reduce"), Findings())


def test_pages_with_nothing_on_them(axe: "Callable[..., Axe]") -> None:
    staff = axe(everything())
    for address in EMPTY:
        staff.open(address)
        staff.look("empty", widths=ENDS)
    assert not staff.findings.lines, staff.findings.told()


def test_forms_of_staff_sent_wrong(axe: "Callable[..., Axe]", tmp_path: Path) -> None:
    world = make_world(tmp_path)
    staff = axe(everything())
    for address, form in of_staff(world):
        send_empty(staff, address, form)
    assert not staff.findings.lines, staff.findings.told()


def test_forms_for_everybody_sent_wrong(axe: "Callable[..., Axe]", tmp_path: Path) -> None:
    world = make_world(tmp_path)
    anybody = axe()
    task = f"/task/{world.task_tokens[0]}/"
    for address, form in (
        ("/find/", "main form"), ("/accounts/login/", "main form"), (f"/embed/{HOME}/", "form"), (task, "#task"),
        (f"/c/{world.tokens['answered']}/", "#not-fixed"),
        (f"/accounts/invitation/{world.values['accounts'][0]}/", "main form"),
    ):  # fmt: skip
        send_empty(anybody, address, form)
    anybody.open("/find/")
    anybody.page.locator(".public-menu > summary").press("Enter")
    anybody.look("the menu")
    anybody.open("/report/")
    anybody.page.locator("[data-next]").press("Enter")
    anybody.look("nothing written")
    anybody.page.get_by_label("Опишите своими словами").fill(
        "Во дворе не вывозят мусор, контейнеры переполнены"
    )
    anybody.page.locator("[data-next]").press("Enter")
    anybody.look("the second question")
    anybody.page.locator("[data-next]").press("Enter")
    anybody.look("no place")
    anybody.page.get_by_label("Район, город, село или хутор").fill("камыши")
    anybody.page.get_by_role("button", name="Камышин", exact=True).press("Enter")
    anybody.look("a place chosen")
    anybody.page.get_by_label("Улица").fill("Мира")
    anybody.page.locator("[data-next]").press("Enter")
    anybody.page.get_by_text("Рядом уже сообщили").wait_for()
    anybody.page.locator("[name=answer_by][value=phone]").check()
    anybody.look("the third question, with neighbours")
    assert not anybody.findings.lines, anybody.findings.told()


def opened(page: "Page", world: World) -> "list[tuple[str, str, Callable[[], object]]]":
    """(what, address, how it is opened) of menus and windows of the desk."""
    case = f"/desk/case/{shown(world.cases['new'].number)}/"
    press = page.keyboard.press

    def mention() -> None:
        press("n")
        page.keyboard.type("@")
        page.locator("#colleagues").wait_for()

    def found() -> None:
        press("t")
        with page.expect_response(lambda answer: "/themes/" in answer.url):
            page.keyboard.type("мусор")

    def notices() -> None:
        for kind in ("success", "info", "warning", "danger"):
            page.evaluate(f"otklik.notice('Слова', '{kind}', {{label: 'Ещё раз', run() {{}}}})")

    return [
        ("the menu", "/desk/", lambda: page.locator(".user-button").click()),
        ("the keys", "/desk/", lambda: press("Shift+Slash")),
        ("chosen rows", "/desk/?tab=all", lambda: page.locator("[data-pick-page]").check()),
        ("notices", "/desk/", notices),
        ("colleagues", case, mention),
        ("themes found", case, found),
        (
            "a question",
            f"/settings/staff/{world.values['user_id'][0]}/",
            page.locator("[data-confirm]").first.click,
        ),
    ]


def test_menus_and_windows_of_the_desk(axe: "Callable[..., Axe]", tmp_path: Path) -> None:
    world = make_world(tmp_path)
    staff = axe(everything())
    for what, address, open_it in opened(staff.page, world):
        staff.open(address, unfolded=False)
        open_it()
        staff.settled()
        staff.look(what, widths=ENDS)
    staff.page.goto("/desk/")
    staff.page.set_viewport_size({"width": 320, "height": 640})
    staff.page.locator(".navbar-toggler").click()
    staff.look("sections on a phone", widths=ENDS[1:])
    assert not staff.findings.lines, staff.findings.told()


def test_refusals(axe: "Callable[..., Axe]") -> None:
    region_settings.put(SYSTEM, "limits", {"report": [1, 10]})
    stranger = Client(REMOTE_ADDR=STRANGER)
    stopped = [report(stranger, f"яма {n}") for n in range(2)][-1]
    assert stopped.status_code == 429
    operator = axe(make_user(("operator", HOME)))
    page = operator.page
    html = {"status": 429, "content_type": "text/html; charset=utf-8", "body": stopped.content.decode()}
    page.route("**/too-often/", lambda route: route.fulfill(**html))
    for address in ("/too-often/", "/settings/staff/", "/desk/case/99-999999/", "/desk/nothing/"):
        operator.open(address)
        operator.look("refused")
    page.goto("/find/")
    page.context.clear_cookies()
    operator.open("/accounts/login/")
    page.context.clear_cookies()
    page.get_by_label("Имя для входа").fill("x")
    page.get_by_label("Пароль", exact=True).fill("x")
    page.get_by_role("button", name="Войти").click()
    page.wait_for_load_state()
    operator.look("the key of the form is gone")
    assert not operator.findings.lines, operator.findings.told()


def test_the_code_of_the_second_factor(axe: "Callable[..., Axe]") -> None:
    user, _secret, _codes = with_factor()
    someone = axe()
    someone.open("/accounts/login/")
    someone.page.get_by_label("Имя для входа").fill(user.username)
    someone.page.get_by_label("Пароль", exact=True).fill("pass-word-1234")
    someone.page.get_by_role("button", name="Войти").click()
    someone.page.wait_for_url("**/accounts/2fa/code/")
    someone.look("a code is asked for")
    someone.page.get_by_label("Код").fill("000000")
    someone.page.get_by_role("button", name="Войти").click()
    someone.page.locator(".invalid-feedback, [role=alert]").first.wait_for()
    assert someone.page.evaluate(UNTIED) == [] and someone.page.evaluate(ANSWERED) == ""
    someone.look("a wrong code")
    inside = axe(user)
    for address in ("/accounts/2fa/", "/accounts/2fa/spare/"):
        inside.open(address)
        inside.look("with a second factor")
    assert not inside.findings.lines and not someone.findings.lines, (
        inside.findings.told() + someone.findings.told()
    )
