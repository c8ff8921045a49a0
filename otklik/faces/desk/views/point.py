"""The point of a case: shown on a small map, set or moved there; and «where is this point?» for forms."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from otklik.acting import Staff
from otklik.cases.actions.point import place_point
from otklik.cases.lifecycle import allowed_moves
from otklik.cases.models import Case
from otklik.faces.desk.access import case_at, desk_view, staff_of
from otklik.faces.desk.acting_on import act
from otklik.faces.desk.fields import DeskForm
from otklik.faces.maps.part import map_part
from otklik.territory.models import Territory
from otklik.territory.whereabouts import OUTSIDE, whereabouts

WRONG = gettext_lazy("Это не число: поставьте точку на карте.")


class PointForm(DeskForm):
    """Two numbers that a map fills in."""

    panel = "point"
    unseen_words = WRONG
    latitude = forms.FloatField(required=False, widget=forms.HiddenInput)
    longitude = forms.FloatField(required=False, widget=forms.HiddenInput)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def point(request: HttpRequest, number: str) -> HttpResponse:
    """`/desk/case/34-000123/point/`: the map of a case; sent, keeps the point."""
    if request.method == "POST":
        return _keep(request, number)
    actor = staff_of(request)
    case = case_at(actor, number)
    may = bool({"triage", "correct"} & {move.name for move in allowed_moves(actor, case)})
    known = (case.latitude, case.longitude) if case.latitude is not None and case.longitude is not None else None
    context = {
        "case": case,
        "number": case.number,
        "may": may,
        "known": known,
        "map": map_part(
            request, "case-map", around=case.territory, point=known,
            pick=("point_latitude", "point_longitude") if may else None,
        ),
    }
    return render(request, "desk/parts/point_map.html", context)


def _keep(request: HttpRequest, number: str) -> HttpResponse:
    form = PointForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        given = form.cleaned_data
        place_point(actor, case.pk, latitude=given["latitude"], longitude=given["longitude"])
        return _("Точка сохранена.") if given["latitude"] is not None else _("Точка убрана.")

    return act(request, number, "point", gate, form)


@require_safe
@desk_view
def whereis(request: HttpRequest) -> HttpResponse:
    """`/desk/whereis/?latitude=&longitude=`: the place of a point, as choices of the form it stands in."""
    actor = staff_of(request)
    try:
        here = whereabouts(float(request.GET["latitude"]), float(request.GET["longitude"]))
    except (KeyError, ValueError):
        return render(request, "desk/parts/whereis.html", {"asked": False})
    places = [row for row in dict.fromkeys((here.place, here.unit)) if row is not None and _is_theirs(actor, row)]
    context = {"asked": True, "here": here, "places": places, "outside": here == OUTSIDE, "theirs": bool(places)}
    return render(request, "desk/parts/whereis.html", context)


def _is_theirs(actor: Staff, place: Territory) -> bool:
    return actor.sees is None or (place.scope_id or place.pk) in actor.sees


@require_safe
@desk_view
def call_map(request: HttpRequest) -> HttpResponse:
    """`/desk/call/map/`: the map of the call form, asked for when it is opened."""
    actor = staff_of(request)
    own = None
    if actor.sees is not None and len(actor.sees) == 1:
        own = Territory.objects.filter(pk=next(iter(actor.sees))).first()
    context = {"map": map_part(request, "call-map", around=own, pick=("call_latitude", "call_longitude"))}
    return render(request, "desk/parts/call_map.html", context)
