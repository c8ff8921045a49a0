"""axe-core in a real page: what keeps people out of it, by day and by night, on a desk, on a phone and magnified.

A finding is one line: rule, how bad, where on the page, why. Only what axe calls serious or critical would have to
fail; moderate and minor findings do, too, because there are none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, CDPSession, Page

SOURCE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# (name, width and height in CSS pixels, device pixels in one of them). 640 at 2 is a screen of 1280 at 200 %:
# WCAG 1.4.4. 320 is WCAG 1.4.10: nothing may need a scroll to the side.
Width = tuple[str, int, int, int]
DESK: Width = ("1280", 1280, 800, 1)
MAGNIFIED: Width = ("200 %", 640, 400, 2)
PHONE: Width = ("320", 320, 640, 1)
WIDTHS = (DESK, MAGNIFIED, PHONE)
# Off by default in axe; WCAG 2.2, 2.5.8.
RULES = {"target-size": {"enabled": True}}
ONLY_COLOURS: dict[str, object] = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "rules": {}}
WITHOUT_COLOURS: dict[str, object] = {"rules": {**RULES, "color-contrast": {"enabled": False}}}
# (rule, part of the selector) → why it is no finding. Empty: nothing is excused.
EXCUSED: dict[tuple[str, str], str] = {}

RUN = """
async (given) => {
  const usual = { resultTypes: ['violations'], preload: false, iframes: false };
  const { violations } = await axe.run(document, { ...usual, ...given });
  return violations.flatMap((v) => v.nodes.map((n) => [v.id, n.impact || v.impact, n.target.join(' '),
    [...n.any, ...n.all, ...n.none].map((c) => c.message).join('; ').slice(0, 220)]));
}
"""
# All of it folded open at once. The desk closes the other steps of a case when one opens: a step is made no step for
# the moment in which it is told of; what loads itself when opened still hears it. A menu over the page stays shut.
UNFOLD = """
() => {
  if (!window.__unfolding) window.addEventListener('toggle', ({ target }) => {
    if (!target.classList.contains('move')) return;
    target.classList.remove('move');
    setTimeout(() => target.classList.add('move'));
  }, true);
  window.__unfolding = true;
  const folded = [...document.querySelectorAll('details:not([open], .public-menu)')];
  folded.forEach((one) => { one.open = true; });
  const maps = [...document.querySelectorAll('[data-map]')];
  maps.forEach((one) => one.scrollIntoView());
  return folded.length + maps.length;
}
"""
SETTLED = """
() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(
  !document.querySelector('.htmx-request') && ![...document.querySelectorAll('[data-map]:not([data-map-ready])')]
    .map((one) => one.getBoundingClientRect())
    .some((box) => box.height && box.top < innerHeight && box.bottom > 0)
), 30)))
"""
# The bar of a case steps aside when it would lie on a field: a browser tells that a frame after the width has changed.
PAINTED = """
() => document.querySelector('.case-bar')
  && new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))
"""
TOO_WIDE = """
() => document.scrollingElement.scrollWidth <= innerWidth ? [] : [document.scrollingElement.scrollWidth,
  ...[...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 4).map((one) => one.tagName.toLowerCase() + '.' + one.className)]
"""


@dataclass
class Findings:
    """What a walk found: line → where it was seen, so that a shared part is told once."""

    lines: dict[str, list[str]] = field(default_factory=dict)
    runs: int = 0
    pages: int = 0

    def told(self) -> str:
        """For the message of a failed test."""
        return "".join(
            f"\n{line}\n    {len(where)} times, first at {', '.join(where[:2])}"
            for line, where in sorted(self.lines.items())
        )


class Axe:
    """One page of a browser with axe in it."""

    def __init__(self, context: BrowserContext, findings: Findings) -> None:
        self.page: Page = context.new_page()
        self.findings = findings
        self._screen: CDPSession = context.new_cdp_session(self.page)
        self._source = SOURCE.read_text(encoding="utf-8")

    def open(self, address: str, *, unfolded: bool = True) -> None:
        """Open an address on a desk and wait until what comes by itself has come."""
        self._show(DESK)
        self.page.goto(address, wait_until="load")
        self.settled()
        while (
            unfolded
            and self.page.evaluate(UNFOLD)
            and self.page.locator("details:not([open], .public-menu)").count()
        ):
            self.settled()  # what was opened may bring more to open
        self.settled()
        self.findings.pages += 1

    def look(self, state: str = "", *, widths: Sequence[Width] = WIDTHS) -> None:
        """All rules at each width, and the contrast by night."""
        if not self.page.evaluate("!!window.axe"):
            self.page.evaluate(self._source)
        for width in widths:
            self._show(width)
            self.page.evaluate(PAINTED)
            themed = self.page.evaluate("document.documentElement.getAttribute('data-bs-theme')")
            # Colours are judged by day and by night at both ends; magnified, the layout is one of those two.
            self._run(state, width, "light", WITHOUT_COLOURS if width is MAGNIFIED else {})
            if (wide := self.page.evaluate(TOO_WIDE)) and width is not DESK:
                self._note("scroll to the side", "serious", str(wide[1:]), f"{wide[0]} px", state, width, "")
            if width is not MAGNIFIED:
                self._theme("dark", themed)
                self._run(state, width, "dark", ONLY_COLOURS)
                self._theme("light", themed)
        self._show(DESK)

    def _run(self, state: str, width: Width, theme: str, options: dict[str, object]) -> None:
        self.findings.runs += 1
        for rule, impact, where, why in self.page.evaluate(RUN, {"rules": RULES, **options}):
            self._note(rule, impact, where, why, state, width, theme)

    def _note(
        self, rule: str, impact: str, where: str, why: str, state: str, width: Width, theme: str
    ) -> None:
        if any(rule == name and part in where for name, part in EXCUSED):
            return
        place = self.page.url.split("/", 3)[-1]
        line = f"{impact} {rule}: {where} — {why}"
        self.findings.lines.setdefault(line, []).append(f"/{place} {state} ({width[0]} {theme})")

    def _theme(self, name: str, themed: str | None) -> None:
        """By the switch's attribute; pages without one (the executor's) follow the system."""
        if themed:
            self.page.evaluate(f"document.documentElement.setAttribute('data-bs-theme', '{name}')")
        else:
            self.page.emulate_media(color_scheme="dark" if name == "dark" else "light")

    def _show(self, width: Width) -> None:
        _name, across, down, dots = width
        self._screen.send(
            "Emulation.setDeviceMetricsOverride",
            {"width": across, "height": down, "deviceScaleFactor": dots, "mobile": False},
        )

    def settled(self) -> None:
        """Wait until nothing is on its way: parts of pages, and the map in sight."""
        self.page.wait_for_function(SETTLED)
