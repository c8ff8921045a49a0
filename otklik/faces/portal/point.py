"""The map in the report: where exactly, for whoever wants to show it. Fetched only when it is opened."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from otklik.acting import Visitor, acting
from otklik.faces.maps.part import map_part
from otklik.territory.models import Territory
from otklik.territory.whereabouts import disagrees, whereabouts


@require_safe
def point_map(request: HttpRequest) -> HttpResponse:
    """`/report/map/?territory=`: a map of the chosen place on which a point can be set."""
    place = _place(request.GET.get("territory", ""))
    part = map_part(request, "report-map", around=place, pick=("report_latitude", "report_longitude"))
    return render(request, "portal/parts/point_map.html", {"map": part})


@csrf_exempt  # as the report's other questions: no log-in that a foreign page could misuse
@require_POST
def point_check(request: HttpRequest) -> HttpResponse:
    """`/report/point/`: whether a point lies in the chosen place, in words. By POST, to stay out of logs."""
    try:
        latitude, longitude = float(request.POST["latitude"]), float(request.POST["longitude"])
    except (KeyError, ValueError):
        return HttpResponse(status=400)
    with acting(Visitor(), read_only=True):
        place = _place(request.POST.get("chosen", ""))
        here = whereabouts(latitude, longitude)
        other = disagrees(place, latitude, longitude) if place else None
    return render(request, "portal/parts/point_told.html", {"here": here, "other": other, "place": place})


def _place(given: str) -> Territory | None:
    known = given.isascii() and given.isdecimal() and len(given) < 12
    return Territory.objects.filter(pk=int(given), active=True).first() if known else None
