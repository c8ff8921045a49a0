"""Every page is readable and every control has a name, by day and by night (WCAG 2.1: 1.4.3, 4.1.2).

That nothing sticks out sideways and that Tab is always seen is held by `test_every_page.py`; both walk the same world.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, expect

from tests.browser.live import PHONE
from tests.browser.world import HOME, make_world
from tests.faces.test_every_page import LOCAL_ROLES, REGION_ROLES, pages_of, region_code
from tests.making import logged_in, make_user

pytestmark = pytest.mark.browser
SCHEMES = ("light", "dark")
FOLLOWED = "(scheme) => (document.documentElement.dataset.bsTheme || scheme) === scheme"
KINDS = ("pale", "nameless")
LOOKING = (Path(__file__).parent / "looking.js").read_text(encoding="utf-8")


def test_every_word_is_readable_and_every_control_has_a_name(
    newcomer: Callable[..., BrowserContext], site: str, tmp_path: Path
) -> None:
    world = make_world(tmp_path)
    everything = make_user(*((r, HOME) for r in LOCAL_ROLES), *((r, region_code()) for r in REGION_ROLES))
    mine = [*pages_of(world, logged_in(everything)), "/desk/?tab=all&text=самолёт", "/no-such-page/"]
    anybodys = [a for a in pages_of(world, Client()) if a.startswith("/accounts/")]
    wrong: list[str] = []
    seen = dict.fromkeys(SCHEMES, 0)
    for user, addresses in ((everything, mine), (None, anybodys)):
        page = newcomer(user, viewport=PHONE, reduced_motion="reduce").new_page()
        for address in addresses:
            page.emulate_media(color_scheme="light")
            page.goto(address, wait_until="load")
            expect(page.locator(".htmx-request")).to_have_count(0)
            page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)  # as when the system's evening comes: the page follows it
                page.wait_for_function(FOLLOWED, arg=scheme)
                found = page.evaluate(LOOKING)
                seen[scheme] += found["words"]
                wrong += [f"{address} {scheme}: {kind}: {what}" for kind in KINDS for what in found[kind]]
    assert min(seen.values()) > 1000
    assert not wrong, "\n".join(wrong)
