"""Making all figures anew from the cases, and comparing: what followed the journal must be the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max

from otklik.acting import System, acting
from otklik.cases.models import Case
from otklik.insight.facts import FIGURE_NAMES, Figures, same, summed
from otklik.insight.following import derive, locked_follower, move, stand_at, store
from otklik.insight.models import CaseFact, DayFigure
from otklik.journal.models import Position

BATCH = 2000


@dataclass(frozen=True)
class Differences:
    """Where the stored figures and the cases disagree; empty when all is well."""

    cases: list[int]
    days: list[tuple[int, date]]

    def __bool__(self) -> bool:
        return bool(self.cases or self.days)


def rebuild(now: datetime) -> int:
    """Throw away facts and figures and make them from the cases; returns how many cases there are.

    Holds the follower's lock, so no step comes between; afterwards following goes on from the last position.
    """
    with acting(System("insight")):
        locked_follower()
        last = Position.objects.aggregate(last=Max("number"))["last"] or 0
        CaseFact.objects.all().delete()
        DayFigure.objects.all().delete()
        cases = 0
        for ids in _id_batches():
            facts = derive(ids)
            store(facts)
            move(summed(facts))
            cases += len(facts)
        stand_at(last, now)
    return cases


def differences() -> Differences:
    """Compare facts and figures with the cases without changing anything.

    Right only when everything has been followed: entries still on their way show as differences.
    """
    with acting(System("insight"), read_only=True):
        wrong: list[int] = []
        right: dict[tuple[int, date], Figures] = {}
        seen = 0
        for ids in _id_batches():
            stored = CaseFact.objects.in_bulk(ids)
            derived = derive(ids)
            seen += len(stored)
            wrong += [f.case_id for f in derived if f.case_id not in stored or not same(f, stored[f.case_id])]
            for place, figures in summed(derived).items():
                right[place] = right.get(place, Figures()) + figures
        if seen != CaseFact.objects.count():
            wrong += list(
                CaseFact.objects.exclude(case_id__in=Case.objects.values("id")).values_list("case_id", flat=True)
            )
        kept = {
            (row.scope_id, row.day): Figures(*(getattr(row, name) for name in FIGURE_NAMES))
            for row in DayFigure.objects.iterator()
        }
        days = sorted(place for place in {*right, *kept} if right.get(place) != kept.get(place))
    return Differences(sorted(wrong), days)


def _id_batches() -> Iterator[list[int]]:
    """Ids of all cases in batches, by key, so that memory does not grow with the region."""
    after = 0
    while ids := list(Case.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        yield ids
        after = ids[-1]
