"""axe on every page and in every open state, wide, magnified and narrow, by day and by night: tests/browser/axe.py."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from otklik.organisations.models import User
from tests.browser.world import HOME, World, addresses, make_world
from tests.faces.test_every_page import LOCAL_ROLES, REGION_ROLES, region_code
from tests.making import logged_in, make_user

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    Newcomer = Callable[..., BrowserContext]

pytestmark = pytest.mark.browser
# Pages whose every value shows other things; of the rest the first value is enough.
VARIED = re.compile(r"^(desk/case|c|task|settings/imports|settings/erasure)/<\w+:\w+>/$")
HALVES = 2  # of the pages of staff: each for one of the two processes that `make test` runs


def pages(world: World, client: Client, half: int | None = None) -> list[str]:
    """Addresses that show this person a whole page; with `half` those of every second route."""
    candidates: dict[str, list[str]] = {}
    for route, address in addresses(world):
        candidates.setdefault(address if VARIED.match(route) else route, []).append(address)
    shown = (page_among(one, client) for one in list(candidates.values())[half or 0 :: 1 if half is None else HALVES])
    return [address for address in shown if address]


def page_among(candidates: list[str], client: Client) -> str:
    """The first of these that is a whole page, or ""."""
    for address in candidates:
        answer = client.get(address)
        whole = not answer.streaming and b"<html" in answer.content[:200]
        if whole and answer.status_code in (200, 404, 410):
            return address
        if answer.status_code == 405:  # so are the others of this route
            break
    return ""


def everything() -> User:
    """Who sees most: every role of the home centre and of the region."""
    return make_user(
        *((role, HOME) for role in LOCAL_ROLES), *((role, region_code()) for role in REGION_ROLES)
    )


@pytest.mark.parametrize("half", range(HALVES))
def test_pages_of_staff_keep_nobody_out(newcomer: "Newcomer", site: str, tmp_path: Path, half: int) -> None:
    from tests.browser.axe import Axe, Findings

    world, user, findings = make_world(tmp_path), everything(), Findings()
    open_to_all = set(pages(world, Client(), half))
    axe = Axe(newcomer(user, reduced_motion="reduce"), findings)
    for address in [one for one in pages(world, logged_in(user), half) if one not in open_to_all]:
        axe.open(address)
        axe.look()
    assert findings.pages > 30
    assert not findings.lines, findings.told()


def test_pages_for_everybody_keep_nobody_out(newcomer: "Newcomer", site: str, tmp_path: Path) -> None:
    from tests.browser.axe import Axe, Findings

    world, findings = make_world(tmp_path), Findings()
    axe = Axe(newcomer(reduced_motion="reduce"), findings)
    for address in [*pages(world, Client()), "/no-such-page/"]:
        axe.open(address)
        axe.look()
    assert findings.pages > 20
    assert not findings.lines, findings.told()
