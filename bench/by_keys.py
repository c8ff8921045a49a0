"""One case from its opening to its executor by keys: `python -m bench.by_keys [--cases 100000] [--goes 40] [--json]`.

The seven requests that `tests/faces/desk/test_few_requests.py` counts in a browser, in their order, sent to the real
web process by one person: the case and two fragments beside it, the theme, the list anew, the executor, the list anew.
The figure that is bounded is the server's own time for all seven together: processor of the web and of the database.
"""

import argparse
import asyncio
import os
import re
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.home import Place, copy_of_set
from bench.lines import Line, show
from bench.load import Request, ask
from bench.twenty import ORGANISATION, ROW, THEME, TOKEN

FRAGMENT = re.compile(rb'hx-get="([^"]+)" hx-trigger="load"')
LIST = re.compile(rb'hx-get="(/desk/changes/[^"]+)"')
REQUESTS = 7
WARM = 4  # goes before the measured ones: models are read, connections are open


@dataclass(frozen=True)
class Go:
    """What one triage cost: seconds by the clock from its first request to the answer of its last, and of processor."""

    clock: float
    web: float
    database: float


class Desk:
    """One person at the desk, as their browser asks."""

    def __init__(self, port: int, cookies: str, theme: int, executor: int) -> None:
        self.port, self.theme, self.executor = port, theme, executor
        self.cookies = f"{cookies}; csrftoken={TOKEN}"
        self.asked = 0

    async def do(self, path: str, form: dict[str, str] | None = None) -> bytes:
        """The answer. A refusal ends the run: a triage that was not done has no price."""
        self.asked += 1
        headers = {"X-CSRFToken": TOKEN, "HX-Request": "true"}
        status, _size, text = await ask(self.port, Request(path, self.cookies, form, headers))
        assert status == 200, f"{status} {path}\n{text.decode(errors='replace')[:2000]}"
        return text

    async def triage(self, number: str, the_list: str) -> None:
        """One case of the list, by its seven requests; where nothing is offered, the theme and the body by heart."""
        at = f"/desk/case/{number}/"
        page = await self.do(at)
        fragments = [_address(one) for one in FRAGMENT.findall(page)]
        assert len(fragments) == 2, fragments
        for fragment in fragments:
            await self.do(fragment)
        theme = THEME.search(page)
        page = await self.do(f"{at}triage/", {"theme": theme[1].decode() if theme else str(self.theme)})
        await self.do(the_list)
        offered = ORGANISATION.search(page)
        executor = offered[1].decode() if offered else str(self.executor)
        words = {"organisation": executor, "task": "Посмотреть и исправить", "address": "", "due_at": ""}
        await self.do(f"{at}assign/", words)
        await self.do(the_list)


def _address(found: bytes) -> str:
    return found.decode().replace("&amp;", "&")


def measure(place: Place, goes: int) -> list[Line]:
    """Triage so many cases of one city's queue, one after the other."""
    os.environ.update(place.environment)
    import django

    django.setup()
    from bench.serving import database_spent, make_person, web
    from otklik.classifier.models import Theme
    from otklik.organisations.models import Organisation

    theme = Theme.objects.filter(retired=False).order_by("id").values_list("id", flat=True)[0]
    executor = (
        Organisation.objects.filter(territory__code="gorod-volgograd")
        .order_by("id")
        .values_list("id", flat=True)[0]
    )
    _user, cookies = make_person(("coordinator", "gorod-volgograd"), ("operator", "gorod-volgograd"))
    with web(place) as site:

        async def all_of_them() -> list[Go]:
            desk, found = Desk(site.port, cookies, theme, executor), []
            while len(found) < WARM + goes:
                page = await desk.do("/desk/?tab=triage")
                again = LIST.search(page)
                assert again, "the list does not say how it comes anew"
                for number in ROW.findall(page)[: WARM + goes - len(found)]:
                    before, desk.asked, began = (site.spent(), database_spent()), 0, time.perf_counter()
                    await desk.triage(number.decode(), _address(again[1]))
                    assert desk.asked == REQUESTS, desk.asked
                    clock = time.perf_counter() - began
                    found.append(Go(clock, site.spent() - before[0], database_spent() - before[1]))
            return found[WARM:]

        return _lines(asyncio.run(all_of_them()))


def _lines(goes: Sequence[Go]) -> list[Line]:
    clock = sorted(one.clock for one in goes)
    spent = sorted(one.web + one.database for one in goes)
    last = max(0, -(-len(goes) * 95 // 100) - 1)
    web, database = (statistics.mean(getattr(one, part) for one in goes) for part in ("web", "database"))
    note = f"{REQUESTS} requests; web {web * 1000:.0f} ms, database {database * 1000:.0f} ms of processor on average"
    return [
        Line("a case by keys, by the clock", *_ms(clock, last)),
        Line("a case by keys, processor", *_ms(spent, last), note=note),
    ]


def _ms(ordered: Sequence[float], last: int) -> tuple[float, float]:
    return round(statistics.median(ordered) * 1000, 1), round(ordered[last] * 1000, 1)


def main() -> None:
    """Triage and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--cases", type=int, default=100_000)
    options.add_argument("--goes", type=int, default=40)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    with copy_of_set(given.cases) as place:
        show(measure(place, given.goes), given.json, cases=given.cases)


if __name__ == "__main__":
    main()
