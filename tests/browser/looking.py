"""What a careful person looks at on every page: does it fit, is the focus seen, can every word be read and has every
control a name (WCAG 2.1: 1.4.3, 4.1.2), does anything fail or look outside? By day and by night.
"""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page, Response, expect

SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
READING = Path(__file__).with_name("reading.js").read_text(encoding="utf-8")
FOLLOWED = "(scheme) => (document.documentElement.dataset.bsTheme || scheme) === scheme"
NIGHT_OF = {"light": "dark", "dark": "light"}
MOST_TABS = 400
STEP = 12  # presses of Tab between two looks at where the focus is


@dataclass
class Look:
    """Findings of a walk, each with the address of its page; all empty when all is well."""

    origin: str
    wide: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)  # focused without a visible outline
    pale: list[str] = field(default_factory=list)  # words too pale to read
    nameless: list[str] = field(default_factory=list)  # controls without a name to be read aloud
    errors: list[str] = field(default_factory=list)  # console errors, among them what the content policy forbade
    outside: list[str] = field(default_factory=list)  # requests that leave the origin
    answers: list[str] = field(default_factory=list)  # answers of the server that are failures
    controls: int = 0
    words: dict[str, int] = field(default_factory=lambda: dict.fromkeys(NIGHT_OF, 0))
    pages: int = 0

    @property
    def findings(self) -> dict[str, list[str]]:
        """What is wrong, by kind."""
        kinds = {"wide": self.wide, "unseen": self.unseen, "pale": self.pale, "nameless": self.nameless,
                 "errors": self.errors, "outside": self.outside, "answers": self.answers}  # fmt: skip
        # A page that is left while something was asked for breaks that off, and htmx says so twice: nothing is wrong.
        left = {line.partition(": ")[0] for line in self.errors if ": htmx:sendAbort" in line}
        kinds["errors"] = [
            line for line in self.errors
            if not (line.partition(": ")[0] in left and (": htmx:sendAbort" in line or ": htmx:afterRequest" in line))
        ]
        return {kind: sorted(set(lines)) for kind, lines in kinds.items() if lines}


def watched_page(context: BrowserContext, look: Look) -> Page:
    """A page whose console, requests and answers are noted."""
    page = context.new_page()
    page.add_init_script(SCRIPT + "window.__looking.later = true;")

    def here() -> str:
        return urlsplit(page.url).path

    # «Failed to load» is said of every 404, also of a page that should be one: answers are looked at below.
    said = "Failed to load resource"
    page.on(
        "console",
        lambda m: look.errors.append(f"{here()}: {m.text}") if m.type == "error" and said not in m.text else None,
    )
    page.on("pageerror", lambda error: look.errors.append(f"{here()}: {error}"))
    page.on("request", lambda request: note_request(request.url, here(), look))
    page.on("response", lambda answer: note_answer(answer, look))
    return page


def note_answer(answer: Response, look: Look) -> None:
    """Keep it if it is a failure; a page itself may be missing, what it asks for may not."""
    if answer.status >= (500 if answer.request.is_navigation_request() else 400):
        look.answers.append(f"{answer.status} {answer.url}")


def note_request(url: str, here: str, look: Look) -> None:
    """Keep it if it leaves the origin."""
    if not url.startswith((look.origin, "data:", "blob:")):
        look.outside.append(f"{here}: {url}")


def look_at(page: Page, address: str, look: Look, scheme: str = "light") -> None:
    """Open an address by day (or by night, `scheme`); note what does not fit, also with everything folded open, walk
    through it by Tab, then let the evening come (or the morning), and read it in both lights.
    """
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(address, wait_until="load")
    look.pages += 1
    for opened in (False, True):
        if opened:
            page.evaluate("document.querySelectorAll('details:not(.move)').forEach(one => { one.open = true })")
        too_wide = page.evaluate(
            "[document.scrollingElement.scrollWidth, innerWidth, ...[...document.querySelectorAll('body *')]"
            ".filter(one => one.getBoundingClientRect().right > innerWidth + 1).slice(0, 3)"
            ".map(one => one.tagName + '.' + one.className)]"
        )
        if too_wide[0] > too_wide[1]:
            look.wide.append(f"{address}: {too_wide}")
    walk(page, look)
    _answered(page)
    _turn(page, NIGHT_OF[scheme])
    page.evaluate("window.__looking.again()")
    look.unseen += [f"{address}: {one}" for one in page.evaluate("window.__looking.wrong")]
    if page.evaluate("window.__looking.lost"):  # a panel closed or was swapped meanwhile: by keys again, then
        _answered(page)
        page.goto(address, wait_until="load")
        walk(page, look)
        look.unseen += [f"{address}: {one}" for one in page.evaluate("window.__looking.wrong")]
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    read(page, address, look, NIGHT_OF[scheme])
    _turn(page, scheme)
    read(page, address, look, scheme)
    _answered(page)


def walk(page: Page, look: Look) -> None:
    """Press Tab until no new control comes."""
    before = -1
    for _turn_of_presses in range(MOST_TABS // STEP):
        for _press in range(STEP):
            page.keyboard.press("Tab")
        seen = page.evaluate("window.__looking.seen")
        if seen == before:
            break
        before = seen
    look.controls += before


def read(page: Page, address: str, look: Look, scheme: str) -> None:
    """Note the words that are too pale and the controls without a name, as the page stands."""
    found = page.evaluate(READING)
    look.words[scheme] += found["words"]
    look.pale += [f"{address} {scheme}: {one}" for one in found["pale"]]
    look.nameless += [f"{address} {scheme}: {one}" for one in found["nameless"]]


def _answered(page: Page) -> None:
    """What the page asked for has come: a page that is left before says so in the console, and nothing is wrong."""
    expect(page.locator(".htmx-request")).to_have_count(0)


def _turn(page: Page, scheme: str) -> None:
    """As when the system's evening comes: a page that has not chosen for itself follows."""
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.wait_for_function(FOLLOWED, arg=scheme)
