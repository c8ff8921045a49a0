"""The pages of figures. They only read; each runs inside the actor's read-only transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from otklik.acting import Actor
from otklik.faces.maps.part import MapPart, map_part
from otklik.faces.region.access import curated, seen_scopes, the_place
from otklik.faces.region.case_list import case_page
from otklik.faces.region.choices import COLUMNS, SHAPES, TILE_FIGURES, Choices, chosen, ordered
from otklik.faces.region.tiles import Tile, legend, tiles
from otklik.failures import NotYours
from otklik.insight import definitions
from otklik.insight.definitions import FIGURES, PERIODS, first_day, today
from otklik.insight.figures import DayCount, RegionRow, days_of, freshness, region_rows, totals


def _actor(request: HttpRequest) -> Actor:
    return cast(Actor, request.actor)  # type: ignore[attr-defined]


@login_required
@require_safe
def network(request: HttpRequest) -> HttpResponse:
    """The first line, the tiles and the table of all places the actor may see."""
    now, choice = timezone.now(), chosen(request.GET)
    seen = seen_scopes(_actor(request))
    rows = region_rows(now, choice.days, seen)
    drawn = tiles([r for r in rows if r.population is not None], choice.tiles)
    mine = curated(_actor(request)) if seen is None or len(rows) > 1 else frozenset()
    own = [r for r in rows if r.scope_id in mine]
    context = {
        "choice": choice,
        "periods": _periods(choice),
        "totals": totals(now, seen),
        "freshness": freshness(now),
        "tiles": drawn,
        "mine": _mine(own, mine, choice, now) if len(own) < len(rows) and own else None,
        "all_mine": bool(own) and len(own) == len(rows),
        "tile_figures": [
            {"code": code, "label": label, "address": choice.address(tiles=code), "chosen": code == choice.tiles}
            for code, label in TILE_FIGURES.items()
        ],
        "shapes": [
            {"code": code, "label": label, "address": choice.address(shape=code), "chosen": code == choice.shape}
            for code, label in SHAPES.items()
        ],
        "map": _map(request, drawn, choice) if choice.shape == "map" else None,
        "legend": legend(choice.tiles, drawn),
        "rows": ordered(rows, choice),
        "columns": _columns(choice),
        "whole_region": seen is None,
        "figures": FIGURES,
        "definitions": definitions,
    }
    return render(request, "region/network.html", context)


def _mine(own: list[RegionRow], scopes: frozenset[int], choice: Choices, now: datetime) -> dict[str, object]:
    """The municipalities that this person curates: their own first line, tiles and rows, in the same figures."""
    return {"totals": totals(now, scopes), "tiles": tiles(own, choice.tiles), "rows": ordered(own, choice)}


def _map(request: HttpRequest, drawn: list[Tile], choice: Choices) -> MapPart:
    """The same tiles as areas of a map."""
    areas = {
        tile.row.code: {
            "grade": tile.grade, "value": tile.value, "words": str(tile.words),
            "address": reverse("region:place", args=[tile.row.code]) + f"?days={choice.days}",
        }
        for tile in drawn
    }
    return map_part(request, "region-map", areas=areas, listed=False)


@login_required
@require_safe
def place(request: HttpRequest, code: str) -> HttpResponse:
    """One municipality: its figures, its days, its inner districts when it has them."""
    now, choice = timezone.now(), chosen(request.GET)
    the, scopes = the_place(code, seen_scopes(_actor(request)))
    parts = region_rows(now, choice.days, scopes, apart=True)
    own = reduce(RegionRow.joined, parts, RegionRow(the.pk, the.code, the.short_name, the.population))
    context = {
        "place": the,
        "row": own,
        "parts": parts if len(parts) > 1 else [],
        "part_columns": [FIGURES[code] for code in COLUMNS if code in FIGURES],
        "choice": choice,
        "periods": _periods(choice),
        "bars": bars(days_of(now, choice.days, scopes), first_day(now, choice.days), today(now)),
        "freshness": freshness(now),
        "figures": FIGURES,
        "definitions": definitions,
    }
    return render(request, "region/place.html", context)


@login_required
@require_safe
def cases(request: HttpRequest, figure: str, code: str = "") -> HttpResponse:
    """The very cases that a figure counts; without a place, of everything the actor may see."""
    now, choice = timezone.now(), chosen(request.GET)
    seen = seen_scopes(_actor(request))
    if figure not in FIGURES or not FIGURES[figure].counted:
        raise NotYours(_("Такого показателя нет."))
    the, scopes = the_place(code, seen) if code else (None, seen)
    page = case_page(_actor(request), figure, now, choice.days, scopes, request.GET.get("after", ""))
    context = {
        "place": the, "figure": FIGURES[figure], "choice": choice, "page": page, "now": now,
        "freshness": freshness(now), "definitions": definitions,
    }
    return render(request, "region/cases.html", context)


@login_required
@require_safe
def how(request: HttpRequest) -> HttpResponse:
    """«Как посчитано?»: every figure in words."""
    seen_scopes(_actor(request))
    return render(request, "region/how.html", {"figures": FIGURES, "definitions": definitions})


def _periods(choice: Choices) -> list[dict[str, object]]:
    return [{"days": d, "address": choice.address(days=d), "chosen": d == choice.days} for d in PERIODS]


def _columns(choice: Choices) -> list[dict[str, object]]:
    """Heads of the table: a click sorts by it, a second one turns the order."""
    out: list[dict[str, object]] = []
    for code, greater_first in COLUMNS.items():
        here = code == choice.sort
        falling = greater_first != choice.reverse
        out.append(
            {
                "code": code,
                "label": FIGURES[code].label if code in FIGURES else _("Муниципалитет"),
                "address": choice.address(sort=code, reverse=int(here and not choice.reverse)),
                "order": ("descending" if falling else "ascending") if here else "",
            }
        )
    return out


@dataclass(frozen=True)
class Bar:
    """One day of the drawing, in per cent of its height and width."""

    day: date
    received: int
    x: float
    width: float
    height: float

    @property
    def top(self) -> float:
        """Drawings count from above."""
        return 100 - self.height


def bars(counts: Sequence[DayCount], first: date, last: date) -> list[Bar]:
    """Days from first to last as bars; a day without messages is there with nothing."""
    by_day = {c.day: c.received for c in counts}
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    top = max(by_day.values(), default=0) or 1
    width = 100 / len(days)
    return [
        Bar(d, by_day.get(d, 0), n * width, width * 0.8, by_day.get(d, 0) * 100 / top) for n, d in enumerate(days)
    ]
