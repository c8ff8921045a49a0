"""«Рядом уже сообщили»: problems of the portal near the place of a report that is not sent yet."""

from __future__ import annotations

from math import cos, radians
from typing import Any

from django.db import DataError, InterfaceError, OperationalError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from otklik.acting import Visitor, acting
from otklik.acting.middleware import acts_itself
from otklik.cases.problem_models import LIVE_STATES, PublicProblem
from otklik.cases.problems import METRES_OF_DEGREE
from otklik.cases.public_twin import street_key
from otklik.classifier.models import Theme
from otklik.faces.portal import guessing
from otklik.faces.portal.report_form import ReportForm, find_place
from otklik.failures import BadInput
from otklik.territory.models import Kind, Territory

NEAR_METRES = 300
MOST = 3


@csrf_exempt
@acts_itself
@require_POST
def near_report(request: HttpRequest) -> HttpResponse:
    """`/report/nearby/`: the fields of the report so far in, a piece of a page out. Keeps nothing."""
    found = nearby_of(ReportForm(request.POST))
    if not found:
        return HttpResponse(status=204)
    return render(request, "portal/parts/nearby.html", {"nearby": found})


def nearby_of(form: ReportForm) -> list[PublicProblem]:
    """Open problems of the portal near the report's place; none when its place is not known yet.

    It only helps: without the database, or with half a form, there is nothing.
    """
    form.is_valid()
    given: dict[str, Any] = form.cleaned_data
    if not given.get("territory"):
        return []
    try:
        with acting(Visitor(), read_only=True):
            place_id = find_place(given["territory"], given.get("settlement", ""), "").territory_id
            place = Territory.objects.get(pk=place_id)
            point = (given.get("latitude"), given.get("longitude"))
            return nearby(place, given.get("street", ""), point, given.get("text", ""), given.get("theme"))
    except (BadInput, OperationalError, InterfaceError, DataError):
        return []


def nearby(
    place: Territory, street: str, point: tuple[float | None, float | None], text: str = "", theme_id: int | None = None
) -> list[PublicProblem]:
    """By settlement and street, or by point and theme, or by the whole of a village and theme. Inside `acting`.

    What the text is about is asked only when something lies near: most reports have nothing near.
    """
    key = street_key(street)
    wanted = Q(territory=place, street_key=key) if key else Q(pk=None)
    if point[0] is not None and point[1] is not None:
        wanted |= _around(point[0], point[1])
    if place.kind == Kind.SETTLEMENT:
        wanted |= Q(territory=place, street_key="")
    near = PublicProblem.objects.filter(wanted, state__in=LIVE_STATES).select_related("group").order_by("-pk")[:50]
    rows = list(near)
    if not rows:
        return []
    groups = _groups(text, theme_id)
    fitting = [row for row in rows if row.group_id in groups or (key and row.street_key == key)]
    return sorted(fitting, key=lambda row: (row.group_id not in groups, row.street_key != key, -row.pk))[:MOST]


def _around(latitude: float, longitude: float) -> Q:
    north = NEAR_METRES / METRES_OF_DEGREE
    east = north / max(cos(radians(latitude)), 0.1)
    return Q(
        latitude__range=(latitude - north, latitude + north), longitude__range=(longitude - east, longitude + east)
    )


def _groups(text: str, theme_id: int | None) -> frozenset[int]:
    """Groups of the chosen theme, else of what the text may be about."""
    ids = [theme_id] if theme_id else [chip.id for chip in guessing.guess(text).themes]
    return frozenset(Theme.objects.filter(pk__in=ids).values_list("group_id", flat=True))
