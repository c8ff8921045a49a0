"""`/region/flows/`: who passes cases to whom, as a drawing of the greatest streams and a table of all."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from otklik.faces.region.access import actor_of, seen_scopes
from otklik.faces.region.choices import Choices, chosen
from otklik.faces.region.drawn import drawn
from otklik.faces.region.filters import filters_for, told
from otklik.faces.region.network import period_words
from otklik.faces.region.page_file import as_file, kind_of, number, stamp
from otklik.faces.region.places import places_of
from otklik.insight import definitions
from otklik.insight.figures import freshness
from otklik.insight.measures import Flow
from otklik.insight.slices import flows
from otklik.organisations.models import Organisation
from otklik.reports.document import Chart, Document, Number, Table

MOST_DRAWN = 16
MOST_LISTED = 300
WIDE = 1040


@login_required
@require_safe
def flows_page(request: HttpRequest) -> HttpResponse:
    """The page, or the same as a file."""
    now, choice = timezone.now(), chosen(request.GET)
    places = places_of(seen_scopes(actor_of(request)))
    found = flows(choice.slice(now, places.scopes(choice.places)), now)[:MOST_LISTED]
    names = _names(found)
    chart, table = flow_chart(found, names, choice), flow_table(found, names, choice)
    if kind := kind_of(request):
        blocks = (chart, table) if found else (table,)
        made = Document(
            "region", _("Кто кому передаёт"), told(choice, places), period_words(choice, now), stamp(now), blocks,
            file_name="otklik-flows", sources=(words(),),
        )
        return as_file(made, kind, request.GET.get("chart", ""))
    context = {
        "choice": choice, "filters": filters_for(choice, places, now), "freshness": freshness(now),
        "chart": drawn(chart, None, "flows", wide=WIDE, narrow=0) if found else None, "table": table,
        "words": words(), "definitions": definitions, "most": MOST_LISTED if len(found) == MOST_LISTED else 0,
        "file_charts": [chart.title] if found else [],
    }
    return render(request, "region/flows.html", context)


def words() -> str:
    """«Как посчитано?»"""
    return _(
        "Каждый раз, когда ответственным за сообщение становится другая организация, это одна передача: от прежней к "
        "новой. Считаются сообщения, поступившие за период. Первое назначение передачей не считается."
    )


def _names(found: Sequence[Flow]) -> dict[int, str]:
    ids = {one for flow in found for one in (flow.from_id, flow.to_id)}
    return dict(Organisation.objects.filter(pk__in=ids).values_list("pk", "short_name"))


def case_address(flow: Flow, choice: Choices) -> str:
    """The cases that were passed so."""
    query = choice.address()
    return f"{reverse('region:flow_cases', args=[flow.from_id, flow.to_id])}{query}"


def flow_chart(found: Sequence[Flow], names: Mapping[int, str], choice: Choices) -> Chart:
    """The greatest streams: who passes stands on the left, who gets on the right, each side the greatest on top."""
    greatest = found[:MOST_DRAWN]
    left, right = _order(greatest, "from_id"), _order(greatest, "to_id")
    rows: list[dict[str, Any]] = [
        {
            "from": names.get(flow.from_id, "—"), "to": names.get(flow.to_id, "—"), "n": flow.n,
            "left": left[flow.from_id], "right": right[flow.to_id], "address": case_address(flow, choice),
            "tip": f"{names.get(flow.from_id, '—')} → {names.get(flow.to_id, '—')}: {flow.n}",
        }
        for flow in greatest
    ]
    return Chart("flows", _("Кто кому передаёт"), tuple(rows))


def _order(found: Sequence[Flow], side: str) -> dict[int, int]:
    sums: dict[int, int] = {}
    for flow in found:
        one = getattr(flow, side)
        sums[one] = sums.get(one, 0) + flow.n
    return {one: place for place, one in enumerate(sorted(sums, key=lambda one: (-sums[one], one)))}


def flow_table(found: Sequence[Flow], names: Mapping[int, str], choice: Choices) -> Table:
    """All streams, the greatest first."""
    rows: list[tuple[str | Number, ...]] = [
        (names.get(f.from_id, "—"), names.get(f.to_id, "—"), number(f.n, "count", case_address(f, choice)))
        for f in found
    ]
    return Table("flows", _("Передачи"), (_("Кто передал"), _("Кому"), _("Сколько раз")), tuple(rows))
