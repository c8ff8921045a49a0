"""One message all the way, by hand and eye: a phone, the desk's keyboard, the executor's phone, and back."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from otklik.acting import acting
from otklik.cases.models import Case, Evidence
from otklik.cases.numbers import shown
from tests.browser.live import PHONE, log_in
from tests.browser.steps import answer_two_questions
from tests.making import SYSTEM, make_user

pytestmark = pytest.mark.browser
TEXT = "На улице Мира у школы второй день не горит уличный фонарь, вечером идём в темноте"
ANSWER = "Лампу у школы заменили, вечером свет горит."
Newcomer = Callable[..., BrowserContext]


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "foto.jpg"
    Image.effect_noise((1600, 1200), 80).convert("RGB").save(path, "JPEG")
    return path


def the_case() -> Case:
    with acting(SYSTEM):
        return Case.objects.select_related("territory", "theme", "executor").get()


def report(phone: Page) -> None:
    """Three steps of the portal; ends on the page that says «принято»."""
    phone.goto("/")
    phone.get_by_role("link", name="Сообщить о проблеме").click()
    answer_two_questions(phone, TEXT)
    phone.get_by_role("button", name="Отправить", exact=True).click()
    phone.wait_for_url("**/accepted/")


def triage_by_keys(desk: Page) -> None:
    """The theme by one key, and an executor: no mouse from the log-in to the next case."""
    desk.goto("/desk/?tab=triage")
    expect(desk.locator("#case")).to_be_visible()
    guess = desk.locator("[data-key]", has_text="Фонари не горят")
    desk.keyboard.press(guess.get_attribute("data-key") or "")
    expect(desk.locator("#case .case-side")).to_contain_text("Фонари не горят")
    desk.keyboard.press("Enter")
    expect(desk.locator("#step-assign")).to_have_attribute("open", "")
    desk.locator("#assign_org_q").focus()
    with desk.expect_response(lambda answer: "/organisations/" in answer.url and answer.finished() is None):
        desk.keyboard.type("администрация камышина")
    first = desk.locator("#assign_org_list input").first
    expect(desk.locator("#assign_org_list label")).to_have_count(1)
    first.focus()
    desk.keyboard.press("Space")
    desk.locator("#step-assign textarea").focus()
    desk.keyboard.press("Control+A")
    desk.keyboard.type("Заменить лампу на столбе у школы")
    desk.keyboard.press("Control+Enter")
    expect(desk.get_by_text("Назначено").first).to_be_visible()


def link_of(desk: Page) -> str:
    """The executor's link, from the ready text that one key gives."""
    desk.keyboard.press("c")
    ready = desk.locator("#link-text")
    expect(ready).to_be_visible()
    text = ready.input_value()
    assert "Заменить лампу" in text
    assert TEXT not in text, "the resident's words must not leave to the executor"
    return text.split()[-1]


def say_done(executor: Page, link: str, picture: Path) -> None:
    executor.goto(link)
    expect(executor.get_by_text("Заменить лампу на столбе у школы")).to_be_visible()
    executor.get_by_text("Сделано", exact=True).click()
    executor.get_by_label("Что сделали").fill("Заменили лампу, проверили вечером")
    executor.locator("#photo").set_input_files(picture)
    executor.get_by_role("button", name="Отправить").click()
    expect(executor.get_by_text("Принято: сделано.")).to_be_visible()


def answer(desk: Page, number: int) -> None:
    """The draft, by keys, and on to another person."""
    desk.goto(f"/desk/case/{shown(number)}/")
    desk.keyboard.press("a")
    expect(desk.locator("#step-draft textarea")).to_be_focused()
    desk.keyboard.type(ANSWER)
    desk.get_by_role("button", name="На согласование").last.click()
    expect(desk.locator("#step-approve")).to_contain_text("согласует другой")


def approve(second: Page) -> None:
    """Another person sees the words of both sides beside each other, and agrees."""
    pane = second.locator("#step-approve")
    expect(pane).to_contain_text(TEXT)
    expect(pane).to_contain_text(ANSWER)
    pane.get_by_role("button", name="Согласовать").click()
    expect(second.get_by_text("Ответ согласован.").first).to_be_visible()


def test_from_the_portal_to_the_residents_thanks(newcomer: Newcomer, picture: Path) -> None:
    coordinator = make_user(("coordinator", "gorod-kamyshin"), name="Лугова Мария Игоревна")
    approver = make_user(("approver", "gorod-kamyshin"), name="Степной Павел Олегович")
    phone = newcomer(viewport=PHONE).new_page()
    desk = newcomer(permissions=["clipboard-read", "clipboard-write"]).new_page()
    executor = newcomer(viewport=PHONE).new_page()
    second = newcomer(approver).new_page()

    report(phone)
    phone.get_by_role("link", name="Открыть страницу сообщения").click()
    expect(phone.get_by_text(TEXT)).to_be_visible()

    log_in(desk, coordinator)
    triage_by_keys(desk)
    case = the_case()
    assert (case.state, case.executor.short_name if case.executor else "") != (Case.State.NEW, "")
    desk.goto(f"/desk/case/{shown(case.number)}/")
    say_done(executor, link_of(desk), picture)
    assert the_case().state == Case.State.REPLIED
    with acting(SYSTEM):
        assert Evidence.objects.count() == 1
    second.goto("/desk/?tab=review")

    answer(desk, case.number)
    second.reload()
    approve(second)
    desk.goto(f"/desk/case/{shown(case.number)}/")
    desk.locator("#step-publish").get_by_role("button", name="Опубликовать").click()
    expect(desk.get_by_text("Ответ опубликован.").first).to_be_visible()
    assert the_case().state == Case.State.ANSWERED

    phone.reload()
    expect(phone.get_by_text(ANSWER)).to_have_count(0)  # for some seconds it can be taken back
    deadline = time.monotonic() + 30
    while not phone.get_by_text(ANSWER).count() and time.monotonic() < deadline:
        phone.wait_for_timeout(1000)
        phone.reload()
    expect(phone.get_by_text(ANSWER)).to_be_visible()
    phone.get_by_role("button", name="Исправлено, спасибо").click()
    expect(phone.get_by_role("button", name="Исправлено, спасибо")).to_have_count(0)
    case = the_case()
    assert (case.state, case.fix, case.outcome) == (Case.State.CLOSED, Case.Fix.CONFIRMED, Case.Outcome.SOLVED)
    desk.reload()
    expect(desk.locator("#case .case-head")).to_contain_text("закрыта")
