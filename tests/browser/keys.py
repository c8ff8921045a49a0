"""Hands that have only keys: Tab to a control, type, and see at each step where the focus is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.looking import SCRIPT

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Locator, Page

MOST = 150  # presses of Tab to a control: more is no way to work
# Where the focus is, unless a person can see it: on something, inside the window, not under what sticks to its edges.
UNSEEN = """
() => {
  const one = document.activeElement;
  if (!one || one === document.body) return 'the focus is nowhere';
  const small = one.getBoundingClientRect().width < 3 || getComputedStyle(one).opacity === '0';
  const drawn = small && one.labels && one.labels[0] || one;
  const box = drawn.getBoundingClientRect();
  const name = one.tagName + '#' + one.id + '.' + one.className;
  const [left, right] = [Math.max(0, box.left), Math.min(innerWidth, box.right)];
  const [top, bottom] = [Math.max(0, box.top), Math.min(innerHeight, box.bottom)];
  if (left >= right || top >= bottom) return name + ' is out of sight';
  const there = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  const seen = there && (drawn.contains(there) || there.contains(drawn));
  return seen ? '' : name + ' is covered by ' + (there || {}).className;
}
"""


class Keys:
    """A page without a mouse. Every step asserts that the focus is seen."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self.page.add_init_script(SCRIPT)

    def seen(self) -> None:
        """The focus is on something in sight, and everything focused so far had an outline."""
        unseen = self.page.evaluate(UNSEEN)
        without_outline = self.page.evaluate("window.__looking.wrong")
        assert not unseen and not without_outline, (unseen, without_outline)

    def on(self, place: Locator) -> None:
        """The focus has come here, and is seen."""
        expect(place).to_be_focused()
        self.seen()

    def press(self, *names: str) -> None:
        """Press these keys, one after the other."""
        for name in names:
            self.page.keyboard.press(name)

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        self.page.keyboard.type(text)

    def tab_to(self, place: Locator, *, back: bool = False) -> None:
        """Tab until the focus is there."""
        expect(place).to_be_attached()
        wanted = place.element_handle()
        for _press in range(MOST):
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
            if wanted.evaluate("(one) => one === document.activeElement"):
                self.seen()
                return
        raise AssertionError(f"Tab does not come to {place}")

    def attach(self, place: Locator, photo: Path) -> None:
        """Tab to a field of files and choose one with the system's window."""
        with self.page.expect_file_chooser() as opened:  # from the first: the browser is told in time for the press
            self.tab_to(place)
            self.press("Space")
        opened.value.set_files(photo)

    def round(self) -> int:
        """Tab through the whole page and out of it: nothing holds the focus. Returns how many controls there are."""
        self.page.evaluate("document.activeElement.blur(); window.getSelection().removeAllRanges()")
        passed = 0
        while passed < 600:
            self.page.keyboard.press("Tab")
            if passed and self.page.evaluate(
                "!document.activeElement || document.activeElement === document.body"
                " || document.activeElement.classList.contains('to-main')"
            ):
                self.page.evaluate("document.activeElement.blur()")
                return passed
            passed += 1
        held = self.page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        raise AssertionError(f"the focus is held at {held}")
