"""Messages of residents as fast as they come: `python -m bench.creating [--cases 100000] [--json]`.

Eight clients send the portal's form to the real web process, while the worker runs as in `otklik up`; then what follows
(numbering, figures, understanding of imported cases) is drained alone.
"""

import argparse
import os
import subprocess
import sys
import time

from bench.home import ROOT, Place, copy_of_set
from bench.lines import Line, show
from bench.load import Request, load

MESSAGES = 600
CLIENTS = 8
DRAINED = 1000


def measure(place: Place) -> list[Line]:
    """The lines `create` and `drain`."""
    os.environ.update(place.environment)
    import django

    django.setup()
    from bench.serving import asked_by, web
    from otklik.intake.accepting import issue_key
    from otklik.territory.models import Territory

    places = list(Territory.objects.filter(kind="settlement", active=True).order_by("id").values_list("id", flat=True))

    def report(n: int) -> Request:
        return Request("/report/", form={
            "key": issue_key(), "text": f"Во дворе третий день не горит фонарь, вечером темно и страшно ходить, №{n}.",
            "territory": str(places[n * 37 % len(places)]), "street": "Мира", "house": str(1 + n % 90),
            "answer_by": "phone", "name": "Житель Пробный", "phone": f"+7902{n % 20000:07d}", "near_seen": "1",
        })  # fmt: skip

    lines = []
    with web(place) as site:
        worker = subprocess.Popen([sys.executable, "-m", "otklik", "worker"], env=place.environment, cwd=ROOT)
        try:
            before = _cases()
            load(site.port, report, 20)
            seen = load(site.port, lambda n: report(n + 20), MESSAGES, CLIENTS)
            assert _cases() - before == MESSAGES + 20, "not every message became a case"
        finally:
            worker.terminate()
            worker.wait(15)
        asked = asked_by(place, _undone(report))
        lines.append(Line("create", seen.p50, seen.p95, seen.per_s, asked.queries, asked.bare_ms, "with the worker"))
    lines.append(_drain(places))
    return lines


def _cases() -> int:
    from otklik.acting import System, acting
    from otklik.cases.models import Case

    with acting(System("bench"), read_only=True):
        return Case.objects.count()


def _undone(report: object) -> object:
    from django.db import transaction
    from django.test import Client

    numbers = iter(range(1_000_000, 2_000_000))

    def ask() -> None:
        request = report(next(numbers))  # type: ignore[operator]
        with transaction.atomic():
            answer = Client().post("/report/", request.form)
            assert answer.status_code == 303, answer.status_code
            transaction.set_rollback(True)

    return ask


def _drain(places: list[int]) -> Line:
    """Cases that came without having been read, and everything that must follow them, by the worker's own functions."""
    from django.utils import timezone

    from otklik.acting import System, acting, widened
    from otklik.cases.jobs import understand_waiting
    from otklik.cases.models import Case
    from otklik.cases.opening import NewCase, open_cases
    from otklik.channels.accounts import own_account
    from otklik.operations.beats import follow_journal
    from otklik.territory.models import Territory

    now = timezone.now()
    follow_journal(now)
    by_id = Territory.objects.select_related("scope").in_bulk(places[:50])
    actor = System("bench")
    with acting(actor), widened():
        account = own_account("portal")
        open_cases(
            [
                NewCase(
                    account=account, external_id=f"drain-{n}", territory=by_id[places[n % 50]], received_at=now,
                    text=f"Яма на дороге у дома {n}, машины объезжают по тротуару, просим засыпать.",
                    written_at=now, answer_by="page", opened_at=now,
                )
                for n in range(DRAINED)
            ],
            actor,
        )
    began = time.perf_counter()
    while understand_waiting(timezone.now()):
        pass
    follow_journal(timezone.now())
    seconds = time.perf_counter() - began
    with acting(actor, read_only=True):
        assert not Case.objects.filter(suggestion=None, state="new").exists()
    return Line("drain", per_s=round(DRAINED / seconds, 1), note="read through the gate, numbered, counted in figures")


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--cases", type=int, default=100_000)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    with copy_of_set(given.cases) as place:
        show(measure(place), given.json, cases=given.cases)


if __name__ == "__main__":
    main()
