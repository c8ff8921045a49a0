"""Lists behind the figures, and the figures in words. They only read, inside the actor's read-only transaction."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from otklik.faces.region.access import actor_of, seen_scopes
from otklik.faces.region.case_list import case_page, cases_for_file
from otklik.faces.region.choices import chosen
from otklik.faces.region.filters import filters_for, told
from otklik.faces.region.list_file import case_table, list_kind, table_file
from otklik.faces.region.network import period_words
from otklik.faces.region.places import places_of
from otklik.failures import NotYours
from otklik.insight import definitions
from otklik.insight.definitions import FIGURES
from otklik.insight.figures import freshness
from otklik.organisations.models import Organisation


@login_required
@require_safe
def cases(request: HttpRequest, figure: str, code: str = "") -> HttpResponse:
    """The very cases that a figure counts; without a place, of everything the actor may see."""
    now, choice = timezone.now(), chosen(request.GET, hours=True)
    actor = actor_of(request)
    places = places_of(seen_scopes(actor))
    if figure not in FIGURES or not FIGURES[figure].counted:
        raise NotYours(_("Такого показателя нет."))
    the, scopes = places.one(code) if code else (None, places.scopes(choice.places))
    if the and choice.alone:
        scopes = frozenset({the.id})
    if kind := list_kind(request):
        table = case_table(str(FIGURES[figure].label), cases_for_file(actor, figure, now, choice, scopes))
        return table_file(
            table, kind, f"otklik-{figure}", now, place=the.name if the else told(choice, places),
            period=period_words(choice, now) if FIGURES[figure].of_period or choice.came else "",
            sources=[str(FIGURES[figure].explanation), *([table.note] if table.note else [])],
        )
    page = case_page(actor, figure, now, choice, scopes, request.GET.get("after", ""))
    context = {
        "filters": filters_for(choice, places, now),
        "place": the, "figure": FIGURES[figure], "choice": choice, "page": page, "now": now,
        "freshness": freshness(now), "definitions": definitions, "file_query": choice.address() + "&",
    }
    return render(request, "region/cases.html", context)


@login_required
@require_safe
def flow_cases(request: HttpRequest, from_id: int, to_id: int) -> HttpResponse:
    """The very cases that one organisation passed to another."""
    now, choice = timezone.now(), chosen(request.GET, hours=True)
    actor = actor_of(request)
    places = places_of(seen_scopes(actor))
    names = dict(Organisation.objects.filter(pk__in=[from_id, to_id]).values_list("pk", "short_name"))
    if {from_id, to_id} - set(names):
        raise NotYours(_("Такой организации нет."))
    scopes, after = places.scopes(choice.places), request.GET.get("after", "")
    if kind := list_kind(request):
        found = cases_for_file(actor, "received", now, choice, scopes, (from_id, to_id))
        table = case_table(f"{names[from_id]} → {names[to_id]}", found)
        return table_file(
            table, kind, "otklik-flow", now, place=told(choice, places), period=period_words(choice, now),
            sources=[table.note] if table.note else [],
        )
    page = case_page(actor, "received", now, choice, scopes, after, flow=(from_id, to_id))
    context = {
        "filters": filters_for(choice, places, now), "place": None, "figure": FIGURES["received"], "choice": choice,
        "page": page, "now": now, "freshness": freshness(now), "definitions": definitions,
        "flow": (names[from_id], names[to_id]), "file_query": choice.address() + "&",
    }
    return render(request, "region/cases.html", context)


@login_required
@require_safe
def how(request: HttpRequest) -> HttpResponse:
    """«Как посчитано?»: every figure in words."""
    seen_scopes(actor_of(request))
    return render(request, "region/how.html", {"figures": FIGURES, "definitions": definitions})
