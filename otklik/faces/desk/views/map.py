"""The cases of the queue's filter on a map, and those that have no point, by place."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from otklik.acting import Staff
from otklik.cases import queue as queues
from otklik.cases.lifecycle import IN_WORK
from otklik.cases.models import Case
from otklik.cases.numbers import shown
from otklik.cases.reading import visible_cases
from otklik.faces.desk.access import desk_view, staff_of
from otklik.faces.desk.views.queue import address_of, filters_of
from otklik.faces.maps.part import map_part
from otklik.faces.maps.points import Item, points_answer
from otklik.faces.templatetags.otklik_tags import heading
from otklik.territory.models import Territory

MOST_PLACES = 30
DEFAULT_TAB = "open"


@require_safe
@desk_view
def queue_map(request: HttpRequest) -> HttpResponse:
    """`/desk/map/?…`: the page; the query is the queue's own."""
    actor, now = staff_of(request), timezone.now()
    filters = filters_of(request.GET, DEFAULT_TAB)
    address = address_of(filters)
    cases = queues.narrowed(actor, filters, now)
    without = (
        cases.filter(latitude=None).order_by().values("territory").annotate(n=Count("pk")).order_by("-n", "territory")
    )
    counts = {row["territory"]: row["n"] for row in without[:MOST_PLACES]}
    places = Territory.objects.select_related("municipality").in_bulk(counts)
    context = {
        "map": map_part(request, "desk-map", around=_around(actor), points=f"{reverse('desk:map_points')}?{address}"),
        "filters": filters,
        "address": address,
        "tabs": [
            {"label": label, "here": name == filters.tab, "address": address_of(queues.Filters(tab=name))}
            for name, label in queues.TABS.items()
        ],
        "filtered": filters != queues.Filters(tab=filters.tab),
        "without": [
            {"place": places[pk], "n": n, "address": _of_place(filters, pk)} for pk, n in counts.items() if pk in places
        ],
        "more_places": len(counts) == MOST_PLACES,
    }
    return render(request, "desk/map.html", context)


@require_safe
@desk_view
def map_points(request: HttpRequest) -> HttpResponse:
    """`/desk/map/points/?box=…&zoom=…`: the cases of the filter in a window of the map, near ones as one."""
    actor, now = staff_of(request), timezone.now()
    cases = queues.narrowed(actor, filters_of(request.GET, DEFAULT_TAB), now)

    def describe(ids: Collection[int]) -> dict[int, Item]:
        rows = visible_cases(actor).filter(pk__in=ids).select_related("territory", "theme")
        return {case.pk: _item(case, now) for case in rows}

    return points_answer(request, cases, describe)


def _item(case: Case, now: datetime) -> Item:
    number = shown(case.number)
    place = ", ".join(filter(None, [case.territory.short_name, case.street, case.house]))
    return Item(
        title=heading(case), note=f"{number} · {case.get_state_display()} · {place}",
        address=reverse("desk:case", args=[number]), mark=_mark(case, now),
    )


def _mark(case: Case, now: datetime) -> str:
    if case.state not in IN_WORK:
        return "done"
    if case.control_at is None or case.control_at > now + queues.BURNS_WITHIN:
        return "open"
    return "late" if case.control_at < now else "soon"


def _of_place(filters: queues.Filters, territory_id: int) -> str:
    return reverse("desk:queue") + "?" + address_of(replace(filters, territory=territory_id))


def _around(actor: Staff) -> Territory | None:
    """The person's own municipality, when they work in one."""
    if actor.sees is None or len(actor.sees) != 1:
        return None
    return Territory.objects.filter(pk=next(iter(actor.sees))).first()
