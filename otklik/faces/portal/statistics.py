"""The figures of region and municipality for everybody, where they are switched on. From prepared rows only."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from otklik.faces.portal.public_filters import switched_on
from otklik.failures import NotYours
from otklik.insight.public_figures import HOW, PERIODS, SMALL, shown_of, wholes
from otklik.territory.models import Kind, Territory


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """`/statistics/`: the municipalities that show their figures, one line each, and all of them together."""
    on = switched_on().statistics
    days = _days(request)
    region = Territory.objects.filter(kind=Kind.REGION).first()
    context = _context(days) | {"on": bool(on), "region": region}
    if on and region:
        whole, groups, as_of = shown_of(region, days)
        lines = wholes(on, days)
        context |= {
            "whole": whole, "groups": groups, "as_of": as_of, "lines": lines,
            "most": max((one.received or 0 for one in groups), default=0),
        }
    return render(request, "portal/statistics.html", context)


@require_safe
def statistics_of(request: HttpRequest, code: str) -> HttpResponse:
    """`/statistics/<code>/`: one municipality, by group of themes."""
    place = Territory.objects.filter(code=code[:100], kind=Kind.MUNICIPALITY, active=True).first()
    if place is None:
        raise NotYours(_("Такого муниципалитета в регионе нет."))
    days = _days(request)
    context = _context(days) | {"place": place, "on": place.pk in switched_on().statistics}
    if context["on"]:
        whole, groups, as_of = shown_of(place, days)
        context |= {
            "whole": whole, "groups": groups, "as_of": as_of,
            "most": max((one.received or 0 for one in groups), default=0),
        }
    return render(request, "portal/statistics_of.html", context)


def _days(request: HttpRequest) -> int:
    given = request.GET.get("days", "")
    return int(given) if given in {str(days) for days in PERIODS} else PERIODS[0]


def _context(days: int) -> dict[str, Any]:
    words = {30: _("30 дней"), 90: _("90 дней"), 365: _("год")}
    return {
        "days": days, "periods": [(one, words[one]) for one in PERIODS], "how": HOW, "small": SMALL,
        "period": words[days],
    }
