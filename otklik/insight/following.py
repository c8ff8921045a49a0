"""Keeping facts and figures in step with the journal.

The verbs of entries are not read: an entry says only that its case was touched, and what is counted is
derived anew from the case itself. So a new verb cannot be forgotten here, and a step done twice changes nothing.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from otklik.acting import System, acting
from otklik.cases.models import Case, Clock
from otklik.insight.facts import (
    FACT_NAMES,
    FIGURE_NAMES,
    CaseRow,
    ClockRow,
    Figures,
    difference,
    fact_of,
    same,
    summed,
)
from otklik.insight.models import CaseFact, DayFigure
from otklik.journal.models import Entry, Follower
from otklik.journal.sequencing import follow

FOLLOWER = "insight"
CASE_STREAM = "case:"
# What stops a clock by an answer: on our page, by a letter under a law, or in the source.
ANSWERING = frozenset({"answer_published", "interim_published", "sent", "source", "source_answered"})


def catch_up(now: datetime, limit: int = 2000) -> int:
    """Take in up to `limit` entries of the journal; returns how many. 0 means nothing is left.

    One transaction: position, facts and figures move together or not at all. Two at once wait for each other.
    """
    with acting(System("insight")):
        follower = locked_follower()
        entries = follow(follower.position, limit)
        if entries:
            refresh(touched_cases(entry for _number, entry in entries))
        stand_at(entries[-1][0] if entries else follower.position, now)
    return len(entries)


def locked_follower() -> Follower:
    """How far the figures have come, locked until the transaction ends: there is one writer of figures."""
    Follower.objects.get_or_create(name=FOLLOWER)
    return Follower.objects.select_for_update().get(name=FOLLOWER)


def stand_at(position: int, now: datetime) -> None:
    """Note how far the figures have come, and when."""
    Follower.objects.filter(name=FOLLOWER).update(position=position, moved_at=now)


def touched_cases(entries: Iterable[Entry]) -> set[int]:
    """The ids of the cases in whose streams the entries stand."""
    return {int(e.stream.removeprefix(CASE_STREAM)) for e in entries if e.stream.startswith(CASE_STREAM)}


def refresh(case_ids: Collection[int]) -> None:
    """Derive these cases anew and move the figures by the difference. The follower is locked by the caller."""
    if not case_ids:
        return
    before = {fact.case_id: fact for fact in CaseFact.objects.filter(case_id__in=case_ids)}
    after = {fact.case_id: fact for fact in derive(case_ids)}
    changed = [f for f in after.values() if f.case_id not in before or not same(f, before[f.case_id])]
    gone = [case_id for case_id in before if case_id not in after]
    CaseFact.objects.filter(case_id__in=gone).delete()
    store(changed)
    move(difference(summed(before.values()), summed(after.values())))


def derive(case_ids: Collection[int]) -> list[CaseFact]:
    """What is counted of these cases, from their rows as they stand now."""
    zone = ZoneInfo(settings.TIME_ZONE)
    clocks: dict[int, list[ClockRow]] = {}
    for clock in Clock.objects.filter(case_id__in=case_ids).only(
        "case_id", "kind", "due_at", "paused_at", "stopped_at", "stopped_by"
    ):
        clocks.setdefault(clock.case_id, []).append(
            ClockRow(
                clock.kind, clock.due_at, clock.paused_at is not None, clock.stopped_at,
                clock.stopped_by in ANSWERING,
            )
        )
    rows = Case.objects.filter(pk__in=case_ids).values_list(
        "id", "scope_id", "received_at", "theme_id", "account__channel", "regime", "state", "outcome",
        "importance", "notifies", "answered_at", "closed_at",
    )
    return [fact_of(CaseRow(*row), clocks.get(row[0], ()), zone) for row in rows]


def store(facts: Collection[CaseFact]) -> None:
    """Write facts over those of the same cases."""
    CaseFact.objects.bulk_create(
        facts, update_conflicts=True, unique_fields=["case_id"], batch_size=1000,
        update_fields=[name for name in FACT_NAMES if name != "case_id"],
    )


def move(changes: dict[tuple[int, date], Figures]) -> None:
    """Add changes to the figures of their days; a day with nothing left goes away."""
    if not changes:
        return
    days = Q()
    for scope_id in {scope_id for scope_id, _day in changes}:
        days |= Q(scope_id=scope_id, day__in=[day for scope, day in changes if scope == scope_id])
    rows = {(row.scope_id, row.day): row for row in DayFigure.objects.filter(days)}
    new = [DayFigure(scope_id=scope_id, day=day) for scope_id, day in changes if (scope_id, day) not in rows]
    kept, empty = [], []
    for row in [*rows.values(), *new]:
        change = changes[row.scope_id, row.day]
        for name in FIGURE_NAMES:
            setattr(row, name, getattr(row, name) + getattr(change, name))
        if any(getattr(row, name) for name in FIGURE_NAMES):
            kept.append(row)
        elif row.pk:
            empty.append(row.pk)
    DayFigure.objects.filter(pk__in=empty).delete()
    DayFigure.objects.bulk_update([r for r in kept if r.pk], FIGURE_NAMES, batch_size=500)
    DayFigure.objects.bulk_create([r for r in kept if not r.pk], batch_size=1000)
