"""Whom to call when something threatens life: the duty list of each place."""

from collections import defaultdict

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from otklik.faces.settings.access import ADMINISTRATORS, actor_of, places, required
from otklik.failures import Failure, NotYours
from otklik.organisations import directories
from otklik.organisations.models import DutyPerson
from otklik.typed_text import typed

EMPTY_ROWS = 2
MOST_ROWS = 12


@login_required
@require_safe
def duty(request: HttpRequest) -> HttpResponse:
    """All places with their lists; a place without one is called by the list above it."""
    own: dict[int, list[DutyPerson]] = defaultdict(list)
    for row in DutyPerson.objects.all():
        own[row.territory_id].append(row)
    found = [(place, own.get(place.pk, [])) for place in places(required(actor_of(request), ADMINISTRATORS))]
    return render(request, "settings/duty.html", {"tab": "duty", "places": found})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def duty_of(request: HttpRequest, territory_id: int) -> HttpResponse:
    """The list of one place in calling order; an emptied row goes away."""
    actor = actor_of(request)
    place = next((p for p in places(required(actor, ADMINISTRATORS)) if p.pk == territory_id), None)
    if place is None:
        raise NotYours(_("Такого места нет, или оно не ваше."))
    failure = ""
    if request.method == "POST":
        names, phones = request.POST.getlist("name"), request.POST.getlist("phone")
        rows = [(typed(n), typed(p)) for n, p in zip(names[:MOST_ROWS], phones[:MOST_ROWS], strict=False)]
        rows = [row for row in rows if any(row)]
        try:
            directories.save_duty(actor, territory_id, rows)
        except Failure as refused:
            failure = str(refused)
        else:
            messages.success(request, _("Дежурные сохранены: %(place)s.") % {"place": place.short_name})
            return redirect("settings:duty")
    else:
        rows = list(DutyPerson.objects.filter(territory=place).values_list("name", "phone"))
    context = {"tab": "duty", "place": place, "rows": [*rows, *[("", "")] * EMPTY_ROWS], "failure": failure}
    return render(request, "settings/duty_of.html", context, status=422 if failure else 200)
