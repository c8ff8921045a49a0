"""The centres of a curator side by side, and the share of good answers week by week. Reads; inside `acting`."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, DateField, F, IntegerField, Q, Value
from django.utils import timezone

from otklik.curating.models import AskPart, SampledAnswer
from otklik.curating.places import municipality_of_scopes, week_of
from otklik.insight.figures import RegionRow, region_rows

WEEKS = 8


@dataclass
class Share:
    """Checked answers and the good ones among them."""

    checked: int = 0
    good: int = 0

    @property
    def per_cent(self) -> float | None:
        """None where nothing was checked."""
        return self.good * 100 / self.checked if self.checked else None


@dataclass
class Centre:
    """One centre: today's figures, and what is between it and the curator."""

    row: RegionRow
    to_check: int = 0
    remarks: int = 0  # wait for the municipality
    remarks_late: int = 0
    replied: int = 0  # wait for the curator
    asks: int = 0
    asks_late: int = 0
    asks_replied: int = 0
    share: Share = field(default_factory=Share)
    weeks: dict[date, Share] = field(default_factory=dict)


def weeks_before(now: datetime, n: int = WEEKS) -> list[date]:
    """The Mondays of the last `n` weeks that are over, the oldest first."""
    this = week_of(timezone.localdate(now))
    return [this - timedelta(days=7 * back) for back in range(n, 0, -1)]


def rows(scopes: frozenset[int] | None, now: datetime) -> list[Centre]:
    """One row a centre, those with the most to do first."""
    of = municipality_of_scopes()
    found = {row.scope_id: Centre(row) for row in region_rows(now, 1, scopes)}
    homes = {scope: scope if scope in found else of.get(scope, scope) for scope in {*of, *found}}
    weeks = weeks_before(now)
    for centre in found.values():
        centre.weeks = {week: Share() for week in weeks}
    for kind, scope_id, state, week, n, late, checked, good in _counts(now, weeks[0]):
        one = found.get(homes.get(scope_id, scope_id))
        if one is None:
            continue
        if kind == "ask":
            _asked(one, state, n, late)
        else:
            _sampled(one, state, n, late)
            if week in one.weeks:
                for share in (one.share, one.weeks[week]):
                    share.checked += checked
                    share.good += good
    return sorted(found.values(), key=lambda one: (
        -(one.replied + one.asks_replied), -(one.asks_late + one.remarks_late), -one.to_check, one.row.name,
    ))


def _counts(now: datetime, since: date) -> Iterable[tuple[Any, ...]]:
    """(ask or answer, scope, state, week, how many, overdue, checked, good) of what is open or was checked lately.

    One statement for both tables.
    """
    late = Count("pk", filter=Q(due_at__lt=now))
    no_week, nothing = Value(None, DateField()), Value(0, IntegerField())
    columns = ("kind", "scope_id", "state", "week", "n", "late", "checked", "good_ones")
    asks = AskPart.objects.filter(state__in=["sent", "returned", "replied"]).values("scope_id", "state").annotate(
        kind=Value("ask"), week=no_week, n=Count("pk"), late=late, checked=nothing, good_ones=nothing
    )
    open_states = Q(state__in=["waiting", "remarked", "replied"])
    answers = SampledAnswer.objects.filter(open_states | Q(good__isnull=False, sample__week__gte=since))
    grouped = answers.values("scope_id", "state", "sample__week").annotate(
        kind=Value("answer"), week=F("sample__week"), n=Count("pk"), late=late,
        checked=Count("pk", filter=Q(good__isnull=False)), good_ones=Count("pk", filter=Q(good=True)),
    )
    return asks.values_list(*columns).union(grouped.values_list(*columns), all=True)


def _asked(one: Centre, state: str, n: int, late: int) -> None:
    if state == "replied":
        one.asks_replied += n
    else:
        one.asks += n
        one.asks_late += late


def _sampled(one: Centre, state: str, n: int, late: int) -> None:
    if state == "waiting":
        one.to_check += n
    elif state == "remarked":
        one.remarks += n
        one.remarks_late += late
    elif state == "replied":
        one.replied += n
