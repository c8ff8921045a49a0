"""The queue as a file: `python -m bench.exporting [--cases 100000] [--json]`.

One request to the real web process, as staff of the region, with a filter that all cases of the set pass, so that as
many rows leave as the set has; three runs, the median counts. `bare_ms` is PostgreSQL's COPY of the same columns.
"""

import argparse
import os
import statistics
import time
from urllib.parse import urlencode

import psycopg

from bench.home import Place, copy_of_set
from bench.lines import Line, show
from bench.load import Request, load

FILTER = {"tab": "all", "channel": "portal"}
RUNS = 3
BARE = (
    "COPY (SELECT number, received_at, regime, state, outcome, theme_id, importance, scope_id, territory_id, street,"
    " house, title, executor_id, due_at, control_at, answered_at, closed_at FROM cases_case"
    " ORDER BY received_at, id) TO STDOUT"
)


def measure(place: Place, cases: int) -> list[Line]:
    """The lines of CSV, and of CSV with the residents' words (phones and addresses of mail covered)."""
    os.environ.update(place.environment)
    import django

    django.setup()
    from bench.serving import make_person, web
    from otklik.territory.models import Territory

    region = Territory.objects.get(kind="region")
    _user, cookies = make_person(("curator", region.code), ("coordinator", region.code))
    token = "x" * 32
    lines = []
    with web(place) as site:
        for name, form in (("export", {}), ("export, with texts", {"with_text": "1"})):
            request = Request(
                "/desk/export/csv/?" + urlencode(FILTER), f"{cookies}; csrftoken={token}", form, {"X-CSRFToken": token}
            )
            seen = [load(site.port, lambda n, request=request: request, 1) for _ in range(RUNS)]
            took = statistics.median(one.times[0] for one in seen)
            lines.append(
                Line(name, round(took, 1), None, round(cases / took * 1000, 1), None, _bare(place),
                     f"{seen[0].size / 1e6:.1f} MB, {cases} rows")
            )  # fmt: skip
    return lines


def _bare(place: Place) -> float:
    began = time.perf_counter()
    with psycopg.connect(place.owner_url) as connection, connection.cursor() as cursor, cursor.copy(BARE) as rows:
        for _piece in rows:
            pass
    return round((time.perf_counter() - began) * 1000, 1)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--cases", type=int, default=100_000)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    with copy_of_set(given.cases) as place:
        show(measure(place, given.cases), given.json, cases=given.cases)


if __name__ == "__main__":
    main()
