"""Pages over HTTP on a set of cases: `python -m bench.pages [--cases 100000] [--json] [--only queue,case]`.

The real web process, a new connection for each request, one client and then eight. Each line also says how many
statements the page asks of the database and what they take alone, in the same run.
"""

import argparse
import os
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from bench.home import Place, copy_of_set
from bench.lines import Line, show
from bench.load import Request, load

REQUESTS = 120
CLIENTS = 8
WARM = 8
BOX = {"w": 44.45, "s": 48.68, "e": 44.60, "n": 48.78}  # a part of the biggest city, two cases of a hundred


@dataclass(frozen=True)
class Work:
    """One kind of request. `changes`: it writes, so each is another case and statements are rolled back."""

    name: str
    make: Callable[[int], Request]
    changes: bool = False


def measure(place: Place, only: Sequence[str] = ()) -> list[Line]:
    """The lines of all works on a copy of a set."""
    os.environ.update(place.environment)
    import django

    django.setup()
    from bench.serving import asked_by, database_spent, web

    works = [w for w in _works() if not only or w.name in only or w.name.split("@")[0] in only]
    lines = []
    with web(place) as site:
        for work in works:
            load(site.port, work.make, WARM)
            before = site.spent(), database_spent()
            one = load(site.port, lambda n, work=work: work.make(n + WARM), REQUESTS)
            cpu = [round((now - was) * 1000 / REQUESTS, 1)
                   for now, was in zip((site.spent(), database_spent()), before, strict=True)]  # fmt: skip
            many = load(site.port, lambda n, work=work: work.make(n + WARM + REQUESTS), REQUESTS * 2, CLIENTS)
            asked = asked_by(place, _in_process(work))
            print(f"{work.name}: {one.p50} ms, CPU {cpu}", file=sys.stderr, flush=True)
            lines.append(
                Line(work.name, one.p50, one.p95, many.per_s, asked.queries, asked.bare_ms,
                     f"CPU web {cpu[0]} ms, database {cpu[1]} ms; {one.size / 1000:.0f} kB;"
                     f" 8 clients p95 {many.p95} ms")
            )  # fmt: skip
    return lines


def _works() -> list[Work]:
    from bench.serving import make_person
    from otklik.cases import numbers
    from otklik.cases.models import Case
    from otklik.classifier.models import Theme
    from otklik.territory.models import Territory

    rng = random.Random(20261125)
    city = Territory.objects.get(code="gorod-volgograd")
    region = Territory.objects.get(kind="region")
    coordinator, here = make_person(("coordinator", city.code), ("operator", city.code))
    _curator, over_all = make_person(("curator", region.code), ("analyst", region.code))
    themes = list(Theme.objects.filter(retired=False).order_by("id").values_list("id", flat=True)[:6])
    with _reading():
        inside = Case.objects.filter(scope__municipality=city) | Case.objects.filter(scope=city)
        new = list(inside.filter(state="new").order_by("id").values_list("number", flat=True)[:3000])
        some = list(inside.order_by("id").values_list("number", flat=True)[:3000])
        closed = list(Case.objects.filter(state="closed").order_by("id").values_list("number", flat=True)[:1000])
    rng.shuffle(new)
    rng.shuffle(some)
    words = ("водокачка", "мастера срок", "дети школа", "старая водокачка рядом")

    def page(path: str, cookies: str, **headers: str) -> Callable[[int], Request]:
        return lambda n: Request(path, cookies, headers=headers)

    def found(cookies: str) -> Callable[[int], Request]:
        return lambda n: Request(
            "/desk/?" + urlencode({
                "tab": "all", "theme": themes[n % len(themes)], "state": "assigned", "text": words[n % len(words)],
            }), cookies,
        )  # fmt: skip

    # What people type: a rare word, common words with a time, a place, nothing but a filter, a time alone.
    asked = (
        "старая водокачка", "водокачка прошлой весной", "дети школа за последний месяц", "мастера срок в этом году",
        f"вода {city.short_name}", "просроченные", "мусор во дворе вчера", "фонарь у школы",
    )

    def searched(cookies: str) -> Callable[[int], Request]:
        return lambda n: Request("/desk/?" + urlencode({"tab": "all", "text": asked[n % len(asked)]}), cookies)

    def one_case(cookies: str) -> Callable[[int], Request]:
        return lambda n: Request(f"/desk/case/{numbers.shown(some[n % len(some)])}/", cookies)

    token = "x" * 32

    def triage(n: int) -> Request:
        return Request(
            f"/desk/case/{numbers.shown(new[n % len(new)])}/triage/", f"{here}; csrftoken={token}",
            {"theme": str(themes[0]), "importance": "2", "title": "Посмотреть на месте", "street": "Мира",
             "house": "1"},
            {"X-CSRFToken": token, "HX-Request": "true"},
        )

    return [
        Work("queue", page("/desk/?tab=open", here)),
        Work("queue@region", page("/desk/?tab=open", over_all)),
        Work("burning", page("/desk/?tab=burning", here)),
        Work("filter", found(here)),
        Work("filter@region", found(over_all)),
        Work("search", searched(here)),
        Work("search@region", searched(over_all)),
        Work("case", one_case(here)),
        Work("state", triage, changes=True),
        Work("map", page("/problems/box/?" + urlencode({**BOX, "zoom": 13}), "")),
        Work("portal", page("/", "")),
        Work("resident", lambda n: Request(f"/c/set{closed[n % len(closed)]}/")),
        Work("region", page("/region/", over_all)),
    ]


def _reading() -> Any:
    from otklik.acting import System, acting

    return acting(System("bench"), read_only=True)


def _in_process(work: Work) -> Callable[[], Any]:
    """The same request answered in this process, so that its statements can be counted."""
    from django.db import transaction
    from django.test import Client

    request = work.make(REQUESTS * 4 if work.changes else 0)
    client = Client()
    for pair in filter(None, request.cookies.split("; ")):
        name, _sep, value = pair.partition("=")
        client.cookies[name] = value
    headers = request.headers

    def ask() -> Any:
        if request.form is None:
            answer = client.get(request.path, headers=headers)
        else:
            answer = client.post(request.path, request.form, headers=headers)
        assert answer.status_code < 400, (answer.status_code, request.path)
        return answer

    def ask_and_undo() -> None:
        with transaction.atomic():
            ask()
            transaction.set_rollback(True)

    return ask_and_undo if work.changes else ask


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--cases", type=int, default=100_000)
    options.add_argument("--json", action="store_true")
    options.add_argument("--only", default="")
    given = options.parse_args()
    with copy_of_set(given.cases) as place:
        show(measure(place, [n for n in given.only.split(",") if n]), given.json, cases=given.cases)


if __name__ == "__main__":
    main()
