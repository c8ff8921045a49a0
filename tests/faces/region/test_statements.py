"""How often every page of the region asks the database, in a world that has something of everything."""

import re

import pytest

from otklik.territory.tree import region
from tests.browser.world import HOME, World, addresses, routes
from tests.faces.region.statement_steps import FEWER_THAN, asked
from tests.making import logged_in, make_user

AREAS = {
    "network": ("", "how", "themes", "flows", "compare", "slices", "executors", "cases", "<slug:code>"),
    "queues": ("wall", "bursts", "rechecks", "returns", "events", "postponed", "queues", "rating"),
    "curating": ("samples", "asks", "pages"),
    "practices": ("practices",),
    "exchange": ("exchange", "passports", "questions"),
    "reports": ("reports",),
}
FILES = re.compile(r"_form>|\.ics|\.xlsx|id>/(photo|file)/$")


def part_of(route: str) -> str:
    """«region/pages/plan/» → «pages»."""
    return route.split("/")[1]


def test_every_page_of_the_region_is_counted() -> None:
    found = {part_of(route) for route, _entry in routes() if route.startswith("region/")}
    assert found == {part for parts in AREAS.values() for part in parts}


@pytest.mark.parametrize("area", AREAS)
def test_pages_of_the_region_ask_less_than_twelve_questions(area: str, world: World) -> None:
    where = {"curator": region().code, "coordinator": HOME, "analyst": region().code}
    people = [logged_in(make_user(one)) for one in where.items()]
    opened, too_many = set(), {}
    for route, address in addresses(world):
        if not route.startswith("region/") or part_of(route) not in AREAS[area] or FILES.search(route):
            continue
        if people[0].get(address).status_code == 405:  # it only takes what is sent to it
            continue
        for client in people:
            status, statements = asked(client, address)
            if status != 200:
                continue
            opened.add(route)
            if len(statements) >= FEWER_THAN:
                too_many[address] = statements
    assert len(opened) > 1
    assert {address: len(one) for address, one in too_many.items()} == {}, too_many
