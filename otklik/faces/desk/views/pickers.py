"""Fragments of the pickers: a few letters in, a list of choices out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from otklik.faces.desk.access import case_at, desk_view, staff_of
from otklik.faces.desk.choices import organisations_for, places_for, themes_for
from otklik.faces.desk.suggestions import suggestions_of


@require_safe
@desk_view
def organisations(request: HttpRequest, number: str) -> HttpResponse:
    """Organisations that may get this case."""
    case = case_at(staff_of(request), number)
    asked = request.GET.get("q", "")
    suggested = suggestions_of(case).executor if not asked else None
    rows = organisations_for(case, asked, suggested)
    return render(request, "desk/parts/organisations.html", {"organisations": rows, "asked": asked})


@require_safe
@desk_view
def themes(request: HttpRequest, number: str) -> HttpResponse:
    """Themes of the classifier."""
    case = case_at(staff_of(request), number)
    asked = request.GET.get("q", "")
    return render(
        request, "desk/parts/themes.html", {"themes": themes_for(asked), "asked": asked, "chosen": case.theme_id}
    )


@require_safe
@desk_view
def places_elsewhere(request: HttpRequest, number: str) -> HttpResponse:
    """Places of the whole region, for a hand-over; nothing is offered until something is asked."""
    case_at(staff_of(request), number)
    asked = request.GET.get("q", "")
    rows = places_for(None, asked) if asked.strip() else []
    return render(request, "desk/parts/places.html", {"places": rows, "asked": asked, "chosen": None})


@require_safe
@desk_view
def places(request: HttpRequest, number: str) -> HttpResponse:
    """Places of the case's municipality."""
    case = case_at(staff_of(request), number)
    asked = request.GET.get("q", "")
    within = case.scope.municipality_id or case.scope_id
    rows = places_for(None, asked, within)
    return render(
        request, "desk/parts/places.html", {"places": rows, "asked": asked, "chosen": case.territory_id}
    )
