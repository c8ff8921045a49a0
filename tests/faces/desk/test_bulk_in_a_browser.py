"""Many cases at once under somebody's hands: keys, ranges, what outlives the live list, and a colleague called by @."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from otklik.cases.models import Case
from otklik.cases.numbers import shown
from tests.making import make_case, make_user, reread

pytestmark = pytest.mark.browser
Newcomer = Callable[..., BrowserContext]
HOME = "gorod-kamyshin"


@pytest.fixture
def cases(site: str) -> list[Case]:
    return [make_case(f"Яма номер {n} у моста") for n in range(5)]


@pytest.fixture
def desk(newcomer: Newcomer, cases: list[Case]) -> Page:
    page = newcomer(make_user(("coordinator", HOME), name="Лугова Мария Игоревна")).new_page()
    page.goto("/desk/?tab=triage")
    expect(page.locator("#pane #case")).to_be_visible()
    return page


def picked(page: Page) -> int:
    return page.locator("input[data-pick]:checked").count()


def test_cases_are_chosen_by_keys_and_done_from_beginning_to_end_without_a_mouse(desk: Page, cases: list[Case]) -> None:
    order = [row.get_attribute("data-number") for row in desk.locator(".case-row").all()]
    desk.keyboard.press("x")
    expect(desk.locator("[data-picked-count]")).to_have_text("1")
    for number in order[1:4]:
        desk.keyboard.press("j")
        expect(desk.locator("#case")).to_have_attribute("data-number", number or "")
    desk.keyboard.press("Shift+X")
    expect(desk.locator("[data-picked-count]")).to_have_text("4")
    assert picked(desk) == 4
    desk.locator("#bulk button[type=submit]").focus()
    desk.keyboard.press("Enter")
    desk.locator("input[name=kind][value=set_aside]").focus()
    desk.keyboard.press("Space")
    expect(desk.locator("input[name=outcome]").first).to_be_hidden()
    desk.locator("input[name=aside][value=spam]").focus()
    desk.keyboard.press("Space")
    desk.keyboard.press("Control+Enter")
    expect(desk.get_by_text("Так будет. Пока ничего не изменено.")).to_be_visible()
    desk.keyboard.press("Enter")  # the button has the focus
    expect(desk.get_by_text("Сделано: 4 карточки")).to_be_visible()
    assert sorted(reread(case.pk).state for case in cases) == ["closed"] * 4 + ["new"]
    desk.get_by_role("link", name="К списку").click()
    expect(desk.locator("#bulk")).to_be_hidden()


def test_what_is_chosen_outlives_the_list_drawn_anew_and_the_whole_page_is_one_tick(desk: Page) -> None:
    desk.locator("input[data-pick-page]").check()
    expect(desk.locator("[data-picked-count]")).to_have_text("5")
    make_case("Новая яма")
    expect(desk.locator(".case-row")).to_have_count(6)
    assert picked(desk) == 5
    desk.goto("/desk/?tab=open")
    expect(desk.locator("[data-picked-count]")).to_have_text("5")
    desk.locator("[data-pick-none]").click()
    expect(desk.locator("#bulk")).to_be_hidden()
    assert picked(desk) == 0


def test_a_range_by_the_mouse_with_shift(desk: Page) -> None:
    boxes = desk.locator("input[data-pick]")
    boxes.nth(0).click()
    boxes.nth(3).click(modifiers=["Shift"])
    assert picked(desk) == 4
    boxes.nth(0).click()
    assert picked(desk) == 3


def test_a_colleague_is_called_by_letters_and_finds_the_case(desk: Page, cases: list[Case], newcomer: Newcomer) -> None:
    other = make_user(("approver", HOME), name="Степной Павел Олегович")
    desk.keyboard.press("n")
    desk.keyboard.type("Гляньте, @сте")
    expect(desk.locator(".colleagues [role=option]")).to_have_text("Степной Павел Олегович")
    desk.keyboard.press("Enter")
    expect(desk.locator("#note_text")).to_have_value("Гляньте, @Степной П. О. ")
    desk.keyboard.type("пожалуйста")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".said-note")).to_contain_text("@Степной П. О. пожалуйста")
    theirs = newcomer(other).new_page()
    theirs.goto("/desk/?tab=mentions")
    number = desk.locator("#case").get_attribute("data-number")
    expect(theirs.locator(".was-mentioned")).to_be_visible()
    expect(theirs.locator("#case")).to_have_attribute("data-number", number or "")
    expect(theirs.get_by_text("Вас нигде не упоминали")).to_be_visible()
    assert number in [shown(case.number) for case in cases]
