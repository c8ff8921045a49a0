"""Measures of any slice of cases: by place, time, theme, channel, regime, executor. Read inside `acting`.

A slice takes cases by their day of reception in the region, both days included. Who asks says the `scopes` that the
person may see: aggregates are open to all of staff.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.db import connection
from django.db.models import QuerySet

from otklik.classifier.models import Theme
from otklik.insight.definitions import MEASURED
from otklik.insight.measures import Flow, Measures, Spread
from otklik.insight.models import CaseFact
from otklik.insight.slice_sources import SUMS, Asked, count_statement, flow_statement, spread_statement
from otklik.insight.spreads import read

By = Literal[
    "place", "scope", "day", "week", "month", "theme", "group", "channel", "regime", "executor", "weekday_hour",
]
Timed = Literal["react", "answer", "fix"]
TIMED: tuple[Timed, ...] = ("react", "answer", "fix")
LISTED_BY_WAIT = ("overdue",)


@dataclass(frozen=True)
class Slice:
    """Which cases. None and "" mean all; `scopes` are ids of territories (a city and its inner districts each)."""

    since: date
    until: date
    scopes: frozenset[int] | None = None
    theme: int | None = None
    group: int | None = None
    channel: str = ""
    regime: str = ""
    executor: int | None = None


def whole(given: Slice, now: datetime) -> Measures:
    """The measures of a slice as one."""
    return next(iter(_counted(given, (), now).values()), Measures())


def measured(given: Slice, by: By, now: datetime, only: tuple[str, ...] = SUMS) -> dict[Any, Measures]:
    """The measures by key, keys without cases left out.

    Keys: `place` the id of the municipality (inner districts go into their city), `scope` the id itself; `day`, `week`
    (its Monday), `month` (its first) dates; `theme`, `group`, `executor` ids or None; `channel`, `regime` codes;
    `weekday_hour` (1..7 from Monday, 0..23), the region's time. `only`: the measures that are wanted, which is quicker;
    the others stay 0, and so does a key whose wanted ones all are.
    """
    return {_plain(key): value for key, value in _counted(given, (by,), now, only).items()}


def crossed(
    given: Slice, one: By, other: By, now: datetime, only: tuple[str, ...] = SUMS
) -> dict[tuple[Any, Any], Measures]:
    """The measures by pairs of keys, as `measured` gives them."""
    width = 2 if one == "weekday_hour" else 1
    return {(_plain(key[:width]), _plain(key[width:])): value
            for key, value in _counted(given, (one, other), now, only).items()}  # fmt: skip


def spread(given: Slice, measure: Timed, by: By | None, now: datetime) -> dict[Any, Spread]:
    """How long it took in minutes, by key; with `by` None under the key None. Keys without any are left out.

    The figures are steps of a scale, at most 5 % off (`spreads`).
    """
    return _spreads(given, (measure,), by).get(measure, {})


def spreads(given: Slice, by: By | None, now: datetime) -> dict[Timed, dict[Any, Spread]]:
    """All three times as `spread` gives each, in one statement; times that nothing has are left out."""
    return _spreads(given, TIMED, by)


def _spreads(given: Slice, measures: tuple[Timed, ...], by: By | None) -> dict[Timed, dict[Any, Spread]]:
    counts: dict[Timed, dict[Any, dict[int, int]]] = {}
    for measure, *key, bucket, n in _rows(*spread_statement(_asked(given), measures, (by,) if by else ())):
        counts.setdefault(measure, {}).setdefault(_plain(tuple(key)), {})[bucket] = n
    return {
        measure: {key: value for key, of_key in keys.items() if (value := read(of_key))}
        for measure, keys in counts.items()
    }


def flows(given: Slice, now: datetime) -> list[Flow]:
    """Who passed cases of the slice to whom, the most first: ids of organisations, each time one was responsible."""
    return [Flow(*row) for row in _rows(*flow_statement(_asked(given)))]


def facts_of(given: Slice, measure: str, now: datetime) -> QuerySet[CaseFact]:
    """The facts that a measure of a slice counts, newest first. KeyError for a measure that cannot be listed."""
    facts = CaseFact.objects.filter(MEASURED[measure](now), counts=True, day__gte=given.since, day__lte=given.until)
    wanted = {
        "scope_id__in": sorted(given.scopes) if given.scopes is not None else None, "theme_id": given.theme,
        "channel": given.channel or None, "regime": given.regime or None, "executor_id": given.executor,
    }
    facts = facts.filter(**{name: value for name, value in wanted.items() if value is not None})
    if given.group is not None:
        facts = facts.filter(theme_id__in=Theme.objects.filter(group_id=given.group).values("pk"))
    return facts.order_by("waits_due", "case_id") if measure in LISTED_BY_WAIT else facts.order_by("-day", "-case_id")


def _plain(key: tuple[Any, ...]) -> Any:
    """A key of one value as itself."""
    return None if not key else key[0] if len(key) == 1 else key


def _asked(given: Slice) -> Asked:
    return Asked(
        given.since, given.until, given.theme, given.group, given.channel, given.regime, given.executor,
        sorted(given.scopes) if given.scopes is not None else None,
    )


def _counted(
    given: Slice, bys: tuple[By, ...], now: datetime, only: tuple[str, ...] = SUMS
) -> dict[tuple[Any, ...], Measures]:
    width = len(only)
    found = {}
    for row in _rows(*count_statement(_asked(given), bys, now, only)):
        sums = dict(zip(only, row[-width:], strict=True))
        if any(sums.values()):
            found[tuple(row[:-width])] = Measures(**sums)
    return found


def _rows(statement: str, values: dict[str, Any]) -> Iterable[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
