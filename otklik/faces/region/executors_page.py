"""`/region/executors/`: whose cases a page of figures is narrowed to, by a part of the name and without a script."""

from typing import Any
from urllib.parse import parse_qsl

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import resolve
from django.utils import timezone
from django.views.decorators.http import require_safe

from otklik.faces.region import kept
from otklik.faces.region.access import actor_of, seen_scopes
from otklik.faces.region.filters import told
from otklik.faces.region.network import period_words
from otklik.faces.region.places import places_of
from otklik.faces.region.slices_page import target_of
from otklik.insight.figures import freshness
from otklik.organisations.models import Organisation
from otklik.territory.naming import name_key
from otklik.typed_text import typed

SHOWN = 60
LONGEST = 80


@login_required
@require_safe
def executors(request: HttpRequest) -> HttpResponse:
    """Those who have cases of the choice of page `of`, the most first; the only one that fits is chosen at once."""
    now, places = timezone.now(), places_of(seen_scopes(actor_of(request)))
    words = typed(request.GET.get("words", ""))[:LONGEST]
    asked = request.GET.copy()
    target = target_of("".join(asked.pop("of", [])) or "/region/", asked.urlencode())
    choice, code = target.choice, resolve(target.path).kwargs.get("code")
    fresh, scopes = freshness(now), places.one(code)[1] if code else places.scopes(choice.places)
    found = kept.measured(fresh.mark, choice.slice(now, scopes), "executor", now, ("received",))
    rows = Organisation.objects.filter(pk__in=[one for one in found if one is not None])
    for word in words.split()[:8]:
        rows = rows.filter(Q(name_key__contains=name_key(word)) | Q(short_name__icontains=word))
    named = sorted(rows.only("pk", "short_name"), key=lambda one: (-found[one.pk].received, one.short_name))
    if words and len(named) == 1:
        return redirect(target.path + choice.address(executor=named[0].pk))
    context: dict[str, Any] = {
        "target": target, "words": words, "freshness": fresh, "told": told(choice, places),
        "period": period_words(choice, now), "chosen": parse_qsl(choice.address()[1:]), "more": len(named) - SHOWN,
        "rows": [(one, found[one.pk].received, target.path + choice.address(executor=one.pk)) for one in named[:SHOWN]],
    }
    return render(request, "region/executors.html", context)
