"""Reading ratings for pages and reports: the months, the rows, a place against its own past. Inside `acting`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt

from django.db.models import Count, QuerySet

from otklik.insight.rating_formula import Formula, formula_from
from otklik.insight.rating_models import (
    RatingDispute,
    RatingExclusion,
    RatingFlag,
    RatingFormula,
    RatingRow,
    RatingRun,
)
from otklik.insight.rating_rates import SURE
from otklik.insight.rating_scores import PLACED

_HEAVY = ("inputs", "common")  # what only a recomputation reads


def runs() -> QuerySet[RatingRun]:
    """All months, the newest first."""
    return RatingRun.objects.defer(*_HEAVY).select_related("formula").order_by("-month")


def run_of(month: str) -> RatingRun | None:
    """The rating of «2026-10»; None for anything else, and for a month without one."""
    try:
        day = date.fromisoformat(f"{month}-01")
    except ValueError:
        return None
    return runs().filter(month=day).first()


def formula_of(run: RatingRun) -> Formula:
    """The version by which a month was rated."""
    return formula_from(run.formula.data)


def versions() -> list[RatingFormula]:
    """All versions, the newest first."""
    return list(RatingFormula.objects.order_by("-version"))


@dataclass(frozen=True)
class Change:
    """A place against its own past: so many points more than in the months before these, beyond chance or not."""

    points: float
    sure: bool
    month: date


def rows_of(run: RatingRun) -> list[RatingRow]:
    """The rows of a month: by league, placed ones first, the best before others."""
    rows = RatingRow.objects.filter(run=run).select_related("place")
    order = {league.code: n for n, league in enumerate(formula_of(run).leagues)}
    return sorted(
        rows,
        key=lambda row: (order.get(row.league, 99), row.state != PLACED, -row.points if row.state == PLACED else 0,
                         row.place.name_key),
    )


def changes_of(run: RatingRun, rows: Collection[RatingRow]) -> dict[int, Change]:
    """By place, the change against the newest rating that shares no day with this one and has the same formula.

    Only where both have a place: without one, points say nothing.
    """
    before = runs().filter(until__lt=run.since, formula=run.formula).first()
    if before is None:
        return {}
    old = {row.place_id: row for row in RatingRow.objects.filter(run=before, state=PLACED)}
    return {
        row.place_id: _change(row, old[row.place_id], before.month)
        for row in rows if row.state == PLACED and row.place_id in old
    }


def change_within(history: Sequence[RatingRow], run: RatingRun) -> Change | None:
    """The same for one place, out of its history (`history_of`), the newest first."""
    row = next((one for one in history if one.run_id == run.pk), None)
    before = next(
        (one for one in history if one.run.until < run.since and one.run.formula_id == run.formula_id), None
    )
    if row is None or before is None or row.state != PLACED or before.state != PLACED:
        return None
    return _change(row, before, before.run.month)


def _change(row: RatingRow, was: RatingRow, month: date) -> Change:
    points = row.points - was.points
    return Change(round(points, 1), abs(points) > SURE * sqrt(row.error**2 + was.error**2), month)


def history_of(place_id: int, until: date, *, drafts: bool = True) -> list[RatingRow]:
    """The rows of a place in the months up to this one, the newest first, at most a year and a half."""
    rows = RatingRow.objects.filter(place_id=place_id, run__month__lte=until)
    if not drafts:
        rows = rows.filter(run__state=RatingRun.State.PUBLISHED)
    rows = rows.select_related("run__formula").defer("run__inputs", "run__common")
    return list(rows.order_by("-run__month")[:18])


def left_out(run: RatingRun, scopes: Collection[int]) -> QuerySet[RatingExclusion]:
    """The cases of these scopes that are in no figure of a month, by reason."""
    rows = RatingExclusion.objects.filter(run=run, scope_id__in=scopes)
    return rows.select_related("case__theme").order_by("why", "-case_id")


def reasons_of(run: RatingRun, scopes: Collection[int]) -> dict[str, int]:
    """How many were left out, by reason."""
    rows = RatingExclusion.objects.filter(run=run, scope_id__in=scopes).values_list("why")
    return dict(rows.annotate(n=Count("pk")).order_by("why"))


def flags_of(run: RatingRun, scopes: Collection[int] | None) -> QuerySet[RatingFlag]:
    """What whoever watches these places is to look at, by place; None is the whole region."""
    rows = RatingFlag.objects.filter(run=run).select_related("place").order_by("place__name_key", "kind")
    return rows if scopes is None else rows.filter(place_id__in=list(scopes))


def waiting_disputes(run: RatingRun) -> QuerySet[RatingDispute]:
    """The disputes that the actor sees and that wait for the curator."""
    return RatingDispute.objects.filter(run=run, state=RatingDispute.State.WAITING)
