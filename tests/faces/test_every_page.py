"""Every address of the program: who may open it, and how it looks on a phone, by day and by night, by keyboard."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.http import HttpResponse
from django.test import Client

from otklik.territory.models import Kind, Territory
from tests.browser.live import PHONE
from tests.browser.world import ELSEWHERE, HOME, World, addresses, make_world
from tests.making import logged_in, make_user

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    Newcomer = Callable[..., BrowserContext]

LOCAL_ROLES = ("operator", "coordinator", "approver", "head")
REGION_ROLES = ("curator", "analyst", "administrator", "security")
DESK = {"operator", "coordinator", "approver", "head", "curator", "analyst"}
FIGURES = {"coordinator", "head", "curator", "analyst"}
IMPORTS = {"operator", "coordinator", "curator"}
FIRST_SEEN_BY_NIGHT = ("/", "/desk/", "/region/")
HALVES = 2  # of the pages: each for one of the two processes that `make test` runs
ADMIN = {"administrator"}
STAFF = {*LOCAL_ROLES, *REGION_ROLES}
# The first line that fits an address says which roles open it; addresses above are stricter than those below.
ROLES: tuple[tuple[str, set[str]], ...] = (
    (r"/desk/mail/", {"operator", "coordinator", "head", "curator"}),
    (r"/desk/notices/", STAFF),
    (r"/desk/reception/new/", {"operator", "coordinator", "head", "curator"}),
    (r"/desk/templates/new/", {"coordinator", "head", "curator"}),
    (r"/desk/", DESK),
    (r"/region/passports/[^/]+/(draft|check)/$", {"coordinator", "head", "curator"}),
    (r"/region/exchange/plan/", {"coordinator", "head", "curator"}),
    (r"/region/exchange/file/", {"curator"}),
    (r"/region/exchange/sendings/", {"coordinator", "head", "curator"}),
    (r"/region/practices/new/$", {"coordinator", "head", "curator"}),
    (r"/region/practices/effects/$", {"curator", "analyst"}),
    (r"/region/practices/\d+/take/$", {"curator"}),
    (r"/region/practices/\d+/change/$", {"curator"}),
    (r"/region/reports/orders/$", STAFF),
    (r"/region/reports/(forms|regular|federal)/", FIGURES | ADMIN),
    (r"/region/rating/change/", {"analyst"}),
    (r"/region/rating/[^/]+/flags/", {"curator", "analyst"}),
    (r"/region/", FIGURES),
    (r"/settings/(imports|quarantine)/", IMPORTS),
    (r"/settings/reading/", ADMIN | {"analyst"}),
    (r"/settings/(portal|alike|letter-forms)/", ADMIN | {"head"}),
    (r"/settings/staff/$", ADMIN | {"security"}),
    (r"/settings/(journal|erasure|audit)/", ADMIN | {"security"}),
    (r"/settings/leave/", STAFF),
    (r"/settings/policies/change/", ADMIN),
    (r"/settings/(themes|policies|calendar)/", STAFF),
    (r"/settings/$", STAFF),
    (r"/settings/", ADMIN),
)
# A photo of another case; an outside log-in that is not configured; spare codes of who has no second factor.
NOTHING_YET = re.compile(r"/photo/|/accounts/outside/|/2fa/")
OF_A_PLACE = re.compile(
    r"/desk/(case|problem)/|/desk/(reception|post)/\d|/desk/(mail|works|templates)/\d|/desk/curator/(asks|remarks|files)/|/region/gorod|/region/bursts/\d|/region/rating/[^/]+/gorod|/region/reports/((making|meetings|forms)/)?\d|/region/samples/gorod|/region/(pages|samples|asks)/((plan|parts|files)/)?\d|/region/passports/[^/]+/(draft|check)/$|/region/exchange/sendings/\d|/settings/imports/((words|profiles|carry)/)?\d|/settings/quarantine/\d"
)


def region_code() -> str:
    return Territory.objects.get(kind=Kind.REGION).code


def people() -> dict[str, Client]:
    """A browser for each role of the home centre, a colleague of another one, one without a role, and nobody."""
    made = {role: logged_in(make_user((role, HOME))) for role in LOCAL_ROLES}
    made |= {role: logged_in(make_user((role, region_code()))) for role in REGION_ROLES}
    made["stranger"] = logged_in(make_user(("coordinator", ELSEWHERE)))
    made["without a role"] = logged_in(make_user())
    made["visitor"] = Client()
    for client in made.values():
        client.raise_request_exception = False
    return made


def expected(who: str, address: str) -> set[int]:
    """What this person should be answered. 405: the address only takes what is sent to it."""
    roles = next((roles for pattern, roles in ROLES if re.match(pattern, address)), None)
    if roles is None:  # the portal, secret links and the log-in are for everybody
        return {200, 302, 405, 410} | ({404} if NOTHING_YET.search(address) else set()) | (
            {400} if address == "/problems/box/" else set()  # a window of the map is asked for
        )
    if who == "visitor":
        return {302, 405}
    if who == "stranger" and OF_A_PLACE.match(address):
        return {404, 405}
    if (who if who != "stranger" else "coordinator") not in roles:
        return {403, 405} | ({302} if address == "/desk/" else set())
    return {200, 204, 302, 405} | ({404} if "per_1000" in address or "share" in address else set())


def one_of_each(world: World) -> list[str]:
    """One address for each route of the program."""
    return list(dict(reversed(list(addresses(world)))).values())


def test_every_page_answers_each_role_as_it_should(world: World) -> None:
    everybody = people()
    wrong = [
        (who, address, status)
        for address in one_of_each(world)
        for who, client in everybody.items()
        if (status := client.get(address).status_code) not in expected(who, address)
    ]
    assert not wrong


def test_nonsense_sent_by_anybody_breaks_no_page(world: World) -> None:
    everybody = people()
    for address in one_of_each(world):
        for who in ("visitor", "without a role", "stranger", "coordinator", "administrator"):
            answer = everybody[who].post(address, {"text": "\x00\u202e", "kind": "x" * 300, "page": "-1"})
            assert answer.status_code < 500, (who, address)


def whole_pages(world: World, client: Client, half: int | None = None) -> Iterator[tuple[str, HttpResponse]]:
    """Addresses that show this person a whole page (not a piece of one, a photo or a file), each with its answer.

    With `half` those of every second address. A route that only takes what is sent to it is asked once.
    """
    closed = set()
    for route, address in list(addresses(world))[half or 0 :: 1 if half is None else HALVES]:
        if route in closed:
            continue
        answer = client.get(address)
        if answer.status_code == 405:
            closed.add(route)
        whole = not answer.streaming and b"<html" in answer.content[:200]
        if whole and answer.status_code in (200, 410):
            yield address, answer


def pages_of(world: World, client: Client, half: int | None = None) -> list[str]:
    """The addresses of `whole_pages`."""
    return [address for address, _answer in whole_pages(world, client, half)]


@pytest.mark.browser
@pytest.mark.parametrize("half", range(HALVES))
def test_every_page_on_a_phone_by_day_and_night(newcomer: "Newcomer", site: str, tmp_path: Path, half: int) -> None:
    from tests.browser.looking import Look, look_at, watched_page

    world = make_world(tmp_path)
    everything = make_user(*((r, HOME) for r in LOCAL_ROLES), *((r, region_code()) for r in REGION_ROLES))
    besides = ("/desk/?tab=all&text=самолёт", "/no-such-page/")
    mine = [*pages_of(world, logged_in(everything), half), besides[half]]
    anybodys = [one for one in pages_of(world, Client(), half) if not one.startswith(("/task/", "/c/"))]
    look = Look(site)
    staff, visitor = (
        watched_page(newcomer(who, viewport=PHONE, reduced_motion="reduce"), look) for who in (everything, None)
    )
    for page, list_of_pages in ((staff, mine), (visitor, anybodys)):
        for address in list_of_pages:
            look_at(page, address, look)
            if address in FIRST_SEEN_BY_NIGHT:  # the rest are loaded by day, and the evening comes over them
                look_at(page, address, look, scheme="dark")
    assert look.pages > 60 and look.controls > 1000 and min(look.words.values()) > 1000
    assert not look.findings
