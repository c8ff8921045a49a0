"""The top bar and the row of tabs: nothing lies on anything else, whatever roles and whatever name a person has."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext

from tests.making import make_user

pytestmark = pytest.mark.browser
ROLES = ("operator", "coordinator", "approver", "head", "curator", "analyst", "administrator", "security")
LAID_OVER = """() => {
  const parts = [...document.querySelectorAll(
    '.topbar .brand-name, .topbar .brand-place, .topbar .nav-link, .topbar-search, .topbar-tools > *')]
    .map(part => [part.innerText || part.className, part.getBoundingClientRect()])
    .filter(([, box]) => box.width && box.height);
  const found = [];
  parts.forEach(([a, one], i) => parts.slice(i + 1).forEach(([b, two]) => {
    if (one.left < two.right - 1 && two.left < one.right - 1 && one.top < two.bottom - 1 && two.top < one.bottom - 1)
      found.push(a + ' / ' + b);
  }));
  if (document.documentElement.scrollWidth > innerWidth) found.push('wider than the window');
  return found;
}"""
FULL_ROW = """names => {
  const row = document.querySelector('.tabs'), count = ' <span class="tab-count">18</span>';
  row.innerHTML = names.map(name => `<a class="tab" href="?">${name}${count}</a>`).join('');
  document.querySelector('.tabs-more summary').insertAdjacentHTML('beforeend', count);
  return row.scrollWidth - row.clientWidth;
}"""


@pytest.mark.parametrize("place", ["volgograd", "gorod-kamyshin"])
def test_at_every_width_its_parts_stand_side_by_side(newcomer: Callable[..., BrowserContext], place: str) -> None:
    user = make_user(*((role, place) for role in ROLES), name="Преображенская-Новокузнецкая Александра Владимировна")
    page = newcomer(user).new_page()
    page.goto("/settings/leave/")
    for width in (992, 1024, 1200, 1280, 1366, 1440, 1920):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate(LAID_OVER) == [], width


def test_six_tabs_with_their_numbers_stand_whole_on_a_screen_of_1280(newcomer: Callable[..., BrowserContext]) -> None:
    page = newcomer(make_user(("coordinator", "gorod-kamyshin"))).new_page()
    page.goto("/desk/")
    page.evaluate("document.fonts.ready")
    row = ["Что горит", "Разобрать", "Мои", "Ответили", "Согласовать", "Обещания"]
    assert page.evaluate(FULL_ROW, row) <= 0
