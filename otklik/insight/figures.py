"""Reading the figures: the row of each municipality, the first line, how fresh they are, the cases behind them.

Everything comes from prepared aggregates; only what waits beyond its limit is counted from facts, by an index
over the waiting ones. All functions read and are called inside `acting`.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from statistics import median

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Count, OuterRef, Q, QuerySet, Sum, Value
from django.utils.translation import gettext as _

from otklik.insight.definitions import WEEKS_OF_USUAL, condition, first_day, is_failed, is_overdue, today
from otklik.insight.following import FOLLOWER
from otklik.insight.models import CaseFact, Cell
from otklik.territory.models import Kind, Territory

COUNTED = ("received", "open", "overdue", "answered", "in_time", "failed")


@dataclass(frozen=True)
class RegionRow:
    """One place with its figures. `failed` and `in_time` make the share; None where nothing is judged yet."""

    scope_id: int
    code: str
    name: str
    population: int | None = None
    received: int = 0
    open: int = 0
    overdue: int = 0
    answered: int = 0
    in_time: int = 0
    failed: int = 0

    def joined(self, other: "RegionRow") -> "RegionRow":
        """This place together with a part of it: counts are summed, name and population stay."""
        return replace(self, **{name: getattr(self, name) + getattr(other, name) for name in COUNTED})

    @property
    def in_time_share(self) -> float | None:
        """Part answered in time, 0..1; None when no limit has ended yet."""
        judged = self.in_time + self.failed
        return self.in_time / judged if judged else None

    @property
    def per_1000(self) -> float | None:
        """Messages of the period per thousand residents; None when the population is not known."""
        return self.received * 1000 / self.population if self.population else None


@dataclass(frozen=True)
class Totals:
    """The first line. `usual` is None until there are two like days to compare with."""

    today: int
    usual: float | None
    overdue: int


@dataclass(frozen=True)
class Freshness:
    """`as_of`: until when the journal is counted. `behind`: how many entries are not counted yet.

    `mark`: the digest of the last counted entry, another one after each step (of an empty journal the time
    of the last step); "" before the first.
    """

    as_of: datetime | None
    behind: int
    mark: str = ""


def region_rows(
    now: datetime, days: int = 30, scopes: Collection[int] | None = None, *, apart: bool = False
) -> list[RegionRow]:
    """The municipalities by name, with figures of the last `days` days; `scopes` narrows to what one may see.

    Who sees a whole city sees it as one row, unless inner districts are asked for `apart`; who sees only some of
    the districts sees those. The region's own scope (place unknown) comes last, when there is something in it.
    """
    places, home = _places(scopes, apart)
    rows = {place.pk: _empty_row(place) for place in places}
    since = first_day(now, days)
    for scope_id, received, answered, in_time, late, open_ in _summed(since, home):
        row = rows[home[scope_id]]
        rows[row.scope_id] = replace(
            row, received=row.received + received, answered=row.answered + answered, in_time=row.in_time + in_time,
            failed=row.failed + late, open=row.open + open_,
        )
    for scope_id, overdue, newly_failed in _waiting(now, since, home):
        row = rows[home[scope_id]]
        rows[row.scope_id] = replace(row, overdue=row.overdue + overdue, failed=row.failed + newly_failed)
    out = [rows[place.pk] for place in places]
    return [r for r, place in zip(out, places, strict=True) if place.kind != Kind.REGION or r.received or r.open]


def _empty_row(place: Territory) -> RegionRow:
    """A row without figures yet. The region's own cases are the ЦУР's, and by no count of people."""
    if place.kind == Kind.REGION:
        return RegionRow(place.pk, place.code, _("ЦУР"), None)
    return RegionRow(place.pk, place.code, place.short_name, place.population)


def _places(scopes: Collection[int] | None, apart: bool) -> tuple[list[Territory], dict[int, int]]:
    """The places that make rows, in order, and for each scope the place whose row it goes into."""
    found = Territory.objects.filter(kind__in=[Kind.REGION, Kind.MUNICIPALITY, Kind.DISTRICT]).only(
        "id", "kind", "code", "short_name", "population", "municipality_id", "scope_id", "active", "name_key"
    )
    rows: list[Territory] = []
    home: dict[int, int] = {}
    for place in sorted(found, key=lambda p: (p.kind == Kind.REGION, p.kind == Kind.DISTRICT, p.name_key)):
        if scopes is not None and place.pk not in scopes:
            continue
        if place.kind == Kind.DISTRICT and place.municipality_id in home and not apart:
            home[place.pk] = place.municipality_id
            continue
        if place.active:
            rows.append(place)
            home[place.pk] = place.pk
    rows.sort(key=lambda p: (p.kind == Kind.REGION, p.name_key))
    return rows, home


def _days() -> QuerySet[Cell]:
    """The cells of days, all cases together."""
    return Cell.objects.filter(span=Cell.Span.DAY, dimension="")


def _summed(since: date, scopes: Collection[int]) -> list[tuple[int, int, int, int, int, int]]:
    """By scope, in two parts: the sums of the period, and what is open of whenever, from the cells of months."""
    none = Value(0)
    period = _days().filter(scope_id__in=scopes, since__gte=since).values("scope_id").annotate(
        r=Sum("received"), a=Sum("answered"), i=Sum("in_time"), f=Sum("late"), o=none
    )
    months = Cell.objects.filter(span=Cell.Span.MONTH, dimension="", scope_id__in=scopes, open__gt=0)
    standing = months.values("scope_id").annotate(r=none, a=none, i=none, f=none, o=Sum("open"))
    names = ("scope_id", "r", "a", "i", "f", "o")
    return list(period.values_list(*names).union(standing.values_list(*names), all=True))


def _overdue(now: datetime, scopes: Collection[int] | None) -> QuerySet[CaseFact]:
    """The facts of cases beyond their limit."""
    facts = CaseFact.objects.filter(is_overdue(now), counts=True)
    return facts if scopes is None else facts.filter(scope_id__in=scopes)


def _waiting(now: datetime, since: date, scopes: Collection[int] | None) -> list[tuple[int, int, int]]:
    """By scope: how many are beyond their limit, and how many of those of the period are not yet called late."""
    facts = _overdue(now, scopes)
    newly = is_failed(now) & Q(verdict=CaseFact.Verdict.OPEN, day__gte=since)
    return list(
        facts.values("scope_id").annotate(n=Count("pk"), f=Count("pk", filter=newly)).values_list("scope_id", "n", "f")
    )


def totals(now: datetime, scopes: Collection[int] | None = None) -> Totals:
    """The first line: today against usual, overdue now."""
    this_day = today(now)
    days = _days().filter(since__gte=this_day - timedelta(weeks=WEEKS_OF_USUAL), since__lte=this_day)
    if scopes is not None:
        days = days.filter(scope_id__in=scopes)
    by_day = dict(days.values("since").annotate(r=Sum("received")).values_list("since", "r"))
    first = min(by_day, default=this_day)
    like = [this_day - timedelta(weeks=n) for n in range(1, WEEKS_OF_USUAL + 1)]
    usual = [by_day.get(day, 0) for day in like if day >= first]
    return Totals(
        today=by_day.get(this_day, 0),
        usual=median(usual) if len(usual) > 1 else None,
        overdue=_overdue(now, scopes).count(),
    )


def freshness(now: datetime) -> Freshness:
    """Until when the figures are complete: now when nothing waits, else the time of the last step."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT moved_at FROM journal_follower WHERE name = %s),"
            " coalesce((SELECT max(number) FROM journal_position), 0)"
            " - coalesce((SELECT position FROM journal_follower WHERE name = %s), 0)"
            " + (SELECT count(*) FROM journal_pending),"
            " (SELECT encode(e.digest, 'hex') FROM journal_follower f JOIN journal_position p ON p.number = f.position"
            " JOIN journal_entry e ON e.id = p.entry_id WHERE f.name = %s)",
            [FOLLOWER, FOLLOWER, FOLLOWER],
        )
        moved_at, behind, mark = cursor.fetchone()
    return Freshness(moved_at if behind else now, behind, mark or (moved_at.isoformat() if moved_at else ""))


def cases_of(
    figure: str, now: datetime, days: int = 30, scopes: Collection[int] | None = None
) -> QuerySet[CaseFact]:
    """The facts that a figure counts, by the same definition; newest first, overdue ones the longest first.

    KeyError for an unknown figure.
    """
    facts = CaseFact.objects.filter(condition(figure, now, days))
    if scopes is not None:
        facts = facts.filter(scope_id__in=scopes)
    return facts.order_by("waits_due", "case_id") if figure == "overdue" else facts.order_by("-day", "-case_id")


def with_scopes(places: QuerySet[Territory]) -> QuerySet[Territory]:
    """The same places, for which `scopes_of` asks nothing any more."""
    inner = Territory.objects.filter(kind=Kind.DISTRICT, municipality_id=OuterRef("pk"))
    return places.annotate(inner_scopes=ArraySubquery(inner.values("pk")))


def scopes_of(place: Territory) -> list[int]:
    """The scopes that go into the row of a place: itself, and for a city its inner districts."""
    inner: Iterable[int] | None = getattr(place, "inner_scopes", None)
    if inner is None:
        districts = Territory.objects.filter(kind=Kind.DISTRICT, municipality_id=place.pk)
        inner = districts.values_list("pk", flat=True)
    return [place.pk, *inner]
