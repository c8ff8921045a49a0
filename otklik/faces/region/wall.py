"""The wall of a situation centre: what is going on, in letters read from across a room. No resident's words."""

from bisect import bisect_right
from dataclasses import dataclass
from functools import reduce
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from otklik.cases.models import Case
from otklik.cases.problem_models import LIVE_STATES, Problem
from otklik.faces.region import kept
from otklik.faces.region.access import seen_scopes
from otklik.insight.by_now import by_now
from otklik.insight.figures import RegionRow, freshness
from otklik.insight.radar_reading import running_bursts

BURSTS = 3  # so many fit a screen of 1080 lines; the rest is a number
PROBLEMS = 3
STEPS = (1, 3, 6, 11)  # overdue ones at which a tile changes its colour
FEW = 10  # messages: below, one more is a tenth


@dataclass(frozen=True)
class WallTile:
    """One municipality."""

    row: RegionRow
    burst: bool

    @property
    def grade(self) -> int:
        """0 is calm."""
        return bisect_right(STEPS, self.row.overdue)


@login_required
@require_safe
def wall(request: HttpRequest) -> HttpResponse:
    """The whole screen at once; `wall.js` asks for it again and exchanges its parts."""
    now = timezone.now()
    seen = seen_scopes(request.actor)  # type: ignore[attr-defined]
    fresh = freshness(now)
    rows = kept.rows(fresh.mark, 7, seen, now)
    bursts = running_bursts(seen)
    loud = {line.row.scope.municipality_id or line.row.scope_id for line in bursts}  # a tile is a whole city
    day = by_now(now, seen)
    whole = reduce(RegionRow.joined, rows, RegionRow(0, "", ""))
    context = {
        "now": now, "whole": whole, "day": day, "more_than": _compared(day.today, day.usual),
        "freshness": fresh, "bursts": bursts[:BURSTS], "burst_count": len(bursts),
        "more_bursts": max(0, len(bursts) - BURSTS),
        "tiles": [WallTile(row, row.scope_id in loud) for row in rows if row.population is not None],
        "legend": _legend(), "problems": _problems(seen),
        "light": request.GET.get("light") == "1", "whole_region": seen is None,
    }
    return render(request, "region/wall/wall.html", context)


def _compared(today: int, usual: int | None) -> str:
    """«на 12 % больше обычного»; nothing where too little is known, or so few are usual that a share says nothing."""
    if not usual or usual < FEW:
        return ""
    part = round((today - usual) * 100 / usual)
    if abs(part) < 5:
        return _("как обычно")
    if part > 0:
        return _("на %(n)s %% больше обычного") % {"n": part}
    return _("на %(n)s %% меньше обычного") % {"n": -part}


def _legend() -> list[dict[str, Any]]:
    bounds = [0, *STEPS]
    words = []
    for grade, first in enumerate(bounds):
        last = bounds[grade + 1] - 1 if grade + 1 < len(bounds) else None
        if last is None:
            words.append({"grade": grade, "words": _("%(n)s и больше") % {"n": first}})
        else:
            words.append({"grade": grade, "words": str(first) if first == last else f"{first}–{last}"})
    return words


def _problems(seen: frozenset[int] | None) -> list[Problem]:
    """The newest live problems by theme and place: their titles are staff's words for staff, and stay off the wall."""
    rows = Problem.objects.filter(state__in=LIVE_STATES)
    if seen is not None:
        rows = rows.filter(scope_id__in=list(seen))
    own = Case.objects.filter(problem=OuterRef("pk")).order_by()
    inside = own.values("problem").annotate(n=Count("pk")).values("n")
    found = rows.select_related("theme", "territory").annotate(case_count=Coalesce(Subquery(inside), 0))
    return list(found.order_by("-opened_at", "-id")[:PROBLEMS])
