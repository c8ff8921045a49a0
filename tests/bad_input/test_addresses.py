"""Every parameter of every address × garbage: a page, a «no» in words, never an error of the program."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote_from_bytes, unquote

import pytest
from django.http import QueryDict
from django.test import Client

from tests.bad_input.table import as_bytes, kinds_for
from tests.bad_input.test_forms import everybody
from tests.bad_input.trying import RAW, Trials, changed
from tests.browser.world import World, addresses
from tests.faces.test_every_page import one_of_each

# What makes a page look at its other parameters, too.
PLAUSIBLE = {
    "box": "44,49,46,51", "zoom": "9", "latitude": "50.08", "longitude": "45.40", "q": "ми", "street": "Мира",
    "house": "12", "text": "мусор", "page": "1", "since": "2026-01-01", "until": "2026-12-31", "days": "7",
}  # fmt: skip
PARTS = 3
WRONG_PARTS = ("0", "99999999999999999999", "9" * 5000, "%00", "%FF%FE", "%D9%A3", "x" * 300, "-1", "34-999999",
               "..%2F..", "%E2%80%AE")  # fmt: skip


@contextmanager
def what_is_asked() -> Iterator[set[str]]:
    """The names that pages look for in their address meanwhile."""
    names: set[str] = set()
    kept = {how: getattr(QueryDict, how) for how in ("get", "getlist", "__getitem__", "__contains__")}

    def noting(how: str):
        def read(self: QueryDict, name: str, *more: object, **others: object) -> object:
            names.add(name)
            return kept[how](self, name, *more, **others)

        return read

    for how in kept:
        setattr(QueryDict, how, noting(how))
    try:
        yield names
    finally:
        for how, method in kept.items():
            setattr(QueryDict, how, method)


def parameters_of(client: Client, address: str) -> list[str]:
    """The parameters that this page reads, also those it reads only beside others."""
    known: set[str] = set()
    for _turn in range(3):
        given = {name: PLAUSIBLE.get(name, "1") for name in known}
        with what_is_asked() as names:
            answer = client.get(address, given)
        if answer.status_code in (404, 405):
            return []
        if names <= known:
            break
        known |= names
    return sorted(name for name in known if name.isidentifier() and name not in ("csrfmiddlewaretoken", "language"))


def of_part(world: World, part: int) -> list[str]:
    """A share of the addresses, one for each route, without streams that never end."""
    return [one for one in sorted(one_of_each(world)) if not one.endswith("/events/")][part::PARTS]


def look(trials: Trials, address: str, where: tuple[str, ...]) -> None:
    trials.count += 1
    with trials.rolled_back():
        answer = trials.client.get(address)
        if answer.status_code >= 500:
            trials.hole(*where, answer.status_code, trials.thrown)
        elif not answer.streaming and "text/html" in answer.get("Content-Type", ""):
            text = answer.content.decode(errors="replace")
            if found := RAW.search(text):
                trials.hole(*where, "raw on the page", repr(text[max(0, found.start() - 40) : found.end() + 10]))


@pytest.mark.parametrize("part", range(PARTS))
def test_garbage_in_the_parameters_of_an_address(part: int, world: World) -> None:
    member, visitor = everybody()
    trials = Trials(member)
    tried = 0
    for address in of_part(world, part):
        trials.client = member if address.startswith(("/desk", "/settings", "/region")) else visitor
        trials.client.raise_request_exception = False
        names = parameters_of(trials.client, address)
        for name in names:
            tried += 1
            others = "".join(f"&{one}={PLAUSIBLE[one]}" for one in names if one != name and one in PLAUSIBLE)
            for kind in kinds_for("parameter"):
                value = quote_from_bytes(as_bytes(kind.value))
                look(trials, f"{address}?{name}={value}{others}", (address, name, kind.name))
    assert not changed(trials.before)
    print(f"\n{tried} parameters, {trials.count} requests")
    assert not trials.holes, "\n" + "\n".join(trials.holes)


@pytest.mark.parametrize("part", range(PARTS))
def test_garbage_in_the_path_of_an_address(part: int, world: World) -> None:
    member, visitor = everybody()
    trials = Trials(member)
    values = {value for values in world.values.values() for value in values}
    seen = set()
    for route, address in addresses(world):
        parts = address.strip("/").split("/")
        for n, one in enumerate(parts):
            if unquote(one) not in values or (route, n) in seen:
                continue
            seen.add((route, n))
            if len(seen) % PARTS != part:
                continue
            for wrong in WRONG_PARTS:
                for method in ("get", "post"):
                    trials.count += 1
                    client = member if parts[0] in ("desk", "settings", "region") else visitor
                    client.raise_request_exception = False
                    with trials.rolled_back():
                        answer = getattr(client, method)("/" + "/".join([*parts[:n], wrong, *parts[n + 1 :]]) + "/")
                        if answer.status_code >= 500:
                            trials.hole(method, route, wrong[:30], answer.status_code, trials.thrown)
    print(f"\n{trials.count} requests")
    assert not trials.holes, "\n" + "\n".join(trials.holes)
