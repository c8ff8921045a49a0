"""What a page's time grows by with the number of cases: `python -m bench.growth [--cases 100000] [--against 1000]`.

Every page that staff and visitors open, over HTTP from the real web process, on both sets in turn, twice; a page's
figure is the better of its two medians, so that a neighbour's minute of work on the machine does not decide.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

from bench.home import ROOT, copy_of_set
from bench.lines import Line, show
from bench.load import Request, load

ROUNDS = 2
REQUESTS = 24
WARM = 4
BOUND = 1.5
DESK = (
    "", "?tab=open", "?tab=mine", "?tab=burning", "?tab=all", "map/", "map/points/?w=44&s=48&e=45&n=49&zoom=10",
    "problems/", "call/", "alarms/", "views/", "changes/", "filters/",
)  # fmt: skip
REGION = ("", "how/", "gorod-volgograd/", "cases/received/", "gorod-volgograd/cases/received/")
SETTINGS = (
    "", "staff/", "leave/", "organisations/", "duty/", "region/", "map/", "centres/", "portal/", "registers/",
    "themes/", "editions/", "policies/", "journal/", "audit/", "erasure/",
)  # fmt: skip
IMPORTS = ("imports/", "imports/conflicts/", "imports/carry/", "imports/words/", "imports/profiles/")
PORTAL = ("", "report/", "privacy/", "problems/", "problems/box/?w=44.45&s=48.68&e=44.6&n=48.78&zoom=13", "statistics/")


def medians(cases: int) -> dict[str, float]:
    """Milliseconds of every page on a copy of a set. Raises AssertionError for a page that refuses."""
    with copy_of_set(cases) as place:
        os.environ.update(place.environment)
        import django

        django.setup()
        from bench.serving import make_person, web

        works = _works(make_person)
        with web(place) as site:
            found = {}
            for name, make in works.items():
                load(site.port, make, WARM)
                found[name] = load(site.port, make, REQUESTS).p50
    return found


def _works(make_person: Callable[..., tuple[Any, str]]) -> dict[str, Callable[[int], Request]]:
    from otklik.acting import System, acting
    from otklik.cases import numbers
    from otklik.cases.models import Case
    from otklik.territory.models import Territory

    city = "gorod-volgograd"
    region = Territory.objects.get(kind="region").code
    _clerk, clerk = make_person(("coordinator", city), ("operator", city))
    _curator, curator = make_person(("curator", region), ("analyst", region))
    _keeper, keeper = make_person(("administrator", region), ("security", region))
    with acting(System("bench"), read_only=True):
        inside = Case.objects.filter(scope__municipality__code=city) | Case.objects.filter(scope__code=city)
        some = list(inside.order_by("id").values_list("number", flat=True)[:200])

    def page(address: str, cookies: str = "") -> Callable[[int], Request]:
        return lambda n: Request(address, cookies)

    def of_case(what: str) -> Callable[[int], Request]:
        return lambda n: Request(f"/desk/case/{numbers.shown(some[n % len(some)])}/{what}", clerk)

    works = {f"/desk/{name}": page(f"/desk/{name}", clerk) for name in DESK}
    works |= {f"/desk/{name} · ЦУР": page(f"/desk/{name}", curator) for name in DESK}
    works |= {f"/desk/case/…/{name}": of_case(name) for name in ("", "around/", "paper/", "themes/?q=вода")}
    works |= {f"/region/{name}": page(f"/region/{name}", curator) for name in REGION}
    works |= {f"/settings/{name}": page(f"/settings/{name}", keeper) for name in SETTINGS}
    works |= {f"/settings/{name}": page(f"/settings/{name}", clerk) for name in IMPORTS}
    works |= {f"/{name}": page(f"/{name}") for name in PORTAL}
    return works


def growth(cases: int, against: int) -> list[Line]:
    """A line a page, the one that grows most first: its median on the bigger set, and the ratio in the note."""
    best: dict[int, dict[str, float]] = {cases: {}, against: {}}
    for _round in range(ROUNDS):
        for size, kept in best.items():
            ran = subprocess.run(
                [sys.executable, "-m", "bench.growth", "--one", str(size)], cwd=ROOT, check=True, stdout=subprocess.PIPE
            )
            for name, spent in json.loads(ran.stdout.splitlines()[-1]).items():
                kept[name] = min(spent, kept.get(name, spent))
    return [_line(name, best[cases], best[against]) for name in sorted(
        best[cases].keys() & best[against].keys(), key=lambda name: -best[cases][name] / best[against][name]
    )]  # fmt: skip


def _line(name: str, big: Mapping[str, float], small: Mapping[str, float]) -> Line:
    ratio = big[name] / small[name]
    return Line(name, big[name], note=f"{ratio:.2f} × {small[name]} ms{' — over the bound' if ratio > BOUND else ''}")


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--cases", type=int, default=100_000)
    options.add_argument("--against", type=int, default=1_000)
    options.add_argument("--json", action="store_true")
    options.add_argument("--one", type=int, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.one:
        print(json.dumps(medians(given.one), ensure_ascii=False))
        return
    show(growth(given.cases, given.against), given.json, cases=given.cases, against=given.against)


if __name__ == "__main__":
    main()
