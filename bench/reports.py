"""Reports of a month for every municipality: `python -m bench.reports [--cases 100000] [--json]`.

On a copy of a set of cases: one request for a digest of the last whole month for each of the 38 municipalities, made as
the job makes it (counted, drawn as PDF, DOCX and XLSX, kept), and the morning page of each. `whole_s` is the whole set;
`pdf_p95_ms` and `pdf_most_ms` are of single PDFs, drawn again one by one on their own. `…cpu…` is the
time of processors that this process spent: a busy machine changes it less (the database's is not in it).
"""

import argparse
import json
import os
import statistics
import time
from typing import Any

from bench.home import Place, copy_of_set


def measure(place: Place) -> dict[str, Any]:
    """The figures, in seconds and milliseconds."""
    os.environ.update(place.environment)
    import django

    django.setup()
    from django.utils import timezone

    from bench.serving import make_person
    from otklik.acting import acting
    from otklik.organisations.staffing import staff_actor
    from otklik.reports import making
    from otklik.reports.document import from_json
    from otklik.reports.drawing import as_pdf
    from otklik.reports.models import Making, Report
    from otklik.reports.morning_keeping import make_page
    from otklik.reports.periods import last
    from otklik.territory.tree import municipalities, region

    user, _cookie = make_person(("analyst", region().code))
    actor = staff_actor(user, timezone.localdate())
    days = last("month", timezone.localdate())
    row = making.ask(actor, "digest_month", place_id=region().pk, since=days.since, until=days.until, each=True)
    began, spent = time.monotonic(), time.process_time()
    made = making.make(row.pk)
    whole, whole_cpu = time.monotonic() - began, time.process_time() - spent
    with acting(making.ACTOR, read_only=True):
        state = Making.objects.get(pk=row.pk)
        documents = [from_json(one.content) for one in Report.objects.filter(making=row)]
    single, cpu = [], []
    for document in documents:
        began, spent = time.monotonic(), time.process_time()
        as_pdf(document, "https://example.test")
        single.append((time.monotonic() - began) * 1000)
        cpu.append((time.process_time() - spent) * 1000)
    places = list(municipalities())
    began = time.monotonic()
    for one in places:
        make_page(one.pk)
    mornings = time.monotonic() - began
    single.sort()
    return {
        "municipalities": len(places), "made": made, "failed": state.failed, "whole_s": round(whole, 1),
        "whole_cpu_s": round(whole_cpu, 1), "pdf_cpu_most_ms": round(max(cpu)),
        "pdf_median_ms": round(statistics.median(single)), "pdf_p95_ms": round(single[int(len(single) * 0.95)]),
        "pdf_most_ms": round(single[-1]), "mornings_s": round(mornings, 1),
    }


def main() -> None:
    """Measure and print."""
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--cases", type=int, default=100_000)
    reading.add_argument("--json", action="store_true")
    given = reading.parse_args()
    with copy_of_set(given.cases) as place:
        found = measure(place)
    if given.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name:16} {value}")


if __name__ == "__main__":
    main()
