"""What became of a centre that took a practice: its plain before and after, with how many answers stand behind them.

Only counted, not judged: `effect` compares with those who took nothing. Read inside `acting`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from otklik.insight.definitions import today
from otklik.insight.measures import Measures
from otklik.insight.slices import Slice, crossed
from otklik.practice.models import Taking

SIDE_DAYS = 90
LEAST_JUDGED = 10  # below which a share is not said


@dataclass(frozen=True)
class BeforeAfter:
    """Shares in time (0..1) of a centre in the practice's themes, 90 days before and since, with their numbers."""

    before: Measures
    after: Measures

    @property
    def told(self) -> bool:
        """Whether both sides are enough to be said."""
        return min(self.before.judged, self.after.judged) >= LEAST_JUDGED


def before_and_after(
    editions: Sequence[int], takings: Sequence[Taking], now: datetime
) -> dict[int, BeforeAfter]:
    """The plain one of each centre that took a practice, by the id of the taking. `editions`: ids of its group of
    themes in every edition of the classifier.

    All together from prepared figures by day and place: one statement an edition of the classifier, however many
    centres took it.
    """
    sides = {one.pk: _sides(one, now) for one in takings}
    found = {pk: [Measures(), Measures()] for pk in sides}
    if not sides:
        return {}
    at = {one.place_id: sides[one.pk] for one in takings}
    taking_of = {one.place_id: one.pk for one in takings}  # a centre takes a practice once
    first, last = min(one.since for one in at.values()), max(one.until for one in at.values())
    for group in editions:
        counted: Mapping[tuple[date, int], Measures] = crossed(
            Slice(first, last, group=group), "day", "place", now, ("in_time", "late")
        )
        for (day, place), measures in counted.items():
            if place in at and at[place].since <= day <= at[place].until:
                found[taking_of[place]][day >= at[place].began] += measures
    return {pk: BeforeAfter(before, after) for pk, (before, after) in found.items()}


@dataclass(frozen=True)
class _Sides:
    """The days that are compared: before `began`, and from it on, both ends included."""

    since: date
    began: date
    until: date


def _sides(taken: Taking, now: datetime) -> _Sides:
    began, day = today(taken.at), timedelta(days=1)
    return _Sides(began - SIDE_DAYS * day, began, min(began + (SIDE_DAYS - 1) * day, today(now)))
