"""The region at its size: `python -m bench.region [--cases 1000000] [--keep] [--json] [--only rebuild,add,pages]`.

Three things are measured on a made region of three years (`region_set`): how long all figures are made, of nothing and
again; what every page of /region/ asks and takes (`region_addresses`; what stands beside the figures is laid by
`region_rows`), the worst first; and what a new case costs with aggregates and without, in one run.
"""

import argparse
import logging
import os
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from bench.home import Place, drop_set, set_itself
from bench.lines import Line, show
from bench.load import Request, load

TABLES = ("casefact", "cell", "timecell", "hourcount")
REQUESTS = 40
WARM = 4
# Name, cases that one step of the follower finds (it steps every two seconds), and how many steps are measured.
STEPS = (("add", 50, 8), ("add@10 a second", 20, 8), ("add@1 a second", 2, 30), ("add@alone", 1, 60))
BOUNDS = {"rebuild_s": 300, "page_p95_ms": 200, "page_queries": 11, "adding": 1.10}


def measure(cases: int, only: Sequence[str], requests: int = REQUESTS) -> list[Line]:
    """The lines asked for; of `only`, an address of /region/ measures that page alone."""
    place = set_itself("region_set", cases)
    os.environ.update(place.environment)
    import django

    django.setup()
    lines: list[Line] = []
    for name, work in (("rebuild", _rebuild), ("add", _add)):
        if not only or name in only:
            lines += work(place)
    asked = [name for name in only if name.startswith("/")]
    if not only or "pages" in only or asked:
        lines += _pages(place, asked, requests)
    return lines


def _rebuild(place: Place) -> list[Line]:
    """Of nothing, as after an upgrade that changed the tables; and again, when nearly all is right already."""
    import psycopg

    with psycopg.connect(place.owner_url, autocommit=True) as owner:
        for table in TABLES:
            owner.execute(f"TRUNCATE insight_{table}".encode())
    return [_rebuilt("rebuild", place), _rebuilt("rebuild@again", place)]


def _rebuilt(name: str, place: Place) -> Line:
    from django.utils import timezone

    from bench.serving import database_spent
    from otklik.insight.rebuilding import rebuild

    began, spent, own = time.perf_counter(), database_spent(), time.process_time()
    cases = rebuild(timezone.now())
    seconds, spent, own = time.perf_counter() - began, database_spent() - spent, time.process_time() - own
    _vacuum(place)
    note = f"{cases} cases in {seconds:.0f} s, CPU of the database {spent:.0f} s, of Python {own:.1f} s"
    return Line(name, per_s=round(cases / seconds), note=note)


def _vacuum(place: Place) -> None:
    """What the server's own vacuum does within minutes."""
    import psycopg

    with psycopg.connect(place.owner_url, autocommit=True) as owner:
        for table in TABLES:
            owner.execute(f"VACUUM ANALYZE insight_{table}".encode())


def _add(place: Place) -> list[Line]:
    """New cases, and the steps that find them: by as many as come in two seconds."""
    from django.utils import timezone

    from otklik.acting import System, Visitor, acting
    from otklik.insight.following import catch_up
    from otklik.intake.accepting import Incoming, accept, issue_key
    from otklik.journal.sequencing import sequence
    from otklik.territory.models import Territory

    places = list(Territory.objects.filter(kind="settlement", active=True).values_list("id", flat=True)[:200])
    number = iter(range(10**9))

    def one() -> None:
        n = next(number)
        text = f"Во дворе третий день не горит фонарь, вечером темно и страшно ходить, №{n}."
        incoming = Incoming(
            "portal", issue_key(), text, places[n * 37 % len(places)], street="Мира", house=str(1 + n % 90),
        )
        accept(incoming, actor=Visitor())

    def cases(size: int) -> None:
        for _ in range(size):
            one()
        with acting(System("journal")):
            sequence()

    cases(1)
    catch_up(timezone.now())
    lines = []
    for name, size, times in STEPS:
        clock = cpu = following = cpu_following = 0.0
        for _ in range(times):
            took, spent = _spent(partial(cases, size))
            clock, cpu = clock + took * 1000 / (size * times), cpu + spent * 1000 / (size * times)
            took, spent = _spent(lambda: catch_up(timezone.now()))
            following, cpu_following = (
                following + took * 1000 / (size * times), cpu_following + spent * 1000 / (size * times)
            )
        ratio = round(1 + cpu_following / cpu, 3)
        lines.append(Line(
            name, round(clock, 2), ratio=ratio,
            note=f"with aggregates {ratio} times as much by processor ({cpu:.1f} + {cpu_following:.1f} ms), "
            f"{1 + following / clock:.3f} by the clock ({following:.1f} ms more), {size} cases a step",
        ))  # fmt: skip
    return lines


def _spent(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock, and of processor here and in the database."""
    from bench.serving import database_spent

    before, own, began = database_spent(), time.process_time(), time.perf_counter()
    work()
    took, own = time.perf_counter() - began, time.process_time() - own
    return took, own + database_spent() - before


def _pages(place: Place, only: Sequence[str], requests: int) -> list[Line]:
    """Every page, asked by somebody who sees the whole region; the one that takes most processor first."""
    from django.test import Client

    from bench.region_addresses import addresses
    from bench.region_rows import lay
    from bench.serving import database_spent, web
    from otklik.acting import System, acting

    logging.getLogger("django.request").setLevel(logging.ERROR)  # addresses that are only sent to say so
    lay(place)
    with acting(System("bench"), read_only=True):
        asked_for = only or addresses()
    cookies = _person("curator", "analyst", "head")
    client = Client(headers={"cookie": cookies})
    lines = []
    with web(place) as site:
        for address in asked_for:
            answer = client.get(address)
            if answer.status_code != 200 or not answer.get("content-type", "").startswith("text/html"):
                print(f"{address}: {answer.status_code}, not measured", file=sys.stderr, flush=True)
                continue
            first, queries = _first(client, address)
            load(site.port, _get(address, cookies), WARM)
            before = site.spent(), database_spent()
            seen = load(site.port, _get(address, cookies), requests)
            cpu = [round((now - was) * 1000 / requests, 1)
                   for now, was in zip((site.spent(), database_spent()), before, strict=True)]  # fmt: skip
            note = f"CPU {sum(cpu):.0f} ms (web {cpu[0]}, database {cpu[1]}); first {first}; {seen.size / 1000:.0f} kB"
            lines.append((sum(cpu), Line(address, seen.p50, seen.p95, queries=queries, note=note)))
            print(f"{address}: {seen.p50} / {seen.p95} ms, {queries}; {note}", file=sys.stderr, flush=True)
    return [line for _cpu, line in sorted(lines, key=lambda one: one[0], reverse=True)]


def _first(client: Any, address: str) -> tuple[str, int]:
    """Whoever comes first after a step of the journal: no rows of figures are kept. And how many statements it asks."""
    from django.core.cache import caches
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from bench.serving import database_spent

    caches["figures"].clear()
    began, own, spent = time.perf_counter(), time.process_time(), database_spent()
    client.get(address)
    own, spent = time.process_time() - own, database_spent() - spent
    took = time.perf_counter() - began
    caches["figures"].clear()
    with CaptureQueriesContext(connection) as taken:
        client.get(address)
    frame = ("SAVEPOINT", "RELEASE", "BEGIN", "ROLLBACK", "COMMIT")
    if os.environ.get("BENCH_SLOW"):
        for one in taken:
            if float(one["time"]) > 0.03:
                print(one["time"], one["sql"][:1500], file=sys.stderr)
    asked = sum(not one["sql"].startswith(frame) for one in taken)
    return f"{took * 1000:.0f} ms, CPU {own * 1000:.0f} + {spent * 1000:.0f}", asked


def _person(*roles: str) -> str:
    """Somebody with these roles in the whole region, another in each run: the set is kept. Returns the cookie."""
    from datetime import date

    from django.conf import settings

    from otklik.organisations.models import RoleAssignment, User
    from otklik.territory.models import Territory
    from tests.making import logged_in

    user = User.objects.create(username=f"bench-{time.time_ns()}", full_name="Измеряющая Анна Петровна")
    region = Territory.objects.get(kind="region")
    for role in roles:
        RoleAssignment.objects.create(user=user, role=role, territory=region, since=date(2020, 1, 1))
    return f"{settings.SESSION_COOKIE_NAME}={logged_in(user).cookies[settings.SESSION_COOKIE_NAME].value}"


def _get(address: str, cookies: str) -> Callable[[int], Request]:
    return lambda n: Request(address, cookies)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--cases", type=int, default=1_000_000)
    options.add_argument("--keep", action="store_true", help="leave the made region for the next run")
    options.add_argument("--json", action="store_true")
    options.add_argument("--requests", type=int, default=REQUESTS, help="of each page")
    options.add_argument("--only", default="")
    given = options.parse_args()
    lines = measure(given.cases, [name for name in given.only.split(",") if name], given.requests)
    show(lines, given.json, cases=given.cases)
    if not given.keep:
        drop_set("region_set", given.cases)


if __name__ == "__main__":
    main()
