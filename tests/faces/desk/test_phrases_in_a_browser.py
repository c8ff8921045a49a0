"""«/» in the answer box, by keys alone: the list comes, narrows, inserts; what is left unfilled is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from otklik.answers import templates
from otklik.cases.numbers import shown
from tests.browser.live import PHONE
from tests.making import SYSTEM, make_case, make_user, place

if TYPE_CHECKING:
    from collections.abc import Callable

HOME = "gorod-kamyshin"


@pytest.mark.browser
def test_a_template_is_found_and_inserted_by_keys_alone(newcomer: Callable[..., Any]) -> None:
    for name, text in (("Вывоз", "Вывезем до {срок}."), ("Благодарим", "Спасибо, {имя}!")):
        templates.save(SYSTEM, name=name, text=text, place_id=place(HOME).pk)
    number = shown(make_case(code=HOME, name="Осока Ия").number)
    page = newcomer(make_user(("coordinator", HOME)), viewport=PHONE).new_page()
    listed = page.locator("#phrases_list [role=option]:visible")
    page.goto(f"/desk/case/{number}/")
    page.keyboard.press("a")
    box = page.locator("#step-draft textarea[name=text]")
    expect(box).to_be_focused()
    page.keyboard.type("Итого 5/6.\n")
    expect(box).to_have_value("Итого 5/6.\n")
    page.keyboard.press("/")
    expect(page.locator("#phrases_filter")).to_be_focused()
    expect(listed).to_have_count(2)
    page.keyboard.type("благод")
    expect(listed).to_have_count(1)
    page.keyboard.press("Enter")
    expect(box).to_have_value("Итого 5/6.\nСпасибо, Осока Ия!")
    page.keyboard.press("Enter")
    page.keyboard.press("/")
    expect(listed).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(box).to_be_focused()
    page.keyboard.press("/")
    expect(listed).to_have_count(2)
    page.keyboard.press("2")
    expect(box).to_have_value("Итого 5/6.\nСпасибо, Осока Ия!\nВывезем до {срок}.")
    expect(page.locator("[data-phrases-told]")).to_contain_text("{срок}")
    assert page.evaluate("getSelection().toString() || document.activeElement.value.slice("
                         "document.activeElement.selectionStart, document.activeElement.selectionEnd)") == "{срок}"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
