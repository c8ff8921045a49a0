"""When a queue is silent: cases wait, and nobody is there to take them or nobody does anything. Pure rules.

Moments are aware and in the region's zone; the limit is working time of the centre.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from otklik.policy.calendar import Calendar, Hours

Reason = Literal["nobody", "away", "idle"]


@dataclass(frozen=True)
class Silence:
    """Why, and from when on nothing has happened."""

    reason: Reason
    since: datetime


def silence_of(
    oldest_at: datetime, people: Sequence[int], stands: Mapping[int, int | None], acted: Mapping[int, datetime],
    now: datetime, limit: timedelta, calendar: Calendar, hours: Hours,
) -> Silence | None:
    """The silence of a queue in which the oldest case waits since `oldest_at`, or None while somebody works there.

    `people` may triage here; `stands`: who of them is away → who stands in; `acted`: when each, or who stands in,
    last did anything with a case.
    """
    if not people:
        return Silence("nobody", oldest_at)
    there = [one for one in (stands.get(person, person) for person in people) if one is not None]
    acts = [acted[one] for one in {*people, *there} if one in acted]
    since = max([oldest_at, *acts], key=_utc)
    if not there:
        return Silence("away", since)
    if calendar.working_time_between(since, now, hours) >= limit:
        return Silence("idle", since)
    return None


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
