"""Making all figures anew from the cases, and comparing: what followed the journal must be the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max

from otklik.acting import System, acting
from otklik.cases.models import Case
from otklik.insight.facts import FIGURE_NAMES, Figures, difference, same, summed
from otklik.insight.following import derive, locked_follower, move, stand_at, store, touched_cases
from otklik.insight.models import CaseFact, DayFigure
from otklik.journal.models import Pending, Position

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
    """Compare facts and figures with the cases without changing anything; people may work meanwhile.

    The follower stands still for so long, so facts and figures do. A case that was touched since is on its way: its
    entry has no position yet, or one that was not followed, and its figures are not judged.
    """
    with acting(System("insight")):
        follower = locked_follower()
        doubtful: dict[int, tuple[CaseFact, CaseFact | None]] = {}
        right: dict[tuple[int, date], Figures] = {}
        seen = 0
        for ids in _id_batches():
            stored = CaseFact.objects.in_bulk(ids)
            derived = derive(ids)
            seen += len(stored)
            for fact in derived:
                kept_fact = stored.get(fact.case_id)
                if kept_fact is None or not same(fact, kept_fact):
                    doubtful[fact.case_id] = fact, kept_fact
            _add(right, summed(derived))
        for case_id in _on_the_way(follower.position) & doubtful.keys():
            fact, kept_fact = doubtful.pop(case_id)
            _add(right, difference(summed([fact]), summed([kept_fact] if kept_fact else [])))
        wrong = list(doubtful)
        if seen != CaseFact.objects.count():
            wrong += list(
                CaseFact.objects.exclude(case_id__in=Case.objects.values("id")).values_list("case_id", flat=True)
            )
        kept = {
            (row.scope_id, row.day): Figures(*(getattr(row, name) for name in FIGURE_NAMES))
            for row in DayFigure.objects.iterator()
        }
        right = {place: figures for place, figures in right.items() if figures != Figures()}
        days = sorted(place for place in {*right, *kept} if right.get(place) != kept.get(place))
    return Differences(sorted(wrong), days)


def _add(to: dict[tuple[int, date], Figures], more: dict[tuple[int, date], Figures]) -> None:
    for place, figures in more.items():
        to[place] = to.get(place, Figures()) + figures


def _on_the_way(position: int) -> set[int]:
    """The cases with entries that nobody has followed past this position. The follower is locked by the caller."""
    # In this order: an entry that gets its position between the two questions is met by the second.
    pending = [row.entry for row in Pending.objects.select_related("entry")]
    numbered = [row.entry for row in Position.objects.filter(number__gt=position).select_related("entry")]
    return touched_cases([*pending, *numbered])


def _id_batches() -> Iterator[list[int]]:
    """Ids of all cases in batches, by key, so that memory does not grow with the region."""
    after = 0
    while ids := list(Case.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        yield ids
        after = ids[-1]
