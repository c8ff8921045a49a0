"""The desk under somebody's hands: keys, a bad line, a phone, the night."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from otklik.acting import acting, widened
from otklik.answers.models import AnswerVersion
from otklik.cases.models import Case
from otklik.cases.numbers import shown
from tests.browser.live import PHONE
from tests.making import SYSTEM, make_case, make_user, reread

pytestmark = pytest.mark.browser
Newcomer = Callable[..., BrowserContext]
PLACE = "gorod-kamyshin"


@pytest.fixture
def cases(site: str) -> list[Case]:
    return [make_case("Не горит фонарь у школы"), make_case("Яма на дороге у моста"), make_case("Не вывозят мусор")]


@pytest.fixture
def desk(newcomer: Newcomer, cases: list[Case]) -> Page:
    page = newcomer(make_user(("coordinator", PLACE))).new_page()
    page.goto("/desk/?tab=triage")
    expect(page.locator("#pane #case")).to_be_visible()
    return page


def open_number(page: Page) -> str:
    return page.locator("#case").get_attribute("data-number") or ""


def press_russian(page: Page, letter: str, code: str) -> None:
    page.evaluate(
        "([key, code]) => document.body.dispatchEvent(new KeyboardEvent('keydown', {key, code, bubbles: true}))",
        [letter, code],
    )


def test_the_list_is_walked_by_keys_in_either_layout(desk: Page, cases: list[Case]) -> None:
    order = [row.get_attribute("data-number") for row in desk.locator(".case-row").all()]
    assert open_number(desk) == order[0]
    desk.keyboard.press("j")
    expect(desk.locator("#case")).to_have_attribute("data-number", order[1] or "")
    press_russian(desk, "о", "KeyJ")
    expect(desk.locator("#case")).to_have_attribute("data-number", order[2] or "")
    press_russian(desk, "л", "KeyK")
    expect(desk.locator("#case")).to_have_attribute("data-number", order[1] or "")
    expect(desk.locator(f'.case-row[data-number="{order[1]}"]')).to_have_attribute("aria-current", "true")
    assert f"case={order[1]}" in desk.url


def test_after_assigning_the_next_case_comes_and_the_list_is_shorter(desk: Page, cases: list[Case]) -> None:
    first, second = (row.get_attribute("data-number") or "" for row in desk.locator(".case-row").all()[:2])
    desk.keyboard.press("1")
    expect(desk.locator("#case .badge-state").first).to_have_text("разобрана")
    expect(desk.locator("#case")).to_have_attribute("data-number", first)
    desk.keyboard.press("Enter")
    expect(desk.locator("#step-assign")).to_have_attribute("open", "")
    desk.locator("#assign_org_list input").first.check()
    desk.locator("#assign_task").fill("Заменить лампу")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#case")).to_have_attribute("data-number", second)
    expect(desk.locator("#undo-place")).to_contain_text("Назначено")
    expect(desk.locator(".case-row")).to_have_count(2)


def test_slash_searches_and_a_question_mark_explains(desk: Page) -> None:
    desk.keyboard.press("Shift+Slash")
    expect(desk.get_by_role("heading", name="Клавиши")).to_be_visible()
    desk.keyboard.press("Escape")
    desk.keyboard.press("/")
    expect(desk.locator("#search")).to_be_focused()
    desk.keyboard.type("мусор")
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("Найдено по «мусор»")).to_be_visible()
    expect(desk.locator(".case-row")).to_have_count(1)


def test_letters_typed_into_a_field_are_only_letters(desk: Page) -> None:
    number = open_number(desk)
    desk.keyboard.press("t")
    expect(desk.locator("#triage_title")).to_be_visible()
    desk.locator("#triage_title").fill("")
    desk.locator("#triage_title").press_sequentially("jkr1a")
    expect(desk.locator("#triage_title")).to_have_value("jkr1a")
    assert open_number(desk) == number


def test_an_answer_that_did_not_go_stays_and_goes_again(desk: Page, cases: list[Case]) -> None:
    desk.goto(f"/desk/case/{shown(cases[0].number)}/")
    desk.keyboard.press("a")
    desk.keyboard.type("Лампу заменят завтра.")
    desk.route("**/draft/", lambda route: route.abort("connectionreset"))
    desk.get_by_role("button", name="Сохранить черновик").click()
    expect(desk.locator("#notices")).to_contain_text("Всё введённое осталось на странице")
    expect(desk.locator("#draft_text")).to_have_value("Лампу заменят завтра.")
    desk.unroute("**/draft/")
    desk.get_by_role("button", name="Ещё раз").click()
    expect(desk.locator(".case-told")).to_contain_text("Черновик сохранён")
    with acting(SYSTEM):
        assert AnswerVersion.objects.get().text == "Лампу заменят завтра."


def test_an_unsaved_answer_survives_a_reload_and_another_act(desk: Page, cases: list[Case]) -> None:
    desk.goto(f"/desk/case/{shown(cases[0].number)}/")
    desk.keyboard.press("a")
    desk.keyboard.type("Недописанный отв")
    desk.reload()
    expect(desk.locator("#draft_text")).to_have_value("Недописанный отв")
    desk.get_by_role("button", name="Взять себе").click()
    expect(desk.locator(".case-told")).to_contain_text("Карточка теперь ваша")
    expect(desk.locator("#draft_text")).to_have_value("Недописанный отв")


def test_on_a_phone_list_and_case_are_two_steps_with_the_main_button_under_the_thumb(
    newcomer: Newcomer, cases: list[Case]
) -> None:
    page = newcomer(make_user(("coordinator", PLACE)), viewport=PHONE, has_touch=True).new_page()
    page.goto("/desk/?tab=triage")
    expect(page.locator("#pane")).to_be_hidden()
    page.locator(".case-row").first.tap()
    page.wait_for_url("**/desk/case/**")
    bar = page.locator(".case-bar button")
    box = bar.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= PHONE["height"]
    assert box["y"] > PHONE["height"] * 0.75
    bar.tap()
    expect(page.locator("#step-triage")).to_have_attribute("open", "")
    page.locator("#step-note > summary").tap()  # half a field under a bar can neither be read nor hit
    page.evaluate("scrollBy(0, document.querySelector('#note_text').getBoundingClientRect().top - innerHeight + 40)")
    expect(bar).to_be_hidden()
    page.evaluate("scrollTo(0, 0)")
    expect(bar).to_be_visible()
    page.get_by_role("link", name="К списку").tap()
    page.wait_for_url("**/desk/?tab=triage")


def test_the_chosen_look_stays_from_the_first_paint(newcomer: Newcomer, cases: list[Case]) -> None:
    page = newcomer(make_user(("operator", PLACE))).new_page()
    page.goto("/desk/")
    page.locator(".user-button").click()
    page.get_by_role("button", name="Тёмный").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.goto("/desk/alarms/", wait_until="commit")
    page.wait_for_selector("body", state="attached")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.locator(".user-button").click()
    expect(page.get_by_role("button", name="Тёмный")).to_have_attribute("aria-pressed", "true")


def test_one_key_gives_the_executors_text_already_copied(newcomer: Newcomer, cases: list[Case]) -> None:
    from otklik.cases.actions.assign import assign
    from tests.making import make_staff, organisation

    assign(make_staff(("coordinator", PLACE)), cases[0].pk, organisation_id=organisation().pk, task="Заменить лампу")
    context = newcomer(make_user(("coordinator", PLACE)), permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"/desk/case/{shown(cases[0].number)}/")
    page.keyboard.press("c")
    expect(page.locator("#notices")).to_contain_text("Скопировано")
    assert page.evaluate("navigator.clipboard.readText()").startswith("Заменить лампу\n")
    assert reread(cases[0].pk).state == Case.State.ASSIGNED


def test_the_printer_stands_beside_the_number_however_many_marks_there_are(site: str, newcomer: Newcomer) -> None:
    case = make_case()
    with acting(SYSTEM), widened():
        Case.objects.filter(pk=case.pk).update(regime="law59", turn=2, importance=3, outcome="explained")
    page = newcomer(make_user(("coordinator", PLACE)), viewport=PHONE).new_page()
    page.goto(f"/desk/case/{shown(case.number)}/")
    places = [page.locator(one).bounding_box() for one in (".case-number", ".case-paper")]
    assert all(places) and abs(places[0]["y"] - places[1]["y"]) < 12  # type: ignore[index]
