"""The analyst's tab of practices: what each did, with its interval; as a page, a drawing and a file."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from otklik.faces.region.drawn import drawn
from otklik.faces.region.exchange_pages import reader
from otklik.faces.region.page_file import as_file, kind_of
from otklik.faces.region.page_papers import charts_of, effects_document
from otklik.failures import Refused
from otklik.practice import practice_reading
from otklik.practice.models import Practice
from otklik.reports.document import Chart

ANALYSTS = frozenset({"analyst", "curator"})


@login_required
@require_safe
def practice_effects(request: HttpRequest) -> HttpResponse:
    """All confirmed practices, the surest effect first; those that are early to judge last."""
    if not ANALYSTS & reader(request).roles_at(None):
        raise Refused(_("Эффект смотрят аналитики и кураторы."))
    rows = Practice.objects.filter(state=Practice.State.CONFIRMED).select_related("place", "effect")
    found = sorted(rows, key=lambda one: (getattr(one, "effect", None) is None, -_low(one), one.pk))
    groups = practice_reading.groups()
    document = effects_document(found, groups, timezone.now())
    if kind := kind_of(request):
        return as_file(document, kind, request.GET.get("chart", ""))
    chart = next((one for one in document.blocks if isinstance(one, Chart)), None)
    context = {
        "rows": found, "groups": groups, "chart": drawn(chart, None, "effects") if chart else None,
        "counted": max((one.effect.counted_at for one in found if getattr(one, "effect", None)), default=None),
        "file_query": "?", "file_charts": charts_of(document),
    }
    return render(request, "region/practices/effects.html", context)


def _low(row: Practice) -> float:
    effect = getattr(row, "effect", None)
    return effect.low if effect is not None and effect.low is not None else -2.0
