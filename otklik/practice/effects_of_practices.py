"""What each practice did, counted once a day and kept: `effect` over the weeks of its group of themes. Inside `acting`.

A centre works by the practice from the week in which it took it; the centre it came from, from the week in which the
problem was solved (or the practice made). Weeks that are not over do not count, nor do weeks from which answers may
still be due: what is judged there is not what will be.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import numpy as np

from otklik.classifier.models import ThemeGroup
from otklik.insight.definitions import today
from otklik.insight.slices import Slice, crossed
from otklik.practice import allowed
from otklik.practice.effect import WEEKS, effect_on_share
from otklik.practice.models import Practice, PracticeEffect
from otklik.territory.models import Kind

WEEK = timedelta(weeks=1)
HISTORY = 2 * WEEKS + 12  # weeks that are read
SETTLING = 2  # weeks back from today whose limits may still run


def count_all(now: datetime) -> int:
    """Count every confirmed practice anew; returns how many."""
    practices = Practice.objects.select_related("source", "place").prefetch_related("takings")
    counted = 0
    for practice in practices.filter(state=Practice.State.CONFIRMED).order_by("pk").iterator(chunk_size=100):
        PracticeEffect.objects.update_or_create(practice=practice, defaults=_counted(practice, now))
        counted += 1
    return counted


def began_of(practice: Practice) -> dict[int, date]:
    """Centre → the Monday of the week in which it began to work so. Of another region's practice: who took it here."""
    solved = practice.source.fixed_at if practice.source is not None else None
    began = {} if practice.came_from_id else {practice.place_id: _monday(today(solved or practice.made_at))}
    for taken in practice.takings.all():
        if taken.in_use is not False:
            began[taken.place_id] = _monday(today(taken.at))
    return began


def _counted(practice: Practice, now: datetime) -> dict[str, object]:
    began = began_of(practice)
    last = _monday(today(now)) - SETTLING * WEEK  # the first day that does not count
    first = last - HISTORY * WEEK
    stopped = {taken.place_id for taken in practice.takings.all() if taken.in_use is False}  # of neither side
    places = [one.pk for one in allowed.centres() if one.kind == Kind.MUNICIPALITY and one.pk not in stopped]
    cases = np.zeros((len(places), HISTORY), dtype=np.int64)
    hits = np.zeros_like(cases)
    row_of = {pk: row for row, pk in enumerate(places)}
    for group in _groups(practice.group):
        asked = Slice(first, last - timedelta(days=1), group=group)
        for (week, place), one in crossed(asked, "week", "place", now).items():
            if place in row_of and 0 <= (at := (week - first).days // 7) < HISTORY:
                cases[row_of[place], at] += one.judged
                hits[row_of[place], at] += one.in_time
    weeks = np.full(len(places), -1)
    for place, monday in began.items():
        if place in row_of:
            weeks[row_of[place]] = min(max((monday - first).days // 7, 0), HISTORY)
    found = effect_on_share(cases, hits, weeks)
    kept: dict[str, object] = {"counted_at": now, "took": len(began), "said": PracticeEffect.Said.EARLY}
    empty = dict.fromkeys(("estimate", "low", "high", "before", "after"))
    if found is None:
        return kept | empty | {"cases_before": 0, "cases_after": 0, "untouched": int((weeks < 0).sum())}
    return kept | {
        "said": found.said(), "estimate": found.estimate, "low": found.low, "high": found.high,
        "before": found.before, "after": found.after, "cases_before": found.cases[0], "cases_after": found.cases[1],
        "untouched": found.untouched,
    }


def _groups(code: str) -> Iterator[int]:
    """The group in every edition of the classifier."""
    yield from ThemeGroup.objects.filter(code=code).values_list("pk", flat=True)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
