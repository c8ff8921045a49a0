"""One month of the rating on a region of three years: `python -m bench.rating_month [--cases 1000000] [--json]`.

What the job of the fifth does, once: cases are left out, three months are counted, the rating is computed with what
would move each place, and playing is looked for. Everything is rolled back, so the set (`region_set`) stays as it is.
"""

import argparse
import os
import time

from bench.home import Place, drop_set, set_itself
from bench.lines import Line, show


def measure(place: Place) -> list[Line]:
    """The whole month, and its three dearest statements."""
    os.environ.update(place.environment)
    import django

    django.setup()
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from bench.serving import database_spent
    from otklik.acting import acting, widened
    from otklik.insight import rating_running
    from otklik.insight.models import CaseFact, RatingExclusion, RatingRun

    now = timezone.now()
    with acting(rating_running.ACTOR), widened():
        last = CaseFact.objects.order_by("-day").values_list("day", flat=True)[0]
        rating_running.load_shipped(now)
        month = rating_running.month_before(min(last, timezone.localdate(now)))
        RatingRun.objects.filter(month=month).delete()
        spent, cpu = database_spent(), time.process_time()
        with CaptureQueriesContext(connection) as taken:
            began = time.monotonic()
            run = rating_running._draft(month, now)
            seconds = time.monotonic() - began
        spent, cpu = database_spent() - spent, time.process_time() - cpu
        assert run is not None
        received = sum(row[2] for row in run.inputs["places"])
        left_out = RatingExclusion.objects.filter(run=run).count()
        transaction.set_rollback(True)
    note = f"{received} cases, {left_out} left out; {seconds:.1f} s, CPU {cpu:.1f} s, of the database {spent:.1f} s"
    lines = [Line("month", round(seconds * 1000), queries=len(taken), note=note)]
    dear = sorted(taken.captured_queries, key=lambda one: -float(one["time"]))[:3]
    return lines + [
        Line(f"statement {n}", round(float(one["time"]) * 1000), note=" ".join(one["sql"].split())[:90])
        for n, one in enumerate(dear, 1)
    ]


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--cases", type=int, default=1_000_000)
    options.add_argument("--json", action="store_true")
    options.add_argument("--keep", action="store_true", help="leave the made region for the next run")
    given = options.parse_args()
    show(measure(set_itself("region_set", given.cases)), given.json, cases=given.cases)
    if not given.keep:
        drop_set("region_set", given.cases)


if __name__ == "__main__":
    main()
