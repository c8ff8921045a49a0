"""«Обещано — сделано» for everybody: titles written by staff, days, and whether it was done. No resident's word."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from otklik.answers.models import PublicPromise
from otklik.cases.clocks import zone
from otklik.faces.portal.public_filters import switched_on

MOST = 200


@require_safe
def promises(request: HttpRequest) -> HttpResponse:
    """`/promises/`: what is promised, the nearest day first, then what was done, the newest first."""
    on = switched_on().promises
    today = timezone.now().astimezone(zone()).date()
    rows = PublicPromise.objects.filter(municipality_id__in=on).select_related("municipality", "group")
    chosen = request.GET.get("place", "")
    if chosen:
        rows = rows.filter(municipality__code=chosen[:100])
    context = {
        "on": bool(on), "today": today,
        "waiting": list(rows.filter(done_on=None).order_by("until", "pk")[:MOST]),
        "done": list(rows.exclude(done_on=None).order_by("-done_on", "-pk")[:MOST]),
    }
    return render(request, "portal/promises.html", context)
